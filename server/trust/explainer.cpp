// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/explainer.h"

#include "server/trust/explanationnotes.h"
#include "server/trust/walkview.h"
#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxUnreadSteps = 32;
class Explainer : private WalkView
{
public:
    using WalkView::WalkView;

    Explanation run();

private:
    struct Use
    {
        bool used;
        QString reason;
    };

    void addPeer();
    void addElements(ForwardingHeader header);
    TrailStep step(const WalkRecord::Element &element) const;
    QString clientReason(const Opinion &found) const;
    void addRealIp();

    void addHeaders();
    Use use(ForwardingHeader header) const;
    Use walkUse(ForwardingHeader header) const;
    Use realIpUse() const;
    Use forwardedUse() const;
    Use attributeUse(const WalkRecord::Attribute &attribute, bool switchedOn,
                     const QString &allowed) const;

    void addOrigins();
    std::optional<AttributeOrigin> origin(const WalkRecord::Attribute &attribute,
                                          ForwardingHeader header) const;

    Explanation m_result;
};

Explanation Explainer::run()
{
    addPeer();
    if (resolution().conflict) {
        addElements(ForwardingHeader::For);
        addElements(ForwardingHeader::Forwarded);
        addRealIp();
    } else if (speaks()) {
        addElements(record().forwardedFor.exists ? ForwardingHeader::For
                                                 : ForwardingHeader::Forwarded);
    } else {
        addRealIp();
    }
    addHeaders();
    addOrigins();
    m_result.notes.append(explanationNotes(*this));
    return std::move(m_result);
}

// --- the trail

void Explainer::addPeer()
{
    TrailStep peer;
    peer.address = input().peer;
    const QString entry = record().gateEntry ? record().gateEntry->text : QString();
    if (!input().announced) {
        peer.entry = entry;
        m_result.trail.push_back(peer);
        return;
    }
    peer.reason = u"it announced the source with the PROXY protocol"_s;
    m_result.trail.push_back(peer);

    TrailStep source;
    source.address = start();
    source.entry = entry;
    source.header = "PROXY"_ba;
    source.index = 1;
    const bool isClient = resolution().source == Source::ProxyProtocol && resolution().known;
    source.verdict = isClient ? TrailStep::Verdict::Client : TrailStep::Verdict::Trusted;
    m_result.trail.push_back(source);
}

void Explainer::addElements(ForwardingHeader header)
{
    int unread = 0;
    for (const WalkRecord::Element &element : record().elements) {
        if (element.header != header)
            continue;
        if (element.reading == WalkRecord::Reading::Unread && ++unread > MaxUnreadSteps)
            continue;
        m_result.trail.push_back(step(element));
    }
    if (unread > MaxUnreadSteps)
        m_result.notes.append(u"%1 more elements of %2 were not read and are not shown."_s.arg(
            QString::number(unread - MaxUnreadSteps), name(header)));
}

TrailStep Explainer::step(const WalkRecord::Element &element) const
{
    TrailStep step;
    step.address = element.address;
    step.header = policy().headerName(element.header);
    step.index = element.index;
    if (element.entry)
        step.entry = element.entry->text;
    switch (element.reading) {
    case WalkRecord::Reading::Unread:
        step.verdict = TrailStep::Verdict::Unread;
        step.text = element.text;
        return step;
    case WalkRecord::Reading::Unusable:
        step.verdict = TrailStep::Verdict::Unusable;
        step.text = element.text;
        step.reason = element.reason;
        return step;
    case WalkRecord::Reading::Walked:
        break;
    }
    const Opinion &found = opinion(element.header);
    step.verdict = TrailStep::Verdict::Trusted;
    if (element.index == found.hops && found.known) {
        step.verdict =
            resolution().conflict ? TrailStep::Verdict::Unusable : TrailStep::Verdict::Client;
        step.reason = resolution().conflict ? contradiction() : clientReason(found);
    }
    return step;
}

QString Explainer::clientReason(const Opinion &found) const
{
    switch (found.end) {
    case WalkEnd::Untrusted:
        return u"it is not on the list of trusted proxies"_s;
    case WalkEnd::OneHop:
        return u"trust_proxy = true believes one hop"_s;
    case WalkEnd::AllTrusted:
        return u"it is trusted, and the farthest hop that was named"_s;
    case WalkEnd::Unusable:
    case WalkEnd::HopCap:
    case WalkEnd::Cut:
        break;
    }
    return {};
}

void Explainer::addRealIp()
{
    if (record().realIp == WalkRecord::RealIp::Absent)
        return;
    TrailStep step;
    step.header = policy().headerName(ForwardingHeader::RealIp);
    step.index = 1;
    step.address = record().realIpAddress;
    step.verdict = TrailStep::Verdict::Unusable;
    if (!step.address) {
        step.text = values(ForwardingHeader::RealIp).last().toByteArray();
        step.reason = u"it is not one address"_s;
    } else if (resolution().conflict) {
        step.reason = record().realIpDisagrees ? contradiction()
                                               : u"the other headers contradict each other"_s;
    } else {
        step.verdict = TrailStep::Verdict::Client;
        const TrustPolicy::Entry *entry =
            policy().oneHop() ? nullptr : policy().match(*step.address);
        if (entry)
            step.entry = entry->text;
    }
    m_result.trail.push_back(step);
}

// --- the headers

void Explainer::addHeaders()
{
    for (const ForwardingHeader header : AllForwardingHeaders) {
        if (values(header).isEmpty())
            continue;
        HeaderUse entry;
        entry.name = policy().headerName(header);
        for (const QByteArrayView &value : values(header)) {
            if (&value != values(header).data())
                entry.value.append(", ");
            entry.value.append(value.data(), value.size());
        }
        Use use = this->use(header);
        entry.used = use.used;
        entry.reason = std::move(use.reason);
        m_result.headers.push_back(std::move(entry));
    }
}

Explainer::Use Explainer::use(ForwardingHeader header) const
{
    if (!resolution().trustedPeer)
        return {false, u"%1 is not a trusted proxy"_s.arg(start().toString())};
    if (!policy().reads(header))
        return {false, u"left out by the setting headers"_s};
    // X-Real-IP is no list: a comma in it is a value, and a wrong one.
    const bool isList = header != ForwardingHeader::RealIp;
    const bool blank =
        std::all_of(values(header).begin(), values(header).end(), [isList](QByteArrayView value) {
            return std::all_of(value.begin(), value.end(), [isList](char c) {
                return ascii::isBlank(c) || (isList && c == ',');
            });
        });
    if (blank)
        return {false, u"it is empty"_s};
    const TrustSettings::Attributes &on = policy().settings().attributes;
    switch (header) {
    case ForwardingHeader::For:
        return walkUse(header);
    case ForwardingHeader::RealIp:
        return realIpUse();
    case ForwardingHeader::Forwarded:
        return forwardedUse();
    case ForwardingHeader::Proto:
        return attributeUse(record().scheme, on.proto, u"http, https, ws and wss"_s);
    case ForwardingHeader::Host:
        return attributeUse(record().host, on.host,
                            u"a host name or address, with a port or not"_s);
    case ForwardingHeader::Port:
        break;
    }
    return attributeUse(record().port, on.port, u"1 to 65535"_s);
}

Explainer::Use Explainer::walkUse(ForwardingHeader header) const
{
    if (!policy().settings().attributes.address)
        return {false, u"for is switched off in trust_attributes"_s};
    if (resolution().conflict)
        return {false, contradiction()};
    const Opinion &found = opinion(header);
    if (!found.exists)
        return {false, u"it has no for parameter in its last element"_s};
    if (!found.known && found.hops == 0)
        return {false, u"its last element is unusable"_s};
    if (header == ForwardingHeader::Forwarded && record().forwardedFor.exists)
        return {true, u"it names the same client as %1"_s.arg(name(ForwardingHeader::For))};
    return {true, found.known ? u"it names the client"_s
                              : u"it was believed up to where the walk stopped"_s};
}

Explainer::Use Explainer::realIpUse() const
{
    if (!policy().settings().attributes.address)
        return {false, u"for is switched off in trust_attributes"_s};
    if (resolution().conflict)
        return {false, record().realIpDisagrees ? contradiction()
                                                : u"the other headers contradict each other"_s};
    if (!record().realIpAddress)
        return {false, u"it is not one address"_s};
    if (speaks())
        return {true, u"it agrees with the hops that were walked"_s};
    return {true, u"it names the client"_s};
}

Explainer::Use Explainer::forwardedUse() const
{
    const Use walk = walkUse(ForwardingHeader::Forwarded);
    if (walk.used)
        return walk;
    const auto states = [](const WalkRecord::Attribute &attribute) {
        return attribute.counted && attribute.forwarded.valid;
    };
    if (states(record().scheme) || states(record().host))
        return {true, u"only for scheme or host: "_s % walk.reason};
    return walk;
}

Explainer::Use Explainer::attributeUse(const WalkRecord::Attribute &attribute, bool switchedOn,
                                       const QString &allowed) const
{
    if (!switchedOn)
        return {false, u"switched off in trust_attributes"_s};
    if (attribute.counted)
        return {true, u"element %1 from the right counts"_s.arg(attribute.x.index)};
    if (!attribute.x.valid)
        return {false, u"element %1 from the right is not valid: allowed are %2"_s.arg(
                           QString::number(attribute.x.index), allowed)};
    return {false, u"%1 is present too, and only what both state the same counts"_s.arg(
                       name(ForwardingHeader::Forwarded))};
}

void Explainer::addOrigins()
{
    m_result.scheme = origin(record().scheme, ForwardingHeader::Proto);
    m_result.host = origin(record().host, ForwardingHeader::Host);
    m_result.port = origin(record().port, ForwardingHeader::Port);
    const bool hostHasPort = m_result.host && record().hostHasPort;
    if (!m_result.port && hostHasPort)
        m_result.port = m_result.host;
}

std::optional<AttributeOrigin> Explainer::origin(const WalkRecord::Attribute &attribute,
                                                 ForwardingHeader header) const
{
    if (!attribute.counted)
        return std::nullopt;
    if (attribute.x.valid)
        return AttributeOrigin{policy().headerName(header), attribute.x.index};
    return AttributeOrigin{policy().headerName(ForwardingHeader::Forwarded),
                           attribute.forwarded.index};
}

} // namespace

Explanation explainRecord(const WalkRecord &record, const Resolution &resolution,
                          const ResolveInput &input, const TrustPolicy &policy)
{
    return Explainer(record, resolution, input, policy).run();
}

} // namespace truepeer
