// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminClient is the other end of the admin socket, for command line, dashboard and tests: it
// connects, says hello, matches answers to calls, and, if wanted, connects again when the server
// went away.
//
// Thread: one, with an event loop.
#pragma once

#include "shared/admin/adminfailure.h"
#include "shared/admin/linecodec.h"
#include "shared/admin/protocol.h"

#include <QJsonObject>
#include <QLocalSocket>
#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>
#include <functional>
#include <map>
#include <memory>

namespace truepeer {

class AdminClient final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdminClient)

public:
    struct Options
    {
        QString name = QStringLiteral("client"); // said in hello
        bool reconnect = false;
        std::chrono::milliseconds helloTimeout{5000};
        std::chrono::milliseconds callTimeout{30000}; // 0: none
        std::chrono::milliseconds firstDelay{500};    // of connecting again; doubled up to
        std::chrono::milliseconds longestDelay{10000};
    };
    enum class State : quint8 { Idle, Connecting, Ready, Waiting };

    // Called once, with the answer; or with InternalError and "connection lost" or a time-out.
    // Never called when the client is destroyed before. It may do anything, also destroy the
    // client.
    using Answer = std::function<void(const RpcResult &)>;

    explicit AdminClient(const Options &options, QObject *parent = nullptr);
    ~AdminClient() override;

    // Gives up what was before. Then ready() or failed(), but not before it returned.
    void connectTo(const QString &path);
    // At once, instead of waiting for the next try; also when none is planned. Does nothing while
    // there is a connection, or one is being made.
    void retry();
    // Open calls get their answers: "connection lost". There is no signal.
    void close();

    State state() const { return m_state; }
    const QString &path() const { return m_path; }
    // The result of hello; empty before the first ready().
    const QJsonObject &server() const { return m_server; }
    // When the next try is due; 0 when none is planned.
    std::chrono::milliseconds untilRetry() const;

    // The answer is never called before call() returned. When the state is not Ready, or the call
    // is longer than MaxAdminLine, it is an error.
    void call(const QString &method, const QJsonObject &params, Answer answer);

Q_SIGNALS:
    void ready();
    // No connection, or no longer; calls that were open got their answers before.
    void failed(const truepeer::AdminFailure &failure);
    void notified(const QString &method, const QJsonObject &params);

private:
    struct Pending
    {
        QString method;
        Answer answer;
        std::chrono::steady_clock::time_point due;
    };

    void begin();
    void open();
    int connectSocket();
    void sayHello();
    void takeHello(const RpcResult &result);
    QString refusal(const RpcError &error) const;
    void readLines();
    void takeLine(QByteArrayView line);
    void takeAnswer(const RpcAnswer &answer);
    void leaveIfEnded();
    void fail(AdminFailure::Kind kind, const QString &message);
    void disconnectSocket();
    void dropCalls();
    void expireCalls();
    void answerLater(Answer answer, RpcError error);
    std::chrono::milliseconds nextDelay() const;

    const Options m_options;
    QString m_path;
    // Its signals are queued, so that nothing of ours runs while it is busy: it may be destroyed at
    // any time, and answers may run event loops of their own.
    std::unique_ptr<QLocalSocket> m_socket;
    LineDecoder m_decoder;
    QTimer m_helloTimer; // for connecting and hello
    QTimer m_retryTimer;
    QTimer m_callTimer;
    QJsonObject m_server;
    std::map<qint64, Pending> m_calls; // by id, which is also the order in which they are due
    qint64 m_nextId = 1;
    qint64 m_helloId = 0;
    quint64 m_attempt = 0; // tells whether a slot or an answer began or ended a connection
    int m_failures = 0;    // in a row
    State m_state = State::Idle;
};

} // namespace truepeer
