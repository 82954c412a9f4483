// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/ipaddress.h"

#include <QHostAddress>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <type_traits>

using namespace truepeer;
using namespace Qt::StringLiterals;

static_assert(std::is_trivially_copyable_v<IpAddress> && sizeof(IpAddress) == 16);

class tst_IpAddress : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void canonical_data();
    void canonical();
    void refused_data();
    void refused();
    void kinds();
    void order();
    void qHostAddress_data();
    void qHostAddress();
    void qHostAddressWithoutAddress();
    void textSurvivesParsing();
};

void tst_IpAddress::canonical_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("canonical");
    QTest::addRow("dotted quad") << "203.0.113.7"_ba
                                 << "203.0.113.7"_ba;
    QTest::addRow("lowest quad") << "0.0.0.0"_ba
                                 << "0.0.0.0"_ba;
    QTest::addRow("highest quad") << "255.255.255.255"_ba
                                  << "255.255.255.255"_ba;
    QTest::addRow("unspecified IPv6") << "::"_ba
                                      << "::"_ba;
    QTest::addRow("loopback IPv6") << "::1"_ba
                                   << "::1"_ba;
    QTest::addRow("zeros at the end") << "1::"_ba
                                      << "1::"_ba;
    QTest::addRow("all groups, leading zeros dropped") << "2001:0DB8:0000:0:0:0:0:0007"_ba
                                                       << "2001:db8::7"_ba;
    QTest::addRow(":: for one group is written out") << "1:2:3:4:5:6:7::"_ba
                                                     << "1:2:3:4:5:6:7:0"_ba;
    QTest::addRow("one group of zeros in front is written out") << "::2:3:4:5:6:7:8"_ba
                                                                << "0:2:3:4:5:6:7:8"_ba;
    QTest::addRow("the longest run is shortened") << "1:0:0:2:0:0:0:3"_ba
                                                  << "1:0:0:2::3"_ba;
    QTest::addRow("of equal runs the first") << "1:0:0:2:3:0:0:4"_ba
                                             << "1::2:3:0:0:4"_ba;
    QTest::addRow("mapped with quad is IPv4") << "::ffff:10.0.0.1"_ba
                                              << "10.0.0.1"_ba;
    QTest::addRow("mapped in hex is IPv4") << "::FFFF:a00:1"_ba
                                           << "10.0.0.1"_ba;
    QTest::addRow("mapped, written out") << "0:0:0:0:0:ffff:10.0.0.1"_ba
                                         << "10.0.0.1"_ba;
    QTest::addRow("compatible stays IPv6") << "::10.0.0.1"_ba
                                           << "::a00:1"_ba;
    QTest::addRow("NAT64 stays IPv6") << "64:ff9b::1.2.3.4"_ba
                                      << "64:ff9b::102:304"_ba;
    QTest::addRow("quad behind six groups") << "1:2:3:4:5:6:1.2.3.4"_ba
                                            << "1:2:3:4:5:6:102:304"_ba;
    QTest::addRow("quad behind ::") << "1::1.2.3.4"_ba
                                    << "1::102:304"_ba;
    QTest::addRow("almost mapped") << "::fffe:10.0.0.1"_ba
                                   << "::fffe:a00:1"_ba;
}

void tst_IpAddress::canonical()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArray, canonical);
    const std::optional<IpAddress> address = IpAddress::parse(text);
    QVERIFY(address);
    QCOMPARE(address->toText(), canonical);
    QCOMPARE(address->toString(), QString::fromLatin1(canonical));
    QCOMPARE(IpAddress::parse(canonical), address);
    QCOMPARE(address->isIPv4(), !canonical.contains(':'));
    QCOMPARE(address->isIPv6(), canonical.contains(':'));
}

void tst_IpAddress::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             " ",
                             "1.2.3",
                             "1.2.3.4.5",
                             "1.2.3.4.",
                             ".1.2.3.4",
                             "1..2.3",
                             "256.0.0.1",
                             "1.2.3.999",
                             "01.2.3.4",
                             "1.2.3.00",
                             "00.0.0.0",
                             "127.1",
                             "2130706433",
                             "0x7f.0.0.1",
                             "0x7f000001",
                             "+1.2.3.4",
                             "-1.2.3.4",
                             " 1.2.3.4",
                             "1.2.3.4 ",
                             "1. 2.3.4",
                             "1.2.3.4/8",
                             "1.2.3.4:80",
                             "1.2.3.4%eth0",
                             "1.2.3.a",
                             ":",
                             ":::",
                             "1:",
                             ":1",
                             "1:2",
                             "1:2:3:4:5:6:7",
                             "1:2:3:4:5:6:7:8:9",
                             "1::2::3",
                             "::1::",
                             "1:::2",
                             "12345::",
                             "g::",
                             "::1%eth0",
                             "[::1]",
                             "::1/128",
                             "1:2:3:4:5:6:7:8::",
                             "::1:2:3:4:5:6:7:8",
                             "1::2:3:4:5:6:7:8",
                             "1:2:3:4:5:6:7:8:",
                             "::1.2.3",
                             "::1.2.3.256",
                             "::01.2.3.4",
                             "1.2.3.4::",
                             "::1.2.3.4:5",
                             "1:2:3:4:5:6:7:1.2.3.4",
                             "::ffff:1.2.3.4.5",
                             "::1 ",
                             " ::1",
                             "1:2:3:4::5:6:7:1.2.3.4",
                             "localhost",
                             "\xd9\xa1.2.3.4",
                             "::\xd9\xa1"})
        QTest::addRow("\"%s\"", text) << QByteArray(text);
    QTest::addRow("NUL behind the address") << QByteArray("1.2.3.4\0", 8);
}

void tst_IpAddress::refused()
{
    QFETCH(const QByteArray, text);
    QVERIFY(!IpAddress::parse(text));
}

void tst_IpAddress::kinds()
{
    QVERIFY(IpAddress::parse("0.0.0.0")->isUnspecified());
    QVERIFY(IpAddress::parse("::")->isUnspecified());
    QVERIFY(IpAddress::parse("::ffff:0.0.0.0")->isUnspecified());
    QVERIFY(!IpAddress::parse("0.0.0.1")->isUnspecified());
    QVERIFY(!IpAddress::parse("::1")->isUnspecified());
    QVERIFY(IpAddress::parse("127.255.0.1")->isLoopback());
    QVERIFY(IpAddress::parse("::1")->isLoopback());
    QVERIFY(!IpAddress::parse("128.0.0.1")->isLoopback());
    QVERIFY(!IpAddress::parse("1::1")->isLoopback());
    QVERIFY(!IpAddress::parse("::7f00:1")->isLoopback());
    QCOMPARE(IpAddress::parse("1.2.3.4")->toIPv4(), 0x01020304U);
    QCOMPARE(IpAddress::fromIPv4(0x01020304), *IpAddress::parse("1.2.3.4"));
    QCOMPARE(IpAddress::fromIPv6(IpAddress::parse("2001:db8::7")->bytes()).toText(),
             "2001:db8::7"_ba);
    QCOMPARE(IpAddress::fromIPv6(IpAddress::parse("10.0.0.1")->bytes()).toText(), "10.0.0.1"_ba);
}

void tst_IpAddress::order()
{
    const IpAddress low = *IpAddress::parse("9.255.255.255");
    const IpAddress high = *IpAddress::parse("10.0.0.0");
    const IpAddress six = *IpAddress::parse("::");
    QVERIFY(low < high);
    QVERIFY(high < six); // IPv4 first, whatever the bytes say
    QVERIFY(!(six < low));
    QVERIFY(low != high);
    QVERIFY(std::is_eq(low <=> *IpAddress::parse("::ffff:9.255.255.255")));

    QSet<IpAddress> set{low, high, six, *IpAddress::parse("::ffff:10.0.0.0")};
    QCOMPARE(set.size(), 3);
}

void tst_IpAddress::qHostAddress_data()
{
    QTest::addColumn<QHostAddress>("given");
    QTest::addColumn<QByteArray>("text");
    QTest::addRow("IPv4") << QHostAddress(u"10.0.0.1"_s) << "10.0.0.1"_ba;
    QTest::addRow("IPv6") << QHostAddress(u"2001:db8::7"_s) << "2001:db8::7"_ba;
    QTest::addRow("peer of a dual-stack listener")
        << QHostAddress(u"::ffff:10.0.0.1"_s) << "10.0.0.1"_ba;
    QTest::addRow("scope dropped") << QHostAddress(u"fe80::1%eth0"_s) << "fe80::1"_ba;
    QTest::addRow("any IPv6") << QHostAddress(QHostAddress::AnyIPv6) << "::"_ba;
}

void tst_IpAddress::qHostAddress()
{
    QFETCH(const QHostAddress, given);
    QFETCH(const QByteArray, text);
    const std::optional<IpAddress> address = IpAddress::fromQHostAddress(given);
    QVERIFY(address);
    QCOMPARE(address->toText(), text);
    QCOMPARE(IpAddress::fromQHostAddress(address->toQHostAddress()), address);
    QVERIFY(address->toQHostAddress().scopeId().isEmpty());
}

void tst_IpAddress::qHostAddressWithoutAddress()
{
    QVERIFY(!IpAddress::fromQHostAddress(QHostAddress()));
    QVERIFY(!IpAddress::fromQHostAddress(QHostAddress(QHostAddress::Any)));
}

void tst_IpAddress::textSurvivesParsing()
{
    quint64 state = 1;
    for (int i = 0; i < 20'000; ++i) {
        IpAddress::Bytes bytes{};
        for (quint8 &byte : bytes) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            byte = (state >> 60) < 8 ? quint8{0} : static_cast<quint8>(state >> 40);
        }
        const IpAddress address = IpAddress::fromIPv6(bytes);
        QCOMPARE(IpAddress::parse(address.toText()), address);
        // Qt's own text and parser make a second opinion, except that it writes ::/96 with a quad.
        const QHostAddress qt = address.toQHostAddress();
        QCOMPARE(QHostAddress(address.toString()), qt);
        if (std::any_of(bytes.begin(), bytes.begin() + 12, [](quint8 byte) { return byte != 0; }))
            QCOMPARE(qt.toString(), address.toString());
    }
}

QTEST_APPLESS_MAIN(tst_IpAddress)
#include "tst_ipaddress.moc"
