// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/config.h"
#include "server/ops/configvalue.h"

#include <QString>
#include <QStringList>

#include <span>
#include <vector>

namespace truepeer {

// What may be written as the value of a key.
enum class ConfigType : quint8 {
    Boolean,    // true or false
    Integer,    // within a range
    Text,       // a string
    Choice,     // one of a few words
    TextList,   // a list of strings
    TextOrList, // a string, or a list of strings
    Trust       // true, false, or a list of strings
};

// Something wrong with a value, or worth a warning.
struct ValueProblem
{
    qsizetype index = -1; // of the element in a list; -1: the value as a whole
    QString message;      // what is wrong, and what is allowed
    bool isError = true;
};

// One key of the configuration: everything that file, environment, flags, --print-config, --help
// and the reference need to know. The table is the only place where a key is declared.
struct ConfigKey
{
    const char *name; // "port", "limits.max_connections", "cluster.redis.host"
    const char *doc;  // one sentence for the reference
    ConfigType type;
    qint64 minimum = 0; // of an Integer
    qint64 maximum = 0;
    std::vector<const char *> words; // of a Choice
    const char *flag = nullptr;      // "port" for --port; null: no flag
    const char *flagValue = nullptr; // how --help names the flag's value
    bool secret = false;             // shown as ***
    bool reloadable = false;         // can change without a restart
    bool inForce = true;             // false: accepted and checked, but without effect yet
    // The rules beyond type, range and words.
    std::vector<ValueProblem> (*check)(const ConfigValue &value) = nullptr;
    ConfigValue (*load)(const Config &config);
    // REQUIRES: the value has no error.
    void (*store)(Config &config, const ConfigValue &value);

    QString qname() const { return QString::fromLatin1(name); }
    // TRUEPEER_LIMITS_MAX_CONNECTIONS
    QString environmentName() const;
    ConfigValue defaultValue() const { return load(Config()); }
    // "true or false", "an integer, 0 to 65535", "one of text, json"
    QString typeText() const;
};

// All keys, grouped by table, in the order of the reference.
std::span<const ConfigKey> configKeys();

// The key of that name, or null.
const ConfigKey *findConfigKey(QStringView name);

// The value that may be shown: a secret that is set becomes the mask; one that is not stays visible
// as empty.
ConfigValue shownValue(const ConfigKey &key, const Config &config);

// All that is wrong with a value of a key, and what is worth a warning.
std::vector<ValueProblem> judgeValue(const ConfigKey &key, const ConfigValue &value);

// The value that a text from the environment or a flag stands for: lists are joined by commas.
// Problems of form (not an integer) are returned instead of a value.
std::variant<ConfigValue, ValueProblem> valueFromText(const ConfigKey &key, const QString &text);

// The candidate nearest to a misspelt word, or an empty text if none is near.
QString nearestName(const QString &word, const QStringList &candidates);

} // namespace truepeer
