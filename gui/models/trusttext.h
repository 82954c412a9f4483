// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/trust/trustlist.h"

#include <QString>

#include <vector>

namespace truepeer {

// The most characters of a note or a comment, as the server counts them.
inline constexpr qsizetype MaxTrustNoteLength = 500;

// A list of proxies as people paste it: entries between line ends, commas, semicolons or blanks,
// with quotation marks or without. What stands behind # is the note of the entries before it on the
// line.
struct TrustText
{
    struct Problem
    {
        int line; // 1 first
        QString entry;
        QString message;

        friend bool operator==(const Problem &a, const Problem &b) = default;
    };

    std::vector<TrustEntry> entries; // the good ones; of those that mean the same the first one
    std::vector<Problem> problems;
    int repeated = 0; // how many were there before in the same text

    bool isEmpty() const { return entries.empty() && problems.empty(); }
};

TrustText parseTrustText(const QString &text);

} // namespace truepeer
