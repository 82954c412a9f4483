// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// How the parameters of a call are read, and who may call what.
#include "server/admin/adminmethods.h"
#include "server/admin/params.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <functional>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// Reads one parameter and shows it as a text.
using Reading = std::function<QString(ParamReader &)>;

QString shown(const std::optional<QString> &text)
{
    return text ? u'"' + *text + u'"' : u"none"_s;
}

QString shown(const TrustList &list)
{
    QString text = trustModeName(list.mode);
    for (const TrustEntry &entry : list.entries)
        text += u' ' + entry.entry + (entry.note.isEmpty() ? QString() : u'(' + entry.note + u')');
    return text;
}

QString readText(ParamReader &reader)
{
    return reader.text(u"p"_s, 5);
}
QString readOptionalText(ParamReader &reader)
{
    return shown(reader.optionalText(u"p"_s, 5));
}
QString readInteger(ParamReader &reader)
{
    return QString::number(reader.integer(u"p"_s, 7, 0, 100));
}
QString readOptionalInteger(ParamReader &reader)
{
    const std::optional<qint64> number = reader.optionalInteger(u"p"_s, -5, Q_INT64_C(1) << 60);
    return number ? QString::number(*number) : u"none"_s;
}
QString readId(ParamReader &reader)
{
    return QString::number(reader.id(u"p"_s));
}
QString readFlag(ParamReader &reader)
{
    return reader.flag(u"p"_s) ? u"true"_s : u"false"_s;
}
QString readTexts(ParamReader &reader)
{
    return reader.texts(u"p"_s, 2, 3).join(u'|');
}
QString readWord(ParamReader &reader)
{
    return shown(reader.oneOf(u"p"_s, {u"open"_s, u"closed"_s}));
}
QString readList(ParamReader &reader)
{
    return shown(reader.trustList());
}
QString readHeaders(ParamReader &reader)
{
    QString text;
    for (const auto &[name, value] : reader.headers())
        text += QString::fromUtf8(name + '=' + value + ';');
    return text;
}

// A list of `count` copies of an item, as JSON.
QByteArray many(int count, const QByteArray &item)
{
    return '[' + QByteArrayList(count, item).join(',') + ']';
}

QJsonObject objectFrom(const QByteArray &json)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(json, &error);
    if (!document.isObject())
        qFatal("a test has bad JSON: %s", qPrintable(error.errorString()));
    return document.object();
}

// The value, or "! " and what is wrong.
QString outcomeOf(const Reading &reading, const QByteArray &json)
{
    ParamReader reader(objectFrom(json));
    const QString value = reading(reader);
    const std::optional<RpcError> error = reader.error();
    if (!error)
        return value;
    if (!error->is(RpcCode::InvalidParams))
        return u"another code"_s;
    return u"! "_s + error->message;
}

AdminCaller callerWho(bool readOnly)
{
    return {1000, 4711, u"alice"_s, readOnly};
}

} // namespace

Q_DECLARE_METATYPE(Reading)

class tst_AdminParams : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void reads_data();
    void reads();
    void readsHeaders_data();
    void readsHeaders();
    void readsTrustLists_data();
    void readsTrustLists();
    void nullIsNotThere();
    void unknownParameters_data();
    void unknownParameters();
    void theFirstProblemCounts();

    void callsByName();
    void unknownMethods_data();
    void unknownMethods();
    void viewersChangeNothing();
    void callersAsText();

private:
    static void addColumns();
};

void tst_AdminParams::addColumns()
{
    QTest::addColumn<Reading>("reading");
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("outcome");
}

void tst_AdminParams::reads_data()
{
    addColumns();
    const auto row = [](const char *name, const Reading &reading, const QByteArray &json,
                        const QString &outcome) {
        QTest::newRow(name) << reading << json << outcome;
    };
    const QString notText = u"! p: must be a text of at most 5 characters"_s;
    row("a text", readText, R"({"p":"hello"})", u"hello"_s);
    row("a text that is too long", readText, R"({"p":"hello!"})", notText);
    row("an empty text", readText, R"({"p":""})", u"! p: must be there"_s);
    row("no text", readText, "{}", u"! p: must be there"_s);
    row("a number for a text", readText, R"({"p":5})", notText);
    row("a text with NUL", readText, R"({"p":"a\u0000"})", notText);
    row("an optional text", readOptionalText, R"({"p":"hello"})", u"\"hello\""_s);
    row("an optional text that is empty", readOptionalText, R"({"p":""})", u"\"\""_s);
    row("no optional text", readOptionalText, "{}", u"none"_s);
    row("a list for an optional text", readOptionalText, R"({"p":["a"]})", notText);
    row("an optional text with NUL", readOptionalText, R"({"p":"a\u0000"})", notText);

    const QString notInteger = u"! p: must be a whole number from 0 to 100"_s;
    row("an integer", readInteger, R"({"p":42})", u"42"_s);
    row("no integer", readInteger, "{}", u"7"_s);
    row("the least integer", readInteger, R"({"p":0})", u"0"_s);
    row("the largest integer", readInteger, R"({"p":1e2})", u"100"_s);
    row("below the least", readInteger, R"({"p":-1})", notInteger);
    row("above the largest", readInteger, R"({"p":101})", notInteger);
    row("a fraction", readInteger, R"({"p":1.5})", notInteger);
    row("a huge number", readInteger, R"({"p":1e308})", notInteger);
    row("a huge number below zero", readInteger, R"({"p":-1e308})", notInteger);
    row("a number in a text", readInteger, R"({"p":"5"})", notInteger);
    row("a truth for an integer", readInteger, R"({"p":true})", notInteger);
    row("no optional integer", readOptionalInteger, "{}", u"none"_s);
    row("an optional integer below zero", readOptionalInteger, R"({"p":-5})", u"-5"_s);
    row("the largest that is exact", readOptionalInteger, R"({"p":9007199254740992})",
        u"9007199254740992"_s);
    row("larger than that", readOptionalInteger, R"({"p":9007199254740994})",
        u"! p: must be a whole number from -5 to 1152921504606846976"_s);

    const QString notId = u"! p: must be an id, as \"id\" in a list shows it"_s;
    row("an id", readId, R"({"p":"17"})", u"17"_s);
    row("an id as a number", readId, R"({"p":17})", u"17"_s);
    row("the largest id", readId, R"({"p":"18446744073709551615"})", u"18446744073709551615"_s);
    row("larger than any id", readId, R"({"p":"18446744073709551616"})", notId);
    row("no id", readId, "{}", notId);
    row("the id 0", readId, R"({"p":0})", notId);
    row("an id with a zero before it", readId, R"({"p":"017"})", notId);
    row("an id below zero", readId, R"({"p":-17})", notId);
    row("half an id", readId, R"({"p":1.5})", notId);
    row("an id that a double does not hold", readId, R"({"p":9007199254740994})", notId);
    row("a word for an id", readId, R"({"p":"seven"})", notId);
    row("an id in other digits", readId, "{\"p\":\"\u0661\"}", notId);

    row("true", readFlag, R"({"p":true})", u"true"_s);
    row("false", readFlag, R"({"p":false})", u"false"_s);
    row("no flag", readFlag, "{}", u"false"_s);
    row("1 for a flag", readFlag, R"({"p":1})", u"! p: must be true or false"_s);
    row("a text for a flag", readFlag, R"({"p":"true"})", u"! p: must be true or false"_s);

    const QString notTexts = u"! p: must be a list of at most 2 texts"_s;
    row("texts", readTexts, R"({"p":["a","bcd"]})", u"a|bcd"_s);
    row("no texts", readTexts, "{}", QString());
    row("an empty list of texts", readTexts, R"({"p":[]})", QString());
    row("too many texts", readTexts, R"({"p":["a","b","c"]})", notTexts);
    row("one that is too long", readTexts, R"({"p":["abcd"]})", notTexts);
    row("one that is none", readTexts, R"({"p":["a",1]})", notTexts);
    row("a text for texts", readTexts, R"({"p":"a"})", notTexts);

    row("a word", readWord, R"({"p":"closed"})", u"\"closed\""_s);
    row("no word", readWord, "{}", u"none"_s);
    row("another word", readWord, R"({"p":"Closed"})", u"! p: must be one of open, closed"_s);
    row("a number for a word", readWord, R"({"p":1})", u"! p: must be one of open, closed"_s);
}

void tst_AdminParams::reads()
{
    QFETCH(const Reading, reading);
    QFETCH(const QByteArray, json);
    QFETCH(const QString, outcome);
    QCOMPARE(outcomeOf(reading, json), outcome);
}

void tst_AdminParams::readsHeaders_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &headers, const QString &outcome) {
        QTest::newRow(name) << Reading(readHeaders) << R"({"headers":)" + headers + '}' << outcome;
    };
    const QString notList = u"! headers: must be a list of at most 1000 pairs [name, value]"_s;
    const QString notPair = u"! headers[1]: must be a pair [name, value] of texts"_s;
    const QString notLine = u"! headers[0]: no request can have this line"_s;
    const QByteArray large(64 * 1024, 'x');
    QTest::newRow("none") << Reading(readHeaders) << "{}"_ba << QString();
    row("some", R"([["Host","a"],["X-Forwarded-For","1.2.3.4, 5.6.7.8"],["Host",""]])",
        u"Host=a;X-Forwarded-For=1.2.3.4, 5.6.7.8;Host=;"_s);
    row("as UTF-8", "[[\"A\",\"\u00e4\"]]", u"A=\u00e4;"_s);
    row("an object", R"({"Host":"a"})", notList);
    row("a text", R"("Host: a")", notList);
    row("the most", many(1000, R"(["A","b"])"), u"A=b;"_s.repeated(1000));
    row("too many", many(1001, R"(["A","b"])"), notList);
    row("one of three", R"([["A","b"],["A","b","c"]])", notPair);
    row("one alone", R"([["A","b"],["A"]])", notPair);
    row("a text among them", R"([["A","b"],"A: b"])", notPair);
    row("a number for a value", R"([["A","b"],["A",1]])", notPair);
    row("a number for a name", R"([["A","b"],[1,"A"]])", notPair);
    row("an empty name", R"([["","b"]])", notLine);
    row("a name with a blank", R"([["A ","b"]])", notLine);
    row("a name with a colon", R"([["A:","b"]])", notLine);
    row("a name with CRLF", R"([["A\r\nB","b"]])", notLine);
    row("a name that is not ASCII", "[[\"\u00c4\",\"b\"]]", notLine);
    row("a value with LF", R"([["A","b\nc"]])", notLine);
    row("a value with CR", R"([["A","b\rc"]])", notLine);
    row("a value with NUL", R"([["A","b\u0000"]])", notLine);
    row("the longest value", R"([["A",")" + large + R"("]])",
        u"A="_s + QString::fromLatin1(large) + u';');
    row("one that is longer", R"([["A",")" + large + R"(x"]])", notLine);
}

void tst_AdminParams::readsHeaders()
{
    reads();
}

void tst_AdminParams::readsTrustLists_data()
{
    addColumns();
    const auto row = [](const char *name, const QByteArray &json, const QString &outcome) {
        QTest::newRow(name) << Reading(readList) << json << outcome;
    };
    const auto entries = [row](const char *name, const QByteArray &list, const QString &outcome) {
        row(name, R"({"entries":)" + list + '}', outcome);
    };
    const QString notEntry = u"! entries[0]: must be {\"entry\": TEXT, \"note\": TEXT}"_s;
    row("nothing", "{}", u"list"_s);
    row("a mode alone", R"({"mode":"all"})", u"all"_s);
    row("both", R"({"mode":"list","entries":[{"entry":"10.0.0.1"}]})", u"list 10.0.0.1"_s);
    row("another mode", R"({"mode":"some"})", u"! mode: must be one of none, all, list"_s);
    row("a truth for a mode", R"({"mode":true})", u"! mode: must be one of none, all, list"_s);
    entries("with notes",
            R"([{"entry":"10.0.0.1","note":"a b"},{"entry":"::1","note":null},{"entry":"x"}])",
            u"list 10.0.0.1(a b) ::1 x"_s);
    entries("as trust.get shows them",
            R"([{"entry":"10.0.0.1","note":"","added_by":"uid 0","added_at":5,)"
            R"("matched_peers":1,"matched_clients":2,"last_used":null}])",
            u"list 10.0.0.1"_s);
    entries("an object", R"({"entry":"10.0.0.1"})",
            u"! entries: must be a list of {\"entry\": TEXT, \"note\": TEXT}"_s);
    entries("texts", R"(["10.0.0.1"])", notEntry);
    entries("one without an entry", R"([{"note":"10.0.0.1"}])", notEntry);
    entries("one whose entry is a number", R"([{"entry":10}])", notEntry);
    entries("one with an unknown member", R"([{"entry":"10.0.0.1","nôte\n":"a"}])",
            u"! entries[0]: unknown member \"n\\xc3\\xb4te\\x0a\""_s);
    entries("the second is bad", R"([{"entry":"10.0.0.1"},5])",
            u"! entries[1]: must be {\"entry\": TEXT, \"note\": TEXT}"_s);
    entries("a note that is a number", R"([{"entry":"10.0.0.1","note":5}])",
            u"! entries[0].note: must be a text of at most 500 characters"_s);
    const QByteArray note(500, 'n');
    entries("the longest note", R"([{"entry":"a","note":")" + note + R"("}])",
            u"list a("_s + QString::fromLatin1(note) + u')');
    entries("one that is longer", R"([{"entry":"a","note":")" + note + R"(n"}])",
            u"! entries[0].note: must be a text of at most 500 characters"_s);
    entries("an entry that is too long", R"([{"entry":")" + QByteArray(201, '1') + R"("}])",
            u"! entries[0].entry: is longer than any entry can be"_s);
}

void tst_AdminParams::readsTrustLists()
{
    reads();
}

void tst_AdminParams::nullIsNotThere()
{
    for (const Reading &reading :
         {Reading(readOptionalText), Reading(readInteger), Reading(readOptionalInteger),
          Reading(readFlag), Reading(readTexts), Reading(readWord)})
        QCOMPARE(outcomeOf(reading, R"({"p":null})"), outcomeOf(reading, "{}"));
    QCOMPARE(outcomeOf(readText, R"({"p":null})"), u"! p: must be there"_s);
    QCOMPARE(outcomeOf(readList, R"({"mode":null,"entries":null})"), u"list"_s);
    QCOMPARE(outcomeOf(readHeaders, R"({"headers":null})"), QString());

    ParamReader reader(objectFrom(R"({"null":null,"false":false})"));
    QVERIFY(!reader.has(u"null"_s));
    QVERIFY(!reader.has(u"absent"_s));
    QVERIFY(reader.has(u"false"_s));
    // Who asks for a parameter knows it.
    QVERIFY(!reader.error());
}

void tst_AdminParams::unknownParameters_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &json, const QString &message) {
        QTest::newRow(name) << json << message;
    };
    row("none", R"({"filter":"a","limit":1,"room":5})", QString());
    row("one that is like another", R"({"filtr":"a"})",
        u"unknown parameter \"filtr\"; did you mean \"filter\"?"_s);
    row("one that is like none", R"({"something":1})",
        u"unknown parameter \"something\"; allowed: filter, limit, room"_s);
    row("in another case", R"({"Limit":1})",
        u"unknown parameter \"Limit\"; did you mean \"limit\"?"_s);
    row("one that is null", R"({"something":null})",
        u"unknown parameter \"something\"; allowed: filter, limit, room"_s);
    row("one in strange letters", "{\"\u00e4\\u0007\":1}",
        u"unknown parameter \"\\xc3\\xa4\\x07\"; allowed: filter, limit, room"_s);
    row("one without letters", R"({"":1})",
        u"unknown parameter \"\"; allowed: filter, limit, room"_s);
}

void tst_AdminParams::unknownParameters()
{
    QFETCH(const QByteArray, json);
    QFETCH(const QString, message);
    ParamReader reader(objectFrom(json));
    QVERIFY(reader.has(u"filter"_s) == objectFrom(json).contains(u"filter"_s));
    reader.optionalText(u"filter"_s, 100);
    reader.integer(u"limit"_s, 1, 1, 500);
    reader.allow({u"room"_s}); // somebody else judges it
    const std::optional<RpcError> error = reader.error();
    QCOMPARE(error ? error->message : QString(), message);

    ParamReader none(objectFrom(R"({"a":1})"));
    QCOMPARE(none.error()->message, u"unknown parameter \"a\"; allowed: none"_s);
}

void tst_AdminParams::theFirstProblemCounts()
{
    ParamReader reader(objectFrom(R"({"first":1,"second":"a","other":1})"));
    reader.optionalText(u"first"_s, 10);
    reader.integer(u"second"_s, 0, 0, 10);
    reader.fail(u"third"_s);
    QCOMPARE(reader.error()->message, u"first: must be a text of at most 10 characters"_s);
    ParamReader own((QJsonObject()));
    own.fail(u"our own"_s);
    QCOMPARE(own.error()->message, u"our own"_s);
}

// ---- methods ----------------------------------------------------------------------------------

void tst_AdminParams::callsByName()
{
    AdminMethods methods;
    QStringList heard;
    methods.add(u"look"_s, [&](const AdminCall &call) {
        heard += u"look "_s + call.caller.user;
        call.reply(call.params);
    });
    methods.addChange(u"edit"_s, [&](const AdminCall &) { heard += u"edit"_s; });
    methods.setAudit([&](const QString &name, const AdminCaller &caller) {
        heard += u"audit %1 %2"_s.arg(name, caller.toText());
    });
    QCOMPARE(methods.names(), QStringList({u"edit"_s, u"look"_s}));
    QJsonObject answer;
    const AdminReply reply = [&](const RpcResult &result) { answer = resultObject(result); };
    methods.call(u"look"_s, {{{u"a"_s, 1}}, callerWho(false), reply});
    QCOMPARE(heard, QStringList{u"look alice"_s});
    QCOMPARE(answer, QJsonObject({{u"a"_s, 1}}));
    heard.clear();
    methods.call(u"edit"_s, {{}, callerWho(false), reply});
    QCOMPARE(heard, QStringList({u"audit edit uid 1000 (alice)"_s, u"edit"_s}));
}

void tst_AdminParams::unknownMethods_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("message");
    QTest::newRow("like another")
        << u"trust.gett"_s << u"there is no method \"trust.gett\"; did you mean \"trust.get\"?"_s;
    QTest::newRow("like none") << u"explode"_s << u"there is no method \"explode\""_s;
    QTest::newRow("in another case")
        << u"TRUST.GET"_s << u"there is no method \"TRUST.GET\"; did you mean \"trust.get\"?"_s;
    QTest::newRow("in strange letters")
        << u"\u00e4\u001b[2J"_s << u"there is no method \"\\xc3\\xa4\\x1b[2J\""_s;
}

void tst_AdminParams::unknownMethods()
{
    QFETCH(const QString, name);
    QFETCH(const QString, message);
    AdminMethods methods;
    methods.add(u"trust.get"_s, [](const AdminCall &) { QFAIL("called"); });
    std::vector<RpcResult> results;
    // A viewer hears the same.
    for (const bool readOnly : {false, true})
        methods.call(name, {{}, callerWho(readOnly), [&](const RpcResult &result) {
                                results.push_back(result);
                            }});
    QCOMPARE(results.size(), 2);
    for (const RpcResult &result : results) {
        const auto *error = std::get_if<RpcError>(&result);
        QVERIFY(error && error->is(RpcCode::MethodNotFound));
        QCOMPARE(error->message, message);
    }
}

void tst_AdminParams::viewersChangeNothing()
{
    AdminMethods methods;
    QStringList heard;
    methods.add(u"look"_s, [&](const AdminCall &) { heard += u"look"_s; });
    methods.addChange(u"edit"_s, [&](const AdminCall &) { heard += u"edit"_s; });
    methods.setAudit(
        [&](const QString &name, const AdminCaller &) { heard += u"audit "_s + name; });
    std::vector<RpcResult> results;
    const AdminReply reply = [&](const RpcResult &result) { results.push_back(result); };
    methods.call(u"edit"_s, {{}, callerWho(true), reply});
    QCOMPARE(heard, QStringList());
    QCOMPARE(results.size(), 1);
    const auto *error = std::get_if<RpcError>(&results[0]);
    QVERIFY(error && error->is(RpcCode::ReadOnly));
    QCOMPARE(error->message, u"this socket is for viewers; use the admin socket for edit"_s);
    methods.call(u"look"_s, {{}, callerWho(true), reply});
    QCOMPARE(heard, QStringList{u"look"_s});
}

void tst_AdminParams::callersAsText()
{
    QCOMPARE(callerWho(true).toText(), u"uid 1000 (alice)"_s);
    QCOMPARE((AdminCaller{4294967294U, 1, {}, false}.toText()), u"uid 4294967294"_s);
}

QTEST_APPLESS_MAIN(tst_AdminParams)
#include "tst_adminparams.moc"
