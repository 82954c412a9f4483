// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/format.h"

#include <QTimeZone>

#include <algorithm>
#include <array>
#include <cmath>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr QChar GroupSeparator(0x202f); // narrow no-break space

// Figures from elsewhere: what is no number, or below zero, is nothing.
double usable(double value)
{
    return std::isfinite(value) && value > 0 ? value : 0;
}

// Below ten with one decimal, unless it is a zero.
QString shortNumber(double value)
{
    if (value >= 9.95)
        return countText(std::llround(value));
    const QString text = QString::number(value, 'f', 1);
    return text.endsWith(u".0"_s) ? text.chopped(2) : text;
}

// What would be rounded to zero is not zero.
QString shortNumberOrLess(double value)
{
    return value > 0 && value < 0.05 ? u"<0.1"_s : shortNumber(value);
}

QString twoParts(qint64 large, char16_t largeUnit, qint64 small, char16_t smallUnit)
{
    const QString first = QString::number(large) + QChar(largeUnit);
    return small > 0 ? QString(first + u' ' + QString::number(small) + QChar(smallUnit)) : first;
}

} // namespace

QString countText(qint64 number)
{
    QString digits = QString::number(number);
    const qsizetype first = number < 0 ? 1 : 0;
    for (qsizetype at = digits.size() - 3; at > first; at -= 3)
        digits.insert(at, GroupSeparator);
    return digits;
}

QString countText(qint64 number, const char *one, const char *many)
{
    return countText(number) + u' ' + QString::fromUtf8(number == 1 ? one : many);
}

QString bytesText(double bytes)
{
    static constexpr std::array Units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = usable(bytes);
    size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < Units.size()) {
        value /= 1024;
        ++unit;
    }
    const QString number =
        unit > 0 && value < 9.95 ? QString::number(value, 'f', 1) : countText(std::llround(value));
    return number + u' ' + QLatin1StringView(Units.at(unit));
}

QString rateText(double perSecond)
{
    return shortNumberOrLess(usable(perSecond));
}

QString byteRateText(double perSecond)
{
    return bytesText(perSecond) + u"/s"_s;
}

QString millisecondsText(double milliseconds)
{
    const double value = usable(milliseconds);
    if (value < 999.5)
        return shortNumberOrLess(value) + u" ms"_s;
    if (value < 119'500)
        return shortNumber(value / 1000) + u" s"_s;
    return durationText(std::llround(value / 1000));
}

QString durationText(qint64 seconds)
{
    constexpr qint64 Minute = 60;
    constexpr qint64 Hour = 60 * Minute;
    constexpr qint64 Day = 24 * Hour;
    if (seconds < Minute)
        return QString::number(std::max<qint64>(0, seconds)) + u's';
    if (seconds < Hour)
        return twoParts(seconds / Minute, u'm', seconds % Minute, u's');
    if (seconds < Day)
        return twoParts(seconds / Hour, u'h', seconds % Hour / Minute, u'm');
    return twoParts(seconds / Day, u'd', seconds % Day / Hour, u'h');
}

QString agoText(qint64 seconds)
{
    return seconds < 2 ? u"just now"_s : QString(durationText(seconds) + u" ago"_s);
}

QString timeText(qint64 unixSeconds, const QDateTime &now)
{
    if (unixSeconds <= 0)
        return u"never"_s;
    const QDateTime time = QDateTime::fromSecsSinceEpoch(unixSeconds, now.timeZone());
    return time.toString(time.date() == now.date() ? u"HH:mm:ss"_s : u"yyyy-MM-dd HH:mm:ss"_s);
}

QString dateTimeText(qint64 unixSeconds)
{
    if (unixSeconds <= 0)
        return u"never"_s;
    return QDateTime::fromSecsSinceEpoch(unixSeconds).toString(u"yyyy-MM-dd HH:mm:ss"_s);
}

} // namespace truepeer
