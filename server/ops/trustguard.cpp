// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustguard.h"

#include "server/ops/clientlist.h"
#include "server/trust/diagnosis.h"

#include <QSet>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Entry = TrustPolicy::Entry;

constexpr int MaxRangeReasons = 10;
constexpr qsizetype MaxNamedEntries = 3;

// The largest ranges that content delivery networks publish are not broad.
bool isBroadAndPublic(const Cidr &range)
{
    const bool broad = range.prefix() < (range.isIPv4() ? 12 : 28);
    return broad && !(isInternalAddress(range.address()) && isInternalAddress(range.last()));
}

// The ranges of a policy, to ask whether one of them holds another range.
class TrustedRanges
{
public:
    explicit TrustedRanges(const TrustPolicy &policy)
    {
        if (policy.settings().list.mode != TrustMode::List)
            return;
        for (const TrustRange &trusted : validate(policy.settings().list).ranges)
            m_texts.insert(trusted.range.toText());
    }

    bool hold(const Cidr &range) const
    {
        for (int prefix = range.prefix(); prefix > 0; --prefix) {
            if (m_texts.contains(Cidr(range.address(), prefix).toText()))
                return true;
        }
        return false;
    }

private:
    QSet<QByteArray> m_texts;
};

void addBroadRanges(const TrustPolicy &before, const TrustPolicy &after,
                    const TrustListCheck &check, QStringList &reasons)
{
    if (after.settings().list.mode != TrustMode::List)
        return;
    const TrustedRanges trusted(before);
    QStringList entries;
    for (const TrustRange &one : check.ranges) {
        if (isBroadAndPublic(one.range) && !trusted.hold(one.range))
            entries.append(after.entries()[static_cast<size_t>(one.entry)].text);
    }
    for (const QString &entry : entries.first(std::min<qsizetype>(MaxRangeReasons, entries.size())))
        reasons.append(u"%1 is a very broad range of public addresses: anyone inside it could "
                       "pretend to be any client"_s.arg(entry));
    if (entries.size() > MaxRangeReasons)
        reasons.append(u"%1 more entries are very broad ranges of public addresses"_s.arg(
            entries.size() - MaxRangeReasons));
}

bool sendsHeaders(const ClientRecord &record, const TrustPolicy &policy)
{
    const std::vector<HeaderLine> lines = record.forwarding.lines();
    return std::any_of(lines.begin(), lines.end(), [&policy](const HeaderLine &line) {
        return policy.isForwardingHeader(line.name);
    });
}

// Counts the clients that come through trusted proxies, and those that would be lost.
class LossCounter
{
public:
    LossCounter(const TrustPolicy &before, const TrustPolicy &after)
        : m_before(before)
        , m_after(after)
    {
    }

    void add(const ClientRecord &record);
    QString reason(qsizetype clients) const; // empty: most of them would stay

private:
    const Entry *lostEntry(const ClientRecord &record) const;
    QString lostEntries() const;

    const TrustPolicy &m_before;
    const TrustPolicy &m_after;
    qint64 m_through = 0;
    qint64 m_lost = 0;
    std::map<const Entry *, qint64> m_losses;
};

void LossCounter::add(const ClientRecord &record)
{
    if (!m_before.match(record.announced.value_or(record.peer()))
        || !sendsHeaders(record, m_before))
        return;
    ++m_through;
    if (const Entry *entry = lostEntry(record)) {
        ++m_lost;
        ++m_losses[entry];
    }
}

// The entry of the nearest hop of the client that is no longer trusted; null when that changes
// nothing for the client.
const Entry *LossCounter::lostEntry(const ClientRecord &record) const
{
    if (isSameCaller(record.resolveBy(m_before), record.resolveBy(m_after)))
        return nullptr;
    const IpAddress gate = record.announced.value_or(record.peer());
    if (!m_after.match(gate))
        return m_before.match(gate);
    for (const IpAddress &hop : trustedHops(record, m_before)) {
        if (!m_after.match(hop))
            return m_before.match(hop);
    }
    return nullptr;
}

QString LossCounter::lostEntries() const
{
    std::vector<std::pair<const Entry *, qint64>> losses(m_losses.begin(), m_losses.end());
    std::stable_sort(losses.begin(), losses.end(),
                     [](const auto &a, const auto &b) { return a.second > b.second; });
    QStringList names;
    for (const auto &[entry, clients] : losses) {
        if (names.size() < MaxNamedEntries)
            names.append(entry->text);
    }
    const qsizetype more = std::ssize(losses) - names.size();
    if (more > 0)
        names.append(u"%1 more"_s.arg(more));
    const QString last = names.takeLast();
    return names.isEmpty() ? last : names.join(u", "_s) + u" and "_s + last;
}

QString LossCounter::reason(qsizetype clients) const
{
    if (m_lost * 2 <= m_through)
        return {};
    const QString share = (clients == 1 ? u"%1 of %2 client "_s : u"%1 of %2 clients "_s)
                              .arg(QString::number(m_lost), QString::number(clients))
                          + (m_lost == 1 ? u"comes through "_s : u"come through "_s);
    if (m_before.oneHop())
        return share + u"peers that would no longer be trusted"_s;
    return share + lostEntries() + u", which would no longer be trusted"_s;
}

} // namespace

QStringList confirmationReasons(const TrustPolicy &before, const TrustPolicy &after,
                                const TrustListCheck &check,
                                std::span<const std::shared_ptr<ClientRecord>> clients)
{
    QStringList reasons;
    if (after.oneHop() && !before.oneHop())
        reasons.append(u"whoever connects would be believed for one hop; that is for development "
                       "only"_s);
    addBroadRanges(before, after, check, reasons);
    LossCounter losses(before, after);
    for (const auto &record : clients)
        losses.add(*record);
    const QString loss = losses.reason(std::ssize(clients));
    if (!loss.isEmpty())
        reasons.append(loss);
    return reasons;
}

} // namespace truepeer
