// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/admin/adminfailure.h"
#include "shared/admin/protocol.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>
#include <variant>

namespace truepeer {

// The code of an RpcError that the server did not send: there is no answer, nor a connection.
inline constexpr int UnreachableCode = 1;

// An open session on an admin socket, as commands see it: calls block until the answer is there.
class Transport
{
public:
    Transport() = default;
    Transport(const Transport &) = delete;
    Transport &operator=(const Transport &) = delete;
    virtual ~Transport() = default;

    // The result of hello.
    virtual QJsonObject server() const = 0;
    virtual RpcResult call(const QString &method, const QJsonObject &params) = 0;
    // The next notification, at most after this time; nothing when none came, or when the
    // connection ended.
    virtual std::optional<RpcNotification> next(std::chrono::milliseconds patience) = 0;
    virtual bool isConnected() const = 0;
};

// Opens sessions. Tests have a connector without sockets.
class Connector
{
public:
    using Outcome = std::variant<std::unique_ptr<Transport>, AdminFailure>;

    Connector() = default;
    Connector(const Connector &) = delete;
    Connector &operator=(const Connector &) = delete;
    virtual ~Connector() = default;

    // The sockets that there are, those of servers that are gone among them.
    virtual QStringList sockets() const = 0;
    // Patience: how long a connection and each answer may take; 0 is for ever.
    virtual Outcome connectTo(const QString &path, std::chrono::milliseconds patience) = 0;
};

} // namespace truepeer
