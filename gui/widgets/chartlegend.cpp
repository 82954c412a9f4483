// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/chartlegend.h"

#include "gui/widgets/theme.h"

#include <QPainter>
#include <QStyleOption>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int Swatch = 10;
constexpr int Gap = 4;

} // namespace

ChartLegendButton::ChartLegendButton(int series, const QString &name, const QString &widest,
                                     QWidget *parent)
    : QAbstractButton(parent)
    , m_series(series)
    , m_widest(widest)
{
    setText(name);
    setCheckable(true);
    setCursor(Qt::PointingHandCursor);
    setSizePolicy(QSizePolicy::Fixed, QSizePolicy::Fixed);
    setAttribute(Qt::WA_Hover);
    setValue(u"\u2014"_s);
    connect(this, &QAbstractButton::toggled, this, [this](bool alone) {
        setToolTip(alone ? u"Show all series"_s : u"Show only this series"_s);
    });
}

ChartLegendButton::~ChartLegendButton() = default;

void ChartLegendButton::setValue(const QString &value)
{
    if (value == m_value)
        return;
    m_value = value;
    setAccessibleName(text() + u": "_s + value);
    update();
}

void ChartLegendButton::setFaded(bool faded)
{
    m_faded = faded;
    update();
}

void ChartLegendButton::setChoosable(bool choosable)
{
    // Not disabled: it would look as if its value were of no use.
    setAttribute(Qt::WA_TransparentForMouseEvents, !choosable);
    setFocusPolicy(choosable ? Qt::TabFocus : Qt::NoFocus);
    setToolTip(choosable ? u"Show only this series"_s : QString());
}

QSize ChartLegendButton::sizeHint() const
{
    const QFontMetrics metrics(smallFont(font()));
    const int value =
        std::max(metrics.horizontalAdvance(m_widest), metrics.horizontalAdvance(u"\u2014"_s));
    return {Swatch + Gap + metrics.horizontalAdvance(text()) + Gap + value + 2 * Gap,
            metrics.height() + 2 * Gap};
}

void ChartLegendButton::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setOpacity(m_faded ? 0.45 : 1);
    if (underMouse() || isChecked()) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(lineColor(palette()));
        painter.setOpacity(0.4);
        painter.drawRoundedRect(rect(), 3, 3);
        painter.setOpacity(m_faded ? 0.45 : 1);
    }
    painter.setFont(smallFont(font()));
    const double middle = height() / 2.0;
    painter.setPen(QPen(seriesColor(m_series, palette()), 3));
    painter.drawLine(QPointF(Gap, middle), QPointF(Gap + Swatch, middle));
    const QRect texts = rect().adjusted(Gap + Swatch + Gap, 0, -Gap, 0);
    painter.setPen(toneColor(Tone::Muted, palette()));
    painter.drawText(texts, (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine,
                     text());
    painter.setPen(palette().color(QPalette::Text));
    const int name = painter.fontMetrics().horizontalAdvance(text()) + Gap;
    const QString value =
        painter.fontMetrics().elidedText(m_value, Qt::ElideRight, texts.width() - name);
    painter.drawText(texts.adjusted(name, 0, 0, 0),
                     (Qt::AlignRight | Qt::AlignVCenter).toInt() | Qt::TextSingleLine, value);
    if (hasFocus()) {
        QStyleOptionFocusRect option;
        option.initFrom(this);
        style()->drawPrimitive(QStyle::PE_FrameFocusRect, &option, &painter, this);
    }
}

} // namespace truepeer
