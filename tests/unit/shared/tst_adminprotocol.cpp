// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/linecodec.h"
#include "shared/admin/protocol.h"
#include "shared/admin/socketpath.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QLocalServer>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <limits>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const QJsonValue NoId = QJsonValue::Undefined;

struct Decoded
{
    QByteArrayList lines;
    bool overflowed = false;

    bool operator==(const Decoded &) const = default;
};

void takeLines(LineDecoder &decoder, Decoded &decoded)
{
    while (const std::optional<QByteArray> line = decoder.next())
        decoded.lines.append(*line);
}

// The pieces: up to each of the cuts, and the rest.
Decoded decode(qsizetype longest, const QByteArray &bytes, const QList<qsizetype> &cuts)
{
    LineDecoder decoder(longest);
    Decoded decoded;
    qsizetype begin = 0;
    for (const qsizetype cut : cuts + QList<qsizetype>{bytes.size()}) {
        decoder.append(QByteArrayView(bytes).sliced(begin, cut - begin));
        begin = cut;
        takeLines(decoder, decoded);
    }
    decoded.overflowed = decoder.overflowed();
    return decoded;
}

QProcessEnvironment environmentOf(const QStringList &variables)
{
    QProcessEnvironment environment;
    for (const QString &variable : variables)
        environment.insert(variable.section(u'=', 0, 0), variable.section(u'=', 1));
    return environment;
}

} // namespace

class tst_AdminProtocol : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void refusedRequests_data();
    void refusedRequests();
    void requests_data();
    void requests();
    void refusedMessages_data();
    void refusedMessages();
    void messages_data();
    void messages();
    void encodesWhatJsonHasNot();
    void writesOneLine();
    void lines_data();
    void lines();
    void takesTheLongestLineInBytes();
    void keepsNothingThatWasTaken();
    void defaultSockets_data();
    void defaultSockets();
    void directories_data();
    void directories();
    void findsSockets();
};

void tst_AdminProtocol::refusedRequests_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<RpcCode>("code");
    QTest::addColumn<QJsonValue>("id");
    QTest::addColumn<QString>("message");
    const auto bytes = [](const char *name, const QByteArray &line, const QString &message) {
        QTest::newRow(name) << line << RpcCode::ParseError << QJsonValue() << message;
    };
    const auto row = [](const char *name, const QByteArray &line, const QString &message,
                        const QJsonValue &id = {}, RpcCode code = RpcCode::InvalidRequest) {
        QTest::newRow(name) << line << code << id << message;
    };
    bytes("nothing", "", u"no JSON"_s);
    bytes("blanks", "  ", u"no JSON"_s);
    bytes("a word", "hello", u"no JSON"_s);
    bytes("a number", "1", u"no JSON"_s);
    bytes("null", "null", u"no JSON"_s);
    bytes("HTTP", "GET / HTTP/1.1", u"no JSON"_s);
    bytes("cut", R"({"jsonrpc":"2.0","id":1,"method":"a")", u"no JSON"_s);
    bytes("two objects", R"({"jsonrpc":"2.0","method":"a"}{})", u"no JSON"_s);
    bytes("a comma at the end", R"({"jsonrpc":"2.0","method":"a",})", u"no JSON"_s);
    bytes("the place is said", R"({"jsonrpc":x})", u", at byte 11."_s);
    bytes("too deep", "{\"params\":" + QByteArray(100'000, '['), u"no JSON: too deeply nested"_s);
    bytes("bytes that are no UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\xff\"}",
          u"no UTF-8"_s);
    bytes("a character of UTF-8 that is too long",
          "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xc0\xaf\"}", u"no UTF-8"_s);
    bytes("a surrogate in UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xed\xa0\x80\"}",
          u"no UTF-8"_s);
    bytes("NUL in a string", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\0b\"}"_ba, u"NUL"_s);
    bytes("NUL at the end", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\"}\0"_ba, u"NUL"_s);

    row("a batch", R"([{"jsonrpc":"2.0","id":1,"method":"a"}])", u"there are no batches"_s);
    row("an empty batch", "[]", u"there are no batches"_s);
    row("an empty object", "{}", u"jsonrpc must be"_s);
    row("no jsonrpc", R"({"id":1,"method":"a"})", u"jsonrpc must be \"2.0\""_s, 1);
    row("jsonrpc 1.0", R"({"jsonrpc":"1.0","id":1,"method":"a"})", u"jsonrpc must be"_s, 1);
    row("jsonrpc as a number", R"({"jsonrpc":2.0,"id":1,"method":"a"})", u"jsonrpc must be"_s, 1);
    row("no method", R"({"jsonrpc":"2.0","id":"x"})", u"method must be a text of 1 to 100"_s,
        u"x"_s);
    row("an empty method", R"({"jsonrpc":"2.0","id":1,"method":""})", u"method must be"_s, 1);
    row("a method that is a number", R"({"jsonrpc":"2.0","id":1,"method":5})", u"method must be"_s,
        1);
    row("a long method", R"({"jsonrpc":"2.0","id":1,"method":")" + QByteArray(101, 'x') + R"("})",
        u"method must be"_s, 1);
    row("the id null", R"({"jsonrpc":"2.0","id":null,"method":"a"})", u"id must be an integer"_s);
    row("the id a fraction", R"({"jsonrpc":"2.0","id":1.5,"method":"a"})", u"id must be"_s);
    row("the id too large", R"({"jsonrpc":"2.0","id":1e300,"method":"a"})", u"id must be"_s);
    row("the id a list", R"({"jsonrpc":"2.0","id":[1],"method":"a"})", u"id must be"_s);
    row("the id true", R"({"jsonrpc":"2.0","id":true,"method":"a"})", u"id must be"_s);
    row("a long id", R"({"jsonrpc":"2.0","id":")" + QByteArray(201, 'x') + R"(","method":"a"})",
        u"at most 200 characters"_s);
    row("an unknown member", R"({"jsonrpc":"2.0","id":1,"method":"a","extra":0})",
        u"no member \"extra\". Allowed are jsonrpc, id, method and params."_s, 1);
    row("a strange member", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"a\",\"\\u001b[31m\":0}",
        uR"(no member "\x1b[31m")"_s, 1);
    row("an answer", R"({"jsonrpc":"2.0","id":1,"result":{}})", u"no member \"result\""_s, 1);
    row("no id and no method", R"({"jsonrpc":"2.0"})", u"method must be"_s);
    row("params as a list", R"({"jsonrpc":"2.0","id":1,"method":"trust.add","params":[1]})",
        u"params of \"trust.add\" must be an object, or absent"_s, 1, RpcCode::InvalidParams);
    row("params null", R"({"jsonrpc":"2.0","id":1,"method":"a","params":null})",
        u"must be an object"_s, 1, RpcCode::InvalidParams);
    row("params of a strange method", "{\"jsonrpc\":\"2.0\",\"method\":\"\\n\",\"params\":1}",
        uR"(params of "\x0a" must)"_s, {}, RpcCode::InvalidParams);
}

void tst_AdminProtocol::refusedRequests()
{
    QFETCH(const QByteArray, line);
    QFETCH(const RpcCode, code);
    QFETCH(const QJsonValue, id);
    QFETCH(const QString, message);
    const auto decoded = decodeRequest(line);
    const auto *fault = std::get_if<RpcFault>(&decoded);
    QVERIFY(fault != nullptr);
    QCOMPARE(fault->error.code, int(code));
    QVERIFY2(fault->error.message.contains(message), qPrintable(fault->error.message));
    QVERIFY(fault->error.message.size() < 200);
    QCOMPARE(fault->id, id);
    QVERIFY(!fault->id.isUndefined());
}

void tst_AdminProtocol::requests_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QJsonValue>("id");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QJsonObject>("params");
    const auto row = [](const char *name, const QByteArray &line, const QJsonValue &id,
                        const QString &method = u"a"_s, const QJsonObject &params = {}) {
        QTest::newRow(name) << line << id << method << params;
    };
    row("a call", R"({"jsonrpc":"2.0","id":1,"method":"status"})", 1, u"status"_s);
    row("with params", R"({"jsonrpc":"2.0","id":7,"method":"a","params":{"x":[1,"2",null]}})", 7,
        u"a"_s, {{u"x"_s, QJsonArray{1, u"2"_s, QJsonValue()}}});
    row("with empty params", R"({"jsonrpc":"2.0","id":7,"method":"a","params":{}})", 7);
    row("a notification", R"({"jsonrpc":"2.0","method":"a"})", NoId);
    row("blanks", R"(  { "jsonrpc" : "2.0" , "id" : 1 , "method" : "a" }  )", 1);
    row("the id 0", R"({"jsonrpc":"2.0","id":0,"method":"a"})", 0);
    row("a negative id", R"({"jsonrpc":"2.0","id":-5,"method":"a"})", -5);
    row("the largest id", R"({"jsonrpc":"2.0","id":9223372036854775807,"method":"a"})",
        std::numeric_limits<qint64>::max());
    row("an integer with a point", R"({"jsonrpc":"2.0","id":3.0,"method":"a"})", 3);
    row("an id that is a text", R"({"jsonrpc":"2.0","id":"\u00e9","method":"a"})", u"é"_s);
    row("an id that is empty", R"({"jsonrpc":"2.0","id":"","method":"a"})", u""_s);
    row("the longest id",
        R"({"jsonrpc":"2.0","method":"a","id":")" + QByteArray(200, 'x') + R"("})",
        QString(200, u'x'));
    row("the longest method",
        R"({"jsonrpc":"2.0","id":1,"method":")" + QByteArray(100, 'x') + R"("})", 1,
        QString(100, u'x'));
    row("the last of two members counts", R"({"jsonrpc":"2.0","id":1,"id":2,"method":"a"})", 2);
    row("UTF-8", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xf0\x9f\x90\xa2\"}", 1, u"🐢"_s);
}

void tst_AdminProtocol::requests()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QJsonValue, id);
    QFETCH(const QString, method);
    QFETCH(const QJsonObject, params);
    auto decoded = decodeRequest(line);
    for (int pass = 0; pass < 2; ++pass) {
        if (const auto *fault = std::get_if<RpcFault>(&decoded))
            QFAIL(qPrintable(fault->error.message));
        const auto &request = std::get<RpcRequest>(decoded);
        QCOMPARE(request.id, id);
        QCOMPARE(request.wantsAnswer(), !id.isUndefined());
        QCOMPARE(request.method, method);
        QCOMPARE(request.params, params);
        decoded = decodeRequest(encodeRequest(request).chopped(1));
    }
}

void tst_AdminProtocol::refusedMessages_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &line, const QString &message) {
        QTest::newRow(name) << line << message;
    };
    row("nothing", "", u"no JSON"_s);
    row("no UTF-8", "{\"\xff\":0}", u"no UTF-8"_s);
    row("a list", "[]", u"one object"_s);
    row("an empty object", "{}", u"jsonrpc"_s);
    row("another version", R"({"jsonrpc":"1.0","id":1,"result":{}})", u"jsonrpc"_s);
    row("neither answer nor notification", R"({"jsonrpc":"2.0","id":1})", u"result or an error"_s);
    row("result and error",
        R"({"jsonrpc":"2.0","id":1,"result":{},"error":{"code":1,"message":""}})",
        u"result or an error"_s);
    row("a result without id", R"({"jsonrpc":"2.0","result":{}})", u"id of its call"_s);
    row("a result for null", R"({"jsonrpc":"2.0","id":null,"result":{}})", u"id of its call"_s);
    row("an error without id", R"({"jsonrpc":"2.0","error":{"code":1,"message":""}})",
        u"id of its call"_s);
    row("an id that is none", R"({"jsonrpc":"2.0","id":{},"result":{}})", u"id of its call"_s);
    row("a result that is a text", R"({"jsonrpc":"2.0","id":1,"result":"ok"})",
        u"an object or an array"_s);
    row("a result that is null", R"({"jsonrpc":"2.0","id":1,"result":null})",
        u"an object or an array"_s);
    row("an error that is a text", R"({"jsonrpc":"2.0","id":1,"error":"no"})", u"integer code"_s);
    row("an error without code", R"({"jsonrpc":"2.0","id":1,"error":{"message":""}})",
        u"integer code"_s);
    row("a code that is too large",
        R"({"jsonrpc":"2.0","id":1,"error":{"code":2147483648,"message":""}})", u"integer code"_s);
    row("an error without message", R"({"jsonrpc":"2.0","id":1,"error":{"code":1}})",
        u"integer code"_s);
    row("a call", R"({"jsonrpc":"2.0","id":1,"method":"a"})", u"no id"_s);
    row("a method that is a number", R"({"jsonrpc":"2.0","method":1})", u"a text"_s);
    row("params that are a list", R"({"jsonrpc":"2.0","method":"a","params":[]})", u"an object"_s);
}

void tst_AdminProtocol::refusedMessages()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, message);
    const Expected<RpcMessage> decoded = decodeMessage(line);
    QVERIFY(!decoded.ok());
    QVERIFY2(decoded.error().message.contains(message), qPrintable(decoded.error().message));
}

void tst_AdminProtocol::messages_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QByteArray>("same");
    const auto row = [](const char *name, const QByteArray &line, const QByteArray &same = {}) {
        QTest::newRow(name) << line << (same.isEmpty() ? line : same);
    };
    row("an answer", R"({"id":1,"jsonrpc":"2.0","result":{"a":[1,2.5,"x"]}})");
    row("a list for an answer", R"({"id":1,"jsonrpc":"2.0","result":[{},1]})");
    row("an answer to a text", R"({"id":"one","jsonrpc":"2.0","result":{}})");
    row("an answer to a large id", R"({"id":9007199254740993,"jsonrpc":"2.0","result":{}})");
    row("an error", R"({"error":{"code":-32001,"message":"no"},"id":1,"jsonrpc":"2.0"})");
    row("an error with particulars",
        R"({"error":{"code":5,"data":{"revision":3},"message":"no"},"id":1,"jsonrpc":"2.0"})");
    row("an error that has no call",
        R"({"error":{"code":-32700,"message":"no"},"id":null,"jsonrpc":"2.0"})");
    row("a notification", R"({"jsonrpc":"2.0","method":"status","params":{"clients":1}})");
    row("a notification without params", R"({"jsonrpc":"2.0","method":"status"})",
        R"({"jsonrpc":"2.0","method":"status","params":{}})");
    row("members of a newer server", R"({"id":1,"jsonrpc":"2.0","new":0,"result":{}})",
        R"({"id":1,"jsonrpc":"2.0","result":{}})");
}

void tst_AdminProtocol::messages()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QByteArray, same);
    const Expected<RpcMessage> decoded = decodeMessage(line);
    QVERIFY2(decoded.ok(), decoded.ok() ? "" : qPrintable(decoded.error().message));
    QByteArray again;
    if (const auto *answer = std::get_if<RpcAnswer>(&*decoded)) {
        again = encodeAnswer(answer->id, answer->result);
    } else {
        const auto &notification = std::get<RpcNotification>(*decoded);
        again = encodeNotification(notification.method, notification.params);
    }
    QCOMPARE(again, same + '\n');
}

void tst_AdminProtocol::encodesWhatJsonHasNot()
{
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const double infinity = std::numeric_limits<double>::infinity();
    const QJsonObject result{{u"a"_s, nan},
                             {u"b"_s, QJsonArray{infinity, QJsonValue(QJsonValue::Undefined)}},
                             {u"c"_s, QJsonValue(QJsonValue::Undefined)}};
    QCOMPARE(encodeAnswer(NoId, result),
             R"({"id":null,"jsonrpc":"2.0","result":{"a":null,"b":[null,null]}})"
             "\n"_ba);
    const QByteArray empty = R"({"id":1,"jsonrpc":"2.0","result":{}})"
                             "\n"_ba;
    QCOMPARE(encodeAnswer(1, NoId), empty);
    QCOMPARE(encodeAnswer(1, QJsonValue()), empty);
    QCOMPARE(encodeAnswer(1, RpcError(RpcCode::Busy, {}, {{u"a"_s, nan}})),
             R"({"error":{"code":-32000,"data":{"a":null},"message":""},"id":1,"jsonrpc":"2.0"})"
             "\n"_ba);
}

void tst_AdminProtocol::writesOneLine()
{
    const QString text = u"a\nb\r\n\u2028\0"_s;
    const QJsonObject object{{text, text}};
    for (const QByteArray &line : {encodeRequest({text, text, object}), encodeAnswer(text, object),
                                   encodeAnswer(text, RpcError(RpcCode::Conflict, text, object)),
                                   encodeNotification(text, object)}) {
        QCOMPARE(line.count('\n'), 1);
        QVERIFY(line.endsWith('\n'));
        QVERIFY(!line.contains('\r') && !line.contains('\0'));
    }
}

void tst_AdminProtocol::lines_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArrayList>("expected");
    QTest::addColumn<bool>("overflowed");
    const auto row = [](const char *name, const QByteArray &bytes, const QByteArrayList &expected,
                        bool overflowed = false) {
        QTest::newRow(name) << bytes << expected << overflowed;
    };
    row("too long by one", "abcdef\n", {}, true);
    row("too long and no end", "abcdef", {}, true);
    row("too long after others", "a\nbc\nabcdef\nd\n", {"a", "bc"}, true);
    row("too long with a return", "abcdef\r\n", {}, true);
    row("a return before the last one", "abcde\r\r\n", {}, true);
    row("much too long", QByteArray(1000, 'x') + "\na\n", {}, true);
    row("nothing", "", {});
    row("no end", "abc", {});
    row("the longest, and no end", "abcde", {});
    row("the longest, and half an end", "abcde\r", {});
    row("the longest", "abcde\n", {"abcde"});
    row("the longest with a return", "abcde\r\n", {"abcde"});
    row("several", "a\nbc\nabcde\nd\n", {"a", "bc", "abcde", "d"});
    row("both ends", "a\r\nb\nc\r\n", {"a", "b", "c"});
    row("a return inside", "a\rb\r\r\n", {"a\rb\r"});
    row("empty lines", "\n\r\na\n\n\r\n\nb\n\n", {"a", "b"});
    row("blanks are no empty line", " \n", {" "});
    row("any bytes", "\0\xff\n\x80\n"_ba, {"\0\xff"_ba, "\x80"});
}

void tst_AdminProtocol::lines()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QByteArrayList, expected);
    QFETCH(const bool, overflowed);
    const Decoded all{expected, overflowed};
    QList<qsizetype> everywhere;
    for (qsizetype first = 0; first < bytes.size(); ++first) {
        everywhere.append(first);
        QVERIFY2(decode(5, bytes, {first}) == all, qPrintable(QString::number(first)));
    }
    QVERIFY(decode(5, bytes, {}) == all);
    QVERIFY(decode(5, bytes, everywhere) == all);
}

// It does not end in time when each byte costs as much as what came before.
void tst_AdminProtocol::takesTheLongestLineInBytes()
{
    LineDecoder decoder(MaxAdminLine);
    for (qsizetype i = 0; i < MaxAdminLine; ++i) {
        decoder.append("x");
        QVERIFY(!decoder.next());
    }
    decoder.append("\n");
    const std::optional<QByteArray> line = decoder.next();
    QVERIFY(line && line->size() == MaxAdminLine);
    QVERIFY(!decoder.overflowed());
}

void tst_AdminProtocol::keepsNothingThatWasTaken()
{
    LineDecoder decoder(10);
    decoder.append("abc\nde\nfg");
    QCOMPARE(decoder.pending(), 9);
    QCOMPARE(decoder.next(), "abc"_ba);
    QCOMPARE(decoder.pending(), 5);
    QCOMPARE(decoder.next(), "de"_ba);
    QVERIFY(!decoder.next());
    QCOMPARE(decoder.pending(), 2);
    decoder.append(QByteArray(100, 'x'));
    QVERIFY(!decoder.next());
    QVERIFY(decoder.overflowed());
    QCOMPARE(decoder.pending(), 0);
    decoder.append("\nok\n");
    QVERIFY(!decoder.next());
    QCOMPARE(decoder.pending(), 0);
}

void tst_AdminProtocol::defaultSockets_data()
{
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<bool>("isRoot");
    QTest::addColumn<QString>("path"); // or a part of the error
    const auto row = [](const char *name, const QStringList &environment, bool isRoot,
                        const QString &path) {
        QTest::newRow(name) << environment << isRoot << path;
    };
    const QString none = u"Set one of them, or name the socket with --admin-socket"_s;
    row("nothing is set", {}, false, none);
    row("they are empty", {u"RUNTIME_DIRECTORY="_s, u"XDG_RUNTIME_DIR="_s}, false, none);
    row("they are relative", {u"RUNTIME_DIRECTORY=run"_s, u"XDG_RUNTIME_DIR=./x"_s}, false, none);
    row("too long", {u"RUNTIME_DIRECTORY=/"_s + QString(98, u'x')}, false,
        u"is longer than 107 bytes"_s);
    row("too long in UTF-8", {u"RUNTIME_DIRECTORY=/"_s + QString(60, u'é')}, false,
        u"is longer than 107 bytes"_s);
    row("the longest", {u"RUNTIME_DIRECTORY=/"_s + QString(96, u'x')}, false,
        u'/' + QString(96, u'x') + u"/6001.sock"_s);
    row("root", {}, true, u"/run/truepeer/6001.sock"_s);
    row("root with a session", {u"XDG_RUNTIME_DIR=/run/user/0"_s}, true,
        u"/run/user/0/truepeer/6001.sock"_s);
    row("a user", {u"XDG_RUNTIME_DIR=/run/user/1000"_s}, false,
        u"/run/user/1000/truepeer/6001.sock"_s);
    row("a service", {u"RUNTIME_DIRECTORY=/run/a"_s, u"XDG_RUNTIME_DIR=/run/user/1000"_s}, true,
        u"/run/a/6001.sock"_s);
    row("a service with several directories", {u"RUNTIME_DIRECTORY=/run/a:/run/b"_s}, false,
        u"/run/a/6001.sock"_s);
    row("a slash at the end", {u"RUNTIME_DIRECTORY=/run/a/"_s}, false, u"/run/a/6001.sock"_s);
}

void tst_AdminProtocol::defaultSockets()
{
    QFETCH(const QStringList, environment);
    QFETCH(const bool, isRoot);
    QFETCH(const QString, path);
    const Expected<QString> socket = defaultAdminSocket(6001, environmentOf(environment), isRoot);
    QCOMPARE(socket.ok(), path.startsWith(u'/'));
    if (socket.ok())
        QCOMPARE(*socket, path);
    else
        QVERIFY2(socket.error().message.contains(path), qPrintable(socket.error().message));
}

void tst_AdminProtocol::directories_data()
{
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QStringList>("expected");
    const QString system = u"/run/truepeer"_s;
    QTest::newRow("nothing is set") << QStringList() << QStringList{system};
    QTest::newRow("what is relative is passed over")
        << QStringList{u"XDG_RUNTIME_DIR=run"_s} << QStringList{system};
    QTest::newRow("all") << QStringList{u"TRUEPEER_ADMIN_SOCKET=/srv/x/a.sock"_s,
                                        u"XDG_RUNTIME_DIR=/run/user/1"_s}
                         << QStringList{u"/run/user/1/truepeer"_s, system, u"/srv/x"_s};
    QTest::newRow("each once") << QStringList{u"TRUEPEER_ADMIN_SOCKET=/run/truepeer/a.sock"_s,
                                              u"XDG_RUNTIME_DIR=/run"_s}
                               << QStringList{system};
}

void tst_AdminProtocol::directories()
{
    QFETCH(const QStringList, environment);
    QFETCH(const QStringList, expected);
    QCOMPARE(adminSocketDirectories(environmentOf(environment)), expected);
}

void tst_AdminProtocol::findsSockets()
{
    const QTemporaryDir first;
    const QTemporaryDir second;
    std::vector<std::unique_ptr<QLocalServer>> servers;
    const auto listen = [&servers](const QString &path) {
        servers.push_back(std::make_unique<QLocalServer>());
        return servers.back()->listen(path);
    };
    const QStringList names{u"80.sock"_s,    u"0080.sock"_s, u"6001.sock"_s,
                            u"10001.sock"_s, u"a2.sock"_s,   u"a10.sock"_s};
    for (const QString &name : names)
        QVERIFY(listen(first.filePath(name)));
    QVERIFY(listen(second.filePath(u"1.sock"_s)));
    QFile file(first.filePath(u"1.sock"_s));
    QVERIFY(file.open(QFile::WriteOnly));
    QVERIFY(QFile::link(names.first(), first.filePath(u"2.sock"_s)));
    QVERIFY(QDir(first.path()).mkdir(u"3.sock"_s));

    const QString missing = first.filePath(u"missing"_s);
    QStringList expected;
    for (const QString &name : {u"0080.sock"_s, u"80.sock"_s, u"6001.sock"_s, u"10001.sock"_s,
                                u"a2.sock"_s, u"a10.sock"_s})
        expected.append(first.filePath(name));
    expected.append(second.filePath(u"1.sock"_s));
    QCOMPARE(findAdminSockets({missing, first.path(), second.path()}), expected);
    QCOMPARE(findAdminSockets({missing}), QStringList());
}

QTEST_GUILESS_MAIN(tst_AdminProtocol)
#include "tst_adminprotocol.moc"
