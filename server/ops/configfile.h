// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configvalue.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <vector>

namespace truepeer {

// The largest configuration file that is read.
inline constexpr qint64 MaxConfigFileBytes = 1024 * 1024;

// What a configuration file says, and what is wrong with it, in the order of the file.
struct ConfigFileContent
{
    std::vector<ConfigSetting> settings; // those without an error
    QStringList errors;   // "truepeer.toml:7:1: trust_proxi: unknown key; did you …"
    QStringList warnings; // the same form
};

// Reads TOML 1.0 in UTF-8 and judges each value by the rules of its key. After a syntax error there
// are no settings, because TOML says nothing about what follows one. `name` is how the file is
// called in messages.
ConfigFileContent parseConfigFile(const QString &name, const QByteArray &bytes);

} // namespace truepeer
