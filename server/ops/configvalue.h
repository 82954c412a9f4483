// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>
#include <QtGlobal>

#include <optional>
#include <utility>
#include <variant>

namespace truepeer {

struct ConfigKey;

// The value of a configuration key as it is written: what a TOML file can say. Words of a choice
// are text. The typed form is the member of Config.
using ConfigValue = std::variant<bool, qint64, QString, QStringList>;

// Where a value came from; a later one overrides an earlier one.
enum class ConfigSource : quint8 { Default, File, Environment, Flag };

// The word of a source: default, file, env, flag.
QString configSourceName(ConfigSource source);

// One key set by one source.
struct ConfigSetting
{
    const ConfigKey *key = nullptr;
    ConfigValue value;
    ConfigSource source = ConfigSource::Default;
    QString where; // "truepeer.toml:4:8", "TRUEPEER_PORT" or "--port"
};

// A value as TOML: true, 6001, "text", ["a", "b"]. Text is escaped, so that it parses to the same.
QString toToml(const ConfigValue &value);

// Foreign text for a message: as a TOML string, cut when it is long; or as it is, with everything
// outside printable ASCII escaped. Neither can break a line or drive a terminal.
QString quotedForMessage(const QString &text);
QString printableForMessage(const QString &text);

// The number that the whole text is: decimal digits with an optional minus sign, without blanks,
// plus sign or needless zeros. Nothing for anything else, or out of the range of qint64.
std::optional<qint64> parseInteger(QStringView text);

} // namespace truepeer
