// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/resolver.h"
#include "shared/trust/explanationsource.h"

namespace truepeer {

// Explains one request when it is asked to: the walk is made again, with the recorder. Input and
// policy must live as long as this does.
class LazyExplanation final : public ExplanationSource
{
    Q_DISABLE_COPY_MOVE(LazyExplanation)

public:
    LazyExplanation(const ResolveInput &input, const TrustPolicy &policy)
        : m_input(input)
        , m_policy(policy)
    {
    }

    Explanation explain() const override { return truepeer::explain(m_input, m_policy); }

private:
    const ResolveInput &m_input;
    const TrustPolicy &m_policy;
};

} // namespace truepeer
