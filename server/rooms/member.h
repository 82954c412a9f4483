// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Member is a WebSocket client as the event protocol sees it: it is in one namespace and in any
// number of rooms, of whatever namespaces, and it sends and gets events.
//
// Thread: the I/O thread of its connection. Others reach it through Hub::withMember().
#pragma once

#include "server/net/clienthandler.h"
#include "server/net/clientsession.h"
#include "server/rooms/eventmessage.h"
#include "server/rooms/group.h"

#include <QByteArray>
#include <QJsonValue>

#include <vector>

namespace truepeer {

class HubShard;

class Member final : public ClientHandler
{
    Q_DISABLE_COPY_MOVE(Member)

public:
    enum class JoinResult : quint8 {
        Joined,
        AlreadyThere,
        TooMany, // max_rooms_per_client
        Gone,    // the connection is closing
    };

    Member(ClientSession &session, HubShard &shard);
    ~Member() override;

    void send(QByteArrayView event, const QJsonValue &data);
    // The event "error" with this message.
    void sendError(QByteArrayView message);

    JoinResult join(const RoomKey &room);
    // False when it was not there.
    bool leave(const RoomKey &room);
    bool isIn(const RoomKey &room) const;
    // Leaves the namespace that it is in. Rooms are kept.
    void setNameSpace(const QByteArray &nameSpace);
    QByteArray nameSpace() const;

    void close(int code, const QByteArray &reason) { m_session.close(code, reason); }

    const std::shared_ptr<ClientRecord> &record() const { return m_session.record(); }
    ClientSession &session() { return m_session; }
    HubShard &shard() { return m_shard; }

    // ClientHandler
    void opened() override;
    void messageReceived(const QByteArray &payload) override;
    void messageOverLimit(const QByteArray &payload) override;
    void resolutionChanged(const Resolution &before) override;
    void closing() override;
    void ended(const CloseInfo &info) override;

private:
    friend class Group;
    friend class HubShard;

    // Behind the seats for everybody and for the namespace.
    static constexpr size_t FirstRoomSeat = 2;

    std::optional<size_t> seatIn(const RoomKey &room) const;
    void dispatch(const EventMessage &message);

    ClientSession &m_session;
    HubShard &m_shard;
    std::vector<Seat> m_seats; // empty once it is closing
};

} // namespace truepeer
