// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The guard rails of the trust list: edits that are rarely meant. With thousands of clients this is
// work: do it in the task pool, not in an I/O thread.
//
// Thread: any.
#pragma once

#include "server/net/clientrecord.h"
#include "server/trust/trustpolicy.h"
#include "shared/trust/trustlist.h"

#include <QStringList>

#include <memory>
#include <span>

namespace truepeer {

// Why the step from one list to another should be confirmed, a sentence without the full stop for
// each reason: everybody or a very broad public range would be trusted, or most of the open clients
// that come through trusted proxies would be lost behind one that no longer is. Empty: it need not
// be. `check` is of the list of `after`.
QStringList confirmationReasons(const TrustPolicy &before, const TrustPolicy &after,
                                const TrustListCheck &check,
                                std::span<const std::shared_ptr<ClientRecord>> clients);

} // namespace truepeer
