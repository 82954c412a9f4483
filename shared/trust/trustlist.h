// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/cidr.h"

#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace truepeer {

// What an operator edits: whose forwarding headers are believed. Server, dashboard and
// command line validate with the same function, so that they never disagree about an entry.
enum class TrustMode {
    None, // `false`: nobody
    All,  // `true`: whoever connects is my proxy, for one hop; development only
    List, // the entries; no entries is the same as None
};

// As written by the operator: an address, a CIDR range, or one of the keywords loopback,
// linklocal, uniquelocal and private (= the three).
struct TrustEntry
{
    QString entry;
    QString note;

    friend bool operator==(const TrustEntry &a, const TrustEntry &b) = default;
};

struct TrustList
{
    TrustMode mode = TrustMode::None;
    std::vector<TrustEntry> entries;

    friend bool operator==(const TrustList &a, const TrustList &b) = default;
};

// The most entries that a list may have.
inline constexpr qsizetype MaxTrustEntries = 10'000;

// "none", "all", "list", and back.
QString trustModeName(TrustMode mode);
std::optional<TrustMode> trustModeFromName(QStringView name);

struct TrustRange
{
    Cidr range;
    qsizetype entry; // index of the entry that it comes from
};

struct TrustListCheck
{
    // A remark about one entry, or about the whole list (index -1, entry empty).
    struct Remark
    {
        qsizetype index;
        QString entry;
        QString message; // what was wrong and what is allowed
    };

    bool valid = true;
    std::vector<Remark> problems;
    std::vector<Remark> warnings;
    std::vector<QStringList> normalised; // for each entry its ranges; empty for a bad entry
    std::vector<TrustRange> ranges;      // of all good entries, in the order of the list
};

// Judges the list; one bad entry makes it invalid as a whole. Entries are judged in the modes None
// and All too, although they do not count there: they may be kept for later.
TrustListCheck validate(const TrustList &list);

} // namespace truepeer
