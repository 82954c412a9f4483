// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Application is the composition root of truepeerd: it builds everything from a configuration,
// wires it, and takes it down in order: stop being ready, stop listening, close clients, stop the
// threads.
//
// Thread: the main thread.
#pragma once

#include "server/net/listener.h"
#include "server/net/workerpool.h"
#include "server/ops/accesslog.h"
#include "server/ops/config.h"
#include "server/ops/drain.h"
#include "server/ops/health.h"
#include "server/signalwatcher.h"
#include "shared/log.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <memory>
#include <vector>

namespace truepeer {

class Application final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Application)

public:
    // `config` obeys the rules of loadConfig(). The log must outlive the application.
    Application(const Config &config, Log &log, QObject *parent = nullptr);
    ~Application() override;

    // Listens and starts to serve; returns an exit code, 0 when it runs. On success `readyLine`
    // holds what truepeerd prints: "truepeerd ready http://HOST:PORT admin:SOCKETPATH".
    int start();
    const QByteArray &readyLine() const { return m_readyLine; }

Q_SIGNALS:
    // The server has nothing more to do: leave the event loop with this exit code.
    void finished(int exitCode);

private:
    std::shared_ptr<const EngineSettings>
    makeSettings(std::shared_ptr<const ProxyProtocolPolicy> proxyProtocol);
    int listenOnAll();
    HealthFacts healthFacts() const;
    void logStart();
    void terminate();
    void stepDrain();
    void enterPhase(Drain::Phase phase);

    const Config m_config;
    Log &m_log;
    const std::chrono::steady_clock::time_point m_started;
    AccessLog m_accessLog;
    LogThrottle m_acceptThrottle;
    std::unique_ptr<WorkerPool> m_pool;
    std::vector<std::unique_ptr<Listener>> m_listeners;
    SignalWatcher m_signals;
    Drain m_drain;
    QTimer m_drainTimer;
    std::atomic<bool> m_draining = false; // read by health checks in the I/O threads
    QByteArray m_readyLine;
};

} // namespace truepeer
