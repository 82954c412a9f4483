// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/headgrammar.h"

#include <QByteArrayList>

#include <optional>

namespace truepeer {

// What RFC 9110 and 9112 demand beyond the grammar, as far as it is a request's own business.
// Nothing means that the rule is kept.

// Method and target (RFC 9112 3.2): sets path and query, and host for an absolute-form target.
// origin-form for all, absolute-form with http or https, "*" with OPTIONS; CONNECT gets 501.
std::optional<HttpRefusal> applyTarget(RequestHead &head);

// Host, framing, Connection and Expect. REQUIRES: applyTarget() was content.
std::optional<HttpRefusal> applyFields(RequestHead &head, const FieldNotes &notes,
                                       const HttpLimits &limits,
                                       const QByteArrayList &forwardingNames);

} // namespace truepeer
