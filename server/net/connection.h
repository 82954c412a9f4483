// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Connection is one accepted TCP connection from its first byte to its last: the PROXY header where
// the peer must send one, any number of HTTP requests, perhaps an upgrade, and the orderly end.
//
//   ProxyHeader ─→ Head ⇄ Body          one request after the other, pipelined ones in order
//                   │⇅ └──→ Ending      the last response is out: FIN, drop input, close
//                   │Answering          a handler answers later; nothing is read meanwhile
//                   └─────→ WebSocket ─→ Ending
//
// Every state has a deadline, but Answering: the handler owes the answer. A peer that does not read
// its responses is not read from either, so its output stays below a cap; one that stops reading
// altogether is cut off.
//
// Thread: the I/O thread of its worker, which owns it and destroys it at the end of a turn.
#pragma once

#include "server/http/bodydecoder.h"
#include "server/http/requestparser.h"
#include "server/net/clientsession.h"
#include "server/net/deadlinewheel.h"
#include "server/net/keptrequest.h"
#include "server/net/requestgate.h"
#include "server/net/tcpstream.h"
#include "shared/net/ipaddress.h"

#include <QByteArray>

#include <memory>
#include <optional>

namespace truepeer {

class IoWorker;

struct EndPoint
{
    IpAddress address;
    quint16 port = 0;
};

class Connection final : private TcpStream::Owner, private Deadline, private ClientSession::Host
{
    Q_DISABLE_COPY_MOVE(Connection)

public:
    // `index` is the worker's: where it keeps this connection.
    Connection(int descriptor, const EndPoint &peer, const IpAddress &local, IoWorker &worker);
    ~Connection() override;

    // The server is going down: an idle connection ends at once, one with a request in progress
    // after its response.
    void drain();
    // Starts the closing handshake of a WebSocket client; false for anything else.
    bool closeClient(int code, const QByteArray &reason);

    // True when it is a client that is another caller by this policy; see ClientSession.
    bool resolveAgain(const TrustPolicy &policy);

    // The response of a handler that answers later.
    void answer(Response response);

    // A WebSocket client that is not closing.
    bool isOpenClient() const { return m_state == State::WebSocket && !m_client->isClosing(); }
    const IpAddress &peer() const { return m_peer.address; }

    size_t index = 0; // where the worker keeps this connection; the worker's business alone

private:
    enum class State : quint8 { ProxyHeader, Head, Body, Answering, WebSocket, Ending, Closed };

    // A request whose head is complete and whose body is not.
    struct Exchange
    {
        QByteArray headBytes; // what the views of `head` refer to
        RequestHead head;
        BodyDecoder decoder;
        QByteArray body;
        TimePoint due; // for the whole body
    };

    // What a response has to know of its request.
    struct Exit
    {
        bool isHead = false;
        bool keepAlive = false;
        int minorVersion = 1;
    };

    // A request whose handler answers later.
    struct Pending
    {
        std::shared_ptr<const KeptRequest> request;
        std::optional<CorsGrant> grant;
        Exit exit;
        TimePoint started;
        quint64 ticket = 0;
    };
    class Deferral;

    // TcpStream::Owner
    void bytesReceived(QByteArrayView bytes) override;
    void streamEnded(TcpStream::End end) override;
    void outputDrained() override;
    void outputFlushed() override;
    // Deadline
    void deadlineExpired() override;
    // ClientSession::Host
    TimePoint now() const override;
    void wakeAt(TimePoint due) override;
    void endGently() override;
    void endNow() override;

    qsizetype consume(QByteArrayView bytes);
    void consumePending();
    qsizetype consumeProxyHeader(QByteArrayView bytes);
    qsizetype consumeHead(QByteArrayView bytes);
    qsizetype consumeBody(QByteArrayView bytes);
    void beginBody(const RequestHead &head, QByteArrayView headBytes);
    void awaitRequest(bool begun);
    void timeOut();
    bool pauseForOutput();
    void watchWriteStall();

    void handleRequest(const RequestHead &head, QByteArrayView headBytes, QByteArrayView body);
    void countResolution(const Resolution &resolution);
    void awaitAnswer(const RequestHead &head, RequestGate::Outcome &outcome, TimePoint started);
    void respond(const Exit &exit, const Response &response);
    void report(const RequestHead &head, TimePoint started, RequestEvent event);
    void acceptClient(RequestGate::Outcome &outcome);
    void refuseHead(const HttpRefusal &refusal, const RequestHead *head = nullptr);
    void send(const Response &response, const SerializeOptions &options);
    void beginEnding();
    void closeNow();

    IoWorker &m_worker;
    const EndPoint m_peer;
    const IpAddress m_local;
    std::optional<IpAddress> m_announced; // source of an accepted PROXY header
    TcpStream m_stream;
    QByteArray m_input;                      // received, not consumed yet
    std::unique_ptr<RequestParser> m_parser; // of a head that came in pieces
    std::unique_ptr<Exchange> m_exchange;
    std::unique_ptr<Pending> m_pending;
    std::unique_ptr<ClientSession> m_client;
    TimePoint m_due; // of the current state; TimePoint::max(): none
    qint64 m_sentBeforeStall = 0;
    TimePoint m_writeStallDue; // when the output is blocked
    qint64 m_discarded = 0;    // input dropped while ending
    State m_state = State::Head;
    bool m_peerFinished = false;
    bool m_consuming = false;
};

} // namespace truepeer
