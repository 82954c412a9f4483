// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/exemptclients.h"

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

ExemptClients::ExemptClients(RangeIndex index)
    : m_index(std::move(index))
{
}

Expected<ExemptClients> ExemptClients::compile(const std::vector<TrustEntry> &entries)
{
    const TrustListCheck check = validate({TrustMode::List, entries});
    if (!check.valid) {
        const TrustListCheck::Remark &first = check.problems.front();
        if (first.index < 0)
            return Error{u"rate_limit.whitelist: "_s + first.message};
        return Error{u"rate_limit.whitelist entry %1 (\"%2\"): %3"_s.arg(
            QString::number(first.index + 1), first.entry, first.message)};
    }
    return ExemptClients(RangeIndex(check.ranges));
}

} // namespace truepeer
