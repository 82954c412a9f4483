// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// PeerTable keeps what the diagnosis wants to know about each peer. Recording costs a look into a
// hash table and a few hundred bytes of copying, and allocates nothing once the peer is known.
//
// Thread: record() and recordEnd() are called by the I/O thread that the table belongs to, the rest
// by any thread. The lock is held for one request, or for the copy of a few peers.
#pragma once

#include "server/trust/diagnosis.h"
#include "server/trust/resolver.h"

#include <QByteArrayView>
#include <QVarLengthArray>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <span>
#include <unordered_map>

namespace truepeer {

class PeerTable
{
    Q_DISABLE_COPY_MOVE(PeerTable)

public:
    // A stranger can make a peer of each address that it has.
    static constexpr size_t MaxPeers = 1000;

    // A request that was answered. `resolution` is what `policy` made of `input`.
    struct RequestSeen
    {
        const ResolveInput &input;
        const Resolution &resolution;
        const TrustPolicy &policy;
        int status = 0;
        QByteArrayView target;
        QByteArrayView userAgent;
        bool upgrade = false;
        bool exempt = false; // a health check
    };

    PeerTable() = default;

    void record(const RequestSeen &seen, qint64 nowUnixSeconds);
    // A WebSocket client of this peer is gone. Of a peer that is not in the table nothing is kept.
    void recordEnd(const IpAddress &gatePeer, const PeerFacts::End &end);

    // How many peers made room for others.
    quint64 evictions() const;

    // What all threads saw, by peer. What one thread last saw a minute before another counts no
    // more in `recent`: the peer's connections are elsewhere now.
    static std::vector<PeerFacts> merge(std::span<PeerTable *const> tables);

private:
    template <size_t Size>
    struct Text
    {
        void assign(QByteArrayView text)
        {
            length = 0;
            append(text);
        }
        void append(QByteArrayView text)
        {
            const qsizetype size = std::min(text.size(), qsizetype(Size) - length);
            std::copy_n(text.data(), size, bytes.data() + length);
            length = static_cast<quint16>(length + size);
        }
        QByteArray toByteArray() const { return {bytes.data(), length}; }

        std::array<char, Size> bytes{};
        quint16 length = 0;
    };
    // The last items.
    template <typename T>
    struct Ring
    {
        void append(const T &item)
        {
            items[next] = item;
            next = (next + 1) % items.size();
            count = std::min(count + 1, items.size());
        }
        // REQUIRES: i < count. 0 is the newest.
        const T &newest(size_t i) const
        {
            return items[(next + items.size() - 1 - i) % items.size()];
        }

        std::array<T, 32> items{};
        size_t next = 0;
        size_t count = 0;
    };
    // Different values, by their hashes.
    struct HashSet
    {
        // True if it was not in there, and there was room.
        bool insert(quint32 hash);

        std::array<quint32, 32> hashes{};
        quint8 count = 0;
        bool overflowed = false;
    };
    class Reading;
    struct Peer
    {
        static constexpr qsizetype MostHops = 8;

        explicit Peer(const IpAddress &gatePeer)
            : address(gatePeer)
            , socketPeer(gatePeer)
        {
        }

        void note(const Reading &reading);
        void noteHeaders(const Reading &reading, qint64 now);
        void noteMissingHop(const IpAddress &hop);

        IpAddress address;
        IpAddress socketPeer;
        quint64 revision = 0;
        qint64 requests = 0;
        qint64 upgrades = 0;
        qint64 firstSeen = 0;
        qint64 lastSeen = 0;
        qint64 ignored = 0;
        qint64 firstIgnored = 0;
        qint64 lastIgnored = 0;
        qint64 limited = 0;
        qint64 misdirected = 0;
        std::array<qint64, ForwardingHeaderCount> withHeader{};
        Ring<quint32> traits;   // of the last requests without health checks, a bit for each
        size_t judgedCount = 0; // how many of them were judged with `revision`
        HashSet claims;
        HashSet clients;
        int internalClaims = 0;
        QVarLengthArray<PeerFacts::HopCandidate, MostHops> missingHops;
        Ring<PeerFacts::End> ends;
        // Samples are taken once a second: copying is what costs most.
        qint64 sampledAt = -1;
        qint64 faultSampledAt = -1;
        Text<200> sample;
        Text<200> faultSample;
        Text<128> unstatedHost;
        Text<128> misdirectedHost;
        Text<128> misdirectedAgent;
        Text<128> misdirectedPath;
        bool misdirectedForwarded = false;
    };
    class Merger;

    Peer &peerFor(const IpAddress &gatePeer, qint64 now);
    Peer &noteRequest(const RequestSeen &seen, qint64 now);
    size_t placeForNew();
    std::vector<Peer> copy() const;

    mutable std::mutex m_mutex;
    // All guarded by m_mutex.
    std::deque<Peer> m_peers; // never shrinks, so that a place keeps its number and its address
    // Of those seen last: most requests come from a few peers. By the last byte of the address.
    std::array<Peer *, 64> m_lastSeen{};
    std::unordered_map<IpAddress, size_t, IpAddressHash> m_places;
    size_t m_nextVictim = 0;
    quint64 m_evictions = 0;
};

} // namespace truepeer
