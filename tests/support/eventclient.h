// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A WebSocket client that speaks the event protocol: what it sends and gets are the JSON objects
// {"event":…,"data":…}. Independent of server/rooms, so that a mistake there does not hide itself.
#pragma once

#include "tests/support/websocketclient.h"

#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QTest>

namespace truepeer {

class EventClient : public WebSocketClient
{
    Q_DISABLE_COPY_MOVE(EventClient)

public:
    using WebSocketClient::WebSocketClient;

    // {"event":…,"data":…}
    static QJsonObject event(const QString &name, const QJsonValue &data = QJsonObject());
    // The same as a masked text frame.
    static QByteArray frame(const QString &name, const QJsonValue &data = QJsonObject());
    // A message in several frames, cut into `pieces` of about the same size.
    static QByteArray fragments(const QByteArray &payload, int pieces,
                                quint8 opcode = WireFrame::Text);

    // Opens with this User-Agent.
    bool openAs(const QByteArray &userAgent, const QByteArray &headerLines = {});

    bool sendText(const QByteArray &payload) { return send(WireFrame::Text, payload); }
    bool sendEvent(const QString &name, const QJsonValue &data = QJsonObject());

    // The next message, which must be one unmasked text frame with an object of exactly "event" and
    // "data"; an empty object when it is anything else, or none comes.
    QJsonObject readEvent();
    // The text of the next message, which must be an "error" with a message and a timestamp of now.
    QString readError();

    // Joins or leaves, and reads the answer; false when it is not the right one.
    bool join(const QString &room, const QString &nameSpace = QStringLiteral("/"));
    bool leave(const QString &room, const QString &nameSpace = QStringLiteral("/"));

private:
    bool moveTo(const QString &request, const QString &answer, const QString &room,
                const QString &nameSpace);
};

// Whether a timestamp in an event is one of the last minute.
bool isNow(const QJsonValue &timestamp);

} // namespace truepeer

// So that a failed comparison shows the objects.
template <>
char *QTest::toString(const QJsonObject &object);
