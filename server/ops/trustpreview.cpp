// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustpreview.h"

#include "server/ops/clientlist.h"
#include "shared/trust/explanation.h"

#include <QJsonArray>
#include <QStringList>

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Whose headers are in question.
const IpAddress &gateOf(const ClientRecord &record)
{
    return record.announced ? *record.announced : record.peer();
}

struct Change
{
    const ClientRecord *record;
    Resolution before;
    Resolution after;
};

// Puts into words why a client is another caller.
class Reason
{
public:
    Reason(const Change &change, const TrustPolicy &current, const TrustPolicy &next)
        : m_record(*change.record)
        , m_before(change.before)
        , m_after(change.after)
        , m_current(current)
        , m_next(next)
    {
    }

    QString sentence() const;

private:
    QString newlyTrusted(const TrustPolicy::Entry &entry) const;
    QString whatHeadersSay(const Explanation &why) const;
    QString otherWalk() const;
    std::optional<IpAddress> turn(const Explanation &why) const;
    QString consequence(const std::optional<IpAddress> &turn) const;

    const ClientRecord &m_record;
    const Resolution &m_before;
    const Resolution &m_after;
    const TrustPolicy &m_current;
    const TrustPolicy &m_next;
};

QString Reason::sentence() const
{
    const IpAddress &gate = gateOf(m_record);
    const TrustPolicy::Entry *was = m_current.match(gate);
    const TrustPolicy::Entry *is = m_next.match(gate);
    if (was && !is)
        return u"%1 is no longer trusted, so its headers are ignored"_s.arg(gate.toString());
    if (!was && is)
        return newlyTrusted(*is);
    return otherWalk();
}

QString Reason::newlyTrusted(const TrustPolicy::Entry &entry) const
{
    const QString gate = gateOf(m_record).toString();
    const QString trust = m_next.oneHop() ? u"%1 is now trusted, as everybody is; "_s.arg(gate)
                                          : u"%1 is now trusted by %2; "_s.arg(gate, entry.text);
    return trust + whatHeadersSay(explainClient(m_record, m_next));
}

QString Reason::whatHeadersSay(const Explanation &why) const
{
    if (m_after.conflict)
        return u"its headers contradict each other, so the client is not known"_s;
    if (!m_after.known)
        return u"its headers do not tell who is behind %1"_s.arg(m_after.client.toString());
    const auto client = std::find_if(why.trail.begin(), why.trail.end(), [](const TrailStep &step) {
        return step.verdict == TrailStep::Verdict::Client;
    });
    if (client != why.trail.end() && m_after.hops > 0)
        return QString::fromLatin1(client->header) + u" names the client"_s;
    QStringList stated;
    if (why.scheme)
        stated.append(u"the scheme"_s);
    if (why.host)
        stated.append(u"the host"_s);
    if (why.port)
        stated.append(u"the port"_s);
    if (stated.isEmpty())
        return u"its headers are read"_s;
    return u"its headers state "_s + stated.join(u" and "_s);
}

// The first hop that one of the policies walks past and the other does not.
std::optional<IpAddress> Reason::turn(const Explanation &why) const
{
    const auto isHop = [](const TrustPolicy &policy, const IpAddress &address) {
        return !policy.oneHop() && policy.match(address);
    };
    for (size_t i = m_record.announced ? 2 : 1; i < why.trail.size(); ++i) {
        const std::optional<IpAddress> &address = why.trail[i].address;
        if (address && isHop(m_current, *address) != isHop(m_next, *address))
            return address;
    }
    return std::nullopt;
}

QString Reason::otherWalk() const
{
    if (m_current.oneHop() != m_next.oneHop())
        return (m_next.oneHop() ? u"only one hop is believed now"_s
                                : u"more than one hop is believed now"_s)
               + consequence(std::nullopt);
    std::optional<IpAddress> hop = turn(explainClient(m_record, m_next));
    if (!hop) // in the second of two headers, which only a conflict shows
        hop = turn(explainClient(m_record, m_current));
    if (hop)
        return hop->toString()
               + (m_next.match(*hop) ? u" is now a trusted hop"_s
                                     : u" is no longer a trusted hop"_s)
               + consequence(hop);
    if (!m_after.known && m_record.forwarding.cut() != 0)
        return u"its headers were too long to be kept as a whole, so the client can no longer be "
               "told"_s;
    return u"its headers are read once more, and name another caller"_s;
}

// What follows from it that the walk does something else at the turn.
QString Reason::consequence(const std::optional<IpAddress> &turn) const
{
    const QString client = m_after.client.toString();
    const bool isTurn = m_after.client == turn;
    if (m_after.conflict)
        return u", and the headers contradict each other then"_s;
    if (!m_after.known)
        return u", but who is behind %1 cannot be told"_s.arg(isTurn ? u"it"_s : client);
    if (m_before.conflict)
        return u", and the headers no longer contradict each other: the client is "_s + client;
    if (m_after.hops > m_before.hops)
        return u", so the walk goes on to "_s + client;
    return u", so the walk ends "_s + (isTurn ? u"there"_s : u"at "_s + client);
}

// What makes two changes look the same: the entries that trust the peer, the verdicts, and the
// entry that a hop gained or lost.
using Kind = std::tuple<const TrustPolicy::Entry *, const TrustPolicy::Entry *, QLatin1StringView,
                        QLatin1StringView, const TrustPolicy::Entry *>;

// The changes of one kind.
struct ChangeGroup
{
    void add(Change change);

    qint64 count = 0;
    std::vector<Change> examples; // those with the lowest ids
};

void ChangeGroup::add(Change change)
{
    ++count;
    const auto place =
        std::find_if(examples.begin(), examples.end(), [&change](const Change &other) {
            return change.record->id < other.record->id;
        });
    if (place == examples.end() && examples.size() == TrustPreview::MaxSamplesOfAKind)
        return;
    examples.insert(place, std::move(change));
    if (examples.size() > TrustPreview::MaxSamplesOfAKind)
        examples.pop_back();
}

class Previewer
{
public:
    Previewer(const TrustPolicy &current, const TrustPolicy &next)
        : m_current(current)
        , m_next(next)
    {
    }

    void add(const ClientRecord &record);
    void add(const RecentRequest &request);
    TrustPreview finish(int maxConnectionsPerClient);

private:
    struct Place
    {
        qint64 clients = 0;
        qint64 newcomers = 0;
    };

    Kind kindOf(const Change &change) const;
    void countShared(int maxConnectionsPerClient);
    void chooseSamples();

    const TrustPolicy &m_current;
    const TrustPolicy &m_next;
    TrustPreview m_result;
    std::map<Kind, ChangeGroup> m_groups;
    std::unordered_map<IpAddress, Place, IpAddressHash> m_places; // after the edit
};

void Previewer::add(const ClientRecord &record)
{
    Change change{&record, record.resolution(), record.resolveBy(m_next)};
    const bool changed = !isSameCaller(change.before, change.after);
    ++m_result.clients.total;
    m_result.clients.changed += changed ? 1 : 0;
    if (change.after.known) {
        Place &place = m_places[change.after.client];
        ++place.clients;
        place.newcomers += changed ? 1 : 0;
    }
    if (changed) {
        ChangeGroup &group = m_groups[kindOf(change)];
        group.add(std::move(change));
    }
}

// By both policies, as it may have been answered before an earlier edit.
void Previewer::add(const RecentRequest &request)
{
    ++m_result.recent.total;
    if (!isSameCaller(resolveRequest(request, m_current), resolveRequest(request, m_next)))
        ++m_result.recent.changed;
}

Kind Previewer::kindOf(const Change &change) const
{
    const IpAddress &gate = gateOf(*change.record);
    const TrustPolicy::Entry *hop = nullptr;
    if (change.after.hops > change.before.hops)
        hop = m_next.match(change.before.client);
    else if (change.after.hops < change.before.hops)
        hop = m_current.match(change.after.client);
    return {m_current.match(gate), m_next.match(gate), verdict(change.before),
            verdict(change.after), hop};
}

void Previewer::countShared(int maxConnectionsPerClient)
{
    TrustPreview::Shared &shared = m_result.shared;
    const auto isLarger = [&shared](const IpAddress &client, qint64 clients) {
        return !shared.largest || clients > shared.largest->clients
               || (clients == shared.largest->clients && client < shared.largest->client);
    };
    for (const auto &[client, place] : m_places) {
        if (place.newcomers == 0 || place.clients < 2)
            continue;
        shared.clients += place.newcomers;
        ++shared.addresses;
        if (isLarger(client, place.clients))
            shared.largest = {client, place.clients};
        if (maxConnectionsPerClient > 0 && place.clients > maxConnectionsPerClient)
            ++shared.overLimit;
    }
}

void Previewer::chooseSamples()
{
    std::vector<const ChangeGroup *> groups;
    groups.reserve(m_groups.size());
    for (const auto &[kind, group] : m_groups)
        groups.push_back(&group);
    std::sort(groups.begin(), groups.end(), [](const ChangeGroup *a, const ChangeGroup *b) {
        return std::pair(-a->count, a->examples.front().record->id)
               < std::pair(-b->count, b->examples.front().record->id);
    });
    for (size_t round = 0; round < TrustPreview::MaxSamplesOfAKind; ++round) {
        for (const ChangeGroup *group : groups) {
            if (m_result.samples.size() == TrustPreview::MaxSamples)
                return;
            if (round >= group->examples.size())
                continue;
            const Change &change = group->examples[round];
            m_result.samples.push_back({change.record->id, change.before, change.after,
                                        Reason(change, m_current, m_next).sentence()});
        }
    }
}

TrustPreview Previewer::finish(int maxConnectionsPerClient)
{
    countShared(maxConnectionsPerClient);
    chooseSamples();
    return std::move(m_result);
}

QJsonObject callerJson(const Resolution &who)
{
    return {{u"client"_s, who.client.toString()},
            {u"scheme"_s, schemeName(who.scheme)},
            {u"host"_s, QString::fromLatin1(who.host)},
            {u"port"_s, who.port}};
}

QJsonObject sharedJson(const TrustPreview::Shared &shared)
{
    QJsonValue largest;
    if (shared.largest)
        largest = QJsonObject{{u"client"_s, shared.largest->client.toString()},
                              {u"clients"_s, shared.largest->clients}};
    return {{u"clients"_s, shared.clients},
            {u"addresses"_s, shared.addresses},
            {u"largest"_s, largest},
            {u"over_limit"_s, shared.overLimit}};
}

} // namespace

TrustPreview previewTrust(std::span<const std::shared_ptr<ClientRecord>> clients,
                          std::span<const RecentRequest> requests, const TrustPolicy &current,
                          const TrustPolicy &next, int maxConnectionsPerClient)
{
    Previewer previewer(current, next);
    for (const auto &record : clients)
        previewer.add(*record);
    for (const RecentRequest &request : requests)
        previewer.add(request);
    return previewer.finish(maxConnectionsPerClient);
}

QJsonObject toJson(const TrustPreview &preview)
{
    QJsonArray samples;
    for (const TrustPreview::Sample &sample : preview.samples)
        samples.append(QJsonObject{{u"id"_s, QString::number(sample.id)},
                                   {u"before"_s, callerJson(sample.before)},
                                   {u"after"_s, callerJson(sample.after)},
                                   {u"reason"_s, sample.reason}});
    return {{u"changed"_s, preview.clients.changed},
            {u"total"_s, preview.clients.total},
            {u"samples"_s, samples},
            {u"recent"_s, QJsonObject{{u"changed"_s, preview.recent.changed},
                                      {u"total"_s, preview.recent.total}}},
            {u"shared"_s, sharedJson(preview.shared)}};
}

} // namespace truepeer
