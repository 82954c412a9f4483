// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Qt's own classes on an EpollDispatcher, and what idle connections cost.
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <QLocalServer>
#include <QLocalSocket>
#include <QProcess>
#include <QSignalSpy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// More than the kernel buffers on the way, so that both sides wait for each other.
QByteArray bigMessage()
{
    QByteArray message;
    for (int i = 0; message.size() < 8 * 1024 * 1024; ++i)
        message += QByteArray::number(i) + ' ';
    return message;
}

// Sends all that `device` receives back to its peer.
void echo(QIODevice *device)
{
    QObject::connect(device, &QIODevice::readyRead, device,
                     [device] { device->write(device->readAll()); });
}

// Sends a message through an echo; true when all of it came back.
bool comesBack(QIODevice &device, const QByteArray &message)
{
    QByteArray received;
    QObject::connect(&device, &QIODevice::readyRead, &device,
                     [&] { received += device.readAll(); });
    device.write(message);
    const bool complete = runUntil([&] { return received.size() >= message.size(); });
    QObject::disconnect(&device, &QIODevice::readyRead, nullptr, nullptr);
    return complete && received == message;
}

// Descriptors that nobody writes to.
class IdleDescriptors final : private EpollWatcher
{
public:
    explicit IdleDescriptors(int count)
    {
        for (int i = 0; i < count; ++i) {
            const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
            if (descriptor < 0)
                break;
            currentLoop().watch(descriptor, EPOLLIN, this);
            m_descriptors.push_back(descriptor);
        }
    }
    ~IdleDescriptors()
    {
        for (const int descriptor : m_descriptors) {
            currentLoop().unwatch(descriptor);
            ::close(descriptor);
        }
    }
    Q_DISABLE_COPY_MOVE(IdleDescriptors)

    int size() const { return int(m_descriptors.size()); }

private:
    void descriptorReady(quint32) override { qFatal("an idle descriptor is ready"); }

    std::vector<int> m_descriptors;
};

class EchoWatcher final : public EpollWatcher
{
public:
    explicit EchoWatcher(int descriptor)
        : m_descriptor(descriptor)
    {
    }
    void descriptorReady(quint32) override
    {
        char bytes[64];
        const ssize_t count = ::read(m_descriptor, bytes, sizeof bytes);
        [[maybe_unused]] const ssize_t sent = ::write(m_descriptor, bytes, size_t(count));
    }

private:
    const int m_descriptor;
};

// How many turns the loop takes for 100 messages, one after the other.
int turnsForAHundredEchoes()
{
    SocketPair pair;
    EchoWatcher watcher(pair.ours());
    currentLoop().watch(pair.ours(), EPOLLIN, &watcher);
    turn();
    int turns = 0;
    currentLoop().setTurnHook([&] { ++turns; });
    for (int i = 0; i < 100; ++i) {
        if (!pair.sendTheirs("x"))
            qFatal("cannot send");
        QByteArray answer;
        if (!runUntil([&] { return !(answer = pair.receiveTheirs()).isNull(); }) || answer != "x")
            qFatal("no answer");
    }
    currentLoop().setTurnHook({});
    currentLoop().unwatch(pair.ours());
    return turns;
}

} // namespace

class tst_EpollQtClasses : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void tcpSockets();
    void aRefusedConnection();
    void localSockets();
    void processes();
    void queuedCallsFromAnotherThread();
    void queuedCallsToAnotherThread();
    void aThreadIsQuitFromOutsideAtAnyMoment();
    void anIdleLoopDoesNotTurn();
    void idleDescriptorsCauseNoTurns();
};

void tst_EpollQtClasses::initTestCase()
{
    rlimit limit = {};
    QCOMPARE(::getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    QCOMPARE(::setrlimit(RLIMIT_NOFILE, &limit), 0);
}

void tst_EpollQtClasses::tcpSockets()
{
    QTcpServer server;
    QObject::connect(&server, &QTcpServer::newConnection, &server,
                     [&] { echo(server.nextPendingConnection()); });
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    QTcpSocket client;
    client.connectToHost(server.serverAddress(), server.serverPort());
    QVERIFY(runUntil([&] { return client.state() == QAbstractSocket::ConnectedState; }));
    QVERIFY(comesBack(client, "a few bytes"_ba));
    QVERIFY(comesBack(client, bigMessage()));
    client.disconnectFromHost();
    QVERIFY(runUntil([&] { return client.state() == QAbstractSocket::UnconnectedState; }));
}

void tst_EpollQtClasses::aRefusedConnection()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    const quint16 port = server.serverPort();
    server.close();
    QTcpSocket client;
    QSignalSpy spy(&client, &QTcpSocket::errorOccurred);
    QVERIFY(spy.isValid());
    client.connectToHost(QHostAddress(QHostAddress::LocalHost), port);
    QVERIFY(runUntil([&] { return !spy.isEmpty(); }));
    QCOMPARE(client.error(), QAbstractSocket::ConnectionRefusedError);
}

void tst_EpollQtClasses::localSockets()
{
    const QTemporaryDir directory;
    QVERIFY(directory.isValid());
    QLocalServer server;
    QObject::connect(&server, &QLocalServer::newConnection, &server,
                     [&] { echo(server.nextPendingConnection()); });
    QVERIFY(server.listen(directory.filePath(u"socket"_s)));
    QLocalSocket client;
    client.connectToServer(server.fullServerName());
    QVERIFY(runUntil([&] { return client.state() == QLocalSocket::ConnectedState; }));
    QVERIFY(comesBack(client, bigMessage()));
    client.disconnectFromServer();
    QVERIFY(runUntil([&] { return client.state() == QLocalSocket::UnconnectedState; }));
}

void tst_EpollQtClasses::processes()
{
    QProcess process;
    QSignalSpy finished(&process, &QProcess::finished);
    QVERIFY(finished.isValid());
    process.start(u"cat"_s, {});
    QVERIFY(comesBack(process, bigMessage()));
    process.closeWriteChannel();
    QVERIFY(runUntil([&] { return !finished.isEmpty(); }));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
}

void tst_EpollQtClasses::queuedCallsFromAnotherThread()
{
    constexpr int Calls = 5000;
    QObject context;
    int called = 0;
    bool ordered = true;
    std::thread sender([&] {
        for (int i = 0; i < Calls; ++i) {
            QMetaObject::invokeMethod(
                &context, [&, i] { ordered = ordered && called++ == i; }, Qt::QueuedConnection);
        }
    });
    const bool inTime = runUntil([&] { return called == Calls; });
    sender.join();
    QVERIFY(inTime);
    QVERIFY(ordered);
}

void tst_EpollQtClasses::queuedCallsToAnotherThread()
{
    QThread thread;
    thread.setEventDispatcher(new EpollDispatcher);
    thread.start();
    auto context = std::make_unique<QObject>();
    context->moveToThread(&thread);
    // Back and forth, so that each side waits for the other.
    for (int i = 0; i < 1000; ++i) {
        int answer = -1;
        QMetaObject::invokeMethod(
            context.get(),
            [&, i] {
                QMetaObject::invokeMethod(
                    this, [&answer, i] { answer = i; }, Qt::QueuedConnection);
            },
            Qt::QueuedConnection);
        QVERIFY(runUntil([&] { return answer == i; }));
    }
    thread.quit();
    QVERIFY(thread.wait(QDeadlineTimer(LoopPatience)));
}

void tst_EpollQtClasses::aThreadIsQuitFromOutsideAtAnyMoment()
{
    for (int round = 0; round < 300; ++round) {
        QThread thread;
        thread.setEventDispatcher(new EpollDispatcher);
        thread.start();
        // A little more of its start each time.
        for (int i = 0; i < round % 20; ++i)
            std::this_thread::yield();
        thread.quit();
        QVERIFY(thread.wait(QDeadlineTimer(LoopPatience)));
    }
}

void tst_EpollQtClasses::anIdleLoopDoesNotTurn()
{
    QTcpServer server;
    QVERIFY(server.listen(QHostAddress(QHostAddress::LocalHost)));
    QTcpSocket client;
    client.connectToHost(server.serverAddress(), server.serverPort());
    QVERIFY(runUntil([&] {
        return client.state() == QAbstractSocket::ConnectedState && server.hasPendingConnections();
    }));
    turn();
    int turns = 0;
    bool over = false;
    currentLoop().setTurnHook([&] { ++turns; });
    QTimer::singleShot(300, Qt::PreciseTimer, this, [&] { over = true; });
    QVERIFY(runUntil([&] { return over; }));
    currentLoop().setTurnHook({});
    QVERIFY2(turns <= 3, qPrintable(QString::number(turns)));
}

void tst_EpollQtClasses::idleDescriptorsCauseNoTurns()
{
    const int alone = turnsForAHundredEchoes();
    const IdleDescriptors idle(5000);
    QVERIFY2(idle.size() >= 500, "the limit of open files is too low for this test");
    QCOMPARE(turnsForAHundredEchoes(), alone);
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_EpollQtClasses>(argc, argv);
}
#include "tst_epollqtclasses.moc"
