// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustcontrol.h"

#include <optional>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr size_t MaxWaiting = 64; // edits; operators are few

std::chrono::sys_seconds wallNow()
{
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

} // namespace

// One piece of work of the store: an edit, a reload (with settings), or a look (with neither).
struct TrustControl::Order
{
    std::optional<TrustEdit> edit;
    std::optional<TrustSettings> settings;
    bool confirmed = false;
    Done done;
    SteadyClock::time_point began = SteadyClock::now();
    // What it came to.
    Outcome outcome;
    Snapshot snapshot;
    bool isNews = false; // the snapshot's policy is not in force yet
};

TrustControl::TrustControl(Links links)
    : m_links(std::move(links))
{
}

Expected<std::shared_ptr<const TrustPolicy>> TrustControl::open(const TrustSettings &settings,
                                                                const QString &stateDir)
{
    // Also judges the list of the configuration, which the store takes for granted.
    const auto configured = TrustPolicy::compile(settings, 1);
    if (!configured)
        return configured.error();
    m_settings = settings;
    m_store.open(stateDir, settings.list, wallNow());
    const std::shared_ptr<const TrustPolicy> policy = compile(m_store.document());
    m_told = m_store.problem();
    publish({std::make_shared<const TrustDocument>(m_store.document()), policy, m_told});
    return policy;
}

// REQUIRES: a valid list; the other settings were judged when they came.
std::shared_ptr<const TrustPolicy> TrustControl::compile(const TrustDocument &document) const
{
    TrustSettings settings = m_settings;
    settings.list = document.list;
    const auto policy = TrustPolicy::compile(settings, document.revision);
    Q_ASSERT(policy.ok());
    return policy.value();
}

TrustControl::Snapshot TrustControl::snapshot() const
{
    const std::lock_guard lock(m_mutex);
    return m_snapshot;
}

void TrustControl::publish(Snapshot snapshot)
{
    const std::lock_guard lock(m_mutex);
    std::swap(m_snapshot, snapshot);
}

void TrustControl::edit(TrustEdit edit, bool confirmed, Done done)
{
    const auto order = std::make_shared<Order>();
    order->edit = std::move(edit);
    order->confirmed = confirmed;
    order->done = std::move(done);
    enqueue(order);
}

void TrustControl::reload(TrustSettings settings, Done done)
{
    const auto order = std::make_shared<Order>();
    order->settings = std::move(settings);
    order->done = std::move(done);
    enqueue(order);
}

void TrustControl::poll()
{
    if (!m_busy && m_waiting.empty())
        enqueue(std::make_shared<Order>());
}

void TrustControl::enqueue(std::shared_ptr<Order> order)
{
    if (m_waiting.size() >= MaxWaiting) {
        order->outcome.result.failure = TrustResult::Failure::NotSaved;
        order->outcome.result.message = u"too many edits are waiting; try again"_s;
        order->outcome.result.document = *snapshot().document;
        if (order->done)
            order->done(order->outcome);
        return;
    }
    m_waiting.push_back(std::move(order));
    startNext();
}

void TrustControl::startNext()
{
    if (m_busy || m_waiting.empty())
        return;
    m_busy = true;
    const std::shared_ptr<Order> order = m_waiting.front();
    m_waiting.pop_front();
    const bool accepted = m_links.tasks.post([this, order] {
        work(*order);
        m_links.home.post([this, order] { finish(order); });
    });
    if (!accepted) {
        order->outcome.result.failure = TrustResult::Failure::NotSaved;
        order->outcome.result.message = u"the server has too much to do; try again"_s;
        order->outcome.result.document = *snapshot().document;
        order->snapshot = snapshot();
        finish(order);
    }
}

// In the pool. The main thread leaves store and settings alone meanwhile.
void TrustControl::work(Order &order)
{
    if (order.edit) {
        workEdit(order);
    } else if (order.settings) {
        m_settings = std::move(*order.settings);
        order.outcome.result = m_store.setConfiguredList(m_settings.list, wallNow());
        order.isNews = true; // at least the other settings
    } else {
        order.isNews = m_store.poll().document.has_value();
    }
    const Snapshot before = snapshot();
    order.snapshot = {before.document, before.policy, m_store.problem()};
    if (order.isNews) {
        order.snapshot.document = std::make_shared<const TrustDocument>(m_store.document());
        order.snapshot.policy = compile(m_store.document());
    }
}

void TrustControl::workEdit(Order &order)
{
    if (!order.confirmed) {
        const TrustResult next = m_store.prepare(*order.edit, wallNow());
        if (next.ok() && next.changed) {
            const std::shared_ptr<const TrustPolicy> after = compile(next.document);
            order.outcome.confirm = m_links.reasons(*snapshot().policy, *after, next.check);
        }
        if (!order.outcome.confirm.isEmpty()) {
            order.outcome.result = next;
            return;
        }
    }
    order.outcome.result = m_store.apply(*order.edit, wallNow());
    order.isNews = order.outcome.result.changed;
}

void TrustControl::finish(const std::shared_ptr<Order> &order)
{
    publish(order->snapshot);
    if (order->snapshot.problem != m_told) {
        m_told = order->snapshot.problem;
        m_links.troubled(m_told);
    }
    if (!order->isNews) {
        complete(order);
        return;
    }
    m_links.spread(order->snapshot.policy, [this, order](qint64 changed) {
        m_links.home.post([this, order, changed] {
            order->outcome.changed = changed;
            complete(order);
        });
    });
}

void TrustControl::complete(const std::shared_ptr<Order> &order)
{
    order->outcome.took =
        std::chrono::duration_cast<std::chrono::microseconds>(SteadyClock::now() - order->began);
    const TrustResult &result = order->outcome.result;
    const bool isOwnEdit = order->edit && result.ok() && order->outcome.confirm.isEmpty();
    if (order->isNews)
        m_links.changed(isOwnEdit ? &*order->edit : nullptr, order->outcome);
    if (order->done)
        order->done(order->outcome);
    m_busy = false;
    startNext();
}

} // namespace truepeer
