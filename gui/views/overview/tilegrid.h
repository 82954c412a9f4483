// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

#include <vector>

class QGridLayout;

namespace truepeer {

// Widgets of equal width in as few rows as fit; the last one fills what is left of its row.
class TileGrid final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TileGrid)

public:
    // `columns` are the numbers of columns that look well, largest first.
    TileGrid(std::vector<int> columns, int minimumWidth, QWidget *parent = nullptr);
    ~TileGrid() override;

    void add(QWidget *tile);
    int columns() const { return m_current; }

    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    int fitting() const;
    void arrange();

    const std::vector<int> m_columns;
    const int m_minimumWidth;
    QGridLayout *m_layout;
    std::vector<QWidget *> m_tiles;
    int m_current = 0;
};

} // namespace truepeer
