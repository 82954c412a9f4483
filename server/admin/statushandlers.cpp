// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminhost.h"
#include "server/admin/params.h"
#include "server/ops/clientlist.h"
#include "server/ops/configjson.h"
#include "server/ops/proxyconfig.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxRequests = RecentRequests::Capacity;
constexpr int MaxEvents = 2000;

// With many clients a diagnosis is work, and a status is asked for often.
constexpr auto WarningAge = std::chrono::seconds(10);

QJsonArray warningTitles(const Diagnostician::Report &report)
{
    QJsonArray titles;
    for (const Finding &finding : report.findings) {
        if (finding.severity != Severity::Info)
            titles.append(finding.title);
    }
    return titles;
}

void history(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const QString name = reader.text(u"series"_s, 40);
    const qint64 seconds = reader.integer(u"seconds"_s, 300, 1, History::LongestSpan);
    if (auto error = reader.error())
        return call.reply(*error);
    const Expected<HistorySeries> series = host.history.series(name, seconds);
    if (!series)
        return call.reply(RpcError(RpcCode::InvalidParams, u"series: "_s + series.error().message));
    call.reply(toJson(*series));
}

void recentRequests(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const auto limit = int(reader.integer(u"limit"_s, 100, 0, MaxRequests));
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, limit]() -> RpcResult {
        QJsonArray items;
        for (const RecentRequest &request : host.traffic.requests().recent(limit))
            items.append(toJson(request));
        return items;
    });
}

void oneRequest(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const quint64 id = reader.id(u"id"_s);
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, id]() -> RpcResult {
        const std::optional<RecentRequest> request = host.traffic.requests().find(id);
        if (!request) {
            return RpcError(RpcCode::NotFound,
                            u"request %1 is not among the last %2"_s.arg(
                                QString::number(id), QString::number(MaxRequests)));
        }
        Resolution who = request->resolution;
        const Explanation explanation =
            explainRequest(*request, *host.trust.snapshot().policy, &who);
        return toJson(*request, who, explanation);
    });
}

void recentEvents(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    const auto limit = int(reader.integer(u"limit"_s, 100, 0, MaxEvents));
    const QStringList names = reader.texts(u"types"_s, 40, 40);
    const Expected<EventTypes> types = parseEventTypes(names);
    if (!types)
        reader.fail(u"types: "_s + types.error().message);
    if (auto error = reader.error())
        return call.reply(*error);
    answerInPool(host, call.reply, [&host, limit, types = *types]() -> RpcResult {
        QJsonArray items;
        for (const Event &event : host.events.recent(limit, types))
            items.append(toJson(event));
        return items;
    });
}

void proxyConfiguration(AdminHost &host, const AdminCall &call)
{
    ParamReader reader(call.params);
    ProxyConfigRequest request;
    const Expected<ProxyConfigRequest::Proxy> proxy = parseProxyName(reader.text(u"proxy"_s, 40));
    if (proxy)
        request.proxy = *proxy;
    else
        reader.fail(u"proxy: "_s + proxy.error().message);
    request.tls = reader.flag(u"tls"_s);
    const auto upstreams = parseUpstreams(reader.texts(u"upstreams"_s, 1000, 300));
    if (upstreams)
        request.upstreams = *upstreams;
    else
        reader.fail(u"upstreams: "_s + upstreams.error().message);
    if (auto error = reader.error())
        return call.reply(*error);
    const Expected<QString> text = proxyConfig(
        request, serverShape(host.server.configuration().config, host.server.identity().port));
    if (!text)
        return call.reply(RpcError(RpcCode::InvalidParams, text.error().message));
    call.reply(QJsonObject{{u"text"_s, *text}});
}

QJsonObject statusObject(AdminHost &host)
{
    const HealthFacts health = host.server.healthFacts();
    const CounterTotals totals = host.pool.totals();
    const qint64 rejected = totals.refusedRequests + totals.refusedUpgrades + totals.refusedLimits
                            + totals.refusedProxyHeaders + totals.limitedRequests
                            + totals.limitedClients;
    const Expected<HistorySeries> lag = host.history.series(u"loop_lag_ms"_s, 5);
    double worst = 0;
    for (const HistoryPoint &point : lag->points)
        worst = std::max(worst, point.value);
    return {
        {u"status"_s, health.draining ? u"draining"_s : u"healthy"_s},
        {u"uptime"_s, qint64(health.uptime.count())},
        {u"uptime_human"_s, QString::fromLatin1(humanDuration(health.uptime))},
        {u"clients"_s, health.clients},
        {u"clients_max"_s, health.maxConnections},
        {u"connections"_s, health.connections},
        {u"connections_total"_s, totals.connectionsTotal},
        {u"requests_total"_s, totals.requestsTotal},
        {u"rejected"_s, rejected},
        {u"messages_in"_s, totals.messagesIn},
        {u"messages_out"_s, totals.messagesOut},
        {u"bytes_in"_s, totals.bytesIn},
        {u"bytes_out"_s, totals.bytesOut},
        {u"queue_bytes"_s, totals.queueBytes},
        {u"rooms"_s, host.hub.rooms().size()},
        {u"rates"_s, toJson(host.history.rates())},
        {u"threads"_s, host.pool.threads()},
        {u"loop_lag_ms"_s, worst},
        {u"ready"_s, !health.draining && health.loopsTurning},
        {u"trust_revision"_s, qint64(host.trust.snapshot().document->revision)},
        {u"draining"_s, health.draining},
    };
}

// The live list takes the place of what the configuration says.
QJsonArray configurationRows(AdminHost &host)
{
    const TrustControl::Snapshot trust = host.trust.snapshot();
    const bool isLive = trust.document->origin == TrustOrigin::Live;
    return configToJson(host.server.configuration(), isLive ? &trust.document->list : nullptr);
}

} // namespace

QJsonObject statusNow(AdminHost &host)
{
    QJsonObject status = statusObject(host);
    const auto report = host.diagnostician.latest();
    status.insert("warnings"_L1, report ? warningTitles(*report) : QJsonArray());
    if (!report || std::chrono::steady_clock::now() - report->made > WarningAge)
        host.tasks.post([&host] { host.diagnostician.report(WarningAge); });
    return status;
}

QJsonObject clientCounters(AdminHost &host)
{
    const CounterTotals totals = host.pool.totals();
    return {{u"clients"_s, totals.clients},
            {u"connects"_s, totals.upgradesTotal},
            {u"disconnects"_s, totals.upgradesTotal - totals.clients}};
}

void addStatusMethods(AdminMethods &methods, AdminHost &host)
{
    const auto plain = [&](const QString &name, std::function<QJsonValue()> result) {
        methods.add(name, [result = std::move(result)](const AdminCall &call) {
            ParamReader reader(call.params);
            if (auto error = reader.error())
                call.reply(*error);
            else
                call.reply(result());
        });
    };
    const auto with = [&](const QString &name, void (*handler)(AdminHost &, const AdminCall &)) {
        methods.add(name, [&host, handler](const AdminCall &call) { handler(host, call); });
    };
    methods.add(u"status"_s, [&host](const AdminCall &call) {
        ParamReader reader(call.params);
        if (auto error = reader.error())
            return call.reply(*error);
        answerInPool(host, call.reply, [&host, status = statusObject(host)]() -> RpcResult {
            QJsonObject whole = status;
            whole.insert("warnings"_L1, warningTitles(*host.diagnostician.report(WarningAge)));
            return whole;
        });
    });
    plain(u"config.get"_s, [&host] { return configurationRows(host); });
    with(u"history"_s, history);
    with(u"requests.recent"_s, recentRequests);
    with(u"requests.get"_s, oneRequest);
    with(u"events.recent"_s, recentEvents);
    with(u"proxy.config"_s, proxyConfiguration);
    methods.add(u"diagnose"_s, [&host](const AdminCall &call) {
        ParamReader reader(call.params);
        if (auto error = reader.error())
            return call.reply(*error);
        answerInPool(host, call.reply, [&host]() -> RpcResult {
            QJsonArray findings;
            for (const Finding &finding : host.diagnostician.report()->findings)
                findings.append(toJson(finding));
            return findings;
        });
    });
}

} // namespace truepeer
