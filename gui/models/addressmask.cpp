// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/addressmask.h"

#include "shared/net/cidr.h"
#include "shared/net/ipaddress.h"

#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int ShownBitsIPv4 = 24;
constexpr int ShownBitsIPv6 = 48;

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

bool isIPv4Part(QChar c)
{
    return isDigit(c) || c == u'.';
}

bool isIPv6Part(QChar c)
{
    return isIPv4Part(c) || (c >= u'a' && c <= u'f') || (c >= u'A' && c <= u'F') || c == u':';
}

// What must not touch an address: then it is a part of a name or a version.
bool isWordPart(QChar c)
{
    return c.isLetterOrNumber() || c == u'_';
}

bool isPunctuation(QChar c)
{
    return c == u'.' || c == u':';
}

QString masked(const IpAddress &address)
{
    if (address.isLoopback() || address.isUnspecified())
        return address.toString();
    const IpAddress::Bytes &bytes = address.bytes();
    if (address.isIPv4())
        return u"%1.%2.%3.x"_s.arg(bytes[12]).arg(bytes[13]).arg(bytes[14]);
    QString text;
    for (size_t at = 0; at < ShownBitsIPv6 / 8; at += 2)
        text += QString::number(bytes[at] << 8 | bytes[at + 1], 16) + u':';
    return text + u'x';
}

struct Found
{
    qsizetype length;
    IpAddress address;
};

// The longest run of these characters at the start of the text that is an address; a full stop or
// a colon of the sentence may end it.
std::optional<Found> longestAddress(QStringView text, bool (*isPart)(QChar))
{
    constexpr qsizetype Longest = 48; // IPv6 with an embedded quad, and a little
    qsizetype end = 0;
    while (end < text.size() && end < Longest && isPart(text[end]))
        ++end;
    if (end < text.size() && isWordPart(text[end]) && (end == 0 || text[end - 1] != u'.'))
        return {};
    for (;;) {
        if (const auto address = IpAddress::parse(text.first(end).toLatin1()))
            return Found{end, *address};
        if (end == 0 || !isPunctuation(text[end - 1]))
            return {};
        --end;
    }
}

std::optional<Found> addressAt(QStringView text)
{
    if (const auto found = longestAddress(text, isIPv6Part))
        return found;
    return longestAddress(text, isIPv4Part);
}

// The length of a "/prefix" at the start of the text, or 0.
qsizetype prefixLength(QStringView text)
{
    if (!text.startsWith(u'/'))
        return 0;
    qsizetype end = 1;
    while (end < text.size() && end <= 4 && isDigit(text[end]))
        ++end;
    return end > 1 && end <= 4 ? end : 0;
}

// Whether the mask has nothing to hide: an URL with a path that looks like a prefix is no range.
bool isWideRange(QStringView text)
{
    const Cidr::ParseResult result = Cidr::parse(text.toLatin1());
    if (!result.range)
        return false;
    const int shownBits = result.range->isIPv4() ? ShownBitsIPv4 : ShownBitsIPv6;
    return !result.hadHostBits && result.range->prefix() <= shownBits;
}

// Behind "digit." the number goes on, so that it is no address.
bool canStartAt(QStringView text, qsizetype at)
{
    const bool goesOn = at >= 2 && text[at - 1] == u'.' && isDigit(text[at - 2]);
    return isIPv6Part(text[at]) && text[at] != u'.' && !goesOn;
}

} // namespace

AddressMask::AddressMask(QObject *parent)
    : QObject(parent)
{
}

AddressMask::~AddressMask() = default;

void AddressMask::setOn(bool on)
{
    if (m_on == on)
        return;
    m_on = on;
    Q_EMIT changed(on);
}

QString AddressMask::shown(const QString &address) const
{
    return shownText(address);
}

QString AddressMask::shownText(const QString &text) const
{
    if (!m_on)
        return text;
    QString result;
    const QStringView view(text);
    qsizetype at = 0;
    while (at < view.size()) {
        const auto found = canStartAt(view, at) ? addressAt(view.sliced(at)) : std::nullopt;
        if (!found) {
            const qsizetype start = at++;
            while (at < view.size() && isWordPart(view[start]) && isWordPart(view[at]))
                ++at;
            result += view.sliced(start, at - start);
            continue;
        }
        const qsizetype length = found->length + prefixLength(view.sliced(at + found->length));
        const QStringView whole = view.sliced(at, length);
        if (length > found->length && isWideRange(whole))
            result += whole;
        else
            result += masked(found->address) + whole.sliced(found->length);
        at += length;
    }
    return result;
}

} // namespace truepeer
