// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A whole request: the first byte chooses peer and policy, the rest are "Name: value" lines.
// Oracles: an untrusted peer is always the client; the client is a trusted address only where the
// whole trail is trusted, the walk was stopped, or the peer stands in for it; explaining does not
// change the answer; what is kept for live edits resolves the same; the host is in its one form;
// text on the left of an untrusted hop changes nothing.
#include "server/trust/keptheaders.h"
#include "server/trust/resolver.h"
#include "shared/net/hostport.h"

#include <QByteArray>
#include <QJsonDocument>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr quint8 TrueMode = 4;

void require(bool condition)
{
    if (!condition)
        std::abort();
}

std::shared_ptr<const TrustPolicy> makePolicy(quint8 choice)
{
    TrustSettings settings;
    settings.list.mode = (choice & TrueMode) != 0 ? TrustMode::All : TrustMode::List;
    settings.list.entries = {{u"10.0.0.0/8"_s, {}}, {u"fd00::/8"_s, {}}};
    settings.headers = static_cast<HeaderPin>(choice >> 3 & 3);
    settings.maxHops = (choice & 32) != 0 ? 2 : 32;
    settings.attributes.address = (choice & 0xc0) != 0xc0;
    settings.attributes.host = (choice & 0xc0) != 0x80;
    return *TrustPolicy::compile(settings, choice);
}

const TrustPolicy &policyFor(quint8 choice)
{
    static std::array<std::shared_ptr<const TrustPolicy>, 256> policies;
    std::shared_ptr<const TrustPolicy> &policy = policies[choice];
    if (!policy)
        policy = makePolicy(choice);
    return *policy;
}

std::vector<HeaderLine> parseLines(QByteArrayView text)
{
    std::vector<HeaderLine> lines;
    while (!text.isEmpty()) {
        const qsizetype found = text.indexOf('\n');
        const QByteArrayView line = found < 0 ? text : text.first(found);
        text = found < 0 ? QByteArrayView() : text.sliced(found + 1);
        const qsizetype colon = line.indexOf(':');
        if (colon > 0)
            lines.push_back({line.first(colon), line.sliced(colon + 1)});
    }
    return lines;
}

bool isTrustedAddress(const IpAddress &address)
{
    const QByteArray &text = address.toText();
    return address.isIPv4() ? text.startsWith("10.") : text.startsWith("fd");
}

void checkClient(const Resolution &result, const IpAddress &peer, const Explanation &explanation)
{
    if (!result.trustedPeer) {
        require(result.client == peer && result.hops == 0 && result.known && !result.conflict);
        return;
    }
    require(!result.conflict || (result.client == peer && !result.known && result.hops == 0));
    if (result.source != Source::XForwardedFor && result.source != Source::Forwarded)
        return;
    if (!result.known || !isTrustedAddress(result.client))
        return;
    for (const TrailStep &step : explanation.trail)
        require(step.verdict != TrailStep::Verdict::Unread
                && step.verdict != TrailStep::Verdict::Unusable);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    if (size == 0)
        return 0;
    const quint8 choice = data[0];
    static const std::array Peers = {*IpAddress::parse("10.0.0.1"), *IpAddress::parse("fd00::1"),
                                     *IpAddress::parse("198.51.100.9"),
                                     *IpAddress::parse("10.0.0.2")};
    const IpAddress peer = Peers[choice & 3];
    const TrustPolicy &policy = policyFor(choice);
    const QByteArray text(reinterpret_cast<const char *>(data + 1),
                          static_cast<qsizetype>(size - 1));
    std::vector<HeaderLine> lines = parseLines(text);
    ResolveInput input{.peer = peer, .headers = lines, .localAddress = Peers[3]};

    const Resolution result = resolve(input, policy);
    Resolution explained(peer);
    const Explanation explanation = explain(input, policy, &explained);
    require(explained == result);
    require(result.trustedPeer == (policy.oneHop() || isTrustedAddress(peer)));
    if (!policy.oneHop())
        checkClient(result, peer, explanation);
    require(!result.client.isUnspecified() && result.port != 0);
    const std::optional<HostPort> host = parseHostPort(result.host);
    require(host && host->host == result.host && !host->port);
    const QByteArray json = QJsonDocument(toJson(result, explanation, "/")).toJson();
    for (const char c : json)
        require(c == '\n' || (c >= 0x20 && c < 0x7f));

    const KeptHeaders kept(lines, policy);
    const std::vector<HeaderLine> keptLines = kept.lines();
    require(kept.size() <= KeptHeaders::MaxBytes + 512);
    const ResolveInput again{
        .peer = peer, .headers = keptLines, .localAddress = Peers[3], .cut = kept.cut()};
    Resolution second = resolve(again, policy);
    require(second == result);

    // Whatever a client writes on the left of what an honest proxy appends changes nothing.
    if (policy.reads(ForwardingHeader::For) && result.trustedPeer) {
        std::vector<HeaderLine> pure;
        for (const HeaderLine &line : lines) {
            if (policy.forwardingHeader(line.name) == ForwardingHeader::For)
                pure.push_back(line);
        }
        pure.push_back({"X-Forwarded-For", "203.0.113.7"});
        input.headers = pure;
        const Resolution honest = resolve(input, policy);
        require(honest.client.toText() == "203.0.113.7" || !policy.settings().attributes.address);
    }
    return 0;
}
