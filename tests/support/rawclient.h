// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// RawClient is a plain TCP client that does what it is told: it comes from any loopback address,
// sends half of things, does not read, ends one direction or breaks off. Each call blocks until it
// is done or until a deadline, generous enough for a busy machine and a sanitized server, has
// passed; then it fails, and error() says at what.
#pragma once

#include "tests/support/httpmessage.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QDeadlineTimer>
#include <QString>

#include <chrono>

namespace truepeer {

class RawClient
{
    Q_DISABLE_COPY_MOVE(RawClient)

public:
    static constexpr std::chrono::seconds Patience{20};

    struct Options
    {
        QByteArray source = "127.0.0.1"; // 127.x.y.z, or ::1
        QByteArray destination;          // empty: the loopback address of the source's family
        int receiveBuffer = 0;           // bytes in the kernel; 0: the system's choice
    };

    explicit RawClient(quint16 port)
        : RawClient(port, Options())
    {
    }
    RawClient(quint16 port, const QByteArray &source)
        : RawClient(port, Options{source, {}, 0})
    {
    }
    RawClient(quint16 port, const Options &options);
    ~RawClient();

    bool isConnected() const { return m_socket >= 0; }
    // What went wrong first; empty when nothing did.
    QString error() const { return m_error; }

    bool send(const QByteArray &bytes);
    // Sends what the kernel takes until it takes nothing for `patience`; returns how much it was.
    qsizetype sendWhilePossible(const QByteArray &bytes, std::chrono::milliseconds patience);
    // No more from us; reading goes on.
    void finishSending();
    // Ends with a reset.
    void abort();

    // The next response; its status is 0 when none came.
    HttpResponse readResponse(bool isHead = false);
    // Sends a request and reads its response.
    HttpResponse exchange(const QByteArray &request, bool isHead = false);
    // Exactly so many bytes; fewer when the server closed or was too slow.
    QByteArray read(qsizetype size);
    // Everything up to the end of the connection.
    QByteArray readUntilClosed();
    // Reads and drops until the server closes; false when it does not.
    bool waitForClosed();
    // Waits for the server to break off, without reading a byte meanwhile.
    bool waitForReset(std::chrono::milliseconds patience);
    // True when nothing comes and nothing ends for that long.
    bool staysSilent(std::chrono::milliseconds duration);

private:
    bool connectTo(quint16 port, const Options &options);
    bool waitFor(short events, QDeadlineTimer deadline);
    bool receiveMore(QDeadlineTimer deadline);
    void fail(const QString &what);

    int m_socket = -1;
    bool m_isClosed = false; // the server sends no more
    QByteArray m_received;   // and not yet taken
    QString m_error;
};

} // namespace truepeer
