// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What is asked about the trust list: what it is, what it would be, and what it makes of a request.
#include "server/admin/adminhost.h"
#include "server/admin/params.h"
#include "server/admin/trustjson.h"
#include "server/ops/trustguard.h"
#include "server/ops/trustpreview.h"
#include "server/trust/elementaddress.h"
#include "server/trust/resolver.h"

#include <QJsonArray>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// How old the counts beside the entries may be.
constexpr auto UsageAge = std::chrono::seconds(5);

using Headers = std::vector<std::pair<QByteArray, QByteArray>>;

// What `trust.test` says about the answer to a request without Host (HTTP/1.0): our address.
const IpAddress &testedLocalAddress()
{
    static const IpAddress address = IpAddress::fromIPv4(0x7f000001);
    return address;
}

RpcResult trustGet(AdminHost &host)
{
    const auto report = host.diagnostician.report(UsageAge);
    const TrustControl::Snapshot trust = host.trust.snapshot();
    const std::vector<EntryUse> none;
    // The list may have been edited since the report.
    const bool fits = report->revision == trust.document->revision;
    QJsonObject result = trustObject(*trust.document, fits ? report->entries : none);
    result.insert("configured"_L1, listObject(host.server.configuration().config.trust.list));
    if (!trust.problem.isEmpty())
        result.insert("problem"_L1, trust.problem);
    return result;
}

void check(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const TrustList list = reader.trustList();
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [list]() -> RpcResult { return checkObject(validate(list)); });
}

// The settings in force with another list. REQUIRES: a valid one.
std::shared_ptr<const TrustPolicy> policyWith(const TrustPolicy &current, const TrustList &list)
{
    TrustSettings settings = current.settings();
    settings.list = list;
    const auto policy = TrustPolicy::compile(settings, current.revision() + 1);
    Q_ASSERT(policy.ok());
    return policy.value();
}

RpcResult previewResult(const AdminHost &host, const TrustList &list)
{
    const TrustListCheck check = validate(list);
    QJsonObject result = checkObject(check);
    if (!check.valid)
        return result;
    const std::shared_ptr<const TrustPolicy> current = host.trust.snapshot().policy;
    const std::shared_ptr<const TrustPolicy> next = policyWith(*current, list);
    const std::vector<std::shared_ptr<ClientRecord>> clients = host.directory().all();
    const TrustPreview preview =
        previewTrust(clients, host.traffic.requests().all(), *current, *next,
                     host.server.configuration().config.limits.maxConnectionsPerClient);
    const QJsonObject shown = toJson(preview);
    for (auto it = shown.begin(); it != shown.end(); ++it)
        result.insert(it.key(), it.value());
    result.insert("confirm"_L1,
                  QJsonArray::fromStringList(confirmationReasons(*current, *next, check, clients)));
    result.insert("base_revision"_L1, qint64(current->revision()));
    return result;
}

void preview(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const TrustList list = reader.trustList();
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, list] { return previewResult(host, list); });
}

RpcResult testResult(const IpAddress &peer, const Headers &headers, const TrustPolicy &policy)
{
    std::vector<HeaderLine> lines;
    for (const auto &[name, value] : headers)
        lines.push_back({name, value});
    const ResolveInput input{.peer = peer, .headers = lines, .localAddress = testedLocalAddress()};
    Resolution who(peer);
    const Explanation explanation = explain(input, policy, &who);
    return toJson(who, explanation, "/");
}

void test(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const QByteArray text = reader.text(u"peer"_s, 100).toUtf8().trimmed();
    const std::optional<IpAddress> peer = elementAddress(text, ElementForm::Plain);
    if (!peer && !text.isEmpty())
        reader.fail(u"peer: "_s + whyUnusable(text, ElementForm::Plain));
    const Headers headers = reader.headers();
    const bool hasList = reader.has(u"mode"_s) || reader.has(u"entries"_s);
    const TrustList list = reader.trustList();
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, peer = *peer, headers, hasList, list]() -> RpcResult {
        const std::shared_ptr<const TrustPolicy> current = host.trust.snapshot().policy;
        if (!hasList)
            return testResult(peer, headers, *current);
        const TrustListCheck check = validate(list);
        if (!check.valid)
            return invalidList(check);
        return testResult(peer, headers, *policyWith(*current, list));
    });
}

void trustHistory(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    if (auto error = reader.error())
        return call.reply(*error);
    const auto document = host.trust.snapshot().document;
    answerInPool(host, call.reply, [document]() -> RpcResult {
        QJsonArray changes;
        for (auto it = document->history.rbegin(); it != document->history.rend(); ++it)
            changes.append(changeObject(*it));
        return changes;
    });
}

void listSuggestions(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host]() -> RpcResult {
        QJsonArray items;
        for (const Suggestion &suggestion : host.diagnostician.report()->suggestions)
            items.append(toJson(suggestion));
        return items;
    });
}

} // namespace

void addTrustMethods(AdminMethods &methods, AdminHost &host)
{
    const auto with = [&](const QString &name, void (*handler)(AdminHost &, const AdminCall &)) {
        methods.add(name, [&host, handler](const AdminCall &call) { handler(host, call); });
    };
    methods.add(u"trust.get"_s, [&host](const AdminCall &call) {
        ParamReader reader(call.params);
        if (auto error = reader.error())
            return call.reply(*error);
        answerInPool(host, call.reply, [&host] { return trustGet(host); });
    });
    with(u"trust.check"_s, check);
    with(u"trust.preview"_s, preview);
    with(u"trust.test"_s, test);
    with(u"trust.history"_s, trustHistory);
    with(u"trust.suggestions"_s, listSuggestions);
}

} // namespace truepeer
