// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What an operator does to clients: closing connections and sending events.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/modelcontext.h"
#include "gui/models/roomplace.h"
#include "shared/admin/protocol.h"

#include <QJsonValue>
#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>

namespace truepeer {

// Who is meant: the clients with these ids, or, without ids, all that match the filter.
struct KickTarget
{
    QStringList ids;
    QString filter;
};

// Who gets an event: the client with this id, or, without one, all members of the room.
struct EventTarget
{
    QString id;
    RoomPlace room;
};

struct KickOutcome
{
    qint64 count = 0; // connections that are closed, or would be
    QString problem;  // why it is not all of them; empty: it is
};

class ClientActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientActions)

public:
    static constexpr qsizetype MaxReasonBytes = 123; // RFC 6455 5.5: a control frame has 125
    static constexpr int DefaultCode = 1008;

    explicit ClientActions(const ModelContext &context, QObject *parent = nullptr);
    ~ClientActions() override;

    using KickDone = std::function<void(const KickOutcome &)>;
    // How many it reached, or why it was refused.
    using SendDone = std::function<void(qint64 delivered, const QString &problem)>;

    // The answers do not come when `receiver` is destroyed before.
    void count(const KickTarget &target, QObject *receiver, KickDone done);
    void kick(const KickTarget &target, int code, const QString &reason, QObject *receiver,
              KickDone done);
    void send(const EventTarget &target, const QString &event, const QJsonValue &data,
              QObject *receiver, SendDone done);

    // What the server takes.
    static bool isCloseCode(int code);
    static bool isEventName(const QString &name);

private:
    struct Order;
    void next(const std::shared_ptr<Order> &order);

    const ModelContext m_context;
};

// The data of an event as it is typed: an object or a list. Empty is no data (Undefined).
struct TypedJson
{
    QJsonValue value = QJsonValue::Undefined;
    QString problem;        // a sentence; empty: it is valid
    qsizetype position = 0; // of the problem, in characters
};
TypedJson parseTypedJson(const QString &text);

} // namespace truepeer
