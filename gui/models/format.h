// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// How the dashboard writes numbers, sizes and times. Digits are grouped with narrow no-break
// spaces; times are local.
#pragma once

#include <QDateTime>
#include <QString>

namespace truepeer {

QString countText(qint64 number);                                    // "12 431"
QString countText(qint64 number, const char *one, const char *many); // "1 client", "3 clients"
QString bytesText(double bytes);                                     // "0 B", "1.2 KiB", "34 MiB"
QString rateText(double perSecond);                                  // "0", "0.4", "12", "12 431"
QString byteRateText(double perSecond);                              // "1.2 KiB/s"
QString millisecondsText(double milliseconds);                       // "0.2 ms", "12 ms", "1.5 s"
QString durationText(qint64 seconds); // "45s", "3m 20s", "3h 25m", "12d 4h"
QString agoText(qint64 seconds);      // "just now", "45s ago", "3h 25m ago"
// "14:03:22" of the day of `now`, else "2026-11-24 14:03:22"; "never" for 0.
QString timeText(qint64 unixSeconds, const QDateTime &now);
QString dateTimeText(qint64 unixSeconds); // "2026-11-24 14:03:22"; "never" for 0

} // namespace truepeer
