// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configvalue.h"

#include <charconv>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxShownCharacters = 120;

QString hexEscape(char32_t point)
{
    const bool isLong = point > 0xffff;
    return (isLong ? u"\\U"_s : u"\\u"_s)
           + QString::number(static_cast<uint>(point), 16).rightJustified(isLong ? 8 : 4, u'0');
}

// The escapes of a TOML basic string. Everything outside printable ASCII is escaped, so that a
// terminal shows what there is.
void appendEscaped(QString &out, char32_t point)
{
    switch (point) {
    case U'"':
        out += u"\\\""_s;
        break;
    case U'\\':
        out += u"\\\\"_s;
        break;
    case U'\n':
        out += u"\\n"_s;
        break;
    case U'\r':
        out += u"\\r"_s;
        break;
    case U'\t':
        out += u"\\t"_s;
        break;
    default:
        if (point >= 0x20 && point < 0x7f)
            out += QChar(static_cast<char16_t>(point));
        else
            out += hexEscape(point);
    }
}

QString tomlText(const QString &text)
{
    QString out = u"\""_s;
    for (const char32_t point : text.toUcs4())
        appendEscaped(out, point);
    out += u'"';
    return out;
}

} // namespace

QString configSourceName(ConfigSource source)
{
    switch (source) {
    case ConfigSource::Default:
        break;
    case ConfigSource::File:
        return u"file"_s;
    case ConfigSource::Environment:
        return u"env"_s;
    case ConfigSource::Flag:
        return u"flag"_s;
    }
    return u"default"_s;
}

QString toToml(const ConfigValue &value)
{
    if (const bool *flag = std::get_if<bool>(&value))
        return *flag ? u"true"_s : u"false"_s;
    if (const qint64 *number = std::get_if<qint64>(&value))
        return QString::number(*number);
    if (const QString *text = std::get_if<QString>(&value))
        return tomlText(*text);
    QStringList items;
    for (const QString &item : std::get<QStringList>(value))
        items += tomlText(item);
    return u"["_s + items.join(u", "_s) + u"]"_s;
}

QString quotedForMessage(const QString &text)
{
    if (text.size() <= MaxShownCharacters)
        return tomlText(text);
    return tomlText(text.first(MaxShownCharacters)) + u"..."_s;
}

QString printableForMessage(const QString &text)
{
    QString out;
    for (const char32_t point : text.toUcs4()) {
        if (point >= 0x20 && point < 0x7f)
            out += QChar(static_cast<char16_t>(point));
        else
            appendEscaped(out, point);
    }
    return out;
}

std::optional<qint64> parseInteger(QStringView text)
{
    const QByteArray bytes = text.toUtf8();
    const QByteArrayView digits =
        bytes.startsWith('-') ? QByteArrayView(bytes).sliced(1) : QByteArrayView(bytes);
    if (digits.size() > 1 && digits.startsWith('0'))
        return std::nullopt;
    qint64 value = 0;
    const char *end = bytes.data() + bytes.size();
    const auto [stop, error] = std::from_chars(bytes.data(), end, value);
    if (error != std::errc() || stop != end)
        return std::nullopt;
    return value;
}

} // namespace truepeer
