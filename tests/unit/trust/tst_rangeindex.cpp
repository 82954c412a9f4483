// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/rangeindex.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

std::vector<TrustRange> ranges(const QByteArrayList &texts)
{
    std::vector<TrustRange> result;
    for (const QByteArray &text : texts)
        result.push_back({*Cidr::parse(text).range, static_cast<qsizetype>(result.size())});
    return result;
}

qsizetype found(const RangeIndex &index, const IpAddress &address)
{
    const TrustRange *range = index.find(address);
    return range ? range->entry : -1;
}

} // namespace

class tst_RangeIndex : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void lookups_data();
    void lookups();
    void emptyHoldsNothing();
    void agreesWithALinearSearch();
};

void tst_RangeIndex::lookups_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<qsizetype>("entry");
    QTest::addRow("outermost, first address") << "10.0.0.0"_ba << qsizetype{0};
    QTest::addRow("outermost, last address") << "10.255.255.255"_ba << qsizetype{0};
    QTest::addRow("before") << "9.255.255.255"_ba << qsizetype{-1};
    QTest::addRow("behind") << "11.0.0.0"_ba << qsizetype{-1};
    QTest::addRow("nested") << "10.1.0.1"_ba << qsizetype{2};
    QTest::addRow("nested twice") << "10.1.2.3"_ba << qsizetype{1};
    QTest::addRow("behind the innermost, still nested") << "10.1.2.4"_ba << qsizetype{2};
    QTest::addRow("behind the nested, still in the outermost") << "10.2.0.0"_ba << qsizetype{0};
    QTest::addRow("of equal ranges the first") << "192.0.2.1"_ba << qsizetype{3};
    QTest::addRow("same start, the longer prefix") << "172.16.0.1"_ba << qsizetype{6};
    QTest::addRow("same start, behind the longer") << "172.17.0.1"_ba << qsizetype{5};
    QTest::addRow("top of IPv4") << "255.255.255.255"_ba << qsizetype{7};
    QTest::addRow("bottom of IPv4") << "0.0.0.1"_ba << qsizetype{-1};
    QTest::addRow("top of IPv6") << "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"_ba << qsizetype{8};
    QTest::addRow("over the border of the low half") << "2001:db8:0:1::"_ba << qsizetype{-1};
    QTest::addRow("last below the border of the low half")
        << "2001:db8::ffff:ffff:ffff:ffff"_ba << qsizetype{9};
    QTest::addRow("IPv6 range that spans the mapped block") << "10.1.2.4"_ba << qsizetype{2};
    QTest::addRow("IPv6 neighbour of the mapped block") << "::fffe:a01:204"_ba << qsizetype{10};
}

void tst_RangeIndex::lookups()
{
    QFETCH(const QByteArray, address);
    const RangeIndex index(ranges({"10.0.0.0/8", "10.1.2.3", "10.1.0.0/16", "192.0.2.0/24",
                                   "192.0.2.0/24", "172.16.0.0/12", "172.16.0.0/16",
                                   "255.255.255.0/24", "ff00::/8", "2001:db8::/64", "::/64"}));
    QTEST(found(index, *IpAddress::parse(address)), "entry");
}

void tst_RangeIndex::emptyHoldsNothing()
{
    QVERIFY(!RangeIndex().find(*IpAddress::parse("10.0.0.1")));
    QVERIFY(!RangeIndex(ranges({"::/1"})).find(*IpAddress::parse("10.0.0.1")));
}

// Random nested ranges in a small space, where collisions are common.
void tst_RangeIndex::agreesWithALinearSearch()
{
    quint64 state = 42;
    const auto random = [&state](quint32 below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return static_cast<quint32>(state >> 33) % below;
    };
    const auto randomAddress = [&random] {
        if (random(2) == 0)
            return IpAddress::fromIPv4(0xfffff000U + random(4096));
        IpAddress::Bytes bytes{};
        bytes.fill(0xff);
        bytes[14] = static_cast<quint8>(random(16));
        bytes[15] = static_cast<quint8>(random(256));
        return IpAddress::fromIPv6(bytes);
    };
    for (int round = 0; round < 200; ++round) {
        std::vector<TrustRange> list;
        const quint32 count = 1 + random(30);
        for (quint32 i = 0; i < count; ++i) {
            const IpAddress address = randomAddress();
            const int longest = address.isIPv4() ? 32 : 128;
            list.push_back(
                {Cidr(address, longest - static_cast<int>(random(12))), static_cast<qsizetype>(i)});
        }
        const RangeIndex index(list);
        for (int probe = 0; probe < 200; ++probe) {
            const IpAddress address = randomAddress();
            qsizetype best = -1;
            int bestPrefix = 0;
            for (const TrustRange &range : list) {
                if (range.range.contains(address) && range.range.prefix() > bestPrefix) {
                    best = range.entry;
                    bestPrefix = range.range.prefix();
                }
            }
            QCOMPARE(found(index, address), best);
        }
    }
}

QTEST_APPLESS_MAIN(tst_RangeIndex)
#include "tst_rangeindex.moc"
