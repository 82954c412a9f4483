// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configjson.h"

#include "server/ops/configkeys.h"

#include <QJsonObject>

#include <variant>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QJsonValue jsonOf(const ConfigValue &value)
{
    if (const auto *texts = std::get_if<QStringList>(&value))
        return QJsonArray::fromStringList(*texts);
    if (const auto *text = std::get_if<QString>(&value))
        return *text;
    if (const auto *number = std::get_if<qint64>(&value))
        return *number;
    return std::get<bool>(value);
}

} // namespace

QJsonArray configToJson(const LoadedConfig &loaded, const TrustList *live)
{
    QJsonArray rows;
    for (const ConfigKey &key : configKeys()) {
        const ConfigOrigin origin = loaded.origin(key.qname());
        const bool isLive = live && key.type == ConfigType::Trust;
        Config config = loaded.config;
        if (isLive)
            config.trust.list = *live;
        QJsonObject row{{u"key"_s, key.qname()},
                        {u"value"_s, jsonOf(shownValue(key, config))},
                        {u"default"_s, jsonOf(key.defaultValue())},
                        {u"source"_s, isLive ? u"live"_s : configSourceName(origin.source)},
                        {u"reloadable"_s, key.reloadable}};
        if (!origin.where.isEmpty())
            row.insert("where"_L1, origin.where);
        rows.append(row);
    }
    return rows;
}

} // namespace truepeer
