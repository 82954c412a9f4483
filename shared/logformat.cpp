// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/logformat.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace truepeer {

namespace {

constexpr std::string_view HexDigits = "0123456789abcdef";

void appendPadded(std::string &out, quint64 value, int width)
{
    std::array<char, 20> digits{};
    std::size_t at = digits.size();
    do {
        digits[--at] = static_cast<char>('0' + value % 10);
        value /= 10;
        --width;
    } while (value != 0 || width > 0);
    out.append(digits.data() + at, digits.size() - at);
}

// ISO 8601 in UTC with milliseconds: 2026-11-23T15:14:57.123Z.
void appendTime(std::string &out, std::chrono::sys_time<std::chrono::milliseconds> time)
{
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(time - day);
    const auto number = [&out](auto value, int width) {
        appendPadded(out, static_cast<quint64>(value), width);
    };
    number(static_cast<int>(date.year()), 4);
    out += '-';
    number(static_cast<unsigned>(date.month()), 2);
    out += '-';
    number(static_cast<unsigned>(date.day()), 2);
    out += 'T';
    number(clock.hours().count(), 2);
    out += ':';
    number(clock.minutes().count(), 2);
    out += ':';
    number(clock.seconds().count(), 2);
    out += '.';
    number(clock.subseconds().count(), 3);
    out += 'Z';
}

template <typename T>
void appendNumber(std::string &out, T value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    out.append(text.data(), end);
}

void appendHex(std::string &out, unsigned value, int digits)
{
    for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4)
        out += HexDigits[(value >> shift) & 0xfU];
}

bool isPrintable(uchar byte)
{
    return byte >= 0x20 && byte < 0x7f;
}

// The escapes that logfmt and JSON have in common; false for any other byte.
bool appendCommonEscape(std::string &out, uchar byte)
{
    switch (byte) {
    case '"':
        out += "\\\"";
        return true;
    case '\\':
        out += "\\\\";
        return true;
    case '\n':
        out += "\\n";
        return true;
    case '\r':
        out += "\\r";
        return true;
    case '\t':
        out += "\\t";
        return true;
    default:
        return false;
    }
}

bool isBareWord(QByteArrayView text)
{
    if (text.isEmpty())
        return false;
    for (const char c : text) {
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '=' || c == '\\')
            return false;
    }
    return true;
}

struct CutText
{
    QByteArrayView text;
    bool isCut;
};

CutText cut(QByteArrayView text)
{
    if (text.size() <= Log::MaxValueBytes)
        return {text, false};
    return {text.first(Log::MaxValueBytes), true};
}

void appendTextValue(std::string &out, QByteArrayView value)
{
    const auto [text, isCut] = cut(value);
    if (!isCut && isBareWord(text)) {
        out.append(text.data(), static_cast<std::size_t>(text.size()));
        return;
    }
    out += '"';
    for (const char c : text) {
        const auto byte = static_cast<uchar>(c);
        if (appendCommonEscape(out, byte))
            continue;
        if (isPrintable(byte)) {
            out += c;
        } else {
            out += "\\x";
            appendHex(out, byte, 2);
        }
    }
    out += isCut ? "...\"" : "\"";
}

void appendUtf16Escape(std::string &out, unsigned unit)
{
    out += "\\u";
    appendHex(out, unit, 4);
}

void appendJsonText(std::string &out, QByteArrayView value)
{
    const auto [text, isCut] = cut(value);
    out += '"';
    const QString decoded = QString::fromUtf8(text); // U+FFFD for what is not UTF-8
    for (const QChar c : decoded) {
        const char16_t unit = c.unicode();
        if (unit < 0x80 && appendCommonEscape(out, static_cast<uchar>(unit)))
            continue;
        if (unit < 0x7f && unit >= 0x20)
            out += static_cast<char>(unit);
        else
            appendUtf16Escape(out, unit);
    }
    out += isCut ? "...\"" : "\"";
}

// Writes a value in either shape; they differ in text and in numbers that JSON does not have.
class ValueWriter
{
public:
    ValueWriter(std::string &out, LogFormat format)
        : m_out(out)
        , m_format(format)
    {
    }

    void operator()(QByteArrayView value) const
    {
        if (m_format == LogFormat::Json)
            appendJsonText(m_out, value);
        else
            appendTextValue(m_out, value);
    }
    void operator()(qint64 value) const { appendNumber(m_out, value); }
    void operator()(bool value) const { m_out += value ? "true" : "false"; }
    void operator()(double value) const
    {
        if (m_format == LogFormat::Json && !std::isfinite(value))
            m_out += "null";
        else
            appendNumber(m_out, value);
    }

private:
    std::string &m_out;
    LogFormat m_format;
};

} // namespace

void appendTextLine(std::string &out, const LogHead &head, std::initializer_list<LogField> fields)
{
    appendTime(out, head.time);
    out += ' ';
    out += logLevelName(head.level);
    out += ' ';
    appendTextValue(out, QByteArrayView(head.category));
    out += ' ';
    appendTextValue(out, head.event);
    for (const LogField &field : fields) {
        out += ' ';
        out += field.key;
        out += '=';
        std::visit(ValueWriter(out, LogFormat::Text), field.value.value());
    }
    out += '\n';
}

void appendJsonLine(std::string &out, const LogHead &head, std::initializer_list<LogField> fields)
{
    out += "{\"time\":\"";
    appendTime(out, head.time);
    out += "\",\"level\":\"";
    out += logLevelName(head.level);
    out += "\",\"category\":";
    appendJsonText(out, QByteArrayView(head.category));
    out += ",\"event\":";
    appendJsonText(out, head.event);
    for (const LogField &field : fields) {
        out += ",\"";
        out += field.key;
        out += "\":";
        std::visit(ValueWriter(out, LogFormat::Json), field.value.value());
    }
    out += "}\n";
}

void appendPriority(std::string &out, LogLevel level)
{
    static constexpr std::array<char, 4> Priorities = {'7', '6', '4', '3'};
    out += '<';
    out += Priorities[static_cast<std::size_t>(level)];
    out += '>';
}

} // namespace truepeer
