// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustDocument is the trust list that operators edit live, as a value: the list, who added what,
// and its history; and its JSON form. Pure: trustedit changes it, TrustStore keeps it on disk.
#pragma once

#include "shared/error.h"
#include "shared/trust/trustlist.h"

#include <QByteArray>
#include <QString>
#include <QStringList>

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace truepeer {

// Config: the list of the configuration, whatever that is at the time. Live: it was edited.
enum class TrustOrigin : quint8 { Config, Live };

// "config", "live".
QString trustOriginName(TrustOrigin origin);

// Limits of a document. Of the history the newest changes keep their lists, until those together
// are as large as this; the others can no longer be rolled back to.
inline constexpr qsizetype MaxTrustHistory = 100;
inline constexpr qsizetype MaxTrustHistoryBytes = 8 * 1024 * 1024; // as JSON
inline constexpr qsizetype MaxTrustDocumentBytes = 32 * 1024 * 1024;
inline constexpr qsizetype MaxTrustNote = 500; // characters, of a note and of a comment
inline constexpr qsizetype MaxTrustNames = 200;

// Who a change or an entry is from that nobody made by hand.
inline constexpr QLatin1StringView TrustByConfiguration("configuration");

// Who added an entry, and when. Entries of the configuration: TrustByConfiguration, and no time
// (0).
struct TrustAddition
{
    QString by;
    std::chrono::sys_seconds at{};

    friend bool operator==(const TrustAddition &a, const TrustAddition &b) = default;
};

// What a rollback brings back.
struct TrustSnapshot
{
    TrustOrigin origin = TrustOrigin::Config;
    TrustList list;

    friend bool operator==(const TrustSnapshot &a, const TrustSnapshot &b) = default;
};

// A line of the history: how a revision came about.
struct TrustChange
{
    quint64 revision = 1;
    std::chrono::sys_seconds at{};
    QString by; // "uid 1000 (alice)", or TrustByConfiguration
    QString comment = {};
    // The entries, as written; each at most MaxTrustNames, and how many more there were.
    QStringList added = {};
    QStringList removed = {};
    qsizetype moreAdded = 0;
    qsizetype moreRemoved = 0;
    std::shared_ptr<const TrustSnapshot> snapshot = {}; // null: no longer kept

    friend bool operator==(const TrustChange &a, const TrustChange &b);
};

struct TrustDocument
{
    quint64 revision = 1;
    TrustOrigin origin = TrustOrigin::Config;
    TrustList list;
    std::vector<TrustAddition> additions; // one for each entry of the list
    std::vector<TrustChange> history;     // newest last

    friend bool operator==(const TrustDocument &a, const TrustDocument &b) = default;
};

// Revision 1, before the first edit.
TrustDocument firstTrustDocument(const TrustList &configured, std::chrono::sys_seconds now);
// Puts the list of the configuration into a document whose origin is Config; others stay.
void adoptConfigured(TrustDocument &document, const TrustList &configured);
std::vector<TrustAddition> configuredAdditions(const TrustList &configured);
// Drops what is beyond the limits above.
void limitHistory(std::vector<TrustChange> &history);

QByteArray trustDocumentToJson(const TrustDocument &document);
// Strict: the error says where and what, as in "history[3].at: must be a whole number". Members
// that are not known are those of a newer version, and skipped.
Expected<TrustDocument> parseTrustDocument(const QByteArray &json);

} // namespace truepeer
