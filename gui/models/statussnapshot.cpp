// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/statussnapshot.h"

#include <QJsonArray>
#include <QJsonObject>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

void readHealth(const QJsonObject &status, StatusSnapshot &snapshot)
{
    const QString word = status.value("status"_L1).toString();
    if (snapshot.draining) {
        snapshot.health = u"Draining"_s;
        snapshot.healthTone = Tone::Warning;
    } else if (word != "healthy"_L1 && !word.isEmpty()) {
        snapshot.health = word.at(0).toUpper() + word.sliced(1);
        snapshot.healthTone = Tone::Error;
    } else if (!status.value("ready"_L1).toBool(true)) {
        snapshot.health = u"Not ready"_s;
        snapshot.healthTone = Tone::Error;
    } else {
        snapshot.health = u"Healthy"_s;
    }
}

} // namespace

StatusSnapshot StatusSnapshot::of(const QJsonObject &status)
{
    const QJsonObject rates = status.value("rates"_L1).toObject();
    StatusSnapshot snapshot;
    snapshot.draining = status.value("draining"_L1).toBool()
                        || status.value("status"_L1).toString() == "draining"_L1;
    readHealth(status, snapshot);
    snapshot.uptime = status.value("uptime"_L1).toInteger();
    snapshot.clients = status.value("clients"_L1).toInteger();
    snapshot.clientsMax = status.value("clients_max"_L1).toInteger();
    snapshot.rejected = status.value("rejected"_L1).toInteger();
    snapshot.connects = rates.value("connects"_L1).toDouble();
    snapshot.disconnects = rates.value("disconnects"_L1).toDouble();
    snapshot.messagesIn = rates.value("messages_in"_L1).toDouble();
    snapshot.messagesOut = rates.value("messages_out"_L1).toDouble();
    snapshot.bytesIn = rates.value("bytes_in"_L1).toDouble();
    snapshot.bytesOut = rates.value("bytes_out"_L1).toDouble();
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
