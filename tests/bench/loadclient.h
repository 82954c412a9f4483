// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The connections of bench_load: one thread, epoll, loopback only. They are spread over the source
// addresses 127.1.0.1, 127.1.0.2, …, so that no single one runs out of ports.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/epoll.h>

namespace truepeer {

using Clock = std::chrono::steady_clock;

// Says what failed and errno, and exits.
[[noreturn]] void fail(const char *what);

struct Peer
{
    int socket = -1;
    bool connected = false;
    bool upgraded = false;
    bool joined = false; // its room
    uint32_t number = 0;
    std::string input;
    Clock::time_point started;
};

class Load
{
public:
    explicit Load(int port);

    // Takes effect before open(): the receive buffer of the sockets, 0 for the kernel's choice.
    void setReceiveBuffer(int bytes) { m_receiveBuffer = bytes; }
    // How long run() waits at most before it calls `turn` again.
    void setPatience(std::chrono::milliseconds patience) { m_patience = patience; }

    void open(Peer &peer);
    // With a reset, so that no port waits in TIME_WAIT.
    static void reset(Peer &peer);
    // Nobody reads this one any more.
    void ignore(const Peer &peer) const;
    void send(Peer &peer, std::string_view bytes) const;

    enum class Read { Some, Nothing, End };
    // Adds what there is to the input, without waiting.
    static Read read(Peer &peer);
    // The same, but waits for up to a second.
    static Read readLate(Peer &peer);

    // Calls connected(peer) and received(peer) until `end`, or until turn(), called before each
    // wait, says that it is done.
    template <typename Connected, typename Received, typename Turn>
    void run(Clock::time_point end, Connected connected, Received received, Turn turn)
    {
        std::array<epoll_event, 512> events;
        while (!turn() && Clock::now() < end) {
            const int count =
                epoll_wait(m_epoll, events.data(), int(events.size()), int(m_patience.count()));
            for (int i = 0; i < count; ++i) {
                Peer &peer = *static_cast<Peer *>(events[size_t(i)].data.ptr);
                if ((events[size_t(i)].events & EPOLLOUT) != 0 && !peer.connected)
                    connected(peer);
                else if (readOpen(peer))
                    received(peer);
            }
        }
    }

private:
    // A connection that ends ends the program.
    static bool readOpen(Peer &peer);

    const int m_port;
    const int m_epoll;
    uint32_t m_opened = 0;
    int m_receiveBuffer = 0;
    std::chrono::milliseconds m_patience{100};
};

inline constexpr std::string_view UpgradeRequest = "GET / HTTP/1.1\r\n"
                                                   "Host: localhost\r\n"
                                                   "Upgrade: websocket\r\n"
                                                   "Connection: Upgrade\r\n"
                                                   "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                                                   "Sec-WebSocket-Version: 13\r\n\r\n";

// Made of the number of a peer: the room that it joins, the request that it upgrades with.
using RoomOf = std::string (*)(uint32_t number);
using RequestOf = std::string (*)(uint32_t number);
std::string plainUpgrade(uint32_t number);

// Opens all peers, numbered from `first` on.
void openIdle(Load &load, std::vector<Peer> &peers, RequestOf requestOf = plainUpgrade,
              uint32_t first = 0);
// Opens all peers, and lets each of them join its room.
void openMembers(Load &load, std::vector<Peer> &peers, RoomOf roomOf,
                 RequestOf requestOf = plainUpgrade);
// One that is open joins another room.
void joinRoom(Load &load, Peer &peer, RoomOf roomOf);

// True when the input holds a whole response, which is taken off.
bool takeResponse(std::string &input, std::string_view status);

struct Frame
{
    int opcode = 0;
    std::string_view payload;
};

// The first frame of the input, which is moved on; nothing while it is incomplete.
std::optional<Frame> takeFrame(std::string_view &input);
// Calls visit(frame) for each whole frame of the input and takes them off.
template <typename Visitor>
void takeFrames(std::string &input, Visitor visit)
{
    std::string_view rest = input;
    while (const std::optional<Frame> frame = takeFrame(rest))
        visit(*frame);
    input.erase(0, input.size() - rest.size());
}
// A masked text frame with the event.
std::string eventFrame(std::string_view event, std::string_view dataJson);
// Its data has a number, the room that it is for, and this many bytes of text.
std::string numberedEvent(std::string_view event, std::string_view room, uint64_t number,
                          size_t textBytes);
// The number of such an event; nothing for other messages.
std::optional<uint64_t> numberOf(const Frame &frame);

double microsSince(Clock::time_point start);
Clock::time_point after(Clock::time_point start, double seconds);
// The figures are sorted. `part` is 0.5 for the median.
double percentile(const std::vector<double> &sorted, double part);
// NAME=RATE p50_us=… p99_us=… max_us=…
void printRate(const char *name, double count, std::vector<double> &micros, double seconds);

// What bench_load was asked for.
struct Job
{
    int port = 0;
    size_t count = 0;
    double seconds = 5;
    std::string adminSocket;
};

// The modes with events, in loadevents.cpp and loadslow.cpp.
int runEvents(const Job &job);
int runFanout(const Job &job);
int runSlow(const Job &job);
// Those with an admin session, in loadedits.cpp and loadwatched.cpp.
int runEdits(const Job &job);
int runWatched(const Job &job);

} // namespace truepeer
