// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/theme.h"

#include <QFontDatabase>
#include <QGuiApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace truepeer {

namespace {

constexpr double LeastContrast = 4.5; // WCAG 2.1, level AA

// Relative luminance of WCAG 2.1.
double luminance(const QColor &color)
{
    const auto linear = [](double channel) {
        return channel <= 0.04045 ? channel / 12.92 : std::pow((channel + 0.055) / 1.055, 2.4);
    };
    return 0.2126 * linear(double(color.redF())) + 0.7152 * linear(double(color.greenF()))
           + 0.0722 * linear(double(color.blueF()));
}

double contrast(const QColor &one, const QColor &other)
{
    const double a = luminance(one);
    const double b = luminance(other);
    return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

QColor mixed(const QColor &base, const QColor &other, float share)
{
    const auto mix = [share](float a, float b) { return a + (b - a) * share; };
    return QColor::fromRgbF(mix(base.redF(), other.redF()), mix(base.greenF(), other.greenF()),
                            mix(base.blueF(), other.blueF()));
}

// The hue of a tone before it is fitted to the palette.
QColor hue(Tone tone, const QPalette &palette)
{
    const bool dark = isDark(palette);
    switch (tone) {
    case Tone::Normal:
        return palette.color(QPalette::Text);
    case Tone::Muted:
        return mixed(palette.color(QPalette::Base), palette.color(QPalette::Text), 0.62F);
    case Tone::Ok:
        return dark ? QColor(0x6c, 0xc7, 0x85) : QColor(0x1a, 0x75, 0x3c);
    case Tone::Notice:
        return dark ? QColor(0x82, 0xb4, 0xff) : QColor(0x1d, 0x5f, 0xc4);
    case Tone::Warning:
        return dark ? QColor(0xee, 0xb3, 0x4c) : QColor(0x8f, 0x56, 0x00);
    case Tone::Error:
        return dark ? QColor(0xff, 0x8f, 0x85) : QColor(0xb9, 0x2b, 0x27);
    case Tone::Trusted:
        return dark ? QColor(0x5f, 0xc4, 0xc4) : QColor(0x0b, 0x6e, 0x75);
    case Tone::Client:
        return dark ? QColor(0xc9, 0xa4, 0xff) : QColor(0x6f, 0x3f, 0xc0);
    }
    return palette.color(QPalette::Text);
}

QColor fill(const QColor &hue, Tone tone, const QPalette &palette)
{
    const float share = tone == Tone::Normal || tone == Tone::Muted ? 0.06F : 0.12F;
    return mixed(palette.color(QPalette::Base), hue, share);
}

// Towards black or white, until it reads well on all backgrounds that it stands on: the desktop may
// have any palette.
QColor fitted(const QColor &hue, Tone tone, const QPalette &palette)
{
    const std::array backgrounds{palette.color(QPalette::Base), palette.color(QPalette::Window),
                                 fill(hue, tone, palette)};
    const QColor end = isDark(palette) ? QColor(Qt::white) : QColor(Qt::black);
    QColor color = hue;
    for (float share = 0; share < 1; share += 0.05F) {
        color = mixed(hue, end, share);
        const auto reads = [&color](const QColor &background) {
            return contrast(color, background) >= LeastContrast;
        };
        if (std::all_of(backgrounds.begin(), backgrounds.end(), reads))
            break;
    }
    return color;
}

QFont scaled(const QFont &base, double factor)
{
    QFont font = base;
    if (base.pointSizeF() > 0)
        font.setPointSizeF(base.pointSizeF() * factor);
    else
        font.setPixelSize(qRound(base.pixelSize() * factor));
    return font;
}

} // namespace

bool isDark(const QPalette &palette)
{
    return luminance(palette.color(QPalette::Base)) < luminance(palette.color(QPalette::Text));
}

QColor toneColor(Tone tone, const QPalette &palette)
{
    return fitted(hue(tone, palette), tone, palette);
}

QColor toneFill(Tone tone, const QPalette &palette)
{
    return fill(hue(tone, palette), tone, palette);
}

QColor lineColor(const QPalette &palette)
{
    return mixed(palette.color(QPalette::Window), palette.color(QPalette::WindowText), 0.18F);
}

QColor seriesColor(int series, const QPalette &palette)
{
    // Blue, orange, green, purple, ochre, teal: neighbours differ for all kinds of colour vision.
    static constexpr std::array Light{0x2563c9, 0xc2570c, 0x17803d, 0x7a3fb8, 0x8a6d00, 0x0f7f86};
    static constexpr std::array Dark{0x6ea8ff, 0xff9f57, 0x64cf86, 0xc79bff, 0xe3c44f, 0x59c9cf};
    const auto &colors = isDark(palette) ? Dark : Light;
    return QColor::fromRgb(QRgb(colors.at(size_t(std::max(series, 0)) % colors.size())));
}

QFont smallFont(const QFont &base)
{
    return scaled(base, 0.88);
}

QFont titleFont(const QFont &base)
{
    QFont font = scaled(base, 1.15);
    font.setWeight(QFont::DemiBold);
    return font;
}

QFont figureFont(const QFont &base)
{
    // The digits of the usual desktop fonts have equal width; where a font has both, the style is
    // asked for tabular ones when it can say so (Qt 6.7).
    QFont font = scaled(base, 1.9);
    font.setWeight(QFont::DemiBold);
#if QT_VERSION >= QT_VERSION_CHECK(6, 7, 0)
    font.setFeature("tnum", 1);
#endif
    return font;
}

QFont monospaceFont()
{
    QFont font = QFontDatabase::systemFont(QFontDatabase::FixedFont);
    font.setStyleHint(QFont::Monospace); // where the desktop names none that is there
    // In a line with other text.
    const QFont other = QGuiApplication::font();
    if (other.pointSizeF() > 0)
        font.setPointSizeF(other.pointSizeF());
    else
        font.setPixelSize(other.pixelSize());
    return font;
}

} // namespace truepeer
