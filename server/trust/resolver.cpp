// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/resolver.h"

#include "server/trust/elementaddress.h"
#include "server/trust/elementlist.h"
#include "server/trust/explainer.h"
#include "server/trust/forwarded.h"
#include "server/trust/walkrecord.h"
#include "shared/net/ascii.h"
#include "shared/net/hostport.h"

#include <algorithm>
#include <array>

namespace truepeer {

namespace {

// Rule 10: WebSocket schemes are named for their transport.
std::optional<Scheme> parseScheme(QByteArrayView text)
{
    if (ascii::equalsIgnoringCase(text, "http") || ascii::equalsIgnoringCase(text, "ws"))
        return Scheme::Http;
    if (ascii::equalsIgnoringCase(text, "https") || ascii::equalsIgnoringCase(text, "wss"))
        return Scheme::Https;
    return std::nullopt;
}

// The elements of X-Forwarded-For, right to left.
class PlainReader
{
public:
    explicit PlainReader(const HeaderValues &values)
        : m_elements(values)
    {
    }

    bool next()
    {
        const std::optional<QByteArrayView> element = m_elements.next();
        m_text = element.value_or(QByteArrayView());
        return element.has_value();
    }
    QByteArrayView text() const { return m_text; }
    std::optional<IpAddress> address() const { return elementAddress(m_text, ElementForm::Plain); }
    QString whyUnusable() const { return truepeer::whyUnusable(m_text, ElementForm::Plain); }

private:
    ElementsFromRight m_elements;
    QByteArrayView m_text;
};

// The elements of Forwarded, right to left.
class NodeReader
{
public:
    explicit NodeReader(ForwardedList &list)
        : m_list(list)
    {
    }

    bool next()
    {
        m_element = m_list.at(m_next++);
        return m_element != nullptr;
    }
    QByteArrayView text() const { return m_element->source; }
    std::optional<IpAddress> address() const
    {
        if (!m_element->address)
            return std::nullopt;
        return elementAddress(m_element->address->text(), ElementForm::Node);
    }
    QString whyUnusable() const
    {
        if (!m_element->usable)
            return QStringLiteral("the line does not follow the grammar of RFC 7239");
        if (!m_element->address)
            return QStringLiteral("it has no for parameter");
        return truepeer::whyUnusable(m_element->address->text(), ElementForm::Node);
    }

private:
    ForwardedList &m_list;
    qsizetype m_next = 0;
    const ForwardedElement *m_element = nullptr;
};

// One resolution, from the gate to the port. The rule numbers are those of the rules page. With a
// record it also writes down what it saw; it decides the same without.
class Resolver
{
public:
    Resolver(const ResolveInput &input, const TrustPolicy &policy, WalkRecord *record);

    Resolution run();

private:
    const HeaderValues &values(ForwardingHeader header) const
    {
        return m_values[static_cast<size_t>(header)];
    }
    bool isCut(ForwardingHeader header) const
    {
        return (m_input.cut >> static_cast<int>(header) & 1) != 0;
    }
    void collect(bool trusted);
    void resolveClient();
    void readRealIp();
    template <typename Reader>
    Opinion walk(ForwardingHeader header, Reader reader);
    bool agree(const Opinion &a, const Opinion &b);
    void take(const Opinion &opinion, Source source);
    void takeRealIp();
    void resolveAttributes();
    bool hasXForwarded() const;
    std::optional<QByteArrayView> stated(ForwardingHeader header,
                                         WalkRecord::Statement &where) const;
    const ForwardedValue *stated(std::optional<ForwardedValue> ForwardedElement::*parameter,
                                 WalkRecord::Statement &where);
    template <typename Value, typename Parse>
    std::optional<Value> attribute(bool switchedOn, ForwardingHeader header,
                                   std::optional<ForwardedValue> ForwardedElement::*parameter,
                                   Parse parse, WalkRecord::Attribute &record);
    std::optional<quint16> statedPort(WalkRecord::Attribute &record);
    HostPort ownHost() const;

    const ResolveInput &m_input;
    const TrustPolicy &m_policy;
    WalkRecord *const m_record; // may be null
    const IpAddress m_start;    // P
    Resolution m_result;
    std::array<HeaderValues, ForwardingHeaderCount> m_values; // of the headers that are read
    ForwardedList m_forwarded;
    std::optional<QByteArrayView> m_hostHeader;
    WalkRecord::RealIp m_realIpState = WalkRecord::RealIp::Absent;
    std::optional<IpAddress> m_realIp;
    bool m_realIpWalked = false; // X-Real-IP names P or one of the walked hops
    int m_reach = 1;             // j of X-Forwarded-*
    int m_forwardedReach = 1;    // j of Forwarded
    bool m_bothFamilies = false;
};

Resolver::Resolver(const ResolveInput &input, const TrustPolicy &policy, WalkRecord *record)
    : m_input(input)
    , m_policy(policy)
    , m_record(record)
    , m_start(input.announced.value_or(input.peer))
    , m_result(input.peer)
{
    m_result.client = m_start;
    m_result.source = input.announced ? Source::ProxyProtocol : Source::Peer;
    m_result.policyRevision = policy.revision();
}

Resolution Resolver::run()
{
    const TrustPolicy::Entry *entry = m_policy.match(m_start);
    m_result.trustedPeer = entry != nullptr;
    if (m_record)
        m_record->gateEntry = entry;
    collect(m_result.trustedPeer);
    if (m_result.trustedPeer) {
        resolveClient();
        resolveAttributes();
        return m_result;
    }
    HostPort host = ownHost();
    m_result.scheme = m_input.socketScheme;
    m_result.host = std::move(host.host);
    m_result.port = host.port.value_or(defaultPort(m_result.scheme));
    return m_result;
}

// Rules 2 and 3, and the pins.
void Resolver::collect(bool trusted)
{
    for (const HeaderLine &line : m_input.headers) {
        const std::optional<ForwardingHeader> header = m_policy.forwardingHeader(line.name);
        if (header) {
            const auto slot = static_cast<size_t>(*header);
            if (trusted && m_policy.reads(*header))
                m_values[slot].append(line.value);
            else
                m_result.ignoredHeaders = true;
            if (m_record)
                m_record->values[slot].append(line.value);
        } else if (!m_hostHeader && ascii::equalsIgnoringCase(line.name, "Host")) {
            m_hostHeader = line.value;
        }
    }
    m_forwarded = ForwardedList(values(ForwardingHeader::Forwarded));
}

// Rules 4 to 8.
void Resolver::resolveClient()
{
    if (!m_policy.settings().attributes.address)
        return;
    readRealIp();
    const Opinion plain = walk(ForwardingHeader::For, PlainReader(values(ForwardingHeader::For)));
    const ForwardedElement *rightMost = m_forwarded.at(0);
    const bool speaks = rightMost && (!rightMost->usable || rightMost->address);
    const Opinion node =
        speaks ? walk(ForwardingHeader::Forwarded, NodeReader(m_forwarded)) : Opinion(m_start);
    if (m_record) {
        m_record->forwardedFor = plain;
        m_record->forwarded = node;
    }
    if (!agree(plain, node)) {
        m_result.conflict = true;
        m_result.conflictRejected = m_policy.settings().onConflict == OnConflict::Reject;
        m_result.known = false;
        return;
    }
    m_reach = std::max(1, plain.hops);
    m_forwardedReach = std::max(1, node.hops);
    if (plain.exists)
        take(plain, Source::XForwardedFor);
    else if (node.exists)
        take(node, Source::Forwarded);
    else
        takeRealIp();
}

// Rule 7: usable only if all lines are equal and it is one element.
void Resolver::readRealIp()
{
    std::optional<QByteArrayView> text;
    // A line that was dropped may have differed.
    bool ambiguous = isCut(ForwardingHeader::RealIp);
    for (const QByteArrayView value : values(ForwardingHeader::RealIp)) {
        const QByteArrayView line = ascii::trimBlanks(value);
        if (line.isEmpty())
            continue;
        ambiguous = ambiguous || (text && *text != line);
        text = line;
    }
    if (!text && !ambiguous)
        return;
    if (!ambiguous)
        m_realIp = elementAddress(*text, ElementForm::Plain);
    m_realIpState = m_realIp ? WalkRecord::RealIp::Usable : WalkRecord::RealIp::Unusable;
    m_realIpWalked = m_realIp == m_start;
    if (m_record) {
        m_record->realIp = m_realIpState;
        m_record->realIpAddress = m_realIp;
    }
}

// Rule 5: from the right, to the first hop that is not trusted.
template <typename Reader>
Opinion Resolver::walk(ForwardingHeader header, Reader reader)
{
    Opinion opinion(m_start);
    const auto record = [&](int index, WalkRecord::Reading reading,
                            const std::optional<IpAddress> &address,
                            const TrustPolicy::Entry *entry) {
        if (!m_record)
            return;
        const bool unusable = reading == WalkRecord::Reading::Unusable;
        m_record->elements.push_back({header, index, reading, address, entry,
                                      reader.text().toByteArray(),
                                      unusable ? reader.whyUnusable() : QString()});
    };
    bool ended = false;
    int index = 0;
    while (!ended && reader.next()) {
        opinion.exists = true;
        ++index;
        if (opinion.hops == m_policy.settings().maxHops) {
            opinion.end = WalkEnd::HopCap;
            record(index, WalkRecord::Reading::Unread, std::nullopt, nullptr);
            ended = true;
            continue;
        }
        const std::optional<IpAddress> address = reader.address();
        if (!address) {
            opinion.end = WalkEnd::Unusable;
            record(index, WalkRecord::Reading::Unusable, std::nullopt, nullptr);
            ended = true;
            continue;
        }
        opinion.client = *address;
        ++opinion.hops;
        m_realIpWalked = m_realIpWalked || m_realIp == *address;
        const TrustPolicy::Entry *entry = m_policy.oneHop() ? nullptr : m_policy.match(*address);
        record(index, WalkRecord::Reading::Walked, address, entry);
        if (!entry) {
            opinion.end = m_policy.oneHop() ? WalkEnd::OneHop : WalkEnd::Untrusted;
            ended = true;
        }
    }
    if (!ended && isCut(header))
        opinion.end = WalkEnd::Cut;
    opinion.known = opinion.end != WalkEnd::Unusable && opinion.end != WalkEnd::HopCap
                    && opinion.end != WalkEnd::Cut;
    while (m_record && ended && reader.next())
        record(++index, WalkRecord::Reading::Unread, std::nullopt, nullptr);
    return opinion;
}

// Rules 6 and 7: a proxy manages one family and passes on what a client wrote into the others, so
// what they say counts only where they say the same.
bool Resolver::agree(const Opinion &a, const Opinion &b)
{
    if (a.exists && b.exists && (a.client != b.client || a.known != b.known))
        return false;
    if (m_realIpState == WalkRecord::RealIp::Absent || (!a.exists && !b.exists))
        return true;
    const bool agrees = m_realIp && m_realIpWalked;
    if (m_record)
        m_record->realIpDisagrees = !agrees;
    return agrees;
}

void Resolver::take(const Opinion &opinion, Source source)
{
    m_result.client = opinion.client;
    m_result.known = opinion.known;
    m_result.hops = static_cast<quint16>(opinion.hops);
    if (opinion.hops > 0)
        m_result.source = source;
}

void Resolver::takeRealIp()
{
    if (m_realIp) {
        m_result.client = *m_realIp;
        m_result.hops = 1;
        m_result.source = Source::XRealIp;
    } else if (m_realIpState == WalkRecord::RealIp::Unusable) {
        m_result.known = false;
    }
}

// Rules 9 to 12.
void Resolver::resolveAttributes()
{
    m_bothFamilies = m_forwarded.at(0) && hasXForwarded();
    const TrustSettings::Attributes &on = m_policy.settings().attributes;
    WalkRecord::Attribute schemeRecord;
    WalkRecord::Attribute hostRecord;
    WalkRecord::Attribute portRecord;

    const std::optional<Scheme> scheme = attribute<Scheme>(
        on.proto, ForwardingHeader::Proto, &ForwardedElement::proto, parseScheme, schemeRecord);
    std::optional<HostPort> host = attribute<HostPort>(
        on.host, ForwardingHeader::Host, &ForwardedElement::host, parseHostPort, hostRecord);
    std::optional<quint16> port;
    if (on.port)
        port = statedPort(portRecord);
    const bool portFromHost = !port && host && host->port;
    if (!host)
        host = ownHost();
    if (!port)
        port = host->port;

    m_result.schemeStated = scheme.has_value();
    m_result.scheme = scheme ? *scheme : m_input.socketScheme;
    m_result.host = std::move(host->host);
    m_result.port = port.value_or(defaultPort(m_result.scheme));
    if (m_record) {
        m_record->bothFamilies = m_bothFamilies;
        m_record->scheme = schemeRecord;
        m_record->host = hostRecord;
        m_record->hostHasPort = portFromHost;
        m_record->port = portRecord;
    }
}

// Clarification 3.
bool Resolver::hasXForwarded() const
{
    constexpr std::array Family = {ForwardingHeader::For, ForwardingHeader::Proto,
                                   ForwardingHeader::Host, ForwardingHeader::Port};
    return std::any_of(Family.begin(), Family.end(), [this](ForwardingHeader header) {
        return ElementsFromRight(values(header)).next().has_value();
    });
}

// Rule 9 for X-Forwarded-*: element number min(n, j) from the right.
std::optional<QByteArrayView> Resolver::stated(ForwardingHeader header,
                                               WalkRecord::Statement &where) const
{
    ElementsFromRight elements(values(header));
    std::optional<QByteArrayView> chosen;
    while (where.index < m_reach) {
        const std::optional<QByteArrayView> element = elements.next();
        if (!element)
            break;
        chosen = element;
        ++where.index;
    }
    if (where.index < m_reach && isCut(header))
        return std::nullopt; // the element that counts was not kept
    return chosen;
}

// Rule 9 for Forwarded: the farthest of the j right-most elements that carries the parameter.
const ForwardedValue *Resolver::stated(std::optional<ForwardedValue> ForwardedElement::*parameter,
                                       WalkRecord::Statement &where)
{
    int count = 0;
    while (count < m_forwardedReach) {
        const ForwardedElement *element = m_forwarded.at(count);
        if (!element || !element->usable)
            break;
        ++count;
        if (element->*parameter)
            where.index = count;
    }
    if (where.index == 0)
        return nullptr;
    return &*(m_forwarded.at(where.index - 1)->*parameter);
}

// Rules 9 to 11 for one attribute.
template <typename Value, typename Parse>
std::optional<Value> Resolver::attribute(bool switchedOn, ForwardingHeader header,
                                         std::optional<ForwardedValue> ForwardedElement::*parameter,
                                         Parse parse, WalkRecord::Attribute &record)
{
    if (!switchedOn)
        return std::nullopt;
    std::optional<Value> plain;
    if (const std::optional<QByteArrayView> text = stated(header, record.x))
        plain = parse(*text);
    std::optional<Value> node;
    if (const ForwardedValue *value = stated(parameter, record.forwarded))
        node = parse(value->text());
    record.x.valid = plain.has_value();
    record.forwarded.valid = node.has_value();

    record.counted = m_bothFamilies ? plain && plain == node : plain || node;
    if (!record.counted)
        return std::nullopt;
    return plain ? std::move(plain) : std::move(node);
}

std::optional<quint16> Resolver::statedPort(WalkRecord::Attribute &record)
{
    std::optional<quint16> port;
    if (const std::optional<QByteArrayView> text = stated(ForwardingHeader::Port, record.x))
        port = parsePort(*text);
    record.x.valid = port.has_value();
    if (m_bothFamilies)
        port.reset();
    record.counted = port.has_value();
    return port;
}

// What the Host header says; without a usable one (HTTP/1.0) the address that was connected to.
HostPort Resolver::ownHost() const
{
    if (m_hostHeader) {
        if (std::optional<HostPort> host = parseHostPort(ascii::trimBlanks(*m_hostHeader)))
            return *std::move(host);
    }
    return {hostText(m_input.localAddress), std::nullopt};
}

} // namespace

Resolution resolve(const ResolveInput &input, const TrustPolicy &policy)
{
    return Resolver(input, policy, nullptr).run();
}

Explanation explain(const ResolveInput &input, const TrustPolicy &policy, Resolution *resolution)
{
    WalkRecord record(input.announced.value_or(input.peer));
    const Resolution result = Resolver(input, policy, &record).run();
    if (resolution)
        *resolution = result;
    return explainRecord(record, result, input, policy);
}

} // namespace truepeer
