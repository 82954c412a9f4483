// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/health.h"

#include <QJsonArray>
#include <QJsonObject>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

Response uncached(Response response)
{
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

// One entry of `checks`.
QJsonArray check(bool pass, const QString &componentType, const QJsonObject &observed = {})
{
    QJsonObject entry = observed;
    entry.insert(u"componentType"_s, componentType);
    entry.insert(u"status"_s, pass ? u"pass"_s : u"fail"_s);
    return QJsonArray{entry};
}

} // namespace

QByteArray humanDuration(std::chrono::seconds duration)
{
    using namespace std::chrono;
    const auto days = floor<std::chrono::days>(duration);
    const hh_mm_ss clock(duration - days);
    const std::array<std::pair<qint64, char>, 4> parts = {{
        {days.count(), 'd'},
        {clock.hours().count(), 'h'},
        {clock.minutes().count(), 'm'},
        {clock.seconds().count(), 's'},
    }};
    QByteArray text;
    for (const auto &[value, unit] : parts) {
        if (value == 0)
            continue;
        if (!text.isEmpty())
            text += ' ';
        text += QByteArray::number(value) + unit;
    }
    return text.isEmpty() ? "0s"_ba : text;
}

Response healthResponse(const HealthFacts &facts)
{
    // Written by hand, in the order that the original has.
    const QByteArray status = facts.draining ? "draining"_ba : "healthy"_ba;
    QByteArray body = R"({"status":")"_ba;
    body += status + R"(","timestamp":)"_ba + QByteArray::number(facts.now);
    body += R"(,"server":{"clients":)"_ba + QByteArray::number(facts.clients);
    body += R"(,"uptime":)"_ba + QByteArray::number(qint64(facts.uptime.count()));
    body += R"(,"uptime_human":")"_ba + humanDuration(facts.uptime) + R"("}})"_ba;
    return uncached(Response::jsonText(body, facts.draining ? 503 : 200));
}

Response liveResponse(const HealthFacts &facts)
{
    const QByteArray body =
        facts.loopsTurning ? R"({"status":"pass"})"_ba : R"({"status":"fail"})"_ba;
    return uncached(Response::jsonText(body, facts.loopsTurning ? 200 : 503));
}

Response readyResponse(const HealthFacts &facts)
{
    const bool room = facts.connections < facts.maxConnections;
    const bool ready = !facts.draining && facts.loopsTurning && room;
    const QJsonObject checks{
        {u"drain"_s, check(!facts.draining, u"system"_s)},
        {u"eventloop:responseTime"_s, check(facts.loopsTurning, u"system"_s)},
        {u"connections:utilization"_s,
         check(room, u"system"_s,
               {{u"observedValue"_s, facts.connections}, {u"limit"_s, facts.maxConnections}})},
    };
    Response response = Response::json(
        QJsonObject{{u"status"_s, ready ? u"pass"_s : u"fail"_s}, {u"checks"_s, checks}},
        ready ? 200 : 503);
    response.contentType = "application/health+json";
    return uncached(response);
}

void addHealthRoutes(Router &router, const QByteArray &path, const HealthSource &source)
{
    const RouteOptions options{.exempt = true, .bareErrors = true};
    router.add(
        "GET", path, [source](const HttpRequest &) { return healthResponse(source()); }, options);
    router.add(
        "GET", QByteArray(path + "/live"_ba),
        [source](const HttpRequest &) { return liveResponse(source()); }, options);
    router.add(
        "GET", QByteArray(path + "/ready"_ba),
        [source](const HttpRequest &) { return readyResponse(source()); }, options);
}

} // namespace truepeer
