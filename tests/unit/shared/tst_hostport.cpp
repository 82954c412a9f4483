// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/hostport.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_HostPort : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void accepted_data();
    void accepted();
    void refused_data();
    void refused();
    void ports_data();
    void ports();
    void addresses();
};

void tst_HostPort::accepted_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addRow("name") << "pub.example"_ba
                          << "pub.example"_ba << 0;
    QTest::addRow("name and port") << "pub.example:8443"_ba
                                   << "pub.example"_ba << 8443;
    QTest::addRow("empty port") << "pub.example:"_ba
                                << "pub.example"_ba << 0;
    QTest::addRow("lowest port") << "a:1"_ba
                                 << "a"_ba << 1;
    QTest::addRow("highest port") << "a:65535"_ba
                                  << "a"_ba << 65535;
    QTest::addRow("upper case") << "PUB.Example"_ba
                                << "pub.example"_ba << 0;
    QTest::addRow("final dot") << "pub.example."_ba
                               << "pub.example"_ba << 0;
    QTest::addRow("final dot and port") << "pub.example.:80"_ba
                                        << "pub.example"_ba << 80;
    QTest::addRow("underscore") << "my_service"_ba
                                << "my_service"_ba << 0;
    QTest::addRow("hyphens anywhere") << "-a-.b-"_ba
                                      << "-a-.b-"_ba << 0;
    QTest::addRow("punycode") << "xn--pb-xka.example"_ba
                              << "xn--pb-xka.example"_ba << 0;
    QTest::addRow("digits in the first label") << "10.example"_ba
                                               << "10.example"_ba << 0;
    QTest::addRow("last label begins with a digit") << "a.1b"_ba
                                                    << "a.1b"_ba << 0;
    QTest::addRow("253 characters") << QByteArray(253, 'a') << QByteArray(253, 'a') << 0;
    QTest::addRow("253 characters and a final dot")
        << QByteArray(253, 'a') + '.' << QByteArray(253, 'a') << 0;
    QTest::addRow("IPv4") << "192.0.2.10"_ba
                          << "192.0.2.10"_ba << 0;
    QTest::addRow("IPv4 and port") << "192.0.2.10:8080"_ba
                                   << "192.0.2.10"_ba << 8080;
    QTest::addRow("IPv4 with a final dot") << "192.0.2.10."_ba
                                           << "192.0.2.10"_ba << 0;
    QTest::addRow("IPv6") << "[2001:DB8:0::1]"_ba
                          << "[2001:db8::1]"_ba << 0;
    QTest::addRow("IPv6 and port") << "[2001:db8::1]:8443"_ba
                                   << "[2001:db8::1]"_ba << 8443;
    QTest::addRow("IPv6 and empty port") << "[::1]:"_ba
                                         << "[::1]"_ba << 0;
    QTest::addRow("mapped is IPv4") << "[::ffff:192.0.2.10]:80"_ba
                                    << "192.0.2.10"_ba << 80;
}

void tst_HostPort::accepted()
{
    QFETCH(const QByteArray, text);
    const std::optional<HostPort> result = parseHostPort(text);
    QVERIFY(result);
    QTEST(result->host, "host");
    QTEST(int{result->port.value_or(0)}, "port");
    QCOMPARE(parseHostPort(result->host)->host, result->host);
}

void tst_HostPort::refused_data()
{
    QTest::addColumn<QByteArray>("text");
    for (const char *text : {"",
                             ":",
                             ":8443",
                             ".",
                             "..",
                             ".example.com",
                             "pub..example",
                             "pub.example..",
                             "a b",
                             " a",
                             "a ",
                             "a\t",
                             "a/b",
                             "a?b",
                             "a#b",
                             "user@a",
                             "a,b",
                             "a;b",
                             "a%2eb",
                             "a\r\nb",
                             "a\"b",
                             "a\\b",
                             "*",
                             "*.example.com",
                             "p\xc3\xbc"
                             "b.example",
                             "127.1",
                             "010.0.0.1",
                             "1.2.3.4.5",
                             "256.1.1.1",
                             "a.1",
                             "a.0x7f",
                             "0x7f000001",
                             "0x",
                             "2130706433",
                             "1",
                             "a:0",
                             "a:65536",
                             "a:080",
                             "a:+80",
                             "a:-1",
                             "a: 80",
                             "a:80:80",
                             "a:http",
                             "2001:db8::1",
                             "[2001:db8::1",
                             "2001:db8::1]",
                             "[]",
                             "[::1]x",
                             "[::1]80",
                             "[::1]:0",
                             "[::1]:x",
                             "[1.2.3.4]",
                             "[::1%eth0]",
                             "[::1%25eth0]",
                             "[v1.x]",
                             "[[::1]]",
                             "<script>"})
        QTest::addRow("\"%s\"", QByteArray(text).toPercentEncoding(" /:[]\"").constData())
            << QByteArray(text);
    QTest::addRow("254 characters") << QByteArray(254, 'a');
    QTest::addRow("NUL") << QByteArray("a\0b", 3);
}

void tst_HostPort::refused()
{
    QFETCH(const QByteArray, text);
    QVERIFY(!parseHostPort(text));
}

void tst_HostPort::ports_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<int>("port");
    QTest::addRow("lowest") << "1"_ba << 1;
    QTest::addRow("highest") << "65535"_ba << 65535;
    QTest::addRow("zero") << "0"_ba << 0;
    QTest::addRow("too high") << "65536"_ba << 0;
    QTest::addRow("six digits") << "100000"_ba << 0;
    QTest::addRow("leading zero") << "080"_ba << 0;
    QTest::addRow("sign") << "+80"_ba << 0;
    QTest::addRow("exponent") << "1e3"_ba << 0;
    QTest::addRow("blank") << "80 "_ba << 0;
    QTest::addRow("empty") << ""_ba << 0;
    QTest::addRow("hex") << "0x50"_ba << 0;
    QTest::addRow("fraction") << "80.0"_ba << 0;
}

void tst_HostPort::ports()
{
    QFETCH(const QByteArray, text);
    QTEST(int{parsePort(text).value_or(0)}, "port");
}

void tst_HostPort::addresses()
{
    QCOMPARE(hostText(*IpAddress::parse("10.0.0.1")), "10.0.0.1"_ba);
    QCOMPARE(hostText(*IpAddress::parse("2001:DB8::1")), "[2001:db8::1]"_ba);
}

QTEST_APPLESS_MAIN(tst_HostPort)
#include "tst_hostport.moc"
