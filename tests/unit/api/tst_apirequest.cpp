// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/apirequest.h"
#include "shared/trust/resolution.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QJsonObject jsonOf(const Response &response)
{
    return QJsonDocument::fromJson(response.body).object();
}

QString codeOf(const Response &response)
{
    return jsonOf(response)[u"code"_s].toString();
}

QString messageOf(const Response &response)
{
    return jsonOf(response)[u"error"_s].toString();
}

QJsonObject object(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

// apiBody() of a request; without a type there is no Content-Type.
OrRefusal<QJsonObject> bodyOf(const QByteArray &body, const std::optional<QByteArray> &type = {},
                              const QStringList &members = {u"event"_s, u"data"_s})
{
    RequestHead head;
    if (type)
        head.headers.push_back({"Content-Type", *type});
    const Resolution resolution(IpAddress::fromIPv4(0x7f000001));
    const PathParameters parameters;
    return apiBody({head, body, resolution, parameters}, members);
}

template <typename T>
QString problemOf(const Expected<T> &expected)
{
    return expected ? QString() : expected.error().message;
}

} // namespace

class tst_ApiRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void asksForAKey_data();
    void asksForAKey();
    void saysHowToSendAKey();
    void takesJsonBodies_data();
    void takesJsonBodies();
    void refusesOtherBodies_data();
    void refusesOtherBodies();
    void namesUnknownMembers();
    void readsTexts_data();
    void readsTexts();
    void readsEvents_data();
    void readsEvents();
    void readsData_data();
    void readsData();
    void readsIds_data();
    void readsIds();
    void refusesLongListsOfIds();
    void parsesIds_data();
    void parsesIds();
};

void tst_ApiRequest::asksForAKey_data()
{
    QTest::addColumn<QByteArrayList>("lines"); // of Authorization
    QTest::addColumn<QByteArrayList>("keys");
    QTest::addColumn<QString>("code"); // empty: let in
    const QByteArrayList one{"secret-1"_ba};
    const QByteArrayList three{"secret-1"_ba, "other-22"_ba, "third-33"_ba};
    const auto row = [](const char *title, const QByteArrayList &lines, const QByteArrayList &keys,
                        const QString &code) { QTest::newRow(title) << lines << keys << code; };
    row("the key", {"Bearer secret-1"_ba}, one, {});
    row("the scheme in lower case", {"bearer secret-1"_ba}, one, {});
    row("the scheme in upper case", {"BEARER secret-1"_ba}, one, {});
    row("several blanks", {"Bearer   secret-1"_ba}, one, {});
    row("the first of three", {"Bearer secret-1"_ba}, three, {});
    row("the second of three", {"Bearer other-22"_ba}, three, {});
    row("the third of three", {"Bearer third-33"_ba}, three, {});
    row("none of three", {"Bearer secret-2"_ba}, three, u"invalid_key"_s);
    row("the key in another case", {"Bearer Secret-1"_ba}, one, u"invalid_key"_s);
    row("the start of the key", {"Bearer secret-"_ba}, one, u"invalid_key"_s);
    row("more than the key", {"Bearer secret-1x"_ba}, one, u"invalid_key"_s);
    row("the key twice", {"Bearer secret-1secret-1"_ba}, one, u"invalid_key"_s);
    row("two keys", {"Bearer secret-1, other-22"_ba}, three, u"invalid_key"_s);
    row("all keys in one", {"Bearer secret-1other-22third-33"_ba}, three, u"invalid_key"_s);
    row("blanks for a key", {"Bearer   "_ba}, one, u"invalid_key"_s);
    row("no key is set", {"Bearer secret-1"_ba}, {}, u"invalid_key"_s);
    row("no line and no key is set", {}, {}, u"missing_key"_s);
    row("no line", {}, one, u"missing_key"_s);
    row("an empty line", {""_ba}, one, u"missing_key"_s);
    row("the scheme alone", {"Bearer"_ba}, one, u"missing_key"_s);
    row("the key alone", {"secret-1"_ba}, one, u"missing_key"_s);
    row("no blank", {"Bearersecret-1"_ba}, one, u"missing_key"_s);
    row("another scheme", {"Basic secret-1"_ba}, one, u"missing_key"_s);
    row("another scheme of the same length", {"Digest secret-1"_ba}, one, u"missing_key"_s);
    row("two lines", {"Bearer secret-1"_ba, "Bearer secret-1"_ba}, one, u"missing_key"_s);
    row("two lines, the second one empty", {"Bearer secret-1"_ba, ""_ba}, one, u"missing_key"_s);
}

void tst_ApiRequest::asksForAKey()
{
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QByteArrayList, keys);
    QFETCH(const QString, code);
    for (const QByteArrayView name : {"Authorization", "authorization"}) {
        RequestHead head;
        head.headers.push_back({"X-Authorization", "Bearer secret-1"});
        for (const QByteArray &line : lines)
            head.headers.push_back({name, line});
        const std::optional<Response> refusal = refuseWithoutKey(head, keys);
        QCOMPARE(refusal.has_value(), !code.isEmpty());
        if (!refusal)
            continue;
        QCOMPARE(refusal->status, 401);
        QCOMPARE(codeOf(*refusal), code);
        for (const QByteArray &key : keys)
            QVERIFY(!refusal->body.contains(key));
    }
}

// RFC 6750 3: an error only where a key was sent.
void tst_ApiRequest::saysHowToSendAKey()
{
    using Headers = std::vector<std::pair<QByteArray, QByteArray>>;
    RequestHead head;
    QCOMPARE(refuseWithoutKey(head, {"k"_ba})->headers,
             Headers({{"WWW-Authenticate"_ba, R"(Bearer realm="truepeer")"_ba}}));
    head.headers.push_back({"Authorization", "Bearer x"});
    QCOMPARE(
        refuseWithoutKey(head, {"k"_ba})->headers,
        Headers({{"WWW-Authenticate"_ba, R"(Bearer realm="truepeer", error="invalid_token")"_ba}}));
}

void tst_ApiRequest::takesJsonBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<std::optional<QByteArray>>("type");
    QTest::addColumn<QByteArray>("members");
    using Type = std::optional<QByteArray>;
    const QByteArray body = R"({"event":"x"})"_ba;
    QTest::newRow("no type") << body << Type() << body;
    QTest::newRow("the type") << body << Type("application/json"_ba) << body;
    QTest::newRow("the type in another case") << body << Type("Application/JSON"_ba) << body;
    QTest::newRow("a charset") << body << Type("application/json ; charset=utf-8"_ba) << body;
    QTest::newRow("all members") << R"({"data":[1],"event":"x"})"_ba << Type()
                                 << R"({"data":[1],"event":"x"})"_ba;
    QTest::newRow("no member") << "{}"_ba << Type() << "{}"_ba;
    QTest::newRow("blanks around it") << " { }\n"_ba << Type() << "{}"_ba;
    QTest::newRow("nothing") << ""_ba << Type() << "{}"_ba;
    QTest::newRow("nothing of whatever type") << ""_ba << Type("text/plain"_ba) << "{}"_ba;
}

void tst_ApiRequest::takesJsonBodies()
{
    QFETCH(const QByteArray, body);
    QFETCH(const std::optional<QByteArray>, type);
    QFETCH(const QByteArray, members);
    const auto result = bodyOf(body, type);
    QVERIFY(std::holds_alternative<QJsonObject>(result));
    QCOMPARE(std::get<QJsonObject>(result), object(members));
}

void tst_ApiRequest::refusesOtherBodies_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("type"); // empty: none
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("code");
    const auto json = [](const char *title, const QByteArray &body) {
        QTest::newRow(title) << body << ""_ba << 400 << u"invalid_json"_s;
    };
    json("no JSON", "event=x");
    json("half of it", R"({"event":)");
    json("something behind it", "{} {}");
    json("blanks", " ");
    json("a list", "[]");
    json("a text", R"("event")");
    json("null", "null");
    json("bytes that are not UTF-8", "{\"event\":\"\xff\"}");
    json("a trailing comma", R"({"event":"x",})");
    const auto type = [](const char *title, const QByteArray &value) {
        QTest::newRow(title) << "{}"_ba << value << 415 << u"unsupported_media_type"_s;
    };
    type("a form", "application/x-www-form-urlencoded");
    type("plain text", "text/plain");
    type("a longer type", "application/json5");
    type("a suffix", "application/ld+json");
    type("two types", "application/json, text/plain");
    type("parameters only", "; charset=utf-8");
    QTest::newRow("an unknown member") << R"({"event":"x","evnt":1})"_ba
                                       << ""_ba << 400 << u"invalid_request"_s;
    QTest::newRow("a member in another case") << R"({"Event":"x"})"_ba
                                              << ""_ba << 400 << u"invalid_request"_s;
}

void tst_ApiRequest::refusesOtherBodies()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, type);
    QFETCH(const int, status);
    QFETCH(const QString, code);
    const auto result = bodyOf(body, type.isEmpty() ? std::nullopt : std::optional(type));
    QVERIFY(std::holds_alternative<Response>(result));
    const auto &refusal = std::get<Response>(result);
    QCOMPARE(refusal.status, status);
    QCOMPARE(codeOf(refusal), code);
    QVERIFY(!messageOf(refusal).isEmpty());
}

void tst_ApiRequest::namesUnknownMembers()
{
    const auto refusal = std::get<Response>(bodyOf(R"({"b":1,"event":"x","a":{}})"_ba));
    QCOMPARE(messageOf(refusal), u"unknown member \"a\", \"b\"; allowed: event, data"_s);
    // No answer grows with the request.
    QByteArray many = "{";
    for (int i = 0; i < 1000; ++i)
        many += "\"x" + QByteArray::number(i) + QByteArray(1000, 'x') + "\":1,";
    many.back() = '}';
    const QString text = messageOf(std::get<Response>(bodyOf(many)));
    QCOMPARE(text.count(u'"'), 2 * 5);
    QVERIFY(text.size() < 300);
}

void tst_ApiRequest::readsTexts_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<std::optional<QString>>("text");
    QTest::addColumn<QString>("problem");
    using Text = std::optional<QString>;
    QTest::newRow("a text") << R"({"m":"abc"})"_ba << Text(u"abc"_s) << QString();
    QTest::newRow("an empty one") << R"({"m":""})"_ba << Text(u""_s) << QString();
    QTest::newRow("as many bytes as may be")
        << "{\"m\":\"\xc3\xa9\xc3\xa9\"}"_ba << Text(u"\u00e9\u00e9"_s) << QString();
    QTest::newRow("none") << R"({"n":"abc"})"_ba << Text() << QString();
    QTest::newRow("null") << R"({"m":null})"_ba << Text() << QString();
    const QString noText = u"\"m\" must be a text"_s;
    QTest::newRow("a number") << R"({"m":1})"_ba << Text() << noText;
    QTest::newRow("a list") << R"({"m":["abc"]})"_ba << Text() << noText;
    QTest::newRow("false") << R"({"m":false})"_ba << Text() << noText;
    const QString tooLong = u"\"m\" has more than 4 bytes"_s;
    QTest::newRow("too long") << R"({"m":"abcde"})"_ba << Text() << tooLong;
    QTest::newRow("too long in UTF-8") << "{\"m\":\"\xc3\xa9\xc3\xa9.\"}"_ba << Text() << tooLong;
}

void tst_ApiRequest::readsTexts()
{
    QFETCH(const QByteArray, body);
    QFETCH(const std::optional<QString>, text);
    QFETCH(const QString, problem);
    const auto result = textMember(object(body), u"m"_s, 4);
    QCOMPARE(problemOf(result), problem);
    if (result)
        QCOMPARE(*result, text);
}

void tst_ApiRequest::readsEvents_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QByteArray>("event"); // empty: refused
    QTest::newRow("a name") << R"({"event":"chat.say_2-x"})"_ba
                            << "chat.say_2-x"_ba;
    QTest::newRow("the longest") << R"({"event":")" + QByteArray(255, 'x') + "\"}"
                                 << QByteArray(255, 'x');
    QTest::newRow("longer") << R"({"event":")" + QByteArray(256, 'x') + "\"}"
                            << ""_ba;
    QTest::newRow("none") << "{}"_ba
                          << ""_ba;
    QTest::newRow("null") << R"({"event":null})"_ba
                          << ""_ba;
    QTest::newRow("empty") << R"({"event":""})"_ba
                           << ""_ba;
    QTest::newRow("a number") << R"({"event":1})"_ba
                              << ""_ba;
    QTest::newRow("a blank") << R"({"event":"a b"})"_ba
                             << ""_ba;
    QTest::newRow("a letter that is not ASCII") << "{\"event\":\"\xc3\xa9\"}"_ba
                                                << ""_ba;
    QTest::newRow("a quote") << R"({"event":"a\"b"})"_ba
                             << ""_ba;
}

void tst_ApiRequest::readsEvents()
{
    QFETCH(const QByteArray, body);
    QFETCH(const QByteArray, event);
    const Expected<QByteArray> result = eventMember(object(body));
    QCOMPARE(result.ok(), !event.isEmpty());
    if (result)
        QCOMPARE(*result, event);
    else
        QVERIFY(result.error().message.startsWith(u"\"event\" is "));
}

void tst_ApiRequest::readsData_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isTaken");
    QTest::addColumn<QJsonValue>("data");
    const QJsonValue empty = QJsonObject();
    QTest::newRow("an object") << R"({"data":{"a":1}})"_ba << true
                               << QJsonValue(QJsonObject{{u"a"_s, 1}});
    QTest::newRow("a list") << R"({"data":[1]})"_ba << true << QJsonValue(QJsonArray{1});
    QTest::newRow("none") << "{}"_ba << true << empty;
    QTest::newRow("null") << R"({"data":null})"_ba << true << empty;
    QTest::newRow("a text") << R"({"data":"x"})"_ba << false << QJsonValue();
    QTest::newRow("a number") << R"({"data":0})"_ba << false << QJsonValue();
    QTest::newRow("true") << R"({"data":true})"_ba << false << QJsonValue();
}

void tst_ApiRequest::readsData()
{
    QFETCH(const QByteArray, body);
    QFETCH(const bool, isTaken);
    QFETCH(const QJsonValue, data);
    const Expected<QJsonValue> result = dataMember(object(body));
    QCOMPARE(problemOf(result), isTaken ? QString() : u"\"data\" must be an object or a list"_s);
    if (result)
        QCOMPARE(*result, data);
}

void tst_ApiRequest::readsIds_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QList<quint64>>("ids");
    QTest::addColumn<QString>("problem");
    using Ids = QList<quint64>;
    QTest::newRow("numbers, sorted") << "[30,1,2]"_ba << Ids{1, 2, 30} << QString();
    QTest::newRow("texts, sorted as numbers")
        << R"(["30","1","2"])"_ba << Ids{1, 2, 30} << QString();
    QTest::newRow("both") << R"([7,"5"])"_ba << Ids{5, 7} << QString();
    QTest::newRow("one twice") << R"([7,"7"])"_ba << Ids{7, 7} << QString();
    QTest::newRow("the largest number that is exact")
        << "[9007199254740992]"_ba << Ids{9007199254740992u} << QString();
    QTest::newRow("the largest text") << R"(["18446744073709551615"])"_ba
                                      << Ids{std::numeric_limits<quint64>::max()} << QString();
    QTest::newRow("an empty list") << "[]"_ba << Ids() << QString();
    QTest::newRow("null") << "null"_ba << Ids() << QString();
    const QString noList = u"\"except\" must be a list of ids"_s;
    QTest::newRow("a number alone") << "1"_ba << Ids() << noList;
    QTest::newRow("a text alone") << R"("1")"_ba << Ids() << noList;
    QTest::newRow("an object") << R"({"0":1})"_ba << Ids() << noList;
    const auto wrong = [](const char *title, const QByteArray &entry) {
        QTest::newRow(title) << "[1," + entry + ",0]" << Ids()
                             << u"\"except\"[1] is no id of a client"_s;
    };
    wrong("zero", "0");
    wrong("a negative number", "-1");
    wrong("a fraction", "1.5");
    wrong("a number that is not exact", "9007199254740994");
    wrong("a number that is huge", "1e300");
    wrong("true", "true");
    wrong("null in the list", "null");
    wrong("a list in the list", "[1]");
    wrong("a text that is no number", R"("abc")");
    wrong("an empty text", R"("")");
    wrong("a text with a letter that is not Latin", "\"1\xe2\x82\xac\"");
    wrong("a text beyond 64 bits", R"("18446744073709551616")");
}

void tst_ApiRequest::readsIds()
{
    QFETCH(const QByteArray, list);
    QFETCH(const QList<quint64>, ids);
    QFETCH(const QString, problem);
    const auto result = idsMember(object("{\"except\":" + list + '}'), u"except"_s);
    QCOMPARE(problemOf(result), problem);
    if (result)
        QCOMPARE(QList<quint64>(result->begin(), result->end()), ids);
}

void tst_ApiRequest::refusesLongListsOfIds()
{
    QJsonArray list;
    for (int i = 1; i <= 10'000; ++i)
        list.append(i);
    const auto result = idsMember({{u"except"_s, list}}, u"except"_s);
    QVERIFY(result);
    QCOMPARE(result->size(), 10'000u);
    list.append(1);
    QCOMPARE(problemOf(idsMember({{u"except"_s, list}}, u"except"_s)),
             u"\"except\" has more than 10000 ids"_s);
    QVERIFY(idsMember({}, u"except"_s)->empty());
}

void tst_ApiRequest::parsesIds_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<quint64>("id"); // 0: none
    QTest::newRow("one") << "1"_ba << quint64(1);
    QTest::newRow("the largest") << "18446744073709551615"_ba << ~quint64(0);
    QTest::newRow("one more") << "18446744073709551616"_ba << quint64(0);
    QTest::newRow("zero") << "0"_ba << quint64(0);
    QTest::newRow("nothing") << ""_ba << quint64(0);
    QTest::newRow("a minus") << "-1"_ba << quint64(0);
    QTest::newRow("a plus") << "+1"_ba << quint64(0);
    QTest::newRow("a blank before") << " 1"_ba << quint64(0);
    QTest::newRow("a blank behind") << "1 "_ba << quint64(0);
    QTest::newRow("a letter") << "1a"_ba << quint64(0);
    QTest::newRow("hexadecimal") << "0x1"_ba << quint64(0);
    QTest::newRow("still encoded") << "%31"_ba << quint64(0);
}

void tst_ApiRequest::parsesIds()
{
    QFETCH(const QByteArray, text);
    QFETCH(const quint64, id);
    QCOMPARE(parseClientId(text).value_or(0), id);
}

QTEST_APPLESS_MAIN(tst_ApiRequest)
#include "tst_apirequest.moc"
