// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The modes of bench_load with events: what is sent goes to a room, and comes back to its members.
#include "tests/bench/loadclient.h"

#include <deque>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

// Broadcasts that have not reached all members yet: threads of the server that the sender does not
// belong to must not fall behind without end.
constexpr size_t MaxOnTheirWay = 8;

std::string ownRoom(uint32_t number)
{
    return "r" + std::to_string(number);
}

std::string commonRoom(uint32_t /*number*/)
{
    return "all";
}

// Broadcasts on their way: each is done when all members have it.
class Broadcasts
{
public:
    explicit Broadcasts(size_t members)
        : m_members(members)
    {
    }

    uint64_t begin()
    {
        m_open.push_back({Clock::now(), m_members});
        return m_first + m_open.size() - 1;
    }

    void received(uint64_t number)
    {
        ++m_frames;
        Broadcast &broadcast = m_open[size_t(number - m_first)];
        if (--broadcast.missing > 0)
            return;
        m_micros.push_back(microsSince(broadcast.sent));
        while (!m_open.empty() && m_open.front().missing == 0) {
            m_open.pop_front();
            ++m_first;
        }
    }

    size_t onTheirWay() const { return m_open.size(); }
    size_t frames() const { return m_frames; }
    std::vector<double> &micros() { return m_micros; }

private:
    struct Broadcast
    {
        Clock::time_point sent;
        size_t missing;
    };

    const size_t m_members;
    std::deque<Broadcast> m_open;
    uint64_t m_first = 0; // the number of the first that is open
    size_t m_frames = 0;
    std::vector<double> m_micros;
};

} // namespace

int runEvents(const Job &job)
{
    Load load(job.port);
    std::vector<Peer> peers(job.count);
    openMembers(load, peers, ownRoom);
    std::vector<double> micros;
    uint64_t number = 0;
    const auto ask = [&](Peer &peer) {
        peer.started = Clock::now();
        load.send(peer, numberedEvent("bench.echo", ownRoom(peer.number), ++number, 20));
    };
    const auto start = Clock::now();
    for (Peer &peer : peers)
        ask(peer);
    load.run(
        after(start, job.seconds), [](Peer &) {},
        [&](Peer &peer) {
            bool isBack = false;
            takeFrames(peer.input,
                       [&](const Frame &frame) { isBack = isBack || numberOf(frame).has_value(); });
            if (isBack) {
                micros.push_back(microsSince(peer.started));
                ask(peer);
            }
        },
        [] { return false; });
    printRate("events_per_s", double(micros.size()), micros, microsSince(start) / 1e6);
    return 0;
}

int runFanout(const Job &job)
{
    Load load(job.port);
    std::vector<Peer> peers(job.count);
    openMembers(load, peers, commonRoom);
    Peer &sender = peers.front();
    Broadcasts broadcasts(job.count);
    bool isBack = true; // the sender has its own
    const auto send = [&] {
        if (!isBack || broadcasts.onTheirWay() >= MaxOnTheirWay)
            return;
        isBack = false;
        load.send(sender, numberedEvent("bench.fanout", "all", broadcasts.begin(), 40));
    };
    const auto start = Clock::now();
    load.run(
        after(start, job.seconds), [](Peer &) {},
        [&](Peer &peer) {
            takeFrames(peer.input, [&](const Frame &frame) {
                const std::optional<uint64_t> number = numberOf(frame);
                if (!number)
                    return;
                broadcasts.received(*number);
                isBack = isBack || &peer == &sender;
            });
            send();
        },
        [&] {
            send();
            return false;
        });
    printRate("frames_per_s", double(broadcasts.frames()), broadcasts.micros(),
              microsSince(start) / 1e6);
    return 0;
}

} // namespace truepeer
