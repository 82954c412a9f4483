// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/hostport.h"

#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

namespace {

constexpr qsizetype MaxNameLength = 253;

// True for "10" and "0x7f": what a URL parser would take as part of an IPv4 address (WHATWG URL,
// "ends in a number").
bool isNumber(QByteArrayView label)
{
    if (label.size() >= 2 && label[0] == '0' && ascii::toLower(label[1]) == 'x') {
        const QByteArrayView digits = label.sliced(2);
        return std::all_of(digits.begin(), digits.end(),
                           [](char c) { return ascii::hexValue(c) >= 0; });
    }
    return std::all_of(label.begin(), label.end(), ascii::isDigit);
}

// The name in its one form, or nothing. Also takes dotted quads, which are names by their letters.
std::optional<QByteArray> parseName(QByteArrayView text)
{
    if (text.endsWith('.'))
        text.chop(1);
    if (text.isEmpty() || text.size() > MaxNameLength)
        return std::nullopt;
    qsizetype labelStart = 0;
    for (qsizetype i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '.') {
            if (i == labelStart)
                return std::nullopt;
            labelStart = i + 1;
        } else if (!ascii::isAlphaNumeric(c) && c != '-' && c != '_') {
            return std::nullopt;
        }
    }
    if (labelStart == text.size())
        return std::nullopt;
    if (isNumber(text.sliced(labelStart)) && !IpAddress::parse(text))
        return std::nullopt;
    QByteArray name(text.size(), Qt::Uninitialized);
    std::transform(text.begin(), text.end(), name.begin(), ascii::toLower);
    return name;
}

// ":" and a port that may be empty; RFC 3986 3.2.3.
bool parsePortSuffix(QByteArrayView text, std::optional<quint16> &port)
{
    if (text.isEmpty())
        return true;
    if (text[0] != ':')
        return false;
    const QByteArrayView digits = text.sliced(1);
    if (digits.isEmpty())
        return true;
    port = parsePort(digits);
    return port.has_value();
}

} // namespace

std::optional<HostPort> parseHostPort(QByteArrayView text)
{
    HostPort result;
    if (text.startsWith('[')) {
        const qsizetype close = text.indexOf(']');
        if (close < 0)
            return std::nullopt;
        const QByteArrayView inner = text.sliced(1, close - 1);
        const std::optional<IpAddress> address = IpAddress::parse(inner);
        if (!address || inner.indexOf(':') < 0)
            return std::nullopt;
        if (!parsePortSuffix(text.sliced(close + 1), result.port))
            return std::nullopt;
        result.host = hostText(*address);
        return result;
    }
    const qsizetype colon = text.indexOf(':');
    if (colon >= 0 && !parsePortSuffix(text.sliced(colon), result.port))
        return std::nullopt;
    std::optional<QByteArray> name = parseName(colon < 0 ? text : text.first(colon));
    if (!name)
        return std::nullopt;
    result.host = std::move(*name);
    return result;
}

QByteArray hostText(const IpAddress &address)
{
    if (address.isIPv4())
        return address.toText();
    return '[' + address.toText() + ']';
}

std::optional<quint16> parsePort(QByteArrayView text)
{
    constexpr qsizetype MaxDigits = 5;
    if (text.size() > MaxDigits || text.startsWith('0'))
        return std::nullopt;
    const std::optional<quint32> value = ascii::parseUInt(text, 65535);
    if (!value)
        return std::nullopt;
    return static_cast<quint16>(*value);
}

} // namespace truepeer
