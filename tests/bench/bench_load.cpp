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
//                                         room of all, and the next one when its own is back; the
//                                         times are those until the last member has it
//   bench_load PORT slow MEMBERS SECONDS  20 broadcasts a second of 1 kB, and 10 MB to one more
//                                         member; then again while that one does not read. The
//                                         times are those of the others, "close" is what it gets
//   bench_load PORT edits CLIENTS SECONDS SOCKET     200 of them echo, alone and while the trust
//                                         list is edited so that all clients are others each time
//   bench_load PORT watched CLIENTS SECONDS SOCKET   200 of them echo, alone, beside a session that
//                                         asks as a dashboard does, and beside one more that reads
//                                         no answers. Both need truepeerd and its admin socket
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

int runIdle(const Job &job)
{
    Load load(job.port);
    std::vector<Peer> peers(job.count);
    const auto start = Clock::now();
    openIdle(load, peers);
    std::printf("ready count=%zu seconds=%.2f\n", peers.size(), microsSince(start) / 1e6);
    std::fflush(stdout);
    // Pings are answered by nobody: runs are shorter than the server's patience, or its pings are
    // switched off.
    char byte = 0;
    while (::read(0, &byte, 1) > 0) {
    }
    return 0;
}

int runHttp(const Job &job)
{
    Load load(job.port);
    std::vector<Peer> peers(job.count);
    std::vector<double> micros;
    const auto ask = [&](Peer &peer) {
        peer.started = Clock::now();
        load.send(peer, HealthRequest);
    };
    for (Peer &peer : peers)
        load.open(peer);
    const auto start = Clock::now();
    load.run(
        after(start, job.seconds), ask,
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

int runUpgrade(const Job &job)
{
    Load load(job.port);
    std::vector<Peer> peers(job.count);
    std::vector<double> micros;
    for (Peer &peer : peers)
        load.open(peer);
    const auto start = Clock::now();
    load.run(
        after(start, job.seconds), [&](Peer &peer) { load.send(peer, UpgradeRequest); },
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

struct Mode
{
    std::string_view name;
    int (*run)(const Job &job);
};

constexpr Mode Modes[] = {
    {"idle", runIdle},     {"http", runHttp}, {"upgrade", runUpgrade}, {"events", runEvents},
    {"fanout", runFanout}, {"slow", runSlow}, {"edits", runEdits},     {"watched", runWatched},
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
        std::fputs("usage: bench_load PORT idle|http|upgrade|events|fanout|slow COUNT [SECONDS]\n"
                   "       bench_load PORT edits|watched COUNT SECONDS SOCKET\n",
                   stderr);
        return 2;
    }
    Job job;
    job.port = std::atoi(arguments[0].c_str());
    job.count = std::strtoul(arguments[2].c_str(), nullptr, 10);
    if (arguments.size() > 3)
        job.seconds = std::atof(arguments[3].c_str());
    if (arguments.size() > 4)
        job.adminSocket = arguments[4];
    return mode->run(job);
}
