// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The load client of tests/bench/run: one thread, epoll, loopback only. It spreads its connections
// over the source addresses 127.1.0.1, 127.1.0.2, …, so that no single one runs out of ports.
//
//   bench_load PORT idle COUNT            opens COUNT WebSockets, prints "ready", holds them until
//                                         its standard input ends
//   bench_load PORT http CONNECTIONS SECONDS     GET /health over keep-alive, one at a time each
//   bench_load PORT upgrade CONNECTIONS SECONDS  connect, upgrade, reset, and again
//
// Prints one line of key=value figures.
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::string_view HealthRequest = "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view UpgradeRequest = "GET / HTTP/1.1\r\n"
                                            "Host: localhost\r\n"
                                            "Upgrade: websocket\r\n"
                                            "Connection: Upgrade\r\n"
                                            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                            "Sec-WebSocket-Version: 13\r\n\r\n";

[[noreturn]] void fail(const char *what)
{
    std::fprintf(stderr, "bench_load: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

struct Peer
{
    int socket = -1;
    bool connected = false;
    std::string input;
    Clock::time_point started;
};

class Load
{
public:
    explicit Load(int port)
        : m_port(port)
        , m_epoll(epoll_create1(0))
    {
        if (m_epoll < 0)
            fail("epoll_create1");
    }

    void open(Peer &peer)
    {
        peer.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        if (peer.socket < 0)
            fail("socket");
        const int on = 1;
        ::setsockopt(peer.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        ::setsockopt(peer.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        // 251 sources in turn.
        sockaddr_in source = addressOf(0x7f010001U + (m_opened++ % 251), 0);
        if (::bind(peer.socket, reinterpret_cast<sockaddr *>(&source), sizeof source) != 0)
            fail("bind");
        sockaddr_in target = addressOf(INADDR_LOOPBACK, m_port);
        const int result =
            ::connect(peer.socket, reinterpret_cast<sockaddr *>(&target), sizeof target);
        if (result != 0 && errno != EINPROGRESS)
            fail("connect");
        peer.connected = false;
        peer.input.clear();
        peer.started = Clock::now();
        epoll_event event = {};
        event.events = EPOLLIN | EPOLLOUT;
        event.data.ptr = &peer;
        epoll_ctl(m_epoll, EPOLL_CTL_ADD, peer.socket, &event);
    }

    // With a reset, so that no port waits in TIME_WAIT.
    static void reset(Peer &peer)
    {
        const linger hard = {1, 0};
        ::setsockopt(peer.socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        ::close(peer.socket);
    }

    void send(Peer &peer, std::string_view bytes) const
    {
        if (::send(peer.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) != ssize_t(bytes.size()))
            fail("send");
        if (!peer.connected) {
            peer.connected = true;
            epoll_event event = {};
            event.events = EPOLLIN;
            event.data.ptr = &peer;
            epoll_ctl(m_epoll, EPOLL_CTL_MOD, peer.socket, &event);
        }
    }

    // Calls connected(peer) and received(peer) until `end`, or until `done` says so.
    template <typename Connected, typename Received, typename Done>
    void run(Clock::time_point end, Connected connected, Received received, Done done)
    {
        std::array<epoll_event, 256> events;
        while (!done() && Clock::now() < end) {
            const int count = epoll_wait(m_epoll, events.data(), int(events.size()), 100);
            for (int i = 0; i < count; ++i) {
                Peer &peer = *static_cast<Peer *>(events[size_t(i)].data.ptr);
                if ((events[size_t(i)].events & EPOLLOUT) != 0 && !peer.connected)
                    connected(peer);
                else if (read(peer))
                    received(peer);
            }
        }
    }

private:
    static sockaddr_in addressOf(uint32_t address, int port)
    {
        sockaddr_in result = {};
        result.sin_family = AF_INET;
        result.sin_addr.s_addr = htonl(address);
        result.sin_port = htons(uint16_t(port));
        return result;
    }

    static bool read(Peer &peer)
    {
        std::array<char, 16384> buffer;
        const ssize_t count = ::recv(peer.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            peer.input.append(buffer.data(), size_t(count));
            return true;
        }
        if (count == 0 || (errno != EAGAIN && errno != EINTR))
            fail("the server closed a connection");
        return false;
    }

    const int m_port;
    const int m_epoll;
    uint32_t m_opened = 0;
};

// True when the input holds a whole response, which is taken off.
bool takeResponse(std::string &input, std::string_view status)
{
    const size_t head = input.find("\r\n\r\n");
    if (head == std::string::npos)
        return false;
    if (input.compare(0, status.size(), status) != 0) {
        std::fprintf(stderr, "bench_load: unexpected answer: %.80s\n", input.c_str());
        std::exit(1);
    }
    size_t length = 0;
    if (const size_t field = input.find("Content-Length: "); field < head)
        length = std::strtoul(input.c_str() + field + 16, nullptr, 10);
    if (input.size() < head + 4 + length)
        return false;
    input.erase(0, head + 4 + length);
    return true;
}

void printRate(const char *name, std::vector<double> &micros, double seconds)
{
    std::sort(micros.begin(), micros.end());
    const auto at = [&](double part) {
        return micros.empty() ? 0.0 : micros[size_t(part * double(micros.size() - 1))];
    };
    std::printf("%s=%.0f p50_us=%.0f p99_us=%.0f max_us=%.0f\n", name,
                double(micros.size()) / seconds, at(0.5), at(0.99), at(1.0));
}

double microsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

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
        start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)),
        ask,
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 200")) {
                micros.push_back(microsSince(peer.started));
                ask(peer);
            }
        },
        [] { return false; });
    printRate("requests_per_s", micros, microsSince(start) / 1e6);
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
        start + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds)),
        [&](Peer &peer) { load.send(peer, UpgradeRequest); },
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 101")) {
                micros.push_back(microsSince(peer.started));
                Load::reset(peer);
                load.open(peer);
            }
        },
        [] { return false; });
    printRate("upgrades_per_s", micros, microsSince(start) / 1e6);
    return 0;
}

} // namespace

int main(int argc, char *argv[])
{
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    if (arguments.size() < 3) {
        std::fputs("usage: bench_load PORT idle|http|upgrade COUNT [SECONDS]\n", stderr);
        return 2;
    }
    const int port = std::atoi(arguments[0].c_str());
    const size_t count = std::strtoul(arguments[2].c_str(), nullptr, 10);
    const double seconds = arguments.size() > 3 ? std::atof(arguments[3].c_str()) : 5;
    if (arguments[1] == "idle")
        return runIdle(port, count);
    if (arguments[1] == "http")
        return runHttp(port, count, seconds);
    if (arguments[1] == "upgrade")
        return runUpgrade(port, count, seconds);
    std::fputs("bench_load: the mode is idle, http or upgrade\n", stderr);
    return 2;
}
