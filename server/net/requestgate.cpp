// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/requestgate.h"

#include "server/http/queryparam.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto RetryAfterFull = "5";      // seconds: a connection may end at any time
constexpr auto RetryAfterDraining = "10"; // the balancer has noticed by then
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

RequestGate::Outcome RequestGate::serve(const RequestHead &head, QByteArrayView body,
                                        const Resolution &resolution,
                                        const ExplanationSource &explanation,
                                        const TrustPolicy &policy)
{
    const RouteMatch match = m_settings.router.match(head.method, head.path);
    if (!match.options.exempt) {
        if (std::optional<Outcome> refusal = refuseEarly(resolution, policy))
            return std::move(*refusal);
    }
    Outcome outcome;
    outcome.exempt = match.options.exempt;
    if (match.status == RouteStatus::Found) {
        outcome.response =
            (*match.handler)({head, body, resolution, match.parameters, &explanation});
        return outcome;
    }
    if (!m_settings.router.knowsPath(head.path)) {
        const UpgradeJudgement judgement = judgeUpgrade(head);
        if (judgement.verdict != UpgradeJudgement::Verdict::NotAnUpgrade)
            return upgrade(head, judgement, resolution);
    }
    outcome.response = Router::errorResponse(match);
    return outcome;
}

std::optional<RequestGate::Outcome> RequestGate::refuseEarly(const Resolution &resolution,
                                                             const TrustPolicy &policy)
{
    if (resolution.conflictRejected) {
        m_counters.refusedRequests.add();
        return refusedForGood(Response::error(400, "Forwarding headers contradict each other"_ba,
                                              "forwarding_conflict"_ba),
                              "forwarding headers contradict each other"_ba);
    }
    if (!policy.hostAllowed(resolution.host)) {
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

RequestGate::Outcome RequestGate::upgrade(const RequestHead &head,
                                          const UpgradeJudgement &judgement,
                                          const Resolution &resolution)
{
    if (judgement.verdict == UpgradeJudgement::Verdict::Refuse) {
        m_counters.refusedUpgrades.add();
        return refused(judgement.refusal, "not a valid WebSocket handshake"_ba);
    }
    if (std::optional<Outcome> refusal = refuseClient(head, resolution))
        return std::move(*refusal);

    Outcome outcome;
    outcome.response.status = 101;
    outcome.response.headers = {{"Upgrade", "websocket"},
                                {"Sec-WebSocket-Accept", acceptKey(judgement.key)}};
    const QByteArray origin = valueOf(head, "origin");
    if (!origin.isEmpty()) {
        outcome.response.headers.emplace_back("Access-Control-Allow-Origin", origin);
        outcome.response.headers.emplace_back("Vary", "Origin");
    }
    outcome.client =
        ClientSession::Handshake{resolution, head.target.toByteArray(), valueOf(head, "user-agent"),
                                 origin, resolution.known};
    return outcome;
}

std::optional<RequestGate::Outcome> RequestGate::refuseClient(const RequestHead &head,
                                                              const Resolution &resolution)
{
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
    if (!acquirePlace(resolution)) {
        m_counters.refusedLimits.add();
        return refusedFor(429, "Too many connections from this client"_ba, RetryAfterPerClient);
    }
    return std::nullopt;
}

// A client that is not known is the address of a proxy: counting it as one client would lock out
// everybody behind that proxy.
bool RequestGate::acquirePlace(const Resolution &resolution)
{
    return !resolution.known
           || m_state.clients.acquire(resolution.client, m_settings.limits.maxConnectionsPerClient);
}

} // namespace truepeer
