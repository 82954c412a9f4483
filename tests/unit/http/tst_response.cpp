// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/response.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QByteArray wire(const Response &response, const SerializeOptions &options)
{
    QByteArray out;
    serialize(response, options, out);
    return out;
}

constexpr SerializeOptions KeepAlive{.keepAlive = true};

} // namespace

class tst_Response : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void wholeResponse();
    void appendsToTheBuffer();
    void headHasTheSameFieldsAndNoBody();
    void connection_data();
    void connection();
    void withoutContent_data();
    void withoutContent();
    void upgradeNeedsItsConnectionOption();
    void injection_data();
    void injection();
    void framingBelongsToTheServer();
    void factories();
    void reasons();
    void dates_data();
    void dates();
};

void tst_Response::wholeResponse()
{
    Response response = Response::jsonText(R"({"a":1})"_ba, 201);
    response.headers = {{"Cache-Control"_ba, "no-store"_ba}, {"X-A"_ba, ""_ba}};
    const SerializeOptions options{.keepAlive = true, .dateValue = "Sun, 06 Nov 1994 08:49:37 GMT"};
    QCOMPARE(wire(response, options), "HTTP/1.1 201 Created\r\n"
                                      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
                                      "Content-Type: application/json\r\n"
                                      "Content-Length: 7\r\n"
                                      "Cache-Control: no-store\r\n"
                                      "X-A: \r\n"
                                      "X-Content-Type-Options: nosniff\r\n"
                                      "\r\n"
                                      "{\"a\":1}"_ba);
}

void tst_Response::appendsToTheBuffer()
{
    QByteArray out = "before|"_ba;
    serialize(Response::text(200, "a"_ba), KeepAlive, out);
    serialize(Response::text(404, "b"_ba), KeepAlive, out);
    QVERIFY(out.startsWith("before|HTTP/1.1 200 OK\r\n"));
    QVERIFY(out.contains("\r\n\r\naHTTP/1.1 404 Not Found\r\n"));
    QVERIFY(out.endsWith("\r\n\r\nb"));
}

void tst_Response::headHasTheSameFieldsAndNoBody()
{
    const Response response = Response::text(200, "hello"_ba);
    const QByteArray head = wire(response, {.head = true, .keepAlive = true});
    QVERIFY(head.contains("Content-Length: 5\r\n"));
    QCOMPARE(head + "hello", wire(response, KeepAlive));
}

void tst_Response::connection_data()
{
    QTest::addColumn<bool>("keepAlive");
    QTest::addColumn<bool>("close");
    QTest::addColumn<int>("minorVersion");
    QTest::addColumn<QByteArray>("field");
    QTest::newRow("HTTP/1.1 stays open without a word") << true << false << 1 << ""_ba;
    QTest::newRow("HTTP/1.1, the client closes") << false << false << 1 << "close"_ba;
    QTest::newRow("HTTP/1.1, the response closes") << true << true << 1 << "close"_ba;
    QTest::newRow("HTTP/1.0 is told that it stays open") << true << false << 0 << "keep-alive"_ba;
    QTest::newRow("HTTP/1.0 closes") << false << false << 0 << "close"_ba;
    QTest::newRow("HTTP/1.0, the response closes") << true << true << 0 << "close"_ba;
}

void tst_Response::connection()
{
    QFETCH(const bool, keepAlive);
    QFETCH(const bool, close);
    QFETCH(const int, minorVersion);
    QFETCH(const QByteArray, field);
    Response response = Response::text(200, "a"_ba);
    response.close = close;
    const SerializeOptions options{.keepAlive = keepAlive, .minorVersion = minorVersion};
    const QByteArray bytes = wire(response, options);
    QCOMPARE(bytes.count("Connection:"), field.isEmpty() ? 0 : 1);
    QVERIFY(field.isEmpty() || bytes.contains(QByteArray("\r\nConnection: " + field + "\r\n")));
    QCOMPARE(staysOpen(response, options), field != "close");
    QVERIFY(bytes.startsWith("HTTP/1.1 200 OK\r\n"));
}

void tst_Response::withoutContent_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("content");
    QTest::newRow("9110 15.2: 1xx") << 103 << false;
    QTest::newRow("9110 15.3.5: 204") << 204 << false;
    QTest::newRow("9110 15.4.5: 304") << 304 << false;
    QTest::newRow("9110 15.3.6: 205 has a length of what there is") << 205 << true;
    QTest::newRow("200") << 200 << true;
    QTest::newRow("500") << 500 << true;
}

void tst_Response::withoutContent()
{
    QFETCH(const int, status);
    QFETCH(const bool, content);
    const QByteArray bytes = wire(Response::text(status, "hello"_ba), KeepAlive);
    QCOMPARE(bytes.contains("Content-Length:"), content);
    QCOMPARE(bytes.contains("Content-Type:"), content);
    QCOMPARE(bytes.endsWith("\r\n\r\nhello"), content);
    QVERIFY(content || bytes.endsWith("\r\n\r\n"));
    QVERIFY(!wire(Response{.status = status}, KeepAlive).contains("Content-Type:"));
}

void tst_Response::upgradeNeedsItsConnectionOption()
{
    Response response = Response::text(426, "a"_ba);
    response.headers = {{"Upgrade"_ba, "websocket"_ba}};
    QVERIFY(wire(response, KeepAlive).contains("\r\nConnection: Upgrade\r\n"));
    QVERIFY(wire(response, {}).contains("\r\nConnection: Upgrade, close\r\n"));
    QVERIFY(wire(response, {.keepAlive = true, .minorVersion = 0})
                .contains("\r\nConnection: Upgrade, keep-alive\r\n"));
    response.status = 101;
    QVERIFY(wire(response, {}).contains("\r\nConnection: Upgrade\r\n"));
    QCOMPARE(wire(response, {}).count("Connection:"), 1);
}

void tst_Response::injection_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("kept");
    const auto row = [](const char *title, const QByteArray &name, const QByteArray &value,
                        bool kept = false) { QTest::newRow(title) << name << value << kept; };
    row("a plain field", "X-A", "b", true);
    row("tab and high bytes are fine", "X-A", "b\tc \xc3\xa9", true);
    row("CRLF in the value", "X-A", "b\r\nSet-Cookie: c");
    row("CR in the value", "X-A", "b\rSet-Cookie: c");
    row("LF in the value", "X-A", "b\nSet-Cookie: c");
    row("NUL in the value", "X-A", "b"_ba + '\0');
    row("DEL in the value", "X-A", "\x7f");
    row("CRLF in the name", "X-A\r\nSet-Cookie", "b");
    row("colon in the name", "X-A:", "b");
    row("blank in the name", "X A", "b");
    row("no name", "", "b");
}

void tst_Response::injection()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QByteArray, value);
    QFETCH(const bool, kept);
    Response response = Response::text(200, "body"_ba);
    const QByteArray without = wire(response, KeepAlive);
    response.headers = {{name, value}};
    const QByteArray bytes = wire(response, KeepAlive);
    const QByteArray line = name + ": " + value + "\r\n";
    QCOMPARE(bytes.contains(line), kept);
    QCOMPARE(bytes == without, !kept);

    response.headers.clear();
    response.contentType = value;
    const QByteArray typeLine = "Content-Type: " + value + "\r\n";
    const bool typeKept = wire(response, KeepAlive).contains(typeLine);
    QCOMPARE(typeKept, kept || (value == "b"));
}

void tst_Response::framingBelongsToTheServer()
{
    Response response = Response::text(200, "hello"_ba);
    const QByteArray plain = wire(response, KeepAlive);
    response.headers = {{"Content-Length"_ba, "99"_ba},      {"transfer-encoding"_ba, "chunked"_ba},
                        {"CONNECTION"_ba, "close"_ba},       {"Date"_ba, "today"_ba},
                        {"Content-Type"_ba, "text/html"_ba}, {"X-Content-Type-Options"_ba, ""_ba}};
    QCOMPARE(wire(response, KeepAlive), plain);
}

void tst_Response::factories()
{
    const Response fromObject = Response::json(QJsonObject{{u"a"_s, 1}});
    QCOMPARE(fromObject.body, "{\"a\":1}"_ba);
    QCOMPARE(fromObject.status, 200);
    QCOMPARE(fromObject.contentType, "application/json"_ba);
    QCOMPARE(Response::jsonText("[]"_ba, 202).status, 202);

    const Response text = Response::text(403, "Origin not allowed"_ba);
    QVERIFY(text.contentType.startsWith("text/plain"));
    QCOMPARE(text.body, "Origin not allowed"_ba);

    const Response error = Response::error(404, "Not Found", "not_found");
    QCOMPARE(error.status, 404);
    QCOMPARE(error.contentType, "application/json"_ba);
    QCOMPARE(error.body, "{\"error\":\"Not Found\",\"code\":\"not_found\"}"_ba);
    QCOMPARE(Response::error(405, "Method Not Allowed", {}).body,
             "{\"error\":\"Method Not Allowed\"}"_ba);
    QCOMPARE(Response::error(400, "a \"b\"\n\xc3\xa9", "c").body,
             "{\"error\":\"a \\\"b\\\"\\n\xc3\xa9\",\"code\":\"c\"}"_ba);
    QVERIFY(!error.close && !text.close);
}

void tst_Response::reasons()
{
    QCOMPARE(reasonPhrase(100), "Continue");
    QCOMPARE(reasonPhrase(200), "OK");
    QCOMPARE(reasonPhrase(413), "Content Too Large");
    QCOMPARE(reasonPhrase(421), "Misdirected Request");
    QCOMPARE(reasonPhrase(426), "Upgrade Required");
    QCOMPARE(reasonPhrase(429), "Too Many Requests");
    QCOMPARE(reasonPhrase(431), "Request Header Fields Too Large");
    QCOMPARE(reasonPhrase(505), "HTTP Version Not Supported");
    QCOMPARE(reasonPhrase(511), "Network Authentication Required");
    QCOMPARE(reasonPhrase(299), "Unknown");
    QCOMPARE(reasonPhrase(0), "Unknown");
    QCOMPARE(continueResponse(), "HTTP/1.1 100 Continue\r\n\r\n");
}

void tst_Response::dates_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("the example of RFC 9110 5.6.7")
        << qint64{784111777} << "Sun, 06 Nov 1994 08:49:37 GMT"_ba;
    QTest::newRow("the epoch") << qint64{0} << "Thu, 01 Jan 1970 00:00:00 GMT"_ba;
    QTest::newRow("a leap day") << qint64{1709251199} << "Thu, 29 Feb 2024 23:59:59 GMT"_ba;
    QTest::newRow("the end of a year") << qint64{1798761599} << "Thu, 31 Dec 2026 23:59:59 GMT"_ba;
}

void tst_Response::dates()
{
    QFETCH(const qint64, seconds);
    QFETCH(const QByteArray, text);
    QCOMPARE(httpDate(std::chrono::sys_seconds(std::chrono::seconds(seconds))), text);
}

QTEST_APPLESS_MAIN(tst_Response)
#include "tst_response.moc"
