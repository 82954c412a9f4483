// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/config.h"

#include "server/ops/configkeys.h"

namespace truepeer {

std::vector<QString> Config::notYetInForce() const
{
    std::vector<QString> names;
    for (const ConfigKey &key : configKeys()) {
        if (!key.inForce && key.load(*this) != key.defaultValue())
            names.push_back(key.qname());
    }
    return names;
}

} // namespace truepeer
