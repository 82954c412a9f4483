// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/requestgate.h"

#include "server/http/queryparam.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto RetryAfterFull = "5";      // seconds: a connection may end at any time
constexpr auto RetryAfterDraining = "10"; // the balancer has noticed by then
constexpr auto RetryAfterRate = "1";
constexpr auto RetryAfterPerClient = "30";

RequestGate::Outcome refused(Response response, QByteArray detail)
{
    RequestGate::Outcome outcome;
    outcome.response = std::move(response);
    outcome.detail = std::move(detail);
    return outcome;
}

// A client that is turned away: the connection ends, so that nothing between it and us mistakes
// what it sends next for a WebSocket.
RequestGate::Outcome turnedAway(int status, const QByteArray &text, QByteArray detail)
{
    Response response = Response::text(status, text);
    response.close = true;
    return refused(std::move(response), std::move(detail));
}

RequestGate::Outcome refusedFor(int status, const QByteArray &text, const char *retryAfter)
{
    RequestGate::Outcome outcome = turnedAway(status, text, text);
    outcome.response.headers.emplace_back("Retry-After", retryAfter);
    return outcome;
}

RequestGate::Outcome refusedForGood(Response response, QByteArray detail)
{
    response.close = true;
    return refused(std::move(response), std::move(detail));
}

QByteArray valueOf(const RequestHead &head, QByteArrayView name)
{
    return head.find(name).value_or(QByteArrayView()).toByteArray();
}

} // namespace

RequestGate::RequestGate(const EngineSettings &settings, EngineState &state,
                         WorkerCounters &counters)
    : m_settings(settings)
    , m_state(state)
    , m_counters(counters)
{
}

RequestGate::Outcome RequestGate::serve(const Call &call, Deferral &deferral)
{
    const RouteMatch match = m_settings.router.match(call.head.method, call.head.path);
    const std::optional<CorsGrant> grant = m_settings.cors.grant(call.head, call.resolution);
    Outcome outcome;
    std::optional<Outcome> refusal;
    if (!match.options.exempt)
        refusal = refuseEarly(call);
    const bool isPreflight = match.status == RouteStatus::MethodNotAllowed && !match.options.exempt
                             && CorsPolicy::isPreflight(call.head);
    if (refusal)
        outcome = std::move(*refusal);
    else if (isPreflight)
        outcome.response = m_settings.cors.preflight(grant);
    else
        outcome = answer(call, match, deferral);
    outcome.exempt = match.options.exempt;
    if (outcome.deferred)
        outcome.grant = grant;
    else if (!outcome.client)
        m_settings.cors.decorate(outcome.response, grant);
    return outcome;
}

std::optional<RequestGate::Outcome> RequestGate::refuseEarly(const Call &call)
{
    if (call.resolution.conflictRejected) {
        m_counters.refusedRequests.add();
        return refusedForGood(Response::error(400, "Forwarding headers contradict each other"_ba,
                                              "forwarding_conflict"_ba),
                              "forwarding headers contradict each other"_ba);
    }
    if (!call.policy.hostAllowed(call.resolution.host)) {
        m_counters.refusedRequests.add();
        return refusedForGood(Response::error(421, "This server does not answer for this host"_ba,
                                              "misdirected_request"_ba),
                              "host is not in allowed_hosts"_ba);
    }
    if (m_state.connections.load(std::memory_order_relaxed) > m_settings.limits.maxConnections) {
        m_counters.refusedLimits.add();
        return refusedFor(503, "Connection limit reached"_ba, RetryAfterFull);
    }
    return std::nullopt;
}

RequestGate::Outcome RequestGate::answer(const Call &call, const RouteMatch &match,
                                         Deferral &deferral)
{
    if (match.status == RouteStatus::Found) {
        if (match.options.exempt || m_state.limits.admitRequest(call.resolution, call.now))
            return runHandler(call, match, deferral);
        m_counters.limitedRequests.add();
        return refused(tooManyRequests(), "rate limit of requests"_ba);
    }
    if (!m_settings.router.knowsPath(call.head.path)) {
        const UpgradeJudgement judgement = judgeUpgrade(call.head);
        if (judgement.verdict != UpgradeJudgement::Verdict::NotAnUpgrade)
            return upgrade(call, judgement);
    }
    return refused(Router::errorResponse(match), {});
}

RequestGate::Outcome RequestGate::runHandler(const Call &call, const RouteMatch &match,
                                             Deferral &deferral)
{
    Outcome outcome;
    if (const auto *handler = std::get_if<Handler>(match.handler)) {
        outcome.response = (*handler)(
            {call.head, call.body, call.resolution, match.parameters, &call.explanation});
    } else {
        outcome.deferred = true;
        std::get<DeferredHandler> (*match.handler)(deferral.keep(), deferral.responder());
    }
    return outcome;
}

// The shape that the clients of the original know.
Response RequestGate::tooManyRequests() const
{
    const RateRule &rule = *m_state.limits.requestRule();
    const qint64 window = rule.window.count();
    const QByteArray seconds = QByteArray::number(window);
    const QByteArray limit = QByteArray::number(rule.limit);
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const qint64 now = std::chrono::duration_cast<std::chrono::seconds>(wall).count();
    Response response = Response::jsonText(
        R"({"error":"Rate limit exceeded","message":"You have exceeded the rate limit. )"
        R"(Please try again later.","retry_after":)"_ba
            + seconds + R"(,"limit":)"_ba + limit + R"(,"window":)"_ba + seconds
            + R"(,"code":"rate_limited"})"_ba,
        429);
    response.headers = {{"X-RateLimit-Limit", limit},
                        {"X-RateLimit-Remaining", "0"},
                        {"X-RateLimit-Reset", QByteArray::number(now + window)},
                        {"Retry-After", seconds}};
    return response;
}

RequestGate::Outcome RequestGate::upgrade(const Call &call, const UpgradeJudgement &judgement)
{
    if (judgement.verdict == UpgradeJudgement::Verdict::Refuse) {
        m_counters.refusedUpgrades.add();
        return refused(judgement.refusal, "not a valid WebSocket handshake"_ba);
    }
    if (std::optional<Outcome> refusal = refuseClient(call))
        return std::move(*refusal);
    if (std::optional<Outcome> refusal = refuseByLimits(call))
        return std::move(*refusal);

    Outcome outcome;
    outcome.response.status = 101;
    outcome.response.headers = {{"Upgrade", "websocket"},
                                {"Sec-WebSocket-Accept", acceptKey(judgement.key)}};
    const QByteArray origin = valueOf(call.head, "origin");
    if (!origin.isEmpty()) {
        outcome.response.headers.emplace_back("Access-Control-Allow-Origin", origin);
        outcome.response.headers.emplace_back("Vary", "Origin");
    }
    outcome.client = ClientRecord::Handshake{
        .resolution = call.resolution,
        .target = call.head.target.toByteArray(),
        .userAgent = valueOf(call.head, "user-agent"),
        .origin = origin,
        .forwarding = KeptHeaders(call.head.headers, call.policy),
        .announced = call.input.announced,
        .head = m_settings.keepHeads ? call.headBytes.toByteArray() : QByteArray()};
    return outcome;
}

std::optional<RequestGate::Outcome> RequestGate::refuseClient(const Call &call)
{
    const RequestHead &head = call.head;
    const Resolution &resolution = call.resolution;
    const std::optional<QByteArrayView> origin = head.find("origin");
    const bool originAllowed =
        !origin
        || m_settings.origins.allowed(*origin, resolution.scheme, resolution.schemeStated,
                                      resolution.host, resolution.port);
    if (!originAllowed || head.count("origin") > 1) {
        m_counters.refusedUpgrades.add();
        return turnedAway(403, "Origin not allowed"_ba, "origin not allowed"_ba);
    }
    const QByteArray key = queryParameter(head.query, "key").value_or(QByteArray());
    if (!m_settings.authKey.isEmpty() && !secretsEqual(key, m_settings.authKey)) {
        m_counters.refusedUpgrades.add();
        return turnedAway(401, "Invalid authentication key"_ba, "invalid authentication key"_ba);
    }
    if (m_state.draining.load(std::memory_order_relaxed)) {
        m_counters.refusedUpgrades.add();
        return refusedFor(503, "Server is shutting down"_ba, RetryAfterDraining);
    }
    if (m_settings.admitClient) {
        const PathParameters none;
        const HttpRequest request{head, {}, resolution, none, &call.explanation};
        if (std::optional<Response> refusal = m_settings.admitClient(request)) {
            m_counters.refusedUpgrades.add();
            return refusedForGood(std::move(*refusal), "refused by the application"_ba);
        }
    }
    return std::nullopt;
}

std::optional<RequestGate::Outcome> RequestGate::refuseByLimits(const Call &call)
{
    if (!m_state.limits.admitClient(call.resolution, call.now)) {
        m_counters.limitedClients.add();
        return refusedFor(503, "Connection rate limit exceeded"_ba, RetryAfterRate);
    }
    if (!m_state.limits.acquirePlace(call.resolution)) {
        m_counters.refusedLimits.add();
        return refusedFor(429, "Too many connections from this client"_ba, RetryAfterPerClient);
    }
    return std::nullopt;
}

} // namespace truepeer
