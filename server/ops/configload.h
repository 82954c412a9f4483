// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/commandline.h"
#include "server/ops/config.h"
#include "server/ops/configvalue.h"
#include "shared/error.h"

#include <QByteArray>
#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>

namespace truepeer {

// Where the value in force of a key came from.
struct ConfigOrigin
{
    ConfigSource source = ConfigSource::Default;
    QString where; // "truepeer.toml:4:8", "TRUEPEER_PORT", "--port"; empty for a default
};

// The outcome of loading. Without errors `config` is complete and within all rules.
struct LoadedConfig
{
    Config config;
    std::map<QString, ConfigOrigin> origins; // by key; keys on their default are not in it
    QString file;                            // the file that was read; empty: none
    // All problems, in the order file, environment, flags: "truepeer.toml:4:8: port: 70000 is out
    // of range; allowed: 0 to 65535". Without a line break, and with foreign text escaped.
    QStringList errors;
    QStringList warnings; // the same form; the configuration is usable
    int exitCode = 0;     // 0, or 2 (the command line), or 78 (the configuration)

    bool ok() const { return errors.isEmpty(); }
    ConfigOrigin origin(const QString &key) const;
};

// Gives the bytes of a file, or why not (the system's words, without the path).
using ConfigFileReader = std::function<Expected<QByteArray>(const QString &path)>;

// Reads a regular file of at most 1 MiB.
Expected<QByteArray> readConfigFile(const QString &path);

// Builds the configuration from the defaults, the file (--config, else TRUEPEER_CONFIG, else none),
// the environment (TRUEPEER_<KEY>, tables joined by `_`) and the flags; each overrides the ones
// before. All problems of all of them are collected; an overridden value is judged too. An unknown
// key of the file and an unknown TRUEPEER_ variable are errors that name the nearest known one.
// Pure but for the reader.
LoadedConfig loadConfig(const CommandLine &commandLine, const QProcessEnvironment &environment,
                        const ConfigFileReader &readFile = readConfigFile);

// As above, from the arguments after the program's name. A usage error gives one error and exit
// code 2.
LoadedConfig loadConfig(const QStringList &arguments, const QProcessEnvironment &environment,
                        const ConfigFileReader &readFile = readConfigFile);

// The text of --print-config: the configuration in force as TOML, each value with a comment that
// names its source, secrets as "***". It parses again.
QString printConfig(const LoadedConfig &loaded);

// The text of --check-config: the errors one a line; or "configuration ok" after the warnings.
QString checkReport(const LoadedConfig &loaded);

} // namespace truepeer
