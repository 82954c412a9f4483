// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Two connected sockets for tests.
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <array>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

// Both ends are non-blocking, and closed with the object unless they were taken or closed before.
class SocketPair
{
public:
    enum class Kind {
        Stream,  // AF_UNIX, bytes
        Records, // AF_UNIX, one record for each send: shows how many system calls there were
        Tcp,     // over loopback
    };

    explicit SocketPair(Kind kind = Kind::Stream)
    {
        if (kind == Kind::Tcp) {
            connectTcp();
            return;
        }
        const int type = kind == Kind::Records ? SOCK_SEQPACKET : SOCK_STREAM;
        if (::socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, m_ends.data()) != 0)
            qFatal("cannot create a pair of sockets");
    }
    ~SocketPair()
    {
        closeOurs();
        closeTheirs();
    }
    Q_DISABLE_COPY_MOVE(SocketPair)

    int ours() const { return m_ends[0]; }
    int theirs() const { return m_ends[1]; }
    // The caller closes it.
    int takeOurs() { return std::exchange(m_ends[0], -1); }
    void closeOurs() { closeEnd(m_ends[0]); }
    void closeTheirs() { closeEnd(m_ends[1]); }

    // False when not all of it was taken at once.
    bool sendTheirs(QByteArrayView bytes) const
    {
        return ::send(theirs(), bytes.data(), size_t(bytes.size()), MSG_NOSIGNAL) == bytes.size();
    }
    // What is there for their end: with Records one record, else up to 64 KiB. A null array is
    // nothing, an empty one the end.
    QByteArray receiveTheirs() const
    {
        QByteArray bytes(65536, '\0');
        const ssize_t count = ::recv(theirs(), bytes.data(), size_t(bytes.size()), 0);
        if (count < 0)
            return {};
        bytes.resize(count);
        return bytes;
    }

private:
    static void closeEnd(int &end)
    {
        if (end >= 0)
            ::close(end);
        end = -1;
    }

    void connectTcp()
    {
        const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto *where = reinterpret_cast<sockaddr *>(&address);
        m_ends[1] = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool connected = ::bind(listener, where, size) == 0 && ::listen(listener, 1) == 0
                               && ::getsockname(listener, where, &size) == 0
                               && ::connect(m_ends[1], where, size) == 0;
        if (!connected)
            qFatal("cannot connect two sockets over loopback");
        m_ends[0] = ::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        ::fcntl(m_ends[1], F_SETFL, O_NONBLOCK);
        ::close(listener);
    }

    std::array<int, 2> m_ends = {-1, -1};
};

} // namespace truepeer
