// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/serverconfigdata.h"
#include "server/ops/configkeys.h"
#include "server/ops/exitcode.h"

#include <limits>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// A whole number of any C++ type; nothing for others, which QVariant would round or parse.
std::optional<ConfigValue> integerFor(const QVariant &value)
{
    switch (value.typeId()) {
    case QMetaType::ULong:
    case QMetaType::ULongLong:
        if (value.toULongLong() > quint64(std::numeric_limits<qint64>::max()))
            return ConfigValue(std::numeric_limits<qint64>::max());
        [[fallthrough]];
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::Long:
    case QMetaType::LongLong:
        return ConfigValue(value.toLongLong());
    default:
        return std::nullopt;
    }
}

// The value as one that the key can have; nothing when it is of another type.
std::optional<ConfigValue> valueFor(const ConfigKey &key, const QVariant &value)
{
    const bool isBoolean = value.typeId() == QMetaType::Bool;
    const bool isText = value.typeId() == QMetaType::QString;
    const bool isList = value.typeId() == QMetaType::QStringList;
    switch (key.type) {
    case ConfigType::Boolean:
        return isBoolean ? std::optional<ConfigValue>(value.toBool()) : std::nullopt;
    case ConfigType::Integer:
        return integerFor(value);
    case ConfigType::Text:
    case ConfigType::Choice:
        return isText ? std::optional<ConfigValue>(value.toString()) : std::nullopt;
    case ConfigType::TextList:
        return isList ? std::optional<ConfigValue>(value.toStringList()) : std::nullopt;
    case ConfigType::TextOrList:
        if (isText)
            return ConfigValue(value.toString());
        return isList ? std::optional<ConfigValue>(value.toStringList()) : std::nullopt;
    case ConfigType::Trust:
        if (isBoolean)
            return ConfigValue(value.toBool());
        return isList ? std::optional<ConfigValue>(value.toStringList()) : std::nullopt;
    }
    return std::nullopt;
}

QString unknownKey(const QString &name)
{
    QStringList names;
    for (const ConfigKey &key : configKeys())
        names.append(key.qname());
    const QString nearest = nearestName(name, names);
    const QString hint = nearest.isEmpty() ? QString() : u"; did you mean %1?"_s.arg(nearest);
    return u"set(%1): unknown key"_s.arg(quotedForMessage(name)) + hint;
}

} // namespace

ServerConfig::ServerConfig()
    : m_data(std::make_unique<ServerConfigData>())
{
}

ServerConfig::ServerConfig(const ServerConfig &other)
    : m_data(std::make_unique<ServerConfigData>(*other.m_data))
{
}

ServerConfig::ServerConfig(ServerConfig &&other) noexcept = default;

ServerConfig &ServerConfig::operator=(const ServerConfig &other)
{
    *this = ServerConfig(other);
    return *this;
}

ServerConfig &ServerConfig::operator=(ServerConfig &&other) noexcept = default;

ServerConfig::~ServerConfig() = default;

ServerConfig &ServerConfig::setFile(const QString &path)
{
    m_data->file = path;
    return *this;
}

ServerConfig &ServerConfig::set(QAnyStringView key, const QVariant &value)
{
    const QString name = key.toString();
    const ConfigKey *known = findConfigKey(name);
    if (!known) {
        m_data->problems.append(unknownKey(name));
        return *this;
    }
    const QString where = u"set(\"%1\")"_s.arg(name);
    if (const std::optional<ConfigValue> fitting = valueFor(*known, value))
        m_data->settings.push_back({known, *fitting, ConfigSource::Flag, where});
    else
        m_data->problems.append(where + u": must be "_s + known->typeText());
    return *this;
}

LoadedConfig ServerConfigData::load(const ServerConfig &config)
{
    const ServerConfigData &data = *config.m_data;
    return data.loaded ? *data.loaded : loadAgain(config);
}

LoadedConfig ServerConfigData::loadAgain(const ServerConfig &config)
{
    const ServerConfigData &data = *config.m_data;
    if (data.loader)
        return data.loader();
    CommandLine asked;
    asked.configFile = data.file;
    asked.settings = data.settings;
    LoadedConfig loaded = loadConfig(asked, QProcessEnvironment());
    if (!data.problems.isEmpty()) {
        loaded.errors = data.problems + loaded.errors;
        loaded.exitCode = ExitCode::Configuration;
    }
    return loaded;
}

ServerConfig ServerConfigData::from(const LoadedConfig &loaded,
                                    std::function<LoadedConfig()> loader)
{
    ServerConfig config;
    config.m_data->loaded = loaded;
    config.m_data->loader = std::move(loader);
    return config;
}

} // namespace truepeer
