// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/configkeys.h"
#include "server/ops/configrules.h"

#include <QByteArrayList>

#include <chrono>
#include <concepts>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace truepeer {

// How a member of Config becomes a ConfigValue and back, and how a row of the table of keys is
// made. Only the files of the table include this.

// The member at the end of a path: member<&Config::limits, &Config::Limits::headerCount>(config).
template <auto... Path>
auto &member(Config &config)
{
    return (config.*....*Path);
}

template <auto... Path>
const auto &member(const Config &config)
{
    return (config.*....*Path);
}

template <auto... Path>
using MemberType = std::remove_reference_t<decltype(member<Path...>(std::declval<Config &>()))>;

template <typename T>
struct IsDuration : std::false_type
{
};
template <typename Rep, typename Period>
struct IsDuration<std::chrono::duration<Rep, Period>> : std::true_type
{
};
template <typename T>
concept Duration = IsDuration<T>::value;

template <typename T>
concept Number = std::integral<T> && !std::same_as<T, bool>;

// The words of the enumerations, in the order of their values.
template <typename E>
std::vector<const char *> wordsOf();
template <>
std::vector<const char *> wordsOf<HeaderPin>();
template <>
std::vector<const char *> wordsOf<OnConflict>();
template <>
std::vector<const char *> wordsOf<Config::Publisher>();
template <>
std::vector<const char *> wordsOf<LogFormat>();
template <>
std::vector<const char *> wordsOf<LogLevel>();

template <typename T>
constexpr ConfigType configTypeOf()
{
    if constexpr (std::same_as<T, bool>)
        return ConfigType::Boolean;
    else if constexpr (Number<T> || Duration<T>)
        return ConfigType::Integer;
    else if constexpr (std::is_enum_v<T>)
        return ConfigType::Choice;
    else if constexpr (std::same_as<T, TrustList>)
        return ConfigType::Trust;
    else if constexpr (std::same_as<T, std::vector<IpAddress>>)
        return ConfigType::TextOrList;
    else if constexpr (std::same_as<T, QString> || std::same_as<T, QByteArray>)
        return ConfigType::Text;
    else
        return ConfigType::TextList;
}

// The plain conversions; those with rules are in configbinding.cpp.
ConfigValue toConfigValue(const QByteArrayList &items);
ConfigValue toConfigValue(const std::vector<QByteArray> &items);
ConfigValue toConfigValue(const std::vector<IpAddress> &addresses);
ConfigValue toConfigValue(const std::vector<TrustEntry> &entries);
ConfigValue toConfigValue(const TrustList &list);

void assignConfigValue(QByteArrayList &items, const ConfigValue &value);
void assignConfigValue(std::vector<QByteArray> &items, const ConfigValue &value);
void assignConfigValue(std::vector<IpAddress> &addresses, const ConfigValue &value);
void assignConfigValue(std::vector<TrustEntry> &entries, const ConfigValue &value);
void assignConfigValue(TrustList &list, const ConfigValue &value);

inline ConfigValue toConfigValue(const QString &text)
{
    return text;
}

inline ConfigValue toConfigValue(const QByteArray &text)
{
    return QString::fromUtf8(text);
}

template <typename T>
requires Number<T> || std::same_as<T, bool> ConfigValue toConfigValue(T value)
{
    if constexpr (std::same_as<T, bool>)
        return value;
    else
        return static_cast<qint64>(value);
}

template <Duration T>
ConfigValue toConfigValue(T value)
{
    return static_cast<qint64>(value.count());
}

inline void assignConfigValue(QString &text, const ConfigValue &value)
{
    text = std::get<QString>(value);
}

inline void assignConfigValue(QByteArray &text, const ConfigValue &value)
{
    text = std::get<QString>(value).toUtf8();
}

template <typename T>
requires Number<T> || std::same_as<T, bool>
void assignConfigValue(T &member, const ConfigValue &value)
{
    if constexpr (std::same_as<T, bool>)
        member = std::get<bool>(value);
    else
        member = static_cast<T>(std::get<qint64>(value));
}

template <Duration T>
void assignConfigValue(T &member, const ConfigValue &value)
{
    member = T(std::get<qint64>(value));
}

// REQUIRES: the word is one of them.
qint64 indexOfWord(const std::vector<const char *> &words, const QString &word);

// What a row adds to a key beyond its member.
class Row
{
public:
    explicit Row(ConfigKey &key)
        : m_key(key)
    {
    }

    Row &range(qint64 minimum, qint64 maximum)
    {
        m_key.minimum = minimum;
        m_key.maximum = maximum;
        return *this;
    }
    Row &flag(const char *flag, const char *value)
    {
        m_key.flag = flag;
        m_key.flagValue = value;
        return *this;
    }
    Row &check(ValueProblems (*rule)(const ConfigValue &))
    {
        m_key.check = rule;
        return *this;
    }
    // A member that the file writes as one of a few words although it is no enumeration.
    Row &words(std::vector<const char *> list, ConfigValue (*load)(const Config &),
               void (*store)(Config &, const ConfigValue &))
    {
        m_key.type = ConfigType::Choice;
        m_key.words = std::move(list);
        m_key.load = load;
        m_key.store = store;
        return *this;
    }
    Row &secret()
    {
        m_key.secret = true;
        return *this;
    }
    Row &reloadable()
    {
        m_key.reloadable = true;
        return *this;
    }
    Row &notInForce()
    {
        m_key.inForce = false;
        return *this;
    }

private:
    ConfigKey &m_key;
};

// Adds the key of the member at the end of the path.
template <auto... Path>
Row add(std::vector<ConfigKey> &keys, const char *name, const char *doc)
{
    using Member = MemberType<Path...>;
    ConfigKey key;
    key.name = name;
    key.doc = doc;
    key.type = configTypeOf<Member>();
    if constexpr (Number<Member>)
        key.maximum = std::numeric_limits<Member>::max();
    if constexpr (std::is_enum_v<Member>) {
        key.words = wordsOf<Member>();
        key.load = [](const Config &config) -> ConfigValue {
            const auto index = static_cast<std::size_t>(member<Path...>(config));
            return QString::fromLatin1(wordsOf<Member>()[index]);
        };
        key.store = [](Config &config, const ConfigValue &value) {
            const qint64 index = indexOfWord(wordsOf<Member>(), std::get<QString>(value));
            member<Path...>(config) = static_cast<Member>(index);
        };
    } else {
        key.load = [](const Config &config) { return toConfigValue(member<Path...>(config)); };
        key.store = [](Config &config, const ConfigValue &value) {
            assignConfigValue(member<Path...>(config), value);
        };
    }
    keys.push_back(std::move(key));
    return Row(keys.back());
}

} // namespace truepeer
