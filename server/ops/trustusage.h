// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustUsage tells how each entry of the trust list is used, and remembers when it last was: what
// that is made of rotates.
//
// Thread: any. With thousands of clients update() is work, so it belongs in the task pool. The lock
// is held for putting together two tables as large as the list.
#pragma once

#include "server/net/clientrecord.h"
#include "server/ops/recentrequests.h"
#include "server/ops/trustdocument.h"
#include "server/trust/diagnosis.h"
#include "server/trust/trustpolicy.h"

#include <QHash>
#include <QString>
#include <QStringList>

#include <memory>
#include <mutex>
#include <span>
#include <vector>

namespace truepeer {

class TrustUsage
{
    Q_DISABLE_COPY_MOVE(TrustUsage)

public:
    TrustUsage() = default;

    // One for each entry of the policy's list. Of overlapping entries the one that counts is used;
    // in the modes None and All none is. `document`: tells when entries were added; may be null.
    // `now` is in Unix seconds.
    std::vector<EntryUse> update(const TrustPolicy &policy, const TrustDocument *document,
                                 std::span<const std::shared_ptr<ClientRecord>> clients,
                                 std::span<const PeerFacts> peers,
                                 std::span<const RecentRequest> requests, qint64 now);

private:
    void remember(const std::vector<QStringList> &ranges, std::vector<EntryUse> &uses);

    std::mutex m_mutex;
    QHash<QString, qint64> m_lastUsed; // by the ranges of the entry; guarded by m_mutex
};

} // namespace truepeer
