// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/tcpstream.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

namespace truepeer {

namespace {

constexpr qsizetype SmallPiece = 4096; // pieces up to this size are put together
constexpr size_t MaxVectors = 64;

} // namespace

TcpStream::TcpStream(int descriptor, StreamHost &host, Owner &owner)
    : m_host(host)
    , m_owner(owner)
    , m_descriptor(descriptor)
    , m_interest(EPOLLIN)
{
    m_host.dispatcher().watch(m_descriptor, m_interest, this);
}

TcpStream::~TcpStream()
{
    close();
    if (m_flushScheduled)
        m_host.forgetStream(*this);
}

void TcpStream::write(const QByteArray &bytes)
{
    if (!isOpen() || m_finishing || bytes.isEmpty())
        return;
    m_queue.push_back(bytes);
    m_queued += bytes.size();
    scheduleFlush();
}

void TcpStream::writeCopy(QByteArrayView bytes)
{
    if (!isOpen() || m_finishing || bytes.isEmpty())
        return;
    const bool joinable = m_queueHead < m_queue.size() && m_queue.back().isDetached()
                          && m_queue.back().size() + bytes.size() <= SmallPiece;
    if (joinable)
        m_queue.back().append(bytes);
    else
        m_queue.push_back(bytes.toByteArray());
    m_queued += bytes.size();
    scheduleFlush();
}

void TcpStream::scheduleFlush()
{
    if (m_flushScheduled || m_blocked)
        return;
    m_flushScheduled = true;
    m_host.flushLater(*this);
}

void TcpStream::flushScheduled()
{
    m_flushScheduled = false;
    flush();
}

void TcpStream::flush()
{
    if (!isOpen())
        return;
    const bool wasBlocked = m_blocked;
    m_blocked = false;
    while (m_queued > 0) {
        if (!writeOnce())
            break;
    }
    if (!isOpen())
        return;
    updateInterest();
    m_owner.outputFlushed();
    if (m_queued > 0)
        return;
    if (m_finishing && !m_finished) {
        m_finished = true;
        ::shutdown(m_descriptor, SHUT_WR);
        m_owner.outputDrained();
    } else if (wasBlocked || !m_reading) {
        m_owner.outputDrained();
    }
}

// Returns false when the kernel takes no more for now, or the connection is broken.
bool TcpStream::writeOnce()
{
    std::array<iovec, MaxVectors> vectors = {};
    const size_t count = std::min(MaxVectors, m_queue.size() - m_queueHead);
    for (size_t i = 0; i < count; ++i) {
        const QByteArray &bytes = m_queue[m_queueHead + i];
        const qsizetype skip = i == 0 ? m_headOffset : 0;
        // writev(2) does not write to the memory; the interface just lacks the const.
        vectors[i].iov_base = const_cast<char *>(bytes.constData() + skip);
        vectors[i].iov_len = size_t(bytes.size() - skip);
    }
    msghdr message = {};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(m_descriptor, &message, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
        dropSent(sent);
        return true;
    }
    if (errno == EINTR)
        return true;
    if (errno == EAGAIN)
        m_blocked = true;
    else
        breakOff();
    return false;
}

void TcpStream::dropSent(qsizetype count)
{
    m_sent += count;
    m_queued -= count;
    m_host.countBytes(0, count);
    m_headOffset += count;
    while (m_queueHead < m_queue.size() && m_headOffset >= m_queue[m_queueHead].size()) {
        m_headOffset -= m_queue[m_queueHead].size();
        m_queue[m_queueHead] = QByteArray();
        ++m_queueHead;
    }
    if (m_queueHead == m_queue.size()) {
        // Idle connections keep no buffer.
        m_queue = std::vector<QByteArray>();
        m_queueHead = 0;
    } else if (m_queueHead >= MaxVectors) {
        m_queue.erase(m_queue.begin(), m_queue.begin() + qsizetype(m_queueHead));
        m_queueHead = 0;
    }
}

void TcpStream::setReading(bool on)
{
    if (m_reading == on)
        return;
    m_reading = on;
    updateInterest();
}

void TcpStream::updateInterest()
{
    if (!isOpen())
        return;
    const quint32 wanted =
        (m_reading && !m_peerFinished ? quint32(EPOLLIN) : 0) | (m_blocked ? quint32(EPOLLOUT) : 0);
    if (wanted == m_interest)
        return;
    m_interest = wanted;
    m_host.dispatcher().modify(m_descriptor, wanted);
}

void TcpStream::finish()
{
    if (!isOpen() || m_finishing)
        return;
    m_finishing = true;
    scheduleFlush();
}

void TcpStream::close()
{
    if (!isOpen())
        return;
    m_host.dispatcher().unwatch(m_descriptor);
    ::close(m_descriptor);
    m_descriptor = -1;
    m_queue = std::vector<QByteArray>();
    m_queueHead = 0;
    m_headOffset = 0;
    m_queued = 0;
}

void TcpStream::reset()
{
    if (!isOpen())
        return;
    const linger hard = {1, 0};
    ::setsockopt(m_descriptor, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    close();
}

void TcpStream::breakOff()
{
    close();
    m_owner.streamEnded(End::Broken);
}

void TcpStream::descriptorReady(quint32 events)
{
    if ((events & EPOLLERR) != 0) {
        breakOff();
        return;
    }
    if ((events & EPOLLOUT) != 0)
        flush();
    if (!isOpen())
        return;
    if ((events & EPOLLIN) != 0 && m_reading)
        readSome();
    else if ((events & EPOLLHUP) != 0)
        breakOff();
}

void TcpStream::readSome()
{
    const std::span<char> buffer = m_host.readBuffer();
    const ssize_t count = ::recv(m_descriptor, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) {
        m_received += count;
        m_host.countBytes(count, 0);
        m_owner.bytesReceived(QByteArrayView(buffer.data(), count));
    } else if (count == 0) {
        m_peerFinished = true;
        updateInterest();
        m_owner.streamEnded(End::PeerFinished);
    } else if (errno != EAGAIN && errno != EINTR) {
        breakOff();
    }
}

} // namespace truepeer
