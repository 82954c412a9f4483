// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/elementaddress.h"

#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxPortDigits = 5;

bool isObfuscatedCharacter(char c)
{
    return ascii::isAlphaNumeric(c) || c == '.' || c == '_' || c == '-';
}

// obfnode and obfport of RFC 7239 6.3.
bool isObfuscated(QByteArrayView text)
{
    return text.size() > 1 && text[0] == '_'
           && std::all_of(text.begin() + 1, text.end(), isObfuscatedCharacter);
}

bool isPort(QByteArrayView text, ElementForm form)
{
    if (text.size() <= MaxPortDigits && ascii::parseUInt(text, 65535))
        return true;
    return form == ElementForm::Node && isObfuscated(text);
}

bool isZone(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), [](char c) {
        return isObfuscatedCharacter(c) || c == '~';
    });
}

std::optional<IpAddress> parseIPv4(QByteArrayView text)
{
    if (text.indexOf(':') >= 0)
        return std::nullopt;
    return IpAddress::parse(text);
}

std::optional<IpAddress> parseIPv6(QByteArrayView text)
{
    const qsizetype percent = text.indexOf('%');
    if (percent >= 0) {
        if (!isZone(text.sliced(percent + 1)))
            return std::nullopt;
        text = text.first(percent);
    }
    if (text.indexOf(':') < 0)
        return std::nullopt;
    return IpAddress::parse(text);
}

std::optional<IpAddress> parseBracketed(QByteArrayView text, ElementForm form)
{
    const qsizetype close = text.indexOf(']');
    if (close < 0)
        return std::nullopt;
    const QByteArrayView rest = text.sliced(close + 1);
    if (!rest.isEmpty() && (rest[0] != ':' || !isPort(rest.sliced(1), form)))
        return std::nullopt;
    return parseIPv6(text.sliced(1, close - 1));
}

std::optional<IpAddress> parseElement(QByteArrayView text, ElementForm form)
{
    if (text.startsWith('['))
        return parseBracketed(text, form);
    const qsizetype colon = text.indexOf(':');
    if (colon < 0)
        return parseIPv4(text);
    if (colon == text.lastIndexOf(':')) {
        if (!isPort(text.sliced(colon + 1), form))
            return std::nullopt;
        return parseIPv4(text.first(colon));
    }
    if (form == ElementForm::Node)
        return std::nullopt;
    return parseIPv6(text);
}

} // namespace

std::optional<IpAddress> elementAddress(QByteArrayView text, ElementForm form)
{
    const std::optional<IpAddress> address = parseElement(text, form);
    if (address && address->isUnspecified())
        return std::nullopt;
    return address;
}

QString whyUnusable(QByteArrayView text, ElementForm form)
{
    if (text.isEmpty())
        return u"it is empty"_s;
    if (text == "(null)")
        return u"Apache sent the literal (null): the variable is not set at that point"_s;
    const QByteArrayView node = text.first(std::max(text.indexOf(':'), qsizetype{0}));
    const QByteArrayView name = text.indexOf(':') < 0 ? text : node;
    if (ascii::equalsIgnoringCase(name, "unknown"))
        return u"the proxy does not know the address"_s;
    if (isObfuscated(name))
        return u"the proxy hides the address behind a name"_s;
    if (const std::optional<IpAddress> address = parseElement(text, form))
        return u"%1 is nobody's address"_s.arg(address->toString());
    if (form == ElementForm::Node && parseElement(text, ElementForm::Plain))
        return u"an IPv6 address must stand in brackets here"_s;
    return u"it is no address"_s;
}

} // namespace truepeer
