// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/cidr.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(truepeer::Cidr::Problem)

class tst_Cidr : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void parsed_data();
    void parsed();
    void refused_data();
    void refused();
    void contains_data();
    void contains();
    void boundaries_data();
    void boundaries();
    void aRangeOverTheMappedBlockHoldsNoIPv4();
};

void tst_Cidr::parsed_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<QByteArray>("last");
    QTest::addColumn<bool>("hostBits");
    QTest::addRow("address") << "10.0.0.1"_ba
                             << "10.0.0.1/32"_ba
                             << "10.0.0.1"_ba << false;
    QTest::addRow("range") << "10.0.0.0/8"_ba
                           << "10.0.0.0/8"_ba
                           << "10.255.255.255"_ba << false;
    QTest::addRow("half of IPv4") << "128.0.0.0/1"_ba
                                  << "128.0.0.0/1"_ba
                                  << "255.255.255.255"_ba << false;
    QTest::addRow("host bits") << "192.168.1.77/24"_ba
                               << "192.168.1.0/24"_ba
                               << "192.168.1.255"_ba << true;
    QTest::addRow("one bit") << "10.0.0.3/31"_ba
                             << "10.0.0.2/31"_ba
                             << "10.0.0.3"_ba << true;
    QTest::addRow("IPv6") << "2001:db8::/33"_ba
                          << "2001:db8::/33"_ba
                          << "2001:db8:7fff:ffff:ffff:ffff:ffff:ffff"_ba << false;
    QTest::addRow("IPv6 host bits") << "2001:db8::b/127"_ba
                                    << "2001:db8::a/127"_ba
                                    << "2001:db8::b"_ba << true;
    QTest::addRow("mapped range is IPv4") << "::ffff:10.1.2.3/104"_ba
                                          << "10.0.0.0/8"_ba
                                          << "10.255.255.255"_ba << true;
    QTest::addRow("mapped address is IPv4") << "::ffff:a00:1"_ba
                                            << "10.0.0.1/32"_ba
                                            << "10.0.0.1"_ba << false;
    QTest::addRow("the broadest mapped range") << "::ffff:0:0/97"_ba
                                               << "0.0.0.0/1"_ba
                                               << "127.255.255.255"_ba << false;
}

void tst_Cidr::parsed()
{
    QFETCH(const QByteArray, text);
    const Cidr::ParseResult result = Cidr::parse(text);
    QVERIFY(result.range);
    QCOMPARE(result.problem, Cidr::Problem::None);
    QTEST(result.range->toText(), "range");
    QTEST(result.range->last().toText(), "last");
    QTEST(result.hadHostBits, "hostBits");
    QCOMPARE(Cidr::parse(result.range->toText()).range, result.range);
}

void tst_Cidr::refused_data()
{
    using Problem = Cidr::Problem;
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<Problem>("problem");
    for (const char *text : {"", "/8", "10/8", "10.1", "10.0.0.0 /8", " 10.0.0.0/8", "[::1]/128",
                             "fe80::1%eth0/64", "loopback", "10.0.0.0.0/8"})
        QTest::addRow("bad address \"%s\"", text) << QByteArray(text) << Problem::BadAddress;
    for (const char *text :
         {"10.0.0.0/", "10.0.0.0/08", "10.0.0.0/00", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/ 8",
          "10.0.0.0/8 ", "10.0.0.0/8.0", "10.0.0.0/8/8", "10.0.0.0/abc", "10.0.0.0/0x8",
          "10.0.0.0/255.0.0.0", "::1/08"})
        QTest::addRow("bad prefix \"%s\"", text) << QByteArray(text) << Problem::BadPrefix;
    for (const char *text : {"10.0.0.0/33", "::/129", "::ffff:10.0.0.1/129", "10.0.0.0/4294967304",
                             "10.0.0.0/99999999999999999999"})
        QTest::addRow("too long \"%s\"", text) << QByteArray(text) << Problem::PrefixTooLong;
    for (const char *text : {"0.0.0.0/0", "10.0.0.0/0", "::/0", "2001:db8::/0"})
        QTest::addRow("everybody \"%s\"", text) << QByteArray(text) << Problem::PrefixZero;
    for (const char *text :
         {"::ffff:0:0/96", "::ffff:0:0/95", "::ffff:10.0.0.1/8", "::ffff:10.0.0.1/0"})
        QTest::addRow("mapped \"%s\"", text) << QByteArray(text) << Problem::MappedTooBroad;
}

void tst_Cidr::refused()
{
    QFETCH(const QByteArray, text);
    const Cidr::ParseResult result = Cidr::parse(text);
    QVERIFY(!result.range);
    QTEST(result.problem, "problem");
}

void tst_Cidr::contains_data()
{
    QTest::addColumn<QByteArray>("range");
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<bool>("inside");
    QTest::addRow("inside") << "10.0.0.0/8"_ba
                            << "10.9.8.7"_ba << true;
    QTest::addRow("outside") << "10.0.0.0/8"_ba
                             << "11.0.0.0"_ba << false;
    QTest::addRow("mapped address") << "10.0.0.0/8"_ba
                                    << "::ffff:10.9.8.7"_ba << true;
    QTest::addRow("compatible address") << "10.0.0.0/8"_ba
                                        << "::10.9.8.7"_ba << false;
    QTest::addRow("IPv6 range never holds IPv4") << "::/1"_ba
                                                 << "10.0.0.1"_ba << false;
    QTest::addRow("IPv4 range never holds IPv6") << "0.0.0.0/1"_ba
                                                 << "::1"_ba << false;
    QTest::addRow("loopbacks are two") << "127.0.0.1"_ba
                                       << "::1"_ba << false;
}

void tst_Cidr::contains()
{
    QFETCH(const QByteArray, range);
    QFETCH(const QByteArray, address);
    QTEST(Cidr::parse(range).range->contains(*IpAddress::parse(address)), "inside");
}

void tst_Cidr::boundaries_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<int>("longest");
    QTest::addRow("IPv4") << "85.170.85.170"_ba << 32;
    QTest::addRow("IPv6") << "5555:aaaa:5555:aaaa:5555:aaaa:5555:aaaa"_ba << 128;
}

// Every prefix length: the first and last address are inside, their neighbours are not.
void tst_Cidr::boundaries()
{
    QFETCH(const QByteArray, address);
    QFETCH(const int, longest);
    const IpAddress inner = *IpAddress::parse(address);
    for (int prefix = 1; prefix <= longest; ++prefix) {
        const Cidr range(inner, prefix);
        QVERIFY(range.contains(inner));
        QVERIFY(range.contains(range.address()));
        QVERIFY(range.contains(range.last()));
        const auto step = [](const IpAddress &from, int by) {
            IpAddress::Bytes bytes = from.bytes();
            for (size_t i = bytes.size(); i-- > 0;) {
                bytes[i] = static_cast<quint8>(bytes[i] + by);
                if (bytes[i] != (by > 0 ? 0x00 : 0xff))
                    break;
            }
            return IpAddress::fromIPv6(bytes);
        };
        QVERIFY(!range.contains(step(range.address(), -1)));
        QVERIFY(!range.contains(step(range.last(), 1)));
    }
}

// IPv4-mapped addresses are IPv4, also where an IPv6 range reaches over their block (rule C6).
void tst_Cidr::aRangeOverTheMappedBlockHoldsNoIPv4()
{
    const Cidr::ParseResult parsed = Cidr::parse("::fff1/80");
    QVERIFY(parsed.range);
    QCOMPARE(parsed.range->toText(), "::/80"_ba);
    QVERIFY(parsed.range->contains(*IpAddress::parse("::fffe:1:2")));
    QVERIFY(!parsed.range->contains(IpAddress::fromIPv4(0xffffffff)));
    QVERIFY(!parsed.range->contains(*IpAddress::parse("::ffff:10.0.0.1")));
}

QTEST_APPLESS_MAIN(tst_Cidr)
#include "tst_cidr.moc"
