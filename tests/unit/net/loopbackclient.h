// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A blocking TCP client together with the accepted end of its connection, without a listener that
// anybody else could connect to.
#pragma once

#include <QByteArray>

#include <algorithm>
#include <chrono>
#include <utility>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace truepeer {

// Our side of a connection; the other one is for the pool.
class LoopbackClient
{
public:
    static constexpr std::chrono::seconds Patience{30};

    LoopbackClient()
    {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *where = reinterpret_cast<sockaddr *>(&address);
        m_socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const timeval limit = {Patience.count(), 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        const bool connected = ::bind(listener, where, size) == 0 && ::listen(listener, 1) == 0
                               && ::getsockname(listener, where, &size) == 0
                               && ::connect(m_socket, where, size) == 0;
        if (!connected)
            qFatal("cannot connect over loopback");
        m_accepted = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        ::close(listener);
    }
    ~LoopbackClient()
    {
        if (m_socket >= 0)
            ::close(m_socket);
        if (m_accepted >= 0)
            ::close(m_accepted);
    }
    Q_DISABLE_COPY_MOVE(LoopbackClient)

    // Ends with a reset.
    void abort()
    {
        const linger hard = {1, 0};
        ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        ::close(std::exchange(m_socket, -1));
    }
    // No more from us; reading goes on.
    void finishSending() const { ::shutdown(m_socket, SHUT_WR); }

    int takeAccepted() { return std::exchange(m_accepted, -1); }

    void send(const QByteArray &bytes) const
    {
        if (::send(m_socket, bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL) != bytes.size())
            qFatal("cannot send");
    }
    // Reads until `mark` was received; everything before it and itself. Without it: what came until
    // the end of the connection.
    QByteArray readUntil(const QByteArray &mark)
    {
        while (true) {
            const qsizetype at = m_received.indexOf(mark);
            if (at >= 0 && !mark.isEmpty()) {
                const QByteArray taken = m_received.first(at + mark.size());
                m_received.remove(0, at + mark.size());
                return taken;
            }
            QByteArray part(4096, '\0');
            const ssize_t count = ::recv(m_socket, part.data(), size_t(part.size()), 0);
            if (count <= 0)
                return std::exchange(m_received, {});
            m_received.append(part.constData(), count);
        }
    }
    QByteArray readToEnd() { return readUntil({}); }
    // Exactly so many bytes; fewer at the end of the connection.
    QByteArray read(qsizetype size)
    {
        while (m_received.size() < size) {
            QByteArray part(65536, '\0');
            const ssize_t count = ::recv(m_socket, part.data(), size_t(part.size()), 0);
            if (count <= 0)
                break;
            m_received.append(part.constData(), count);
        }
        const QByteArray taken = m_received.first(std::min(size, m_received.size()));
        m_received.remove(0, taken.size());
        return taken;
    }

private:
    int m_socket = -1;
    int m_accepted = -1;
    QByteArray m_received;
};

} // namespace truepeer
