// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The mode of bench_load with a session that asks what a dashboard asks, and with one more that
// does the same and reads nothing.
#include "tests/bench/adminpeer.h"
#include "tests/bench/crowd.h"

#include <QJsonArray>

#include <cstdio>
#include <memory>
#include <thread>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto Period = 1s; // between looks of a dashboard
constexpr int Rounds = 3;   // of echo alone, watched, and with the mute one

struct Question
{
    const char *name; // in the figures
    QString method;
    QJsonObject params = {};
};

std::vector<Question> questions()
{
    std::vector<Question> result = {{"status", u"status"_s}};
    for (const QString &series : {u"clients"_s, u"connects"_s, u"messages_in"_s, u"messages_out"_s,
                                  u"bytes_out"_s, u"loop_lag_ms"_s})
        result.push_back({"history", u"history"_s, {{u"series"_s, series}, {u"seconds"_s, 300}}});
    result.push_back({"list",
                      u"clients.list"_s,
                      {{u"limit"_s, 200}, {u"sort"_s, u"queue_bytes"_s}, {u"order"_s, u"desc"_s}}});
    result.push_back({"trust", u"trust.get"_s});
    return result;
}

QJsonObject everything()
{
    return {{u"topics"_s, QJsonArray{u"status"_s, u"trust"_s, u"events"_s, u"clients"_s}},
            {u"interval_ms"_s, 250}};
}

class Watcher
{
public:
    explicit Watcher(const std::string &socket)
        : m_socket(socket)
        , m_questions(questions())
    {
    }

    // Asks once a second for this time. Each answer adds to the times.
    void watch(double seconds, CallTimes &times);
    // The same, beside a session that reads nothing.
    void watchBesideMute(double seconds, CallTimes &times);

    size_t notifications() const { return m_notifications; }
    bool muteEnded() const { return m_muteEnded; }

private:
    void watchBoth(double seconds, CallTimes &times, AdminPeer *mute);

    const std::string m_socket;
    const std::vector<Question> m_questions;
    size_t m_notifications = 0;
    bool m_muteEnded = false;
};

void Watcher::watch(double seconds, CallTimes &times)
{
    watchBoth(seconds, times, nullptr);
}

void Watcher::watchBesideMute(double seconds, CallTimes &times)
{
    AdminPeer mute(m_socket);
    mute.tell(u"subscribe"_s, everything());
    watchBoth(seconds, times, &mute);
}

void Watcher::watchBoth(double seconds, CallTimes &times, AdminPeer *mute)
{
    AdminPeer admin(m_socket);
    admin.result(u"subscribe"_s, everything());
    auto due = Clock::now();
    const auto end = after(due, seconds);
    for (; due < end; due += Period) {
        std::this_thread::sleep_until(due);
        for (const Question &question : m_questions) {
            if (mute && !mute->tell(question.method, question.params))
                m_muteEnded = true;
        }
        for (const Question &question : m_questions) {
            admin.result(question.method, question.params);
            times.add(question.name, admin.lastMicros());
        }
    }
    std::this_thread::sleep_until(end);
    m_notifications += admin.notifications();
}

} // namespace

int runWatched(const Job &job)
{
    Crowd crowd(job.port, job.count);
    Watcher watcher(job.adminSocket);
    CallTimes times;
    CallTimes besideMute;
    Crowd::Echo alone;
    Crowd::Echo watched;
    Crowd::Echo mute;
    for (int round = 0; round < Rounds; ++round) {
        alone.add(crowd.echo(job.seconds));
        watched.add(crowd.echoBeside([&] { watcher.watch(job.seconds, times); }));
        mute.add(crowd.echoBeside([&] { watcher.watchBesideMute(job.seconds, besideMute); }));
    }
    alone.print("alone");
    watched.print("watched");
    mute.print("mute");
    std::printf("notifications=%zu mute_ended=%d", watcher.notifications(), watcher.muteEnded());
    times.print("");
    besideMute.print("mute_");
    std::printf("\n");
    return 0;
}

} // namespace truepeer
