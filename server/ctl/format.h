// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>
#include <QStringView>

namespace truepeer {

enum class Colour : quint8 { None, Strong, Faint, Good, Notice, Bad, Accent };

QString painted(const QString &text, Colour colour, bool hasColours);

// Text from elsewhere for a terminal: characters that would control it, or turn the direction of
// writing, are replaced.
QString printable(QStringView text);
// The same for several lines.
QString printableLines(QStringView text);

// JSON with line ends and indentation, or in one line; control characters stand as \u escapes.
QString jsonText(const QJsonValue &value);
QString jsonLine(const QJsonObject &object);

// The two largest parts of "3d 4h 5m 6s".
QString durationText(qint64 seconds);
// "1.2 MB"; units of 1000.
QString bytesText(double bytes);
// Without a fraction where there is none, else with one digit.
QString numberText(double number);
// In the local time zone, "2026-11-25 13:05:09" and with ".123"; "never" for 0.
QString timeText(qint64 unixSeconds);
QString timeTextMs(qint64 unixMilliseconds);
// "1 client", "2 clients".
QString countText(qint64 count, const QString &noun);
// The lines of a text, each broken between words where it is longer than that; 0: no limit.
QStringList wrappedLines(const QString &text, qsizetype width);

// A value as the cell of a table: "-" for null, "yes", lists joined by commas.
QString valueText(const QJsonValue &value);
// The same for a member whose name says what it is: times, durations and bytes are made readable.
QString memberText(const QString &name, const QJsonValue &value);

// The rows of a result that is a list, or an object with the list as member "items", or with only
// one list.
QJsonArray rowsOf(const QJsonValue &result);

// The closest of the names to a word that is none of them; empty when none is close.
QString nearestOf(const QString &word, const QStringList &names);

} // namespace truepeer
