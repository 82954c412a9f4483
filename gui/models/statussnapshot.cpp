// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/statussnapshot.h"

#include <QJsonArray>
#include <QJsonObject>

namespace truepeer {

using namespace Qt::StringLiterals;

StatusSnapshot StatusSnapshot::of(const QJsonObject &status)
{
    const QJsonObject rates = status.value("rates"_L1).toObject();
    StatusSnapshot snapshot;
    snapshot.draining = status.value("draining"_L1).toBool();
    snapshot.uptime = status.value("uptime"_L1).toInteger();
    snapshot.clients = status.value("clients"_L1).toInteger();
    snapshot.clientsMax = status.value("clients_max"_L1).toInteger();
    snapshot.messagesIn = rates.value("messages_in"_L1).toDouble();
    snapshot.messagesOut = rates.value("messages_out"_L1).toDouble();
    snapshot.disconnects = rates.value("disconnects"_L1).toDouble();
    snapshot.loopLagMs = status.value("loop_lag_ms"_L1).toDouble();
    const QJsonArray warnings = status.value("warnings"_L1).toArray();
    for (const QJsonValue &warning : warnings)
        snapshot.warnings.append(warning.toString());
    return snapshot;
}

ServerHello ServerHello::of(const QJsonObject &hello)
{
    ServerHello server;
    server.version = hello.value("version"_L1).toString();
    server.instance = hello.value("instance"_L1).toString();
    server.listen = hello.value("listen"_L1).toString();
    server.pid = hello.value("pid"_L1).toInteger();
    server.started = hello.value("started"_L1).toInteger();
    server.isOperator = hello.value("role"_L1).toString() == "operator"_L1;
    return server;
}

} // namespace truepeer
