// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/trustpolicy.h"

#include "shared/net/ascii.h"
#include "shared/net/hostport.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int LargestHopCap = 1000;

const QByteArray &nameOf(const TrustSettings::Names &names, ForwardingHeader header)
{
    switch (header) {
    case ForwardingHeader::For:
        return names.forwardedFor;
    case ForwardingHeader::Proto:
        return names.proto;
    case ForwardingHeader::Host:
        return names.host;
    case ForwardingHeader::Port:
        return names.port;
    case ForwardingHeader::RealIp:
        return names.realIp;
    case ForwardingHeader::Forwarded:
        break;
    }
    return names.forwarded;
}

// Clarification 4.
bool pinReads(HeaderPin pin, ForwardingHeader header)
{
    switch (pin) {
    case HeaderPin::Auto:
        return true;
    case HeaderPin::Forwarded:
        return header == ForwardingHeader::Forwarded;
    case HeaderPin::XForwarded:
        return header != ForwardingHeader::RealIp && header != ForwardingHeader::Forwarded;
    case HeaderPin::XRealIp:
        break;
    }
    return header != ForwardingHeader::For && header != ForwardingHeader::Forwarded;
}

// Fields that frame or route the message: a forwarding header under such a name would be read twice
// with two meanings.
bool isReservedName(QByteArrayView name)
{
    constexpr std::array Reserved = {
        "Host",       "Connection", "Content-Length", "Transfer-Encoding",
        "Upgrade",    "Origin",     "Cookie",         "Authorization",
        "Keep-Alive", "TE",         "Trailer",        "Expect"};
    return std::any_of(Reserved.begin(), Reserved.end(), [name](const char *reserved) {
        return ascii::equalsIgnoringCase(name, reserved);
    });
}

std::optional<Error> checkNames(const TrustSettings::Names &names)
{
    constexpr qsizetype LongestName = 63; // see TrustPolicy::m_nameLengths
    for (const ForwardingHeader header : AllForwardingHeaders) {
        const QByteArray &name = nameOf(names, header);
        const QString shown = QString::fromLatin1(name.toPercentEncoding());
        if (!ascii::isToken(name) || name.size() > LongestName)
            return Error{u"\"%1\" is no header name: allowed are letters, digits and -, at most 63 "
                         "characters"_s.arg(shown)};
        if (isReservedName(name))
            return Error{
                u"the header %1 has another meaning and cannot be a forwarding header"_s.arg(
                    shown)};
        for (const ForwardingHeader other : AllForwardingHeaders) {
            if (other < header && ascii::equalsIgnoringCase(name, nameOf(names, other)))
                return Error{u"the header %1 is named twice"_s.arg(shown)};
        }
    }
    return std::nullopt;
}

// REQUIRES: !check.valid.
Error listError(const TrustListCheck &check)
{
    const TrustListCheck::Remark &first = check.problems.front();
    if (first.index < 0)
        return Error{first.message};
    QString message = u"trust entry %1 (\"%2\"): %3"_s.arg(QString::number(first.index + 1),
                                                           first.entry, first.message);
    const size_t more = check.problems.size() - 1;
    if (more > 0)
        message += u" (and %1 more)"_s.arg(more);
    return Error{message};
}

} // namespace

Expected<std::shared_ptr<const TrustPolicy>> TrustPolicy::compile(const TrustSettings &settings,
                                                                  quint64 revision)
{
    const TrustListCheck check = validate(settings.list);
    if (!check.valid)
        return listError(check);
    if (std::optional<Error> error = checkNames(settings.names))
        return *std::move(error);
    if (settings.maxHops < 1 || settings.maxHops > LargestHopCap)
        return Error{
            u"max_hops is %1; allowed are 1 to %2"_s.arg(settings.maxHops).arg(LargestHopCap)};
    std::shared_ptr<TrustPolicy> policy(new TrustPolicy(settings, check.ranges, revision));
    for (const QByteArray &host : settings.allowedHosts) {
        const bool wildcard = host.startsWith("*.");
        const std::optional<HostPort> parsed =
            parseHostPort(wildcard ? QByteArrayView(host).sliced(2) : QByteArrayView(host));
        if (!parsed || parsed->port || host.endsWith(':'))
            return Error{u"allowed host \"%1\": allowed are host names without port, and "
                         "*.example.com for all names below example.com"_s.arg(
                             QString::fromLatin1(host.toPercentEncoding("[]:*")))};
        (wildcard ? policy->m_allowedSuffixes : policy->m_allowedNames).push_back(parsed->host);
    }
    std::sort(policy->m_allowedNames.begin(), policy->m_allowedNames.end());
    std::sort(policy->m_allowedSuffixes.begin(), policy->m_allowedSuffixes.end());
    return std::shared_ptr<const TrustPolicy>(std::move(policy));
}

TrustPolicy::TrustPolicy(const TrustSettings &settings, std::span<const TrustRange> ranges,
                         quint64 revision)
    : m_settings(settings)
    , m_revision(revision)
    , m_everybody{u"true"_s, {}}
{
    for (const ForwardingHeader header : AllForwardingHeaders) {
        m_nameLengths |= quint64{1} << headerName(header).size();
        m_reads[static_cast<size_t>(header)] = pinReads(settings.headers, header);
    }
    if (settings.list.mode != TrustMode::List)
        return;
    m_index = RangeIndex(ranges);
    m_entries.reserve(settings.list.entries.size());
    for (const TrustEntry &entry : settings.list.entries)
        m_entries.push_back({entry.entry.trimmed(), entry.note});
}

const TrustPolicy::Entry *TrustPolicy::match(const IpAddress &address) const
{
    switch (m_settings.list.mode) {
    case TrustMode::None:
        return nullptr;
    case TrustMode::All:
        return &m_everybody;
    case TrustMode::List:
        break;
    }
    const TrustRange *range = m_index.find(address);
    return range ? &m_entries[static_cast<size_t>(range->entry)] : nullptr;
}

std::optional<ForwardingHeader> TrustPolicy::forwardingHeader(QByteArrayView name) const
{
    if (name.size() > 63 || (m_nameLengths >> name.size() & 1) == 0)
        return std::nullopt;
    for (const ForwardingHeader header : AllForwardingHeaders) {
        if (ascii::equalsIgnoringCase(name, headerName(header)))
            return header;
    }
    return std::nullopt;
}

const QByteArray &TrustPolicy::headerName(ForwardingHeader header) const
{
    return nameOf(m_settings.names, header);
}

bool TrustPolicy::hostAllowed(QByteArrayView host) const
{
    if (m_settings.allowedHosts.empty())
        return true;
    const auto holds = [](const std::vector<QByteArray> &sorted, QByteArrayView wanted) {
        return std::binary_search(sorted.begin(), sorted.end(), wanted,
                                  [](QByteArrayView a, QByteArrayView b) { return a < b; });
    };
    if (holds(m_allowedNames, host))
        return true;
    for (qsizetype dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1)) {
        if (holds(m_allowedSuffixes, host.sliced(dot + 1)))
            return true;
    }
    return false;
}

} // namespace truepeer
