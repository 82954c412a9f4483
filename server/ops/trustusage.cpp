// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustusage.h"

#include "server/ops/clientlist.h"
#include "shared/trust/explanation.h"

#include <QVarLengthArray>

#include <algorithm>
#include <optional>
#include <unordered_set>

namespace truepeer {

namespace {

// Who it is by the policy; mostly that is what it was resolved with last.
Resolution resolutionBy(const TrustPolicy &policy, const ClientRecord &record)
{
    Resolution who = record.resolution();
    return who.policyRevision == policy.revision() ? who : record.resolveBy(policy);
}

// Whether there may be trusted hops behind the one whose headers were read.
bool hasInnerHops(const Resolution &who)
{
    return who.conflict || who.hops > 1 || (who.hops == 1 && !who.known);
}

class UseCounter
{
public:
    // REQUIRES: `uses` has the entries of the policy.
    UseCounter(const TrustPolicy &policy, std::vector<EntryUse> &uses)
        : m_policy(policy)
        , m_uses(uses)
    {
    }

    void add(const ClientRecord &record, qint64 now);
    void add(const PeerFacts &peer) { note(peer.peer, peer.lastSeen); }
    void add(const RecentRequest &request);

private:
    using Matched = QVarLengthArray<size_t, 8>;

    std::optional<size_t> note(const IpAddress &address, qint64 at);
    Matched noteInner(const Explanation &why, qint64 at);

    const TrustPolicy &m_policy;
    std::vector<EntryUse> &m_uses;
    std::unordered_set<IpAddress, IpAddressHash> m_seen;
    int m_explanationsLeft = 20'000; // they are slow
};

// The entry that trusts the address.
std::optional<size_t> UseCounter::note(const IpAddress &address, qint64 at)
{
    const TrustPolicy::Entry *entry = m_policy.match(address);
    if (!entry)
        return std::nullopt;
    const auto index = static_cast<size_t>(entry - m_policy.entries().data());
    EntryUse &use = m_uses[index];
    use.lastUsed = std::max(use.lastUsed, at);
    if (m_seen.insert(address).second)
        ++use.matchedPeers;
    return index;
}

UseCounter::Matched UseCounter::noteInner(const Explanation &why, qint64 at)
{
    Matched matched;
    for (const TrailStep &step : why.trail) {
        if (step.verdict != TrailStep::Verdict::Trusted || !step.address)
            continue;
        if (const std::optional<size_t> index = note(*step.address, at))
            matched.append(*index);
    }
    return matched;
}

void UseCounter::add(const ClientRecord &record, qint64 now)
{
    const Resolution who = resolutionBy(m_policy, record);
    Matched matched;
    if (who.trustedPeer && hasInnerHops(who) && m_explanationsLeft-- > 0)
        matched = noteInner(explainClient(record, m_policy), now);
    if (const auto gate = note(record.announced.value_or(record.peer()), now))
        matched.append(*gate);
    std::sort(matched.begin(), matched.end());
    for (qsizetype i = 0; i < matched.size(); ++i)
        m_uses[matched[i]].matchedClients += i == 0 || matched[i] != matched[i - 1] ? 1 : 0;
}

void UseCounter::add(const RecentRequest &request)
{
    const qint64 at = request.atMs / 1000;
    const Resolution who = resolveRequest(request, m_policy);
    note(request.announced.value_or(who.peer), at);
    if (who.trustedPeer && hasInnerHops(who) && m_explanationsLeft-- > 0)
        noteInner(explainRequest(request, m_policy), at);
}

} // namespace

std::vector<EntryUse> TrustUsage::update(const TrustPolicy &policy, const TrustDocument *document,
                                         std::span<const std::shared_ptr<ClientRecord>> clients,
                                         std::span<const PeerFacts> peers,
                                         std::span<const RecentRequest> requests, qint64 now)
{
    const TrustList &list = policy.settings().list;
    const bool isDocumentOfPolicy = document && document->revision == policy.revision()
                                    && document->additions.size() == list.entries.size();
    std::vector<EntryUse> uses(list.entries.size());
    for (size_t i = 0; i < uses.size(); ++i) {
        uses[i].entry = list.entries[i].entry.trimmed();
        if (isDocumentOfPolicy)
            uses[i].addedAt = document->additions[i].at.time_since_epoch().count();
    }
    if (list.mode == TrustMode::List) {
        UseCounter counter(policy, uses);
        for (const auto &record : clients)
            counter.add(*record, now);
        for (const PeerFacts &peer : peers)
            counter.add(peer);
        for (const RecentRequest &request : requests)
            counter.add(request);
    }
    remember(validate(list).normalised, uses);
    return uses;
}

// However an entry is written: of those that are the same only one can match.
void TrustUsage::remember(const std::vector<QStringList> &ranges, std::vector<EntryUse> &uses)
{
    QStringList keys;
    for (const QStringList &ofEntry : ranges)
        keys.append(ofEntry.join(u' '));
    QHash<QString, qint64> lastUsed;
    const std::lock_guard lock(m_mutex);
    for (size_t i = 0; i < uses.size(); ++i) {
        const QString &key = keys[static_cast<qsizetype>(i)];
        qint64 &last = lastUsed[key];
        last = std::max({last, m_lastUsed.value(key), uses[i].lastUsed});
    }
    for (size_t i = 0; i < uses.size(); ++i)
        uses[i].lastUsed = lastUsed.value(keys[static_cast<qsizetype>(i)]);
    m_lastUsed.swap(lastUsed);
}

} // namespace truepeer
