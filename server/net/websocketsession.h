// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// WebSocketSession is one RFC 6455 connection after its opening handshake: the frames, and the
// closing handshake. It knows no addresses, rooms, limits of clients or clocks; ClientSession,
// which owns it, does. The QtWebSockets implementation is qtwebsocketsession; nothing outside that
// file pair knows QWebSocket, so that another engine can take its place.
//
// Thread: the I/O thread of its stream.
#pragma once

#include "server/net/engine.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>

namespace truepeer {

class TcpStream;

class WebSocketSession
{
    Q_DISABLE_COPY_MOVE(WebSocketSession)

public:
    class Delegate
    {
    public:
        // A whole message; text is UTF-8. The delegate may close the session here.
        virtual void messageReceived(const QByteArray &payload, bool isText) = 0;
        // A close frame was sent or is about to be; the closing handshake has begun.
        virtual void sessionClosing() = 0;
        // A frame that RFC 6455 or a cap forbids; sessionClosing() follows.
        virtual void frameRefused() = 0;
        // Nothing more will come or go: the TCP connection can be closed. Called once.
        virtual void sessionEnded(const CloseInfo &info) = 0;

    protected:
        Delegate() = default;
        ~Delegate() = default;
        Q_DISABLE_COPY_MOVE(Delegate)
    };

    virtual ~WebSocketSession() = default;

    // Raw bytes from the peer, in order, from the first one after the handshake on.
    virtual void bytesReceived(QByteArrayView bytes) = 0;
    // The peer sends no more.
    virtual void peerFinished() = 0;

    // One message as a text frame.
    virtual void sendText(QByteArrayView utf8) = 0;
    // Whole frames that were encoded before (websocketframe.h). The bytes are shared, not copied.
    virtual void sendFrame(const QByteArray &frame) = 0;

    // Starts the closing handshake; sessionEnded() comes when the peer has answered. A session that
    // is closing ignores further calls.
    virtual void close(int code, const QByteArray &reason) = 0;

    virtual bool isClosing() const = 0;
    // Bytes of a frame that has begun and is not complete; 0 between frames.
    virtual qsizetype partialFrameBytes() const = 0;

protected:
    WebSocketSession() = default;
};

// Makes the sessions of one I/O thread. Lives in that thread.
class WebSocketEngine
{
    Q_DISABLE_COPY_MOVE(WebSocketEngine)

public:
    virtual ~WebSocketEngine() = default;

    // The opening handshake was judged and is answered by the caller. The stream and the delegate
    // must outlive the session. Null when the engine cannot take the connection.
    virtual std::unique_ptr<WebSocketSession>
    start(TcpStream &stream, WebSocketSession::Delegate &delegate, qsizetype maxMessageSize) = 0;

protected:
    WebSocketEngine() = default;
};

} // namespace truepeer
