// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/roles.h"
#include "gui/models/serveraddress.h"

#include <QAbstractListModel>
#include <QList>

namespace truepeer {

// The servers that were connected to, the last one first, kept in the settings of the user. All
// windows share one. DisplayRole and KeyRole: the address as text.
class RecentServers final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RecentServers)

public:
    static constexpr int Max = 10;

    explicit RecentServers(QObject *parent = nullptr);
    ~RecentServers() override;

    void remember(const ServerAddress &address);
    void forget(const ServerAddress &address);
    const QList<ServerAddress> &addresses() const { return m_addresses; }

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

private:
    void removeAt(int row);
    void save() const;

    QList<ServerAddress> m_addresses;
};

} // namespace truepeer
