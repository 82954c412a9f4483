// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/error.h"
#include "shared/trust/trustlist.h"

#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>
#include <QStringList>

#include <optional>
#include <vector>

namespace truepeer {

// A trust list as an operator hands it over.
struct TrustInput
{
    TrustList list = {TrustMode::List, {}};
    std::vector<int> lines = {};         // of each entry, 1 first; empty: it has no lines
    std::optional<qint64> revision = {}; // which list it was made from, if it says so
};

// A file: the JSON that "trust list --json" prints (or only its "entries"), or text with an entry
// in each line, or several joined by commas. Behind # stands the note of the entries before it in
// that line. The entries themselves are for the server to judge.
Expected<TrustInput> parseTrustInput(const QByteArray &bytes);

// Entries of the command line, each of which may be several joined by commas.
TrustInput trustInputOf(const QStringList &entries, const QString &note = {});

// As the methods take and give it.
QJsonArray entriesToJson(const TrustList &list);
QJsonObject toJson(const TrustList &list);
TrustList trustListFromJson(const QJsonObject &object);

// The index of an entry that stands for the same ranges, however it is written; nothing when there
// is none.
std::optional<size_t> indexOfEntry(const TrustList &list, const QString &entry);

// "+ entry" and "- entry" lines that lead from one list to the other; empty when they are equal.
QString differenceText(const TrustList &from, const TrustList &to);

} // namespace truepeer
