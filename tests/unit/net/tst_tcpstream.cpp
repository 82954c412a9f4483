// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/tcpstream.h"
#include "tests/unit/net/streamfixture.h"

#include <QRegularExpression>
#include <QTest>

#include <vector>

#include <poll.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(SocketPair::Kind)

namespace {

using Ends = std::vector<TcpStream::End>;

constexpr qsizetype Much = 16 * 1024 * 1024; // more than loopback buffers

} // namespace

class tst_TcpStream : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void writesOfOneTurnLeaveInOneCall_data();
    void writesOfOneTurnLeaveInOneCall();
    void smallCopiesArePutTogether();
    void bigArraysAreShared();
    void aCopyNeverChangesASharedArray();
    void keepsTheOrderOfManyPieces();
    void aBlockedPeerGetsTheRestLater();
    void drainedIsNotToldWhenNothingWaited();
    void tellsEachFlush();
    void tellsNoFlushOfABrokenStream();
    void finishSendsFinBehindTheQueue_data();
    void finishSendsFinBehindTheQueue();
    void nothingIsWrittenAfterFinish();
    void readsOnAfterFinish();

    void readsWhatComesInPieces();
    void aPausedStreamIsNotRead();
    void anOrderlyEndLetsUsWriteOn();
    void aResetBreaksTheStream_data();
    void aResetBreaksTheStream();
    void writingToAResetPeerBreaksTheStream();
    void resetReachesThePeer();
    void closeLosesWhatIsQueued();
    void mayBeClosedInACallback_data();
    void mayBeClosedInACallback();
    void aDestroyedStreamIsNotFlushed_data();
    void aDestroyedStreamIsNotFlushed();
    void countsBytes();
};

void tst_TcpStream::writesOfOneTurnLeaveInOneCall_data()
{
    QTest::addColumn<QList<qsizetype>>("sizes");
    QTest::addColumn<int>("calls");
    QTest::newRow("one") << QList<qsizetype>{10} << 1;
    QTest::newRow("many small ones") << QList<qsizetype>(500, 10) << 1;
    QTest::newRow("big ones") << QList<qsizetype>(10, 5000) << 1;
    QTest::newRow("small and big ones") << QList<qsizetype>{1, 5000, 2, 4096, 3, 4097, 4} << 1;
    QTest::newRow("as many as one call takes") << QList<qsizetype>(64, 4096) << 1;
    QTest::newRow("one more") << QList<qsizetype>(65, 4096) << 2;
    QTest::newRow("empty ones") << QList<qsizetype>{0, 0} << 0;
}

void tst_TcpStream::writesOfOneTurnLeaveInOneCall()
{
    QFETCH(const QList<qsizetype>, sizes);
    QFETCH(const int, calls);
    StreamFixture f(SocketPair::Kind::Records);
    const int buffer = 1 << 20;
    QCOMPARE(::setsockopt(f.stream->descriptor(), SOL_SOCKET, SO_SNDBUF, &buffer, sizeof buffer),
             0);
    QByteArray expected;
    char letter = 'a';
    for (const qsizetype size : sizes) {
        const QByteArray piece(size, letter);
        letter = letter == 'z' ? 'a' : char(letter + 1);
        expected += piece;
        f.stream->writeCopy(piece);
    }
    QCOMPARE(f.stream->queuedBytes(), expected.size());
    QVERIFY(f.pair.receiveTheirs().isNull()); // nothing leaves before the end of the turn
    turn();
    QCOMPARE(f.stream->queuedBytes(), 0);
    QByteArray received;
    int records = 0;
    std::vector<char> record(1 << 20);
    for (ssize_t count = 0;
         (count = ::recv(f.pair.theirs(), record.data(), record.size(), MSG_DONTWAIT)) > 0;
         ++records) {
        received.append(record.data(), count);
    }
    QCOMPARE(received, expected);
    QCOMPARE(records, calls);
}

void tst_TcpStream::smallCopiesArePutTogether()
{
    StreamFixture f(SocketPair::Kind::Records);
    // Far more pieces than one call could take if each stood for itself.
    for (int i = 0; i < 1000; ++i)
        f.stream->writeCopy("four");
    turn();
    QCOMPARE(f.pair.receiveTheirs(), "four"_ba.repeated(1000));
    QVERIFY(f.pair.receiveTheirs().isNull());
}

void tst_TcpStream::bigArraysAreShared()
{
    StreamFixture f;
    const QByteArray big(1'000'000, 'b');
    QVERIFY(big.isDetached());
    f.stream->write(big);
    QVERIFY(!big.isDetached());
    QCOMPARE(f.readTheirs(big.size()), big);
    QVERIFY(big.isDetached()); // and let go of when sent
}

void tst_TcpStream::aCopyNeverChangesASharedArray()
{
    StreamFixture f;
    const QByteArray frame = "frame"_ba;
    QByteArray kept(frame.constData(), frame.size());
    kept.reserve(100); // with room behind it, where an append would go
    f.stream->write(kept);
    f.stream->writeCopy("more");
    QCOMPARE(kept, frame);
    QCOMPARE(f.readTheirs(9), "framemore"_ba);
}

void tst_TcpStream::keepsTheOrderOfManyPieces()
{
    StreamFixture f;
    QByteArray expected;
    for (int i = 0; i < 20'000; ++i) {
        const QByteArray piece = QByteArray::number(i).append(i % 7 == 0 ? 300 : 0, '.');
        expected += piece;
        if (i % 3 == 0)
            f.stream->writeCopy(piece);
        else
            f.stream->write(piece);
        // The queue is also written while it is half full, at odd places.
        if (i % 1000 == 500)
            f.stream->flush();
    }
    QCOMPARE(f.readTheirs(expected.size()), expected);
    QCOMPARE(f.stream->queuedBytes(), 0);
    QCOMPARE(f.stream->bytesSentTotal(), expected.size());
}

void tst_TcpStream::aBlockedPeerGetsTheRestLater()
{
    StreamFixture f;
    QByteArray expected;
    for (int i = 0; expected.size() < Much; ++i) {
        const QByteArray piece = QByteArray::number(i).append(1000, ' ');
        expected += piece;
        f.stream->write(piece);
    }
    turn();
    const qsizetype waiting = f.stream->queuedBytes();
    QVERIFY(waiting > 0);
    QVERIFY(waiting < expected.size());
    QCOMPARE(f.owner.drained, 0);
    // What comes meanwhile queues up behind it and asks for no flush of its own.
    f.stream->writeCopy("end");
    QCOMPARE(f.host.scheduled.size(), 0);
    expected += "end";
    QCOMPARE(f.readTheirs(expected.size()), expected);
    QCOMPARE(f.owner.drained, 1);
    QCOMPARE(f.stream->queuedBytes(), 0);
    // From here on it is a stream like any other.
    f.stream->writeCopy("again");
    QCOMPARE(f.readTheirs(5), "again"_ba);
    QCOMPARE(f.owner.drained, 1);
}

// With what the kernel did not take, and before it tells that nothing waits any more.
void tst_TcpStream::tellsEachFlush()
{
    StreamFixture f;
    std::vector<qsizetype> waiting;
    int afterDrained = 0;
    f.owner.onFlushed = [&] {
        waiting.push_back(f.stream->queuedBytes());
        afterDrained += f.owner.drained;
    };
    f.stream->writeCopy("one");
    f.stream->writeCopy("two");
    QCOMPARE(f.owner.flushed, 0);
    turn();
    QCOMPARE(waiting, std::vector<qsizetype>{0});
    f.stream->write(QByteArray(Much, 'x'));
    turn();
    QCOMPARE(waiting.size(), 2);
    QVERIFY(waiting[1] > 0 && waiting[1] < Much);
    QCOMPARE(f.readTheirs(6 + Much).size(), 6 + Much);
    QVERIFY(waiting.size() > 2);
    QCOMPARE(waiting.back(), 0);
    QCOMPARE(f.owner.drained, 1);
    QCOMPARE(afterDrained, 0);
}

void tst_TcpStream::tellsNoFlushOfABrokenStream()
{
    StreamFixture f(SocketPair::Kind::Stream);
    f.pair.closeTheirs();
    f.stream->writeCopy("bytes");
    f.stream->flush();
    QCOMPARE(f.owner.ends, Ends{TcpStream::End::Broken});
    QCOMPARE(f.owner.flushed, 0);
    f.stream->flush();
    QCOMPARE(f.owner.flushed, 0);
}

void tst_TcpStream::drainedIsNotToldWhenNothingWaited()
{
    StreamFixture f;
    f.stream->writeCopy("bytes");
    QCOMPARE(f.readTheirs(5), "bytes"_ba);
    f.stream->flush();
    turn();
    QCOMPARE(f.owner.drained, 0);
}

void tst_TcpStream::finishSendsFinBehindTheQueue_data()
{
    QTest::addColumn<qsizetype>("size");
    QTest::newRow("nothing queued") << qsizetype(0);
    QTest::newRow("a little queued") << qsizetype(10);
    QTest::newRow("more queued than the kernel takes") << Much;
}

void tst_TcpStream::finishSendsFinBehindTheQueue()
{
    QFETCH(const qsizetype, size);
    StreamFixture f;
    f.stream->write(QByteArray(size, 'q'));
    f.stream->finish();
    f.stream->finish();
    QVERIFY(f.stream->isFinishing());
    QCOMPARE(f.readTheirs(size + 1).size(), size); // stops at the FIN
    QCOMPARE(f.owner.drained, 1);
    QVERIFY(f.stream->isOpen());
    QVERIFY(f.owner.ends.empty());
}

void tst_TcpStream::nothingIsWrittenAfterFinish()
{
    StreamFixture f;
    f.stream->writeCopy("last");
    f.stream->finish();
    f.stream->writeCopy("too late");
    f.stream->write("too late"_ba);
    QCOMPARE(f.readTheirs(1000), "last"_ba);
    f.stream->writeCopy("too late");
    QCOMPARE(f.stream->queuedBytes(), 0);
}

void tst_TcpStream::readsOnAfterFinish()
{
    StreamFixture f;
    f.stream->finish();
    turn();
    QVERIFY(f.pair.sendTheirs("still here"));
    QVERIFY(runUntil([&] { return f.owner.received == "still here"; }));
    f.pair.closeTheirs();
    QVERIFY(runUntil([&] { return !f.owner.ends.empty(); }));
}

void tst_TcpStream::readsWhatComesInPieces()
{
    StreamFixture f;
    QByteArray expected;
    for (int i = 0; i < 3000; ++i)
        expected += QByteArray::number(i);
    QVERIFY(f.pair.sendTheirs(expected));
    QVERIFY(runUntil([&] { return f.owner.received.size() == expected.size(); }));
    QCOMPARE(f.owner.received, expected);
    QVERIFY(f.owner.reads > 1); // the host's buffer is smaller
}

void tst_TcpStream::aPausedStreamIsNotRead()
{
    StreamFixture f;
    f.stream->setReading(false);
    QVERIFY(!f.stream->isReading());
    QVERIFY(f.pair.sendTheirs("waiting"));
    for (int i = 0; i < 5; ++i)
        turn();
    QCOMPARE(f.owner.received, QByteArray());
    f.stream->setReading(true);
    QVERIFY(runUntil([&] { return f.owner.received == "waiting"; }));
    // Paused in the callback, with more to come.
    f.owner.onBytes = [&] { f.stream->setReading(false); };
    f.owner.received.clear();
    QVERIFY(f.pair.sendTheirs(QByteArray(10'000, 'x')));
    QVERIFY(runUntil([&] { return !f.owner.received.isEmpty(); }));
    for (int i = 0; i < 5; ++i)
        turn();
    QVERIFY(f.owner.received.size() < 10'000);
}

void tst_TcpStream::anOrderlyEndLetsUsWriteOn()
{
    StreamFixture f;
    QVERIFY(f.pair.sendTheirs("request"));
    ::shutdown(f.pair.theirs(), SHUT_WR);
    QVERIFY(runUntil([&] { return !f.owner.ends.empty(); }));
    QCOMPARE(f.owner.received, "request"_ba);
    QCOMPARE(f.owner.ends, Ends{TcpStream::End::PeerFinished});
    QVERIFY(f.stream->isOpen());
    // It is told once, and costs nothing from then on, paused in between or not.
    f.stream->setReading(false);
    f.stream->setReading(true);
    for (int i = 0; i < 5; ++i)
        turn();
    QCOMPARE(f.owner.ends.size(), 1);
    f.stream->writeCopy("response");
    QCOMPARE(f.readTheirs(8), "response"_ba);
}

void tst_TcpStream::aResetBreaksTheStream_data()
{
    QTest::addColumn<bool>("reading");
    QTest::newRow("while reading") << true;
    QTest::newRow("while paused") << false;
}

void tst_TcpStream::aResetBreaksTheStream()
{
    QFETCH(const bool, reading);
    StreamFixture f;
    f.stream->setReading(reading);
    turn();
    const linger hard = {1, 0};
    ::setsockopt(f.pair.theirs(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    f.pair.closeTheirs();
    QVERIFY(runUntil([&] { return !f.owner.ends.empty(); }));
    QCOMPARE(f.owner.ends, Ends{TcpStream::End::Broken});
    QVERIFY(!f.stream->isOpen());
    turn();
    QCOMPARE(f.owner.ends.size(), 1);
}

void tst_TcpStream::writingToAResetPeerBreaksTheStream()
{
    StreamFixture f;
    const linger hard = {1, 0};
    ::setsockopt(f.pair.theirs(), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    f.pair.closeTheirs();
    f.stream->writeCopy("nobody is there");
    f.stream->flush();
    QCOMPARE(f.owner.ends, Ends{TcpStream::End::Broken});
    QVERIFY(!f.stream->isOpen());
    QCOMPARE(f.stream->queuedBytes(), 0);
    f.stream->writeCopy("more");
    f.stream->finish();
    turn();
    QCOMPARE(f.owner.ends.size(), 1);
    QCOMPARE(f.owner.drained, 0);
}

void tst_TcpStream::resetReachesThePeer()
{
    StreamFixture f;
    f.stream->reset();
    QVERIFY(!f.stream->isOpen());
    char byte = 0;
    pollfd waiting = {f.pair.theirs(), POLLIN, 0};
    QCOMPARE(::poll(&waiting, 1, 30'000), 1);
    QCOMPARE(::recv(f.pair.theirs(), &byte, 1, 0), -1);
    QCOMPARE(errno, ECONNRESET);
    f.stream->reset(); // nothing left to do
}

void tst_TcpStream::closeLosesWhatIsQueued()
{
    StreamFixture f;
    f.stream->writeCopy("never sent");
    f.stream->close();
    f.stream->close();
    QCOMPARE(f.stream->queuedBytes(), 0);
    QCOMPARE(f.readTheirs(100), QByteArray());
    QVERIFY(f.owner.ends.empty()); // the owner knows
    QCOMPARE(f.owner.drained, 0);
}

void tst_TcpStream::mayBeClosedInACallback_data()
{
    QTest::addColumn<QByteArray>("callback");
    QTest::newRow("when bytes come") << "bytes"_ba;
    QTest::newRow("when the peer finished") << "end"_ba;
    QTest::newRow("when the output is drained") << "drained"_ba;
}

void tst_TcpStream::mayBeClosedInACallback()
{
    QFETCH(const QByteArray, callback);
    StreamFixture f;
    int closes = 0;
    const auto close = [&] {
        ++closes;
        f.stream->close();
        currentLoop().wakeUp(); // nothing else may happen from here on
    };
    if (callback == "bytes")
        f.owner.onBytes = close;
    else if (callback == "end")
        f.owner.onEnd = close;
    else
        f.owner.onDrained = close;
    QVERIFY(f.pair.sendTheirs("x"));
    ::shutdown(f.pair.theirs(), SHUT_WR);
    f.stream->writeCopy("y");
    f.stream->finish();
    QVERIFY(runUntil([&] { return closes > 0; }));
    turn();
    turn();
    QCOMPARE(closes, 1);
    QVERIFY(!f.stream->isOpen());
}

void tst_TcpStream::aDestroyedStreamIsNotFlushed_data()
{
    QTest::addColumn<bool>("flushedBefore");
    QTest::newRow("with output for the end of the turn") << false;
    QTest::newRow("whose output was flushed early") << true;
}

void tst_TcpStream::aDestroyedStreamIsNotFlushed()
{
    QFETCH(const bool, flushedBefore);
    StreamFixture f;
    f.stream->writeCopy("x");
    QCOMPARE(f.host.scheduled.size(), 1);
    if (flushedBefore) {
        f.stream->flush();
        f.stream->writeCopy("y");
        QCOMPARE(f.host.scheduled.size(), 1);
    }
    f.stream.reset();
    QCOMPARE(f.host.scheduled.size(), 0);
    turn();
}

void tst_TcpStream::countsBytes()
{
    StreamFixture f;
    f.stream->writeCopy("four");
    f.stream->write("seventy"_ba);
    QVERIFY(f.pair.sendTheirs("12345"));
    QCOMPARE(f.readTheirs(11), "fourseventy"_ba);
    QVERIFY(runUntil([&] { return !f.owner.received.isEmpty(); }));
    QCOMPARE(f.stream->bytesReceivedTotal(), 5);
    QCOMPARE(f.stream->bytesSentTotal(), 11);
    QCOMPARE(f.host.bytesReceived, 5);
    QCOMPARE(f.host.bytesSent, 11);
    f.stream->close();
    QCOMPARE(f.stream->bytesSentTotal(), 11); // for the log
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_TcpStream>(argc, argv);
}
#include "tst_tcpstream.moc"
