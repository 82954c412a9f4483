// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/recentservers.h"

#include <QSettings>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto SettingsKey = "recentServers"_L1;

} // namespace

RecentServers::RecentServers(QObject *parent)
    : QAbstractListModel(parent)
{
    const QStringList texts = QSettings().value(SettingsKey).toStringList();
    for (const QString &text : texts) {
        const ServerAddress address = addressOfSetting(text);
        if (!address.isEmpty() && !m_addresses.contains(address) && m_addresses.size() < Max)
            m_addresses.append(address);
    }
}

RecentServers::~RecentServers() = default;

void RecentServers::remember(const ServerAddress &address)
{
    const int row = int(m_addresses.indexOf(address));
    if (row == 0 || address.isEmpty())
        return;
    if (row > 0) {
        beginMoveRows({}, row, row, {}, 0);
        m_addresses.move(row, 0);
        endMoveRows();
    } else {
        beginInsertRows({}, 0, 0);
        m_addresses.prepend(address);
        endInsertRows();
    }
    if (m_addresses.size() > Max)
        removeAt(Max);
    save();
}

void RecentServers::forget(const ServerAddress &address)
{
    const int row = int(m_addresses.indexOf(address));
    if (row < 0)
        return;
    removeAt(row);
    save();
}

int RecentServers::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_addresses.size());
}

QVariant RecentServers::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    if (role == Qt::DisplayRole || role == KeyRole)
        return m_addresses.at(index.row()).text();
    return {};
}

void RecentServers::removeAt(int row)
{
    beginRemoveRows({}, row, row);
    m_addresses.removeAt(row);
    endRemoveRows();
}

void RecentServers::save() const
{
    QStringList texts;
    for (const ServerAddress &address : m_addresses)
        texts.append(settingText(address));
    QSettings().setValue(SettingsKey, texts);
}

} // namespace truepeer
