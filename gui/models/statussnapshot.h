// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QString>
#include <QStringList>

class QJsonObject;

namespace truepeer {

// What the dashboard shows of the server's `status`. Rates are a second.
struct StatusSnapshot
{
    QString health; // "Healthy", "Draining", "Not ready", or what else the server says
    Tone healthTone = Tone::Ok;
    bool draining = false;
    qint64 uptime = 0; // seconds
    qint64 clients = 0;
    qint64 clientsMax = 0; // 0: no limit is known
    qint64 rejected = 0;
    double connects = 0;
    double disconnects = 0;
    double messagesIn = 0;
    double messagesOut = 0;
    double bytesIn = 0;
    double bytesOut = 0;
    double loopLagMs = 0;
    QStringList warnings; // titles of the last diagnosis

    static StatusSnapshot of(const QJsonObject &status);
};

// What the window shows of the server's `hello`.
struct ServerHello
{
    QString version;
    QString instance; // another one after each start of the server
    QString listen;
    qint64 pid = 0;
    qint64 started = 0; // Unix seconds
    bool isOperator = false;

    static ServerHello of(const QJsonObject &hello);
};

} // namespace truepeer
