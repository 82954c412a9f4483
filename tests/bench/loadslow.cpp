// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The mode of bench_load with a slow reader: broadcasts go out at a steady rate, and one member
// more gets so much beside them that the server has to do something about it when it does not read.
#include "tests/bench/loadclient.h"

#include <algorithm>
#include <cstdio>

namespace truepeer {

namespace {

using namespace std::chrono_literals;

constexpr auto Period = 50ms; // between broadcasts
constexpr size_t BroadcastBytes = 1000;
constexpr size_t VolumePiece = 60'000;
constexpr size_t Volume = 10'000'000; // more than the kernel and a send queue of 1 MiB take
constexpr double VolumeSeconds = 2;   // less than the time a server waits for an answer to a close
// Pieces that have not come back: those who read must not be taken for slow readers because all of
// this is one busy thread.
constexpr int MaxOnTheirWay = 4;
constexpr auto VolumePatience = 5s; // behind the end of a measurement
constexpr int SmallBuffer = 64 * 1024;
constexpr int StillOpen = 0;
constexpr int NoCloseFrame = 1006; // RFC 6455 7.1.5

std::string commonRoom(uint32_t /*number*/)
{
    return "all";
}

std::string volumeRoom(uint32_t /*number*/)
{
    return "volume";
}

class SlowReader
{
public:
    SlowReader(int port, size_t members)
        : m_load(port)
        , m_members(members)
        , m_odd(1)
    {
        m_load.setPatience(1ms);
        openMembers(m_load, m_members, commonRoom);
        m_load.setReceiveBuffer(SmallBuffer);
        openMembers(m_load, m_odd, commonRoom);
        joinRoom(m_load, m_members.front(), volumeRoom);
        joinRoom(m_load, m_odd.front(), volumeRoom);
    }

    // From now on the odd one does not read.
    void stall();

    // The times of delivery to the fast members, sorted.
    std::vector<double> measure(double seconds);
    // Reads what waits for the odd one; returns the code that it was closed with.
    int readRest(size_t &bytes);

private:
    void received(Peer &peer, std::vector<double> &micros);
    void sendBroadcast();
    void sendVolume();

    Load m_load;
    std::vector<Peer> m_members;
    std::vector<Peer> m_odd;
    std::vector<Clock::time_point> m_sent; // by number
    Clock::time_point m_due;
    size_t m_volumeLeft = 0; // bytes to send in this measurement
    int m_senderAwaits = 0;  // pieces on their way
    int m_oddAwaits = 0;
    bool m_stalled = false;
};

void SlowReader::stall()
{
    m_stalled = true;
    m_oddAwaits = 0;
    m_load.ignore(m_odd.front());
}

std::vector<double> SlowReader::measure(double seconds)
{
    const auto start = Clock::now();
    const auto end = after(start, seconds);
    const double volumeSeconds = std::min(seconds, VolumeSeconds);
    const auto volumeFrom = after(start, seconds - volumeSeconds);
    // How much of the volume may have gone out by now.
    const auto volumeDue = [&](Clock::time_point now) {
        const double part = std::chrono::duration<double>(now - volumeFrom).count() / volumeSeconds;
        return size_t(double(Volume) * std::clamp(part, 0.0, 1.0));
    };
    std::vector<double> micros;
    m_due = start;
    m_volumeLeft = Volume;
    m_load.run(
        end + VolumePatience, [](Peer &) {}, [&](Peer &peer) { received(peer, micros); },
        [&] {
            const auto now = Clock::now();
            if (now >= m_due) {
                m_due += Period;
                sendBroadcast();
            }
            if (Volume - m_volumeLeft < volumeDue(now))
                sendVolume();
            return now >= end && m_volumeLeft == 0;
        });
    std::sort(micros.begin(), micros.end());
    return micros;
}

void SlowReader::sendBroadcast()
{
    const uint64_t number = m_sent.size();
    m_sent.push_back(Clock::now());
    m_load.send(m_members.front(), numberedEvent("bench.fanout", "all", number, BroadcastBytes));
}

void SlowReader::sendVolume()
{
    if (m_senderAwaits >= MaxOnTheirWay || m_oddAwaits >= MaxOnTheirWay)
        return;
    m_load.send(m_members.front(), numberedEvent("bench.volume", "volume", 0, VolumePiece));
    ++m_senderAwaits;
    m_oddAwaits += m_stalled ? 0 : 1;
    m_volumeLeft -= std::min(m_volumeLeft, VolumePiece);
}

void SlowReader::received(Peer &peer, std::vector<double> &micros)
{
    const bool isOdd = &peer == &m_odd.front();
    takeFrames(peer.input, [&](const Frame &frame) {
        if (frame.payload.size() > VolumePiece) {
            --(isOdd ? m_oddAwaits : m_senderAwaits);
            return;
        }
        const std::optional<uint64_t> number = isOdd ? std::nullopt : numberOf(frame);
        if (number)
            micros.push_back(microsSince(m_sent[size_t(*number)]));
    });
}

int SlowReader::readRest(size_t &bytes)
{
    Peer &odd = m_odd.front();
    int code = StillOpen;
    while (code == StillOpen) {
        const Load::Read result = Load::readLate(odd);
        if (result != Load::Read::Some)
            return result == Load::Read::End ? NoCloseFrame : StillOpen;
        takeFrames(odd.input, [&](const Frame &frame) {
            bytes += frame.payload.size();
            if (frame.opcode == 8 && frame.payload.size() >= 2) {
                code = static_cast<unsigned char>(frame.payload[0]) << 8
                       | static_cast<unsigned char>(frame.payload[1]);
            }
        });
    }
    return code;
}

} // namespace

int runSlow(const Job &job)
{
    SlowReader load(job.port, job.count);
    const std::vector<double> reading = load.measure(job.seconds);
    load.stall();
    const std::vector<double> stalled = load.measure(job.seconds);
    size_t bytes = 0;
    const int code = load.readRest(bytes);
    std::printf("p50_us=%.0f p99_us=%.0f stalled_p50_us=%.0f stalled_p99_us=%.0f close=%d "
                "read_late=%zu\n",
                percentile(reading, 0.5), percentile(reading, 0.99), percentile(stalled, 0.5),
                percentile(stalled, 0.99), code, bytes);
    return 0;
}

} // namespace truepeer
