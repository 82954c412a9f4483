// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// KeptRequest is a request that owns all that it refers to, so that a handler can answer it later,
// in another thread, when the bytes that it came in are gone.
//
// Thread: made in the I/O thread of its connection; constant from then on, so any thread may read
// it.
#pragma once

#include "server/http/requestparser.h"
#include "server/http/router.h"
#include "server/trust/lazyexplanation.h"

#include <QByteArray>

#include <memory>

namespace truepeer {

class KeptRequest
{
    Q_DISABLE_COPY_MOVE(KeptRequest)

public:
    // `head` was parsed from `headBytes`; `input` and `resolution` were made from it with `policy`.
    // The parser is between two requests, and left so.
    KeptRequest(QByteArrayView headBytes, QByteArrayView body, const ResolveInput &input,
                const Resolution &resolution, std::shared_ptr<const TrustPolicy> policy,
                const Router &router, RequestParser &parser);

    const HttpRequest &view() const { return m_view; }
    const ResolveInput &input() const { return m_input; }
    const TrustPolicy &policy() const { return *m_policy; }

private:
    const QByteArray m_headBytes;
    const QByteArray m_body;
    const std::shared_ptr<const TrustPolicy> m_policy;
    const Resolution m_resolution;
    RequestHead m_head;
    PathParameters m_parameters;
    ResolveInput m_input;
    const LazyExplanation m_explanation;
    const HttpRequest m_view;
};

} // namespace truepeer
