// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the layer above makes of WebSocket clients. The engine hands over whole messages and tells
// the beginning and the end; what a message means is not its business.
//
// Thread: the I/O thread of the client.
#pragma once

#include "server/net/engine.h"

#include <QByteArray>

#include <memory>

namespace truepeer {

class ClientSession;

// One client. Owned by its session.
class ClientHandler
{
    Q_DISABLE_COPY_MOVE(ClientHandler)

public:
    virtual ~ClientHandler() = default;

    // Right after it was made: the session can be used from now on.
    virtual void opened() = 0;
    // A whole message, text or binary.
    virtual void messageReceived(const QByteArray &payload) = 0;
    // The same, of a client that sends more than it may: answer, but do no work for it.
    virtual void messageOverLimit(const QByteArray &payload) = 0;
    // An edit of the trust list made it another caller: another address, scheme, host or port. The
    // record has the new resolution.
    virtual void resolutionChanged(const Resolution &before) = 0;
    // The closing handshake has begun, or the connection is lost: nothing more can be sent. Called
    // once, before ended().
    virtual void closing() = 0;
    // Called once.
    virtual void ended(const CloseInfo &info) = 0;

protected:
    ClientHandler() = default;
};

// Makes the handlers of one I/O thread.
class ClientService
{
    Q_DISABLE_COPY_MOVE(ClientService)

public:
    virtual std::unique_ptr<ClientHandler> makeHandler(ClientSession &session) = 0;

protected:
    ClientService() = default;
    ~ClientService() = default;
};

// One service for each I/O thread. They outlive the threads.
class ClientServices
{
    Q_DISABLE_COPY_MOVE(ClientServices)

public:
    virtual ClientService &forThread(int index) = 0;

protected:
    ClientServices() = default;
    ~ClientServices() = default;
};

} // namespace truepeer
