// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What is watched and edited in the modes of bench_load with an admin session: many clients behind
// proxies, of which some send events all the time.
#pragma once

#include "tests/bench/loadclient.h"

#include <functional>
#include <string>
#include <vector>

namespace truepeer {

class Crowd
{
public:
    // Where they come from; each claims an address of its own in the other range.
    static constexpr char ProxyRange[] = "127.1.0.0/24";
    static constexpr char ClaimedRange[] = "198.18.0.0/15";
    static std::string claimedAddress(uint32_t number);

    // Opens them. The first ones will send events.
    Crowd(int port, size_t clients);

    size_t size() const { return m_idle.size() + m_active.size(); }

    // Events that came back.
    struct Echo
    {
        double seconds = 0;
        std::vector<double> micros;

        void add(const Echo &other);
        // NAME_per_s=RATE NAME_p50_us=… NAME_p99_us=… NAME_max_us=…, and a blank.
        void print(const std::string &name);
    };
    Echo echo(double seconds);
    // Until `beside` is over, which runs in a thread of its own.
    Echo echoBeside(const std::function<void()> &beside);

private:
    void ask(Peer &peer);
    bool tookEvent(Peer &peer);
    template <typename Done>
    Echo echoUntil(Clock::time_point end, Done done);

    Load m_load;
    std::vector<Peer> m_active;
    std::vector<Peer> m_idle;
    uint64_t m_number = 0;
    int m_onTheirWay = 0;
};

} // namespace truepeer
