// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Nanoseconds for one resolve() and one explain(): the best of several rounds, so that other load
// on the machine matters less.
#include "server/trust/resolver.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <limits>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Clock = std::chrono::steady_clock;

// A list that trusts 10.0.0.0/8 and has `size - 1` entries besides, of many prefix lengths.
std::shared_ptr<const TrustPolicy> makePolicy(int size)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries.push_back({u"10.0.0.0/8"_s, {}});
    for (int i = 1; i < size; ++i) {
        const QString entry =
            i % 4 == 0 ? u"2001:db8:%1::/%2"_s.arg(QString::number(i, 16)).arg(48 + i % 60)
                       : u"%1.%2.0.0/%3"_s.arg(100 + i / 200).arg(i % 200).arg(16 + i % 16);
        settings.list.entries.push_back({entry, {}});
    }
    return *TrustPolicy::compile(settings, 1);
}

template <typename F>
double nanosecondsEach(F work)
{
    constexpr int Rounds = 9;
    constexpr int Calls = 20'000;
    double best = std::numeric_limits<double>::max();
    for (int round = 0; round < Rounds; ++round) {
        const auto start = Clock::now();
        for (int i = 0; i < Calls; ++i)
            work();
        const std::chrono::duration<double, std::nano> took = Clock::now() - start;
        best = std::min(best, took.count() / Calls);
    }
    return best;
}

void report(const char *what, const std::vector<HeaderLine> &headers, const TrustPolicy &policy,
            QByteArrayView peer)
{
    const ResolveInput input{
        *IpAddress::parse(peer), {}, headers, Scheme::Http, IpAddress::fromIPv4(0x7f000001)};
    quint64 sink = 0;
    const double fast = nanosecondsEach([&] { sink += resolve(input, policy).hops; });
    const double full = nanosecondsEach([&] { sink += explain(input, policy).trail.size(); });
    std::printf("%-44s resolve %7.0f ns   explain %8.0f ns   (%llu)\n", what, fast, full,
                static_cast<unsigned long long>(sink % 10));
}

} // namespace

int main()
{
    const std::vector<HeaderLine> browser = {
        {"Host", "app.example.com"},
        {"User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"},
        {"Accept", "*/*"},
        {"Accept-Language", "en-US,en;q=0.5"},
        {"Accept-Encoding", "gzip, deflate, br"},
        {"Connection", "Upgrade"},
        {"Upgrade", "websocket"},
        {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="},
        {"Sec-WebSocket-Version", "13"}};
    std::vector<HeaderLine> nginx = browser;
    nginx.push_back({"X-Forwarded-For", "203.0.113.7, 10.0.0.6, 10.0.0.5"});
    nginx.push_back({"X-Forwarded-Proto", "https"});
    nginx.push_back({"X-Real-IP", "10.0.0.5"});
    std::vector<HeaderLine> forwarded = browser;
    forwarded.push_back({"Forwarded", "for=203.0.113.7;proto=https;host=pub.example, "
                                      "for=\"10.0.0.6:443\", for=10.0.0.5;by=10.0.0.1"});

    for (const int size : {20, 1000, 10'000}) {
        const auto policy = makePolicy(size);
        std::printf("%d entries\n", size);
        report("  untrusted peer, headers ignored", nginx, *policy, "198.51.100.9");
        report("  trusted peer, no forwarding headers", browser, *policy, "10.0.0.1");
        report("  X-Forwarded-For 3 hops, -Proto, X-Real-IP", nginx, *policy, "10.0.0.1");
        report("  Forwarded 3 hops", forwarded, *policy, "10.0.0.1");
    }
    return 0;
}
