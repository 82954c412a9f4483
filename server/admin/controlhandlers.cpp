// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminhost.h"
#include "server/admin/params.h"

#include <chrono>
#include <memory>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

void reload(AdminHost &host, const AdminCall &call)
{
    host.server.reload(call.caller.toText(), [call](const ServerControl::Reloaded &outcome) {
        if (!outcome.errors.isEmpty()) {
            call.reply(RpcError(RpcCode::InvalidParams,
                                u"the configuration has errors; nothing was changed"_s,
                                {{u"errors"_s, QJsonArray::fromStringList(outcome.errors)}}));
            return;
        }
        call.reply(
            QJsonObject{{u"applied"_s, QJsonArray::fromStringList(outcome.applied)},
                        {u"needs_restart"_s, QJsonArray::fromStringList(outcome.needsRestart)},
                        {u"warnings"_s, QJsonArray::fromStringList(outcome.warnings)}});
    });
}

} // namespace

void answerInPool(const AdminHost &host, const AdminReply &reply, std::function<RpcResult()> work)
{
    const bool accepted = host.tasks.post([reply, work = std::move(work)] { reply(work()); });
    if (!accepted)
        reply(RpcError(RpcCode::Busy, u"the server has too much to do; try again"_s));
}

Event auditEvent(EventType type, const AdminCaller &caller)
{
    Event event;
    event.type = type;
    event.atMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                     std::chrono::system_clock::now().time_since_epoch())
                     .count();
    event.actor = caller.toText().toUtf8();
    return event;
}

void addControlMethods(AdminMethods &methods, AdminHost &host)
{
    const auto change = [&](const QString &name,
                            std::function<std::optional<RpcError>(const AdminCall &)> act) {
        methods.addChange(name, [&host, act = std::move(act)](const AdminCall &call) {
            ParamReader reader(call.params);
            std::optional<RpcError> error = reader.error();
            if (!error)
                error = act(call);
            if (error)
                return call.reply(*error);
            call.reply(QJsonObject{{u"draining"_s, host.server.healthFacts().draining}});
        });
    };
    const auto refusal = [](const std::optional<Error> &error) {
        return error ? std::optional<RpcError>(RpcError(RpcCode::InvalidRequest, error->message))
                     : std::nullopt;
    };
    change(u"drain"_s, [&host, refusal](const AdminCall &call) {
        return refusal(host.server.startDrain(call.caller.toText()));
    });
    change(u"undrain"_s, [&host, refusal](const AdminCall &call) {
        return refusal(host.server.cancelDrain(call.caller.toText()));
    });
    methods.addChange(u"reload"_s, [&host](const AdminCall &call) {
        ParamReader reader(call.params);
        if (auto error = reader.error())
            return call.reply(*error);
        reload(host, call);
    });
}

} // namespace truepeer
