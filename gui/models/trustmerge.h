// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What entries of the trust list mean, and how lists that two people edited become one again.
#pragma once

#include "shared/trust/trustlist.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace truepeer {

// What one entry says, as validate() judges it.
struct TrustMeaning
{
    QString key; // equal for entries that mean the same; of a bad entry its text
    QStringList ranges;
    QString problem; // empty: it is good
    QStringList warnings;
};
TrustMeaning trustMeaning(const QString &entry);

// Remembers them: lists of thousands of entries are gone through after every edit.
class TrustMeanings
{
public:
    TrustMeaning of(const QString &entry);
    // One for each entry, and no two are equal: the second entry that means the same has "#2".
    QStringList keysOf(const std::vector<TrustEntry> &entries);

private:
    QHash<QString, TrustMeaning> m_known;
};

enum class TrustSide : quint8 { Theirs, Mine };

// What one side has of a row: an entry, or nothing.
struct TrustMergeSide
{
    bool isThere = false;
    TrustEntry entry = {};

    TrustMergeSide() = default;
    TrustMergeSide(const TrustEntry &there)
        : isThere(true)
        , entry(there)
    {
    }
    // Another spelling of the same ranges is no change.
    bool isSame(const TrustMergeSide &other) const
    {
        return isThere == other.isThere && entry.note == other.entry.note;
    }
    friend bool operator==(const TrustMergeSide &a, const TrustMergeSide &b) = default;
};

// The key of the row that is not about an entry.
inline constexpr QStringView TrustModeRowKey = u"mode";

// An entry, or the mode, that is not the same on all sides.
struct TrustMergeRow
{
    QString key;
    TrustMergeSide base;
    TrustMergeSide theirs;
    TrustMergeSide mine;
    bool isClash = false; // both changed it, differently
    std::optional<TrustSide> decision = {};

    bool isUndecided() const { return isClash && !decision; }
    friend bool operator==(const TrustMergeRow &a, const TrustMergeRow &b) = default;
};

struct TrustMerge
{
    TrustList merged; // what is undecided is as theirs
    std::vector<TrustMergeRow> rows;

    bool isDecided() const;
    bool theyChanged() const; // something is not as it was
};

// `decisions` by key of the row.
TrustMerge mergeTrust(const TrustList &base, const TrustList &theirs, const TrustList &mine,
                      const QHash<QString, TrustSide> &decisions, TrustMeanings &meanings);

// About ranges that hold addresses of strangers; empty when there are none.
QString publicRangeRemark(const QStringList &ranges);

// "nobody", "the list", "everybody".
QString trustModeText(TrustMode mode);

} // namespace truepeer
