// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The edits of the trust list, as a pure function from one document to the next.
#pragma once

#include "server/ops/trustdocument.h"
#include "shared/trust/trustlist.h"

#include <QString>

#include <chrono>
#include <optional>

namespace truepeer {

struct TrustEdit
{
    enum class Kind : quint8 { Set, Add, Remove, Reset, Rollback };
    Kind kind = Kind::Set;
    TrustList list;                      // Set
    QString entry;                       // Add, Remove
    std::optional<QString> note;         // Add; without it an entry that is there keeps its own
    quint64 revision = 0;                // Rollback
    std::optional<quint64> baseRevision; // what the editor saw; another one in force is a conflict
    QString by;
    QString comment;
};

// What an edit comes to.
struct TrustResult
{
    enum class Failure : quint8 {
        None,
        Conflict, // the revision is not the base
        Invalid,  // `check` says why
        NotFound, // no such entry or revision
        NotSaved,
    };
    Failure failure = Failure::None;
    QString message;        // of a failure
    bool changed = false;   // there is a new revision
    TrustDocument document; // after the edit; of a failure, the one that stays in force
    TrustListCheck check;   // of the list that the edit makes

    bool ok() const { return failure == Failure::None; }
};

// The outcome of an edit. Entries are the same when their ranges are, however they are written:
// those that survive keep who added them. An edit that changes nothing makes no revision. Adding
// to the mode None makes it List. A rollback makes a new revision; its origin is Config only if its
// list is the one configured now.
TrustResult editTrust(const TrustDocument &document, const TrustList &configured,
                      const TrustEdit &edit, std::chrono::sys_seconds now);

} // namespace truepeer
