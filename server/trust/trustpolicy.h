// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/rangeindex.h"
#include "shared/error.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QString>

#include <array>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace truepeer {

// The six headers that can say something about the client.
enum class ForwardingHeader : quint8 { For, Proto, Host, Port, RealIp, Forwarded };
inline constexpr size_t ForwardingHeaderCount = 6;
inline constexpr std::array<ForwardingHeader, ForwardingHeaderCount> AllForwardingHeaders = {
    ForwardingHeader::For,  ForwardingHeader::Proto,  ForwardingHeader::Host,
    ForwardingHeader::Port, ForwardingHeader::RealIp, ForwardingHeader::Forwarded};

// Which of them are read (`headers` in the configuration).
enum class HeaderPin : quint8 {
    Auto,       // all six
    XForwarded, // X-Forwarded-For, -Proto, -Host, -Port
    Forwarded,  // Forwarded
    XRealIp,    // X-Real-IP with X-Forwarded-Proto, -Host, -Port
};

enum class OnConflict : quint8 { Degrade, Reject };

// All that the configuration and the live list say about trust, as written.
struct TrustSettings
{
    struct Names
    {
        QByteArray forwardedFor = "X-Forwarded-For";
        QByteArray proto = "X-Forwarded-Proto";
        QByteArray host = "X-Forwarded-Host";
        QByteArray port = "X-Forwarded-Port";
        QByteArray realIp = "X-Real-IP";
        QByteArray forwarded = "Forwarded";

        friend bool operator==(const Names &, const Names &) = default;
    };
    struct Attributes
    {
        bool address = true; // `for`
        bool proto = true;
        bool host = true;
        bool port = true; // X-Forwarded-Port; a port within a host value belongs to `host`

        friend bool operator==(const Attributes &, const Attributes &) = default;
    };

    TrustList list;
    HeaderPin headers = HeaderPin::Auto;
    Names names;
    Attributes attributes;
    int maxHops = 32; // 1 .. 1000
    OnConflict onConflict = OnConflict::Degrade;
    std::vector<QByteArray> allowedHosts; // names without port, `*.example.com`; empty: any

    friend bool operator==(const TrustSettings &, const TrustSettings &) = default;
};

// A compiled TrustSettings: one immutable set that each request uses from start to end. Shared
// between threads by std::shared_ptr<const TrustPolicy>; needs no lock.
class TrustPolicy
{
public:
    // One entry of the list in force.
    struct Entry
    {
        QString text; // as the operator wrote it, without outer blanks
        QString note;
    };

    // Refused are: a bad list, header names that are no tokens, that collide or that frame the
    // message, a hop cap out of range, a bad allowed host. The message names the culprit.
    static Expected<std::shared_ptr<const TrustPolicy>> compile(const TrustSettings &settings,
                                                                quint64 revision);

    quint64 revision() const { return m_revision; }
    const TrustSettings &settings() const { return m_settings; }
    const std::vector<Entry> &entries() const { return m_entries; }

    // Why this address is trusted, or null. With `true` everybody is, by an entry "true"; then
    // oneHop() tells the walk to stop after the first element.
    const Entry *match(const IpAddress &address) const;
    bool oneHop() const { return m_settings.list.mode == TrustMode::All; }

    // Which forwarding header a field name is, pinned out or not. Case does not matter, and "_" is
    // never "-".
    std::optional<ForwardingHeader> forwardingHeader(QByteArrayView name) const;
    bool isForwardingHeader(QByteArrayView name) const
    {
        return forwardingHeader(name).has_value();
    }
    const QByteArray &headerName(ForwardingHeader header) const;

    // False: the pin leaves the header out.
    bool reads(ForwardingHeader header) const { return m_reads[static_cast<size_t>(header)]; }

    // `host` as in Resolution::host.
    bool hostAllowed(QByteArrayView host) const;

private:
    TrustPolicy(const TrustSettings &settings, std::span<const TrustRange> ranges,
                quint64 revision);

    TrustSettings m_settings;
    quint64 m_revision;
    quint64 m_nameLengths = 0; // bit n: one of the names has n characters
    std::array<bool, ForwardingHeaderCount> m_reads{};
    std::vector<Entry> m_entries;
    Entry m_everybody;
    RangeIndex m_index;
    std::vector<QByteArray> m_allowedNames;    // sorted
    std::vector<QByteArray> m_allowedSuffixes; // sorted, without "*."
};

} // namespace truepeer
