// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configrules.h"

#include "server/trust/trustpolicy.h"
#include "shared/net/hostport.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxKeyCharacters = 1024;
constexpr qsizetype MaxSocketPathBytes = 107; // sockaddr_un::sun_path without its final zero
constexpr auto TokenSigns = "!#$%&'*+-.^_`|~"_L1;
constexpr auto PathSigns = "-._~!$&'()*+,;=:@/"_L1;

bool isAlphanumeric(QChar c)
{
    return (c >= u'a' && c <= u'z') || (c >= u'A' && c <= u'Z') || (c >= u'0' && c <= u'9');
}

bool isMadeOf(QStringView text, QLatin1StringView signs)
{
    return std::all_of(text.begin(), text.end(),
                       [signs](QChar c) { return isAlphanumeric(c) || signs.contains(c); });
}

bool isVisibleAscii(QStringView text)
{
    return std::all_of(text.begin(), text.end(), [](QChar c) { return c > u' ' && c < u'\x7f'; });
}

bool hasControlCharacter(QStringView text)
{
    return std::any_of(text.begin(), text.end(), [](QChar c) { return c < u' ' || c == u'\x7f'; });
}

// An HTTP token, RFC 9110 5.6.2.
bool isToken(QStringView text)
{
    return !text.isEmpty() && isMadeOf(text, TokenSigns);
}

ValueProblem wrong(qsizetype index, const QString &text, const QString &complaint)
{
    return {index, quotedForMessage(text) + u": "_s + complaint, true};
}

ValueProblems judgeText(const ConfigValue &value, bool isGood, const QString &complaint)
{
    if (isGood)
        return {};
    return {wrong(-1, std::get<QString>(value), complaint)};
}

template <typename Predicate>
ValueProblems judgeItems(const QStringList &items, Predicate isGood, const QString &complaint)
{
    ValueProblems problems;
    for (qsizetype i = 0; i < items.size(); ++i) {
        if (!isGood(items[i]))
            problems.push_back(wrong(i, items[i], complaint));
    }
    return problems;
}

QStringList itemsOf(const ConfigValue &value)
{
    if (const QString *text = std::get_if<QString>(&value))
        return {*text};
    return std::get<QStringList>(value);
}

ValueProblems judgeTrustList(const TrustList &list)
{
    const TrustListCheck check = validate(list);
    ValueProblems problems;
    const auto add = [&problems](const TrustListCheck::Remark &remark, bool isError) {
        if (remark.index < 0)
            problems.push_back({-1, remark.message, isError});
        else
            problems.push_back(
                {remark.index, quotedForMessage(remark.entry) + u": "_s + remark.message, isError});
    };
    for (const auto &remark : check.problems)
        add(remark, true);
    for (const auto &remark : check.warnings)
        add(remark, false);
    return problems;
}

// Linux refuses to bind an address that another socket holds for all addresses; say so here, where
// the line can be named.
std::optional<QString> overlapComplaint(const std::vector<IpAddress> &addresses)
{
    const auto count = static_cast<std::ptrdiff_t>(addresses.size());
    const auto isIPv4 = [](const IpAddress &address) { return address.isIPv4(); };
    for (const IpAddress &address : addresses) {
        if (std::count(addresses.begin(), addresses.end(), address) > 1)
            return quotedForMessage(address.toString()) + u" stands in the list twice"_s;
        if (!address.isUnspecified() || count == 1)
            continue;
        if (address.isIPv6())
            return u"\"::\" takes IPv4 and IPv6; leave the other addresses out"_s;
        if (std::count_if(addresses.begin(), addresses.end(), isIPv4) > 1)
            return u"\"0.0.0.0\" takes all of IPv4; leave the other IPv4 addresses out"_s;
    }
    return std::nullopt;
}

bool isPlainPath(QStringView path)
{
    if (!path.startsWith(u'/') || !isMadeOf(path, PathSigns))
        return false;
    for (const QStringView segment : path.sliced(1).split(u'/')) {
        if (segment.isEmpty() || segment == "."_L1 || segment == ".."_L1)
            return false;
    }
    return true;
}

bool isAllowedHost(const QString &text)
{
    QByteArray host = text.toUtf8();
    if (host.startsWith("*."))
        host.remove(0, 2);
    if (host.endsWith(':'))
        return false;
    const std::optional<HostPort> parsed = parseHostPort(host);
    return parsed && !parsed->port;
}

// "*", "self", "null", or scheme "://" authority as a browser writes it: without a path.
bool isOriginEntry(const QString &text)
{
    if (text == "*"_L1 || text == "self"_L1 || text == "null"_L1)
        return true;
    const qsizetype separator = text.indexOf("://"_L1);
    if (separator < 1 || !isVisibleAscii(text))
        return false;
    const QStringView scheme = QStringView(text).first(separator);
    const QStringView authority = QStringView(text).sliced(separator + 3);
    return isMadeOf(scheme, "+-."_L1) && !authority.contains(u'/') && !authority.contains(u'?')
           && !authority.contains(u'#') && !authority.contains(u'@')
           && (!authority.isEmpty() || scheme == "file"_L1);
}

bool isEventPattern(const QString &text)
{
    const QStringView name = text.endsWith(u'*') ? QStringView(text).chopped(1) : QStringView(text);
    return !text.isEmpty() && isMadeOf(name, "._-"_L1);
}

} // namespace

std::optional<IpAddress> parseListenAddress(const QString &text)
{
    if (text == "localhost"_L1)
        return IpAddress::fromIPv4(0x7f000001);
    const QByteArray bytes = text.toUtf8();
    if (!bytes.startsWith('[') || !bytes.endsWith(']'))
        return IpAddress::parse(bytes);
    const auto address = IpAddress::parse(QByteArrayView(bytes).sliced(1).chopped(1));
    const bool isIPv6Text = bytes.contains(':');
    return isIPv6Text ? address : std::nullopt;
}

ValueProblems checkListenAddresses(const ConfigValue &value)
{
    const QStringList items = itemsOf(value);
    if (items.isEmpty())
        return {{-1, u"the list is empty; allowed: one address or more"_s, true}};
    ValueProblems problems = judgeItems(
        items, [](const QString &item) { return parseListenAddress(item).has_value(); },
        u"is no address; allowed: an IPv4 address, an IPv6 address, localhost"_s);
    if (!problems.empty())
        return problems;
    std::vector<IpAddress> addresses;
    for (const QString &item : items)
        addresses.push_back(*parseListenAddress(item));
    if (const std::optional<QString> complaint = overlapComplaint(addresses))
        problems.push_back({-1, *complaint, true});
    return problems;
}

ValueProblems checkTrustProxy(const ConfigValue &value)
{
    return judgeTrustList(trustListOf(value));
}

ValueProblems checkAddressRanges(const ConfigValue &value)
{
    return judgeTrustList({TrustMode::List, trustEntriesOf(std::get<QStringList>(value))});
}

ValueProblems checkAllowedHosts(const ConfigValue &value)
{
    return judgeItems(std::get<QStringList>(value), isAllowedHost,
                      u"is no host; allowed: a host name or address without port, or "
                      "*.example.com for all names below example.com"_s);
}

ValueProblems checkRoutePath(const ConfigValue &value)
{
    const QString path = std::get<QString>(value);
    return judgeText(value, path.isEmpty() || isPlainPath(path),
                     u"is no plain path; allowed: \"\" for off, or a path such as \"/health\" of "
                     "letters, digits and -._~!$&'()*+,;=:@ without query, empty segments or a "
                     "slash at its end"_s);
}

ValueProblems checkAbsolutePath(const ConfigValue &value)
{
    const QString path = std::get<QString>(value);
    const bool isGood = path.isEmpty() || (path.startsWith(u'/') && !hasControlCharacter(path));
    return judgeText(value, isGood,
                     u"is no absolute path; allowed: \"\" for the default, or a "
                     "path that starts with /"_s);
}

ValueProblems checkSocketPath(const ConfigValue &value)
{
    ValueProblems problems = checkAbsolutePath(value);
    const qsizetype bytes = std::get<QString>(value).toUtf8().size();
    if (problems.empty() && bytes > MaxSocketPathBytes)
        problems.push_back(wrong(
            -1, std::get<QString>(value),
            u"is too long for a socket; allowed: at most %1 bytes"_s.arg(MaxSocketPathBytes)));
    return problems;
}

// The rules for one name are the policy's. It is asked with other names that cannot collide;
// whether the six collide with each other is judged when all are known.
ValueProblems checkHeaderName(const ConfigValue &value)
{
    QByteArrayList others = {"a", "b", "c", "d", "e", "f"};
    const QByteArray name = std::get<QString>(value).toUtf8();
    others.removeOne(name.toLower());
    TrustSettings settings;
    settings.names = {name, others[0], others[1], others[2], others[3], others[4]};
    const auto policy = TrustPolicy::compile(settings, 0);
    if (policy.ok())
        return {};
    return {{-1, policy.error().message, true}};
}

ValueProblems checkTokens(const ConfigValue &value)
{
    return judgeItems(std::get<QStringList>(value), isToken,
                      u"is no token; allowed: letters, digits and !#$%&'*+-.^_`|~"_s);
}

// The messages on keys never repeat the key: they end in logs.
ValueProblems checkAuthKey(const ConfigValue &value)
{
    const QString key = std::get<QString>(value);
    if (hasControlCharacter(key) || key.size() > MaxKeyCharacters)
        return {{-1,
                 u"is no usable key; allowed: \"\" for none, or at most %1 characters without "
                 "control characters"_s.arg(MaxKeyCharacters),
                 true}};
    return {};
}

ValueProblems checkApiKeys(const ConfigValue &value)
{
    ValueProblems problems;
    const QStringList keys = std::get<QStringList>(value);
    for (qsizetype i = 0; i < keys.size(); ++i) {
        if (keys[i].isEmpty() || keys[i].size() > MaxKeyCharacters || !isVisibleAscii(keys[i]))
            problems.push_back({i,
                                u"is no usable key; allowed: 1 to %1 printable ASCII characters "
                                "without blanks"_s.arg(MaxKeyCharacters),
                                true});
    }
    return problems;
}

ValueProblems checkOrigins(const ConfigValue &value)
{
    return judgeItems(std::get<QStringList>(value), isOriginEntry,
                      u"is no origin; allowed: \"*\", \"self\", \"null\", or an origin without a "
                      "path and without a slash at its end, such as \"https://example.com\""_s);
}

ValueProblems checkEventPatterns(const ConfigValue &value)
{
    return judgeItems(std::get<QStringList>(value), isEventPattern,
                      u"is no event; allowed: letters, digits and ._- with an optional * at the "
                      "end"_s);
}

ValueProblems checkGroupName(const ConfigValue &value)
{
    const QString name = std::get<QString>(value);
    return judgeText(value, isMadeOf(name, "._-"_L1) && !name.startsWith(u'-'),
                     u"is no group; allowed: \"\" for none, or the name of a group"_s);
}

ValueProblems checkNodeId(const ConfigValue &value)
{
    const QString id = std::get<QString>(value);
    return judgeText(value, id.size() <= 128 && isMadeOf(id, "._-"_L1),
                     u"is no node id; allowed: \"\" for one that is made up at the start, or at "
                     "most 128 letters, digits and ._-"_s);
}

ValueProblems checkRedisHost(const ConfigValue &value)
{
    const QString host = std::get<QString>(value);
    const bool isGood =
        IpAddress::parse(host.toUtf8()) || (isAllowedHost(host) && !host.startsWith(u'*'));
    return judgeText(value, isGood,
                     u"is no host; allowed: a host name or an address, without "
                     "port"_s);
}

ValueProblems checkChannel(const ConfigValue &value)
{
    const QString channel = std::get<QString>(value);
    return judgeText(value, !channel.isEmpty() && channel.size() <= 256 && isVisibleAscii(channel),
                     u"is no channel; allowed: 1 to 256 printable ASCII characters without "
                     "blanks"_s);
}

TrustList trustListOf(const ConfigValue &value)
{
    if (const bool *everybody = std::get_if<bool>(&value))
        return {*everybody ? TrustMode::All : TrustMode::None, {}};
    return {TrustMode::List, trustEntriesOf(std::get<QStringList>(value))};
}

std::vector<TrustEntry> trustEntriesOf(const QStringList &entries)
{
    std::vector<TrustEntry> list;
    list.reserve(static_cast<std::size_t>(entries.size()));
    for (const QString &entry : entries)
        list.push_back({entry, QString()});
    return list;
}

} // namespace truepeer
