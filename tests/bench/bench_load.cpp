// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The load client of tests/bench/run. Each mode prints one line of key=value figures.
//
//   bench_load PORT idle COUNT            opens COUNT WebSockets, prints "ready", holds them until
//                                         its standard input ends
//   bench_load PORT http CONNECTIONS SECONDS     GET /health over keep-alive, one at a time each
//   bench_load PORT upgrade CONNECTIONS SECONDS  connect, upgrade, reset, and again
//   bench_load PORT events CONNECTIONS SECONDS   each sends an event of 20 bytes to a room of its
//                                         own, and the next one when it is back
//   bench_load PORT fanout MEMBERS SECONDS       one of them sends an event of 100 bytes to the
//   room
//                                         of all, and the next one when its own is back; the times
//                                         are those until the last member has it
//   bench_load PORT slow MEMBERS SECONDS  20 broadcasts a second of 1 kB, and 10 MB to one more
//                                         member; then again while that one does not read. The
//                                         times are those of the others, "close" is what it gets
//
// The server relays events bench.* to the rooms that they name, as
// `[relay] events = ["bench.*"]` tells truepeerd to do.
#include "tests/bench/loadclient.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include <unistd.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view HealthRequest = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";

int runIdle(int port, size_t count)
{
    Load load(port);
    std::vector<Peer> peers(count);
    size_t opened = 0;
    size_t ready = 0;
    const auto openMore = [&] {
        while (opened < count && opened - ready < 200)
            load.open(peers[opened++]);
    };
    openMore();
    const auto start = Clock::now();
    load.run(
        start + 120s, [&](Peer &peer) { load.send(peer, UpgradeRequest); },
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 101")) {
                ++ready;
                openMore();
            }
        },
        [&] { return ready == count; });
    if (ready != count)
        fail("not all connections were accepted");
    std::printf("ready count=%zu seconds=%.2f\n", ready, microsSince(start) / 1e6);
    std::fflush(stdout);
    // Pings are answered by nobody: runs are shorter than the server's patience, or its pings are
    // switched off.
    char byte = 0;
    while (::read(0, &byte, 1) > 0) {
    }
    return 0;
}

int runHttp(int port, size_t connections, double seconds)
{
    Load load(port);
    std::vector<Peer> peers(connections);
    std::vector<double> micros;
    const auto ask = [&](Peer &peer) {
        peer.started = Clock::now();
        load.send(peer, HealthRequest);
    };
    for (Peer &peer : peers)
        load.open(peer);
    const auto start = Clock::now();
    load.run(
        after(start, seconds), ask,
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 200")) {
                micros.push_back(microsSince(peer.started));
                ask(peer);
            }
        },
        [] { return false; });
    printRate("requests_per_s", double(micros.size()), micros, microsSince(start) / 1e6);
    return 0;
}

int runUpgrade(int port, size_t connections, double seconds)
{
    Load load(port);
    std::vector<Peer> peers(connections);
    std::vector<double> micros;
    for (Peer &peer : peers)
        load.open(peer);
    const auto start = Clock::now();
    load.run(
        after(start, seconds), [&](Peer &peer) { load.send(peer, UpgradeRequest); },
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 101")) {
                micros.push_back(microsSince(peer.started));
                Load::reset(peer);
                load.open(peer);
            }
        },
        [] { return false; });
    printRate("upgrades_per_s", double(micros.size()), micros, microsSince(start) / 1e6);
    return 0;
}

int runIdleMode(int port, size_t count, double /*seconds*/)
{
    return runIdle(port, count);
}

struct Mode
{
    std::string_view name;
    int (*run)(int port, size_t count, double seconds);
};

constexpr Mode Modes[] = {
    {"idle", runIdleMode}, {"http", runHttp},     {"upgrade", runUpgrade},
    {"events", runEvents}, {"fanout", runFanout}, {"slow", runSlow},
};

} // namespace

} // namespace truepeer

int main(int argc, char *argv[])
{
    using namespace truepeer;
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const auto mode = std::find_if(std::begin(Modes), std::end(Modes), [&](const Mode &known) {
        return arguments.size() >= 3 && arguments[1] == known.name;
    });
    if (mode == std::end(Modes)) {
        std::fputs("usage: bench_load PORT idle|http|upgrade|events|fanout|slow COUNT [SECONDS]\n",
                   stderr);
        return 2;
    }
    const size_t count = std::strtoul(arguments[2].c_str(), nullptr, 10);
    const double seconds = arguments.size() > 3 ? std::atof(arguments[3].c_str()) : 5;
    return mode->run(std::atoi(arguments[0].c_str()), count, seconds);
}
