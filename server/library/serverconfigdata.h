// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configload.h"

#include <QString>
#include <QStringList>

#include <truepeer/serverconfig.h>

#include <functional>
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
    std::function<LoadedConfig()> loader; // of `loaded`

    // All of it judged, as from a file and flags. The environment has no say.
    static LoadedConfig load(const ServerConfig &config);
    // The same from what the file says now.
    static LoadedConfig loadAgain(const ServerConfig &config);
    // For truepeerd, which loads by itself: at the start, and again with the loader.
    static ServerConfig from(const LoadedConfig &loaded, std::function<LoadedConfig()> loader = {});
    // Whether from() made it.
    static bool isProgram(const ServerConfig &config) { return config.m_data->loaded.has_value(); }
};

} // namespace truepeer
