// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientactions.h"

#include "gui/models/serverlink.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QPointer>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

// Ids are closed one after the other: a session may have few calls that wait.
struct ClientActions::Order
{
    QJsonObject params;
    QStringList ids; // that are left
    QPointer<QObject> receiver;
    KickDone done;
    KickOutcome outcome;
};

ClientActions::ClientActions(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
{
}

ClientActions::~ClientActions() = default;

void ClientActions::count(const KickTarget &target, QObject *receiver, KickDone done)
{
    const auto order = std::make_shared<Order>(
        Order{{{u"dry_run"_s, true}}, target.ids, receiver, std::move(done), {}});
    if (target.ids.isEmpty())
        order->params.insert("filter"_L1, target.filter);
    next(order);
}

void ClientActions::kick(const KickTarget &target, int code, const QString &reason,
                         QObject *receiver, KickDone done)
{
    const auto order = std::make_shared<Order>(Order{
        {{u"code"_s, code}, {u"reason"_s, reason}}, target.ids, receiver, std::move(done), {}});
    if (target.ids.isEmpty())
        order->params.insert("filter"_L1, target.filter);
    next(order);
}

void ClientActions::next(const std::shared_ptr<Order> &order)
{
    if (!order->receiver)
        return;
    const bool isById = !order->params.contains("filter"_L1);
    if (isById)
        order->params.insert("id"_L1, order->ids.takeFirst());
    m_context.link.call(u"clients.kick"_s, order->params, order->receiver,
                        [this, order, self = QPointer(this)](const RpcResult &result) {
                            if (!self)
                                return;
                            const auto *error = std::get_if<RpcError>(&result);
                            order->outcome.count +=
                                resultObject(result).value("count"_L1).toInteger();
                            const bool isGone = error && error->is(RpcCode::NotFound);
                            if (error && !isGone) {
                                order->outcome.problem = error->message;
                                order->ids.clear();
                            }
                            if (order->ids.isEmpty())
                                order->done(order->outcome);
                            else
                                next(order);
                        });
}

void ClientActions::send(const EventTarget &target, const QString &event, const QJsonValue &data,
                         QObject *receiver, SendDone done)
{
    const bool isRoom = target.id.isEmpty();
    QJsonObject params{{u"event"_s, event}};
    if (isRoom) {
        params.insert("room"_L1, target.room.room);
        params.insert("namespace"_L1, target.room.nameSpace);
    } else {
        params.insert("id"_L1, target.id);
    }
    if (!data.isUndefined())
        params.insert("data"_L1, data);
    m_context.link.call(isRoom ? u"broadcast"_s : u"clients.send"_s, params, receiver,
                        [done = std::move(done)](const RpcResult &result) {
                            if (const auto *error = std::get_if<RpcError>(&result))
                                return done(0, error->message);
                            done(resultObject(result).value("delivered"_L1).toInteger(), {});
                        });
}

bool ClientActions::isCloseCode(int code)
{
    return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006))
           || (code >= 3000 && code <= 4999);
}

bool ClientActions::isEventName(const QString &name)
{
    constexpr qsizetype MaxCharacters = 255;
    return !name.isEmpty() && name.size() <= MaxCharacters
           && std::all_of(name.begin(), name.end(), [](QChar c) {
                  return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z')
                         || (c >= u'0' && c <= u'9') || c == u'.' || c == u'_' || c == u'-';
              });
}

TypedJson parseTypedJson(const QString &text)
{
    if (text.trimmed().isEmpty())
        return {};
    // QJsonDocument takes arrays and objects only.
    const QByteArray bytes = text.toUtf8();
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson('[' + bytes + ']', &error);
    const QJsonArray array = document.array();
    const auto problem = [](const QString &what, qsizetype position) {
        return TypedJson{QJsonValue::Undefined, what, position};
    };
    if (error.error == QJsonParseError::NoError && array.size() != 1)
        return problem(u"this is more than one value"_s, 0);
    if (error.error == QJsonParseError::NoError) {
        const QJsonValue value = array.first();
        if (!value.isObject() && !value.isArray())
            return problem(u"it has to be an object {…} or a list […]"_s, 0);
        return {value, {}, 0};
    }
    const qsizetype byte = std::clamp<qsizetype>(error.offset - 1, 0, bytes.size());
    return problem(error.errorString(), QString::fromUtf8(bytes.first(byte)).size());
}

} // namespace truepeer
