// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AccessLog writes what the engine reports as lines of the log: who asked for what, as whom we see
// them, and why. Every line about a caller names peer, client and verdict; one about bytes that
// were no request names the peer, which is all that is known then.
//
// Health checks are written at debug unless they fail. Warnings that a stranger can cause are
// throttled to one for each peer and minute.
//
// Thread: called by all I/O threads; never blocks (see Log).
#pragma once

#include "server/net/engine.h"
#include "shared/log.h"

namespace truepeer {

class AccessLog final : public EngineObserver
{
    Q_DISABLE_COPY_MOVE(AccessLog)

public:
    // `lines` false: no line for each request and client, only warnings.
    AccessLog(Log &log, bool lines);

    void requestServed(const RequestEvent &event) override;
    void clientConnected(const ClientEvent &event) override;
    void clientClosed(const ClientClosedEvent &event) override;
    void connectionRefused(const IpAddress &peer, QByteArrayView reason) override;
    void headersIgnored(const Resolution &resolution) override;

private:
    Log &m_log;
    const bool m_lines;
    LogThrottle m_throttle;
};

} // namespace truepeer
