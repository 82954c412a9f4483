// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/table.h"

#include <QStringList>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype Gap = 2;
constexpr qsizetype LeastWidth = 6; // a column is not cut further

} // namespace

QString elided(const QString &text, qsizetype width)
{
    if (text.size() <= width)
        return text;
    if (width < 1)
        return {};
    qsizetype kept = width - 1;
    if (kept > 0 && text[kept - 1].isHighSurrogate())
        --kept;
    return text.first(kept) + u'\u2026';
}

std::vector<qsizetype> Table::naturalWidths(const Layout &layout) const
{
    std::vector<qsizetype> widths(m_columns.size(), 0);
    for (size_t i = 0; i < m_columns.size(); ++i) {
        if (layout.hasHeaders)
            widths[i] = m_columns[i].title.size();
        for (const std::vector<Cell> &row : m_rows)
            widths[i] = std::max(widths[i], row[i].text.size());
    }
    return widths;
}

void Table::leaveOut(std::vector<qsizetype> &widths, qsizetype most) const
{
    const auto isTooWide = [&] {
        qsizetype needed = -Gap;
        for (size_t i = 0; i < widths.size(); ++i) {
            if (widths[i] >= 0)
                needed +=
                    Gap
                    + (m_columns[i].isNumber ? widths[i] : std::min(widths[i], m_columns[i].keep));
        }
        return needed > most;
    };
    while (isTooWide()) {
        size_t last = widths.size();
        for (size_t i = 0; i < widths.size(); ++i) {
            const int rank = m_columns[i].rank;
            if (widths[i] >= 0 && rank > 0
                && (last == widths.size() || rank > m_columns[last].rank))
                last = i;
        }
        if (last == widths.size())
            break;
        widths[last] = -1;
    }
}

void Table::cut(std::vector<qsizetype> &widths, qsizetype most, bool toKeep) const
{
    qsizetype excess = -Gap - most;
    for (const qsizetype width : widths)
        excess += width < 0 ? 0 : width + Gap;
    for (; excess > 0; --excess) {
        size_t widest = widths.size();
        for (size_t i = 0; i < widths.size(); ++i) {
            const qsizetype least = toKeep ? m_columns[i].keep : LeastWidth;
            if (!m_columns[i].isNumber && widths[i] > least
                && (widest == widths.size() || widths[i] > widths[widest]))
                widest = i;
        }
        if (widest == widths.size())
            break;
        --widths[widest];
    }
}

std::vector<qsizetype> Table::widths(const Layout &layout) const
{
    std::vector<qsizetype> widths = naturalWidths(layout);
    if (layout.width > 0) {
        leaveOut(widths, layout.width);
        cut(widths, layout.width, true);
        cut(widths, layout.width, false);
    }
    return widths;
}

QString Table::leftOutText(const Layout &layout) const
{
    const std::vector<qsizetype> columnWidths = widths(layout);
    QStringList titles;
    for (size_t i = 0; i < columnWidths.size(); ++i) {
        if (columnWidths[i] < 0)
            titles.append(m_columns[i].title.toLower());
    }
    if (titles.isEmpty())
        return {};
    const QString text = u"too narrow for "_s + titles.join(u", "_s);
    return painted(elided(text, layout.width), Colour::Faint, layout.hasColours) + u'\n';
}

QString Table::line(const std::vector<Cell> &row, const std::vector<qsizetype> &widths,
                    const Layout &layout) const
{
    QString out;
    qsizetype blanks = 0; // that wait for a text to stand before
    for (size_t i = 0; i < row.size(); ++i) {
        if (widths[i] < 0)
            continue;
        const QString text = elided(row[i].text, widths[i]);
        const qsizetype padding = widths[i] - text.size();
        if (m_columns[i].isNumber)
            blanks += padding;
        if (!text.isEmpty()) {
            out += QString(blanks, u' ') + painted(text, row[i].colour, layout.hasColours);
            blanks = 0;
        }
        blanks += Gap + (m_columns[i].isNumber ? 0 : padding);
    }
    return out + u'\n';
}

QString Table::toText(const Layout &layout) const
{
    const std::vector<qsizetype> columnWidths = widths(layout);
    QString out;
    if (layout.hasHeaders) {
        std::vector<Cell> titles;
        for (const TableColumn &column : m_columns)
            titles.push_back({column.title, Colour::Strong});
        out += line(titles, columnWidths, layout);
    }
    for (const std::vector<Cell> &row : m_rows)
        out += line(row, columnWidths, layout);
    return out;
}

} // namespace truepeer
