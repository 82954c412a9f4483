// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"
#include "server/ops/requestdetails.h"
#include "server/trust/lazyexplanation.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// The answer to a request of 10.0.0.1, which is trusted, with these header lines beside Host.
Response answerTo(const QByteArray &headerLines, const QByteArray &target = "/details?a=b"_ba)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{u"10.0.0.0/8"_s, {}}};
    const auto policy = TrustPolicy::compile(settings, 7);
    if (!policy)
        qFatal("the policy of the test is wrong");
    const QByteArray bytes =
        "GET "_ba + target + " HTTP/1.1\r\nHost: App.Example:8080\r\n"_ba + headerLines + "\r\n"_ba;
    RequestParser parser;
    RequestHead head;
    if (parser.parse(bytes, head) != ParseStatus::Complete)
        qFatal("the request of the test is wrong");
    const ResolveInput input{IpAddress::fromIPv4(0x0a000001),
                             {},
                             head.headers,
                             Scheme::Http,
                             IpAddress::fromIPv4(0x7f000001)};
    const Resolution resolution = resolve(input, *policy.value());
    const LazyExplanation explanation(input, *policy.value());
    const PathParameters parameters;
    return requestDetails({head, {}, resolution, parameters, &explanation});
}

QJsonObject detailsOf(const QByteArray &headerLines, const QByteArray &target = "/details?a=b"_ba)
{
    return QJsonDocument::fromJson(answerTo(headerLines, target).body).object();
}

QJsonObject headersOf(const QByteArray &headerLines)
{
    QJsonObject headers = detailsOf(headerLines)[u"headers"_s].toObject();
    headers.remove(u"host"_s);
    return headers;
}

} // namespace

class tst_RequestDetails : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void hasExactlyItsFields();
    void saysWhoAndWhy();
    void isNeverCached();
    void showsHeaders_data();
    void showsHeaders();
    void leavesSecretsOut_data();
    void leavesSecretsOut();
    void masksTheKeyOfAReferer();
    void masksTheKey_data();
    void masksTheKey();
};

// The names that others rely on, and the additions. A new field has to be entered here.
void tst_RequestDetails::hasExactlyItsFields()
{
    const QStringList promised = {
        u"ip_address"_s, u"scheme"_s,       u"host"_s,          u"port"_s,  u"url"_s,
        u"headers"_s,    u"peer_address"_s, u"trusted_peer"_s,  u"known"_s, u"conflict"_s,
        u"source"_s,     u"trail"_s,        u"trust_revision"_s};
    const QStringList added = {u"hops"_s, u"verdict"_s, u"header_decisions"_s, u"from"_s,
                               u"notes"_s};
    QStringList expected = promised + added;
    expected.sort();
    QCOMPARE(detailsOf({}).keys(), expected);
}

void tst_RequestDetails::saysWhoAndWhy()
{
    const QJsonObject details = detailsOf("X-Forwarded-For: 203.0.113.7, 10.0.0.2\r\n"
                                          "X-Forwarded-Proto: https\r\n"
                                          "X-Forwarded-Host: public.example\r\n"_ba);
    QCOMPARE(details[u"ip_address"_s].toString(), u"203.0.113.7"_s);
    QCOMPARE(details[u"peer_address"_s].toString(), u"10.0.0.1"_s);
    QCOMPARE(details[u"scheme"_s].toString(), u"https"_s);
    QCOMPARE(details[u"host"_s].toString(), u"public.example"_s);
    QCOMPARE(details[u"port"_s].toInt(), 443);
    QCOMPARE(details[u"url"_s].toString(), u"https://public.example/details?a=b"_s);
    QCOMPARE(details[u"trusted_peer"_s], QJsonValue(true));
    QCOMPARE(details[u"known"_s], QJsonValue(true));
    QCOMPARE(details[u"conflict"_s], QJsonValue(false));
    QCOMPARE(details[u"source"_s].toString(), u"x-forwarded-for"_s);
    QCOMPARE(details[u"verdict"_s].toString(), u"resolved"_s);
    QCOMPARE(details[u"hops"_s].toInt(), 2);
    QCOMPARE(details[u"trust_revision"_s].toInt(), 7);
    QStringList trail;
    for (const auto &step : details[u"trail"_s].toArray())
        trail += step[u"address"_s].toString() + u' ' + step[u"verdict"_s].toString();
    QCOMPARE(trail,
             QStringList({u"10.0.0.1 peer"_s, u"10.0.0.2 trusted"_s, u"203.0.113.7 client"_s}));
    // What became of each forwarding header stands beside what was sent.
    QCOMPARE(details[u"header_decisions"_s][0][u"name"_s].toString(), u"X-Forwarded-For"_s);
    QCOMPARE(details[u"header_decisions"_s][0][u"used"_s], QJsonValue(true));
    QCOMPARE(details[u"headers"_s][u"x-forwarded-for"_s].toString(), u"203.0.113.7, 10.0.0.2"_s);
    QCOMPARE(details[u"headers"_s][u"host"_s].toString(), u"App.Example:8080"_s);
}

void tst_RequestDetails::isNeverCached()
{
    const Response response = answerTo({});
    QCOMPARE(response.status, 200);
    QCOMPARE(response.contentType, "application/json"_ba);
    const std::vector<std::pair<QByteArray, QByteArray>> expected = {
        {"Cache-Control"_ba, "no-store"_ba}};
    QCOMPARE(response.headers, expected);
}

void tst_RequestDetails::showsHeaders_data()
{
    QTest::addColumn<QByteArray>("lines");
    QTest::addColumn<QJsonObject>("headers");
    QTest::newRow("none") << QByteArray() << QJsonObject();
    QTest::newRow("a name in lower case")
        << "ACCEPT: text/html\r\n"_ba << QJsonObject{{u"accept"_s, u"text/html"_s}};
    QTest::newRow("a name that came twice, spelled differently")
        << "X-A: 1\r\nx-a: 2\r\n"_ba << QJsonObject{{u"x-a"_s, QJsonArray{u"1"_s, u"2"_s}}};
    QTest::newRow("a name that came three times, others in between")
        << "X-A: 1\r\nX-B: x\r\nX-A: 2\r\nX-A: 1\r\n"_ba
        << QJsonObject{{u"x-a"_s, QJsonArray{u"1"_s, u"2"_s, u"1"_s}}, {u"x-b"_s, u"x"_s}};
    QTest::newRow("an empty value") << "X-A:\r\n"_ba << QJsonObject{{u"x-a"_s, u""_s}};
    QTest::newRow("UTF-8") << "X-A: gr\xc3\xbc\xc3\x9f\x65\r\n"_ba
                           << QJsonObject{{u"x-a"_s, u"grüße"_s}};
    QTest::newRow("Latin-1") << "X-A: gr\xfc\xdf\x65\r\n"_ba << QJsonObject{{u"x-a"_s, u"grüße"_s}};
    QTest::newRow("quotes") << "X-A: \"a\\b\"\r\n"_ba << QJsonObject{{u"x-a"_s, u"\"a\\b\""_s}};
}

void tst_RequestDetails::showsHeaders()
{
    QFETCH(const QByteArray, lines);
    QFETCH(const QJsonObject, headers);
    QCOMPARE(headersOf(lines), headers);
}

void tst_RequestDetails::leavesSecretsOut_data()
{
    QTest::addColumn<QByteArray>("name");
    for (const char *name :
         {"Cookie", "cookie", "Authorization", "AUTHORIZATION", "Proxy-Authorization", "Set-Cookie",
          "X-Api-Key", "X-Auth-Token", "Sec-WebSocket-Key"})
        QTest::newRow(name) << QByteArray(name);
}

void tst_RequestDetails::leavesSecretsOut()
{
    QFETCH(const QByteArray, name);
    const QByteArray line = name + ": hunter2\r\n"_ba;
    const QByteArray body = answerTo(line + "X-A: 1\r\n"_ba + line).body;
    QVERIFY2(!body.contains("hunter2"), body.constData());
    QVERIFY2(!body.toLower().contains(name.toLower()), body.constData());
    QVERIFY2(body.contains("x-a"), body.constData());
}

void tst_RequestDetails::masksTheKeyOfAReferer()
{
    const QByteArray body =
        answerTo("Referer: http://a.example/chat?key=hunter2&room=1\r\n"_ba).body;
    QVERIFY2(!body.contains("hunter2"), body.constData());
    QVERIFY2(body.contains("chat?key=***&room=1"), body.constData());
}

void tst_RequestDetails::masksTheKey_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("url");
    QTest::newRow("alone") << "/details?key=hunter2"_ba
                           << u"http://app.example:8080/details?key=***"_s;
    QTest::newRow("among others") << "/details?a=b&key=hunter2&c=d"_ba
                                  << u"http://app.example:8080/details?a=b&key=***&c=d"_s;
    QTest::newRow("twice") << "/details?key=hunter2&key=hunter22"_ba
                           << u"http://app.example:8080/details?key=***&key=***"_s;
    QTest::newRow("in disguise") << "/details?%6Bey=hunter2"_ba
                                 << u"http://app.example:8080/details?%6Bey=***"_s;
}

void tst_RequestDetails::masksTheKey()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QString, url);
    QCOMPARE(detailsOf({}, target)[u"url"_s].toString(), url);
    QVERIFY(!answerTo({}, target).body.contains("hunter2"));
}

QTEST_APPLESS_MAIN(tst_RequestDetails)
#include "tst_requestdetails.moc"
