// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What an operator may want to type next in a filter of ClientFilter.
#pragma once

#include <QString>
#include <QStringList>

namespace truepeer {

struct FilterCompletion
{
    qsizetype from = 0;   // what is replaced: from here …
    qsizetype length = 0; // … so many characters
    QStringList words;    // what by; "room:", "yes"
    QString hint; // what the value behind this key is: "a time: >5m, <1h, 30s"; may be empty
};

FilterCompletion completeFilter(const QString &text, qsizetype cursor);

// The part of `text` that a problem at `position` is about: up to the next blank.
qsizetype problemLength(const QString &text, qsizetype position);

} // namespace truepeer
