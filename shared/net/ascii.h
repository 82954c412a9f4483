// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

#include <algorithm>
#include <optional>

// Character classes and small parsers for bytes from the net. ASCII only: no locale, no sign, no
// blanks that the caller did not allow.
namespace truepeer::ascii {

constexpr bool isDigit(char c)
{
    return c >= '0' && c <= '9';
}
constexpr char toLower(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
constexpr bool isAlpha(char c)
{
    return toLower(c) >= 'a' && toLower(c) <= 'z';
}
constexpr bool isAlphaNumeric(char c)
{
    return isDigit(c) || isAlpha(c);
}
constexpr bool isBlank(char c)
{
    return c == ' ' || c == '\t';
}
constexpr bool isPrintable(char c)
{
    return c >= 0x20 && c <= 0x7e;
}

// 0 to 15, or -1.
constexpr int hexValue(char c)
{
    if (isDigit(c))
        return c - '0';
    const char lower = toLower(c);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// tchar of RFC 9110 5.6.2.
constexpr bool isTokenChar(char c)
{
    if (isAlphaNumeric(c))
        return true;
    switch (c) {
    case '!':
    case '#':
    case '$':
    case '%':
    case '&':
    case '\'':
    case '*':
    case '+':
    case '-':
    case '.':
    case '^':
    case '_':
    case '`':
    case '|':
    case '~':
        return true;
    default:
        return false;
    }
}

inline bool isToken(QByteArrayView text)
{
    return !text.isEmpty() && std::all_of(text.begin(), text.end(), isTokenChar);
}

// Without spaces and tabs at both ends.
inline QByteArrayView trimBlanks(QByteArrayView text)
{
    qsizetype first = 0;
    qsizetype last = text.size();
    while (first < last && isBlank(text[first]))
        ++first;
    while (last > first && isBlank(text[last - 1]))
        --last;
    return text.sliced(first, last - first);
}

inline bool equalsIgnoringCase(QByteArrayView a, QByteArrayView b)
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
               return toLower(x) == toLower(y);
           });
}

// One or more digits, leading zeros allowed, at most `max`.
inline std::optional<quint32> parseUInt(QByteArrayView text, quint32 max)
{
    if (text.isEmpty())
        return std::nullopt;
    quint64 value = 0; // never above 10 * max + 9
    for (const char c : text) {
        if (!isDigit(c))
            return std::nullopt;
        value = value * 10 + static_cast<quint64>(c - '0');
        if (value > max)
            return std::nullopt;
    }
    return static_cast<quint32>(value);
}

} // namespace truepeer::ascii
