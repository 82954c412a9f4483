// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/walkview.h"

namespace truepeer {

using namespace Qt::StringLiterals;

WalkView::WalkView(const WalkRecord &record, const Resolution &resolution,
                   const ResolveInput &input, const TrustPolicy &policy)
    : m_record(record)
    , m_resolution(resolution)
    , m_input(input)
    , m_policy(policy)
    , m_start(input.announced.value_or(input.peer))
{
}

QString WalkView::name(ForwardingHeader header) const
{
    return QString::fromLatin1(m_policy.headerName(header));
}

const HeaderValues &WalkView::values(ForwardingHeader header) const
{
    return m_record.values[static_cast<size_t>(header)];
}

bool WalkView::isRead(ForwardingHeader header) const
{
    return m_resolution.trustedPeer && m_policy.reads(header);
}

ForwardingHeader WalkView::leading() const
{
    return m_record.forwardedFor.exists ? ForwardingHeader::For : ForwardingHeader::Forwarded;
}

const Opinion &WalkView::opinion(ForwardingHeader header) const
{
    return header == ForwardingHeader::For ? m_record.forwardedFor : m_record.forwarded;
}

QString WalkView::contradiction() const
{
    const QString plain = name(ForwardingHeader::For);
    const QString node = name(ForwardingHeader::Forwarded);
    if (!m_record.realIpDisagrees)
        return u"%1 and %2 do not name the same client"_s.arg(plain, node);
    return u"%1 and %2 do not go together"_s.arg(name(ForwardingHeader::RealIp),
                                                 m_record.forwardedFor.exists ? plain : node);
}

} // namespace truepeer
