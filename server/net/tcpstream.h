// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TcpStream is one accepted TCP connection: it owns the descriptor, reads into a buffer that its
// thread shares among all streams, and keeps what the kernel does not take yet in a queue of shared
// byte arrays. What is written within one turn of the loop goes out in one system call at its end.
//
// It does not bound the queue itself: the owner watches queuedBytes(), because what to do about a
// slow reader differs between HTTP and WebSocket.
//
// Thread: the I/O thread of its host. Callbacks come from the event loop, or from flush().
#pragma once

#include "server/net/epolldispatcher.h"

#include <QByteArray>
#include <QByteArrayView>

#include <span>
#include <vector>

namespace truepeer {

class TcpStream;

// What a stream uses of its I/O thread.
class StreamHost
{
public:
    virtual EpollDispatcher &dispatcher() = 0;
    // Scratch space for one read; its content is only valid during bytesReceived().
    virtual std::span<char> readBuffer() = 0;
    // Calls stream.flushScheduled() at the end of the turn.
    virtual void flushLater(TcpStream &stream) = 0;
    // The stream is being destroyed and must not be flushed.
    virtual void forgetStream(TcpStream &stream) = 0;
    virtual void countBytes(qint64 received, qint64 sent) = 0;

protected:
    StreamHost() = default;
    ~StreamHost() = default;
    Q_DISABLE_COPY_MOVE(StreamHost)
};

class TcpStream final : private EpollWatcher
{
    Q_DISABLE_COPY_MOVE(TcpStream)

public:
    enum class End {
        PeerFinished, // orderly: the peer sends no more, but may still read
        Broken,       // reset, timed out in the kernel; the descriptor is closed
    };

    class Owner
    {
    public:
        // The view is only valid during the call. The owner may close the stream here, but not
        // destroy it.
        virtual void bytesReceived(QByteArrayView bytes) = 0;
        virtual void streamEnded(End end) = 0;
        // The queue became empty: after flush() could not write all of it at once, while reading
        // was paused, or after finish().
        virtual void outputDrained() = 0;
        // A flush is over; queuedBytes() is what the kernel did not take.
        virtual void outputFlushed() {}

    protected:
        Owner() = default;
        ~Owner() = default;
        Q_DISABLE_COPY_MOVE(Owner)
    };

    // Takes the descriptor: non-blocking, closed in the destructor.
    TcpStream(int descriptor, StreamHost &host, Owner &owner);
    ~TcpStream();

    // Queues a byte array without copying it: a broadcast frame is shared by all its receivers.
    void write(const QByteArray &bytes);
    // Queues a copy; small pieces are put together.
    void writeCopy(QByteArrayView bytes);

    qsizetype queuedBytes() const { return m_queued; }
    // Writes as much as the kernel takes now.
    void flush();
    // The same, for the host: what it was asked for by flushLater().
    void flushScheduled();

    // A paused stream is not read; what the peer sends stays in the kernel and slows it down.
    void setReading(bool on);
    bool isReading() const { return m_reading; }

    // Sends FIN once the queue is empty; reading goes on. Nothing may be written after it.
    void finish();
    // Closes the descriptor now; what is queued is lost.
    void close();
    // Like close(), but with a reset, so that the kernel does not keep unsent bytes for the peer.
    void reset();

    bool isOpen() const { return m_descriptor >= 0; }
    bool isFinishing() const { return m_finishing; }
    int descriptor() const { return m_descriptor; }
    qint64 bytesReceivedTotal() const { return m_received; }
    qint64 bytesSentTotal() const { return m_sent; }

private:
    void descriptorReady(quint32 events) override;
    void readSome();
    void updateInterest();
    void scheduleFlush();
    bool writeOnce();
    void dropSent(qsizetype count);
    void breakOff();

    StreamHost &m_host;
    Owner &m_owner;
    int m_descriptor;
    quint32 m_interest = 0;
    qsizetype m_headOffset = 0; // of the first queued byte array, already sent
    qsizetype m_queued = 0;
    std::vector<QByteArray> m_queue;
    size_t m_queueHead = 0;
    qint64 m_received = 0;
    qint64 m_sent = 0;
    bool m_reading = true;
    bool m_peerFinished = false;
    bool m_finishing = false;
    bool m_finished = false;
    bool m_blocked = false;        // the kernel's buffer is full: wait for EPOLLOUT
    bool m_flushScheduled = false; // the host has this stream on its list
};

} // namespace truepeer
