// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/resolution.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

Resolution resolution(Scheme scheme = Scheme::Http, const QByteArray &host = "a.example",
                      quint16 port = 80)
{
    Resolution result(*IpAddress::parse("192.0.2.1"));
    result.scheme = scheme;
    result.host = host;
    result.port = port;
    return result;
}

} // namespace

class tst_Resolution : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void urls_data();
    void urls();
    void authority();
    void names();
    void verdicts();
};

void tst_Resolution::urls_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("url");
    const auto row = [](const char *what, const char *target, const char *url) {
        QTest::addRow("%s", what) << QByteArray(target) << QByteArray("http://a.example") + url;
    };
    row("path", "/chat", "/chat");
    row("path and query", "/chat?a=1&b=2", "/chat?a=1&b=2");
    row("empty query", "/chat?", "/chat?");
    row("empty target", "", "/");
    row("asterisk-form", "*", "");
    row("absolute-form: only path and query count", "http://evil.example/x?y=1", "/x?y=1");
    row("absolute-form without a path", "http://evil.example", "/");
    row("absolute-form with a query only", "http://evil.example?y=1", "/?y=1");
    row("path with a second scheme", "/x://y/z", "/x://y/z");
    row("key alone", "/?key=secret", "/?key=***");
    row("key between others", "/?a=1&key=secret&b=2", "/?a=1&key=***&b=2");
    row("several keys", "/?key=one&key=two", "/?key=***&key=***");
    row("key with = in its value", "/?key=a=b", "/?key=***");
    row("empty key", "/?key=", "/?key=***");
    row("key without a value", "/?key", "/?key");
    row("percent-encoded name", "/?k%65y=secret", "/?k%65y=***");
    row("upper case", "/?KEY=secret", "/?KEY=***");
    row("blank in front, as PHP drops it", "/?+key=secret", "/?+key=***");
    row("other names", "/?keys=1&apikey=2&key[]=3", "/?keys=1&apikey=2&key[]=3");
    row("key in the path", "/key=secret", "/key=secret");
    row("broken escapes", "/?k%6=1&%=2&%zzkey=3", "/?k%6=1&%=2&%zzkey=3");
    row("ampersands only", "/?&&", "/?&&");
    row("bytes that no URL has", "/\"<\x01\xff\\>?\"=\x7f", "/%22%3C%01%FF%5C%3E?%22=%7F");
}

void tst_Resolution::urls()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, url);
    QCOMPARE(effectiveUrl(resolution(), target), url);
}

void tst_Resolution::authority()
{
    QCOMPARE(effectiveUrl(resolution(Scheme::Http, "a.example", 80), "/"), "http://a.example/"_ba);
    QCOMPARE(effectiveUrl(resolution(Scheme::Http, "a.example", 443), "/"),
             "http://a.example:443/"_ba);
    QCOMPARE(effectiveUrl(resolution(Scheme::Https, "a.example", 443), "/"),
             "https://a.example/"_ba);
    QCOMPARE(effectiveUrl(resolution(Scheme::Https, "[::1]", 80), "/"), "https://[::1]:80/"_ba);
}

void tst_Resolution::names()
{
    QCOMPARE(schemeName(Scheme::Http), "http"_L1);
    QCOMPARE(schemeName(Scheme::Https), "https"_L1);
    QCOMPARE(sourceName(Source::Peer), "peer"_L1);
    QCOMPARE(sourceName(Source::XForwardedFor), "x-forwarded-for"_L1);
    QCOMPARE(sourceName(Source::Forwarded), "forwarded"_L1);
    QCOMPARE(sourceName(Source::XRealIp), "x-real-ip"_L1);
    QCOMPARE(sourceName(Source::ProxyProtocol), "proxy-protocol"_L1);
}

void tst_Resolution::verdicts()
{
    Resolution result = resolution();
    QCOMPARE(verdict(result), "untrusted-peer"_L1);
    result.source = Source::ProxyProtocol;
    QCOMPARE(verdict(result), "resolved"_L1);
    result.trustedPeer = true;
    result.source = Source::Peer;
    QCOMPARE(verdict(result), "direct"_L1);
    result.source = Source::XForwardedFor;
    QCOMPARE(verdict(result), "resolved"_L1);
    result.known = false;
    QCOMPARE(verdict(result), "unknown"_L1);
    result.conflict = true;
    QCOMPARE(verdict(result), "conflict"_L1);
}

QTEST_APPLESS_MAIN(tst_Resolution)
#include "tst_resolution.moc"
