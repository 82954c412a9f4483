// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the handlers of the admin socket work with. All of it outlives the sessions and the task
// pool.
#pragma once

#include "server/admin/adminmethods.h"
#include "server/net/mailbox.h"
#include "server/net/taskpool.h"
#include "server/net/workerpool.h"
#include "server/ops/configload.h"
#include "server/ops/diagnostician.h"
#include "server/ops/eventlog.h"
#include "server/ops/health.h"
#include "server/ops/history.h"
#include "server/ops/trafficrecorder.h"
#include "server/ops/trustcontrol.h"
#include "server/rooms/hub.h"

#include <QStringList>

#include <functional>

namespace truepeer {

// What an operator can do with the server as a whole, and what it says about itself.
class ServerControl
{
    Q_DISABLE_COPY_MOVE(ServerControl)

public:
    struct Identity
    {
        QString version;
        QString instance; // made up at each start
        qint64 pid = 0;
        QString listen; // "http://HOST:PORT"
        quint16 port = 0;
        qint64 started = 0; // Unix seconds
    };
    struct Reloaded
    {
        QStringList applied;
        QStringList needsRestart;
        QStringList warnings;
        QStringList errors; // not empty: nothing was applied
    };

    // Any thread.
    virtual HealthFacts healthFacts() const = 0;
    virtual LoadedConfig configuration() const = 0;
    virtual Identity identity() const = 0;

    // The main thread. `by` is for log and events. The error says why it cannot be.
    virtual std::optional<Error> startDrain(const QString &by) = 0;
    virtual std::optional<Error> cancelDrain(const QString &by) = 0;
    virtual void reload(const QString &by, std::function<void(const Reloaded &)> done) = 0;

protected:
    ServerControl() = default;
    ~ServerControl() = default;
};

struct AdminHost
{
    ServerControl &server;
    WorkerPool &pool;
    Hub &hub;
    TaskPool &tasks;
    Mailbox &home; // of the main thread
    TrustControl &trust;
    TrafficRecorder &traffic;
    History &history; // of the main thread
    EventLog &events;
    Diagnostician &diagnostician;

    ClientDirectory &directory() const { return pool.state().directory; }
};

// Answers a call from the pool: for what is work, so that neither the main thread nor an I/O thread
// has to wait.
void answerInPool(const AdminHost &host, const AdminReply &reply, std::function<RpcResult()> work);

// An event of the audit log, at this moment.
Event auditEvent(EventType type, const AdminCaller &caller);

// The methods, by theme. The host must outlive them.
void addStatusMethods(AdminMethods &methods, AdminHost &host);
void addControlMethods(AdminMethods &methods, AdminHost &host);
void addClientMethods(AdminMethods &methods, AdminHost &host);
void addMessageMethods(AdminMethods &methods, AdminHost &host);
void addTrustMethods(AdminMethods &methods, AdminHost &host);
void addTrustEditMethods(AdminMethods &methods, AdminHost &host);

// The result of `status`, with the warnings of the last diagnosis; orders a new one when that is
// old. And the counters of clients alone.
QJsonObject statusNow(AdminHost &host);
QJsonObject clientCounters(AdminHost &host);

} // namespace truepeer
