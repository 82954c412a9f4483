// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configload.h"

#include <QString>
#include <QStringList>

#include <truepeer/serverconfig.h>

#include <optional>
#include <vector>

namespace truepeer {

// What a ServerConfig holds: settings as they were made, or a configuration that was loaded.
struct ServerConfigData
{
    QString file;
    std::vector<ConfigSetting> settings;
    QStringList problems; // of set(): keys and types that cannot be
    std::optional<LoadedConfig> loaded;

    // All of it judged, as from a file and flags. The environment has no say.
    static LoadedConfig load(const ServerConfig &config);
    // For truepeerd, which loads by itself.
    static ServerConfig from(const LoadedConfig &loaded);
};

} // namespace truepeer
