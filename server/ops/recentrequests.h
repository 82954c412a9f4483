// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// RecentRequests keeps the last HTTP requests with what is needed to resolve them again: to explain
// them, and to see what another trust list would make of them. Requests that could not be read are
// there too, without method and headers.
//
// Each I/O thread fills a ring of its own, whose lock nobody contends for until somebody reads. The
// texts of a slot keep their memory when it is used again, so readers get texts of their own.
//
// Thread: any, but add() is called by the I/O thread of that index.
#pragma once

#include "server/net/engine.h"
#include "server/trust/keptheaders.h"
#include "server/trust/trustpolicy.h"
#include "shared/net/ipaddress.h"
#include "shared/trust/explanation.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QJsonObject>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <vector>

namespace truepeer {

// The target may hold a secret: show it with effectiveUrl() only.
struct RecentRequest
{
    explicit RecentRequest(const IpAddress &peer)
        : local(peer)
        , resolution(peer)
    {
    }

    // Whether its head could be parsed; otherwise there is little more than peer and status.
    bool isRead() const { return !method.isEmpty(); }
    bool isUpgrade() const { return status == 101; }

    quint64 id = 0;  // 1, 2, … over all threads
    qint64 atMs = 0; // Unix milliseconds
    QByteArray method;
    QByteArray target;
    QByteArray userAgent;
    QByteArray detail; // why it was refused
    int status = 0;
    bool exempt = false;    // a health check
    bool targetCut = false; // the target was longer than MaxTarget
    std::chrono::microseconds duration{0};
    IpAddress local; // our end of the socket
    std::optional<IpAddress> announced;
    Resolution resolution; // as it was answered
    KeptHeaders headers;   // Host and the forwarding headers
};

// What the resolver looked at besides the peer.
struct RequestOrigin
{
    IpAddress local;
    std::optional<IpAddress> announced = {}; // by a PROXY header
    KeptHeaders headers = {};
};

class RecentRequests
{
    Q_DISABLE_COPY_MOVE(RecentRequests)

public:
    static constexpr int Capacity = 1000; // of each thread, and of what is listed
    // Bytes of the texts that are kept.
    static constexpr qsizetype MaxTarget = 512;
    static constexpr qsizetype MaxUserAgent = 200;
    static constexpr qsizetype MaxDetail = 200;
    static constexpr qsizetype MaxMethod = 64;

    explicit RecentRequests(int threads);

    // Leaves the headers of the request that made room in `origin`, for their memory.
    // REQUIRES: 0 <= thread < threads.
    void add(int thread, const RequestEvent &event, RequestOrigin &&origin, qint64 atMs);

    // The last `limit` requests of all threads, at most Capacity, the last one first.
    std::vector<RecentRequest> recent(int limit) const;
    std::vector<RecentRequest> all() const { return recent(Capacity); }
    std::optional<RecentRequest> find(quint64 id) const;

private:
    struct alignas(64) Ring
    {
        mutable std::mutex mutex;
        std::vector<RecentRequest> entries; // guarded by mutex
        quint64 added = 0;                  // guarded by mutex

        // REQUIRES: the mutex is held.
        RecentRequest &take(const IpAddress &peer);
        // The last one first.
        void copyLast(quint64 count, std::vector<RecentRequest> &out) const;
    };

    std::vector<Ring> m_rings;
    std::atomic<quint64> m_lastId = 0;
};

// How the resolution of a request comes about with this policy. One that could not be read stays
// as it was.
Explanation explainRequest(const RecentRequest &request, const TrustPolicy &policy,
                           Resolution *resolution = nullptr);
// The resolution alone, which is faster.
Resolution resolveRequest(const RecentRequest &request, const TrustPolicy &policy);

// An item of requests.recent. Texts from outside are escaped to printable ASCII; what is unknown of
// a request that could not be read is empty.
QJsonObject toJson(const RecentRequest &request);
// With "resolution": what explainRequest() gave.
QJsonObject toJson(const RecentRequest &request, const Resolution &resolution,
                   const Explanation &explanation);

} // namespace truepeer
