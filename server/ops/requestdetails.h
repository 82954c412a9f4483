// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The request-details endpoint: shows callers how the server sees them, and why. Made for setting
// up proxies; off unless request_details_path is set.
//
// Thread: any.
#pragma once

#include "server/http/response.h"
#include "server/http/router.h"

namespace truepeer {

// {"ip_address","scheme","host","port","url","headers","peer_address","trusted_peer","known",
// "conflict","source","trail","trust_revision", …}. The values of cookies, credentials and keys are
// left out.
Response requestDetails(const HttpRequest &request);

} // namespace truepeer
