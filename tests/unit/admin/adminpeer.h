// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A client of the admin socket by hand, which reads only when it is told to. The event loop of its
// thread, where the server may live, turns while it waits.
#pragma once

#include "shared/admin/protocol.h"

#include <QCoreApplication>
#include <QDeadlineTimer>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace truepeer {

// Connected, or -1.
inline int connectTo(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0)
        return descriptor;
    ::close(descriptor);
    return -1;
}

class AdminPeer
{
    Q_DISABLE_COPY_MOVE(AdminPeer)

public:
    static constexpr std::chrono::seconds Patience{30};

    explicit AdminPeer(const QString &path)
        : m_descriptor(connectTo(path))
    {
        if (m_descriptor < 0)
            qFatal("cannot connect to the admin socket of the test");
    }
    ~AdminPeer() { hangUp(); }

    void hangUp()
    {
        if (m_descriptor >= 0)
            ::close(std::exchange(m_descriptor, -1));
    }

    void send(QByteArrayView bytes) const
    {
        const QDeadlineTimer late(Patience);
        while (!bytes.isEmpty() && !late.hasExpired()) {
            const ssize_t sent = ::send(m_descriptor, bytes.data(), size_t(bytes.size()),
                                        MSG_DONTWAIT | MSG_NOSIGNAL);
            if (sent < 0 && errno != EAGAIN)
                return;
            if (sent > 0)
                bytes = bytes.sliced(sent);
            else
                QCoreApplication::processEvents();
        }
    }
    void sendCall(int id, const QString &method, const QJsonObject &params = {}) const
    {
        send(encodeRequest({id, method, params}));
    }

    // The next line; empty when the connection has ended.
    QByteArray readLine()
    {
        const QDeadlineTimer late(Patience);
        std::array<char, 64 * 1024> part{};
        while (!late.hasExpired()) {
            const qsizetype end = m_received.indexOf('\n', m_searched);
            if (end >= 0) {
                const QByteArray line = m_received.first(end);
                m_received.remove(0, end + 1);
                m_searched = 0;
                return line;
            }
            m_searched = m_received.size();
            const ssize_t count = ::recv(m_descriptor, part.data(), part.size(), MSG_DONTWAIT);
            if (count > 0)
                m_received.append(part.data(), count);
            else if (count == 0 || errno != EAGAIN)
                return {};
            else
                QTest::qWait(1);
        }
        qWarning("nothing came");
        return {};
    }
    QJsonObject read() { return QJsonDocument::fromJson(readLine()).object(); }

    // What a call comes to. Nothing else may come before its answer.
    QJsonObject call(const QString &method, const QJsonObject &params = {})
    {
        sendCall(++m_lastId, method, params);
        const QJsonObject answer = read();
        return answer[QStringLiteral("id")].toInt() == m_lastId ? answer : QJsonObject();
    }

private:
    int m_descriptor;
    QByteArray m_received;
    qsizetype m_searched = 0;
    int m_lastId = 0;
};

inline QJsonObject resultOf(const QJsonObject &answer)
{
    return answer[QStringLiteral("result")].toObject();
}
inline int errorCodeOf(const QJsonObject &answer)
{
    return answer[QStringLiteral("error")][QStringLiteral("code")].toInt();
}
inline QString errorTextOf(const QJsonObject &answer)
{
    return answer[QStringLiteral("error")][QStringLiteral("message")].toString();
}

} // namespace truepeer
