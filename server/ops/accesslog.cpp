// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/accesslog.h"

#include "server/ops/closedclients.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto Category = "truepeer.access";

QByteArray word(QLatin1StringView text)
{
    return QByteArray(text.data(), text.size());
}

} // namespace

AccessLog::AccessLog(Log &log, bool lines)
    : m_log(log)
    , m_lines(lines)
    , m_throttle(60s)
{
}

void AccessLog::requestServed(const RequestEvent &event)
{
    const bool quiet = event.exempt && event.status < 400;
    const LogLevel level = quiet ? LogLevel::Debug : LogLevel::Info;
    // An accepted upgrade has its line as client_connected.
    if (!m_lines || event.status == 101 || !m_log.isEnabled(level))
        return;
    const Resolution &who = event.resolution;
    if (event.method.isEmpty()) {
        m_log.write(
            level, Category, "request_refused",
            {{"peer", who.peer.toText()}, {"status", event.status}, {"detail", event.detail}});
        return;
    }
    m_log.write(level, Category, "request",
                {{"peer", who.peer.toText()},
                 {"client", who.client.toText()},
                 {"verdict", word(verdict(who))},
                 {"source", word(sourceName(who.source))},
                 {"method", event.method},
                 {"url", effectiveUrl(who, event.target)},
                 {"status", event.status},
                 {"dur_us", qint64(event.duration.count())},
                 {"user_agent", event.userAgent},
                 {"detail", event.detail}});
}

void AccessLog::clientConnected(const ClientEvent &event)
{
    if (!m_lines || !m_log.isEnabled(LogLevel::Info))
        return;
    const Resolution &who = event.resolution;
    m_log.write(LogLevel::Info, Category, "client_connected",
                {{"id", event.id},
                 {"peer", who.peer.toText()},
                 {"client", who.client.toText()},
                 {"verdict", word(verdict(who))},
                 {"source", word(sourceName(who.source))},
                 {"url", effectiveUrl(who, event.target)},
                 {"origin", event.origin},
                 {"user_agent", event.userAgent}});
}

void AccessLog::clientClosed(const ClientClosedEvent &event)
{
    if (!m_lines || !m_log.isEnabled(LogLevel::Info))
        return;
    const Resolution &who = event.client.resolution;
    m_log.write(LogLevel::Info, Category, "client_closed",
                {{"id", event.client.id},
                 {"peer", who.peer.toText()},
                 {"client", who.client.toText()},
                 {"verdict", word(verdict(who))},
                 {"code", event.close.code},
                 {"reason", event.close.reason},
                 {"initiator", word(initiatorName(event.close.initiator))},
                 {"dur_ms", qint64(event.duration.count())},
                 {"messages_in", event.messagesIn},
                 {"messages_out", event.messagesOut},
                 {"bytes_in", event.bytesIn},
                 {"bytes_out", event.bytesOut}});
}

void AccessLog::connectionRefused(const IpAddress &peer, QByteArrayView reason)
{
    const QByteArray text = peer.toText();
    const auto suppressed =
        m_throttle.admit(QByteArray("refused "_ba + text), LogThrottle::Clock::now());
    if (!suppressed)
        return;
    m_log.write(LogLevel::Warning, Category, "connection_refused",
                {{"peer", text}, {"reason", reason}, {"suppressed", *suppressed}});
}

void AccessLog::headersIgnored(const Resolution &resolution)
{
    const QByteArray text = resolution.peer.toText();
    const auto suppressed =
        m_throttle.admit(QByteArray("ignored "_ba + text), LogThrottle::Clock::now());
    if (!suppressed)
        return;
    m_log.write(LogLevel::Warning, Category, "forwarding_headers_ignored",
                {{"peer", text},
                 {"client", resolution.client.toText()},
                 {"verdict", word(verdict(resolution))},
                 {"hint", "if this peer is your proxy, add it to trust_proxy"},
                 {"suppressed", *suppressed}});
}

} // namespace truepeer
