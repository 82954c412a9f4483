// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminCalls is a session on the admin socket that blocks: each call waits for its answer.
// Notifications that come meanwhile are kept. It may also send lines that are no calls.
//
// Thread: any one, without an event loop.
#pragma once

#include "shared/admin/linecodec.h"
#include "shared/admin/protocol.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QLocalSocket>
#include <QString>

#include <chrono>
#include <deque>
#include <optional>

namespace truepeer {

class AdminCalls
{
    Q_DISABLE_COPY_MOVE(AdminCalls)

public:
    static constexpr std::chrono::seconds Patience{20};
    enum class Greeting : quint8 { Hello, None };

    explicit AdminCalls(const QString &path, Greeting greeting = Greeting::Hello);

    // Connected, and hello was answered if it was said.
    bool isReady() const { return m_isReady; }
    // The result of hello.
    const QJsonObject &server() const { return m_server; }

    // InternalError when no answer came.
    RpcResult call(const QString &method, const QJsonObject &params = {});
    // The result of a call that must succeed; one that does not has failed the test by a warning.
    QJsonObject object(const QString &method, const QJsonObject &params = {});
    QJsonArray array(const QString &method, const QJsonObject &params = {});
    // The error of a call that must fail, likewise.
    RpcError error(const QString &method, const QJsonObject &params = {});

    // The oldest notification of this kind that was not taken; waits for one if there is none.
    // An empty object when none comes in time, or an answer does.
    QJsonObject notification(const QString &method);

    // Without waiting for an answer; the id.
    qint64 send(const QString &method, const QJsonObject &params);
    bool sendBytes(const QByteArray &bytes);
    // The next line, without its end; nothing when none came in time, or the session ended.
    std::optional<QByteArray> readLine(std::chrono::milliseconds patience = Patience);
    bool waitForClosed();

private:
    QLocalSocket m_socket;
    LineDecoder m_decoder;
    std::deque<RpcNotification> m_notifications;
    QJsonObject m_server;
    qint64 m_lastId = 0;
    bool m_isReady = false;
};

// The text of a JSON object as one, so that tests can show what they send.
QJsonObject json(const QByteArray &text);

// What an object has not of a shape, or has otherwise: a shape is a list of words like "name:s",
// with the types s(tring), n(umber), b(ool), a(rray), o(bject), and ? behind one that may be null.
// Empty: it fits.
QByteArray misfit(const QJsonValue &value, const QByteArray &shape);

// The element of an array of objects whose member has this value; an empty object when none has.
QJsonObject findBy(const QJsonValue &array, const QString &member, const QJsonValue &value);

} // namespace truepeer
