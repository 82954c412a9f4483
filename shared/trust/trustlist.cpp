// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/trustlist.h"

#include "shared/net/ascii.h"
#include "shared/net/hostport.h"

#include <QHash>

#include <algorithm>
#include <array>
#include <initializer_list>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array LoopbackRanges = {"127.0.0.0/8", "::1/128"};
constexpr std::array LinkLocalRanges = {"169.254.0.0/16", "fe80::/10"};
constexpr std::array UniqueLocalRanges = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
                                          "fc00::/7"};

template <size_t N>
void appendRanges(const std::array<const char *, N> &texts, std::vector<Cidr> &out)
{
    for (const char *text : texts) {
        const Cidr::ParseResult parsed = Cidr::parse(text);
        Q_ASSERT(parsed.range);
        if (parsed.range)
            out.push_back(*parsed.range);
    }
}

// The ranges of a keyword; empty if it is none.
std::vector<Cidr> keywordRanges(QByteArrayView text)
{
    std::vector<Cidr> ranges;
    const bool all = ascii::equalsIgnoringCase(text, "private");
    if (all || ascii::equalsIgnoringCase(text, "loopback"))
        appendRanges(LoopbackRanges, ranges);
    if (all || ascii::equalsIgnoringCase(text, "linklocal"))
        appendRanges(LinkLocalRanges, ranges);
    if (all || ascii::equalsIgnoringCase(text, "uniquelocal"))
        appendRanges(UniqueLocalRanges, ranges);
    return ranges;
}

const QString &allowedForms()
{
    static const QString text =
        u"allowed are an address (10.0.0.1, 2001:db8::1), a range (10.0.0.0/8, fd00::/8) and the "
        "keywords loopback, linklocal, uniquelocal, private"_s;
    return text;
}

// The prefix length that a netmask such as 255.255.0.0 stands for.
std::optional<int> netmaskPrefix(QByteArrayView text)
{
    const std::optional<IpAddress> mask = IpAddress::parse(text);
    if (!mask || !mask->isIPv4())
        return std::nullopt;
    for (int prefix = 1; prefix <= 32; ++prefix) {
        if (mask->toIPv4() == ~quint32{0} << (32 - prefix))
            return prefix;
    }
    return std::nullopt;
}

bool isOneOf(QByteArrayView text, std::initializer_list<const char *> words)
{
    return std::any_of(words.begin(), words.end(),
                       [text](const char *word) { return ascii::equalsIgnoringCase(text, word); });
}

// Words that other programs use for "nobody", "everybody" and "this machine".
std::optional<QString> wordMessage(QByteArrayView text)
{
    if (isOneOf(text, {"*", "all", "any", "true", "yes", "on"}))
        return u"to trust whoever connects, set trust_proxy = true instead of a list (development "
               "only)"_s;
    if (isOneOf(text, {"false", "none", "no", "off"}))
        return u"to trust nobody, set trust_proxy = false or leave the list empty"_s;
    if (isOneOf(text, {"localhost"}))
        return u"host names are not resolved; write the keyword loopback, or 127.0.0.1 and ::1"_s;
    if (text.startsWith("unix:"))
        return u"peers on unix sockets cannot be listed"_s;
    return std::nullopt;
}

// Characters that show which other notation was meant.
std::optional<QString> notationMessage(QByteArrayView text)
{
    const auto hasBlank = std::any_of(text.begin(), text.end(), ascii::isBlank);
    if (text.indexOf(',') >= 0 || text.indexOf(';') >= 0)
        return u"write one address or range for each entry"_s;
    if (hasBlank)
        return u"blanks within an entry are not allowed; write one address or range for each "
               "entry"_s;
    if (text.indexOf('%') >= 0)
        return u"an address here has no zone; leave out the % and what follows"_s;
    if (text.indexOf('*') >= 0)
        return u"wildcards are not allowed; write a range, for example 10.0.0.0/24"_s;
    if (text.startsWith('['))
        return u"write the address without brackets, and without a port"_s;
    const qsizetype dash = text.indexOf('-');
    if (dash > 0 && IpAddress::parse(text.first(dash)))
        return u"spans are not allowed; write a range with a prefix, for example 10.0.0.0/28"_s;
    return std::nullopt;
}

QString addressMessage(QByteArrayView text)
{
    if (const std::optional<QString> message = wordMessage(text))
        return *message;
    if (const std::optional<QString> message = notationMessage(text))
        return *message;
    const QByteArrayView address = text.first(std::max(text.indexOf('/'), qsizetype{0}));
    const QByteArrayView bare = text.indexOf('/') < 0 ? text : address;
    const qsizetype colon = bare.indexOf(':');
    if (colon > 0 && colon == bare.lastIndexOf(':') && IpAddress::parse(bare.first(colon)))
        return u"a proxy is an address, without a port; write "_s
               % QString::fromLatin1(bare.first(colon));
    const bool numeric = !bare.isEmpty() && std::all_of(bare.begin(), bare.end(), [](char c) {
        return ascii::isDigit(c) || c == '.';
    });
    if (numeric)
        return u"an IPv4 address has four numbers from 0 to 255 without leading zeros"_s;
    const bool named = std::any_of(bare.begin(), bare.end(), [](char c) {
        return ascii::hexValue(c) < 0 && ascii::isAlpha(c);
    });
    if (colon < 0 && named && parseHostPort(bare))
        return u"host names are not resolved; write the address"_s;
    if (colon >= 0)
        return u"this is no IPv6 address: eight groups of one to four hex digits, one run of zeros "
               "may be written as ::"_s;
    return u"this is no address; "_s % allowedForms();
}

QString prefixMessage(QByteArrayView text)
{
    const QByteArrayView prefix = text.sliced(text.indexOf('/') + 1);
    if (const std::optional<int> length = netmaskPrefix(prefix))
        return u"netmasks are not allowed; write /%1"_s.arg(*length);
    if (prefix.isEmpty())
        return u"the length of the prefix is missing after the slash"_s;
    return u"the length of the prefix must be a number without sign, blanks and leading zeros"_s;
}

QString problemMessage(QByteArrayView text, Cidr::Problem problem)
{
    switch (problem) {
    case Cidr::Problem::BadPrefix:
        return prefixMessage(text);
    case Cidr::Problem::PrefixTooLong:
        return u"the prefix is too long: at most /32 for IPv4 and /128 for IPv6"_s;
    case Cidr::Problem::PrefixZero:
        return u"this would trust everybody; to do that for development, set trust_proxy = true"_s;
    case Cidr::Problem::MappedTooBroad:
        return u"an IPv4-mapped range needs a prefix of at least /97; write the IPv4 range "
               "instead"_s;
    case Cidr::Problem::None:
    case Cidr::Problem::BadAddress:
        break;
    }
    return addressMessage(text);
}

bool contains(const char *range, const Cidr &inner)
{
    const Cidr::ParseResult outer = Cidr::parse(range);
    return outer.range && outer.range->prefix() <= inner.prefix()
           && outer.range->contains(inner.address());
}

// C4: broad ranges hold hosts of strangers, and each of them could choose who it is.
bool isBroad(const Cidr &range)
{
    if (range.isIPv4())
        return range.prefix() < 8;
    return range.prefix() < 16 && !contains("fc00::/7", range) && !contains("fe80::/10", range);
}

class Validator
{
public:
    TrustListCheck run(const TrustList &list);

private:
    void judge(qsizetype index, const QString &entry);
    void accept(qsizetype index, const QString &entry, const Cidr &range);
    void problem(qsizetype index, const QString &entry, const QString &message);
    void warn(qsizetype index, const QString &entry, const QString &message);

    TrustListCheck m_check;
    QHash<QByteArray, qsizetype> m_seen; // range text -> entry
};

TrustListCheck Validator::run(const TrustList &list)
{
    const auto count = static_cast<qsizetype>(list.entries.size());
    if (count > MaxTrustEntries) {
        problem(
            -1, {},
            u"the list has %1 entries; allowed are at most %2"_s.arg(count).arg(MaxTrustEntries));
        m_check.normalised.resize(list.entries.size());
        return m_check;
    }
    if (list.mode == TrustMode::All)
        warn(-1, {}, u"whoever connects is believed for one hop; use this for development only"_s);
    m_check.normalised.reserve(list.entries.size());
    for (qsizetype i = 0; i < count; ++i) {
        m_check.normalised.emplace_back();
        judge(i, list.entries[static_cast<size_t>(i)].entry);
    }
    return m_check;
}

void Validator::judge(qsizetype index, const QString &entry)
{
    const QByteArray bytes = entry.toUtf8();
    const QByteArrayView text = ascii::trimBlanks(bytes);
    if (text.isEmpty()) {
        problem(index, entry, u"the entry is empty; "_s % allowedForms());
        return;
    }
    const std::vector<Cidr> ranges = keywordRanges(text);
    if (!ranges.empty()) {
        for (const Cidr &range : ranges)
            accept(index, entry, range);
        return;
    }
    const Cidr::ParseResult parsed = Cidr::parse(text);
    if (!parsed.range) {
        problem(index, entry, problemMessage(text, parsed.problem));
        return;
    }
    if (parsed.hadHostBits)
        warn(index, entry,
             u"bits behind the prefix are set; the range is "_s
                 % QString::fromLatin1(parsed.range->toText()));
    if (isBroad(*parsed.range))
        warn(index, entry,
             u"the range is very broad: anyone inside it can pretend to be any client"_s);
    accept(index, entry, *parsed.range);
}

void Validator::accept(qsizetype index, const QString &entry, const Cidr &range)
{
    const QByteArray text = range.toText();
    m_check.ranges.push_back({range, index});
    m_check.normalised.back().append(QString::fromLatin1(text));
    const auto earlier = m_seen.constFind(text);
    if (earlier == m_seen.constEnd())
        m_seen.insert(text, index);
    else if (*earlier != index)
        warn(index, entry,
             u"%1 is already in the list as entry %2"_s.arg(QString::fromLatin1(text))
                 .arg(*earlier + 1));
}

void Validator::problem(qsizetype index, const QString &entry, const QString &message)
{
    m_check.valid = false;
    m_check.problems.push_back({index, entry, message});
}

void Validator::warn(qsizetype index, const QString &entry, const QString &message)
{
    m_check.warnings.push_back({index, entry, message});
}

} // namespace

QString trustModeName(TrustMode mode)
{
    switch (mode) {
    case TrustMode::None:
        return u"none"_s;
    case TrustMode::All:
        return u"all"_s;
    case TrustMode::List:
        break;
    }
    return u"list"_s;
}

std::optional<TrustMode> trustModeFromName(QStringView name)
{
    for (const TrustMode mode : {TrustMode::None, TrustMode::All, TrustMode::List}) {
        if (name == trustModeName(mode))
            return mode;
    }
    return std::nullopt;
}

TrustListCheck validate(const TrustList &list)
{
    return Validator().run(list);
}

} // namespace truepeer
