// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonObject>
#include <QString>
#include <QStringList>
#include <QVariant>

namespace truepeer {

class AddressMask;

// A client as clients.list tells of it; times are Unix seconds. A plain value.
struct ClientRow
{
    // Rows that the operator is looking at stay although they are not in the last answer.
    enum class Presence : quint8 {
        Here,
        Left,   // not on this page any more: it moved, or the filter no longer fits
        Closed, // gone
    };

    QString id;
    QString client;
    QString peer;
    QString scheme;
    QString host;
    QString url;
    QString userAgent;
    QString origin;
    QString nameSpace;
    QString source;
    QString closeReason;
    QString initiator;
    QStringList rooms;
    qint64 connectedAt = 0;
    qint64 closedAt = 0; // 0: open
    qint64 idle = 0;     // seconds
    qint64 messagesIn = 0;
    qint64 messagesOut = 0;
    qint64 bytesIn = 0;
    qint64 bytesOut = 0;
    qint64 queueBytes = 0;
    qint64 trustRevision = 0;
    int closeCode = 0;
    int hops = 0;
    int peerPort = 0;
    int port = 0;
    bool trustedPeer = false;
    bool known = true;
    bool conflict = false;
    Presence presence = Presence::Here;

    static ClientRow fromJson(const QJsonObject &json);
    // The namespace and the name of one of `rooms`.
    std::pair<QString, QString> roomOf(const QString &text) const;

    friend bool operator==(const ClientRow &a, const ClientRow &b) = default;
};

// The columns of tables of clients.
enum class ClientField : quint8 {
    State,
    Id,
    Client,
    Via,
    Peer,
    Namespace,
    Rooms,
    Connected,
    Idle,
    MessagesIn,
    MessagesOut,
    Queue,
    Host,
    ClosedAt, // these four are of clients that closed
    Duration,
    CloseCode,
    Initiator,
    Url, // from here on hidden until the operator wants them
    PeerPort,
    Scheme,
    Port,
    UserAgent,
    Origin,
    BytesIn,
    BytesOut,
    Source,
    TrustRevision,
    TrustedPeer,
    Known,
    Conflict,
};
inline constexpr int ClientFieldCount = int(ClientField::Conflict) + 1;

// What the cells say, by ModelRole. Made for one look at the rows.
struct ClientCells
{
    const AddressMask &mask;
    qint64 now = 0;          // Unix seconds: when the server answered
    qint64 largestQueue = 0; // bytes that fill the bar of the queue
    bool ofClosed = false;   // the table is one of closed clients

    QVariant data(const ClientRow &row, ClientField field, int role) const;
    QVariant header(ClientField field, int role) const;

private:
    QString text(const ClientRow &row, ClientField field) const;
    QVariant exported(const ClientRow &row, ClientField field) const;
    QString toolTip(const ClientRow &row, ClientField field) const;
    static int tone(const ClientRow &row, ClientField field);
};

// "2 hops, trusted", "direct, untrusted", "conflict": how the client's address was found.
QString viaText(const ClientRow &row);
// The host, with the port unless the scheme implies it.
QString hostText(const ClientRow &row);

} // namespace truepeer
