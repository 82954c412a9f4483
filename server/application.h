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
#include "server/net/taskpool.h"
#include "server/net/workerpool.h"
#include "server/operations.h"
#include "server/ops/accesslog.h"
#include "server/ops/configload.h"
#include "server/ops/drain.h"
#include "server/ops/health.h"
#include "server/ops/metrics.h"
#include "server/rooms/eventrouter.h"
#include "server/rooms/hub.h"
#include "server/signalwatcher.h"
#include "shared/log.h"

#include <QObject>
#include <QTimer>

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace truepeer {

// What a program that embeds the server adds to it. Called once, before the server listens.
struct Extensions
{
    // Returns what is wrong, and has added nothing then. The router has the server's own routes.
    std::function<QStringList(Router &)> addRoutes;
    // Handlers replace those of the server, such as that of join_room.
    std::function<void(EventRouter &)> addEvents;
    AdmitClient admitClient;
    bool keepHeads = false;     // records keep the head of the handshake
    bool handlesSignals = true; // SIGTERM and SIGINT drain, SIGHUP loads the configuration again
    // The admin socket at its default path; otherwise only where admin.socket says.
    bool hasAdminSocket = true;
    // The configuration as it is now; empty: it cannot be loaded again.
    std::function<LoadedConfig()> loadAgain;
};

class Application final : public QObject, private ServerControl
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Application)

public:
    // `config` obeys the rules of loadConfig(). The log must outlive the application.
    Application(const LoadedConfig &loaded, Log &log, Extensions extensions = {},
                QObject *parent = nullptr);
    ~Application() override;

    // Listens and starts to serve; returns an exit code, 0 when it runs. On success `readyLine`
    // holds what truepeerd prints: "truepeerd ready http://HOST:PORT admin:SOCKETPATH".
    int start();
    const QByteArray &readyLine() const { return m_readyLine; }
    // Where it listens; 0 before.
    quint16 port() const { return m_port; }

    // Why start() failed.
    const QString &errorString() const { return m_error; }

    // Starts the closing handshake of all clients with 1001, at once.
    void closeClients();
    // Stops listening and ends the threads, so that no handler runs any more. The destructor does
    // it too.
    void stop();
    // Goes down in order, as on SIGTERM; a second time at once.
    void terminate();

    // Once it runs; safe in any thread.
    Hub &hub() { return *m_hub; }
    TaskPool &tasks() { return m_tasks; }
    ClientDirectory &directory() { return m_pool->state().directory; }
    std::shared_ptr<const TrustPolicy> policy() const { return m_operations->policy(); }
    HealthFacts healthFacts() const override;
    MetricsFacts metricsFacts() const;

Q_SIGNALS:
    // The server has nothing more to do: leave the event loop with this exit code.
    void finished(int exitCode);

private:
    // ServerControl
    LoadedConfig configuration() const override;
    Identity identity() const override;
    std::optional<Error> startDrain(const QString &by) override;
    std::optional<Error> cancelDrain(const QString &by) override;
    void reload(const QString &by, std::function<void(const Reloaded &)> done) override;

    Reloaded takeConfiguration(const LoadedConfig &next);
    bool wantsAdminSocket() const
    {
        return m_extensions.hasAdminSocket || !m_config.admin.socket.isEmpty();
    }
    int openAdminSocket();
    std::shared_ptr<EngineSettings>
    makeSettings(std::shared_ptr<const ProxyProtocolPolicy> proxyProtocol,
                 const ClientLimitSettings &limits);
    // Returns what is wrong.
    QStringList addRoutes(Router &router);
    void addEvents();
    int fail(int exitCode, const char *event, const QString &reason, const QByteArray &hint = {});
    int listenOnAll();
    void logStart();
    void beginDrain();
    void stepDrain();
    void enterPhase(Drain::Phase phase);

    const Config m_config; // as it was at the start
    Log &m_log;
    const Extensions m_extensions;
    const std::chrono::steady_clock::time_point m_started;
    AccessLog m_accessLog;
    LogThrottle m_acceptThrottle;
    EventRouter m_events; // filled before the threads start, then only read
    TaskPool m_tasks;
    std::unique_ptr<Operations> m_operations;
    std::unique_ptr<Hub> m_hub;
    std::unique_ptr<WorkerPool> m_pool;
    std::vector<std::unique_ptr<Listener>> m_listeners;
    std::unique_ptr<SignalWatcher> m_signals;
    Drain m_drain;
    QTimer m_drainTimer;
    bool m_terminating = false;           // told to stop, by a signal
    std::atomic<bool> m_draining = false; // read by health checks in the I/O threads
    QString m_error;
    QByteArray m_readyLine;
    quint16 m_port = 0;
    const QString m_instance;
    const qint64 m_startedAt; // Unix seconds
    mutable std::mutex m_configMutex;
    LoadedConfig m_loaded; // as it is in force; guarded by m_configMutex
};

} // namespace truepeer
