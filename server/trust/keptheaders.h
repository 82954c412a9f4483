// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/elementlist.h"
#include "server/trust/trustpolicy.h"
#include "shared/net/headerline.h"

#include <QByteArray>

#include <array>
#include <span>
#include <vector>

namespace truepeer {

// The Host header and the raw forwarding headers of a request, copied into one block that lives as
// long as the connection, so that a live edit can resolve it again. At most MaxBytes of forwarding
// headers are kept. Above that each header keeps its right-most elements (never more than
// max_hops + 1, and as many as fit, in turn), and cut() tells which ones lost something. Elements
// that are far too long to mean anything are kept as something shorter that means the same.
class KeptHeaders
{
public:
    static constexpr qsizetype MaxBytes = 2048;

    KeptHeaders() = default;
    // Takes no more memory than it needs.
    KeptHeaders(std::span<const HeaderLine> headers, const TrustPolicy &policy);

    // Those of another request. The memory is used again.
    void assign(std::span<const HeaderLine> headers, const TrustPolicy &policy);
    // No longer shares its memory with the one that it was copied from.
    void detach() { m_block.detach(); }

    // Views into this object: valid while it lives and is not assigned to.
    std::vector<HeaderLine> lines() const;
    quint8 cut() const { return m_cut; } // for ResolveInput::cut
    qsizetype size() const { return m_block.size(); }

private:
    void append(QByteArrayView name, QByteArrayView value);
    void keepRightMost(const std::array<HeaderValues, ForwardingHeaderCount> &values,
                       const TrustPolicy &policy);

    QByteArray m_block; // for each line: two bytes size of the name, two of the value, both texts
    quint8 m_cut = 0;
};

} // namespace truepeer
