// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

#include <functional>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_TrustPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void refused_data();
    void refused();
    void matchShowsTheOperatorsWords();
    void modes();
    void headerNames();
    void pins();
    void allowedHosts_data();
    void allowedHosts();
    void anyHostIsAllowedByDefault();
};

void tst_TrustPolicy::refused_data()
{
    QTest::addColumn<int>("which");
    QTest::addColumn<QString>("message");
    QTest::addRow("bad entry") << 0 << u"trust entry 2 (\"x/\")"_s;
    QTest::addRow("header name that is no token") << 1 << u"\"X%20For\" is no header name"_s;
    QTest::addRow("empty header name") << 2 << u"\"\" is no header name"_s;
    QTest::addRow("two headers of one name") << 3 << u"x-real-ip is named twice"_s;
    QTest::addRow("header with a meaning of its own") << 4 << u"host has another meaning"_s;
    QTest::addRow("hop cap of zero") << 5 << u"max_hops is 0"_s;
    QTest::addRow("hop cap too high") << 6 << u"max_hops is 1001"_s;
    QTest::addRow("allowed host with a port") << 7 << u"allowed host \"a:80\""_s;
    QTest::addRow("allowed host with a path") << 8 << u"allowed host"_s;
    QTest::addRow("star alone") << 9 << u"allowed host \"*\""_s;
    QTest::addRow("too many entries") << 10 << u"10001 entries"_s;
    QTest::addRow("header name of 64 characters") << 11 << u"at most 63"_s;
}

void tst_TrustPolicy::refused()
{
    QFETCH(const int, which);
    QFETCH(const QString, message);
    const QList<std::function<void(TrustSettings &)>> edits = {
        [](TrustSettings &s) {
            s.list = testList({u"10.0.0.1"_s, u"x/"_s});
        },
        [](TrustSettings &s) { s.names.forwardedFor = "X For"; },
        [](TrustSettings &s) { s.names.proto = ""; },
        [](TrustSettings &s) { s.names.forwarded = "x-real-ip"; },
        [](TrustSettings &s) { s.names.host = "host"; },
        [](TrustSettings &s) { s.maxHops = 0; },
        [](TrustSettings &s) { s.maxHops = 1001; },
        [](TrustSettings &s) {
            s.allowedHosts = {"a.example", "a:80"};
        },
        [](TrustSettings &s) { s.allowedHosts = {"a/b"}; },
        [](TrustSettings &s) { s.allowedHosts = {"*"}; },
        [](TrustSettings &s) {
            s.list.entries.resize(MaxTrustEntries + 1, {u"::1"_s, {}});
        },
        [](TrustSettings &s) { s.names.port = QByteArray(64, 'x'); }};
    TrustSettings settings = testSettings();
    QVERIFY(TrustPolicy::compile(settings, 1).ok());
    edits[which](settings);
    const auto policy = TrustPolicy::compile(settings, 1);
    QVERIFY(!policy.ok());
    QVERIFY2(policy.error().message.contains(message), qPrintable(policy.error().message));
}

void tst_TrustPolicy::matchShowsTheOperatorsWords()
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{u" Private "_s, u"lab"_s}, {u"::ffff:198.51.100.7/128"_s, {}}};
    const auto policy = testPolicy(settings);
    QCOMPARE(policy->revision(), quint64{7});
    QCOMPARE(policy->entries().size(), size_t{2});
    QCOMPARE(policy->match(testAddress("192.168.3.4"))->text, u"Private"_s);
    QCOMPARE(policy->match(testAddress("fd00::1"))->note, u"lab"_s);
    QCOMPARE(policy->match(testAddress("198.51.100.7"))->text, u"::ffff:198.51.100.7/128"_s);
    QVERIFY(!policy->match(testAddress("198.51.100.8")));
}

void tst_TrustPolicy::modes()
{
    TrustSettings settings = testSettings();
    QVERIFY(!testPolicy(settings)->oneHop());
    settings.list.mode = TrustMode::All;
    QVERIFY(testPolicy(settings)->oneHop());
    QCOMPARE(testPolicy(settings)->match(testAddress("6.6.6.6"))->text, u"true"_s);
    settings.list.mode = TrustMode::None; // the entries are there, and do not count
    QVERIFY(!testPolicy(settings)->match(testAddress("10.0.0.1")));
}

void tst_TrustPolicy::headerNames()
{
    TrustSettings settings;
    settings.names.realIp = "CF-Connecting-IP";
    const auto policy = testPolicy(settings);
    QCOMPARE(policy->forwardingHeader("x-forwarded-FOR"), ForwardingHeader::For);
    QCOMPARE(policy->forwardingHeader("X-Forwarded-Proto"), ForwardingHeader::Proto);
    QCOMPARE(policy->forwardingHeader("X-Forwarded-Host"), ForwardingHeader::Host);
    QCOMPARE(policy->forwardingHeader("X-Forwarded-Port"), ForwardingHeader::Port);
    QCOMPARE(policy->forwardingHeader("cf-connecting-ip"), ForwardingHeader::RealIp);
    QCOMPARE(policy->forwardingHeader("FORWARDED"), ForwardingHeader::Forwarded);
    for (const char *name : {"X-Real-IP", "X_Forwarded_For", "X-Forwarded", "Forwarded-For", "",
                             "X-Forwarded-Fo", "X-Forwarded-Forr", "X-Forwarded-Scheme"})
        QVERIFY2(!policy->isForwardingHeader(name), name);
    QVERIFY(!policy->isForwardingHeader(QByteArray(1000, 'x')));
    QCOMPARE(policy->headerName(ForwardingHeader::RealIp), "CF-Connecting-IP"_ba);
}

void tst_TrustPolicy::pins()
{
    const auto reads = [](HeaderPin pin) {
        TrustSettings settings;
        settings.headers = pin;
        QByteArray text;
        for (size_t i = 0; i < ForwardingHeaderCount; ++i)
            text += testPolicy(settings)->reads(static_cast<ForwardingHeader>(i)) ? '1' : '0';
        return text;
    };
    // For, Proto, Host, Port, RealIp, Forwarded
    QCOMPARE(reads(HeaderPin::Auto), "111111"_ba);
    QCOMPARE(reads(HeaderPin::XForwarded), "111100"_ba);
    QCOMPARE(reads(HeaderPin::XRealIp), "011110"_ba);
    QCOMPARE(reads(HeaderPin::Forwarded), "000001"_ba);
}

void tst_TrustPolicy::allowedHosts_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<bool>("allowed");
    QTest::addRow("exact") << "app.example.com"_ba << true;
    QTest::addRow("exact, written in capitals in the list") << "upper.example"_ba << true;
    QTest::addRow("subdomain of an exact name") << "x.app.example.com"_ba << false;
    QTest::addRow("wildcard") << "a.example.net"_ba << true;
    QTest::addRow("wildcard, deeper") << "a.b.example.net"_ba << true;
    QTest::addRow("wildcard does not match the name itself") << "example.net"_ba << false;
    QTest::addRow("wildcard is no suffix of letters") << "evilexample.net"_ba << false;
    QTest::addRow("IPv4") << "192.0.2.10"_ba << true;
    QTest::addRow("IPv6") << "[2001:db8::1]"_ba << true;
    QTest::addRow("other") << "evil.example"_ba << false;
    QTest::addRow("empty") << ""_ba << false;
}

void tst_TrustPolicy::allowedHosts()
{
    QFETCH(const QByteArray, host);
    TrustSettings settings;
    settings.allowedHosts = {"app.example.com", "UPPER.example.", "*.example.net", "192.0.2.10",
                             "[2001:DB8::1]"};
    QTEST(testPolicy(settings)->hostAllowed(host), "allowed");
}

void tst_TrustPolicy::anyHostIsAllowedByDefault()
{
    QVERIFY(testPolicy({})->hostAllowed("whatever.example"));
}

QTEST_APPLESS_MAIN(tst_TrustPolicy)
#include "tst_trustpolicy.moc"
