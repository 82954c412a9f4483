// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/eventmessage.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <initializer_list>
#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;
using Status = EventParseResult::Status;

namespace {

constexpr char NoEvent[] = "Missing required field: event";
constexpr char EventType[] = "Event field must be a string";
constexpr char EventEmpty[] = "Event field cannot be empty";
constexpr char EventFormat[] = "Invalid event name format (only alphanumeric, dots, underscores, "
                               "hyphens allowed)";
constexpr char NoData[] = "Missing required field: data";
constexpr char DataType[] = "Data field must be an object/array";

constexpr char Syntax[] = "Syntax error";
constexpr char Utf8[] = "Malformed UTF-8 characters, possibly incorrectly encoded";
constexpr char Control[] = "Control character error, possibly incorrectly encoded";
constexpr char Surrogate[] = "Single unpaired high surrogate in Unicode escape";
constexpr char Depth[] = "Maximum stack depth exceeded";

QByteArray withData(const QByteArray &data)
{
    return R"({"event":"e","data":)" + data + '}';
}

QByteArray withEvent(const QByteArray &literal)
{
    return R"({"event":)" + literal + R"(,"data":{}})";
}

QString units(std::initializer_list<char16_t> list)
{
    return QString(reinterpret_cast<const QChar *>(list.begin()),
                   static_cast<qsizetype>(list.size()));
}

QByteArray nested(int levels)
{
    return QByteArray(levels, '[') + QByteArray(levels, ']');
}

QByteArray unsupported(const QByteArray &fields)
{
    return "Message validation failed: Message contains unsupported fields: " + fields;
}

// The part of the error that is the client's.
QByteArray reflected(const EventParseResult &result)
{
    const QByteArray before = "unsupported fields: ";
    const qsizetype at = result.error.indexOf(before);
    return at < 0 ? QByteArray() : result.error.sliced(at + before.size());
}

QJsonObject strictObject(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    return error.error == QJsonParseError::NoError ? document.object() : QJsonObject();
}

} // namespace

class tst_EventMessage : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void ignored();
    void valid_data();
    void valid();
    void integersSurvive();
    void badJson_data();
    void badJson();
    void badText_data();
    void badText();
    void badEnvelope_data();
    void badEnvelope();
    void eachCutIsInvalid();
    void anyByteAfterItIsInvalid();
    void depth();
    void reflectsLittle_data();
    void reflectsLittle();
    void eventNames_data();
    void eventNames();
    void longEventName();
    void encodes_data();
    void encodes();
    void encodesText();
    void encodesAnyName_data();
    void encodesAnyName();
    void errors_data();
    void errors();
    void roundTrips_data();
    void roundTrips();
};

void tst_EventMessage::ignored()
{
    QCOMPARE(parseEventMessage({}).status, Status::Ignored);
    QCOMPARE(parseEventMessage("").status, Status::Ignored);
    QCOMPARE(parseEventMessage("0").status, Status::Ignored);
    QCOMPARE(parseEventMessage(" 0").status, Status::Invalid);
    QCOMPARE(parseEventMessage("0 ").status, Status::Invalid);
    QCOMPARE(parseEventMessage(" ").status, Status::Invalid);
    QCOMPARE(parseEventMessage("1").status, Status::Invalid);
}

void tst_EventMessage::valid_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QJsonValue>("data");
    const auto row = [](const char *name, const QByteArray &payload, const QByteArray &event,
                        const QJsonValue &data) {
        QTest::newRow(name) << payload << event << data;
    };
    const auto value = [](const QJsonValue &v) { return QJsonArray{v}; };

    row("an object", R"({"event":"chat.message","data":{"text":"hi"}})", "chat.message",
        QJsonObject{{u"text"_s, u"hi"_s}});
    row("an array", R"({"event":"a","data":[1,"b"]})", "a", QJsonArray{1, u"b"_s});
    row("an empty object", R"({"event":"a","data":{}})", "a", QJsonObject());
    row("an empty array", R"({"event":"a","data":[]})", "a", QJsonArray());
    row("data first", R"({"data":{},"event":"a"})", "a", QJsonObject());
    row("blanks everywhere", " {\t\"event\" :\r\n\"a\" , \"data\" : [ ] } \n", "a", QJsonArray());
    row("an event of escapes", R"({"event":"\u0061\u002eB","data":{}})", "a.B", QJsonObject());
    row("keys of escapes", R"({"\u0065vent":"a","d\u0061ta":[1]})", "a", value(1));
    row("members inside data are free", R"({"event":"a","data":{"id":1,"event":2,"data":null}})",
        "a", QJsonObject{{u"id"_s, 1}, {u"event"_s, 2}, {u"data"_s, QJsonValue::Null}});
    row("the last event wins", R"({"event":1,"data":{},"event":"b"})", "b", QJsonObject());
    row("the last of two names wins", R"({"event":"\u0061bc","event":"d","data":{}})", "d",
        QJsonObject());
    row("the last data wins", R"({"event":"a","data":null,"data":{"a":1},"data":[2]})", "a",
        value(2));
    row("the last data wins, with escapes", R"({"event":"a","data":{"a":1},"d\u0061ta":[2]})", "a",
        value(2));
    row("the last data wins, escapes first", R"({"d\u0061ta":[2],"event":"a","data":{"a":1}})", "a",
        QJsonObject{{u"a"_s, 1}});
    row("the last of equal keys inside data wins", withData(R"({"k":1,"\u006b":2,"k":3})"), "e",
        QJsonObject{{u"k"_s, 3}});
    row("an integer that is no double", withData("[9007199254740993]"), "e",
        value(Q_INT64_C(9007199254740993)));
    row("the smallest integer", withData("[-9223372036854775808]"), "e",
        value(std::numeric_limits<qint64>::min()));
    row("the largest integer", withData("[9223372036854775807]"), "e",
        value(std::numeric_limits<qint64>::max()));
    row("above the integers", withData("[18446744073709551616]"), "e",
        value(18446744073709551616.));
    row("the largest double", withData("[1.7976931348623157e308]"), "e",
        value(std::numeric_limits<double>::max()));
    row("a fraction", withData("[-0.1e-2]"), "e", value(-0.001));
    row("null inside data", withData("[null]"), "e", value(QJsonValue::Null));
    row("text that is not ASCII", withData("[\"\xc3\xa9\xf0\x9f\x98\x80\"]"), "e",
        value(u"\u00e9\U0001f600"_s));
    row("a pair of surrogates", withData(R"(["\ud83d\ude00"])"), "e", value(u"\U0001f600"_s));
    row("all escapes", withData(R"(["\"\\\/\b\f\n\r\t\u0000"])"), "e",
        value(units({'"', '\\', '/', '\b', '\f', '\n', '\r', '\t', 0})));
    row("DEL is no control character", withData("[\"\x7f\"]"), "e", value(u"\x7f"_s));
}

void tst_EventMessage::valid()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, event);
    QFETCH(const QJsonValue, data);
    const EventParseResult result = parseEventMessage(payload);
    QCOMPARE(result.error, QByteArray());
    QCOMPARE(result.status, Status::Valid);
    QCOMPARE(result.message.event, event);
    QCOMPARE(result.message.data(), data);
}

// By their text: QJsonValue compares an integer and a double as doubles.
void tst_EventMessage::integersSurvive()
{
    const QByteArray message =
        withData("[9007199254740993,-9223372036854775808,9223372036854775807]");
    QCOMPARE(encodeEvent("e", parseEventMessage(message).message.data()), message);
}

void tst_EventMessage::badJson_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char *name, const QByteArray &payload, const char *fault) {
        QTest::newRow(name) << payload << QByteArray(fault);
    };
    row("words", "hello", Syntax);
    row("a blank", " ", Syntax);
    row("a brace", "{", Syntax);
    row("another end", "{]", Syntax);
    row("a comma at the end of an object", R"({"event":"a","data":{},})", Syntax);
    row("a comma at the end of an array", withData("[1,]"), Syntax);
    row("a comment", withData("{}/**/"), Syntax);
    row("single quotes", "{'event':'a','data':{}}", Syntax);
    row("a key without quotes", "{event:\"a\",\"data\":{}}", Syntax);
    row("a second document", withData("{}") + "{}", Syntax);
    row("a byte order mark", "\xef\xbb\xbf" + withData("{}"), Syntax);
    row("NaN", withData("[NaN]"), Syntax);
    row("a leading zero", withData("[01]"), Syntax);
    row("a negative leading zero", withData("[-01]"), Syntax);
    row("a leading zero, with more behind it", withData("[-01,123456789012345678901234567890]"),
        Syntax);
    row("a leading plus", withData("[+1]"), Syntax);
    row("no digit before the point", withData("[.5]"), Syntax);
    row("no digit behind the point", withData("[1.]"), Syntax);
    row("no digit in the exponent", withData("[1e]"), Syntax);
    row("a minus only", withData("[-]"), Syntax);
    row("hexadecimal", withData("[0x1]"), Syntax);
    row("capital letters", withData("[TRUE]"), Syntax);
    row("a number above all doubles", withData("[1e999]"), Syntax);
    row("an exponent above all integers", withData("[1e99999999999]"), Syntax);
    row("an unknown escape", withData(R"(["\x41"])"), Syntax);
    row("an escape that is cut", withData(R"(["\u12"])"), Syntax);
    row("an escape without hexadecimal digits", withData(R"(["\u12g4"])"), Syntax);
    row("no end of the string", R"({"event)", Syntax);
    row("no end after a backslash", R"({"event\)", Syntax);
    row("the first fault counts, a bad escape", withData("[\"\\x\x01\"]"), Syntax);
    row("the first fault counts, a control character", withData("[\"\x01\\x\"]"), Control);
    row("the first fault counts, outside of strings", withData("[1 \"\xff\"]"), Syntax);
}

void tst_EventMessage::badText_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("fault");
    const auto row = [](const char *name, const QByteArray &payload, const char *fault) {
        QTest::newRow(name) << payload << QByteArray(fault);
    };
    row("bad UTF-8 in a value", withData("[\"\xff\"]"), Utf8);
    row("bad UTF-8 in a key", "{\"\xff\":1}", Utf8);
    row("bad UTF-8 in a key after an escape", "{\"\\n\xff\":1}", Utf8);
    row("bad UTF-8 behind valid strings", R"({"event":"a\"b","da\\":"c)"_ba + "\xc3\"}", Utf8);
    row("bad UTF-8 outside of strings", withData("\xff"), Utf8);
    row("bad UTF-8 behind the message", withData("{}") + '\xff', Utf8);
    row("UTF-8 outside of strings", withData("\xc3\xa9"), Syntax);
    row("Latin 1", withData("[\"\xe9t\xe9\"]"), Utf8);
    row("a sequence that is cut", withData("[\"\xe2\x82\"]"), Utf8);
    row("a message that ends in a sequence", "{\"\xe2\x82", Utf8);
    row("a lone continuation byte", withData("[\"\x80\"]"), Utf8);
    row("an overlong sequence", withData("[\"\xc0\xaf\"]"), Utf8);
    row("an overlong sequence of three", withData("[\"\xe0\x80\xaf\"]"), Utf8);
    row("a surrogate in UTF-8", withData("[\"\xed\xa0\x80\"]"), Utf8);
    row("above U+10FFFF", withData("[\"\xf4\x90\x80\x80\"]"), Utf8);

    row("a line feed in a string", withData("[\"a\nb\"]"), Control);
    row("a NUL in a string", withData("[\"a"_ba + '\0' + "b\"]"), Control);
    row("a tab in a key", "{\"a\tb\":1}", Control);
    row("a control character after an escape", withData("[\"\\n\x1f\"]"), Control);
    row("a form feed outside of strings", "\f" + withData("{}"), Control);
    row("a NUL behind the message", withData("{}") + '\0', Control);

    row("a high surrogate alone", withData(R"(["\ud800"])"), Surrogate);
    row("a high surrogate before text", withData(R"(["\ud800 and more text"])"), Surrogate);
    row("a high surrogate before an escape", withData(R"(["\ud800\n and more"])"), Surrogate);
    row("a high surrogate before another", withData(R"(["\uD800\uD800"])"), Surrogate);
    row("a high surrogate before a letter", withData(R"(["\ud800\u0041 and more"])"), Surrogate);
    row("a low surrogate alone", withData(R"(["\udc00"])"), Surrogate);
    row("a low surrogate before text", withData(R"(["\udfff and more text"])"), Surrogate);
    row("a surrogate in a key", R"({"\ud800":1})", Surrogate);
    row("a surrogate after a pair", withData(R"(["\ud83d\ude00\ude00"])"), Surrogate);
    row("a message that ends in a surrogate", R"({"\ud83d)", Surrogate);

    row("100 000 brackets", QByteArray(100'000, '['), Depth);
    row("100 000 closed brackets", nested(100'000), Depth);
    row("100 000 objects", QByteArray(R"({"a":)").repeated(100'000), Depth);
    row("64 KiB of quotes", QByteArray(65535, '"'), Syntax);
    row("64 KiB of backslashes in a string", '"' + QByteArray(65535, '\\'), Syntax);
    row("64 KiB of NUL", QByteArray(65536, '\0'), Control);
}

void tst_EventMessage::badJson()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, fault);
    const EventParseResult result = parseEventMessage(payload);
    QCOMPARE(result.error, "Invalid JSON format: " + fault);
    QCOMPARE(result.status, Status::Invalid);
}

void tst_EventMessage::badText()
{
    badJson();
}

void tst_EventMessage::badEnvelope_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("error");
    const auto row = [](const char *name, const QByteArray &payload, const QByteArray &error) {
        QTest::newRow(name) << payload << error;
    };
    const auto failed = [](const QByteArrayList &problems) -> QByteArray {
        return "Message validation failed: " + problems.join(", ");
    };
    const QByteArray scalar = "Message must be a JSON object";
    row("null", "null", scalar);
    row("true", "true", scalar);
    row("a number", "42", scalar);
    row("zero with a fraction", "0.0", scalar);
    row("a string", R"("event")", scalar);
    row("a string that is empty", R"("")", scalar);

    row("event missing", R"({"data":{}})", failed({NoEvent}));
    row("event null", withEvent("null"), failed({NoEvent}));
    row("event that becomes null", R"({"event":"a","data":{},"event":null})", failed({NoEvent}));
    row("event a number", withEvent("1"), failed({EventType}));
    row("event a fraction", withEvent("1.5"), failed({EventType}));
    row("event above the signed integers", withEvent("18446744073709551615"), failed({EventType}));
    row("event a flag", withEvent("false"), failed({EventType}));
    row("event an array", withEvent(R"(["a"])"), failed({EventType}));
    row("event an object", withEvent(R"({"event":"a"})"), failed({EventType}));
    row("event that becomes an array", R"({"event":"a","data":{},"event":["b"]})",
        failed({EventType}));
    row("event empty", withEvent(R"("")"), failed({EventEmpty}));
    row("event that becomes empty", R"({"event":"a","data":{},"event":""})", failed({EventEmpty}));
    row("event 0", withEvent(R"("0")"), failed({EventEmpty}));
    row("event with a blank", withEvent(R"("a b")"), failed({EventFormat}));
    row("event with a colon", withEvent(R"("a:b")"), failed({EventFormat}));
    row("event with a line feed at its end", withEvent(R"("event\n")"), failed({EventFormat}));
    row("event with a NUL", withEvent(R"("a\u0000")"), failed({EventFormat}));
    row("event with an accent", withEvent("\"caf\xc3\xa9\""), failed({EventFormat}));
    row("event of 256 bytes", withEvent('"' + QByteArray(256, 'a') + '"'), failed({EventFormat}));
    row("event of 256 escapes", withEvent('"' + QByteArray(R"(\u0061)").repeated(256) + '"'),
        failed({EventFormat}));

    row("data missing", R"({"event":"a"})", failed({NoData}));
    row("data null", withData("null"), failed({NoData}));
    row("data a number", withData("1"), failed({DataType}));
    row("data a flag", withData("true"), failed({DataType}));
    row("data a string", withData(R"("{}")"), failed({DataType}));
    row("data an empty string", withData(R"("")"), failed({DataType}));
    row("data that becomes a string", R"({"event":"a","data":{},"data":"b"})", failed({DataType}));

    row("an id", R"({"event":"a","data":{},"id":1})", unsupported("id"));
    row("two more, in their order", R"({"z":{},"event":"a","b":[],"data":{}})",
        unsupported("z, b"));
    row("a key twice is named once", R"({"z":1,"b":2,"event":"a","z":3,"data":{},"\u007a":4})",
        unsupported("z, b"));
    row("an empty key", R"({"":1,"event":"a","data":{}})", unsupported(""));
    row("an empty key after another", R"({"a":1,"":2,"event":"a","data":{}})", unsupported("a, "));
    row("case matters", R"({"Event":"a","event":"a","data":{}})", unsupported("Event"));
    row("keys that begin alike", R"({"events":1,"dat":2,"event":"a","data":{}})",
        unsupported("events, dat"));
    row("a key of escapes", R"({"\u00e9\n":1,"event":"a","data":{}})", unsupported("\xc3\xa9\n"));

    row("an empty object", "{}", failed({NoEvent, NoData}));
    row("an empty array", "[]", failed({NoEvent, NoData}));
    row("all three", R"({"id":1,"event":"a b","data":1,"x":2})",
        failed({EventFormat, DataType, "Message contains unsupported fields: id, x"}));
    row("an array is an object with the keys 0, 1, 2", R"(["event",{"event":"a","data":{}},[3,4]])",
        failed({NoEvent, NoData, "Message contains unsupported fields: 0, 1, 2"}));
}

void tst_EventMessage::badEnvelope()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, error);
    const EventParseResult result = parseEventMessage(payload);
    QCOMPARE(result.error, error);
    QCOMPARE(result.status, Status::Invalid);
}

void tst_EventMessage::eachCutIsInvalid()
{
    const QByteArray payload = "{\"event\":\"a.b\",\"data\":{\"k\":[1,-2.5e3,true,null,"
                               "\"\\ud83d\\ude00 \xf0\x9f\x98\x80\"]}}";
    QCOMPARE(parseEventMessage(payload).status, Status::Valid);
    for (qsizetype size = 1; size < payload.size(); ++size) {
        // A view into a block of its own, so that a sanitizer sees a read behind it.
        const QByteArray cut(payload.constData(), size);
        const EventParseResult result = parseEventMessage(cut);
        QCOMPARE(result.status, Status::Invalid);
        QVERIFY2(result.error.startsWith("Invalid JSON format: "), cut.constData());
    }
}

void tst_EventMessage::anyByteAfterItIsInvalid()
{
    const QByteArray payload = withData("{}");
    for (int byte = 0; byte < 256; ++byte) {
        const bool blank = byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
        QCOMPARE(parseEventMessage(QByteArray(payload + static_cast<char>(byte))).status,
                 blank ? Status::Valid : Status::Invalid);
    }
}

void tst_EventMessage::depth()
{
    // The message itself is the first level.
    const EventParseResult deepest = parseEventMessage(withData(nested(511)));
    QCOMPARE(deepest.status, Status::Valid);
    QJsonValue value = deepest.message.data();
    int levels = 0;
    for (; value.isArray(); value = value.toArray().at(0))
        ++levels;
    QCOMPARE(levels, 511);
    QCOMPARE(encodeEvent("e", deepest.message.data()), withData(nested(511)));

    QCOMPARE(parseEventMessage(withData(nested(512))).error, "Invalid JSON format: "_ba + Depth);
    QCOMPARE(parseEventMessage(nested(513)).error, "Invalid JSON format: "_ba + Depth);
    QVERIFY(parseEventMessage(nested(512)).error.startsWith("Message validation failed: "));
}

void tst_EventMessage::reflectsLittle_data()
{
    QTest::addColumn<QByteArray>("payload");
    QTest::addColumn<QByteArray>("fields");
    const auto object = [](const QByteArray &members) -> QByteArray { return '{' + members + '}'; };
    const auto key = [](const QByteArray &name) -> QByteArray { return '"' + name + "\":0"; };

    QTest::newRow("500 bytes are not cut")
        << object(key(QByteArray(500, 'k'))) << QByteArray(500, 'k');
    QTest::newRow("501 bytes are")
        << object(key(QByteArray(501, 'k'))) << QByteArray(500, 'k') + "...";
    QTest::newRow("a key of 64 KiB")
        << object(key(QByteArray(65536, 'k'))) << QByteArray(500, 'k') + "...";
    QTest::newRow("a key of 64 KiB with escapes")
        << object(key("\\u006b" + QByteArray(65536, 'k'))) << QByteArray(500, 'k') + "...";
    QTest::newRow("a cut inside a character of two bytes")
        << object(key('k' + QByteArray("\xc3\xa9").repeated(300)))
        << 'k' + QByteArray("\xc3\xa9").repeated(249) + "...";
    QTest::newRow("a cut inside a character of four bytes")
        << object(key("kk" + QByteArray("\xf0\x9f\x98\x80").repeated(300)))
        << "kk" + QByteArray("\xf0\x9f\x98\x80").repeated(124) + "...";
    QTest::newRow("a cut behind a character") << object(key(QByteArray("\xc3\xa9").repeated(300)))
                                              << QByteArray("\xc3\xa9").repeated(250) + "...";
    QTest::newRow("a cut between two keys")
        << object(key(QByteArray(499, 'k')) + ',' + key("z")) << QByteArray(499, 'k') + ",...";

    QByteArray members;
    QByteArray indexes;
    QByteArray elements = "0";
    for (int i = 0; members.size() < 65536; ++i) {
        members += (i > 0 ? "," : "") + key(QByteArray::number(i));
        indexes += (i > 0 ? ", " : "") + QByteArray::number(i);
        elements += ",0";
    }
    QTest::newRow("64 KiB of keys") << object(members) << indexes.first(500) + "...";
    QTest::newRow("64 KiB of elements") << '[' + elements + ']' << indexes.first(500) + "...";
    QTest::newRow("64 KiB of one key")
        << object(QByteArray(R"("k":0,)").repeated(10'000) + key("k")) << "k"_ba;
}

void tst_EventMessage::reflectsLittle()
{
    QFETCH(const QByteArray, payload);
    QFETCH(const QByteArray, fields);
    const EventParseResult result = parseEventMessage(payload);
    QCOMPARE(result.status, Status::Invalid);
    QCOMPARE(reflected(result), fields);
    QVERIFY(result.error.isValidUtf8());
    QVERIFY(result.error.size() < 1000);
}

void tst_EventMessage::eventNames_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<bool>("good");
    QTest::newRow("letters, digits and the three others") << "azAZ09._-"_ba << true;
    QTest::newRow("one character") << "0"_ba << true;
    QTest::newRow("255 bytes") << QByteArray(255, 'e') << true;
    QTest::newRow("256 bytes") << QByteArray(256, 'e') << false;
    QTest::newRow("empty") << ""_ba << false;
    QTest::newRow("a line feed at the end") << "event\n"_ba << false;
    QTest::newRow("a line feed at the beginning") << "\nevent"_ba << false;
    QTest::newRow("a NUL at the end") << "event"_ba + '\0' << false;
}

void tst_EventMessage::eventNames()
{
    QFETCH(const QByteArray, name);
    QFETCH(const bool, good);
    QCOMPARE(isEventName(name), good);
}

void tst_EventMessage::longEventName()
{
    const QByteArray name(255, 'e');
    QCOMPARE(parseEventMessage(withEvent('"' + name + '"')).message.event, name);
    QCOMPARE(parseEventMessage(withEvent("\"\\u0065" + name.sliced(1) + '"')).message.event, name);
    for (int byte = 0; byte < 256; ++byte) {
        const QByteArray single(1, static_cast<char>(byte));
        static const QRegularExpression pattern(u"^[a-zA-Z0-9._-]$"_s);
        const bool good = byte != '\n' && pattern.match(QString::fromLatin1(single)).hasMatch();
        QCOMPARE(isEventName(single), good);
    }
}

void tst_EventMessage::encodes_data()
{
    QTest::addColumn<QJsonValue>("data");
    QTest::addColumn<QByteArray>("text");
    const auto row = [](const char *name, const QJsonValue &data, const QByteArray &text) {
        QTest::newRow(name) << data << text;
    };
    const auto in = [](const QJsonValue &value) { return QJsonValue(QJsonArray{value}); };
    row("null becomes {}", QJsonValue::Null, "{}");
    row("undefined becomes {}", QJsonValue::Undefined, "{}");
    row("the empty array becomes {}", QJsonArray(), "{}");
    row("the empty object", QJsonObject(), "{}");
    row("empty things inside stay", QJsonArray{QJsonArray(), QJsonObject(), QJsonValue::Null},
        "[[],{},null]");
    row("an object", QJsonObject{{u"b"_s, 1}, {u"a"_s, true}}, R"({"a":true,"b":1})");
    row("a string", u"a\"b"_s, R"("a\"b")");
    row("a flag", false, "false");
    row("a number", 1.5, "1.5");
    row("an integer that is no double", in(Q_INT64_C(9007199254740993)), "[9007199254740993]");
    row("infinity", in(std::numeric_limits<double>::infinity()), "[null]");
    row("minus infinity alone", -std::numeric_limits<double>::infinity(), "null");
    row("NaN", in(std::numeric_limits<double>::quiet_NaN()), "[null]");
    row("the largest double", in(std::numeric_limits<double>::max()), "[1.7976931348623157e+308]");
    row("UTF-8 as it is", in(u"\u00e9\U0001f600"_s), "[\"\xc3\xa9\xf0\x9f\x98\x80\"]");
    row("control characters", in(u"\x01\n\x7f"_s), "[\"\\u0001\\n\x7f\"]");
    row("NUL", in(units({0})), R"(["\u0000"])");
    row("a high surrogate alone", in(units({0xd800})), R"(["\ufffd"])");
    row("a low surrogate alone", in(units({0xdfff})), R"(["\ufffd"])");
    row("a high surrogate before a letter", in(units({0xd83d, u'a'})), R"(["\ufffda"])");
    row("two high surrogates and a low one", in(units({0xd83d, 0xd83d, 0xde00})),
        "[\"\\ufffd\xf0\x9f\x98\x80\"]");
    row("a surrogate behind a backslash", in(units({u'\\', 0xdabc})), R"(["\\\ufffd"])");
    row("text that looks like a surrogate", in(uR"(\ud800 \\ud800)"_s), R"(["\\ud800 \\\\ud800"])");
    row("a surrogate in a key", QJsonObject{{units({0xd800}), 1}}, R"({"\ufffd":1})");
}

void tst_EventMessage::encodes()
{
    QFETCH(const QJsonValue, data);
    QFETCH(const QByteArray, text);
    const QByteArray json = encodeEvent("e", data);
    QCOMPARE(json, R"({"event":"e","data":)" + text + '}');
    QVERIFY(json.isValidUtf8());
    // The parser is strict, so what it does not call bad JSON is good JSON.
    QVERIFY(!parseEventMessage(json).error.startsWith("Invalid JSON format"));
}

void tst_EventMessage::encodesText()
{
    QCOMPARE(encodeEvent("room_joined", R"({"room":"r"})"_ba),
             R"({"event":"room_joined","data":{"room":"r"}})"_ba);
    QCOMPARE(encodeEvent("a", "[]"_ba), R"({"event":"a","data":[]})"_ba);
}

void tst_EventMessage::encodesAnyName_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QString>("seen");
    QTest::newRow("a name") << "chat.message"_ba << u"chat.message"_s;
    QTest::newRow("nothing") << ""_ba << u""_s;
    QTest::newRow("quotes and backslashes") << R"(a"b\c)"_ba << uR"(a"b\c)"_s;
    QTest::newRow("control characters") << QByteArray("a\n\x1f\0", 4) << u"a\n\x1f"_s + QChar(0);
    QTest::newRow("UTF-8") << "\xc3\xa9"_ba << u"\u00e9"_s;
    QTest::newRow("not UTF-8") << "a\xff\"b"_ba << u"a\ufffd\"b"_s;
}

void tst_EventMessage::encodesAnyName()
{
    QFETCH(const QByteArray, name);
    QFETCH(const QString, seen);
    const QByteArray json = encodeEvent(name, QJsonObject());
    QVERIFY(json.isValidUtf8());
    QVERIFY(json.startsWith("{\"event\":\""));
    QVERIFY(json.endsWith("\",\"data\":{}}"));
    QCOMPARE(strictObject(json).value(u"event"_s).toString(), seen);
    QVERIFY(!parseEventMessage(json).error.startsWith("Invalid JSON format"));
}

void tst_EventMessage::errors_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<qint64>("timestamp");
    QTest::addColumn<QByteArray>("json");
    QTest::newRow("a text")
        << "Message must be a JSON object"_ba << Q_INT64_C(1795422679)
        << R"({"event":"error","data":{"message":"Message must be a JSON object","timestamp":1795422679}})"_ba;
    QTest::newRow("a slash, quotes, a line feed")
        << "Event 'a/\"b\n"_ba << Q_INT64_C(0)
        << R"({"event":"error","data":{"message":"Event 'a/\"b\u000a","timestamp":0}})"_ba;
    QTest::newRow("not UTF-8")
        << "\xff"_ba << std::numeric_limits<qint64>::max()
        << "{\"event\":\"error\",\"data\":{\"message\":\"\xef\xbf\xbd\",\"timestamp\":9223372036854775807}}"_ba;
}

void tst_EventMessage::errors()
{
    QFETCH(const QByteArray, message);
    QFETCH(const qint64, timestamp);
    QFETCH(const QByteArray, json);
    QCOMPARE(errorEvent(message, timestamp), json);
    const EventParseResult result = parseEventMessage(json);
    QCOMPARE(result.status, Status::Valid);
    QCOMPARE(result.message.data().toObject().value(u"message"_s).toString(),
             QString::fromUtf8(message));
    QCOMPARE(result.message.data().toObject().value(u"timestamp"_s).toInteger(), timestamp);
}

void tst_EventMessage::roundTrips_data()
{
    QTest::addColumn<QJsonValue>("data");
    QTest::newRow("an object") << QJsonValue(QJsonObject{{u"room"_s, u"lobby"_s}, {u"n"_s, 1}});
    QTest::newRow("an array") << QJsonValue(QJsonArray{1, 2.5, true, QJsonValue::Null, u"x"_s});
    QTest::newRow("nested") << QJsonValue(
        QJsonObject{{u"a"_s, QJsonArray{QJsonObject{{u"b"_s, QJsonArray()}}}}});
    QTest::newRow("numbers") << QJsonValue(
        QJsonArray{std::numeric_limits<qint64>::min(), std::numeric_limits<qint64>::max(), 0.1,
                   std::numeric_limits<double>::min(), std::numeric_limits<double>::denorm_min(),
                   std::numeric_limits<double>::max(), 1e22, -0.0});
    QString all;
    for (int unit = 0; unit < 0x10000; ++unit) {
        if (unit < 0xd800 || unit > 0xdfff)
            all += QChar(unit);
    }
    QTest::newRow("all characters of the first plane") << QJsonValue(QJsonArray{all});
    QTest::newRow("the first and last character beyond it")
        << QJsonValue(QJsonArray{u"\U00010000\U0010ffff"_s});
    QTest::newRow("such keys") << QJsonValue(
        QJsonObject{{u""_s, 1}, {u"\U0010ffff\n\"\\"_s, 2}, {u"\u00e9"_s, 3}});
}

void tst_EventMessage::roundTrips()
{
    QFETCH(const QJsonValue, data);
    const EventParseResult result = parseEventMessage(encodeEvent("a.b_c-9", data));
    QCOMPARE(result.error, QByteArray());
    QCOMPARE(result.message.event, "a.b_c-9"_ba);
    QCOMPARE(result.message.data(), data);
}

QTEST_APPLESS_MAIN(tst_EventMessage)
#include "tst_eventmessage.moc"
