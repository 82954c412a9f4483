// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A TcpStream with its surroundings: a host that flushes as an I/O thread does, an owner that
// remembers what it is told, and the peer.
#pragma once

#include "server/net/tcpstream.h"
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <functional>
#include <memory>
#include <utility>
#include <vector>

namespace truepeer {

// A host that flushes at the end of each turn, as an I/O thread does.
class FlushingHost final : public StreamHost
{
public:
    FlushingHost()
        : m_buffer(4096)
    {
        currentLoop().setTurnHook([this] { flushAll(); });
    }
    ~FlushingHost() { currentLoop().setTurnHook({}); }
    Q_DISABLE_COPY_MOVE(FlushingHost)

    EpollDispatcher &dispatcher() override { return currentLoop(); }
    std::span<char> readBuffer() override { return m_buffer; }
    void flushLater(TcpStream &stream) override { scheduled.push_back(&stream); }
    void forgetStream(TcpStream &stream) override { std::erase(scheduled, &stream); }
    void countBytes(qint64 received, qint64 sent) override
    {
        bytesReceived += received;
        bytesSent += sent;
    }

    std::vector<TcpStream *> scheduled;
    qint64 bytesReceived = 0;
    qint64 bytesSent = 0;

private:
    void flushAll()
    {
        for (TcpStream *stream : std::exchange(scheduled, {}))
            stream->flushScheduled();
    }

    std::vector<char> m_buffer;
};

class RecordingStreamOwner final : public TcpStream::Owner
{
public:
    void bytesReceived(QByteArrayView bytes) override
    {
        received += bytes.toByteArray();
        ++reads;
        if (onBytes)
            onBytes();
    }
    void streamEnded(TcpStream::End end) override
    {
        ends.push_back(end);
        if (onEnd)
            onEnd();
    }
    void outputDrained() override
    {
        ++drained;
        if (onDrained)
            onDrained();
    }
    void outputFlushed() override
    {
        ++flushed;
        if (onFlushed)
            onFlushed();
    }

    QByteArray received;
    int reads = 0;
    int drained = 0;
    int flushed = 0;
    std::vector<TcpStream::End> ends;
    std::function<void()> onBytes;
    std::function<void()> onEnd;
    std::function<void()> onDrained;
    std::function<void()> onFlushed;
};

// A stream on our end of a pair.
struct StreamFixture
{
    explicit StreamFixture(SocketPair::Kind kind = SocketPair::Kind::Tcp)
        : pair(kind)
        , stream(std::make_unique<TcpStream>(pair.takeOurs(), host, owner))
    {
    }

    // Reads their end until `size` bytes came, while the loop turns; fewer when it ended before.
    QByteArray readTheirs(qsizetype size)
    {
        QByteArray all;
        bool ended = false;
        const bool inTime = runUntil([&] {
            const QByteArray bytes = pair.receiveTheirs();
            ended = bytes.isEmpty() && !bytes.isNull();
            all += bytes;
            // The loop does not watch their end.
            currentLoop().wakeUp();
            return ended || all.size() >= size;
        });
        return inTime ? all : QByteArray("too late");
    }

    FlushingHost host;
    RecordingStreamOwner owner;
    SocketPair pair;
    std::unique_ptr<TcpStream> stream;
};

} // namespace truepeer
