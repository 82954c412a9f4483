// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configkeys.h"

#include "server/ops/configrules.h"
#include "server/ops/configtable.h"
#include "shared/editdistance.h"

#include <algorithm>
#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

std::vector<ConfigKey> makeKeys()
{
    std::vector<ConfigKey> keys;
    addServerKeys(keys);
    addTrustKeys(keys);
    addLimitKeys(keys);
    addServiceKeys(keys);
    return keys;
}

QString wordList(const ConfigKey &key)
{
    QStringList words;
    for (const char *word : key.words)
        words += QString::fromLatin1(word);
    return words.join(u", "_s);
}

QString rangeText(const ConfigKey &key)
{
    return u"%1 to %2"_s.arg(key.minimum).arg(key.maximum);
}

QString kindOf(const ConfigValue &value)
{
    static constexpr std::array<QLatin1StringView, 4> Kinds = {"a boolean"_L1, "an integer"_L1,
                                                               "a string"_L1, "a list"_L1};
    return Kinds.at(value.index());
}

bool hasType(const ConfigKey &key, const ConfigValue &value)
{
    switch (key.type) {
    case ConfigType::Boolean:
        return std::holds_alternative<bool>(value);
    case ConfigType::Integer:
        return std::holds_alternative<qint64>(value);
    case ConfigType::Text:
    case ConfigType::Choice:
        return std::holds_alternative<QString>(value);
    case ConfigType::TextList:
        return std::holds_alternative<QStringList>(value);
    case ConfigType::TextOrList:
        return std::holds_alternative<QString>(value) || std::holds_alternative<QStringList>(value);
    case ConfigType::Trust:
        return std::holds_alternative<bool>(value) || std::holds_alternative<QStringList>(value);
    }
    return false;
}

ValueProblems judgeInteger(const ConfigKey &key, qint64 value)
{
    if (value >= key.minimum && value <= key.maximum)
        return {};
    return {{-1, u"%1 is out of range; allowed: %2"_s.arg(QString::number(value), rangeText(key)),
             true}};
}

ValueProblems judgeWord(const ConfigKey &key, const QString &value)
{
    QStringList words;
    for (const char *word : key.words)
        words += QString::fromLatin1(word);
    if (words.contains(value))
        return {};
    QString message = quotedForMessage(value) + u" is unknown; allowed: "_s + words.join(u", "_s);
    const QString near = nearestName(value, words);
    if (!near.isEmpty())
        message += u"; did you mean \""_s + near + u"\"?"_s;
    return {{-1, message, true}};
}

QStringList splitList(const QString &text)
{
    if (text.trimmed().isEmpty())
        return {};
    QStringList items = text.split(u',');
    for (QString &item : items)
        item = item.trimmed();
    return items;
}

// Letter case and the way of joining words do not count when names are compared: maxHops and
// max-hops are near max_hops.
QString folded(const QString &name)
{
    QString out = name.toLower();
    out.remove(u'_');
    out.remove(u'-');
    return out;
}

} // namespace

QString ConfigKey::environmentName() const
{
    return u"TRUEPEER_"_s + qname().toUpper().replace(u'.', u'_');
}

QString ConfigKey::typeText() const
{
    switch (type) {
    case ConfigType::Boolean:
        return u"true or false"_s;
    case ConfigType::Integer:
        return u"an integer, "_s + rangeText(*this);
    case ConfigType::Text:
        return u"a string"_s;
    case ConfigType::Choice:
        return u"one of "_s + wordList(*this);
    case ConfigType::TextList:
        return u"a list of strings"_s;
    case ConfigType::TextOrList:
        return u"a string or a list of strings"_s;
    case ConfigType::Trust:
        return u"true, false or a list of strings"_s;
    }
    return {};
}

std::span<const ConfigKey> configKeys()
{
    static const std::vector<ConfigKey> Keys = makeKeys();
    return Keys;
}

const ConfigKey *findConfigKey(QStringView name)
{
    for (const ConfigKey &key : configKeys()) {
        if (name == QLatin1StringView(key.name))
            return &key;
    }
    return nullptr;
}

ConfigValue shownValue(const ConfigKey &key, const Config &config)
{
    const ConfigValue value = key.load(config);
    if (!key.secret)
        return value;
    const QString mask(SecretMask);
    if (const QString *text = std::get_if<QString>(&value))
        return text->isEmpty() ? QString() : mask;
    QStringList masks;
    masks.fill(mask, std::get<QStringList>(value).size());
    return masks;
}

std::vector<ValueProblem> judgeValue(const ConfigKey &key, const ConfigValue &value)
{
    if (!hasType(key, value))
        return {{-1, u"expected %1, found %2"_s.arg(key.typeText(), kindOf(value)), true}};
    ValueProblems problems;
    if (key.type == ConfigType::Integer)
        problems = judgeInteger(key, std::get<qint64>(value));
    else if (key.type == ConfigType::Choice)
        problems = judgeWord(key, std::get<QString>(value));
    else if (key.check)
        problems = key.check(value);
    return problems;
}

std::variant<ConfigValue, ValueProblem> valueFromText(const ConfigKey &key, const QString &text)
{
    const bool takesBool = key.type == ConfigType::Boolean || key.type == ConfigType::Trust;
    if (takesBool && (text == "true"_L1 || text == "false"_L1))
        return ConfigValue(text == "true"_L1);
    switch (key.type) {
    case ConfigType::Boolean:
        break;
    case ConfigType::Integer:
        if (const std::optional<qint64> number = parseInteger(text))
            return ConfigValue(*number);
        break;
    case ConfigType::Text:
    case ConfigType::Choice:
        return ConfigValue(text);
    case ConfigType::TextList:
    case ConfigType::TextOrList:
    case ConfigType::Trust:
        return ConfigValue(splitList(text));
    }
    return ValueProblem{-1, u"expected %1, found %2"_s.arg(key.typeText(), quotedForMessage(text)),
                        true};
}

QString nearestName(const QString &word, const QStringList &candidates)
{
    constexpr qsizetype MaxCharacters = 64; // bounds the work for a word from outside
    const QString wanted = folded(word);
    if (wanted.size() > MaxCharacters)
        return {};
    const auto leaf = [](const QString &name) { return name.sliced(name.lastIndexOf(u'.') + 1); };
    QString best;
    QString inOtherTable;
    // A third of the letters may be wrong; the table in front, which is right, does not count.
    qsizetype bestDistance = std::max<qsizetype>(1, leaf(wanted).size() / 3) + 1;
    for (const QString &candidate : candidates) {
        const QString name = folded(candidate);
        const qsizetype distance = editDistance(wanted, name);
        if (distance < bestDistance) {
            best = candidate;
            bestDistance = distance;
        }
        if (inOtherTable.isEmpty() && leaf(wanted) == leaf(name))
            inOtherTable = candidate;
    }
    // The right key in the wrong table, when nothing is nearer than that.
    if (!inOtherTable.isEmpty() && bestDistance > 1)
        return inOtherTable;
    return best;
}

} // namespace truepeer
