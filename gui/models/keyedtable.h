// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractTableModel>
#include <QSet>

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

namespace truepeer {

// A table that is given all its rows anew, and tells its views only what became different: rows are
// inserted, removed, moved and changed, never reset, so that what is selected stays selected. A row
// has a QString `key` that no other row has, and operator==.
//
// Thread: the GUI thread.
template <typename Row>
class KeyedTable : public QAbstractTableModel
{
public:
    using QAbstractTableModel::QAbstractTableModel;

    int rowCount(const QModelIndex &parent = {}) const override
    {
        return parent.isValid() ? 0 : int(m_rows.size());
    }

protected:
    const std::vector<Row> &rows() const { return m_rows; }

    // Of rows with the same key the first one counts.
    void setRows(std::vector<Row> rows)
    {
        QSet<QString> keys;
        std::erase_if(rows, [&keys](const Row &row) {
            const bool isKnown = keys.contains(row.key);
            keys.insert(row.key);
            return isKnown;
        });
        removeOthers(keys);
        placeRows(rows);
        changeRows(rows);
    }

    void allChanged()
    {
        if (!m_rows.empty())
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount({}) - 1));
    }

private:
    // From the end, each run of rows at once.
    void removeOthers(const QSet<QString> &wanted)
    {
        size_t end = m_rows.size();
        while (end > 0) {
            if (wanted.contains(m_rows[end - 1].key)) {
                --end;
                continue;
            }
            size_t first = end - 1;
            while (first > 0 && !wanted.contains(m_rows[first - 1].key))
                --first;
            beginRemoveRows({}, int(first), int(end) - 1);
            m_rows.erase(at(m_rows, first), at(m_rows, end));
            endRemoveRows();
            end = first;
        }
    }

    // All rows that are left are wanted; afterwards the keys are those of `rows`, in their order.
    void placeRows(const std::vector<Row> &rows)
    {
        for (size_t i = 0; i < rows.size(); ++i) {
            if (i < m_rows.size() && m_rows[i].key == rows[i].key)
                continue;
            const auto found = std::find_if(at(m_rows, std::min(i, m_rows.size())), m_rows.end(),
                                            [&](const Row &row) { return row.key == rows[i].key; });
            if (found == m_rows.end()) {
                insertNew(rows, i);
                continue;
            }
            const int from = int(found - m_rows.begin());
            beginMoveRows({}, from, from, {}, int(i));
            std::rotate(at(m_rows, i), found, found + 1);
            endMoveRows();
        }
    }

    // Row `first`, and those behind it that are new, too: views look at the first rows that come to
    // choose their widths.
    void insertNew(const std::vector<Row> &rows, size_t first)
    {
        QSet<QString> present;
        for (const Row &row : m_rows)
            present.insert(row.key);
        size_t end = first + 1;
        while (end < rows.size() && !present.contains(rows[end].key))
            ++end;
        beginInsertRows({}, int(first), int(end) - 1);
        m_rows.insert(at(m_rows, first), at(rows, first), at(rows, end));
        endInsertRows();
    }

    void changeRows(std::vector<Row> &rows)
    {
        const int lastColumn = columnCount({}) - 1;
        for (size_t i = 0; i < rows.size();) {
            size_t end = i;
            for (; end < rows.size() && !(m_rows[end] == rows[end]); ++end)
                m_rows[end] = std::move(rows[end]);
            if (end > i)
                Q_EMIT dataChanged(index(int(i), 0), index(int(end) - 1, lastColumn));
            i = std::max(end, i + 1);
        }
    }

    static auto at(auto &rows, size_t position) { return rows.begin() + qsizetype(position); }

    std::vector<Row> m_rows;
};

} // namespace truepeer
