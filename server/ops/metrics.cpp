// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/metrics.h"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <string>
#include <vector>

namespace truepeer {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Families = std::vector<MetricFamily>;

ClientMetric sample(MetricType type, double value, const char *label, const char *labelValue)
{
    ClientMetric metric;
    if (type == MetricType::Gauge)
        metric.gauge.value = value;
    else
        metric.counter.value = value;
    if (label)
        metric.label.push_back({label, labelValue});
    return metric;
}

void add(Families &families, const char *name, const char *help, MetricType type, double value)
{
    families.push_back({name, help, type, {sample(type, value, nullptr, nullptr)}});
}

void addGauge(Families &families, const char *name, const char *help, qint64 value)
{
    add(families, name, help, MetricType::Gauge, double(value));
}

void addCounter(Families &families, const char *name, const char *help, qint64 value)
{
    add(families, name, help, MetricType::Counter, double(value));
}

struct Labelled
{
    const char *value;
    qint64 count;
};

void addCounters(Families &families, const char *name, const char *help, const char *label,
                 std::initializer_list<Labelled> values)
{
    MetricFamily family{name, help, MetricType::Counter, {}};
    for (const Labelled &value : values)
        family.metric.push_back(
            sample(MetricType::Counter, double(value.count), label, value.value));
    families.push_back(std::move(family));
}

void addTraffic(Families &families, const CounterTotals &totals)
{
    addGauge(families, "truepeer_connections", "Open sockets, HTTP and WebSocket.",
             totals.connections);
    addGauge(families, "truepeer_clients", "Open WebSocket clients.", totals.clients);
    addCounter(families, "truepeer_connections_opened_total", "Accepted connections.",
               totals.connectionsTotal);
    addCounter(families, "truepeer_requests_total", "HTTP requests that were understood.",
               totals.requestsTotal);
    addCounter(families, "truepeer_upgrades_total", "Requests that became WebSocket clients.",
               totals.upgradesTotal);
    addCounter(families, "truepeer_received_bytes_total", "Bytes received.", totals.bytesIn);
    addCounter(families, "truepeer_sent_bytes_total", "Bytes sent.", totals.bytesOut);
    addCounter(families, "truepeer_messages_received_total", "WebSocket messages received.",
               totals.messagesIn);
    addCounter(families, "truepeer_messages_sent_total", "WebSocket messages sent.",
               totals.messagesOut);
}

void addRooms(Families &families, const MetricsFacts &facts)
{
    addGauge(families, "truepeer_rooms", "Rooms with a member.", facts.rooms);
    addGauge(families, "truepeer_room_memberships", "Members of all rooms together.",
             facts.totals.memberships);
    addCounter(families, "truepeer_broadcast_frames_total",
               "Messages sent that were one of a broadcast.", facts.totals.broadcastFrames);
    addCounter(families, "truepeer_invalid_messages_total",
               "Messages that are no event, or one that nobody handles.",
               facts.totals.invalidMessages);
}

void addLimits(Families &families, const MetricsFacts &facts)
{
    addCounters(families, "truepeer_rate_limited_total", "What a rate limit refused, by scope.",
                "scope",
                {{"http", facts.totals.limitedRequests},
                 {"message", facts.totals.limitedMessages},
                 {"connect", facts.totals.limitedClients}});
    addCounter(families, "truepeer_rate_limit_spared_total",
               "Limits that would have bitten a client that could not be established.",
               facts.sparedClients);
    addCounter(families, "truepeer_rate_limit_table_full_total",
               "Events of clients that share one window because the table was full.",
               facts.limiterOverflows);
    addCounters(families, "truepeer_cap_reached_total", "What a cap refused, by cap.", "cap",
                {{"rooms_per_client", facts.totals.refusedRooms},
                 {"broadcast_backlog", facts.refusedBroadcasts},
                 {"task_queue", facts.refusedTasks},
                 {"admin_sessions", facts.refusedAdminSessions},
                 {"observed_peers", facts.forgottenPeers}});
}

void addRefusals(Families &families, const CounterTotals &totals)
{
    addCounters(families, "truepeer_refused_total", "What was refused, by reason.", "reason",
                {{"bad_request", totals.refusedRequests},
                 {"handshake", totals.refusedUpgrades},
                 {"limit", totals.refusedLimits},
                 {"proxy_header", totals.refusedProxyHeaders},
                 {"frame", totals.frameFaults}});
    addCounter(families, "truepeer_timeouts_total", "Connections ended by a deadline.",
               totals.timeouts);
    addCounters(families, "truepeer_slow_clients_closed_total",
                "Connections ended because the peer did not read.", "protocol",
                {{"http", totals.writeStalls}, {"websocket", totals.slowClosed}});
}

void addTrust(Families &families, const MetricsFacts &facts)
{
    const CounterTotals &totals = facts.totals;
    addGauge(families, "truepeer_trust_revision", "The revision of the trust list in force.",
             facts.trustRevision);
    addGauge(families, "truepeer_trusted_entries", "Entries of the trust list in force.",
             facts.trustEntries);
    addCounters(families, "truepeer_forwarding_headers_ignored_total",
                "Requests with forwarding headers that were not read, by reason.", "reason",
                {{"untrusted_peer", totals.ignoredHeaders}, {"pinned_out", totals.leftOutHeaders}});
    addCounter(families, "truepeer_forwarding_conflicts_total",
               "Requests whose forwarding headers contradict each other.", totals.conflicts);
    addCounter(families, "truepeer_unknown_clients_total",
               "Requests of a trusted proxy whose client could not be established.",
               totals.unknownClients);
}

} // namespace

Response metricsResponse(const MetricsFacts &facts)
{
    Families families;
    addTraffic(families, facts.totals);
    addRooms(families, facts);
    addRefusals(families, facts.totals);
    addLimits(families, facts);
    addTrust(families, facts);
    addGauge(families, "truepeer_uptime_seconds", "Seconds since the start.",
             facts.health.uptime.count());
    addGauge(families, "truepeer_admin_sessions", "Open sessions of the admin socket.",
             facts.adminSessions);
    addGauge(families, "truepeer_send_queue_bytes",
             "Bytes for WebSocket clients that the kernel has not taken yet.",
             facts.totals.queueBytes);
    addGauge(families, "truepeer_draining", "1 while the server is going down.",
             facts.health.draining ? 1 : 0);
    addCounter(families, "truepeer_log_lines_dropped_total",
               "Log lines lost because nobody read the log fast enough.", facts.logLinesDropped);

    const std::string text = prometheus::TextSerializer().Serialize(families);
    Response response;
    response.contentType = "text/plain; version=0.0.4; charset=utf-8";
    response.headers.emplace_back("Cache-Control", "no-store");
    response.body = QByteArray(text.data(), qsizetype(text.size()));
    return response;
}

} // namespace truepeer
