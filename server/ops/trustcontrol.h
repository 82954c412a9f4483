// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustControl is the trust list while the server runs: it makes edits one after the other, each
// saved before it takes effect, gives the policy that comes of it to all I/O threads, and follows
// what other servers with the same state directory save.
//
// Thread: the main thread, but for snapshot(). The store blocks on the disk and on its lock, so its
// work is done in the task pool, one piece at a time.
#pragma once

#include "server/net/mailbox.h"
#include "server/net/taskpool.h"
#include "server/ops/truststore.h"
#include "server/trust/trustpolicy.h"

#include <QStringList>

#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace truepeer {

class TrustControl
{
    Q_DISABLE_COPY_MOVE(TrustControl)

public:
    // What is in force.
    struct Snapshot
    {
        std::shared_ptr<const TrustDocument> document;
        std::shared_ptr<const TrustPolicy> policy;
        QString problem; // see TrustStore::problem()
    };

    struct Outcome
    {
        TrustResult result;
        // Not empty: nothing was done; the edit has to be confirmed, because of this.
        QStringList confirm;
        qint64 changed = 0;                // open clients that are other callers now
        std::chrono::microseconds took{0}; // from the order to the last I/O thread's answer
    };
    using Done = std::function<void(const Outcome &)>;

    struct Links
    {
        TaskPool &tasks;
        Mailbox &home; // of the main thread
        // Gives the policy to all I/O threads; tells how many clients changed, from any thread.
        std::function<void(const std::shared_ptr<const TrustPolicy> &,
                           std::function<void(qint64 changed)>)>
            spread;
        // Why a step from one policy to another should be confirmed. Called in the pool.
        std::function<QStringList(const TrustPolicy &before, const TrustPolicy &after,
                                  const TrustListCheck &check)>
            reasons;
        // A new policy is in force everywhere; null: it came from another server, or by a reload.
        std::function<void(const TrustEdit *edit, const Outcome &)> changed;
        // The store has a new problem, or none any more (empty).
        std::function<void(const QString &problem)> troubled;
    };

    explicit TrustControl(Links links);

    // Reads the stored list; before the threads start. The error is one of the settings.
    Expected<std::shared_ptr<const TrustPolicy>> open(const TrustSettings &settings,
                                                      const QString &stateDir);

    Snapshot snapshot() const; // any thread

    // Makes the edit; `done` is called in the main thread. With `confirmed` no questions are asked.
    void edit(TrustEdit edit, bool confirmed, Done done);
    // The configuration was loaded again. `done` gets what saving its list came to.
    void reload(TrustSettings settings, Done done);
    // Looks whether another server has saved something; call it twice a second.
    void poll();

private:
    struct Order;

    void enqueue(std::shared_ptr<Order> order);
    void startNext();
    void work(Order &order);
    void workEdit(Order &order);
    void finish(const std::shared_ptr<Order> &order);
    void complete(const std::shared_ptr<Order> &order);
    void publish(Snapshot snapshot);
    std::shared_ptr<const TrustPolicy> compile(const TrustDocument &document) const;

    const Links m_links;
    TrustStore m_store;       // the main thread's until open() is over, then the running order's
    TrustSettings m_settings; // likewise
    std::deque<std::shared_ptr<Order>> m_waiting;
    bool m_busy = false;
    QString m_told; // the problem that was told last

    mutable std::mutex m_mutex;
    Snapshot m_snapshot; // guarded by m_mutex
};

} // namespace truepeer
