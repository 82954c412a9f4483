// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientlimits.h"

#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr ClientLimits::TimePoint Start(1000h);

const IpAddress Client = IpAddress::fromIPv4(0xcb007107);
const IpAddress OtherClient = IpAddress::fromIPv4(0xcb007108);
const IpAddress Exempt = IpAddress::fromIPv4(0xc6336401); // 198.51.100.1

Resolution resolutionOf(const IpAddress &client, bool known = true)
{
    Resolution resolution(IpAddress::fromIPv4(0x0a000001));
    resolution.client = client;
    resolution.known = known;
    return resolution;
}

const Resolution Known = resolutionOf(Client);
const Resolution Unknown = resolutionOf(Client, false);

// Three places, two new clients a second, 2 + 1 requests and 1 + 1 messages a minute.
ClientLimitSettings tightSettings()
{
    ClientLimitSettings settings;
    settings.maxConnectionsPerClient = 3;
    settings.acceptRate = 2;
    settings.requests = RateRule{.limit = 2, .burst = 1, .window = 60s};
    settings.messages = RateRule{.limit = 1, .burst = 1, .window = 60s};
    settings.exempt = ExemptClients::compile({{u"198.51.100.0/24"_s, {}}}).value();
    return settings;
}

ClientLimitSettings noSettings()
{
    ClientLimitSettings settings;
    settings.maxConnectionsPerClient = 0;
    return settings;
}

// How many of `tries` were admitted.
int admitted(int tries, const std::function<bool()> &admit)
{
    int count = 0;
    for (int i = 0; i < tries; ++i)
        count += admit() ? 1 : 0;
    return count;
}

// The same from several threads at once, with as many tries in each.
int admittedInThreads(int tries, const std::function<bool()> &admit)
{
    std::atomic<int> count = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
        threads.emplace_back([&] { count += admitted(tries, admit); });
    for (std::thread &thread : threads)
        thread.join();
    return count;
}

} // namespace

class tst_ClientLimits : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void placesOfAKnownClient();
    void unknownClientsHavePlacesOfTheirOwn();
    void aPlaceIsMovedWithoutALimit();
    void limitsNewClients();
    void limitsRequests();
    void requestsOfUnknownClientsAreOnlyCounted();
    void limitsMessagesOfAllConnections();
    void limitsMessagesOfEachUnknownConnection();
    void exemptClientsHaveNoLimits();
    void anUnknownClientIsNeverExempt();
    void withoutSettingsNothingIsLimited();
    void tellsItsRules();
    void tellsHowOftenATableWasFull_data();
    void tellsHowOftenATableWasFull();
    void neverExceedsItsLimitsWithManyThreads();
    void givesAllPlacesBackWithManyThreads();
};

void tst_ClientLimits::placesOfAKnownClient()
{
    ClientLimits limits(tightSettings());
    QCOMPARE(admitted(5, [&] { return limits.acquirePlace(Known); }), 3);
    QCOMPARE(limits.connectionsOf(Client), 3);
    QCOMPARE(limits.connectionsOf(OtherClient), 0);
    QVERIFY(limits.acquirePlace(resolutionOf(OtherClient)));
    limits.releasePlace(Client, true);
    QVERIFY(limits.acquirePlace(Known));
    QVERIFY(!limits.acquirePlace(Known));
    QCOMPARE(limits.spared(), 0);
}

void tst_ClientLimits::unknownClientsHavePlacesOfTheirOwn()
{
    ClientLimits limits(tightSettings());
    QCOMPARE(admitted(10, [&] { return limits.acquirePlace(Unknown); }), 10);
    QCOMPARE(limits.spared(), 7);
    QCOMPARE(limits.connectionsOf(Client), 0);
    // The proxy may also be a client, with places that those behind it did not take.
    QCOMPARE(admitted(5, [&] { return limits.acquirePlace(Known); }), 3);
    for (int i = 0; i < 10; ++i)
        limits.releasePlace(Client, false);
    QCOMPARE(limits.connectionsOf(Client), 3);
    QCOMPARE(admitted(3, [&] { return limits.acquirePlace(Unknown); }), 3);
    QCOMPARE(limits.spared(), 7);
}

void tst_ClientLimits::aPlaceIsMovedWithoutALimit()
{
    ClientLimits limits(tightSettings());
    const Resolution other = resolutionOf(OtherClient);
    QCOMPARE(admitted(3, [&] { return limits.acquirePlace(Known); }), 3);
    QCOMPARE(admitted(3, [&] { return limits.acquirePlace(other); }), 3);
    QVERIFY(limits.acquirePlace(Unknown));
    limits.movePlace(Client, true, other);
    QCOMPARE(limits.connectionsOf(Client), 2);
    QCOMPARE(limits.connectionsOf(OtherClient), 4);
    // The limit holds for those who come.
    QVERIFY(limits.acquirePlace(Known));
    limits.releasePlace(OtherClient, true);
    QVERIFY(!limits.acquirePlace(other));
    // One that is not known any more, and back.
    limits.movePlace(OtherClient, true, Unknown);
    QCOMPARE(limits.connectionsOf(OtherClient), 2);
    QCOMPARE(limits.connectionsOf(Client), 3);
    limits.movePlace(Client, false, other);
    QCOMPARE(limits.connectionsOf(OtherClient), 3);
    QCOMPARE(limits.connectionsOf(Client), 3);
    limits.movePlace(OtherClient, true, other);
    QCOMPARE(limits.connectionsOf(OtherClient), 3);
    QCOMPARE(limits.spared(), 0);
}

void tst_ClientLimits::limitsNewClients()
{
    ClientLimits limits(tightSettings());
    QVERIFY(limits.admitClient(Known, Start));
    QVERIFY(limits.admitClient(Unknown, Start));
    // It is one rate for all.
    QVERIFY(!limits.admitClient(Known, Start));
    QVERIFY(!limits.admitClient(resolutionOf(OtherClient), Start));
    QVERIFY(!limits.admitClient(Unknown, Start));
    QVERIFY(limits.admitClient(Known, Start + 500ms));
    QVERIFY(!limits.admitClient(Known, Start + 500ms));
}

void tst_ClientLimits::limitsRequests()
{
    ClientLimits limits(tightSettings());
    QCOMPARE(admitted(10, [&] { return limits.admitRequest(Known, Start); }), 3);
    QVERIFY(limits.admitRequest(resolutionOf(OtherClient), Start));
    QCOMPARE(admitted(10, [&] { return limits.admitRequest(Known, Start + 2min); }), 3);
    QCOMPARE(limits.spared(), 0);
}

void tst_ClientLimits::requestsOfUnknownClientsAreOnlyCounted()
{
    ClientLimits limits(tightSettings());
    QCOMPARE(admitted(10, [&] { return limits.admitRequest(Unknown, Start); }), 10);
    QCOMPARE(limits.spared(), 7);
    // They use up nothing of the proxy's own.
    QCOMPARE(admitted(10, [&] { return limits.admitRequest(Known, Start); }), 3);
    QCOMPARE(admitted(3, [&] { return limits.admitRequest(Unknown, Start + 2min); }), 3);
    QCOMPARE(limits.spared(), 7);
}

void tst_ClientLimits::limitsMessagesOfAllConnections()
{
    ClientLimits limits(tightSettings());
    std::unique_ptr<SlidingWindow> one;
    std::unique_ptr<SlidingWindow> another;
    QVERIFY(limits.admitMessage(Known, one, Start));
    QVERIFY(limits.admitMessage(Known, another, Start));
    QVERIFY(!limits.admitMessage(Known, one, Start));
    QVERIFY(!limits.admitMessage(Known, another, Start));
    QVERIFY(limits.admitMessage(resolutionOf(OtherClient), one, Start));
    QVERIFY(limits.admitMessage(Known, one, Start + 2min));
    // Connections of known clients need no memory for it.
    QVERIFY(!one && !another);
}

void tst_ClientLimits::limitsMessagesOfEachUnknownConnection()
{
    ClientLimits limits(tightSettings());
    std::unique_ptr<SlidingWindow> one;
    std::unique_ptr<SlidingWindow> another;
    QCOMPARE(admitted(5, [&] { return limits.admitMessage(Unknown, one, Start); }), 2);
    QCOMPARE(admitted(5, [&] { return limits.admitMessage(Unknown, another, Start); }), 2);
    QCOMPARE(admitted(5, [&] { return limits.admitMessage(Unknown, one, Start + 2min); }), 2);
    QVERIFY(limits.admitMessage(Known, one, Start));
    QCOMPARE(limits.spared(), 0); // they were refused
}

void tst_ClientLimits::exemptClientsHaveNoLimits()
{
    ClientLimits limits(tightSettings());
    const Resolution exempt = resolutionOf(Exempt);
    std::unique_ptr<SlidingWindow> own;
    QCOMPARE(admitted(10, [&] { return limits.acquirePlace(exempt); }), 10);
    QCOMPARE(limits.connectionsOf(Exempt), 10); // counted all the same
    QCOMPARE(admitted(10, [&] { return limits.admitClient(exempt, Start); }), 10);
    QCOMPARE(admitted(10, [&] { return limits.admitRequest(exempt, Start); }), 10);
    QCOMPARE(admitted(10, [&] { return limits.admitMessage(exempt, own, Start); }), 10);
    // Nothing of what they did is missing for others.
    QCOMPARE(admitted(10, [&] { return limits.admitClient(Known, Start); }), 2);
    limits.releasePlace(Exempt, true);
    QCOMPARE(limits.connectionsOf(Exempt), 9);
}

// It is somebody behind a proxy that has this address.
void tst_ClientLimits::anUnknownClientIsNeverExempt()
{
    ClientLimits limits(tightSettings());
    const Resolution proxy = resolutionOf(Exempt, false);
    std::unique_ptr<SlidingWindow> own;
    QCOMPARE(admitted(10, [&] { return limits.admitClient(proxy, Start); }), 2);
    QCOMPARE(admitted(10, [&] { return limits.admitMessage(proxy, own, Start); }), 2);
    QCOMPARE(admitted(10, [&] { return limits.acquirePlace(proxy); }), 10);
    QCOMPARE(limits.spared(), 7);
}

void tst_ClientLimits::withoutSettingsNothingIsLimited()
{
    ClientLimits limits(noSettings());
    for (const Resolution &who : {Known, Unknown}) {
        std::unique_ptr<SlidingWindow> own;
        QCOMPARE(admitted(1000, [&] { return limits.acquirePlace(who); }), 1000);
        QCOMPARE(admitted(1000, [&] { return limits.admitClient(who, Start); }), 1000);
        QCOMPARE(admitted(1000, [&] { return limits.admitRequest(who, Start); }), 1000);
        QCOMPARE(admitted(1000, [&] { return limits.admitMessage(who, own, Start); }), 1000);
        QVERIFY(!own);
    }
    QCOMPARE(limits.spared(), 0);
    QCOMPARE(limits.overflowed(), 0);
}

void tst_ClientLimits::tellsItsRules()
{
    const ClientLimits limits(tightSettings());
    QVERIFY(limits.requestRule() && limits.messageRule());
    QCOMPARE(limits.requestRule()->limit, 2);
    QCOMPARE(limits.messageRule()->limit, 1);
    const ClientLimits none(noSettings());
    QVERIFY(!none.requestRule() && !none.messageRule());
}

void tst_ClientLimits::tellsHowOftenATableWasFull_data()
{
    using Admit = std::function<void(ClientLimits &, const IpAddress &)>;
    QTest::addColumn<Admit>("admit");
    QTest::newRow("requests") << Admit([](ClientLimits &limits, const IpAddress &client) {
        limits.admitRequest(resolutionOf(client), Start);
    });
    QTest::newRow("requests of unknown clients")
        << Admit([](ClientLimits &limits, const IpAddress &client) {
               limits.admitRequest(resolutionOf(client, false), Start);
           });
    QTest::newRow("messages") << Admit([](ClientLimits &limits, const IpAddress &client) {
        std::unique_ptr<SlidingWindow> own;
        limits.admitMessage(resolutionOf(client), own, Start);
    });
}

void tst_ClientLimits::tellsHowOftenATableWasFull()
{
    using Admit = std::function<void(ClientLimits &, const IpAddress &)>;
    QFETCH(const Admit, admit);
    ClientLimits limits(tightSettings());
    for (quint32 i = 0; i < 50'000; ++i)
        admit(limits, IpAddress::fromIPv4(0x0a000000 + i));
    QCOMPARE(limits.overflowed(), 0);
    for (quint32 i = 50'000; i < 101'000; ++i)
        admit(limits, IpAddress::fromIPv4(0x0a000000 + i));
    QVERIFY(limits.overflowed() >= 1000);
}

void tst_ClientLimits::neverExceedsItsLimitsWithManyThreads()
{
    ClientLimitSettings settings = tightSettings();
    settings.maxConnectionsPerClient = 500;
    settings.acceptRate = 500;
    settings.requests = RateRule{.limit = 400, .burst = 100, .window = 60s};
    settings.messages = settings.requests;
    ClientLimits limits(settings);
    constexpr int Tries = 1000;
    QCOMPARE(admittedInThreads(Tries, [&] { return limits.acquirePlace(Known); }), 500);
    QCOMPARE(limits.connectionsOf(Client), 500);
    QCOMPARE(admittedInThreads(Tries, [&] { return limits.admitClient(Known, Start); }), 500);
    QCOMPARE(admittedInThreads(Tries, [&] { return limits.admitRequest(Known, Start); }), 500);
    QCOMPARE(admittedInThreads(Tries,
                               [&] {
                                   std::unique_ptr<SlidingWindow> own;
                                   return limits.admitMessage(Known, own, Start);
                               }),
             500);
    QCOMPARE(admittedInThreads(Tries, [&] { return limits.admitRequest(Unknown, Start); }),
             4 * Tries);
    QCOMPARE(limits.spared(), 4 * Tries - 500);
}

void tst_ClientLimits::givesAllPlacesBackWithManyThreads()
{
    ClientLimits limits(tightSettings());
    admittedInThreads(5000, [&] {
        if (limits.acquirePlace(Known))
            limits.releasePlace(Client, true);
        limits.acquirePlace(Unknown);
        limits.releasePlace(Client, false);
        return true;
    });
    QCOMPARE(limits.connectionsOf(Client), 0);
    const qint64 spared = limits.spared();
    QCOMPARE(admitted(3, [&] { return limits.acquirePlace(Unknown); }), 3);
    QCOMPARE(limits.spared(), spared);
}

QTEST_APPLESS_MAIN(tst_ClientLimits)
#include "tst_clientlimits.moc"
