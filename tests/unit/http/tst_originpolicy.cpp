// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/originpolicy.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_OriginPolicy : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void lists_data();
    void lists();
    void self_data();
    void self();
    void matches_data();
    void matches();
};

void tst_OriginPolicy::lists_data()
{
    QTest::addColumn<QByteArrayList>("list");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const QByteArrayList &list, const QByteArray &origin,
                        bool allowed) { QTest::newRow(name) << list << origin << allowed; };
    row("* lets anything in", {"*"}, "https://evil.example", true);
    row("* lets null in", {"*"}, "null", true);
    row("* among others", {"https://a.example", "*"}, "https://b.example", true);
    row("* is no pattern", {"https://*.example"}, "https://a.example", false);
    row("exact", {"https://a.example"}, "https://a.example", true);
    row("exact, another", {"https://a.example", "https://b.example"}, "https://b.example", true);
    row("exact is bytes: case", {"https://a.example"}, "https://A.example", false);
    row("exact is bytes: default port", {"https://a.example"}, "https://a.example:443", false);
    row("exact is bytes: prefix", {"https://a.example"}, "https://a.example.evil", false);
    row("exact is not self", {"https://a.example"}, "http://chat.example", false);
    row("null must be listed", {"https://a.example"}, "null", false);
    row("null listed", {"null"}, "null", true);
    row("empty list is self", {}, "http://chat.example", true);
    row("empty list, another", {}, "http://other.example", false);
    row("self", {"self"}, "http://chat.example", true);
    row("self is a word, not an origin", {"self"}, "self", false);
    row("self and exact: self", {"self", "https://a.example"}, "http://chat.example", true);
    row("self and exact: exact", {"self", "https://a.example"}, "https://a.example", true);
    row("self and exact: neither", {"self", "https://a.example"}, "https://b.example", false);
}

void tst_OriginPolicy::lists()
{
    QFETCH(const QByteArrayList, list);
    QFETCH(const QByteArray, origin);
    QFETCH(const bool, allowed);
    const OriginPolicy policy(list);
    QCOMPARE(policy.allowed(origin, Scheme::Http, true, "chat.example", 80), allowed);
    QVERIFY(OriginPolicy().allowed(origin, Scheme::Http, true, "chat.example", 80));
}

void tst_OriginPolicy::self_data()
{
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<bool>("https");
    QTest::addColumn<bool>("stated");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char *name, const QByteArray &origin, const QByteArray &resolved,
                        int port, bool stated, bool allowed) {
        const qsizetype slashes = resolved.indexOf("://");
        QTest::newRow(name) << origin << resolved.startsWith("https:") << stated
                            << resolved.sliced(slashes + 3) << port << allowed;
    };
    row("same", "https://a.example", "https://a.example", 443, true, true);
    row("same, port written", "https://a.example:443", "https://a.example", 443, true, true);
    row("same, other case", "https://A.Example", "https://a.example", 443, true, true);
    row("same, own port", "http://a.example:6001", "http://a.example", 6001, true, true);
    row("IPv6", "http://[2001:DB8::0:1]:6001", "http://[2001:db8::1]", 6001, true, true);
    row("other scheme", "http://a.example", "https://a.example", 443, true, false);
    row("other scheme, same port", "http://a.example:443", "https://a.example", 443, true, false);
    row("other port", "http://a.example:6002", "http://a.example", 6001, true, false);
    row("other host", "http://b.example", "http://a.example", 80, true, false);
    row("subdomain", "http://x.a.example", "http://a.example", 80, true, false);
    row("unstated: https page", "https://a.example", "http://a.example", 80, false, true);
    row("unstated: http page", "http://a.example", "http://a.example", 80, false, true);
    row("unstated: port of https", "https://a.example", "http://a.example", 443, false, true);
    row("unstated: own port", "https://a.example:6001", "http://a.example", 6001, false, true);
    row("unstated: another port", "https://a.example:6002", "http://a.example", 6001, false, false);
    row("unstated: default is not 6001", "https://a.example", "http://a.example", 6001, false,
        false);
    row("unstated: 443 of an http page is no default", "http://a.example:443", "http://a.example",
        80, false, false);
    row("unstated: another host", "https://b.example", "http://a.example", 80, false, false);
    row("null", "null", "http://a.example", 80, false, false);
    row("null is no host either", "null", "http://null", 80, false, false);
    row("empty", "", "http://a.example", 80, true, false);
    row("no scheme", "a.example", "http://a.example", 80, true, false);
    row("websocket scheme", "ws://a.example", "http://a.example", 80, true, false);
    row("scheme in capitals", "HTTP://a.example", "http://a.example", 80, true, false);
    row("path", "http://a.example/", "http://a.example", 80, true, false);
    row("userinfo", "http://a.example@b.example", "http://b.example", 80, true, false);
    row("bad port", "http://a.example:99999", "http://a.example", 80, true, false);
    row("list of origins", "http://a.example http://b.example", "http://a.example", 80, true,
        false);
}

void tst_OriginPolicy::self()
{
    QFETCH(const QByteArray, origin);
    QFETCH(const bool, https);
    QFETCH(const bool, stated);
    QFETCH(const QByteArray, host);
    QFETCH(const int, port);
    QFETCH(const bool, allowed);
    const OriginPolicy policy(QByteArrayList{"self"});
    const Scheme scheme = https ? Scheme::Https : Scheme::Http;
    QCOMPARE(policy.allowed(origin, scheme, stated, host, static_cast<quint16>(port)), allowed);
}

void tst_OriginPolicy::matches_data()
{
    using Match = OriginPolicy::Match;
    QTest::addColumn<QByteArrayList>("list");
    QTest::addColumn<QByteArray>("origin");
    QTest::addColumn<Match>("match");
    const auto row = [](const char *name, const QByteArrayList &list, const QByteArray &origin,
                        Match match) { QTest::newRow(name) << list << origin << match; };
    row("nothing", {"self"}, "https://b.example", Match::None);
    row("only *", {"*"}, "https://b.example", Match::Any);
    row("only * although it would be self", {"*"}, "http://chat.example", Match::Any);
    row("only * beside others", {"https://a.example", "*", "self"}, "https://b.example",
        Match::Any);
    row("self", {"self"}, "http://chat.example", Match::Self);
    row("self beats *", {"*", "self"}, "http://chat.example", Match::Self);
    row("listed", {"https://a.example"}, "https://a.example", Match::Listed);
    row("listed beats *", {"*", "https://a.example"}, "https://a.example", Match::Listed);
    row("listed beats self", {"self", "http://chat.example"}, "http://chat.example", Match::Listed);
}

void tst_OriginPolicy::matches()
{
    QFETCH(const QByteArrayList, list);
    QFETCH(const QByteArray, origin);
    QFETCH(const OriginPolicy::Match, match);
    QCOMPARE(OriginPolicy(list).match(origin, Scheme::Http, true, "chat.example", 80), match);
}

QTEST_APPLESS_MAIN(tst_OriginPolicy)
#include "tst_originpolicy.moc"
