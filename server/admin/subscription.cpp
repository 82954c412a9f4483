// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/subscription.h"

namespace truepeer {

using namespace Qt::StringLiterals;

Subscription::Subscription(const SubscriptionSources &sources, Notify notify)
    : m_sources(sources)
    , m_notify(std::move(notify))
{
    QObject::connect(&m_timer, &QTimer::timeout, &m_timer, [this] { look(); });
}

QStringList Subscription::topics()
{
    return {u"status"_s, u"trust"_s, u"events"_s, u"clients"_s};
}

void Subscription::start(const QStringList &topics, std::chrono::milliseconds interval)
{
    m_topics = topics;
    m_nextEvent = m_sources.events->lastSeq();
    if (topics.isEmpty())
        m_timer.stop();
    else
        m_timer.start(interval);
}

void Subscription::stop()
{
    m_timer.stop();
    m_topics.clear();
}

void Subscription::look()
{
    if (has(u"status"_s))
        m_notify(u"status"_s, m_sources.status());
    if (has(u"clients"_s))
        m_notify(u"clients.changed"_s, m_sources.clients());
    if (has(u"events"_s))
        tellEvents();
}

// What the session does not take comes in a later interval, or is missed then.
void Subscription::tellEvents()
{
    const EventBatch batch = m_sources.events->since(m_nextEvent, MaxEvents);
    if (batch.missed > 0 && !m_notify(u"events.missed"_s, {{u"count"_s, qint64(batch.missed)}}))
        return;
    m_nextEvent = batch.next;
    for (const Event &event : batch.events) {
        if (m_notify(u"event"_s, toJson(event)))
            continue;
        m_nextEvent = event.seq - 1;
        return;
    }
}

} // namespace truepeer
