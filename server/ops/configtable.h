// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configkeys.h"

#include <vector>

namespace truepeer {

// The rows of the table of keys, in the order of the reference. configKeys() puts them together.
void addServerKeys(std::vector<ConfigKey> &keys);  // the keys outside tables
void addTrustKeys(std::vector<ConfigKey> &keys);   // [trust_attributes] to [proxy_protocol]
void addLimitKeys(std::vector<ConfigKey> &keys);   // [limits] to [relay]
void addServiceKeys(std::vector<ConfigKey> &keys); // [admin] to [log]

} // namespace truepeer
