// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/bench/loadclient.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr size_t OpeningAtOnce = 200;
constexpr auto OpenPatience = 120s;

sockaddr_in addressOf(uint32_t address, int port)
{
    sockaddr_in result = {};
    result.sin_family = AF_INET;
    result.sin_addr.s_addr = htonl(address);
    result.sin_port = htons(uint16_t(port));
    return result;
}

[[noreturn]] void giveUp(const char *why)
{
    std::fprintf(stderr, "bench_load: %s\n", why);
    std::exit(1);
}

// True when the answer to its join_room has come.
bool noteJoined(Peer &peer)
{
    const bool before = peer.joined;
    takeFrames(peer.input, [&](const Frame &frame) {
        peer.joined = peer.joined || frame.payload.find("room_joined") != std::string_view::npos;
    });
    return peer.joined && !before;
}

} // namespace

void fail(const char *what)
{
    std::fprintf(stderr, "bench_load: %s: %s\n", what, std::strerror(errno));
    std::exit(1);
}

// ---- connections ------------------------------------------------------------------------------

Load::Load(int port)
    : m_port(port)
    , m_epoll(epoll_create1(0))
{
    if (m_epoll < 0)
        fail("epoll_create1");
}

void Load::open(Peer &peer)
{
    peer.socket = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (peer.socket < 0)
        fail("socket");
    const int on = 1;
    ::setsockopt(peer.socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ::setsockopt(peer.socket, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    if (m_receiveBuffer > 0) {
        ::setsockopt(peer.socket, SOL_SOCKET, SO_RCVBUF, &m_receiveBuffer, sizeof m_receiveBuffer);
    }
    // 251 sources in turn.
    sockaddr_in source = addressOf(0x7f010001U + (m_opened++ % 251), 0);
    if (::bind(peer.socket, reinterpret_cast<sockaddr *>(&source), sizeof source) != 0)
        fail("bind");
    sockaddr_in target = addressOf(INADDR_LOOPBACK, m_port);
    const int result = ::connect(peer.socket, reinterpret_cast<sockaddr *>(&target), sizeof target);
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

void Load::reset(Peer &peer)
{
    const linger hard = {1, 0};
    ::setsockopt(peer.socket, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    ::close(peer.socket);
}

void Load::ignore(const Peer &peer) const
{
    epoll_ctl(m_epoll, EPOLL_CTL_DEL, peer.socket, nullptr);
}

void Load::send(Peer &peer, std::string_view bytes) const
{
    while (!bytes.empty()) {
        const ssize_t count = ::send(peer.socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count >= 0) {
            bytes.remove_prefix(size_t(count));
        } else if (errno == EAGAIN) {
            pollfd writable = {peer.socket, POLLOUT, 0};
            ::poll(&writable, 1, 1000);
        } else if (errno != EINTR) {
            fail("send");
        }
    }
    if (!peer.connected) {
        peer.connected = true;
        epoll_event event = {};
        event.events = EPOLLIN;
        event.data.ptr = &peer;
        epoll_ctl(m_epoll, EPOLL_CTL_MOD, peer.socket, &event);
    }
}

Load::Read Load::read(Peer &peer)
{
    std::array<char, 65536> buffer;
    const ssize_t count = ::recv(peer.socket, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count > 0) {
        peer.input.append(buffer.data(), size_t(count));
        return Read::Some;
    }
    return count < 0 && (errno == EAGAIN || errno == EINTR) ? Read::Nothing : Read::End;
}

Load::Read Load::readLate(Peer &peer)
{
    pollfd readable = {peer.socket, POLLIN, 0};
    return ::poll(&readable, 1, 1000) > 0 ? read(peer) : Read::Nothing;
}

bool Load::readOpen(Peer &peer)
{
    const Read result = read(peer);
    if (result == Read::End)
        giveUp("the server closed a connection");
    return result == Read::Some;
}

void joinRoom(Load &load, Peer &peer, RoomOf roomOf)
{
    peer.joined = false;
    load.send(peer, eventFrame("join_room", "{\"room\":\"" + roomOf(peer.number) + "\"}"));
    load.run(
        Clock::now() + OpenPatience, [](Peer &) {}, noteJoined, [&] { return peer.joined; });
    if (!peer.joined)
        giveUp("a client could not join a second room");
}

std::string plainUpgrade(uint32_t /*number*/)
{
    return std::string(UpgradeRequest);
}

void openIdle(Load &load, std::vector<Peer> &peers, RequestOf requestOf, uint32_t first)
{
    size_t opened = 0;
    size_t ready = 0;
    const auto openMore = [&] {
        while (opened < peers.size() && opened - ready < OpeningAtOnce) {
            peers[opened].number = first + uint32_t(opened);
            load.open(peers[opened++]);
        }
    };
    openMore();
    load.run(
        Clock::now() + OpenPatience, [&](Peer &peer) { load.send(peer, requestOf(peer.number)); },
        [&](Peer &peer) {
            if (takeResponse(peer.input, "HTTP/1.1 101")) {
                ++ready;
                openMore();
            }
        },
        [&] { return ready == peers.size(); });
    if (ready != peers.size())
        giveUp("not all connections were accepted");
}

void openMembers(Load &load, std::vector<Peer> &peers, RoomOf roomOf, RequestOf requestOf)
{
    size_t opened = 0;
    size_t joined = 0;
    const auto openMore = [&] {
        while (opened < peers.size() && opened - joined < OpeningAtOnce) {
            peers[opened].number = uint32_t(opened);
            load.open(peers[opened++]);
        }
    };
    const auto received = [&](Peer &peer) {
        if (peer.upgraded) {
            joined += noteJoined(peer) ? 1U : 0U;
            openMore();
        } else if (takeResponse(peer.input, "HTTP/1.1 101")) {
            peer.upgraded = true;
            load.send(peer, eventFrame("join_room", "{\"room\":\"" + roomOf(peer.number) + "\"}"));
        }
    };
    openMore();
    load.run(
        Clock::now() + OpenPatience, [&](Peer &peer) { load.send(peer, requestOf(peer.number)); },
        received, [&] { return joined == peers.size(); });
    if (joined != peers.size())
        giveUp("not all clients could join their room");
}

// ---- protocols --------------------------------------------------------------------------------

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

std::optional<Frame> takeFrame(std::string_view &input)
{
    const auto byteAt = [&](size_t index) {
        return size_t(static_cast<unsigned char>(input[index]));
    };
    if (input.size() < 2)
        return std::nullopt;
    size_t head = 2;
    size_t length = byteAt(1);
    const size_t lengthBytes = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (lengthBytes > 0) {
        head += lengthBytes;
        if (input.size() < head)
            return std::nullopt;
        length = 0;
        for (size_t i = 2; i < head; ++i)
            length = length << 8 | byteAt(i);
    }
    if (input.size() - head < length)
        return std::nullopt;
    const Frame frame = {int(byteAt(0) & 0x0f), input.substr(head, length)};
    input.remove_prefix(head + length);
    return frame;
}

std::string eventFrame(std::string_view event, std::string_view dataJson)
{
    constexpr std::string_view Mask = "\x5a\x17\xc3\x8e";
    std::string payload = R"({"event":")";
    payload.append(event).append(R"(","data":)").append(dataJson).append("}");
    for (size_t i = 0; i < payload.size(); ++i)
        payload[i] = char(payload[i] ^ Mask[i % 4]);
    std::string frame = "\x81";
    if (payload.size() <= 125) {
        frame += char(0x80 | payload.size());
    } else {
        frame += char(0x80 | 126);
        frame += char(payload.size() >> 8);
        frame += char(payload.size());
    }
    return frame.append(Mask).append(payload);
}

std::string numberedEvent(std::string_view event, std::string_view room, uint64_t number,
                          size_t textBytes)
{
    std::string data = "{\"n\":" + std::to_string(number) + ",\"room\":\"";
    data.append(room).append("\",\"text\":\"").append(textBytes, 'x').append("\"}");
    return eventFrame(event, data);
}

// The number of an event that came back; nothing for other messages.
std::optional<uint64_t> numberOf(const Frame &frame)
{
    constexpr std::string_view Key = "\"n\":";
    const size_t place = frame.payload.find(Key);
    if (place == std::string_view::npos) {
        std::fprintf(stderr, "bench_load: unexpected message: %.*s\n",
                     int(std::min<size_t>(frame.payload.size(), 200)), frame.payload.data());
        return std::nullopt;
    }
    // What follows the number is no digit, and within the input.
    return std::strtoull(frame.payload.data() + place + Key.size(), nullptr, 10);
}

// ---- figures ----------------------------------------------------------------------------------

double microsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::micro>(Clock::now() - start).count();
}

Clock::time_point after(Clock::time_point start, double seconds)
{
    return start
           + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
}

double percentile(const std::vector<double> &sorted, double part)
{
    return sorted.empty() ? 0.0 : sorted[size_t(part * double(sorted.size() - 1))];
}

void printRate(const char *name, double count, std::vector<double> &micros, double seconds)
{
    std::sort(micros.begin(), micros.end());
    std::printf("%s=%.0f p50_us=%.0f p99_us=%.0f max_us=%.0f\n", name, count / seconds,
                percentile(micros, 0.5), percentile(micros, 0.99), percentile(micros, 1.0));
}

} // namespace truepeer
