// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/tilegrid.h"

#include "gui/widgets/theme.h"

#include <QGridLayout>

#include <algorithm>
#include <utility>

namespace truepeer {

TileGrid::TileGrid(std::vector<int> columns, int minimumWidth, QWidget *parent)
    : QWidget(parent)
    , m_columns(std::move(columns))
    , m_minimumWidth(minimumWidth)
    , m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins({});
    m_layout->setSpacing(Grid);
    // Else the grid could not become narrower than it is arranged.
    m_layout->setSizeConstraint(QLayout::SetNoConstraint);
}

TileGrid::~TileGrid() = default;

void TileGrid::add(QWidget *tile)
{
    m_tiles.push_back(tile);
    tile->setParent(this);
    arrange();
}

QSize TileGrid::minimumSizeHint() const
{
    return {m_minimumWidth, m_layout->minimumSize().height()};
}

void TileGrid::resizeEvent(QResizeEvent *event)
{
    QWidget::resizeEvent(event);
    if (fitting() != m_current)
        arrange();
}

int TileGrid::fitting() const
{
    const auto fits = [this](int columns) {
        return columns * (m_minimumWidth + Grid) - Grid <= width();
    };
    const auto found = std::find_if(m_columns.begin(), m_columns.end(), fits);
    return found == m_columns.end() ? m_columns.back() : *found;
}

void TileGrid::arrange()
{
    for (QWidget *tile : m_tiles)
        m_layout->removeWidget(tile);
    for (int i = 0; i < m_layout->columnCount(); ++i)
        m_layout->setColumnStretch(i, 0);
    m_current = fitting();
    const int count = int(m_tiles.size());
    for (int i = 0; i < count; ++i) {
        const int column = i % m_current;
        const int span = i == count - 1 ? m_current - column : 1;
        m_layout->addWidget(m_tiles[size_t(i)], i / m_current, column, 1, span);
    }
    for (int i = 0; i < m_current; ++i)
        m_layout->setColumnStretch(i, 1);
    updateGeometry();
}

} // namespace truepeer
