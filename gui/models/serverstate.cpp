// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/serverstate.h"

#include "gui/models/serverlink.h"

#include <QJsonArray>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// Reports come each second. A server that is busy for this long does not answer.
constexpr qint64 SilentAfterMs = 5000;

} // namespace

ServerState::ServerState(ServerLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
{
    m_clock.setInterval(1s);
    connect(&m_clock, &QTimer::timeout, this, &ServerState::changed);
    connect(&link, &ServerLink::up, this, &ServerState::takeUp);
    connect(&link, &ServerLink::notified, this,
            [this](const QString &method, const QJsonObject &params) {
                if (method == "status"_L1)
                    takeStatus(params);
            });
}

ServerState::~ServerState() = default;

ServerState::Health ServerState::health() const
{
    switch (m_phase) {
    case Phase::NoServer:
        return Health::None;
    case Phase::TunnelStarting:
    case Phase::Connecting:
        return m_wasUp ? Health::Disconnected : Health::None;
    case Phase::Lost:
        return Health::Disconnected;
    case Phase::Up:
        break;
    }
    const qint64 silence = m_lastStatus.isValid()
                               ? std::min(m_lastStatus.elapsed(), m_upSince.elapsed())
                               : m_upSince.elapsed();
    if (silence >= SilentAfterMs)
        return Health::Silent;
    if (m_status.draining)
        return Health::Draining;
    return m_status.warnings.isEmpty() ? Health::Ready : Health::Degraded;
}

std::optional<int> ServerState::secondsUntilRetry() const
{
    const auto left = m_untilRetry ? m_untilRetry() : 0ms;
    if (left <= 0ms)
        return std::nullopt;
    return int(std::chrono::ceil<std::chrono::seconds>(left).count());
}

std::optional<int> ServerState::dataAgeSeconds() const
{
    if (!m_lastStatus.isValid())
        return std::nullopt;
    return int(m_lastStatus.elapsed() / 1000);
}

bool ServerState::knows(const QString &method) const
{
    return m_link.knows(method);
}

void ServerState::setTarget(const ServerAddress &address)
{
    m_address = address;
    m_hello = {};
    m_status = {};
    m_problem = {};
    m_untilRetry = nullptr;
    m_roundTripMs.reset();
    m_lastStatus.invalidate();
    m_wasUp = false;
    setPhase(Phase::NoServer);
}

void ServerState::setConnecting(bool throughTunnel)
{
    m_untilRetry = nullptr;
    setPhase(throughTunnel ? Phase::TunnelStarting : Phase::Connecting);
}

void ServerState::setProblem(const ConnectProblem &problem,
                             std::function<std::chrono::milliseconds()> untilRetry)
{
    m_problem = problem;
    m_untilRetry = std::move(untilRetry);
    m_roundTripMs.reset();
    setPhase(m_wasUp ? Phase::Lost : Phase::NoServer);
}

void ServerState::setRoundTrip(double milliseconds)
{
    m_roundTripMs = milliseconds;
}

void ServerState::takeUp()
{
    const ServerHello hello = ServerHello::of(m_link.hello());
    const bool isAnother = m_wasUp && hello.instance != m_hello.instance;
    m_hello = hello;
    m_problem = {};
    m_untilRetry = nullptr;
    m_wasUp = true;
    m_upSince.start();
    const QJsonArray topics{u"status"_s, u"trust"_s};
    m_link.call(u"subscribe"_s, {{u"topics"_s, topics}, {u"interval_ms"_s, 1000}}, this,
                [](const RpcResult &) {});
    m_link.call(u"status"_s, {}, this, [this](const RpcResult &result) {
        const QJsonObject status = resultObject(result);
        if (!status.isEmpty())
            takeStatus(status);
    });
    setPhase(Phase::Up);
    if (isAnother)
        Q_EMIT restarted();
}

void ServerState::takeStatus(const QJsonObject &status)
{
    if (m_phase != Phase::Up)
        return;
    m_status = StatusSnapshot::of(status);
    m_lastStatus.start();
    Q_EMIT changed();
}

void ServerState::setPhase(Phase phase)
{
    if (phase == Phase::NoServer && m_address.isEmpty())
        m_clock.stop();
    else if (!m_clock.isActive())
        m_clock.start();
    const bool isOther = phase != m_phase;
    m_phase = phase;
    if (isOther)
        Q_EMIT phaseChanged(phase);
    Q_EMIT changed();
}

} // namespace truepeer
