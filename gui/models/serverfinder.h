// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ServerFinder lists the admin sockets of this machine and whether a server answers there. While it
// is active it looks for new ones, and holds one session to each server, so that a server that ends
// is known at once and none has its list of sessions filled by looking again and again.
//
// Thread: the GUI thread. Rows are keyed by path, and stay in the order of the directories.
#pragma once

#include "gui/models/connectproblem.h"
#include "gui/models/roles.h"
#include "gui/models/statussnapshot.h"

#include <QAbstractListModel>
#include <QStringList>
#include <QTimer>

#include <memory>
#include <vector>

namespace truepeer {

class AdminClient;

class ServerFinder final : public QAbstractListModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ServerFinder)

public:
    // DisplayRole: the path; KeyRole: the same.
    enum Role : int {
        DetailRole = FirstFreeRole, // QString: what listens there, or why it cannot be used
        ReachableRole,              // bool
    };

    explicit ServerFinder(QStringList directories, QObject *parent = nullptr);
    ~ServerFinder() override;

    // Sessions are held and directories are looked at only while it is.
    void setActive(bool active);

    int rowCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;

    // The paths where servers answered.
    QStringList reachable() const;
    // Whether each socket that was found answered or failed.
    bool isSettled() const;
    const QStringList &directories() const { return m_directories; }

Q_SIGNALS:
    void settled(); // after each change that leaves nothing open

private:
    enum class State : quint8 { Asking, Reachable, Failed };
    struct Place
    {
        QString path;
        std::unique_ptr<AdminClient> client;
        State state = State::Asking;
        QString detail;
        QString help;
    };

    void scan();
    void insert(int row, const QString &path);
    void take(const QString &path, State state, const QString &detail, const QString &help);
    int rowOf(const QString &path) const; // -1: none
    void checkSettled();

    const QStringList m_directories;
    QTimer m_timer;
    std::vector<Place> m_places;
    bool m_hasScanned = false;
};

} // namespace truepeer
