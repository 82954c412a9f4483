// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/filterstore.h"

#include <QSettings>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView RecentKey = "clients/filters/recent"_L1;
constexpr QLatin1StringView SavedKey = "clients/filters/saved"_L1;

QStringList list(QLatin1StringView key)
{
    return QSettings().value(QString(key)).toStringList();
}

void prepend(QLatin1StringView key, const QString &filter, qsizetype limit)
{
    if (filter.isEmpty())
        return;
    QStringList filters = list(key);
    filters.removeAll(filter);
    filters.prepend(filter);
    if (filters.size() > limit)
        filters.resize(limit);
    QSettings().setValue(QString(key), filters);
}

} // namespace

QStringList FilterStore::recent() const
{
    return list(RecentKey);
}

void FilterStore::addRecent(const QString &filter)
{
    prepend(RecentKey, filter, MaxRecent);
}

QStringList FilterStore::saved() const
{
    return list(SavedKey);
}

void FilterStore::save(const QString &filter)
{
    prepend(SavedKey, filter, MaxSaved);
}

void FilterStore::forget(const QString &filter)
{
    QStringList filters = saved();
    filters.removeAll(filter);
    QSettings().setValue(QString(SavedKey), filters);
}

} // namespace truepeer
