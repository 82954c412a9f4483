// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminserver.h"

#include <algorithm>
#include <array>

#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString userName(uid_t uid)
{
    std::array<char, 16384> buffer{};
    passwd entry = {};
    passwd *found = nullptr;
    ::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found);
    return found ? QString::fromLocal8Bit(found->pw_name) : QString();
}

std::optional<AdminCaller> callerOf(const QLocalSocket &socket, bool readOnly)
{
    ucred credentials = {};
    socklen_t size = sizeof credentials;
    if (::getsockopt(int(socket.socketDescriptor()), SOL_SOCKET, SO_PEERCRED, &credentials, &size)
        != 0)
        return std::nullopt;
    return AdminCaller{credentials.uid, credentials.pid, userName(credentials.uid), readOnly};
}

} // namespace

AdminServer::AdminServer(const AdminSession::Links &links)
    : m_links(links)
{
}

AdminServer::~AdminServer() = default;

std::optional<Error> AdminServer::listen(const Paths &paths)
{
    if (auto error = openDoor(m_operators, paths.socket, paths.group, false))
        return error;
    if (paths.readOnly.isEmpty())
        return std::nullopt;
    return openDoor(m_viewers, paths.readOnly, paths.group, true);
}

std::optional<Error> AdminServer::openDoor(Door &door, const QString &path, const QString &group,
                                           bool readOnly)
{
    Expected<std::unique_ptr<AdminSocket>> socket = AdminSocket::open(path, group);
    if (!socket)
        return socket.error();
    door.socket = std::move(socket).value();
    door.server = std::make_unique<QLocalServer>();
    QLocalServer &server = *door.server;
    connect(&server, &QLocalServer::newConnection, this,
            [this, &server, readOnly] { admit(server, readOnly); });
    if (!server.listen(door.socket->takeDescriptor()))
        return Error{u"cannot listen on the admin socket "_s + path + u": "_s
                     + server.errorString()};
    return std::nullopt;
}

void AdminServer::admit(QLocalServer &server, bool readOnly)
{
    while (QLocalSocket *next = server.nextPendingConnection()) {
        std::unique_ptr<QLocalSocket> socket(next);
        const std::optional<AdminCaller> caller = callerOf(*socket, readOnly);
        if (!caller || m_sessions.size() >= MaxSessions) {
            ++m_refused;
            socket->write(encodeAnswer(
                QJsonValue(),
                RpcError(RpcCode::Busy, u"%1 sessions are open; close one of them"_s.arg(
                                            QString::number(MaxSessions)))));
            socket->flush();
            continue;
        }
        auto session = std::make_unique<AdminSession>(std::move(socket), *caller, m_links);
        AdminSession *const key = session.get();
        connect(key, &AdminSession::ended, this, [this, key](const QString &reason) {
            Q_EMIT sessionClosed(key->caller(), key->name(), reason);
            remove(key);
        });
        m_sessions.push_back(std::move(session));
        Q_EMIT sessionOpened(*caller);
    }
}

// It is in the middle of a call of its own.
void AdminServer::remove(AdminSession *session)
{
    const auto found = std::find_if(m_sessions.begin(), m_sessions.end(),
                                    [session](const auto &each) { return each.get() == session; });
    if (found == m_sessions.end())
        return;
    found->release()->deleteLater();
    m_sessions.erase(found);
}

void AdminServer::notify(const QString &topic, const QString &method, const QJsonObject &params)
{
    for (const auto &session : m_sessions) {
        if (session->isWatching(topic))
            session->notify(method, params);
    }
}

} // namespace truepeer
