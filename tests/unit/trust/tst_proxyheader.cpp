// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/crc32c.h"
#include "server/trust/proxyheader.h"

#include <QRegularExpression>
#include <QTest>
#include <QtEndian>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Status = ProxyHeaderResult::Status;

const QByteArray Signature = QByteArray::fromHex("0d0a0d0a000d0a515549540a");
const QByteArray IPv4Block = QByteArray::fromHex("cb007107c0000250103901bb"); // 203.0.113.7:4153
const QByteArray IPv6Block = QByteArray::fromHex("20010db8000000000000000000000007"
                                                 "20010db80000000000000000000000010fa001bb");

QByteArray binary(int versionAndCommand, int family, const QByteArray &payload)
{
    QByteArray header = Signature;
    header.append(static_cast<char>(versionAndCommand)).append(static_cast<char>(family));
    header.append(static_cast<char>(payload.size() >> 8)).append(static_cast<char>(payload.size()));
    return header + payload;
}

QByteArray field(int type, const QByteArray &value)
{
    QByteArray bytes(1, static_cast<char>(type));
    bytes.append(static_cast<char>(value.size() >> 8)).append(static_cast<char>(value.size()));
    return bytes + value;
}

// An IPv4 header with a checksum field between two others.
QByteArray withChecksum()
{
    QByteArray header =
        binary(0x21, 0x11,
               IPv4Block + field(0x01, "h2") + field(0x03, QByteArray(4, '\0')) + field(0xee, "x"));
    Crc32c checksum;
    checksum.add(header);
    const qsizetype at = header.size() - 4 - 4;
    qToBigEndian(checksum.value(), header.data() + at);
    return header;
}

QByteArray endpoint(const std::optional<ProxyEndpoint> &endpoint)
{
    if (!endpoint)
        return "-";
    return endpoint->address.toText() + '#' + QByteArray::number(endpoint->port);
}

// "version source destination", "version local", "incomplete" or "invalid".
QByteArray summary(const ProxyHeaderResult &result)
{
    if (result.status == Status::Incomplete)
        return "incomplete";
    if (result.status == Status::Invalid)
        return result.message.isEmpty() ? "invalid without a message" : "invalid";
    const QByteArray version = QByteArray::number(result.version) + ' ';
    if (result.local)
        return result.source ? "local with a source"_ba : QByteArray(version + "local");
    return version + endpoint(result.source) + ' ' + endpoint(result.destination);
}

} // namespace

class tst_ProxyHeader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void headers_data();
    void headers();
    void refused_data();
    void refused();
    void refusedAtOnce_data();
    void refusedAtOnce();
    void checksum();
    void checksumValue();
    void policy();
    void policyRefusals();
};

void tst_ProxyHeader::headers_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("expected");
    const auto row = [](const char *what, const QByteArray &bytes, const QByteArray &expected) {
        QTest::addRow("%s", what) << bytes << expected;
    };
    const QByteArray four = "203.0.113.7#4153 192.0.2.80#443";
    const QByteArray six = "2001:db8::7#4000 2001:db8::1#443";
    row("v1 TCP4", "PROXY TCP4 203.0.113.7 192.0.2.80 4153 443\r\n", "1 " + four);
    row("v1 TCP6", "PROXY TCP6 2001:db8::7 2001:db8::1 4000 443\r\n", "1 " + six);
    row("v1 TCP6 with mapped addresses",
        "PROXY TCP6 ::ffff:203.0.113.7 ::ffff:c000:250 4153 443\r\n", "1 " + four);
    row("v1 ports may be 0", "PROXY TCP4 203.0.113.7 192.0.2.80 0 65535\r\n",
        "1 203.0.113.7#0 192.0.2.80#65535");
    row("v1 UNKNOWN", "PROXY UNKNOWN\r\n", "1 local");
    row("v1 UNKNOWN, the rest is ignored", "PROXY UNKNOWN ffff::1 what ever\r\n", "1 local");
    row("v1 UNKNOWN of 107 bytes", "PROXY UNKNOWN " + QByteArray(91, 'x') + "\r\n", "1 local");
    row("v1 longest TCP6 line",
        "PROXY TCP6 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff "
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff 65535 65535\r\n",
        "1 ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff#65535 "
        "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff#65535");
    row("v2 IPv4 stream", binary(0x21, 0x11, IPv4Block), "2 203.0.113.7#4153 192.0.2.80#443");
    row("v2 IPv4 datagram", binary(0x21, 0x12, IPv4Block), "2 " + four);
    row("v2 IPv4, protocol unspecified", binary(0x21, 0x10, IPv4Block), "2 " + four);
    row("v2 IPv6", binary(0x21, 0x21, IPv6Block), "2 " + six);
    row("v2 IPv6 with a mapped source",
        binary(0x21, 0x21,
               QByteArray::fromHex("00000000000000000000ffffcb007107") + IPv6Block.sliced(16)),
        "2 203.0.113.7#4000 2001:db8::1#443");
    row("v2 unix", binary(0x21, 0x31, QByteArray(216, 'u')), "2 local");
    row("v2 unspecified", binary(0x21, 0x00, {}), "2 local");
    row("v2 unspecified with fields", binary(0x21, 0x00, field(0x04, "noop")), "2 local");
    row("v2 LOCAL without addresses (CVE-2024-23327)", binary(0x20, 0x00, {}), "2 local");
    row("v2 LOCAL with a family but without addresses", binary(0x20, 0x11, {}), "2 local");
    row("v2 LOCAL with addresses", binary(0x20, 0x11, IPv4Block), "2 local");
    row("v2 LOCAL with an unknown family", binary(0x20, 0xf5, "abc"), "2 local");
    row("v2 fields are skipped",
        binary(0x21, 0x11,
               IPv4Block + field(0x02, "a.example") + field(0x20, "") + field(0x04, "no")),
        "2 " + four);
    row("v2 with a checksum", withChecksum(), "2 " + four);
    row("v2 of the greatest size",
        binary(0x21, 0x11, IPv4Block + field(0x04, QByteArray(2048 - 12 - 3, 'n'))), "2 " + four);
}

// Cut at every byte, byte by byte, and with HTTP behind it.
void tst_ProxyHeader::headers()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArray, expected);
    for (qsizetype size = 0; size < bytes.size(); ++size) {
        const QByteArray part = bytes.first(size);
        QCOMPARE(summary(parseProxyHeader(part)), "incomplete"_ba);
    }
    for (const QByteArray &behind : {""_ba, "GET / HTTP/1.1\r\n"_ba, "\n"_ba, "PROXY "_ba}) {
        const QByteArray all = bytes + behind;
        const ProxyHeaderResult result = parseProxyHeader(all);
        QCOMPARE(summary(result), expected);
        QCOMPARE(result.size, bytes.size());
    }
}

void tst_ProxyHeader::refused_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const auto row = [](const char *what, const QByteArray &bytes) {
        QTest::addRow("%s", what) << bytes;
    };
    for (const char *line : {"PROXY\r\n",
                             "PROXY \r\n",
                             "PROXY TCP4\r\n",
                             "PROXY TCP5 1.1.1.1 2.2.2.2 1 2\r\n",
                             "PROXY tcp4 1.1.1.1 2.2.2.2 1 2\r\n",
                             "PROXY UNKNOWNS\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 3\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 2 \r\n",
                             "PROXY TCP4  1.1.1.1 2.2.2.2 1 2\r\n",
                             "PROXY TCP4 1.1.1.1\t2.2.2.2 1 2\r\n",
                             "PROXY TCP4 ::1 2.2.2.2 1 2\r\n",
                             "PROXY TCP4 ::ffff:1.1.1.1 2.2.2.2 1 2\r\n",
                             "PROXY TCP6 1.1.1.1 ::1 1 2\r\n",
                             "PROXY TCP4 01.1.1.1 2.2.2.2 1 2\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.256 1 2\r\n",
                             "PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 01 2\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 65536\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 -1 2\r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 \r\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\n",
                             "PROXY TCP4 1.1.1.1 2.2.2.2 1 2\r",
                             "PROXY TCP4 1.1.1.1 2.2.2.2\r 1 2\r\n",
                             "PROXY UNKNOWN x\ry\r\n",
                             "PROXY UNKNOWN\n"})
        row(QByteArray(line).toPercentEncoding(" :").constData(), QByteArray(line) + "more");
    row("v1 of 108 bytes", "PROXY UNKNOWN " + QByteArray(92, 'x') + "\r\n");
    row("v2 version 1", binary(0x11, 0x11, IPv4Block));
    row("v2 version 3", binary(0x31, 0x11, IPv4Block));
    row("v2 unknown command", binary(0x22, 0x11, IPv4Block));
    row("v2 unknown family", binary(0x21, 0x41, IPv4Block));
    row("v2 unknown protocol", binary(0x21, 0x13, IPv4Block));
    row("v2 IPv4 block too short", binary(0x21, 0x11, IPv4Block.chopped(1)));
    row("v2 IPv6 block too short", binary(0x21, 0x21, IPv4Block));
    row("v2 unix block too short", binary(0x21, 0x31, QByteArray(215, 'u')));
    row("v2 too long", binary(0x21, 0x11, IPv4Block + QByteArray(2048 - 11, '\0')));
    row("v2 field without its length", binary(0x21, 0x11, IPv4Block + QByteArray("\x04\x00", 2)));
    row("v2 field beyond the end", binary(0x21, 0x11, IPv4Block + field(0x04, "abc").chopped(1)));
    row("v2 checksum of three bytes", binary(0x21, 0x11, IPv4Block + field(0x03, "abc")));
    row("v2 wrong checksum", binary(0x21, 0x11, IPv4Block + field(0x03, "abcd")));
}

void tst_ProxyHeader::refused()
{
    QFETCH(const QByteArray, bytes);
    QCOMPARE(summary(parseProxyHeader(bytes)), "invalid"_ba);
    // Once it is refused, more bytes do not mend it.
    bool refusedBefore = false;
    for (qsizetype size = 0; size <= bytes.size(); ++size) {
        const QByteArray part = bytes.first(size);
        const Status status = parseProxyHeader(part).status;
        QVERIFY(status != Status::Done);
        QVERIFY(!refusedBefore || status == Status::Invalid);
        refusedBefore = status == Status::Invalid;
    }
}

void tst_ProxyHeader::refusedAtOnce_data()
{
    QTest::addColumn<QByteArray>("bytes"); // the last byte is the first bad one
    QTest::addRow("HTTP") << "G"_ba;
    QTest::addRow("a POST begins like PROXY") << "PO"_ba;
    QTest::addRow("TLS") << "\x16"_ba;
    QTest::addRow("leading line break") << "\r\nG"_ba;
    QTest::addRow("v1 in lower case") << "p"_ba;
    QTest::addRow("v1 protocol") << "PROXY U"_ba + "D";
    QTest::addRow("v1 family") << "PROXY TCP5"_ba;
    QTest::addRow("v2 version") << Signature + '\x31';
    QTest::addRow("v2 command") << Signature + '\x22';
    QTest::addRow("v2 family") << Signature + "\x21\x41";
    QTest::addRow("v2 length") << Signature + QByteArray("\x21\x11\x08\x01", 4);
    QTest::addRow("v2 length too short for IPv4") << Signature + QByteArray("\x21\x11\x00\x0b", 4);
}

void tst_ProxyHeader::refusedAtOnce()
{
    QFETCH(const QByteArray, bytes);
    const QByteArray before = bytes.chopped(1);
    QCOMPARE(summary(parseProxyHeader(before)), "incomplete"_ba);
    QCOMPARE(summary(parseProxyHeader(bytes)), "invalid"_ba);
}

// Each flipped bit of a header with a checksum is found out.
void tst_ProxyHeader::checksum()
{
    const QByteArray good = withChecksum();
    QCOMPARE(parseProxyHeader(good).status, Status::Done);
    for (qsizetype at = 16; at < good.size(); ++at) {
        for (int bit = 0; bit < 8; ++bit) {
            QByteArray bad = good;
            bad[at] = static_cast<char>(bad[at] ^ 1 << bit);
            // The type and length of the checksum field itself decide whether there is one.
            const qsizetype head = good.size() - 4 - 4 - 3;
            if (at >= head - 5 && at < head + 3)
                continue;
            QCOMPARE(summary(parseProxyHeader(bad)), "invalid"_ba);
        }
    }
}

void tst_ProxyHeader::checksumValue()
{
    Crc32c check; // RFC 3720 B.4 and the usual check value
    check.add("123456789");
    QCOMPARE(check.value(), 0xe3069283U);
    Crc32c zeros;
    zeros.add(QByteArray(20, '\0'));
    zeros.add(QByteArray(12, '\0'));
    QCOMPARE(zeros.value(), 0x8a9136aaU);
    QCOMPARE(Crc32c().value(), 0U);
}

void tst_ProxyHeader::policy()
{
    ProxyProtocolSettings settings;
    settings.from = {{u"10.0.0.0/8"_s, {}}, {u"loopback"_s, {}}};
    const auto off = *ProxyProtocolPolicy::compile(settings);
    QVERIFY(!off->expectsHeader(*IpAddress::parse("10.0.0.1")));
    settings.required = true;
    const auto required = *ProxyProtocolPolicy::compile(settings);
    QVERIFY(required->expectsHeader(*IpAddress::parse("10.0.0.1")));
    QVERIFY(required->expectsHeader(*IpAddress::parse("::1")));
    QVERIFY(!required->expectsHeader(*IpAddress::parse("11.0.0.1")));
    QCOMPARE(required->settings(), settings);
    QVERIFY(!(*ProxyProtocolPolicy::compile({}))->expectsHeader(*IpAddress::parse("10.0.0.1")));
}

void tst_ProxyHeader::policyRefusals()
{
    const auto bad =
        ProxyProtocolPolicy::compile({true, {{u"10.0.0.0/8"_s, {}}, {u"proxy"_s, {}}}});
    QVERIFY(!bad.ok());
    QVERIFY(bad.error().message.contains(u"entry 2 (\"proxy\")"_s));
    const auto empty = ProxyProtocolPolicy::compile({true, {}});
    QVERIFY(!empty.ok());
    QVERIFY(empty.error().message.contains(u"is empty"_s));
}

QTEST_APPLESS_MAIN(tst_ProxyHeader)
#include "tst_proxyheader.moc"
