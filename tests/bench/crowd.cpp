// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/bench/crowd.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <thread>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr size_t Active = 200;
constexpr auto ReturnPatience = 5s;

std::string ownRoom(uint32_t number)
{
    return "r" + std::to_string(number);
}

std::string forwardedUpgrade(uint32_t number)
{
    std::string request(UpgradeRequest);
    const std::string field = "X-Forwarded-For: " + Crowd::claimedAddress(number) + "\r\n";
    return request.insert(request.size() - 2, field);
}

} // namespace

std::string Crowd::claimedAddress(uint32_t number)
{
    return "198.18." + std::to_string(number / 256) + "." + std::to_string(number % 256);
}

Crowd::Crowd(int port, size_t clients)
    : m_load(port)
    , m_active(std::min(clients, Active))
    , m_idle(clients - m_active.size())
{
    openMembers(m_load, m_active, ownRoom, forwardedUpgrade);
    openIdle(m_load, m_idle, forwardedUpgrade, uint32_t(m_active.size()));
}

void Crowd::Echo::add(const Echo &other)
{
    seconds += other.seconds;
    micros.insert(micros.end(), other.micros.begin(), other.micros.end());
}

void Crowd::Echo::print(const std::string &name)
{
    std::sort(micros.begin(), micros.end());
    const char *key = name.c_str();
    std::printf("%s_per_s=%.0f %s_p50_us=%.0f %s_p99_us=%.0f %s_max_us=%.0f ", key,
                double(micros.size()) / seconds, key, percentile(micros, 0.5), key,
                percentile(micros, 0.99), key, percentile(micros, 1.0));
}

void Crowd::ask(Peer &peer)
{
    peer.started = Clock::now();
    ++m_onTheirWay;
    m_load.send(peer, numberedEvent("bench.echo", ownRoom(peer.number), ++m_number, 20));
}

// True when its event is back.
bool Crowd::tookEvent(Peer &peer)
{
    bool isBack = false;
    takeFrames(peer.input,
               [&](const Frame &frame) { isBack = isBack || numberOf(frame).has_value(); });
    m_onTheirWay -= isBack ? 1 : 0;
    return isBack;
}

template <typename Done>
Crowd::Echo Crowd::echoUntil(Clock::time_point end, Done done)
{
    Echo echo;
    const auto start = Clock::now();
    for (Peer &peer : m_active)
        ask(peer);
    m_load.run(
        end, [](Peer &) {},
        [&](Peer &peer) {
            if (tookEvent(peer)) {
                echo.micros.push_back(microsSince(peer.started));
                ask(peer);
            }
        },
        done);
    echo.seconds = microsSince(start) / 1e6;
    // Nothing is left for the next measurement.
    m_load.run(
        Clock::now() + ReturnPatience, [](Peer &) {}, [&](Peer &peer) { tookEvent(peer); },
        [&] { return m_onTheirWay == 0; });
    return echo;
}

Crowd::Echo Crowd::echo(double seconds)
{
    return echoUntil(after(Clock::now(), seconds), [] { return false; });
}

Crowd::Echo Crowd::echoBeside(const std::function<void()> &beside)
{
    std::atomic<bool> isOver = false;
    std::thread other([&] {
        beside();
        isOver = true;
    });
    Echo echo = echoUntil(Clock::time_point::max(), [&] { return isOver.load(); });
    other.join();
    return echo;
}

} // namespace truepeer
