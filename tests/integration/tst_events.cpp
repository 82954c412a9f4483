// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Messages of WebSocket clients as the event protocol sees them: each way to be wrong and its
// answer, whatever frames it comes in, and what ends the connection instead.
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
max_message_size = 1048576
[relay]
events = ["chat.*", "typing"]
rooms_only = false
)";

constexpr int Brackets = 100'000;

QByteArray validation(const QByteArray &problems)
{
    return "Message validation failed: "_ba + problems;
}

// A message that the relay sends back, of so many bytes.
QByteArray messageOfSize(qsizetype size)
{
    const QByteArray head = R"({"event":"chat.x","data":{"x":")"_ba;
    const QByteArray tail = R"("}})"_ba;
    return head + QByteArray(size - head.size() - tail.size(), 'x') + tail;
}

QByteArray wire(quint8 opcode, const QByteArray &payload)
{
    WireFrame frame;
    frame.opcode = opcode;
    frame.payload = payload;
    return frame.encoded();
}

} // namespace

class tst_Events : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_server.reset(); }

    void nothingIsSentFirst();
    void wrongMessageGetsAnError_data();
    void wrongMessageGetsAnError();
    void wrongRoomGetsAnError_data();
    void wrongRoomGetsAnError();
    void emptyMessageIsIgnored_data();
    void emptyMessageIsIgnored();
    void answersComeInOrder();

    void invalidUtf8_data();
    void invalidUtf8();
    void jsonBombIsAnError_data();
    void jsonBombIsAnError();
    void deepDataIsTaken();
    void largestMessage();
    void tooLargeMessageCloses_data();
    void tooLargeMessageCloses();

    void dataComesBack_data();
    void dataComesBack();
    void roomEventsCanBeSwitchedOff();
    void nothingIsRelayedByDefault();
    void serverEventsAreNotRelayed();

private:
    std::unique_ptr<ServerProcess> m_server;
};

void tst_Events::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

void tst_Events::nothingIsSentFirst()
{
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.isResponsive());
}

// ---- errors -----------------------------------------------------------------------------------

void tst_Events::wrongMessageGetsAnError_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const char *payload, const QByteArray &error) {
        QTest::newRow(name) << QByteArray(payload) << error;
    };
    const QByteArray syntax = "Invalid JSON format: Syntax error"_ba;
    row("no JSON", "hello", syntax);
    row("half of an object", R"({"event":"chat.x","data":{})", syntax);
    row("two objects", R"({"event":"chat.x","data":{}}{})", syntax);
    row("a comment", R"({"event":"chat.x",/**/"data":{}})", syntax);
    row("a comma too many", R"({"event":"chat.x","data":{},})", syntax);

    const QByteArray object = "Message must be a JSON object"_ba;
    row("a number", "17", object);
    row("a text", R"("chat.x")", object);
    row("true", "true", object);
    row("null", "null", object);

    const QByteArray noEvent = "Missing required field: event"_ba;
    const QByteArray noData = "Missing required field: data"_ba;
    const QByteArray badName = "Invalid event name format (only alphanumeric, dots, underscores, "
                               "hyphens allowed)"_ba;
    row("no event", R"({"data":{}})", validation(noEvent));
    row("an event that is a number", R"({"event":1,"data":{}})",
        validation("Event field must be a string"_ba));
    row("an event that is an object", R"({"event":{},"data":{}})",
        validation("Event field must be a string"_ba));
    row("an empty event", R"({"event":"","data":{}})",
        validation("Event field cannot be empty"_ba));
    row("the event 0", R"({"event":"0","data":{}})", validation("Event field cannot be empty"_ba));
    row("a blank in the event", R"({"event":"chat x","data":{}})", validation(badName));
    row("a slash in the event", R"({"event":"chat/x","data":{}})", validation(badName));
    row("a line end in the event", R"({"event":"chat.x\n","data":{}})", validation(badName));
    row("a letter beyond ASCII in the event", R"({"event":"chät","data":{}})", validation(badName));

    const QByteArray scalar = "Data field must be an object/array"_ba;
    row("no data", R"({"event":"chat.x"})", validation(noData));
    row("data null", R"({"event":"chat.x","data":null})", validation(noData));
    row("data that is a text", R"({"event":"chat.x","data":"x"})", validation(scalar));
    row("data that is a number", R"({"event":"chat.x","data":0})", validation(scalar));
    row("data that is false", R"({"event":"chat.x","data":false})", validation(scalar));

    row("another key", R"({"event":"chat.x","data":{},"id":1})",
        validation("Message contains unsupported fields: id"_ba));
    row("other keys", R"({"id":1,"event":"chat.x","data":{},"room":"r"})",
        validation("Message contains unsupported fields: id, room"_ba));
    row("an empty object", "{}", validation(noEvent + ", " + noData));
    row("everything at once", R"({"id":1,"data":2,"event":3})",
        validation("Event field must be a string, "_ba + scalar
                   + ", Message contains unsupported fields: id"));
    row("an event without a handler", R"({"event":"nope","data":{}})",
        "Event 'nope' does not exist"_ba);
    row("an event in other letters", R"({"event":"JOIN_ROOM","data":{}})",
        "Event 'JOIN_ROOM' does not exist"_ba);
    row("the start of what is relayed", R"({"event":"chat","data":{}})",
        "Event 'chat' does not exist"_ba);
}

// The same whether it comes as text, as binary, in fragments, or byte by byte.
void tst_Events::wrongMessageGetsAnError()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, error);
    const QByteArray text = wire(WireFrame::Text, payload);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    for (const QByteArray &bytes :
         {text, wire(WireFrame::Binary, payload), EventClient::fragments(payload, 3),
          EventClient::fragments(payload, 2, WireFrame::Binary)}) {
        QVERIFY(client.raw().send(bytes));
        QCOMPARE(client.readError().toUtf8(), error);
    }
    for (const char byte : text)
        QVERIFY(client.raw().send(QByteArray(1, byte)));
    QCOMPARE(client.readError().toUtf8(), error);
    QVERIFY(client.isResponsive());
}

void tst_Events::wrongRoomGetsAnError_data()
{
    QTest::addColumn<QByteArray>("data");
    QTest::addColumn<QString>("error");
    const QString room = u"Invalid room name"_s;
    const QString nameSpace = u"Invalid namespace"_s;
    QTest::newRow("no room") << "{}"_ba << room;
    QTest::newRow("a list") << "[]"_ba << room;
    QTest::newRow("a list with the room") << R"(["r"])"_ba << room;
    QTest::newRow("room null") << R"({"room":null})"_ba << room;
    QTest::newRow("room a number") << R"({"room":7})"_ba << room;
    QTest::newRow("room empty") << R"({"room":""})"_ba << room;
    QTest::newRow("room 0") << R"({"room":"0"})"_ba << room;
    QTest::newRow("room a list") << R"({"room":["r"]})"_ba << room;
    QTest::newRow("room of 201 bytes")
        << QByteArray(R"({"room":")" + QByteArray(201, 'r') + R"("})") << room;
    QTest::newRow("namespace a number") << R"({"room":"r","namespace":7})"_ba << nameSpace;
    QTest::newRow("namespace empty") << R"({"room":"r","namespace":""})"_ba << nameSpace;
    QTest::newRow("namespace false") << R"({"room":"r","namespace":false})"_ba << nameSpace;
    QTest::newRow("namespace an object") << R"({"room":"r","namespace":{}})"_ba << nameSpace;
    QTest::newRow("both are wrong") << R"({"room":"","namespace":""})"_ba << room;
}

// These errors say which event they belong to, and have no timestamp.
void tst_Events::wrongRoomGetsAnError()
{
    QFETCH(const QByteArray, data);
    QFETCH(const QString, error);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    for (const QString &event : {u"join_room"_s, u"leave_room"_s}) {
        QVERIFY(client.sendText(R"({"event":")" + event.toLatin1() + R"(","data":)" + data + '}'));
        QCOMPARE(client.readEvent(),
                 EventClient::event(u"error"_s,
                                    QJsonObject{{u"message"_s, error}, {u"event"_s, event}}));
    }
    QVERIFY(client.isResponsive());
}

void tst_Events::emptyMessageIsIgnored_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("an empty text") << wire(WireFrame::Text, ""_ba);
    QTest::newRow("an empty binary") << wire(WireFrame::Binary, ""_ba);
    QTest::newRow("0 as text") << wire(WireFrame::Text, "0"_ba);
    QTest::newRow("0 as binary") << wire(WireFrame::Binary, "0"_ba);
    QTest::newRow("empty fragments") << EventClient::fragments(""_ba, 3);
}

void tst_Events::emptyMessageIsIgnored()
{
    QFETCH(const QByteArray, bytes);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.raw().send(bytes));
    QVERIFY(client.isResponsive());
    QVERIFY(client.join(u"r"_s));
}

void tst_Events::answersComeInOrder()
{
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QByteArray bytes;
    for (int i = 0; i < 100; ++i) {
        bytes += EventClient::frame(u"no.%1"_s.arg(i));
        bytes += EventClient::frame(u"chat.%1"_s.arg(i));
    }
    QVERIFY(client.raw().send(bytes));
    for (int i = 0; i < 100; ++i) {
        QCOMPARE(client.readError(), u"Event 'no.%1' does not exist"_s.arg(i));
        QCOMPARE(client.readEvent(), EventClient::event(u"chat.%1"_s.arg(i)));
    }
}

// ---- bytes that are out of bounds -------------------------------------------------------------

void tst_Events::invalidUtf8_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::newRow("in the data") << "{\"event\":\"chat.x\",\"data\":{\"x\":\"\xff\"}}"_ba;
    QTest::newRow("in the event") << "{\"event\":\"chat.\xc3\",\"data\":{}}"_ba;
    QTest::newRow("in a key") << "{\"event\":\"chat.x\",\"data\":{},\"\xed\xa0\x80\":1}"_ba;
    QTest::newRow("outside of a text") << "\xfe\xff"_ba;
    QTest::newRow("more bytes than needed") << "{\"event\":\"\xc0\xaf\",\"data\":{}}"_ba;
}

void tst_Events::invalidUtf8()
{
    QFETCH(const QByteArray, payload);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.send(WireFrame::Binary, payload));
    QCOMPARE(client.readError(), u"Invalid JSON format: Malformed UTF-8 characters, possibly "
                                 "incorrectly encoded"_s);
    QVERIFY(client.isResponsive());
    QVERIFY(client.send(WireFrame::Text, payload));
    QCOMPARE(client.readCloseCode(), 1007);
}

void tst_Events::jsonBombIsAnError_data()
{
    QTest::addColumn<QByteArray>("payload");
    const QByteArray open(Brackets, '[');
    const QByteArray close(Brackets, ']');
    QTest::newRow("brackets that open") << open;
    QTest::newRow("brackets that open and close") << QByteArray(open + close);
    QTest::newRow("in the data") << QByteArray(R"({"event":"chat.x","data":)" + open + close + '}');
    QTest::newRow("of objects") << QByteArray(R"({"event":"chat.x","data":)"
                                              + QByteArray(R"({"a":)").repeated(Brackets));
}

void tst_Events::jsonBombIsAnError()
{
    QFETCH(const QByteArray, payload);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.sendText(payload));
    QCOMPARE(client.readError(), u"Invalid JSON format: Maximum stack depth exceeded"_s);
    QVERIFY(client.isResponsive());
}

void tst_Events::deepDataIsTaken()
{
    const QByteArray data = QByteArray(500, '[') + QByteArray(500, ']');
    EventClient client(m_server->port());
    QVERIFY(client.open());
    QVERIFY(client.sendText(R"({"event":"chat.deep","data":)" + data + '}'));
    const auto frame = client.readFrame();
    QVERIFY(frame);
    QCOMPARE(frame->payload, QByteArray(R"({"event":"chat.deep","data":)" + data + '}'));
}

void tst_Events::largestMessage()
{
    ServerProcess server("[relay]\nevents = [\"chat.*\"]\nrooms_only = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient client(server.port());
    QVERIFY(client.open());
    const QByteArray payload = messageOfSize(65536);
    QVERIFY(client.sendText(payload));
    const auto frame = client.readFrame();
    QVERIFY(frame);
    QCOMPARE(frame->payload, payload);
}

void tst_Events::tooLargeMessageCloses_data()
{
    QTest::addColumn<QByteArray>("bytes");
    const QByteArray payload = messageOfSize(65537);
    QTest::newRow("a text") << wire(WireFrame::Text, payload);
    QTest::newRow("a binary") << wire(WireFrame::Binary, payload);
    QTest::newRow("fragments") << EventClient::fragments(payload, 9);
}

void tst_Events::tooLargeMessageCloses()
{
    QFETCH(const QByteArray, bytes);
    ServerProcess server("[relay]\nevents = [\"chat.*\"]\nrooms_only = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient client(server.port());
    EventClient other(server.port());
    QVERIFY(client.open());
    QVERIFY(other.open());
    QVERIFY(client.raw().send(bytes));
    QCOMPARE(client.readCloseCode(), 1009);
    QVERIFY(other.isResponsive());
}

// ---- handlers ---------------------------------------------------------------------------------

void tst_Events::dataComesBack_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("received");
    const auto same = [](const char *name, const char *data) {
        QTest::newRow(name) << QByteArray(data) << QByteArray(data);
    };
    same("an empty object", "{}");
    QTest::newRow("an empty list") << "[]"_ba
                                   << "{}"_ba;
    same("a list", R"([1,"two",null,{"a":[]}])");
    same("values of all kinds", R"({"a":true,"b":null,"c":1.5,"d":-3,"e":"x","f":[],"g":{}})");
    same("text beyond ASCII", "{\"a\":\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"}");
    same("characters with a meaning", R"({"a":"</script>\"\\\n"})");
    QTest::newRow("escapes") << R"({"a":"\u20ac\ud83d\ude00\/"})"_ba
                             << "{\"a\":\"\xe2\x82\xac\xf0\x9f\x98\x80/\"}"_ba;
    QTest::newRow("the same key twice") << R"({"a":1,"a":2})"_ba
                                        << R"({"a":2})"_ba;
    QTest::newRow("blanks") << " { \"a\" :\t1 }\r\n"_ba
                            << R"({"a":1})"_ba;
}

void tst_Events::dataComesBack()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, received);
    EventClient client(m_server->port());
    QVERIFY(client.open());
    const QByteArray payload = R"({"data":)" + sent + R"(,"event":"typing"})";
    for (const QByteArray &bytes :
         {wire(WireFrame::Text, payload), wire(WireFrame::Binary, payload),
          EventClient::fragments(payload, 4)}) {
        QVERIFY(client.raw().send(bytes));
        const QJsonDocument expected =
            QJsonDocument::fromJson(R"({"event":"typing","data":)" + received + '}');
        QVERIFY(expected.isObject());
        QCOMPARE(client.readEvent(), expected.object());
    }
}

void tst_Events::roomEventsCanBeSwitchedOff()
{
    ServerProcess server("register_system_controllers = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient client(server.port());
    QVERIFY(client.open());
    for (const QString &event : {u"join_room"_s, u"leave_room"_s}) {
        QVERIFY(client.sendEvent(event, QJsonObject{{u"room"_s, u"r"_s}}));
        QCOMPARE(client.readError(), u"Event '%1' does not exist"_s.arg(event));
    }
}

void tst_Events::nothingIsRelayedByDefault()
{
    ServerProcess server{QByteArray()};
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient client(server.port());
    QVERIFY(client.open());
    QVERIFY(client.join(u"r"_s));
    QVERIFY(client.sendEvent(u"chat.x"_s, QJsonObject{{u"room"_s, u"r"_s}}));
    QCOMPARE(client.readError(), u"Event 'chat.x' does not exist"_s);
}

// Nobody may speak for the server.
void tst_Events::serverEventsAreNotRelayed()
{
    ServerProcess server("[relay]\nevents = [\"*\"]\nrooms_only = false\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    EventClient client(server.port());
    QVERIFY(client.open());
    for (const QString &event :
         {u"error"_s, u"room_joined"_s, u"room_left"_s, u"rate_limit_exceeded"_s}) {
        QVERIFY(client.sendEvent(event));
        QCOMPARE(client.readError(), u"Event '%1' does not exist"_s.arg(event));
    }
    QVERIFY(client.sendEvent(u"anything"_s));
    QCOMPARE(client.readEvent(), EventClient::event(u"anything"_s));
}

QTEST_GUILESS_MAIN(tst_Events)
#include "tst_events.moc"
