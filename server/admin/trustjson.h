// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The trust list in the shapes of the admin socket.
#pragma once

#include "server/ops/trustdocument.h"
#include "server/trust/diagnosis.h"
#include "shared/admin/protocol.h"
#include "shared/trust/trustlist.h"

#include <QJsonObject>

#include <vector>

namespace truepeer {

// {mode, entries: [{entry, note}]}
QJsonObject listObject(const TrustList &list);

// The result of trust.get; `uses` has a row for each entry, or is empty.
QJsonObject trustObject(const TrustDocument &document, const std::vector<EntryUse> &uses);

// The result of trust.check.
QJsonObject checkObject(const TrustListCheck &check);
// The error for a list that is not valid, with the problems.
RpcError invalidList(const TrustListCheck &check);

// A line of trust.history.
QJsonObject changeObject(const TrustChange &change);

} // namespace truepeer
