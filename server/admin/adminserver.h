// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminServer listens on the admin socket, and on the one for viewers if there is one, and owns the
// sessions.
//
// Thread: the main thread.
#pragma once

#include "server/admin/adminsession.h"
#include "server/admin/adminsocket.h"
#include "shared/error.h"

#include <QLocalServer>
#include <QObject>

#include <memory>
#include <vector>

namespace truepeer {

class AdminServer final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdminServer)

public:
    static constexpr size_t MaxSessions = 16;

    struct Paths
    {
        QString socket;
        QString group;    // empty: the owner alone
        QString readOnly; // empty: none
    };

    explicit AdminServer(const AdminSession::Links &links);
    ~AdminServer() override;

    // Returns why it cannot.
    std::optional<Error> listen(const Paths &paths);
    // Of the admin socket; empty before.
    QString path() const { return m_operators.socket ? m_operators.socket->path() : QString(); }

    // To all sessions that subscribed to the topic.
    void notify(const QString &topic, const QString &method, const QJsonObject &params);
    // How many there are, and how many were turned away.
    qint64 sessions() const { return qint64(m_sessions.size()); }
    qint64 refused() const { return m_refused; }

Q_SIGNALS:
    void sessionOpened(const truepeer::AdminCaller &caller);
    void sessionClosed(const truepeer::AdminCaller &caller, const QString &name,
                       const QString &reason);

private:
    struct Door
    {
        std::unique_ptr<AdminSocket> socket;
        std::unique_ptr<QLocalServer> server;
    };

    std::optional<Error> openDoor(Door &door, const QString &path, const QString &group,
                                  bool readOnly);
    void admit(QLocalServer &server, bool readOnly);
    void remove(AdminSession *session);

    const AdminSession::Links m_links;
    Door m_operators;
    Door m_viewers;
    std::vector<std::unique_ptr<AdminSession>> m_sessions;
    qint64 m_refused = 0;
};

} // namespace truepeer
