// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/rawclient.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString systemError()
{
    return QString::fromLocal8Bit(std::strerror(errno));
}

struct SocketAddress
{
    sockaddr_storage storage = {};
    socklen_t size = 0;

    SocketAddress(const QByteArray &text, quint16 port)
    {
        sockaddr_in v4 = {};
        sockaddr_in6 v6 = {};
        if (::inet_pton(AF_INET, text.constData(), &v4.sin_addr) == 1) {
            v4.sin_family = AF_INET;
            v4.sin_port = htons(port);
            size = sizeof v4;
            std::memcpy(&storage, &v4, sizeof v4);
        } else if (::inet_pton(AF_INET6, text.constData(), &v6.sin6_addr) == 1) {
            v6.sin6_family = AF_INET6;
            v6.sin6_port = htons(port);
            size = sizeof v6;
            std::memcpy(&storage, &v6, sizeof v6);
        }
    }

    const sockaddr *get() const { return reinterpret_cast<const sockaddr *>(&storage); }
};

} // namespace

RawClient::RawClient(quint16 port, const Options &options)
{
    if (!connectTo(port, options) && m_socket >= 0) {
        ::close(m_socket);
        m_socket = -1;
    }
}

RawClient::~RawClient()
{
    if (m_socket >= 0)
        ::close(m_socket);
}

bool RawClient::connectTo(quint16 port, const Options &options)
{
    const SocketAddress source(options.source, 0);
    QByteArray where = options.destination;
    if (where.isEmpty())
        where = options.source.contains(':') ? "::1"_ba : "127.0.0.1"_ba;
    const SocketAddress destination(where, port);
    m_socket = ::socket(source.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (m_socket < 0 || ::bind(m_socket, source.get(), source.size) != 0) {
        fail(u"bind to "_s + QString::fromLatin1(options.source));
        return false;
    }
    const int on = 1;
    ::setsockopt(m_socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (options.receiveBuffer > 0) {
        ::setsockopt(m_socket, SOL_SOCKET, SO_RCVBUF, &options.receiveBuffer,
                     sizeof options.receiveBuffer);
    }
    if (::connect(m_socket, destination.get(), destination.size) != 0 && errno != EINPROGRESS) {
        fail(u"connect"_s);
        return false;
    }
    int error = 0;
    socklen_t size = sizeof error;
    const bool isDone = waitFor(POLLOUT, QDeadlineTimer(Patience));
    ::getsockopt(m_socket, SOL_SOCKET, SO_ERROR, &error, &size);
    errno = error;
    if (!isDone || error != 0)
        fail(u"connect"_s);
    return isDone && error == 0;
}

void RawClient::fail(const QString &what)
{
    if (m_error.isEmpty())
        m_error = what + u": "_s + systemError();
}

bool RawClient::waitFor(short events, QDeadlineTimer deadline)
{
    pollfd waiting = {m_socket, events, 0};
    int ready = 0;
    do {
        ready = ::poll(&waiting, 1, int(deadline.remainingTime()));
    } while (ready < 0 && errno == EINTR);
    if (ready == 0)
        errno = ETIMEDOUT;
    return ready > 0;
}

bool RawClient::send(const QByteArray &bytes)
{
    if (m_socket < 0)
        return false;
    const bool isWhole = sendWhilePossible(bytes, Patience) == bytes.size();
    if (!isWhole)
        fail(u"send"_s);
    return isWhole;
}

qsizetype RawClient::sendWhilePossible(const QByteArray &bytes, std::chrono::milliseconds patience)
{
    qsizetype sent = 0;
    while (m_socket >= 0 && sent < bytes.size()) {
        const ssize_t count =
            ::send(m_socket, bytes.data() + sent, size_t(bytes.size() - sent), MSG_NOSIGNAL);
        if (count > 0)
            sent += count;
        else if (errno != EAGAIN || !waitFor(POLLOUT, QDeadlineTimer(patience)))
            break;
    }
    return sent;
}

void RawClient::finishSending()
{
    if (m_socket >= 0)
        ::shutdown(m_socket, SHUT_WR);
}

void RawClient::abort()
{
    if (m_socket < 0)
        return;
    const linger hard = {1, 0};
    ::setsockopt(m_socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(m_socket);
    m_socket = -1;
    m_isClosed = true;
}

// False at the end of the connection and at the deadline.
bool RawClient::receiveMore(QDeadlineTimer deadline)
{
    std::array<char, 65536> buffer;
    while (m_socket >= 0 && !m_isClosed) {
        const ssize_t count = ::recv(m_socket, buffer.data(), buffer.size(), 0);
        if (count > 0) {
            m_received.append(buffer.data(), count);
            return true;
        }
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
            m_isClosed = true;
        else if (!waitFor(POLLIN, deadline))
            return false;
    }
    return false;
}

HttpResponse RawClient::readResponse(bool isHead)
{
    const QDeadlineTimer deadline(Patience);
    do {
        if (auto response = takeResponse(m_received, isHead, false))
            return *std::move(response);
    } while (receiveMore(deadline));
    if (m_isClosed) {
        if (auto response = takeResponse(m_received, isHead, true))
            return *std::move(response);
    }
    fail(m_isClosed ? u"closed before a response"_s : u"no response"_s);
    return {};
}

HttpResponse RawClient::exchange(const QByteArray &request, bool isHead)
{
    return send(request) ? readResponse(isHead) : HttpResponse();
}

QByteArray RawClient::read(qsizetype size)
{
    const QDeadlineTimer deadline(Patience);
    while (m_received.size() < size && receiveMore(deadline)) {
    }
    const QByteArray taken = m_received.first(std::min(size, m_received.size()));
    m_received.remove(0, taken.size());
    return taken;
}

QByteArray RawClient::readUntilClosed()
{
    const QDeadlineTimer deadline(Patience);
    while (receiveMore(deadline)) {
    }
    if (!m_isClosed)
        fail(u"the server did not close"_s);
    return std::exchange(m_received, QByteArray());
}

bool RawClient::waitForClosed()
{
    const QDeadlineTimer deadline(Patience);
    while (receiveMore(deadline))
        m_received.clear();
    return m_isClosed;
}

bool RawClient::waitForReset(std::chrono::milliseconds patience)
{
    return m_socket >= 0 && waitFor(0, QDeadlineTimer(patience));
}

bool RawClient::staysSilent(std::chrono::milliseconds duration)
{
    return m_received.isEmpty() && !receiveMore(QDeadlineTimer(duration)) && !m_isClosed;
}

} // namespace truepeer
