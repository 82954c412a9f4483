// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/serverdelegate.h"

#include "gui/models/roles.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QApplication>
#include <QPainter>

namespace truepeer {

namespace {

constexpr int ServerIcon = 18;

QColor mainColor(const QStyleOptionViewItem &option)
{
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    return option.palette.color(isSelected ? QPalette::HighlightedText : QPalette::Text);
}

} // namespace

ServerDelegate::ServerDelegate(int detailRole, QObject *parent)
    : QStyledItemDelegate(parent)
    , m_detailRole(detailRole)
{
}

ServerDelegate::~ServerDelegate() = default;

QSize ServerDelegate::sizeHint(const QStyleOptionViewItem &option, const QModelIndex &) const
{
    int height = QFontMetrics(monospaceFont()).height() + Grid;
    if (m_detailRole >= 0)
        height += QFontMetrics(smallFont(option.font)).height() + Grid / 4;
    return {option.rect.width(), height};
}

void ServerDelegate::paint(QPainter *painter, const QStyleOptionViewItem &option,
                           const QModelIndex &index) const
{
    QStyleOptionViewItem item = option;
    initStyleOption(&item, index);
    item.text.clear();
    const QStyle *style = item.widget != nullptr ? item.widget->style() : QApplication::style();
    style->drawControl(QStyle::CE_ItemViewItem, &item, painter, item.widget);

    painter->save();
    QRect area = option.rect.adjusted(Grid, Grid / 2, -Grid, -Grid / 2);
    const bool isSelected = option.state.testFlag(QStyle::State_Selected);
    if (m_detailRole >= 0) {
        const bool isOk = index.data(ToneRole).toInt() == int(Tone::Ok);
        icon(isOk ? Glyph::Connected : Glyph::Disconnected)
            .paint(painter, QRect(area.left(), area.top(), ServerIcon, area.height()),
                   Qt::AlignCenter, isSelected ? QIcon::Selected : QIcon::Normal);
        area.setLeft(area.left() + ServerIcon + Grid);
    }
    const QFont mono = monospaceFont();
    const int lineHeight = QFontMetrics(mono).height();
    painter->setFont(mono);
    const bool isMuted = !isSelected && index.data(ToneRole).toInt() == int(Tone::Muted);
    painter->setPen(isMuted ? option.palette.color(QPalette::PlaceholderText) : mainColor(option));
    painter->drawText(
        QRect(area.left(), area.top(), area.width(), lineHeight),
        (Qt::AlignLeft | Qt::AlignVCenter).toInt() | Qt::TextSingleLine,
        QFontMetrics(mono).elidedText(index.data().toString(), Qt::ElideMiddle, area.width()));
    if (m_detailRole >= 0) {
        const QFont small = smallFont(option.font);
        painter->setFont(small);
        if (!isSelected)
            painter->setPen(option.palette.color(QPalette::PlaceholderText));
        const QString detail = index.data(m_detailRole).toString();
        area.setTop(area.top() + lineHeight + Grid / 4);
        painter->drawText(area, (Qt::AlignLeft | Qt::AlignTop).toInt() | Qt::TextSingleLine,
                          QFontMetrics(small).elidedText(detail, Qt::ElideRight, area.width()));
    }
    painter->restore();
}

} // namespace truepeer
