// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/roomdirectory.h"

#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr int Rooms = 100; // more than one in each shard

RoomKey room(int number)
{
    return {number % 2 == 0 ? "/"_ba : "/odd"_ba, "room " + QByteArray::number(number / 2)};
}

} // namespace

class tst_RoomDirectory : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void countsMembers();
    void tellsNamespacesApart();
    void listsEachRoomOnce();
    void countsFromSeveralThreads();
};

void tst_RoomDirectory::countsMembers()
{
    RoomDirectory directory;
    QCOMPARE(directory.size(), 0);
    QCOMPARE(directory.members(room(0)), 0);
    directory.count(room(0), 1);
    directory.count(room(0), 1);
    QCOMPARE(directory.members(room(0)), 2);
    QCOMPARE(directory.size(), 1);
    directory.count(room(0), -1);
    QCOMPARE(directory.members(room(0)), 1);
    QCOMPARE(directory.size(), 1);
    directory.count(room(0), -1);
    QCOMPARE(directory.members(room(0)), 0);
    QCOMPARE(directory.size(), 0);
    QVERIFY(directory.all().empty());
}

void tst_RoomDirectory::tellsNamespacesApart()
{
    RoomDirectory directory;
    directory.count({"/a"_ba, "b"_ba}, 1);
    QCOMPARE(directory.members({"/"_ba, "b"_ba}), 0);
    QCOMPARE(directory.members({"/"_ba, "ab"_ba}), 0);
    QCOMPARE(directory.members({"/ab"_ba, {}}), 0);
    QCOMPARE(directory.members({"/a"_ba, "b"_ba}), 1);
}

void tst_RoomDirectory::listsEachRoomOnce()
{
    RoomDirectory directory;
    for (int i = 0; i < Rooms; ++i)
        directory.count(room(i), i + 1);
    QCOMPARE(directory.size(), Rooms);
    const std::vector<RoomDirectory::Room> all = directory.all();
    QCOMPARE(all.size(), size_t(Rooms));
    for (int i = 0; i < Rooms; ++i) {
        QCOMPARE(directory.members(room(i)), i + 1);
        QCOMPARE(std::count_if(all.begin(), all.end(),
                               [&](const auto &entry) {
                                   return entry.key == room(i) && entry.members == i + 1;
                               }),
                 1);
    }
}

// Each thread joins and leaves the same rooms, and stays in one that the others leave.
void tst_RoomDirectory::countsFromSeveralThreads()
{
    constexpr int Threads = 4;
    RoomDirectory directory;
    std::atomic<int> running = Threads;
    std::vector<std::thread> threads;
    for (int thread = 0; thread < Threads; ++thread) {
        threads.emplace_back([&, thread] {
            for (int round = 0; round < 200; ++round) {
                for (int i = 0; i < Rooms; ++i)
                    directory.count(room(i), 1);
                for (int i = 0; i < Rooms; ++i)
                    directory.count(room(i), -1);
            }
            directory.count(room(thread), 1);
            directory.count(room(Rooms), 1);
            running.fetch_sub(1);
        });
    }
    bool isPlausible = true;
    while (running.load() > 0) {
        const qint64 size = directory.size();
        isPlausible = isPlausible && size >= 0 && size <= Rooms + 1;
        for (const RoomDirectory::Room &entry : directory.all())
            isPlausible = isPlausible && entry.members > 0 && entry.members <= Threads;
    }
    for (std::thread &thread : threads)
        thread.join();
    QVERIFY(isPlausible);
    QCOMPARE(directory.size(), Threads + 1);
    for (int i = 0; i < Rooms; ++i)
        QCOMPARE(directory.members(room(i)), i < Threads ? 1 : 0);
    QCOMPARE(directory.members(room(Rooms)), Threads);
}

QTEST_GUILESS_MAIN(tst_RoomDirectory)
#include "tst_roomdirectory.moc"
