// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/format.h"

#include <QString>

#include <vector>

namespace truepeer {

// How wide, and how plain.
struct Layout
{
    int width = 0; // of the terminal; 0: nothing is cut
    bool hasColours = false;
    bool hasHeaders = true;
};

struct Cell
{
    QString text;
    Colour colour = Colour::None;
};

struct TableColumn
{
    QString title;
    bool isNumber = false; // aligned to the right, never cut
    // Where space is short: so many characters are kept as long as there are columns to leave out,
    // which are those of the highest rank first. Rank 0 always stays.
    qsizetype keep = 6;
    int rank = 0;
};

// Text in columns, two blanks between them. On a terminal that is too narrow columns are left out,
// and then the widest ones are cut, with an ellipsis.
class Table
{
public:
    explicit Table(std::vector<TableColumn> columns)
        : m_columns(std::move(columns))
    {
    }

    // REQUIRES: one cell for each column.
    void add(std::vector<Cell> row) { m_rows.push_back(std::move(row)); }
    bool isEmpty() const { return m_rows.empty(); }
    QString toText(const Layout &layout) const;
    // A line that names the columns for which the terminal is too narrow; empty when there are
    // none.
    QString leftOutText(const Layout &layout) const;

private:
    // The width of each column; less than 0: it is left out.
    std::vector<qsizetype> widths(const Layout &layout) const;
    std::vector<qsizetype> naturalWidths(const Layout &layout) const;
    void leaveOut(std::vector<qsizetype> &widths, qsizetype most) const;
    void cut(std::vector<qsizetype> &widths, qsizetype most, bool toKeep) const;
    QString line(const std::vector<Cell> &row, const std::vector<qsizetype> &widths,
                 const Layout &layout) const;

    std::vector<TableColumn> m_columns;
    std::vector<std::vector<Cell>> m_rows;
};

// At most so many characters, the last one an ellipsis if something was cut.
QString elided(const QString &text, qsizetype width);

} // namespace truepeer
