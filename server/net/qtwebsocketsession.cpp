// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/qtwebsocketsession.h"

#include "server/net/tcpstream.h"
#include "server/net/websocketframe.h"

#include <QCoreApplication>
#include <QTcpSocket>
#include <QWebSocket>
#include <QWebSocketServer>

#include <algorithm>
#include <cstring>
#include <functional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// The handshake that QWebSocketServer is shown in place of the client's.
constexpr char CanonicalHead[] = "GET / HTTP/1.1\r\n"
                                 "Host: localhost\r\n"
                                 "Upgrade: websocket\r\n"
                                 "Connection: Upgrade\r\n"
                                 "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                                 "Sec-WebSocket-Version: 13\r\n"
                                 "\r\n";

// How many bytes a peer may still send after our close frame before it answers with its own.
constexpr qint64 MaxBytesWhileClosing = 4 * 1024 * 1024;

// The QTcpSocket that QWebSocket is given. It has no descriptor: bytes are fed in by the session,
// and go out to the stream. It never emits disconnected(): QWebSocketServer deletes sockets on
// that.
class StreamSocket final : public QTcpSocket
{
    Q_DISABLE_COPY_MOVE(StreamSocket)

public:
    StreamSocket(TcpStream &stream, std::function<void()> closeRequested)
        : m_stream(stream)
        , m_closeRequested(std::move(closeRequested))
    {
        setOpenMode(ReadWrite | Unbuffered);
        setSocketState(ConnectedState);
    }

    ~StreamSocket() override { setSocketState(UnconnectedState); }

    // During the opening handshake what QWebSocketServer writes is thrown away.
    void beginHandshake(QByteArrayView head)
    {
        m_dropOutput = true;
        m_input = head;
    }

    void endHandshake()
    {
        m_dropOutput = false;
        m_input = {};
        // QIODevice::peek() left a 16 KiB buffer behind; opening anew frees it.
        setOpenMode(NotOpen);
        setOpenMode(ReadWrite | Unbuffered);
    }

    // QWebSocket takes the bytes during the call; they need not live longer.
    void feed(QByteArrayView bytes)
    {
        m_input = bytes;
        Q_EMIT readyRead();
        m_input = {};
    }

    // From now on QWebSocket's last words reach nobody.
    void detach()
    {
        m_closed = true;
        m_closeRequested = nullptr;
    }

    bool isSequential() const override { return true; }
    qint64 bytesToWrite() const override { return m_stream.queuedBytes(); }
    qint64 bytesAvailable() const override
    {
        return m_closed ? 0 : m_input.size() + QIODevice::bytesAvailable();
    }

    void close() override
    {
        if (m_closed)
            return;
        m_closed = true;
        setSocketState(ClosingState);
        Q_EMIT stateChanged(ClosingState);
        if (m_closeRequested)
            m_closeRequested();
    }

    void disconnectFromHost() override { close(); }

protected:
    qint64 readData(char *data, qint64 size) override
    {
        const qsizetype count = std::min<qsizetype>(size, m_input.size());
        if (count > 0)
            std::memcpy(data, m_input.data(), size_t(count));
        m_input = m_input.sliced(count);
        return count;
    }

    qint64 skipData(qint64 size) override
    {
        const qsizetype count = std::min<qsizetype>(size, m_input.size());
        m_input = m_input.sliced(count);
        return count;
    }

    qint64 writeData(const char *data, qint64 size) override
    {
        if (!m_dropOutput && !m_closed)
            m_stream.writeCopy(QByteArrayView(data, size));
        return size;
    }

private:
    TcpStream &m_stream;
    std::function<void()> m_closeRequested;
    QByteArrayView m_input;
    bool m_dropOutput = false;
    bool m_closed = false;
};

class QtWebSocketSession final : public WebSocketSession
{
    Q_DISABLE_COPY_MOVE(QtWebSocketSession)

public:
    QtWebSocketSession(TcpStream &stream, Delegate &delegate, qsizetype maxMessageSize);
    ~QtWebSocketSession() override;

    bool handshake(QWebSocketServer &server, qsizetype maxMessageSize);

    void bytesReceived(QByteArrayView bytes) override;
    void peerFinished() override;
    void sendText(QByteArrayView utf8) override;
    void sendFrame(const QByteArray &frame) override;
    void close(int code, const QByteArray &reason) override;
    bool isClosing() const override { return m_closing; }
    qsizetype partialFrameBytes() const override { return m_closing ? 0 : m_partial.size(); }

private:
    void dropUnusedConnections();
    void messageComplete(const QByteArray &payload);
    void feed(QByteArrayView frames);
    void takeFrames(QByteArrayView bytes);
    void keepRest(QByteArrayView bytes, qsizetype used);
    void awaitPeerClose(QByteArrayView bytes);
    void refuseFrame();
    // Behind a frame with a fault nobody knows where the next one begins, so there is no close
    // frame to wait for (RFC 6455 7.1.7).
    bool isLost() const { return m_scanner.fault() != FrameScanner::Fault::None; }
    void socketClosed();
    void end();

    TcpStream &m_stream;
    Delegate &m_delegate;
    StreamSocket m_socket;
    std::unique_ptr<QWebSocket> m_webSocket;
    FrameScanner m_scanner;
    QByteArray m_partial; // the start of a frame that is not complete yet
    CloseInfo m_close;
    qint64 m_bytesWhileClosing = 0;
    bool m_closedByUs = false;
    bool m_peerBegan = false; // its close frame came first
    bool m_closing = false;
    bool m_ended = false;
    bool m_isText = false; // the message that was begun last
};

QtWebSocketSession::QtWebSocketSession(TcpStream &stream, Delegate &delegate,
                                       qsizetype maxMessageSize)
    : m_stream(stream)
    , m_delegate(delegate)
    , m_socket(stream, [this] { socketClosed(); })
    , m_scanner(maxMessageSize)
{
}

QtWebSocketSession::~QtWebSocketSession()
{
    m_socket.detach();
    m_webSocket.reset();
}

bool QtWebSocketSession::handshake(QWebSocketServer &server, qsizetype maxMessageSize)
{
    m_socket.beginHandshake(QByteArrayView(CanonicalHead, sizeof CanonicalHead - 1));
    server.handleConnection(&m_socket);
    // The server takes the handshake from a queued slot call; it is made here and now, so that the
    // order of connections needs no matching.
    QCoreApplication::sendPostedEvents(&server, QEvent::MetaCall);
    m_webSocket.reset(server.nextPendingConnection());
    QObject::disconnect(&m_socket, nullptr, &server, nullptr);
    m_socket.endHandshake();
    if (!m_webSocket)
        return false;
    m_webSocket->setMaxAllowedIncomingFrameSize(quint64(maxMessageSize));
    m_webSocket->setMaxAllowedIncomingMessageSize(quint64(maxMessageSize));
    dropUnusedConnections();
    QObject::connect(m_webSocket.get(), &QWebSocket::binaryMessageReceived, &m_socket,
                     [this](const QByteArray &payload) { messageComplete(payload); });
    return true;
}

// QWebSocket passes on signals of its socket that nobody here listens to; without these connections
// an idle client takes a tenth less memory.
void QtWebSocketSession::dropUnusedConnections()
{
    QWebSocket *webSocket = m_webSocket.get();
    QObject::disconnect(&m_socket, &QAbstractSocket::errorOccurred, webSocket, nullptr);
    QObject::disconnect(&m_socket, &QAbstractSocket::proxyAuthenticationRequired, webSocket,
                        nullptr);
    QObject::disconnect(&m_socket, &QIODevice::readChannelFinished, webSocket, nullptr);
    QObject::disconnect(&m_socket, &QIODevice::aboutToClose, webSocket, nullptr);
    QObject::disconnect(&m_socket, &QIODevice::bytesWritten, webSocket, nullptr);
}

void QtWebSocketSession::bytesReceived(QByteArrayView bytes)
{
    if (m_ended)
        return;
    if (m_closing)
        m_bytesWhileClosing += bytes.size();
    if (m_partial.isEmpty()) {
        takeFrames(bytes);
        return;
    }
    m_partial.append(bytes);
    const QByteArray joined = m_partial;
    takeFrames(joined);
}

void QtWebSocketSession::takeFrames(QByteArrayView bytes)
{
    if (m_closing) {
        awaitPeerClose(bytes);
        return;
    }
    const qsizetype used = m_scanner.scan(bytes);
    // The peer's close frame comes apart from what stands before it, so that it is told who ended
    // the connection: the peer, or we because of that.
    const qsizetype closeSize = m_scanner.sawClose() ? m_scanner.closeSize() : 0;
    if (used > closeSize)
        feed(bytes.first(used - closeSize));
    if (closeSize > 0 && !m_closing) {
        m_peerBegan = true;
        m_socket.feed(bytes.first(used).last(closeSize));
    }
    if (m_ended)
        return;
    if (m_scanner.fault() != FrameScanner::Fault::None && !m_closing)
        refuseFrame();
    if (m_closing && (m_scanner.sawClose() || isLost()))
        end();
    else
        keepRest(bytes, used);
}

// QWebSocket decodes each frame of a text by itself, refuses one that begins inside a character,
// and drops a U+FEFF at the start (RFC 6455 5.6 wants neither). So it is shown texts as binary
// messages, which are judged when they are whole; nothing is converted to UTF-16 and back either.
// Nothing but control frames may stand inside a message, so what was begun last is what ends next.
void QtWebSocketSession::feed(QByteArrayView frames)
{
    QByteArray shown = frames.toByteArray();
    qsizetype fed = 0;
    qsizetype position = 0;
    while (position < frames.size() && !m_closing) {
        const FrameScanner::Frame frame = FrameScanner::frameAt(frames, position);
        if (frame.isData) {
            if (position > fed)
                m_socket.feed(QByteArrayView(shown).sliced(fed, position - fed));
            fed = position;
            m_isText = frame.isText;
            if (frame.isText)
                shown[position] = char((shown[position] & 0xf0) | quint8(Opcode::Binary));
        }
        position += frame.size;
    }
    if (!m_closing)
        m_socket.feed(QByteArrayView(shown).sliced(fed));
}

void QtWebSocketSession::messageComplete(const QByteArray &payload)
{
    if (m_isText && !payload.isValidUtf8()) {
        m_delegate.frameRefused();
        close(QWebSocketProtocol::CloseCodeWrongDatatype, "Invalid UTF-8 code encountered."_ba);
        return;
    }
    m_delegate.messageReceived(payload, m_isText);
}

void QtWebSocketSession::keepRest(QByteArrayView bytes, qsizetype used)
{
    // Where nothing was used, m_partial holds these bytes already, unless they are the first.
    if (used == bytes.size())
        m_partial = QByteArray();
    else if (used > 0 || m_partial.isEmpty())
        m_partial = bytes.sliced(used).toByteArray();
}

// After our close frame only the peer's matters; everything else is dropped, up to a cap.
void QtWebSocketSession::awaitPeerClose(QByteArrayView bytes)
{
    const qsizetype used = m_scanner.scan(bytes);
    if (m_scanner.sawClose() || isLost() || m_bytesWhileClosing > MaxBytesWhileClosing)
        end();
    else
        keepRest(bytes, used);
}

void QtWebSocketSession::refuseFrame()
{
    m_delegate.frameRefused();
    switch (m_scanner.fault()) {
    case FrameScanner::Fault::Unmasked:
        close(QWebSocketProtocol::CloseCodeProtocolError, "frame is not masked"_ba);
        break;
    case FrameScanner::Fault::TooBig:
        close(QWebSocketProtocol::CloseCodeTooMuchData, "message is too big"_ba);
        break;
    case FrameScanner::Fault::TooManyFragments:
        close(QWebSocketProtocol::CloseCodePolicyViolated, "message has too many fragments"_ba);
        break;
    case FrameScanner::Fault::None:
        break;
    }
}

void QtWebSocketSession::peerFinished()
{
    end();
}

void QtWebSocketSession::sendText(QByteArrayView utf8)
{
    sendFrame(encodeFrame(Opcode::Text, utf8));
}

void QtWebSocketSession::sendFrame(const QByteArray &frame)
{
    // Server frames are unmasked and QWebSocket writes whole frames within one call, so a frame of
    // ours may stand between any two of its own.
    if (!m_closing)
        m_stream.write(frame);
}

void QtWebSocketSession::close(int code, const QByteArray &reason)
{
    if (m_closing)
        return;
    m_closedByUs = true;
    m_close = {code, reason, Initiator::Server};
    m_webSocket->close(static_cast<QWebSocketProtocol::CloseCode>(code), QString::fromUtf8(reason));
}

// QWebSocket has written its close frame: because we asked for it, in answer to the peer's, or
// because of bytes that it could not accept.
void QtWebSocketSession::socketClosed()
{
    // The partial frame is kept: the peer's close frame comes behind its rest.
    m_closing = true;
    if (!m_closedByUs) {
        const bool peerBegan =
            m_peerBegan && m_webSocket->closeCode() != QWebSocketProtocol::CloseCodeProtocolError;
        m_close.code = m_webSocket->closeCode();
        m_close.reason = m_webSocket->closeReason().toUtf8();
        m_close.initiator = peerBegan ? Initiator::Client : Initiator::Server;
        if (!peerBegan)
            m_delegate.frameRefused();
    }
    m_delegate.sessionClosing();
}

void QtWebSocketSession::end()
{
    if (m_ended)
        return;
    m_ended = true;
    m_closing = true;
    m_partial = QByteArray();
    m_delegate.sessionEnded(m_close);
}

class QtWebSocketEngine final : public WebSocketEngine
{
    Q_DISABLE_COPY_MOVE(QtWebSocketEngine)

public:
    QtWebSocketEngine()
        : m_server(QString(), QWebSocketServer::NonSecureMode)
    {
    }

    std::unique_ptr<WebSocketSession> start(TcpStream &stream, WebSocketSession::Delegate &delegate,
                                            qsizetype maxMessageSize) override
    {
        auto session = std::make_unique<QtWebSocketSession>(stream, delegate, maxMessageSize);
        if (!session->handshake(m_server, maxMessageSize))
            return nullptr;
        return session;
    }

private:
    QWebSocketServer m_server; // never listens
};

} // namespace

std::unique_ptr<WebSocketEngine> makeQtWebSocketEngine()
{
    return std::make_unique<QtWebSocketEngine>();
}

} // namespace truepeer
