// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/resolver.h"
#include "server/trust/walkrecord.h"

namespace truepeer {

// Puts a record of the walk into words. It decides nothing: who the client is stands in the
// resolution, and what was read stands in the record.
Explanation explainRecord(const WalkRecord &record, const Resolution &resolution,
                          const ResolveInput &input, const TrustPolicy &policy);

} // namespace truepeer
