// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/trustlist.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

TrustList listOf(const QStringList &entries, TrustMode mode = TrustMode::List)
{
    TrustList list;
    list.mode = mode;
    for (const QString &entry : entries)
        list.entries.push_back({entry, {}});
    return list;
}

} // namespace

class tst_TrustList : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void vectors_data();
    void vectors();
    void hints_data();
    void hints();
    void warnings_data();
    void warnings();
    void oneBadEntryRejectsTheList();
    void keywordsExpandInOrder();
    void duplicatesAreNamed();
    void emptyListIsValid();
    void trustingEverybodyWarns();
    void entriesAreJudgedInEveryMode();
    void sizeIsCapped();
    void modeNames();
};

void tst_TrustList::vectors_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QJsonObject>("expect");
    QFile file(QStringLiteral(TRUEPEER_TEST_DATA "/trust-list-vectors.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray rows = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE_GE(rows.size(), 64);
    for (const QJsonValue row : rows)
        QTest::addRow("\"%s\"", row["entry"_L1].toString().toUtf8().constData())
            << row["entry"_L1].toString() << row["expect"_L1].toObject();
}

void tst_TrustList::vectors()
{
    QFETCH(const QString, entry);
    QFETCH(const QJsonObject, expect);
    const TrustListCheck check = validate(listOf({entry}));
    QCOMPARE(check.valid, expect["ok"_L1].toBool());
    QCOMPARE(check.problems.empty(), check.valid);
    QCOMPARE(check.normalised.size(), size_t{1});
    if (!check.valid) {
        QVERIFY(check.normalised.front().isEmpty());
        QVERIFY(check.ranges.empty());
        QCOMPARE(check.problems.front().index, 0);
        QCOMPARE(check.problems.front().entry, entry);
        QVERIFY(!check.problems.front().message.isEmpty());
        return;
    }
    QStringList ranges;
    for (const QJsonValue range : expect["ranges"_L1].toArray())
        ranges.append(range.toString());
    QCOMPARE(check.normalised.front(), ranges);
    QCOMPARE(!check.warnings.empty(), expect["warn"_L1].toBool());
    QCOMPARE(static_cast<qsizetype>(check.ranges.size()), ranges.size());
}

void tst_TrustList::hints_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("hint");
    QTest::addRow("host name") << u"proxy.internal"_s << u"host names are not resolved"_s;
    QTest::addRow("host name of hex letters") << u"cafe.example"_s << u"host names are not"_s;
    QTest::addRow("localhost") << u"localhost"_s << u"keyword loopback"_s;
    QTest::addRow("netmask") << u"10.0.0.0/255.0.0.0"_s << u"write /8"_s;
    QTest::addRow("host netmask") << u"10.0.0.1/255.255.255.255"_s << u"write /32"_s;
    QTest::addRow("wildcard mask") << u"10.0.0.0/0.255.255.255"_s << u"must be a number"_s;
    QTest::addRow("port") << u"10.0.0.1:80"_s << u"without a port; write 10.0.0.1"_s;
    QTest::addRow("brackets") << u"[::1]:80"_s << u"without brackets"_s;
    QTest::addRow("zone") << u"fe80::1%eth0"_s << u"no zone"_s;
    QTest::addRow("star") << u"*"_s << u"trust_proxy = true"_s;
    QTest::addRow("all") << u"ALL"_s << u"trust_proxy = true"_s;
    QTest::addRow("none") << u"none"_s << u"trust_proxy = false"_s;
    QTest::addRow("wildcard") << u"10.0.0.*"_s << u"wildcards are not allowed"_s;
    QTest::addRow("span") << u"10.0.0.1-10.0.0.9"_s << u"spans are not allowed"_s;
    QTest::addRow("two in one") << u"10.0.0.1,10.0.0.2"_s << u"one address or range"_s;
    QTest::addRow("two with a blank") << u"10.0.0.1 10.0.0.2"_s << u"blanks"_s;
    QTest::addRow("unix") << u"unix:/run/x"_s << u"unix sockets"_s;
    QTest::addRow("leading zeros") << u"010.0.0.1"_s << u"without leading zeros"_s;
    QTest::addRow("decimal") << u"167772161"_s << u"four numbers"_s;
    QTest::addRow("bad IPv6") << u"1::2::3"_s << u"no IPv6 address"_s;
    QTest::addRow("everybody") << u"0.0.0.0/0"_s << u"everybody"_s;
    QTest::addRow("too long") << u"10.0.0.0/33"_s << u"at most /32"_s;
    QTest::addRow("mapped") << u"::ffff:0:0/96"_s << u"at least /97"_s;
    QTest::addRow("no prefix") << u"10.0.0.0/"_s << u"missing"_s;
    QTest::addRow("empty") << u" "_s << u"the entry is empty; allowed are"_s;
    QTest::addRow("line break") << u"10.0.0.1\n"_s << u"allowed are"_s;
}

void tst_TrustList::hints()
{
    QFETCH(const QString, entry);
    QFETCH(const QString, hint);
    const TrustListCheck check = validate(listOf({entry}));
    QVERIFY(!check.valid);
    QVERIFY2(check.problems.front().message.contains(hint),
             qPrintable(check.problems.front().message));
}

void tst_TrustList::warnings_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("warning");
    QTest::addRow("IPv4 /8 is not broad") << u"11.0.0.0/8"_s << QString();
    QTest::addRow("IPv4 /7 is broad") << u"10.0.0.0/7"_s << u"broad"_s;
    QTest::addRow("IPv6 /16 is not broad") << u"2001::/16"_s << QString();
    QTest::addRow("IPv6 /15 is broad") << u"2000::/15"_s << u"broad"_s;
    QTest::addRow("unique local /8 is not broad") << u"fd00::/8"_s << QString();
    QTest::addRow("link local /10 is not broad") << u"fe80::/10"_s << QString();
    QTest::addRow("wider than link local is broad") << u"fe80::/9"_s << u"broad"_s;
    QTest::addRow("host bits show the range") << u"10.0.0.1/8"_s << u"10.0.0.0/8"_s;
}

void tst_TrustList::warnings()
{
    QFETCH(const QString, entry);
    QFETCH(const QString, warning);
    const TrustListCheck check = validate(listOf({entry}));
    QVERIFY(check.valid);
    QCOMPARE(check.warnings.empty(), warning.isEmpty());
    if (!warning.isEmpty()) {
        QVERIFY(check.warnings.front().message.contains(warning));
        QCOMPARE(check.warnings.front().index, 0);
    }
}

void tst_TrustList::oneBadEntryRejectsTheList()
{
    const TrustListCheck check = validate(listOf({u"10.0.0.0/8"_s, u"nonsense"_s, u"/8"_s}));
    QVERIFY(!check.valid);
    QCOMPARE(check.problems.size(), size_t{2});
    QCOMPARE(check.problems[0].index, 1);
    QCOMPARE(check.problems[1].index, 2);
    QCOMPARE(check.normalised.size(), size_t{3});
    QCOMPARE(check.normalised[0], QStringList{u"10.0.0.0/8"_s});
}

void tst_TrustList::keywordsExpandInOrder()
{
    const TrustListCheck check = validate(listOf({u" UniqueLocal\t"_s, u"LOOPBACK"_s}));
    QVERIFY(check.valid);
    QCOMPARE(check.normalised[0], (QStringList{u"10.0.0.0/8"_s, u"172.16.0.0/12"_s,
                                               u"192.168.0.0/16"_s, u"fc00::/7"_s}));
    QCOMPARE(check.normalised[1], (QStringList{u"127.0.0.0/8"_s, u"::1/128"_s}));
    QCOMPARE(check.ranges.back().entry, 1);
}

void tst_TrustList::duplicatesAreNamed()
{
    const TrustListCheck check = validate(listOf({u"10.0.0.1"_s, u"::ffff:10.0.0.1"_s}));
    QVERIFY(check.valid);
    QCOMPARE(check.warnings.size(), size_t{1});
    QCOMPARE(check.warnings.front().index, 1);
    QVERIFY(check.warnings.front().message.contains(u"already in the list as entry 1"_s));
}

void tst_TrustList::emptyListIsValid()
{
    QVERIFY(validate(listOf({})).valid);
    QVERIFY(validate({}).valid);
}

void tst_TrustList::trustingEverybodyWarns()
{
    const TrustListCheck check = validate(listOf({}, TrustMode::All));
    QVERIFY(check.valid);
    QCOMPARE(check.warnings.size(), size_t{1});
    QCOMPARE(check.warnings.front().index, -1);
}

void tst_TrustList::entriesAreJudgedInEveryMode()
{
    QVERIFY(!validate(listOf({u"x"_s}, TrustMode::All)).valid);
    QVERIFY(!validate(listOf({u"x"_s}, TrustMode::None)).valid);
}

void tst_TrustList::sizeIsCapped()
{
    TrustList list = listOf({});
    for (int i = 0; i < MaxTrustEntries; ++i)
        list.entries.push_back({u"10.%1.%2.1"_s.arg(i / 200).arg(i % 200), {}});
    QVERIFY(validate(list).valid);
    list.entries.push_back({u"192.0.2.1"_s, {}});
    const TrustListCheck check = validate(list);
    QVERIFY(!check.valid);
    QCOMPARE(check.problems.front().index, -1);
    QVERIFY(check.problems.front().message.contains(u"10001"_s));
    QCOMPARE(check.normalised.size(), list.entries.size());
}

void tst_TrustList::modeNames()
{
    for (const TrustMode mode : {TrustMode::None, TrustMode::All, TrustMode::List})
        QCOMPARE(trustModeFromName(trustModeName(mode)), mode);
    QCOMPARE(trustModeName(TrustMode::All), u"all"_s);
    QVERIFY(!trustModeFromName(u"true"_s));
}

QTEST_APPLESS_MAIN(tst_TrustList)
#include "tst_trustlist.moc"
