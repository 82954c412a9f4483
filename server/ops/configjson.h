// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configload.h"
#include "shared/trust/trustlist.h"

#include <QJsonArray>

namespace truepeer {

// The result of config.get: [{key, value, default, source, where}], secrets masked. `live`: the
// trust list that is in force instead of trust_proxy; null when it is that one.
QJsonArray configToJson(const LoadedConfig &loaded, const TrustList *live);

} // namespace truepeer
