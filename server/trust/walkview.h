// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/resolver.h"
#include "server/trust/walkrecord.h"

#include <QString>

namespace truepeer {

// The record of a walk with all that is needed to put it into words; used by the explainer and its
// notes. Refers to its arguments, so it lives no longer than they do.
class WalkView
{
public:
    WalkView(const WalkRecord &record, const Resolution &resolution, const ResolveInput &input,
             const TrustPolicy &policy);

    const WalkRecord &record() const { return m_record; }
    const Resolution &resolution() const { return m_resolution; }
    const ResolveInput &input() const { return m_input; }
    const TrustPolicy &policy() const { return m_policy; }
    const IpAddress &start() const { return m_start; } // P of the rules

    QString name(ForwardingHeader header) const;
    const HeaderValues &values(ForwardingHeader header) const; // read or not
    bool isRead(ForwardingHeader header) const;

    // Whether X-Forwarded-For or Forwarded has an opinion, and which of them leads.
    bool speaks() const { return m_record.forwardedFor.exists || m_record.forwarded.exists; }
    ForwardingHeader leading() const;
    const Opinion &opinion(ForwardingHeader header) const;

    // Which two headers do not go together. For conflicts.
    QString contradiction() const;

private:
    const WalkRecord &m_record;
    const Resolution &m_resolution;
    const ResolveInput &m_input;
    const TrustPolicy &m_policy;
    const IpAddress m_start;
};

} // namespace truepeer
