// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configvalue.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace truepeer {

// What the caller of truepeerd asked for. Pure: made from the arguments alone.
struct CommandLine
{
    enum class Action { Run, CheckConfig, PrintConfig, Version, Help, UsageError };

    Action action = Action::Run;
    QString message;                     // of a usage error: what is wrong, without program name
    QString configFile;                  // --config; empty: not given
    std::vector<ConfigSetting> settings; // of the flags that stand for configuration keys
};

// Reads the arguments after the program's name. A flag that is unknown, lacks its value, or has a
// value of the wrong form or out of range is a UsageError (exit code 2). The one exception: the
// entries of --trust-proxy are judged by loadConfig(), because a bad list is a configuration error
// (78) wherever it comes from. --host and --trust-proxy may be repeated and may hold several values
// joined by commas; of the other flags the last one counts. --help wins over --version, and both
// over --print-config and --check-config.
CommandLine parseCommandLine(const QStringList &arguments);

// The text of --help, made from the table of keys.
QString helpText();

} // namespace truepeer
