// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// RequestGate decides what becomes of one request whose caller is known: a refusal, the answer of a
// route, or a WebSocket client. It does no I/O, so that its order of checks can be read, and
// tested, in one place:
//
//   health checks          answered whatever follows
//   contradicting headers  400 (only with on_conflict = "reject")
//   allowed hosts          421
//   connections            503
//   route                  preflight 204, rate 429, its handler, 405, 501
//   upgrade                handshake 400/426, Origin 403, key 401, draining 503, the application's
//                          last word, rate of new clients 503, per client 429
//   anything else          404
//
// Thread: one for each I/O thread; what it shares is in EngineState.
#pragma once

#include "server/http/upgrade.h"
#include "server/net/clientrecord.h"
#include "server/net/counters.h"
#include "server/net/engine.h"
#include "server/trust/resolver.h"
#include "shared/trust/explanationsource.h"

#include <QByteArray>
#include <QByteArrayView>

#include <memory>
#include <optional>

namespace truepeer {

class RequestGate
{
    Q_DISABLE_COPY_MOVE(RequestGate)

public:
    // A response, with `client` the 101 that makes the connection a WebSocket client. With
    // `deferred` the response comes later, from the responder.
    struct Outcome
    {
        Response response;
        std::optional<ClientRecord::Handshake> client;
        std::optional<CorsGrant> grant; // for a response that comes later
        QByteArray detail;              // why it was refused, for the log
        bool exempt = false;            // a health check
        bool deferred = false;
    };

    // What a handler that answers later gets from the connection.
    class Deferral
    {
    public:
        virtual std::shared_ptr<const HttpRequest> keep() = 0;
        virtual Responder responder() = 0;

    protected:
        Deferral() = default;
        ~Deferral() = default;
        Q_DISABLE_COPY_MOVE(Deferral)
    };

    // A request whose caller is known. `resolution` was made from `input` with `policy`.
    struct Call
    {
        const RequestHead &head;
        QByteArrayView headBytes;
        QByteArrayView body;
        const ResolveInput &input;
        const Resolution &resolution;
        const ExplanationSource &explanation;
        const TrustPolicy &policy;
        ClientLimits::TimePoint now;
    };

    RequestGate(const EngineSettings &settings, EngineState &state, WorkerCounters &counters);

    Outcome serve(const Call &call, Deferral &deferral);

private:
    std::optional<Outcome> refuseEarly(const Call &call);
    Outcome answer(const Call &call, const RouteMatch &match, Deferral &deferral);
    Outcome runHandler(const Call &call, const RouteMatch &match, Deferral &deferral);
    Outcome upgrade(const Call &call, const UpgradeJudgement &judgement);
    std::optional<Outcome> refuseClient(const Call &call);
    std::optional<Outcome> refuseByLimits(const Call &call);
    Response tooManyRequests() const;

    const EngineSettings &m_settings;
    EngineState &m_state;
    WorkerCounters &m_counters;
};

} // namespace truepeer
