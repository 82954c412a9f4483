// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/keptrequest.h"

#include <utility>

namespace truepeer {

KeptRequest::KeptRequest(QByteArrayView headBytes, QByteArrayView body, const ResolveInput &input,
                         const Resolution &resolution, std::shared_ptr<const TrustPolicy> policy,
                         const Router &router, RequestParser &parser)
    : m_headBytes(headBytes.toByteArray())
    , m_body(body.toByteArray())
    , m_policy(std::move(policy))
    , m_resolution(resolution)
    , m_input(input)
    , m_explanation(m_input, *m_policy)
    , m_view{m_head, m_body, m_resolution, m_parameters, &m_explanation}
{
    [[maybe_unused]] const ParseStatus status = parser.parse(m_headBytes, m_head);
    Q_ASSERT(status == ParseStatus::Complete);
    m_input.headers = m_head.headers;
    m_parameters = router.match(m_head.method, m_head.path).parameters;
}

} // namespace truepeer
