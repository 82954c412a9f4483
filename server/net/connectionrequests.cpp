// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What becomes of a whole request: the part of Connection that knows trust, gate and answers.
#include "server/net/connection.h"
#include "server/net/ioworker.h"
#include "server/trust/lazyexplanation.h"

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

// The code of an error body: "Request Timeout" → request_timeout.
QByteArray slugOf(int status)
{
    return reasonPhrase(status).toByteArray().toLower().replace(' ', '_');
}

} // namespace

// What a deferred handler is given, made when it is asked for.
class Connection::Deferral final : public RequestGate::Deferral
{
    Q_DISABLE_COPY_MOVE(Deferral)

public:
    Deferral(Connection &connection, const RequestGate::Call &call,
             std::shared_ptr<const TrustPolicy> policy)
        : m_connection(connection)
        , m_call(call)
        , m_policy(std::move(policy))
    {
    }

    std::shared_ptr<const HttpRequest> keep() override
    {
        IoWorker &worker = m_connection.m_worker;
        const auto kept = std::make_shared<const KeptRequest>(
            m_call.headBytes, m_call.body, m_call.input, m_call.resolution, m_policy,
            worker.settings().router, worker.parser());
        pending().request = kept;
        return {kept, &kept->view()};
    }

    Responder responder() override
    {
        pending().ticket = m_connection.m_worker.awaitAnswer(m_connection);
        return m_connection.m_worker.responderFor(pending().ticket);
    }

private:
    Pending &pending()
    {
        if (!m_connection.m_pending)
            m_connection.m_pending = std::make_unique<Pending>();
        return *m_connection.m_pending;
    }

    Connection &m_connection;
    const RequestGate::Call &m_call;
    std::shared_ptr<const TrustPolicy> m_policy;
};

void Connection::handleRequest(const RequestHead &head, QByteArrayView headBytes,
                               QByteArrayView body)
{
    const auto started = std::chrono::steady_clock::now();
    const std::shared_ptr<const TrustPolicy> policy = m_worker.policy();
    const ResolveInput input{m_peer.address, m_announced, head.headers, Scheme::Http, m_local};
    const Resolution resolution = resolve(input, *policy);
    countResolution(resolution);
    const LazyExplanation explanation(input, *policy);
    const RequestGate::Call call{head,       headBytes,   body,    input,
                                 resolution, explanation, *policy, now()};
    Deferral deferral(*this, call, policy);
    RequestGate::Outcome outcome = m_worker.gate().serve(call, deferral);
    m_worker.counters().requestsTotal.add();
    if (outcome.deferred) {
        awaitAnswer(head, outcome, started);
        return;
    }
    if (outcome.client)
        send(outcome.response, {.keepAlive = true, .dateValue = m_worker.dateValue()});
    else
        respond({head.method == "HEAD"_ba, head.keepAlive, head.minorVersion}, outcome.response);
    report(head, started,
           {.resolution = resolution,
            .status = outcome.response.status,
            .detail = outcome.detail,
            .exempt = outcome.exempt,
            .input = &input,
            .policy = policy.get()});
    if (outcome.client)
        acceptClient(outcome);
}

bool Connection::resolveAgain(const TrustPolicy &policy)
{
    return m_state == State::WebSocket && m_client->resolveAgain(policy);
}

// Adds what the head says and the time to what is known of the answer.
void Connection::report(const RequestHead &head, TimePoint started, RequestEvent event)
{
    event.method = head.method;
    event.target = head.target;
    event.userAgent = head.find("user-agent").value_or(QByteArrayView());
    event.duration = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - started);
    event.worker = m_worker.index();
    m_worker.observer().requestServed(event);
}

void Connection::countResolution(const Resolution &resolution)
{
    if (resolution.ignoredHeaders && resolution.trustedPeer) {
        m_worker.counters().leftOutHeaders.add();
    } else if (resolution.ignoredHeaders) {
        m_worker.counters().ignoredHeaders.add();
        m_worker.observer().headersIgnored(resolution);
    }
    if (resolution.conflict)
        m_worker.counters().conflicts.add();
    if (!resolution.known)
        m_worker.counters().unknownClients.add();
}

// Requests behind this one wait in the kernel, and slow the peer down.
void Connection::awaitAnswer(const RequestHead &head, RequestGate::Outcome &outcome,
                             TimePoint started)
{
    m_state = State::Answering;
    m_due = TimePoint::max();
    m_stream.setReading(false);
    m_pending->grant = std::move(outcome.grant);
    m_pending->exit = {head.method == "HEAD"_ba, head.keepAlive, head.minorVersion};
    m_pending->started = started;
}

void Connection::answer(Response response)
{
    Q_ASSERT(m_state == State::Answering);
    const std::unique_ptr<Pending> pending = std::move(m_pending);
    m_state = State::Head;
    m_worker.settings().cors.decorate(response, pending->grant);
    respond(pending->exit, response);
    const HttpRequest &request = pending->request->view();
    report(request.head, pending->started,
           {.resolution = request.resolution,
            .status = response.status,
            .input = &pending->request->input(),
            .policy = &pending->request->policy()});
    if (m_state != State::Head || pauseForOutput())
        return;
    m_stream.setReading(true);
    consumePending();
}

void Connection::respond(const Exit &exit, const Response &response)
{
    const bool draining = m_worker.state().draining.load(std::memory_order_relaxed);
    const bool keepAlive = exit.keepAlive && !draining && m_worker.settings().limits.keepAlive > 0s;
    const SerializeOptions options{.head = exit.isHead,
                                   .keepAlive = keepAlive,
                                   .minorVersion = exit.minorVersion,
                                   .dateValue = m_worker.dateValue()};
    send(response, options);
    if (staysOpen(response, options))
        awaitRequest(false);
    else
        beginEnding();
}

void Connection::send(const Response &response, const SerializeOptions &options)
{
    QByteArray &buffer = m_worker.writeBuffer();
    buffer.resize(0);
    serialize(response, options, buffer);
    m_stream.writeCopy(buffer);
}

void Connection::acceptClient(RequestGate::Outcome &outcome)
{
    m_worker.counters().upgradesTotal.add();
    const quint64 id = m_worker.state().nextClientId.fetch_add(1, std::memory_order_relaxed);
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const ClientSession::Place place{outcome.client->resolution.client,
                                     outcome.client->resolution.known};
    auto record = std::make_shared<ClientRecord>(
        id, std::move(*outcome.client),
        ClientRecord::Connection{m_peer.address, m_local, m_peer.port, m_worker.index(),
                                 std::chrono::duration_cast<std::chrono::seconds>(wall).count()});
    m_state = State::WebSocket;
    m_due = TimePoint::max();
    ClientSession::Host &host = *this;
    m_client = std::make_unique<ClientSession>(std::move(record), place, m_worker.settings(),
                                               m_worker.state(), m_worker.observer(),
                                               m_worker.counters(), m_stream, host);
    if (!m_client->start(m_worker.webSockets(), m_worker.service()))
        closeNow();
}

// The request, or its body, is wrong: nobody knows where the next one would start. With a `head` a
// page can read why its body was refused; without one nobody knows the origin.
void Connection::refuseHead(const HttpRefusal &refusal, const RequestHead *head)
{
    m_worker.counters().refusedRequests.add();
    std::optional<CorsGrant> grant;
    if (head) {
        const ResolveInput input{m_peer.address, m_announced, head->headers, Scheme::Http, m_local};
        grant = m_worker.settings().cors.grant(*head, resolve(input, *m_worker.policy()));
    }
    Response response = Response::error(refusal.status, refusal.detail, slugOf(refusal.status));
    m_worker.settings().cors.decorate(response, grant);
    send(response, {.dateValue = m_worker.dateValue()});
    m_worker.observer().requestServed({.resolution = Resolution(m_peer.address),
                                       .status = refusal.status,
                                       .detail = refusal.detail,
                                       .worker = m_worker.index()});
    beginEnding();
}

} // namespace truepeer
