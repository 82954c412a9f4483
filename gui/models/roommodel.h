// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/polledtable.h"
#include "gui/models/roomplace.h"

namespace truepeer {

// RoomModel is a page of the rooms that the server has, which selects and sorts them: there may be
// many thousands.
class RoomModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoomModel)

public:
    static constexpr int PageSize = 200;

    explicit RoomModel(const ModelContext &context, QObject *parent = nullptr);
    ~RoomModel() override;

    const QString &filter() const { return m_filter; }
    void setFilter(const QString &part); // of the name
    void setSort(const QString &column, Qt::SortOrder order);
    const QString &sortColumn() const { return m_sort; }
    Qt::SortOrder sortOrder() const { return m_order; }

    bool hasPrevious() const { return m_offset > 0; }
    bool hasNext() const { return m_offset + rowCount() < m_filtered; }
    void previousPage();
    void nextPage();

    qint64 total() const { return m_total; }
    qint64 filtered() const { return m_filtered; }
    // "1 to 200 of 1 234 rooms"
    QString summary() const;
    RoomPlace placeOf(const QString &key) const; // empty: it is not on this page
    static RoomPlace placeIn(const QJsonObject &value);

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonValue &result);
    void turnTo(qint64 offset);

    QString m_filter;
    QString m_sort;
    Qt::SortOrder m_order = Qt::DescendingOrder;
    qint64 m_offset = 0;
    qint64 m_total = 0;
    qint64 m_filtered = 0;
};

} // namespace truepeer
