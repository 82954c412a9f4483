// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/epolldispatcher.h"
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <QRegularExpression>
#include <QSocketNotifier>
#include <QStringList>
#include <QTemporaryFile>
#include <QTest>

#include <array>
#include <deque>
#include <functional>
#include <memory>

#include <sys/epoll.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

class RecordingWatcher final : public EpollWatcher
{
public:
    void descriptorReady(quint32 ready) override
    {
        ++calls;
        events = ready;
        if (onReady)
            onReady();
    }

    int calls = 0;
    quint32 events = 0;
    std::function<void()> onReady;
};

std::unique_ptr<QSocketNotifier> makeNotifier(int descriptor, QSocketNotifier::Type type,
                                              const std::function<void()> &slot)
{
    auto notifier = std::make_unique<QSocketNotifier>(descriptor, type);
    QObject::connect(notifier.get(), &QSocketNotifier::activated, notifier.get(), slot);
    return notifier;
}

} // namespace

class tst_EpollDispatcher : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void tellsAWatcherWhatIsReady_data();
    void tellsAWatcherWhatIsReady();
    void callsAgainUntilTheInputIsRead();
    void modifiedInterestHoldsFromTheNextWait();
    void aHangUpIsToldWithoutAnyInterest();
    void nobodyIsCalledAfterUnwatch();
    void aWatcherMayUnwatchAnotherOfTheSameBatch();
    void aReusedDescriptorNumberGetsNoOldEvents();
    void servesMoreThanOneBatch();

    void readAndWriteNotifiersOfOneDescriptor();
    void aNotifierDisabledInTheTurnIsNotCalled();
    void aNotifierDisabledByAnotherOfTheSameBatch();
    void aNotifierDeletedInItsSlot();
    void aNotifierDeletedByAnotherOfItsDescriptor();
    void aNotifierOnAReusedDescriptorNumberGetsNoOldEvents();
    void aClosedPeerActivatesReadAndWrite();
    void excludedNotifiersAreCalledLater();
    void warnsOfADescriptorThatEpollCannotWatch();
    void warnsOfTwoNotifiersOfOneType();

    void theHookRunsAfterDescriptorsAndPostedEvents();
    void whatTheHookPostsIsServedWithoutWaiting();
    void theTurnTimeMovesOn();
};

void tst_EpollDispatcher::tellsAWatcherWhatIsReady_data()
{
    QTest::addColumn<quint32>("interest");
    QTest::addColumn<bool>("hasInput");
    QTest::addColumn<quint32>("events");
    QTest::newRow("input for a reader") << quint32(EPOLLIN) << true << quint32(EPOLLIN);
    QTest::newRow("no input for a reader") << quint32(EPOLLIN) << false << quint32(0);
    QTest::newRow("input for a writer") << quint32(EPOLLOUT) << true << quint32(EPOLLOUT);
    QTest::newRow("input for both")
        << quint32(EPOLLIN | EPOLLOUT) << true << quint32(EPOLLIN | EPOLLOUT);
    QTest::newRow("no input for both") << quint32(EPOLLIN | EPOLLOUT) << false << quint32(EPOLLOUT);
    QTest::newRow("no interest") << quint32(0) << true << quint32(0);
}

void tst_EpollDispatcher::tellsAWatcherWhatIsReady()
{
    QFETCH(const quint32, interest);
    QFETCH(const bool, hasInput);
    QFETCH(const quint32, events);
    SocketPair pair;
    RecordingWatcher watcher;
    if (hasInput)
        QVERIFY(pair.sendTheirs("x"));
    currentLoop().watch(pair.ours(), interest, &watcher);
    turn();
    currentLoop().unwatch(pair.ours());
    QCOMPARE(watcher.calls, events == 0 ? 0 : 1);
    QCOMPARE(watcher.events, events);
}

void tst_EpollDispatcher::callsAgainUntilTheInputIsRead()
{
    SocketPair pair;
    RecordingWatcher watcher;
    QVERIFY(pair.sendTheirs("x"));
    currentLoop().watch(pair.ours(), EPOLLIN, &watcher);
    turn();
    turn();
    QCOMPARE(watcher.calls, 2);
    char byte = 0;
    QCOMPARE(::read(pair.ours(), &byte, 1), 1);
    turn();
    QCOMPARE(watcher.calls, 2);
    currentLoop().unwatch(pair.ours());
}

void tst_EpollDispatcher::modifiedInterestHoldsFromTheNextWait()
{
    SocketPair pair;
    RecordingWatcher watcher;
    QVERIFY(pair.sendTheirs("x"));
    currentLoop().watch(pair.ours(), EPOLLIN, &watcher);
    currentLoop().modify(pair.ours(), 0);
    turn();
    QCOMPARE(watcher.calls, 0);
    currentLoop().modify(pair.ours(), EPOLLIN);
    turn();
    QCOMPARE(watcher.calls, 1);
    currentLoop().modify(pair.ours(), 0);
    currentLoop().modify(pair.ours(), EPOLLIN);
    turn();
    QCOMPARE(watcher.calls, 2);
    currentLoop().modify(pair.ours(), EPOLLOUT);
    turn();
    QCOMPARE(watcher.events, quint32(EPOLLOUT));
    currentLoop().unwatch(pair.ours());
}

void tst_EpollDispatcher::aHangUpIsToldWithoutAnyInterest()
{
    SocketPair pair;
    RecordingWatcher watcher;
    currentLoop().watch(pair.ours(), 0, &watcher);
    turn();
    QCOMPARE(watcher.calls, 0);
    pair.closeTheirs();
    turn();
    QCOMPARE(watcher.events, quint32(EPOLLHUP));
    currentLoop().unwatch(pair.ours());
}

void tst_EpollDispatcher::nobodyIsCalledAfterUnwatch()
{
    SocketPair pair;
    RecordingWatcher first;
    RecordingWatcher second;
    QVERIFY(pair.sendTheirs("x"));
    currentLoop().watch(pair.ours(), EPOLLIN, &first);
    currentLoop().unwatch(pair.ours());
    turn();
    currentLoop().watch(pair.ours(), EPOLLIN, &first);
    turn();
    QCOMPARE(first.calls, 1);
    // Another watcher takes the descriptor over within one turn.
    currentLoop().unwatch(pair.ours());
    currentLoop().watch(pair.ours(), EPOLLIN, &second);
    turn();
    QCOMPARE(first.calls, 1);
    QCOMPARE(second.calls, 1);
    currentLoop().unwatch(pair.ours());
    currentLoop().unwatch(pair.ours()); // once too often is no harm
    turn();
    QCOMPARE(second.calls, 1);
}

void tst_EpollDispatcher::aWatcherMayUnwatchAnotherOfTheSameBatch()
{
    SocketPair first;
    SocketPair second;
    RecordingWatcher watcher;
    // Whichever comes first takes the other away.
    watcher.onReady = [&] {
        currentLoop().unwatch(first.ours());
        currentLoop().unwatch(second.ours());
    };
    currentLoop().watch(first.ours(), EPOLLIN, &watcher);
    currentLoop().watch(second.ours(), EPOLLIN, &watcher);
    QVERIFY(first.sendTheirs("x"));
    QVERIFY(second.sendTheirs("x"));
    turn();
    QCOMPARE(watcher.calls, 1);
}

void tst_EpollDispatcher::aReusedDescriptorNumberGetsNoOldEvents()
{
    SocketPair first;
    SocketPair second;
    SocketPair fresh; // without input
    RecordingWatcher heir;
    std::deque<RecordingWatcher> watchers(2);
    const std::array<int, 2> descriptors = {first.ours(), second.ours()};
    for (size_t i = 0; i < 2; ++i) {
        // The other descriptor is closed, and its number opened again for something else.
        watchers[i].onReady = [&, i] {
            const int reused = descriptors[1 - i];
            currentLoop().unwatch(reused);
            QCOMPARE(::dup2(fresh.ours(), reused), reused);
            currentLoop().watch(reused, EPOLLIN, &heir);
            currentLoop().unwatch(descriptors[i]);
        };
        currentLoop().watch(descriptors[i], EPOLLIN, &watchers[i]);
    }
    QVERIFY(first.sendTheirs("x"));
    QVERIFY(second.sendTheirs("x"));
    turn();
    QCOMPARE(watchers[0].calls + watchers[1].calls, 1);
    turn();
    QCOMPARE(heir.calls, 0);
    QVERIFY(fresh.sendTheirs("x"));
    turn();
    QCOMPARE(heir.calls, 1);
    currentLoop().unwatch(descriptors[0]);
    currentLoop().unwatch(descriptors[1]);
}

void tst_EpollDispatcher::servesMoreThanOneBatch()
{
    constexpr int Count = 400;
    std::deque<SocketPair> pairs;
    RecordingWatcher watcher;
    for (int i = 0; i < Count; ++i) {
        const SocketPair &pair = pairs.emplace_back();
        QVERIFY(pair.sendTheirs("x"));
        currentLoop().watch(pair.ours(), EPOLLIN, &watcher);
    }
    // epoll goes round: whoever was not in the first batch is in the second.
    turn();
    QVERIFY(watcher.calls < Count);
    turn();
    QVERIFY(watcher.calls >= Count);
    for (const SocketPair &pair : pairs)
        currentLoop().unwatch(pair.ours());
}

void tst_EpollDispatcher::readAndWriteNotifiersOfOneDescriptor()
{
    SocketPair pair;
    int reads = 0;
    int writes = 0;
    const auto reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++reads; });
    const auto writer = makeNotifier(pair.ours(), QSocketNotifier::Write, [&] { ++writes; });
    turn();
    QCOMPARE(reads, 0);
    QCOMPARE(writes, 1);
    QVERIFY(pair.sendTheirs("x"));
    turn();
    QCOMPARE(reads, 1);
    QCOMPARE(writes, 2);
    writer->setEnabled(false);
    turn();
    QCOMPARE(reads, 2);
    QCOMPARE(writes, 2);
    reader->setEnabled(false);
    writer->setEnabled(true);
    turn();
    QCOMPARE(reads, 2);
    QCOMPARE(writes, 3);
}

void tst_EpollDispatcher::aNotifierDisabledInTheTurnIsNotCalled()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int reads = 0;
    const auto reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++reads; });
    reader->setEnabled(false);
    turn();
    QCOMPARE(reads, 0);
    reader->setEnabled(true);
    reader->setEnabled(false);
    reader->setEnabled(true);
    turn();
    QCOMPARE(reads, 1);
}

void tst_EpollDispatcher::aNotifierDisabledByAnotherOfTheSameBatch()
{
    SocketPair first;
    SocketPair second;
    QVERIFY(first.sendTheirs("x"));
    QVERIFY(second.sendTheirs("x"));
    int reads = 0;
    std::array<std::unique_ptr<QSocketNotifier>, 2> readers;
    const auto disableBoth = [&] {
        ++reads;
        readers[0]->setEnabled(false);
        readers[1]->setEnabled(false);
    };
    readers[0] = makeNotifier(first.ours(), QSocketNotifier::Read, disableBoth);
    readers[1] = makeNotifier(second.ours(), QSocketNotifier::Read, disableBoth);
    turn();
    QCOMPARE(reads, 1);
}

void tst_EpollDispatcher::aNotifierDeletedInItsSlot()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int reads = 0;
    int writes = 0;
    std::unique_ptr<QSocketNotifier> reader;
    reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] {
        ++reads;
        reader.release()->deleteLater();
    });
    const auto writer = makeNotifier(pair.ours(), QSocketNotifier::Write, [&] { ++writes; });
    turn();
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    turn();
    QCOMPARE(reads, 1);
    QCOMPARE(writes, 2);
}

void tst_EpollDispatcher::aNotifierDeletedByAnotherOfItsDescriptor()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int writes = 0;
    std::unique_ptr<QSocketNotifier> writer =
        makeNotifier(pair.ours(), QSocketNotifier::Write, [&] { ++writes; });
    // As a socket class does that closes itself when the read fails.
    std::unique_ptr<QSocketNotifier> reader;
    reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] {
        reader->setEnabled(false);
        writer.reset();
        pair.closeOurs();
    });
    turn();
    turn();
    QVERIFY(!writer);
    QCOMPARE(writes, 0);
}

void tst_EpollDispatcher::aNotifierOnAReusedDescriptorNumberGetsNoOldEvents()
{
    SocketPair pair;
    SocketPair fresh;
    QVERIFY(pair.sendTheirs("x"));
    int heirWrites = 0;
    std::unique_ptr<QSocketNotifier> heir;
    std::unique_ptr<QSocketNotifier> writer = makeNotifier(
        pair.ours(), QSocketNotifier::Write, [] { qFatal("the read notifier comes first"); });
    std::unique_ptr<QSocketNotifier> reader;
    reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] {
        writer.reset();
        reader->setEnabled(false);
        QCOMPARE(::dup2(fresh.ours(), pair.ours()), pair.ours());
        heir = makeNotifier(pair.ours(), QSocketNotifier::Write, [&] { ++heirWrites; });
    });
    turn();
    QVERIFY(heir);
    QCOMPARE(heirWrites, 0);
    turn();
    QCOMPARE(heirWrites, 1);
}

void tst_EpollDispatcher::aClosedPeerActivatesReadAndWrite()
{
    SocketPair pair;
    int reads = 0;
    int writes = 0;
    const auto reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++reads; });
    pair.closeTheirs();
    turn();
    QCOMPARE(reads, 1);
    reader->setEnabled(false);
    const auto writer = makeNotifier(pair.ours(), QSocketNotifier::Write, [&] { ++writes; });
    turn();
    QCOMPARE(reads, 1);
    QCOMPARE(writes, 1);
}

void tst_EpollDispatcher::excludedNotifiersAreCalledLater()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int reads = 0;
    const auto reader = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++reads; });
    currentLoop().processEvents(QEventLoop::ExcludeSocketNotifiers);
    QCOMPARE(reads, 0);
    turn();
    QCOMPARE(reads, 1);
}

void tst_EpollDispatcher::warnsOfADescriptorThatEpollCannotWatch()
{
    QTemporaryFile file;
    QVERIFY(file.open());
    int reads = 0;
    const auto reader = makeNotifier(file.handle(), QSocketNotifier::Read, [&] { ++reads; });
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"cannot watch descriptor \\d+: .+"_s));
    turn();
    turn();
    QCOMPARE(reads, 0);
}

void tst_EpollDispatcher::warnsOfTwoNotifiersOfOneType()
{
    SocketPair pair;
    QVERIFY(pair.sendTheirs("x"));
    int firstReads = 0;
    int secondReads = 0;
    auto first = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++firstReads; });
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(u"two socket notifiers of one type .*"_s));
    const auto second = makeNotifier(pair.ours(), QSocketNotifier::Read, [&] { ++secondReads; });
    // The later one counts, and the end of the earlier one does not take it away.
    first.reset();
    turn();
    QCOMPARE(firstReads, 0);
    QCOMPARE(secondReads, 1);
}

void tst_EpollDispatcher::theHookRunsAfterDescriptorsAndPostedEvents()
{
    SocketPair pair;
    RecordingWatcher watcher;
    QStringList order;
    QObject context;
    watcher.onReady = [&] {
        order.append(u"ready"_s);
        currentLoop().unwatch(pair.ours());
        QMetaObject::invokeMethod(
            &context, [&] { order.append(u"posted"_s); }, Qt::QueuedConnection);
    };
    QVERIFY(pair.sendTheirs("x"));
    currentLoop().watch(pair.ours(), EPOLLIN, &watcher);
    currentLoop().setTurnHook([&] { order.append(u"hook"_s); });
    turn();
    turn();
    turn();
    currentLoop().setTurnHook({});
    turn();
    QCOMPARE(order, QStringList({u"hook"_s, u"ready"_s, u"posted"_s, u"hook"_s, u"hook"_s}));
}

void tst_EpollDispatcher::whatTheHookPostsIsServedWithoutWaiting()
{
    QObject context;
    bool posted = false;
    bool served = false;
    int turns = 0;
    currentLoop().setTurnHook([&] {
        ++turns;
        if (!std::exchange(posted, true))
            QMetaObject::invokeMethod(
                &context, [&] { served = true; }, Qt::QueuedConnection);
    });
    const bool inTime = runUntil([&] { return served; });
    currentLoop().setTurnHook({});
    QVERIFY(inTime);
    QCOMPARE(turns, 2);
}

void tst_EpollDispatcher::theTurnTimeMovesOn()
{
    const auto before = EpollDispatcher::Clock::now();
    turn();
    const auto first = currentLoop().turnTime();
    QVERIFY(first >= before);
    QVERIFY(first <= EpollDispatcher::Clock::now());
    turn();
    QVERIFY(currentLoop().turnTime() > first);
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_EpollDispatcher>(argc, argv);
}
#include "tst_epolldispatcher.moc"
