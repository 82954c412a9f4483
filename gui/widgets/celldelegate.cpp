// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/celldelegate.h"

#include "gui/models/roles.h"
#include "gui/widgets/theme.h"

#include <QAbstractItemView>
#include <QApplication>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>
#include <QtMath>

namespace truepeer {

namespace {

constexpr int Padding = Grid / 2; // at both sides of a cell, beside the style's own
constexpr int KeptTexts = 4000;   // some screens full of cells

QStyle *styleOf(const QStyleOptionViewItem &option)
{
    return option.widget ? option.widget->style() : QApplication::style();
}

bool hasBackground(const QStyleOptionViewItem &option)
{
    return option.state & (QStyle::State_Selected | QStyle::State_MouseOver)
           || option.backgroundBrush.style() != Qt::NoBrush;
}

void paintShare(QPainter &painter, const QStyleOptionViewItem &option, double share)
{
    const bool selected = option.state.testFlag(QStyle::State_Selected);
    QColor color = option.palette.color(selected ? QPalette::HighlightedText : QPalette::Highlight);
    color.setAlphaF(0.22F);
    const QRectF room = QRectF(option.rect).adjusted(2, 3, -2, -3);
    QRectF bar = room;
    bar.setWidth(room.width() * qBound(0.0, share, 1.0));
    if (option.direction == Qt::RightToLeft)
        bar.moveRight(room.right());
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(color);
    painter.drawRoundedRect(bar, 2, 2);
    painter.restore();
}

} // namespace

CellDelegate::CellDelegate(QObject *parent)
    : QStyledItemDelegate(parent)
    , m_monospace(monospaceFont())
    , m_monospaceMetrics(m_monospace)
    , m_texts(KeptTexts)
{
}

CellDelegate::~CellDelegate() = default;

void CellDelegate::applyFonts()
{
    m_monospace = monospaceFont();
    m_monospaceMetrics = QFontMetrics(m_monospace);
    m_texts.clear();
}

void CellDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    QStyledItemDelegate::initStyleOption(option, index);
    if (index.data(NumericRole).toBool())
        option->displayAlignment = Qt::AlignRight | Qt::AlignVCenter;
    if (index.data(MonospaceRole).toBool()) {
        option->font = m_monospace;
        option->fontMetrics = m_monospaceMetrics;
        option->textElideMode = Qt::ElideMiddle;
    }
}

const QStaticText &CellDelegate::laidOut(const QStyleOptionViewItem &option, int width) const
{
    const TextKey key{option.text, option.font, width};
    if (const QStaticText *known = m_texts.object(key))
        return *known;
    auto *text =
        new QStaticText(option.fontMetrics.elidedText(option.text, option.textElideMode, width));
    text->setTextFormat(Qt::PlainText);
    text->prepare({}, option.font);
    m_texts.insert(key, text);
    return *text;
}

// What drawControl() would do, which lays each text out several times.
void CellDelegate::paintText(QPainter &painter, const QStyleOptionViewItem &option,
                             const QColor &color) const
{
    if (option.text.isEmpty())
        return;
    const int margin =
        Padding + 1
        + styleOf(option)->pixelMetric(QStyle::PM_FocusFrameHMargin, &option, option.widget);
    const QRect room = option.rect.adjusted(margin, 0, -margin, 0);
    const QStaticText &text = laidOut(option, room.width());
    const QSize size(qCeil(text.size().width()), qCeil(text.size().height()));
    const Qt::Alignment alignment =
        QStyle::visualAlignment(option.direction, option.displayAlignment);
    QRect place = QStyle::alignedRect(Qt::LeftToRight, alignment, size, room);
    // All fonts of a row stand on one line.
    if (option.widget) {
        const QFontMetrics normal = option.widget->fontMetrics();
        place.moveTop(room.top() + (room.height() - normal.height()) / 2 + normal.ascent()
                      - option.fontMetrics.ascent());
    }
    painter.setFont(option.font);
    painter.setPen(color);
    if (option.font.strikeOut()) // a static text draws that line somewhere else (Qt 6.4)
        painter.drawText(place.topLeft() + QPoint(0, option.fontMetrics.ascent()), text.text());
    else
        painter.drawStaticText(place.topLeft(), text);
}

QColor CellDelegate::textColor(const QStyleOptionViewItem &option, Tone tone) const
{
    const QPalette &palette = option.palette;
    if (!option.state.testFlag(QStyle::State_Enabled))
        return palette.color(QPalette::Disabled, QPalette::Text);
    if (option.state.testFlag(QStyle::State_Selected))
        return palette.color(option.state.testFlag(QStyle::State_Active) ? QPalette::Active
                                                                         : QPalette::Inactive,
                             QPalette::HighlightedText);
    if (m_colorsOf != palette.cacheKey()) {
        m_colorsOf = palette.cacheKey();
        for (size_t i = 0; i < m_colors.size(); ++i)
            m_colors[i] = toneColor(static_cast<Tone>(i), palette);
    }
    const auto number = static_cast<size_t>(tone);
    return number < m_colors.size() ? m_colors[number] : palette.color(QPalette::Text);
}

void CellDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                         const QModelIndex &index) const
{
    QStyleOptionViewItem cell = option;
    initStyleOption(&cell, index);
    QStyle *style = styleOf(cell);
    if (hasBackground(cell))
        style->drawPrimitive(QStyle::PE_PanelItemViewItem, &cell, painter, cell.widget);
    const QVariant share = index.data(ShareRole);
    if (share.isValid() && share.toDouble() > 0)
        paintShare(*painter, cell, share.toDouble());

    const QColor color = textColor(cell, static_cast<Tone>(index.data(ToneRole).toInt()));
    const auto others =
        QStyleOptionViewItem::HasDecoration | QStyleOptionViewItem::HasCheckIndicator;
    const bool isFocused =
        cell.state.testFlag(QStyle::State_HasFocus) && !cell.state.testFlag(QStyle::State_Selected);
    if (!(cell.features & others) && !isFocused) {
        paintText(*painter, cell, color);
        return;
    }
    if (cell.state.testFlag(QStyle::State_Selected) && !cell.icon.isNull())
        cell.icon = QIcon(cell.icon.pixmap(
            cell.decorationSize, painter->device()->devicePixelRatioF(), QIcon::Selected));
    // The background is there; the text has its own colour and stands a little further inside.
    cell.palette.setColor(QPalette::Text, color);
    cell.state &= ~(QStyle::State_Selected | QStyle::State_MouseOver);
    if (!isFocused)
        cell.state &= ~QStyle::State_HasFocus;
    cell.backgroundBrush = Qt::NoBrush;
    cell.rect.adjust(Padding, 0, -Padding, 0);
    style->drawControl(QStyle::CE_ItemViewItem, &cell, painter, cell.widget);
}

QSize CellDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const
{
    return QStyledItemDelegate::sizeHint(option, index) + QSize(2 * Padding, Grid);
}

bool CellDelegate::helpEvent(QHelpEvent *event, QAbstractItemView *view,
                             const QStyleOptionViewItem &option, const QModelIndex &index)
{
    if (!event || event->type() != QEvent::ToolTip || !index.isValid())
        return QStyledItemDelegate::helpEvent(event, view, option, index);
    QString tip = index.data(Qt::ToolTipRole).toString();
    if (tip.isEmpty() && sizeHint(option, index).width() > option.rect.width())
        tip = displayText(index.data(), option.locale).toHtmlEscaped();
    // With an element around it Qt does not have to guess what it is.
    if (!tip.isEmpty())
        tip = u"<span style='white-space:pre-wrap'>" + tip + u"</span>";
    QToolTip::showText(event->globalPos(), tip, view->viewport(), option.rect);
    return true;
}

} // namespace truepeer
