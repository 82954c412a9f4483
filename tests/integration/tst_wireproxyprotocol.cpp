// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The PROXY protocol on real connections: listed peers must announce whom they speak for, others
// must not.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"
#include "tests/support/websocketclient.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 1
trust_proxy = ["10.0.0.0/8"]
request_details_path = "/who"
[proxy_protocol]
accept = "required"
from = ["127.0.0.1"]
[limits]
handshake_timeout_ms = 300
)";

constexpr auto V1 = "PROXY TCP4 203.0.113.7 192.0.2.1 51000 443\r\n";

// A version 2 header (proxy-protocol.txt 2.2).
QByteArray v2(quint8 command, quint8 family, const QByteArray &addresses)
{
    const QByteArray signature("\r\n\r\n\0\r\nQUIT\n", 12);
    QByteArray header = signature;
    header += char(0x20 | command);
    header += char(family);
    header += char(addresses.size() >> 8);
    header += char(addresses.size() & 0xff);
    return header + addresses;
}

QByteArray v4Addresses()
{
    return QByteArray::fromHex("cb007107"
                               "c0000201"
                               "c738"
                               "01bb");
}

QByteArray v6Addresses()
{
    return QByteArray::fromHex("20010db8000000000000000000000007"
                               "20010db8000000000000000000000001"
                               "c738"
                               "01bb");
}

} // namespace

class tst_WireProxyProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_server.reset(); }

    void announcedClientIsResolved_data();
    void announcedClientIsResolved();
    void headerCutAnywhere_data();
    void headerCutAnywhere();
    void announcedProxyIsWalkedFurther();
    void itHoldsForTheWholeConnection();
    void webSocketBehindIt();

    void badHeaderCloses_data();
    void badHeaderCloses();
    void slowHeaderCloses_data();
    void slowHeaderCloses();
    void unlistedPeerMayNot_data();
    void unlistedPeerMayNot();

private:
    QJsonObject detailsAfter(const QByteArray &header, const QByteArray &headerLines = {});

    std::unique_ptr<ServerProcess> m_server;
};

void tst_WireProxyProtocol::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

QJsonObject tst_WireProxyProtocol::detailsAfter(const QByteArray &header,
                                                const QByteArray &headerLines)
{
    RawClient client(m_server->port());
    return client.exchange(header + httpGet("/who", headerLines)).json();
}

void tst_WireProxyProtocol::announcedClientIsResolved_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<QString>("client");
    QTest::addColumn<QByteArray>("trail");
    const QByteArray announced = "127.0.0.1 peer; 203.0.113.7 client PROXY#1"_ba;
    const QByteArray announcedV6 = "127.0.0.1 peer; 2001:db8::7 client PROXY#1"_ba;
    QTest::newRow("v1 over IPv4") << QByteArray(V1) << u"203.0.113.7"_s << announced;
    QTest::newRow("v1 over IPv6") << "PROXY TCP6 2001:db8::7 2001:db8::1 51000 443\r\n"_ba
                                  << u"2001:db8::7"_s << announcedV6;
    QTest::newRow("v2 over IPv4") << v2(1, 0x11, v4Addresses()) << u"203.0.113.7"_s << announced;
    QTest::newRow("v2 over IPv6") << v2(1, 0x21, v6Addresses()) << u"2001:db8::7"_s << announcedV6;
    QTest::newRow("v2 with TLVs") << v2(1, 0x11,
                                        v4Addresses()
                                            + QByteArray::fromHex("010002"
                                                                  "6832"
                                                                  "ea0003"
                                                                  "414243"))
                                  << u"203.0.113.7"_s << announced;
    QTest::newRow("v1 UNKNOWN keeps the peer")
        << "PROXY UNKNOWN\r\n"_ba << u"127.0.0.1"_s << "127.0.0.1 peer"_ba;
    QTest::newRow("v2 LOCAL keeps the peer")
        << v2(0, 0x00, {}) << u"127.0.0.1"_s << "127.0.0.1 peer"_ba;
    QTest::newRow("v2 LOCAL with addresses keeps the peer")
        << v2(0, 0x11, v4Addresses()) << u"127.0.0.1"_s << "127.0.0.1 peer"_ba;
}

void tst_WireProxyProtocol::announcedClientIsResolved()
{
    QFETCH(const QByteArray, header);
    QFETCH(const QString, client);
    QFETCH(const QByteArray, trail);
    const QJsonObject details = detailsAfter(header, "X-Forwarded-For: 6.6.6.6\r\n");
    QCOMPARE(details.value("ip_address"_L1).toString(), client);
    QCOMPARE(details.value("peer_address"_L1).toString(), u"127.0.0.1"_s);
    QCOMPARE(details.value("trusted_peer"_L1).toBool(true), false);
    QCOMPARE(details.value("source"_L1).toString(),
             client == u"127.0.0.1" ? u"peer"_s : u"proxy-protocol"_s);
    QCOMPARE(trailText(details), trail);
}

void tst_WireProxyProtocol::headerCutAnywhere_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("v1") << QByteArray(V1);
    QTest::newRow("v2") << v2(1, 0x11, v4Addresses() + QByteArray::fromHex("0100026832"));
}

void tst_WireProxyProtocol::headerCutAnywhere()
{
    QFETCH(const QByteArray, header);
    const QByteArray bytes = header + httpGet("/who");
    RawClient barrier(m_server->port(), "127.0.0.2"_ba); // not listed: plain HTTP
    for (qsizetype cut = 1; cut <= header.size() + 3; ++cut) {
        RawClient client(m_server->port());
        QVERIFY(client.send(bytes.first(cut)));
        QCOMPARE(barrier.exchange(httpGet("/health")).status, 200);
        const QJsonObject details = client.exchange(bytes.sliced(cut)).json();
        QCOMPARE(details.value("ip_address"_L1).toString(), u"203.0.113.7"_s);
    }
}

// The announced address is on the list of proxies, so its headers count.
void tst_WireProxyProtocol::announcedProxyIsWalkedFurther()
{
    const QJsonObject details = detailsAfter("PROXY TCP4 10.0.0.5 192.0.2.1 51000 443\r\n",
                                             "X-Forwarded-For: 6.6.6.6, 203.0.113.9\r\n"
                                             "X-Forwarded-Proto: https\r\n");
    QCOMPARE(details.value("ip_address"_L1).toString(), u"203.0.113.9"_s);
    QCOMPARE(details.value("scheme"_L1).toString(), u"https"_s);
    QCOMPARE(details.value("trusted_peer"_L1).toBool(), true);
    QCOMPARE(trailText(details), "127.0.0.1 peer; 10.0.0.5 trusted by 10.0.0.0/8 PROXY#1; "
                                 "203.0.113.9 client X-Forwarded-For#1; "
                                 "6.6.6.6 unread X-Forwarded-For#2"_ba);
}

void tst_WireProxyProtocol::itHoldsForTheWholeConnection()
{
    RawClient client(m_server->port());
    QCOMPARE(client.exchange(V1 + httpGet("/who")).status, 200);
    const QJsonObject second = client.exchange(httpGet("/who")).json();
    QCOMPARE(second.value("ip_address"_L1).toString(), u"203.0.113.7"_s);
    // There is one header a connection.
    QCOMPARE(client.exchange(V1 + httpGet("/who")).status, 400);
}

void tst_WireProxyProtocol::webSocketBehindIt()
{
    WebSocketClient client(m_server->port());
    QVERIFY(client.raw().send(V1));
    QVERIFY(client.open("/behind"_ba));
    QVERIFY(client.isResponsive());
    QVERIFY(!m_server
                 ->waitForLine({"client_connected", "peer=127.0.0.1", "client=203.0.113.7",
                                "source=proxy-protocol", "/behind"})
                 .isEmpty());
}

void tst_WireProxyProtocol::badHeaderCloses_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("none") << ""_ba;
    QTest::newRow("v1 in small letters") << "proxy TCP4 203.0.113.7 192.0.2.1 51000 443\r\n"_ba;
    QTest::newRow("v1 with a bad address") << "PROXY TCP4 203.0.113.777 192.0.2.1 1 2\r\n"_ba;
    QTest::newRow("v1 with a legacy address") << "PROXY TCP4 127.1 192.0.2.1 1 2\r\n"_ba;
    QTest::newRow("v1 with a bad port") << "PROXY TCP4 203.0.113.7 192.0.2.1 65536 2\r\n"_ba;
    QTest::newRow("v1 of the wrong family") << "PROXY TCP4 2001:db8::7 2001:db8::1 1 2\r\n"_ba;
    QTest::newRow("v1 without an end") << "PROXY TCP4 "_ba + QByteArray(120, '1');
    QTest::newRow("v2 with a bad command") << v2(7, 0x11, v4Addresses());
    QTest::newRow("v2 without room for its addresses") << v2(1, 0x11, v4Addresses().first(8));
    QTest::newRow("v2 with a broken TLV")
        << v2(1, 0x11, v4Addresses() + QByteArray::fromHex("01ffff41"));
    QTest::newRow("v2 with a wrong checksum")
        << v2(1, 0x11, v4Addresses() + QByteArray::fromHex("030004deadbeef"));
}

void tst_WireProxyProtocol::badHeaderCloses()
{
    QFETCH(const QByteArray, header);
    RawClient client(m_server->port());
    client.sendWhilePossible(header + httpGet("/who"), RawClient::Patience);
    QCOMPARE(client.readUntilClosed(), QByteArray());
    QVERIFY2(client.error().isEmpty(), qPrintable(client.error()));
    QVERIFY(!m_server->waitForLine({"connection_refused", "peer=127.0.0.1"}).isEmpty());
}

void tst_WireProxyProtocol::slowHeaderCloses_data()
{
    QTest::addColumn<QByteArray>("begin");
    QTest::newRow("nothing at all") << ""_ba;
    QTest::newRow("half a v1 header") << "PROXY TCP4 203."_ba;
    QTest::newRow("half a v2 header") << v2(1, 0x11, v4Addresses()).first(14);
}

void tst_WireProxyProtocol::slowHeaderCloses()
{
    QFETCH(const QByteArray, begin);
    RawClient client(m_server->port());
    QVERIFY(client.send(begin));
    QCOMPARE(client.readUntilClosed(), QByteArray());
    QVERIFY2(client.error().isEmpty(), qPrintable(client.error()));
}

void tst_WireProxyProtocol::unlistedPeerMayNot_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("v1") << QByteArray(V1);
    QTest::newRow("v2") << v2(1, 0x11, v4Addresses());
}

void tst_WireProxyProtocol::unlistedPeerMayNot()
{
    QFETCH(const QByteArray, header);
    RawClient client(m_server->port(), "127.66.6.6"_ba);
    QCOMPARE(client.exchange(header + httpGet("/who")).status, 400);
    QVERIFY(client.waitForClosed());
    RawClient honest(m_server->port(), "127.66.6.6"_ba);
    QCOMPARE(honest.exchange(httpGet("/who")).json().value("ip_address"_L1).toString(),
             u"127.66.6.6"_s);
}

QTEST_GUILESS_MAIN(tst_WireProxyProtocol)
#include "tst_wireproxyprotocol.moc"
