// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/eventlog.h"

#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QTimer>

#include <chrono>
#include <functional>

namespace truepeer {

// Where notifications come from.
struct SubscriptionSources
{
    const EventLog *events;
    std::function<QJsonObject()> status;
    std::function<QJsonObject()> clients; // counters only
};

// What a session wants to be told, and how often. "trust" is told when it happens; the other topics
// are looked at in each interval, so that a busy server costs no more than a quiet one.
//
// Thread: the main thread.
class Subscription
{
    Q_DISABLE_COPY_MOVE(Subscription)

public:
    // The most events in one interval; what is beyond comes in the next one, or is missed.
    static constexpr int MaxEvents = 500;

    // False: the session takes nothing now.
    using Notify = std::function<bool(const QString &method, const QJsonObject &params)>;

    Subscription(const SubscriptionSources &sources, Notify notify);

    static QStringList topics(); // status, trust, events, clients

    // Instead of what was before; without topics it ends.
    void start(const QStringList &topics, std::chrono::milliseconds interval);
    void stop();
    bool has(const QString &topic) const { return m_topics.contains(topic); }

private:
    void look();
    void tellEvents();

    const SubscriptionSources m_sources;
    const Notify m_notify;
    QTimer m_timer;
    QStringList m_topics;
    quint64 m_nextEvent = 0;
};

} // namespace truepeer
