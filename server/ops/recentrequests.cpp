// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/recentrequests.h"

#include "server/trust/resolver.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Keeps the memory that `text` has.
void assign(QByteArray &text, QByteArrayView bytes, qsizetype limit)
{
    const qsizetype size = std::min(bytes.size(), limit);
    if (size == 0 && text.isEmpty())
        return;
    if (text.size() != size)
        text.resize(size);
    std::copy_n(bytes.data(), size, text.data());
}

void assign(Resolution &to, const Resolution &from)
{
    QByteArray host = std::move(to.host);
    to = from;
    to.host = std::move(host);
    assign(to.host, from.host, from.host.size());
}

// With texts of its own: those of the slot are written over.
RecentRequest copyOf(const RecentRequest &slot)
{
    RecentRequest copy = slot;
    for (QByteArray *text :
         {&copy.method, &copy.target, &copy.userAgent, &copy.detail, &copy.resolution.host})
        text->detach();
    copy.headers.detach();
    return copy;
}

bool isNewer(const RecentRequest &a, const RecentRequest &b)
{
    return a.id > b.id;
}

ResolveInput inputOf(const RecentRequest &request, const std::vector<HeaderLine> &lines)
{
    return {.peer = request.resolution.peer,
            .announced = request.announced,
            .headers = lines,
            .localAddress = request.local,
            .cut = request.headers.cut()};
}

} // namespace

RecentRequest &RecentRequests::Ring::take(const IpAddress &peer)
{
    const size_t index = added++ % Capacity;
    if (index < entries.size())
        return entries[index];
    entries.reserve(Capacity);
    return entries.emplace_back(peer);
}

// A part at a time, so that the I/O thread does not wait for all of it.
void RecentRequests::Ring::copyLast(quint64 count, std::vector<RecentRequest> &out) const
{
    constexpr quint64 PartSize = 50;
    std::unique_lock lock(mutex);
    quint64 end = added;
    const quint64 begin = end - std::min(count, end);
    while (true) {
        // What was added meanwhile took the place of the oldest ones.
        const quint64 oldest = std::max(begin, added - std::min<quint64>(added, Capacity));
        const quint64 stop = std::max(oldest, end - std::min(end, PartSize));
        for (; end > stop; --end)
            out.push_back(copyOf(entries[(end - 1) % Capacity]));
        if (end <= oldest)
            return;
        lock.unlock();
        lock.lock();
    }
}

RecentRequests::RecentRequests(int threads)
    : m_rings(static_cast<size_t>(threads))
{
}

void RecentRequests::add(int thread, const RequestEvent &event, RequestOrigin &&origin, qint64 atMs)
{
    Ring &ring = m_rings[static_cast<size_t>(thread)];
    const std::lock_guard lock(ring.mutex);
    RecentRequest &slot = ring.take(event.resolution.peer);
    slot.id = m_lastId.fetch_add(1, std::memory_order_relaxed) + 1;
    slot.atMs = atMs;
    assign(slot.method, event.method, MaxMethod);
    assign(slot.target, event.target, MaxTarget);
    assign(slot.userAgent, event.userAgent, MaxUserAgent);
    assign(slot.detail, event.detail, MaxDetail);
    slot.status = event.status;
    slot.exempt = event.exempt;
    slot.targetCut = event.target.size() > MaxTarget;
    slot.duration = event.duration;
    slot.local = origin.local;
    slot.announced = origin.announced;
    assign(slot.resolution, event.resolution);
    std::swap(slot.headers, origin.headers);
}

std::vector<RecentRequest> RecentRequests::recent(int limit) const
{
    const auto wanted = static_cast<size_t>(std::clamp(limit, 0, Capacity));
    std::vector<RecentRequest> requests;
    for (const Ring &ring : m_rings) {
        requests.reserve(requests.size() + wanted);
        ring.copyLast(wanted, requests);
    }
    std::sort(requests.begin(), requests.end(), isNewer);
    if (requests.size() > wanted)
        requests.erase(requests.begin() + static_cast<std::ptrdiff_t>(wanted), requests.end());
    return requests;
}

std::optional<RecentRequest> RecentRequests::find(quint64 id) const
{
    for (const Ring &ring : m_rings) {
        const std::lock_guard lock(ring.mutex);
        const auto found =
            std::find_if(ring.entries.begin(), ring.entries.end(),
                         [id](const RecentRequest &request) { return request.id == id; });
        if (found != ring.entries.end())
            return copyOf(*found);
    }
    return std::nullopt;
}

Explanation explainRequest(const RecentRequest &request, const TrustPolicy &policy,
                           Resolution *resolution)
{
    if (!request.isRead()) {
        if (resolution)
            *resolution = request.resolution;
        Explanation explanation;
        TrailStep peer;
        peer.address = request.resolution.peer;
        explanation.trail.push_back(peer);
        explanation.notes.append(u"The request could not be read, so no header was looked at."_s);
        return explanation;
    }
    const std::vector<HeaderLine> lines = request.headers.lines();
    return explain(inputOf(request, lines), policy, resolution);
}

Resolution resolveRequest(const RecentRequest &request, const TrustPolicy &policy)
{
    if (!request.isRead())
        return request.resolution;
    const std::vector<HeaderLine> lines = request.headers.lines();
    return resolve(inputOf(request, lines), policy);
}

QJsonObject toJson(const RecentRequest &request)
{
    const Resolution &who = request.resolution;
    return {
        // A text, as in clients.list.
        {u"id"_s, QString::number(request.id)},
        {u"at_ms"_s, request.atMs},
        {u"method"_s, escapedText(request.method)},
        {u"url"_s,
         request.isRead() ? QString::fromLatin1(effectiveUrl(who, request.target)) : QString()},
        {u"url_cut"_s, request.targetCut},
        {u"status"_s, request.status},
        {u"detail"_s, escapedText(request.detail)},
        {u"exempt"_s, request.exempt},
        {u"upgrade"_s, request.isUpgrade()},
        {u"duration_us"_s, static_cast<qint64>(request.duration.count())},
        {u"user_agent"_s, escapedText(request.userAgent)},
        {u"client"_s, who.client.toString()},
        {u"peer"_s, who.peer.toString()},
        {u"scheme"_s, schemeName(who.scheme)},
        {u"host"_s, QString::fromLatin1(who.host)},
        {u"port"_s, who.port},
        {u"trusted_peer"_s, who.trustedPeer},
        {u"known"_s, who.known},
        {u"conflict"_s, who.conflict},
        {u"source"_s, sourceName(who.source)},
        {u"hops"_s, who.hops},
        {u"trust_revision"_s, static_cast<qint64>(who.policyRevision)},
    };
}

QJsonObject toJson(const RecentRequest &request, const Resolution &resolution,
                   const Explanation &explanation)
{
    QJsonObject json = toJson(request);
    QJsonObject answer = toJson(resolution, explanation, request.target);
    if (!request.isRead())
        answer.insert("url"_L1, QString());
    json.insert("resolution"_L1, answer);
    return json;
}

} // namespace truepeer
