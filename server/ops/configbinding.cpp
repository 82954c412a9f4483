// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configbinding.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

template <typename List>
QStringList textsOf(const List &items)
{
    QStringList texts;
    for (const QByteArray &item : items)
        texts += QString::fromUtf8(item);
    return texts;
}

template <typename List>
List bytesOf(const ConfigValue &value)
{
    List items;
    for (const QString &text : std::get<QStringList>(value))
        items.push_back(text.toUtf8());
    return items;
}

} // namespace

template <>
std::vector<const char *> wordsOf<HeaderPin>()
{
    return {"auto", "x-forwarded", "forwarded", "x-real-ip"};
}

template <>
std::vector<const char *> wordsOf<OnConflict>()
{
    return {"degrade", "reject"};
}

template <>
std::vector<const char *> wordsOf<Config::Publisher>()
{
    return {"local", "redis"};
}

template <>
std::vector<const char *> wordsOf<LogFormat>()
{
    return {"text", "json"};
}

template <>
std::vector<const char *> wordsOf<LogLevel>()
{
    return {"debug", "info", "warning", "error"};
}

qint64 indexOfWord(const std::vector<const char *> &words, const QString &word)
{
    const auto found = std::find_if(words.begin(), words.end(), [&](const char *candidate) {
        return word == QLatin1StringView(candidate);
    });
    Q_ASSERT(found != words.end());
    return found - words.begin();
}

ConfigValue toConfigValue(const QByteArrayList &items)
{
    return textsOf(items);
}

ConfigValue toConfigValue(const std::vector<QByteArray> &items)
{
    return textsOf(items);
}

// One address is written without a list, as people do.
ConfigValue toConfigValue(const std::vector<IpAddress> &addresses)
{
    QStringList texts;
    for (const IpAddress &address : addresses)
        texts += address.toString();
    if (texts.size() == 1)
        return texts.first();
    return texts;
}

ConfigValue toConfigValue(const std::vector<TrustEntry> &entries)
{
    QStringList texts;
    for (const TrustEntry &entry : entries)
        texts += entry.entry;
    return texts;
}

ConfigValue toConfigValue(const TrustList &list)
{
    if (list.mode == TrustMode::List)
        return toConfigValue(list.entries);
    return list.mode == TrustMode::All;
}

void assignConfigValue(QByteArrayList &items, const ConfigValue &value)
{
    items = bytesOf<QByteArrayList>(value);
}

void assignConfigValue(std::vector<QByteArray> &items, const ConfigValue &value)
{
    items = bytesOf<std::vector<QByteArray>>(value);
}

void assignConfigValue(std::vector<IpAddress> &addresses, const ConfigValue &value)
{
    const QString *single = std::get_if<QString>(&value);
    const QStringList texts = single ? QStringList{*single} : std::get<QStringList>(value);
    addresses.clear();
    for (const QString &text : texts) {
        const std::optional<IpAddress> address = parseListenAddress(text);
        Q_ASSERT(address);
        addresses.push_back(*address);
    }
}

void assignConfigValue(std::vector<TrustEntry> &entries, const ConfigValue &value)
{
    entries = trustEntriesOf(std::get<QStringList>(value));
}

void assignConfigValue(TrustList &list, const ConfigValue &value)
{
    list = trustListOf(value);
}

} // namespace truepeer
