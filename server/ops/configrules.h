// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configkeys.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/trustlist.h"

#include <QString>

#include <optional>
#include <vector>

namespace truepeer {

// The rules of single keys beyond type and range, as the table in configkeys.cpp names them. Each
// gets a value of the key's type and returns what is wrong with it; nothing when it is fine.
using ValueProblems = std::vector<ValueProblem>;

ValueProblems checkListenAddresses(const ConfigValue &value);
ValueProblems checkTrustProxy(const ConfigValue &value);
ValueProblems checkAddressRanges(const ConfigValue &value); // entries of the trust list's form
ValueProblems checkAllowedHosts(const ConfigValue &value);
ValueProblems checkRoutePath(const ConfigValue &value);    // "" or a plain path
ValueProblems checkAbsolutePath(const ConfigValue &value); // "" or a path of the file system
ValueProblems checkSocketPath(const ConfigValue &value);   // the same, short enough to bind
ValueProblems checkHeaderName(const ConfigValue &value);   // a token
ValueProblems checkTokens(const ConfigValue &value);       // a list of tokens
ValueProblems checkAuthKey(const ConfigValue &value);
ValueProblems checkApiKeys(const ConfigValue &value);
ValueProblems checkOrigins(const ConfigValue &value);
ValueProblems checkEventPatterns(const ConfigValue &value);
ValueProblems checkGroupName(const ConfigValue &value);
ValueProblems checkNodeId(const ConfigValue &value);
ValueProblems checkRedisHost(const ConfigValue &value);
ValueProblems checkChannel(const ConfigValue &value);

// One address of `host`: IPv4, IPv6 with or without brackets, or localhost, which is 127.0.0.1.
std::optional<IpAddress> parseListenAddress(const QString &text);

// What a secret is shown as.
inline constexpr QLatin1StringView SecretMask("***");

// The list that a value of trust_proxy stands for.
TrustList trustListOf(const ConfigValue &value);
std::vector<TrustEntry> trustEntriesOf(const QStringList &entries);

} // namespace truepeer
