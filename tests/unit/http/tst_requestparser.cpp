// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
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

HttpLimits smallLimits()
{
    HttpLimits limits;
    limits.headerBytes = 200;
    limits.headerCount = 4;
    return limits;
}

// A request line and enough of a head around it.
QByteArray withLine(const QByteArray &line)
{
    return line + "\r\nHost: a\r\n\r\n";
}

QByteArray withField(const QByteArray &field)
{
    return "GET / HTTP/1.1\r\nHost: a\r\n" + field + "\r\nX-Z: z\r\n\r\n";
}

} // namespace

class tst_RequestParser : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void syntax_data();
    void syntax();
    void certainAtOnce_data();
    void certainAtOnce();
    void caps_data();
    void caps();
    void partsOfAHead();
    void fieldValuesHaveNoOuterBlanks();
    void requestsFollowEachOther();
    void nothingOfTheLastRequestStays();
    void resetForgetsABegunRequest();
    void headsFitExactly();
};

void tst_RequestParser::syntax_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const auto line = [](const char *name, const QByteArray &text, int code) {
        QTest::newRow(name) << withLine(text) << code;
    };
    const auto field = [](const char *name, const QByteArray &text, int code) {
        QTest::newRow(name) << withField(text) << code;
    };
    const auto raw = [](const char *name, const QByteArray &text, int code) {
        QTest::newRow(name) << text << code;
    };

    line("9112 3: a plain request line", "GET / HTTP/1.1", 0);
    line("9112 3: two blanks before the target", "GET  / HTTP/1.1", 400);
    line("9112 3: two blanks before the version", "GET /  HTTP/1.1", 400);
    line("9112 3: tab instead of a blank", "GET\t/\tHTTP/1.1", 400);
    line("9112 3: tab before the version", "GET /\tHTTP/1.1", 400);
    line("9112 3: blank after the version", "GET / HTTP/1.1 ", 400);
    line("9112 3: blank before the method", " GET / HTTP/1.1", 400);
    line("9112 3: no target", "GET HTTP/1.1", 400);
    line("9112 3: method only", "GET", 400);
    line("9112 3: HTTP/0.9", "GET /", 400);
    line("9112 3: four parts", "GET / x HTTP/1.1", 400);
    line("9110 9.1: an unknown method is the router's business", "BREW / HTTP/1.1", 0);
    line("9110 9.1: methods are case-sensitive but any token parses", "get / HTTP/1.1", 0);
    line("9110 5.6.2: all token characters", "!#$%&'*+-.^_`|~09azAZ / HTTP/1.1", 0);
    line("9110 5.6.2: no token", "GE(T / HTTP/1.1", 400);
    line("9110 5.6.2: method with a high byte", "G\xc3\x89T / HTTP/1.1", 400);
    line("9112 3: 32 bytes of method", QByteArray(32, 'M') + " / HTTP/1.1", 0);
    line("9112 3: 33 bytes of method", QByteArray(33, 'M') + " / HTTP/1.1", 501);
    line("9112 2.3: HTTP/1.0", "GET / HTTP/1.0", 0);
    line("9112 2.3: HTTP/1.2", "GET / HTTP/1.2", 505);
    line("9112 2.3: HTTP/0.9 in full", "GET / HTTP/0.9", 505);
    line("9112 2.3: HTTP/2.0", "GET / HTTP/2.0", 505);
    line("9113 3.4: preface of HTTP/2", "PRI * HTTP/2.0", 505);
    line("9112 2.3: lower case", "GET / http/1.1", 400);
    line("9112 2.3: sign", "GET / HTTP/+1.1", 400);
    line("9112 2.3: two digits", "GET / HTTP/1.10", 400);
    line("9112 2.3: two digits before the dot", "GET / HTTP/11.1", 400);
    line("9112 2.3: comma", "GET / HTTP/1,1", 400);
    line("9112 2.3: no minor version", "GET / HTTP/1", 400);
    line("9112 2.3: no version number", "GET / HTTP/", 400);
    line("9112 2.3: another protocol", "GET / RTSP/1.0", 400);
    line("9112 2.3: blank in the version", "GET / HTTP/ 1.1", 400);
    line("9112 2.2: CR in the target", "GET /\rx HTTP/1.1", 400);
    line("9112 2.2: LF in the target", "GET /\nx HTTP/1.1", 400);
    line("9112 2.2: NUL in the target", "GET /"_ba + '\0' + " HTTP/1.1", 400);
    line("9112 2.2: DEL in the target", "GET /\x7f HTTP/1.1", 400);

    raw("9112 2.2: one empty line before", "\r\n" + withLine("GET / HTTP/1.1"), 0);
    raw("9112 2.2: two empty lines before", "\r\n\r\n" + withLine("GET / HTTP/1.1"), 0);
    raw("9112 2.2: three empty lines before", "\r\n\r\n\r\n" + withLine("GET / HTTP/1.1"), 400);
    raw("9112 2.2: LF before", "\n" + withLine("GET / HTTP/1.1"), 400);
    raw("9112 2.2: CR before", "\r" + withLine("GET / HTTP/1.1"), 400);
    raw("9112 2.2: request line ends with LF", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400);
    raw("9112 2.2: request line ends with CR", "GET / HTTP/1.1\rHost: a\r\n\r\n", 400);
    raw("9112 2.2: request line ends with CR CR LF", "GET / HTTP/1.1\r\r\nHost: a\r\n\r\n", 400);
    raw("9112 2.2: all lines end with LF", "GET / HTTP/1.1\nHost: a\n\n", 400);
    raw("9112 2.2: the empty line is LF", "GET / HTTP/1.1\r\nHost: a\r\n\n", 400);
    raw("9112 2.2: the empty line is CR", "GET / HTTP/1.1\r\nHost: a\r\n\rX", 400);
    raw("9112 2.2: blank before the first field", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400);
    raw("9112 2.2: blank line before the first field", "GET / HTTP/1.1\r\n \r\nHost: a\r\n\r\n",
        400);
    raw("9112 3.2: no fields at all", "GET / HTTP/1.1\r\n\r\n", 400);
    raw("1945 5.1: HTTP/1.0 without fields", "GET / HTTP/1.0\r\n\r\n", 0);

    field("9112 5: a plain field", "X-A: b", 0);
    field("9112 5: no blank after the colon", "X-A:b", 0);
    field("9112 5: empty value", "X-A:", 0);
    field("9112 5: value of blanks", "X-A: \t ", 0);
    field("9112 5: colon in the value", "X-A: b:c", 0);
    field("9112 5: no colon", "X-A", 400);
    field("9112 5: no name", ": b", 400);
    field("9112 5.1: blank before the colon", "X-A : b", 400);
    field("9112 5.1: tab before the colon", "X-A\t: b", 400);
    field("9112 5.1: blank in the name", "X A: b", 400);
    field("9110 5.1: brackets in the name", "X[]: b", 400);
    field("9110 5.1: high byte in the name", "X\xe9: b", 400);
    field("9110 5.1: NUL in the name", "X"_ba + '\0' + ": b", 400);
    field("9110 5.1: all token characters in the name", "!#$%&'*+-.^_`|~09azAZ: b", 0);
    field("9110 5.1: quoted name", "\"X\": b", 400);
    field("9112 5.2: folded line with a blank", "X-A: b\r\n c", 400);
    field("9112 5.2: folded line with a tab", "X-A: b\r\n\tc", 400);
    field("9112 5.2: folded empty line", "X-A: b\r\n ", 400);
    field("9110 5.5: tab in the value", "X-A: b\tc", 0);
    field("9110 5.5: high bytes in the value", "X-A: \x80\xff", 0);
    field("9110 5.5: NUL in the value", "X-A: b"_ba + '\0', 400);
    field("9110 5.5: BEL in the value", "X-A: b\x07", 400);
    field("9110 5.5: VT in the value", "X-A: b\x0b", 400);
    field("9110 5.5: FF in the value", "X-A: b\x0c", 400);
    field("9110 5.5: ESC in the value", "X-A: \x1b[2J", 400);
    field("9110 5.5: DEL in the value", "X-A: b\x7f", 400);
    field("9112 2.2: CR in the value", "X-A: b\rc", 400);
    field("9112 2.2: LF in the value", "X-A: b\nc", 400);
    field("9112 2.2: CR CR LF", "X-A: b\r", 400);
    field("9112 2.2: LF CR LF", "X-A: b\n", 400);
}

void tst_RequestParser::syntax()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, code);
    const Outcome whole = parsePieces(bytes, Whole);
    QCOMPARE(whole.status, code == 0 ? ParseStatus::Complete : ParseStatus::Refused);
    QCOMPARE(whole.code, code);
    QVERIFY(!whole.text.isEmpty());
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut)
        QCOMPARE(parsePieces(bytes, std::array{cut}), whole);
    QCOMPARE(parsePieces(bytes, std::vector<qsizetype>(std::size_t(bytes.size()), 1)), whole);
}

void tst_RequestParser::certainAtOnce_data()
{
    // The first `size` bytes leave it open, the next one decides.
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qsizetype>("size");
    QTest::addColumn<int>("code");
    const auto row = [](const char *name, const QByteArray &bytes, qsizetype size, int code = 400) {
        QTest::newRow(name) << bytes << size << code;
    };
    row("TLS ClientHello", "\x16\x03\x01\x02"_ba, 0);
    row("SSLv2 ClientHello", "\x80\x2e\x01"_ba, 0);
    row("PROXY v2", "\r\n\r\n"_ba + '\0' + "\r\nQUIT\n", 4);
    row("PROXY v1", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET ", 35);
    row("SSH", "SSH-2.0-OpenSSH_9.2\r\n", 19);
    row("Flash policy file", "<policy-file-request/>", 0);
    row("Redis inline array", "*1\r\n$4\r\nPING\r\n", 2);
    row("a third empty line", "\r\n\r\n\r", 4);
    row("request line without target", "GET HTTP/1.1\r\nHost", 13);
    row("request line with a fragment", "GET /#a HTTP/1.1\r\n", 17);
    row("request line of another version", "GET / HTTP/3.0\r\n", 15, 505);
    row("CONNECT", "CONNECT a:80 HTTP/1.1\r\n", 22, 501);
    row("a method that does not end", QByteArray(40, 'A'), 32, 501);
    row("folded line", "GET / HTTP/1.1\r\nHost: a\r\n b", 25);
    row("LF in a value", "GET / HTTP/1.1\r\nHost: a\nX", 23);
    row("CR in a value", "GET / HTTP/1.1\r\nHost: a\rX", 24);
}

void tst_RequestParser::certainAtOnce()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const qsizetype, size);
    QFETCH(const int, code);
    QCOMPARE(parsePieces(bytes.first(size), Whole).status, ParseStatus::Incomplete);
    const Outcome next = parsePieces(bytes.first(size + 1), std::array{size});
    QCOMPARE(next.status, ParseStatus::Refused);
    QCOMPARE(next.code, code);
    QCOMPARE(parsePieces(bytes, Whole), next);
}

void tst_RequestParser::caps_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    const QByteArray start = "GET / HTTP/1.1\r\nHost: a\r\n";
    QTest::newRow("request line alone over the cap")
        << withLine("GET /" + QByteArray(300, 'a') + " HTTP/1.1") << 414;
    QTest::newRow("request line that does not end") << "GET /" + QByteArray(300, 'a') << 414;
    QTest::newRow("one long field") << start + "X: " + QByteArray(300, 'a') + "\r\n\r\n" << 431;
    QTest::newRow("fields that do not end") << start + "X: " + QByteArray(300, 'a') << 431;
    QTest::newRow("a bad byte beyond the cap is not seen")
        << start + "X: " + QByteArray(300, 'a') + '\0' << 431;
    QTest::newRow("a bad byte before the cap is") << start + '\0' + QByteArray(300, 'a') << 400;
    QTest::newRow("four lines") << start + "A:\r\nB:\r\nC:\r\n\r\n" << 0;
    QTest::newRow("five lines") << start + "A:\r\nB:\r\nC:\r\nD:\r\n\r\n" << 431;
    QTest::newRow("empty lines before count too")
        << "\r\n\r\n" + start + "X: " + QByteArray(168, 'a') + "\r\n\r\n"
        << 431;
}

void tst_RequestParser::caps()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, code);
    const Outcome whole = parsePieces(bytes, Whole, smallLimits());
    QCOMPARE(whole.code, code);
    QCOMPARE(whole.status, code == 0 ? ParseStatus::Complete : ParseStatus::Refused);
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut)
        QCOMPARE(parsePieces(bytes, std::array{cut}, smallLimits()), whole);
    const std::vector<qsizetype> single(std::size_t(bytes.size()), 1);
    QCOMPARE(parsePieces(bytes, single, smallLimits()), whole);
}

void tst_RequestParser::headsFitExactly()
{
    const QByteArray start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
    const auto ofSize = [&start](qsizetype size) -> QByteArray {
        return start + QByteArray(size - start.size() - 4, 'a') + "\r\n\r\n";
    };
    QCOMPARE(parsePieces(ofSize(200), Whole, smallLimits()).status, ParseStatus::Complete);
    QCOMPARE(parsePieces(ofSize(200) + "more", Whole, smallLimits()).used, 200);
    QCOMPARE(parsePieces(ofSize(201), Whole, smallLimits()).code, 431);
    // At the cap without an end there can be no end within it.
    QCOMPARE(parsePieces(ofSize(201).first(199), Whole, smallLimits()).status,
             ParseStatus::Incomplete);
    QCOMPARE(parsePieces(ofSize(201).first(200), Whole, smallLimits()).code, 431);
}

void tst_RequestParser::partsOfAHead()
{
    const QByteArray bytes = "\r\nPOST /a/%62;c?d=e?f&g HTTP/1.1\r\nhOsT: Example.org:8080\r\n"
                             "X-Forwarded-For: 1.1.1.1\r\nx-forwarded-for: 2.2.2.2\r\n"
                             "Content-Length: 007\r\n\r\nbody of it"_ba;
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    QCOMPARE(parser.size(), bytes.indexOf("body"));
    QCOMPARE(head.method, "POST");
    QCOMPARE(head.target, "/a/%62;c?d=e?f&g");
    QCOMPARE(head.path, "/a/%62;c");
    QCOMPARE(head.query, "d=e?f&g");
    QCOMPARE(head.host, "Example.org:8080");
    QCOMPARE(head.minorVersion, 1);
    QCOMPARE(head.framing, RequestHead::Framing::Length);
    QCOMPARE(head.contentLength, 7U);
    QVERIFY(head.keepAlive);
    QVERIFY(!head.expectContinue);
    QCOMPARE(head.headers.size(), 4U);
    QCOMPARE(head.headers[0].name, "hOsT");
    QCOMPARE(head.headers[2].name, "x-forwarded-for");
    QCOMPARE(head.headers[2].value, "2.2.2.2");
    // Views into the caller's bytes, not copies.
    for (const HeaderLine &line : head.headers)
        QVERIFY(line.value.data() > bytes.constData() && line.value.data() < bytes.constEnd());
}

void tst_RequestParser::fieldValuesHaveNoOuterBlanks()
{
    const QByteArray bytes = withField("X-A: \t b \t c \t ");
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    QCOMPARE(head.find("x-a"), QByteArrayView("b \t c"));
}

void tst_RequestParser::requestsFollowEachOther()
{
    const QByteArray bytes = withLine("GET /1 HTTP/1.1") + withLine("GET /22 HTTP/1.1")
                             + withLine("GET /# HTTP/1.1") + withLine("GET /4 HTTP/1.0");
    RequestParser parser;
    RequestHead head;
    QByteArrayView rest = bytes;
    QCOMPARE(parser.parse(rest, head), ParseStatus::Complete);
    QCOMPARE(head.path, "/1");
    rest = rest.sliced(parser.size());
    QCOMPARE(parser.parse(rest.first(10), head), ParseStatus::Incomplete);
    QCOMPARE(parser.parse(rest, head), ParseStatus::Complete);
    QCOMPARE(head.path, "/22");
    rest = rest.sliced(parser.size());
    QCOMPARE(parser.parse(rest, head), ParseStatus::Refused);
    // A refusal leaves nothing behind that the next request would feel.
    rest = rest.sliced(withLine("GET /# HTTP/1.1").size());
    QCOMPARE(parser.parse(rest, head), ParseStatus::Complete);
    QCOMPARE(head.path, "/4");
    QCOMPARE(parser.size(), rest.size());
}

void tst_RequestParser::nothingOfTheLastRequestStays()
{
    RequestParser parser;
    RequestHead head;
    const QByteArray first = "POST http://a/b?c HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n"
                             "Connection: keep-alive\r\n\r\n"_ba;
    QCOMPARE(parser.parse(first, head), ParseStatus::Complete);
    const QByteArray second = "GET / HTTP/1.0\r\n\r\n"_ba;
    QCOMPARE(parser.parse(second, head), ParseStatus::Complete);
    QCOMPARE(describe(head), "GET\n/\n/\n\n\n0\n0\n0\nclose\n");
}

void tst_RequestParser::resetForgetsABegunRequest()
{
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse("GET /long/path HTTP/1.1\r\nHost: a\r\nX-B", head),
             ParseStatus::Incomplete);
    parser.reset();
    const QByteArray other = withLine("GET / HTTP/1.1");
    QCOMPARE(parser.parse(other, head), ParseStatus::Complete);
    QCOMPARE(parser.size(), other.size());
    QCOMPARE(head.path, "/");
}

QTEST_APPLESS_MAIN(tst_RequestParser)
#include "tst_requestparser.moc"
