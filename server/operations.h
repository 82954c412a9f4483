// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Operations is the operator's half of the server: what it remembers of its traffic, the trust list
// that is edited live, the diagnosis, and the admin socket that shows all of that. Built and wired
// by Application.
//
// Thread: the main thread, but for what says otherwise.
#pragma once

#include "server/admin/adminhost.h"
#include "server/admin/adminserver.h"
#include "server/ops/metrics.h"
#include "shared/log.h"

#include <QTemporaryDir>
#include <QTimer>

#include <memory>
#include <optional>

namespace truepeer {

class Operations final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Operations)

public:
    struct Links
    {
        ServerControl &server;
        Log &log;
        TaskPool &tasks;
        EngineObserver &accessLog;
        int threads = 0;
    };

    explicit Operations(const Links &links);
    ~Operations() override;

    // Reads the live list; before the threads start. Where there is neither an admin socket nor a
    // state_dir, nobody edits the list, and one that is at the default place is another program's.
    // The error is one of the configuration.
    Expected<std::shared_ptr<const TrustPolicy>> openTrust(const Config &config,
                                                           bool hasAdminSocket);
    EngineObserver &observer() { return m_traffic; }
    // The threads run: from now on edits reach them, and the clock ticks.
    void attach(WorkerPool &pool, Hub &hub);
    // Returns why there is no admin socket; `path` empty: the default.
    std::optional<Error> listen(const Config::Admin &admin, quint16 port);
    // No session any more. The task pool must have been stopped.
    void stop();

    std::shared_ptr<const TrustPolicy> policy() const { return m_trust.snapshot().policy; } // any
    TrustControl &trust() { return m_trust; }
    QString socketPath() const { return m_server ? m_server->path() : QString(); }
    void addEvent(EventType type, const QString &by, const QString &detail = {});
    // Any thread.
    void fillMetrics(MetricsFacts &facts) const;

private:
    TrustControl::Links trustLinks();
    void tick();
    void trustChanged(const TrustEdit *edit, const TrustControl::Outcome &outcome);
    void trustTroubled(const QString &problem);
    QJsonObject greeting(const AdminCaller &caller) const;
    void watchSessions();

    const Links m_links;
    const std::chrono::steady_clock::time_point m_started;
    Mailbox m_home;
    EventLog m_events;
    TrafficRecorder m_traffic;
    TrustControl m_trust;
    History m_history;
    std::unique_ptr<QTemporaryDir> m_temporaryState; // where no directory is the server's own
    quint64 m_toldRevision = 0;
    WorkerPool *m_pool = nullptr;
    std::unique_ptr<Diagnostician> m_diagnostician;
    std::unique_ptr<AdminHost> m_host;
    AdminMethods m_methods;
    std::unique_ptr<AdminServer> m_server;
    QTimer m_ticker;
    QTimer m_follower;
    std::atomic<qint64> m_sessions = 0; // for the metrics
    std::atomic<qint64> m_refusedSessions = 0;
};

} // namespace truepeer
