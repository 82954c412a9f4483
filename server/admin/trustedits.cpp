// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The edits of the trust list.
#include "server/admin/adminhost.h"
#include "server/admin/params.h"
#include "server/admin/trustjson.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxRevision = 9'007'199'254'740'991;

RpcError conflict(const TrustResult &result)
{
    QJsonObject current = listObject(result.document.list);
    current.insert("revision"_L1, qint64(result.document.revision));
    current.insert("origin"_L1, trustOriginName(result.document.origin));
    return RpcError(RpcCode::Conflict, result.message,
                    {{u"revision"_s, qint64(result.document.revision)}, {u"current"_s, current}});
}

RpcResult resultOf(const TrustControl::Outcome &outcome)
{
    const TrustResult &result = outcome.result;
    switch (result.failure) {
    case TrustResult::Failure::Conflict:
        return conflict(result);
    case TrustResult::Failure::Invalid:
        return result.check.problems.empty() ? RpcError(RpcCode::InvalidList, result.message)
                                             : invalidList(result.check);
    case TrustResult::Failure::NotFound:
        return RpcError(RpcCode::NotFound, result.message);
    case TrustResult::Failure::NotSaved:
        return RpcError(RpcCode::NotSaved, result.message);
    case TrustResult::Failure::None:
        break;
    }
    if (!outcome.confirm.isEmpty()) {
        return RpcError(RpcCode::NeedsConfirmation,
                        u"this edit has to be confirmed: "_s + outcome.confirm.join(u"; "_s),
                        {{u"reasons"_s, QJsonArray::fromStringList(outcome.confirm)}});
    }
    const QJsonObject check = checkObject(result.check);
    return QJsonObject{{u"revision"_s, qint64(result.document.revision)},
                       {u"changed"_s, outcome.changed},
                       {u"took_ms"_s, double(outcome.took.count()) / 1000.0},
                       {u"edited"_s, result.changed},
                       {u"warnings"_s, check.value("warnings"_L1)}};
}

void edit(AdminHost &host, const AdminCall &call, ParamReader &reader, TrustEdit edit)
{
    if (const auto base = reader.optionalInteger(u"base_revision"_s, 0, MaxRevision))
        edit.baseRevision = quint64(*base);
    edit.comment = reader.optionalText(u"comment"_s, MaxTrustNote).value_or(QString());
    edit.by = call.caller.toText();
    const bool confirmed = reader.flag(u"confirm"_s);
    if (auto error = reader.error())
        return call.reply(*error);
    host.trust.edit(std::move(edit), confirmed,
                    [&host, call](const TrustControl::Outcome &outcome) {
                        const RpcResult result = resultOf(outcome);
                        if (const auto *error = std::get_if<RpcError>(&result)) {
                            Event event = auditEvent(EventType::TrustFailed, call.caller);
                            event.code = error->code;
                            event.detail = error->message.toUtf8();
                            host.events.add(std::move(event));
                        }
                        call.reply(result);
                    });
}

} // namespace

void addTrustEditMethods(AdminMethods &methods, AdminHost &host)
{
    using Read = void (*)(ParamReader &, TrustEdit &);
    const auto with = [&](const QString &name, TrustEdit::Kind kind, Read read) {
        methods.addChange(name, [&host, kind, read](const AdminCall &call) {
            ParamReader reader(call.params);
            TrustEdit order;
            order.kind = kind;
            read(reader, order);
            edit(host, call, reader, std::move(order));
        });
    };
    with(u"trust.set"_s, TrustEdit::Kind::Set, [](ParamReader &reader, TrustEdit &edit) {
        edit.list = reader.trustList();
        if (!reader.has(u"mode"_s) && !reader.has(u"entries"_s))
            reader.fail(u"mode, entries: one of them must be there"_s);
    });
    with(u"trust.add"_s, TrustEdit::Kind::Add, [](ParamReader &reader, TrustEdit &edit) {
        edit.entry = reader.text(u"entry"_s, 200);
        edit.note = reader.optionalText(u"note"_s, MaxTrustNote);
    });
    with(u"trust.remove"_s, TrustEdit::Kind::Remove,
         [](ParamReader &reader, TrustEdit &edit) { edit.entry = reader.text(u"entry"_s, 200); });
    with(u"trust.reset"_s, TrustEdit::Kind::Reset, [](ParamReader &, TrustEdit &) {});
    with(u"trust.rollback"_s, TrustEdit::Kind::Rollback, [](ParamReader &reader, TrustEdit &edit) {
        const auto revision = reader.optionalInteger(u"revision"_s, 0, MaxRevision);
        if (!revision)
            reader.fail(u"revision: must be there"_s);
        edit.revision = quint64(revision.value_or(0));
    });
}

} // namespace truepeer
