// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/icons.h"

#include "gui/widgets/theme.h"

#include <QApplication>
#include <QIconEngine>
#include <QPainter>
#include <QPalette>
#include <QPixmap>
#include <QWidget>

#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QColor colorOf(QIcon::Mode mode, std::optional<Tone> tone)
{
    const QPalette palette = QApplication::palette();
    switch (mode) {
    case QIcon::Disabled:
        return palette.color(QPalette::Disabled, QPalette::WindowText);
    case QIcon::Selected:
        return palette.color(QPalette::HighlightedText);
    case QIcon::Normal:
    case QIcon::Active:
        break;
    }
    return tone ? toneColor(*tone, palette) : palette.color(QPalette::WindowText);
}

class GlyphEngine final : public QIconEngine
{
public:
    GlyphEngine(Glyph glyph, std::optional<Tone> tone)
        : m_glyph(glyph)
        , m_tone(tone)
    {
    }

    void paint(QPainter *painter, const QRect &rect, QIcon::Mode mode, QIcon::State) override
    {
        paintGlyph(*painter, m_glyph, rect, colorOf(mode, m_tone));
    }

    // Nothing is kept: the palette may change at any time.
    QPixmap pixmap(const QSize &size, QIcon::Mode mode, QIcon::State state) override
    {
        return scaledPixmap(size, mode, state, 1);
    }

    // `size` is in the pixels of the device.
    QPixmap scaledPixmap(const QSize &size, QIcon::Mode mode, QIcon::State state, qreal) override
    {
        QPixmap pixmap(size);
        pixmap.fill(Qt::transparent);
        QPainter painter(&pixmap);
        paint(&painter, QRect(QPoint(), size), mode, state);
        return pixmap;
    }

    QIconEngine *clone() const override { return new GlyphEngine(m_glyph, m_tone); }

private:
    const Glyph m_glyph;
    const std::optional<Tone> m_tone;
};

} // namespace

QIcon icon(Glyph glyph)
{
    return QIcon(new GlyphEngine(glyph, {}));
}

QIcon icon(Glyph glyph, Tone tone)
{
    return QIcon(new GlyphEngine(glyph, tone));
}

Glyph glyphOf(Tone tone)
{
    switch (tone) {
    case Tone::Ok:
        return Glyph::Ok;
    case Tone::Warning:
        return Glyph::Warning;
    case Tone::Error:
        return Glyph::Error;
    case Tone::Trusted:
        return Glyph::Trust;
    case Tone::Client:
        return Glyph::Clients;
    case Tone::Normal:
    case Tone::Muted:
    case Tone::Notice:
        break;
    }
    return Glyph::Info;
}

QPixmap tonePixmap(Glyph glyph, Tone tone, int size, const QWidget &widget)
{
    const qreal ratio = widget.devicePixelRatioF();
    QPixmap pixmap((QSizeF(size, size) * ratio).toSize());
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    paintGlyph(painter, glyph, QRectF(0, 0, size, size), toneColor(tone, widget.palette()));
    return pixmap;
}

QIcon applicationIcon()
{
    QIcon icon;
    for (const int size : {16, 22, 24, 32, 48, 64, 128, 256, 512})
        icon.addFile(u":/icons/hicolor/%1x%1/apps/io.truepeer.Dashboard.png"_s.arg(size));
    return icon;
}

} // namespace truepeer
