// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAnyStringView>
#include <QByteArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QList>
#include <QString>
#include <QStringList>

#include <truepeer/global.h>
#include <truepeer/room.h>

#include <memory>
#include <utility>

namespace truepeer {

class ClientRecord;
class ServerCore;

// A WebSocket client. A value, that may be copied, kept and used in any thread: what it knows stays
// when the client has gone, and what it does then has no effect.
//
// In the thread of the client, where its handlers run, things are done at once. In other threads
// they are passed on to it.
class TRUEPEER_EXPORT Client
{
public:
    // Unique while the server runs.
    QString id() const;
    bool isConnected() const;

    // As in Request.
    QString ipAddress() const;
    QString scheme() const;
    QString host() const;
    int port() const;
    QString url() const;
    QString peerAddress() const;
    bool isPeerTrusted() const;
    bool isKnown() const;
    QJsonObject resolution() const;
    QByteArray header(QAnyStringView name) const;
    QList<std::pair<QByteArray, QByteArray>> headers() const;

    // Sends an event. False: the name is no event, or the server does not run.
    bool send(QAnyStringView event, const QJsonObject &data = {});
    // Starts the closing handshake. Codes: RFC 6455 7.4; one that may not be sent counts as 1000.
    // Of the reason at most 123 bytes are sent.
    void close(int code = 1000, QAnyStringView reason = {});

    // False: the name is empty, "0" or longer than 200 bytes; in the thread of the client also when
    // it is in too many rooms already (limits.max_rooms_per_client).
    bool join(QAnyStringView room, QAnyStringView nameSpace = "/");
    void leave(QAnyStringView room, QAnyStringView nameSpace = "/");
    // Names in the namespace "/", namespace:name for others.
    QStringList rooms() const;
    // A room, whether the client is in it or not.
    Room room(QAnyStringView name, QAnyStringView nameSpace = "/") const;
    // The namespace of the client itself, "/" at first; rooms do not depend on it.
    QString nameSpace() const;
    void setNameSpace(QAnyStringView nameSpace);

    // What the application wants to remember of the client. Undefined when nothing was set.
    QJsonValue value(QAnyStringView name) const;
    void setValue(QAnyStringView name, const QJsonValue &value);

    friend bool operator==(const Client &a, const Client &b) { return a.m_record == b.m_record; }

private:
    friend class ServerCore;
    friend class Room;

    Client(std::weak_ptr<ServerCore> core, std::shared_ptr<ClientRecord> record);

    std::weak_ptr<ServerCore> m_core;
    std::shared_ptr<ClientRecord> m_record;
};

} // namespace truepeer
