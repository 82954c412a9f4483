// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/net/hostport.h"
#include "tests/unit/http/parseoutcome.h"

#include <QRegularExpression>
#include <QTest>

#include <array>
#include <vector>

using namespace truepeer;
using namespace truepeer::test;
using namespace Qt::StringLiterals;

namespace {

constexpr std::array<qsizetype, 0> Whole{};

// The result must be the same however the bytes come; then it is compared.
void judge(const QByteArray &bytes, int code)
{
    const Outcome whole = parsePieces(bytes, Whole);
    QCOMPARE(whole.code, code);
    QCOMPARE(whole.status, code == 0 ? ParseStatus::Complete : ParseStatus::Refused);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut)
        QCOMPARE(parsePieces(bytes, std::array{cut}), whole);
    QCOMPARE(parsePieces(bytes, std::vector<qsizetype>(std::size_t(bytes.size()), 1)), whole);
}

} // namespace

class tst_RequestRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void target_data();
    void target();
    void targetParts_data();
    void targetParts();
    void host_data();
    void host();
    void hostAgreesWithTheResolver_data();
    void hostAgreesWithTheResolver();
    void framing_data();
    void framing();
    void connection_data();
    void connection();
    void expect_data();
    void expect();
    void detailsAreSentences();
};

void tst_RequestRules::target_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, const QByteArray &line, int code) {
        QTest::newRow(name) << line << code;
    };
    row("9112 3.2.1: origin-form", "GET /a?b HTTP/1.1", 0);
    row("9112 3.2.1: relative path", "GET health HTTP/1.1", 400);
    row("9112 3.2.1: only a query", "GET ?a HTTP/1.1", 400);
    row("9112 3.2.1: two slashes are a path", "GET //evil/ HTTP/1.1", 0);
    row("9112 3.2: fragment", "GET /a#b HTTP/1.1", 400);
    row("9112 3.2: high byte", "GET /\xc3\xa9 HTTP/1.1", 400);
    row("9112 3.2: percent-encoded byte", "GET /%c3%a9 HTTP/1.1", 0);
    row("9112 3.2.2: absolute-form", "GET http://a/b HTTP/1.1", 0);
    row("9112 3.2.2: absolute-form, other case", "GET HTTP://A/b HTTP/1.1", 0);
    row("9112 3.2.2: https", "GET https://a/b HTTP/1.1", 0);
    row("9112 3.2.2: another host than Host", "GET http://b/ HTTP/1.1", 400);
    row("9112 3.2.2: another port than Host", "GET http://a:81/ HTTP/1.1", 400);
    row("9112 3.2.2: default port stated", "GET http://a:80/ HTTP/1.1", 0);
    row("9112 3.2.2: default port of the other scheme", "GET https://a:80/ HTTP/1.1", 400);
    row("9112 3.2.2: default port of https", "GET https://a:443/ HTTP/1.1", 0);
    row("9112 3.2.2: userinfo", "GET http://u@a/ HTTP/1.1", 400);
    row("9112 3.2.2: no host", "GET http:///a HTTP/1.1", 400);
    row("9112 3.2.2: no host but a query", "GET http://?a HTTP/1.1", 400);
    row("9112 3.2.2: another scheme", "GET ftp://a/ HTTP/1.1", 400);
    row("9112 3.2.2: websocket scheme", "GET ws://a/ HTTP/1.1", 400);
    row("9112 3.2.2: scheme without slashes", "GET http:a HTTP/1.1", 400);
    row("9112 3.2.3: CONNECT", "CONNECT a:80 HTTP/1.1", 501);
    row("9112 3.2.3: CONNECT with a path", "CONNECT / HTTP/1.1", 501);
    row("9112 3.2.3: authority-form with GET", "GET a:80 HTTP/1.1", 400);
    row("9112 3.2.4: OPTIONS *", "OPTIONS * HTTP/1.1", 0);
    row("9112 3.2.4: GET *", "GET * HTTP/1.1", 400);
    row("9112 3.2.4: OPTIONS *x", "OPTIONS *x HTTP/1.1", 400);
}

void tst_RequestRules::target()
{
    QFETCH(const QByteArray, line);
    QFETCH(const int, code);
    judge(line + "\r\nHost: a\r\n\r\n", code);
}

void tst_RequestRules::targetParts_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QByteArray>("path");
    QTest::addColumn<QByteArray>("query");
    QTest::newRow("path") << "/a"_ba
                          << "/a"_ba
                          << ""_ba;
    QTest::newRow("path and query") << "/a?b=c"_ba
                                    << "/a"_ba
                                    << "b=c"_ba;
    QTest::newRow("empty query") << "/a?"_ba
                                 << "/a"_ba
                                 << ""_ba;
    QTest::newRow("second question mark") << "/?a?b"_ba
                                          << "/"_ba
                                          << "a?b"_ba;
    QTest::newRow("absolute") << "http://a/b/c?d"_ba
                              << "/b/c"_ba
                              << "d"_ba;
    QTest::newRow("absolute without path") << "http://a"_ba
                                           << "/"_ba
                                           << ""_ba;
    QTest::newRow("absolute with query only") << "http://a?b/c"_ba
                                              << "/"_ba
                                              << "b/c"_ba;
}

void tst_RequestRules::targetParts()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QByteArray, path);
    QFETCH(const QByteArray, query);
    const QByteArray bytes = "GET " + target + " HTTP/1.0\r\n\r\n";
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    QCOMPARE(head.target, target);
    QCOMPARE(head.path, path);
    QCOMPARE(head.query, query);
    QCOMPARE(head.host, target.startsWith('/') ? "" : "a");
}

void tst_RequestRules::host_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("code");
    QTest::addColumn<int>("codeOf10");
    const auto row = [](const char *name, const QByteArray &fields, int code, int codeOf10) {
        QTest::newRow(name) << fields << code << codeOf10;
    };
    row("9112 3.2: none", "", 400, 0);
    row("9112 3.2: two", "Host: a\r\nHost: a\r\n", 400, 400);
    row("9112 3.2: two, other case", "Host: a\r\nHOST: a\r\n", 400, 400);
    row("9112 3.2: empty", "Host:\r\n", 400, 400);
    row("9112 3.2: list", "Host: a, b\r\n", 400, 400);
    row("9110 7.2: name", "Host: chat.example.com\r\n", 0, 0);
    row("9110 7.2: name and port", "Host: chat.example.com:6001\r\n", 0, 0);
    row("9110 7.2: userinfo", "Host: user@a\r\n", 400, 400);
    row("9110 7.2: path", "Host: a/x\r\n", 400, 400);
    row("9110 7.2: URL", "Host: http://a\r\n", 400, 400);
    row("9110 7.2: blank", "Host: a b\r\n", 400, 400);
    row("3986 3.2.3: port out of range", "Host: a:99999999999\r\n", 400, 400);
    row("3986 3.2.3: empty port", "Host: a:\r\n", 0, 0);
}

void tst_RequestRules::host()
{
    QFETCH(const QByteArray, fields);
    QFETCH(const int, code);
    QFETCH(const int, codeOf10);
    judge("GET / HTTP/1.1\r\nX: y\r\n" + fields + "\r\n", code);
    judge("GET / HTTP/1.0\r\nX: y\r\n" + fields + "\r\n", codeOf10);
}

void tst_RequestRules::hostAgreesWithTheResolver_data()
{
    QTest::addColumn<QByteArray>("host");
    const QByteArrayList hosts{"a",
                               "A.B-c.example",
                               "a_b.example",
                               "a.",
                               ".a",
                               "a..b",
                               "-",
                               "a.-b",
                               "a.b-",
                               "1a.b",
                               "b.1a",
                               "b.1",
                               "1.2.3",
                               "1.2.3.4",
                               "01.2.3.4",
                               "1.2.3.256",
                               "0x7f.1",
                               "a.0x7f",
                               "2130706433",
                               "127.0.0.1:6001",
                               "[::1]",
                               "[::1]:6001",
                               "[::1",
                               "::1",
                               "[::ffff:1.2.3.4]",
                               "[1.2.3.4]",
                               "[fe80::1%25eth0]",
                               "a:0",
                               "a:1",
                               "a:01",
                               "a:65535",
                               "a:65536",
                               "a:+1",
                               "a:80:80",
                               ":80",
                               "a%41",
                               "a!b",
                               "\xc3\xa9",
                               QByteArray(253, 'a'),
                               QByteArray(254, 'a'),
                               "xn--bcher-kva.example",
                               "localhost"};
    for (const QByteArray &host : hosts)
        QTest::newRow(host.left(40).toPercentEncoding().constData()) << host;
}

// The quick look at plain names must not let in what the one grammar of hosts refuses.
void tst_RequestRules::hostAgreesWithTheResolver()
{
    QFETCH(const QByteArray, host);
    const Outcome outcome = parsePieces("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", Whole);
    QCOMPARE(outcome.status == ParseStatus::Complete, parseHostPort(host).has_value());
}

void tst_RequestRules::framing_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, const QByteArray &fields, int code) {
        QTest::newRow(name) << fields << code;
    };
    const auto length = [](const char *name, const QByteArray &value, int code) {
        QTest::newRow(name) << "Content-Length:" + value + "\r\n" << code;
    };
    const auto coding = [](const char *name, const QByteArray &value, int code) {
        QTest::newRow(name) << "Transfer-Encoding:" + value + "\r\n" << code;
    };
    length("9110 8.6: number", " 5", 0);
    length("9110 8.6: leading zeros", " 0005", 0);
    length("9110 8.6: blanks around", " \t5 \t", 0);
    length("9110 8.6: at the cap", " 1048576", 0);
    length("9110 8.6: above the cap", " 1048577", 413);
    length("9110 8.6: 2^64-1", " 18446744073709551615", 413);
    length("9110 8.6: 2^64", " 18446744073709551616", 413);
    length("9110 8.6: 2^64 and 5", " 18446744073709551621", 413);
    length("9110 8.6: empty", "", 400);
    length("9110 8.6: plus", " +5", 400);
    length("9110 8.6: minus", " -5", 400);
    length("9110 8.6: hexadecimal", " 0x5", 400);
    length("9110 8.6: decimal point", " 5.0", 400);
    length("9110 8.6: exponent", " 5e0", 400);
    length("9110 8.6: inner blank", " 5 5", 400);
    length("9110 8.6: underscore", " 1_0", 400);
    length("9110 8.6: Arabic digit", " \xd9\xa5", 400);
    length("9112 6.3: list of equal values", " 5, 5", 400);
    length("9112 6.3: list of different values", " 5, 6", 400);
    length("9112 6.3: list with an empty member", " 5,", 400);
    row("9112 6.3: two equal lines", "Content-Length: 5\r\nContent-Length: 5\r\n", 400);
    row("9112 6.3: two different lines", "Content-Length: 5\r\nContent-Length: 6\r\n", 400);
    row("9112 6.3: two lines, other case", "Content-Length: 5\r\ncontent-LENGTH: 5\r\n", 400);
    row("underscores make another field", "Content_Length: x\r\n", 0);

    coding("9112 7.1: chunked", " chunked", 0);
    coding("9112 7: other case", " CHUNKED", 0);
    coding("9112 7: blanks around", " \tchunked\t", 0);
    coding("9112 6.1: unknown coding", " xchunked", 501);
    coding("9112 6.1: identity", " identity", 501);
    coding("9112 6.1: gzip", " gzip", 501);
    coding("9112 6.1: gzip, chunked", " gzip, chunked", 501);
    coding("9112 6.1: chunked, gzip", " chunked, gzip", 501);
    coding("9112 6.1: chunked twice", " chunked, chunked", 400);
    coding("9112 6.1: chunked with a comma", " chunked,", 400);
    coding("9112 6.1: only a comma", " ,", 400);
    coding("9112 6.1: empty", "", 400);
    coding("9112 6.1: quoted", " \"chunked\"", 400);
    coding("9112 6.1: brackets", " [chunked]", 400);
    coding("9112 6.1: parameter", " chunked;q=1", 400);
    coding("9112 6.1: inner blank", " chun ked", 400);
    row("9112 6.1: two lines", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 400);
    row("9112 6.1: gzip, then chunked", "Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n",
        400);
    row("9112 6.1: chunked, then identity",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", 400);
    row("9112 6.1: length, then chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        400);
    row("9112 6.1: chunked, then length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        400);
    row("9112 6.1: gzip, then length", "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", 400);
    row("9112 6.1: length of 0, then gzip", "Content-Length: 0\r\nTransfer-Encoding: gzip\r\n",
        400);
}

void tst_RequestRules::framing()
{
    QFETCH(const QByteArray, fields);
    QFETCH(const int, code);
    judge("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", code);
    // Framing is the same for all methods, and HTTP/1.0 has no transfer codings (RFC 9112 6.1).
    judge("GET / HTTP/1.1\r\n" + fields + "Host: a\r\n\r\n", code);
    judge("POST / HTTP/1.0\r\n" + fields + "\r\n", fields.startsWith('T') ? 400 : code);
}

void tst_RequestRules::connection_data()
{
    QTest::addColumn<QByteArray>("fields");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("keepAlive");
    QTest::addColumn<bool>("keepAliveOf10");
    const auto row = [](const char *name, const QByteArray &fields, bool keep, bool keepOf10) {
        QTest::newRow(name) << fields << 0 << keep << keepOf10;
    };
    const auto bad = [](const char *name, const QByteArray &value) {
        QTest::newRow(name) << "Connection: " + value + "\r\n" << 400 << false << false;
    };
    row("9112 9.3: nothing said", "", true, false);
    row("9112 9.3: close", "Connection: close\r\n", false, false);
    row("9112 9.3: keep-alive", "Connection: keep-alive\r\n", true, true);
    row("9112 9.3: close in a list", "Connection: foo, CLOSE\r\n", false, false);
    row("9112 9.3: close wins", "Connection: keep-alive, close\r\n", false, false);
    row("9112 9.3: close in a second line", "Connection: keep-alive\r\nConnection: close\r\n",
        false, false);
    row("9112 9.3: empty members", "Connection: , keep-alive ,\r\n", true, true);
    row("9112 9.3: empty", "Connection:\r\n", true, false);
    row("9112 9.3: close as part of a word", "Connection: closed\r\n", true, false);
    row("9110 7.6.1: other names", "Connection: X-Forwarded, X_Forwarded_For, TE\r\n", true, false);
    bad("9110 7.6.1: no list of tokens", "\"close\"");
    bad("CVE-2022-31813: X-Forwarded-For", "close, X-Forwarded-For");
    bad("CVE-2022-31813: other case", "x-forwarded-FOR");
    bad("CVE-2022-31813: X-Forwarded-Host", "X-Forwarded-Host");
    bad("CVE-2022-31813: X-Forwarded-Anything", "X-Forwarded-Anything");
    bad("CVE-2022-31813: Forwarded", "keep-alive, Forwarded");
    bad("CVE-2022-31813: X-Real-IP", "X-Real-IP,close");
    bad("CVE-2022-31813: a configured name", "x-client-address");
}

void tst_RequestRules::connection()
{
    QFETCH(const QByteArray, fields);
    QFETCH(const int, code);
    QFETCH(const bool, keepAlive);
    QFETCH(const bool, keepAliveOf10);
    for (const bool is11 : {true, false}) {
        const QByteArray bytes =
            "GET / HTTP/1."_ba + (is11 ? '1' : '0') + "\r\nHost: a\r\n" + fields + "\r\n";
        judge(bytes, code);
        RequestParser parser({}, {"X-Client-Address"});
        RequestHead head;
        if (code == 0) {
            QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
            QCOMPARE(head.keepAlive, is11 ? keepAlive : keepAliveOf10);
        }
    }
}

void tst_RequestRules::expect_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("expects");
    const QByteArray head = "POST / HTTP/1.1\r\nHost: a\r\n";
    const QByteArray body = "Content-Length: 5\r\n\r\n";
    QTest::newRow("9110 10.1.1: with a length")
        << head + "Expect: 100-continue\r\n" + body << 0 << true;
    QTest::newRow("9110 10.1.1: other case")
        << head + "Expect: 100-Continue\r\n" + body << 0 << true;
    QTest::newRow("9110 10.1.1: with chunks")
        << head + "Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
        << 0 << true;
    QTest::newRow("9110 10.1.1: without a body") << head + "Expect: 100-continue\r\n\r\n"
                                                 << 0 << false;
    QTest::newRow("9110 10.1.1: with an empty body")
        << head + "Expect: 100-continue\r\nContent-Length: 0\r\n\r\n"
        << 0 << false;
    QTest::newRow("9110 10.1.1: something else")
        << head + "Expect: 200-maybe\r\n" + body << 417 << false;
    QTest::newRow("9110 10.1.1: something else too")
        << head + "Expect: 100-continue, x\r\n" + body << 417 << false;
    QTest::newRow("9110 10.1.1: HTTP/1.0 ignores it")
        << "POST / HTTP/1.0\r\nExpect: 100-continue\r\n" + body << 0 << false;
    QTest::newRow("9110 10.1.1: HTTP/1.0 ignores all of it")
        << "POST / HTTP/1.0\r\nExpect: x\r\n" + body << 0 << false;
}

void tst_RequestRules::expect()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, code);
    QFETCH(const bool, expects);
    judge(request, code);
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(request, head) == ParseStatus::Complete && head.expectContinue, expects);
}

void tst_RequestRules::detailsAreSentences()
{
    const auto detail = [](const QByteArray &fields) {
        return parsePieces("POST / HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n", Whole).text;
    };
    QCOMPARE(detail("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
             detail("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"));
    QCOMPARE(detail("Content-Length: 5\r\nContent-Length: 6\r\n"),
             "There is more than one Content-Length."_ba);
    QCOMPARE(detail("X-A : b\r\n"), "There is a blank between a header name and its colon."_ba);
    QCOMPARE(detail("X-A\r\n"), "A header line has no colon."_ba);
    QCOMPARE(detail("X-A\r\nX: y\r\n"), "A header line has no colon."_ba);
    QCOMPARE(detail(": b\r\n"), "A header line has no name."_ba);
}

QTEST_APPLESS_MAIN(tst_RequestRules)
#include "tst_requestrules.moc"
