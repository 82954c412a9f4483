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
//   route                  its handler, 405, 501
//   upgrade                handshake 400/426, Origin 403, key 401, draining 503, per client 429
//   anything else          404
//
// Thread: one for each I/O thread; what it shares is in EngineState.
#pragma once

#include "server/http/upgrade.h"
#include "server/net/clientsession.h"
#include "server/net/counters.h"
#include "server/net/engine.h"
#include "server/trust/trustpolicy.h"
#include "shared/trust/explanationsource.h"

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace truepeer {

class RequestGate
{
    Q_DISABLE_COPY_MOVE(RequestGate)

public:
    // Either a response, or with `client` the 101 that makes the connection a WebSocket client.
    struct Outcome
    {
        Response response;
        std::optional<ClientSession::Handshake> client;
        QByteArray detail;   // why it was refused, for the log
        bool exempt = false; // a health check
    };

    RequestGate(const EngineSettings &settings, EngineState &state, WorkerCounters &counters);

    // REQUIRES: `resolution` was made with `policy`, and `explanation` explains it.
    Outcome serve(const RequestHead &head, QByteArrayView body, const Resolution &resolution,
                  const ExplanationSource &explanation, const TrustPolicy &policy);

private:
    std::optional<Outcome> refuseEarly(const Resolution &resolution, const TrustPolicy &policy);
    Outcome upgrade(const RequestHead &head, const UpgradeJudgement &judgement,
                    const Resolution &resolution);
    std::optional<Outcome> refuseClient(const RequestHead &head, const Resolution &resolution);
    bool acquirePlace(const Resolution &resolution);

    const EngineSettings &m_settings;
    EngineState &m_state;
    WorkerCounters &m_counters;
};

} // namespace truepeer
