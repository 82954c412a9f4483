// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/eventfiltermodel.h"

#include "gui/models/eventmodel.h"

#include <algorithm>

namespace truepeer {

EventFilterModel::EventFilterModel(QObject *parent)
    : QSortFilterProxyModel(parent)
{
}

EventFilterModel::~EventFilterModel() = default;

void EventFilterModel::setGroup(EventGroup group, bool shown)
{
    const int groups = shown ? m_groups | int(group) : m_groups & ~int(group);
    if (groups == m_groups)
        return;
    m_groups = groups;
    invalidateFilter();
}

void EventFilterModel::setText(const QString &text)
{
    const QStringList words = text.split(u' ', Qt::SkipEmptyParts);
    if (words == m_words)
        return;
    m_words = words;
    invalidateFilter();
}

bool EventFilterModel::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const QModelIndex index = sourceModel()->index(row, EventModel::What, parent);
    const int group = index.data(EventModel::GroupRole).toInt();
    if (group != 0 && (group & m_groups) == 0)
        return false;
    if (m_words.isEmpty())
        return true;
    const QString text = index.data(EventModel::SearchRole).toString();
    return std::all_of(m_words.begin(), m_words.end(), [&text](const QString &word) {
        return text.contains(word, Qt::CaseInsensitive);
    });
}

} // namespace truepeer
