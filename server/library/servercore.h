// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ServerCore is what the values of the library (Client, Room) hold of a running server. They hold
// it weakly, so that they do nothing once the server has stopped, and strongly during a call, so
// that the server waits for it.
//
// Thread: any.
#pragma once

#include "server/application.h"
#include "server/rooms/hub.h"

#include <truepeer/client.h>
#include <truepeer/room.h>

#include <future>
#include <memory>

namespace truepeer {

class ServerCore : public std::enable_shared_from_this<ServerCore>
{
    Q_DISABLE_COPY_MOVE(ServerCore)

public:
    explicit ServerCore(Application &application)
        : m_application(application)
    {
    }
    ~ServerCore() { m_gone.set_value(); }

    // Ready when nobody holds it any more; then nobody uses the application through it.
    std::future<void> gone() { return m_gone.get_future(); }

    Application &application() { return m_application; }
    Hub &hub() { return m_application.hub(); }

    Client makeClient(const std::shared_ptr<ClientRecord> &record)
    {
        return Client(weak_from_this(), record);
    }
    static Room makeRoom(const std::shared_ptr<ServerCore> &core, const QString &nameSpace,
                         const QString &name)
    {
        return Room(core, nameSpace, name);
    }

    // Encodes and sends. False: no event, or refused.
    bool broadcast(const Audience &audience, QAnyStringView event, const QJsonObject &data);

private:
    Application &m_application;
    std::promise<void> m_gone;
};

} // namespace truepeer
