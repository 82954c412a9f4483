// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/eventtext.h"

#include <QSortFilterProxyModel>

namespace truepeer {

// Of an EventModel those that the operator wants to see. Rows that tell of a gap are hidden by a
// search only.
class EventFilterModel final : public QSortFilterProxyModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventFilterModel)

public:
    explicit EventFilterModel(QObject *parent = nullptr);
    ~EventFilterModel() override;

    void setGroup(EventGroup group, bool shown);
    void setText(const QString &text); // all of its words, in any case

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    int m_groups = AllEventGroups;
    QStringList m_words;
};

} // namespace truepeer
