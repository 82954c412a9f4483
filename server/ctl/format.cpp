// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/format.h"

#include "shared/editdistance.h"

#include <QDateTime>
#include <QJsonDocument>

#include <algorithm>
#include <array>
#include <cmath>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

bool isHarmful(QChar c)
{
    const char16_t code = c.unicode();
    return code < 0x20 || (code >= 0x7f && code <= 0x9f) || code == 0x61c
           || (code >= 0x200e && code <= 0x200f) || (code >= 0x2028 && code <= 0x202e)
           || (code >= 0x2066 && code <= 0x2069);
}

QString escapedJson(const QByteArray &json)
{
    QString out;
    for (const QChar c : QString::fromUtf8(json)) {
        if (c != u'\n' && isHarmful(c))
            out += u"\\u%1"_s.arg(c.unicode(), 4, 16, QLatin1Char('0'));
        else
            out += c;
    }
    return out;
}

QString joined(const QJsonArray &array)
{
    QStringList texts;
    for (const QJsonValue &value : array)
        texts.append(valueText(value));
    return texts.isEmpty() ? u"-"_s : texts.join(u", "_s);
}

} // namespace

QString painted(const QString &text, Colour colour, bool hasColours)
{
    static constexpr std::array<const char *, 7> Codes = {"", "1", "2", "32", "33", "31", "36"};
    if (!hasColours || colour == Colour::None || text.isEmpty())
        return text;
    return u"\x1b["_s + QLatin1StringView(Codes[static_cast<size_t>(colour)]) + u'm' + text
           + u"\x1b[0m"_s;
}

QString printable(QStringView text)
{
    QString out = text.toString();
    std::replace_if(out.begin(), out.end(), isHarmful, QChar(QChar::ReplacementCharacter));
    return out;
}

QString printableLines(QStringView text)
{
    QString out = text.toString();
    std::replace_if(
        out.begin(), out.end(), [](QChar c) { return c != u'\n' && c != u'\t' && isHarmful(c); },
        QChar(QChar::ReplacementCharacter));
    return out;
}

QString jsonText(const QJsonValue &value)
{
    const QJsonDocument document =
        value.isArray() ? QJsonDocument(value.toArray()) : QJsonDocument(value.toObject());
    return escapedJson(document.toJson(QJsonDocument::Indented));
}

QString jsonLine(const QJsonObject &object)
{
    return escapedJson(QJsonDocument(object).toJson(QJsonDocument::Compact)) + u'\n';
}

QString durationText(qint64 seconds)
{
    struct Unit
    {
        qint64 length;
        char16_t name;
    };
    static constexpr std::array<Unit, 4> Units = {
        {{86400, u'd'}, {3600, u'h'}, {60, u'm'}, {1, u's'}}};
    qint64 rest = std::max<qint64>(seconds, 0);
    QStringList parts;
    bool hasStarted = false;
    int taken = 0;
    for (const Unit &unit : Units) {
        const qint64 count = rest / unit.length;
        rest %= unit.length;
        hasStarted = hasStarted || count > 0;
        if (hasStarted && taken++ < 2 && count > 0)
            parts.append(QString::number(count) + QChar(unit.name));
    }
    return parts.isEmpty() ? u"0s"_s : parts.join(u' ');
}

QString bytesText(double bytes)
{
    static constexpr std::array<const char *, 6> Units = {"B", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    // What would be shown as 1000 of one unit is 1 of the next.
    while (unit + 1 < Units.size() && bytes >= (unit == 0 ? 1000 : 999.95)) {
        bytes /= 1000;
        ++unit;
    }
    const QString number = unit == 0 ? numberText(bytes) : QString::number(bytes, 'f', 1);
    return number + u' ' + QLatin1StringView(Units.at(unit));
}

QString numberText(double number)
{
    if (std::abs(number) < 1e15 && number == std::floor(number))
        return QString::number(static_cast<qint64>(number));
    return QString::number(number, 'f', 1);
}

QString timeText(qint64 unixSeconds)
{
    if (unixSeconds <= 0)
        return u"never"_s;
    return QDateTime::fromSecsSinceEpoch(unixSeconds).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

QString timeTextMs(qint64 unixMilliseconds)
{
    return QDateTime::fromMSecsSinceEpoch(unixMilliseconds).toString(u"yyyy-MM-dd HH:mm:ss.zzz"_s);
}

QString countText(qint64 count, const QString &noun)
{
    return QString::number(count) + u' ' + noun + (count == 1 ? QString() : u"s"_s);
}

QStringList wrappedLines(const QString &text, qsizetype width)
{
    if (width <= 0)
        return text.split(u'\n');
    QStringList lines;
    for (const QString &paragraph : text.split(u'\n')) {
        QString line;
        for (const QString &word : paragraph.split(u' ')) {
            if (!line.isEmpty() && line.size() + 1 + word.size() > width) {
                lines.append(line);
                line.clear();
            }
            line += line.isEmpty() ? word : u' ' + word;
        }
        lines.append(line);
    }
    return lines;
}

QString valueText(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Bool:
        return value.toBool() ? u"yes"_s : u"no"_s;
    case QJsonValue::Double:
        return numberText(value.toDouble());
    case QJsonValue::String:
        return value.toString().isEmpty() ? u"-"_s : printable(value.toString());
    case QJsonValue::Array:
        return joined(value.toArray());
    case QJsonValue::Object:
        return jsonLine(value.toObject()).trimmed();
    case QJsonValue::Null:
    case QJsonValue::Undefined:
        break;
    }
    return u"-"_s;
}

QString memberText(const QString &name, const QJsonValue &value)
{
    if (!value.isDouble())
        return valueText(value);
    const auto whole = static_cast<qint64>(std::clamp(value.toDouble(), -1e15, 1e15));
    if (name.endsWith("_at_ms"_L1) || name == "at_ms"_L1)
        return timeTextMs(whole);
    if (name.endsWith("_at"_L1) || name == "at"_L1 || name == "last_used"_L1
        || name.endsWith("_seen"_L1) || name == "started"_L1)
        return timeText(whole);
    if (name.endsWith("_s"_L1) || name == "uptime"_L1)
        return durationText(whole);
    if (name.startsWith("bytes_"_L1) || name.endsWith("_bytes"_L1))
        return bytesText(value.toDouble());
    return valueText(value);
}

QJsonArray rowsOf(const QJsonValue &result)
{
    if (result.isArray())
        return result.toArray();
    const QJsonObject object = result.toObject();
    if (object.value("items"_L1).isArray())
        return object.value("items"_L1).toArray();
    for (const QJsonValue &member : object) {
        if (member.isArray())
            return member.toArray();
    }
    return {};
}

QString nearestOf(const QString &word, const QStringList &names)
{
    QString best;
    qsizetype least = 1 + word.size() / 3;
    // A long word is close to nothing, and comparing it would take its time.
    for (const QString &name : word.size() > 40 ? QStringList() : names) {
        const qsizetype distance = editDistance(word, name);
        if (distance < least + (best.isEmpty() ? 1 : 0)) {
            least = distance;
            best = name;
        }
    }
    return best;
}

} // namespace truepeer
