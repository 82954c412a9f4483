// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/jsonmember.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_JsonMember : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void findsTheText_data();
    void findsTheText();
};

void tst_JsonMember::findsTheText_data()
{
    QTest::addColumn<QByteArray>("object");
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<bool>("isUncertain");
    const auto row = [](const char *title, const char *object, const char *value,
                        bool isUncertain = false) {
        QTest::newRow(title) << QByteArray(object) << QByteArray(value) << isUncertain;
    };
    row("the only member", R"({"room":"a"})", R"("a")");
    row("the first one", R"({"room":1,"b":2})", "1");
    row("the last one", R"({"b":2,"room":true})", "true");
    row("of equal ones the last", R"({"room":1,"room":2})", "2");
    row("blanks everywhere", " \t{ \n\"room\" \r: [ 1 , 2 ] , \"b\" : 3 } ", "[ 1 , 2 ]");
    row("an object", R"({"room":{"room":[{}]}})", R"({"room":[{}]})");
    row("brackets and commas in a string", R"({"a":"}],\"{[","room":"x,]}"})", R"("x,]}")");
    row("a backslash at the end of a string", R"({"a":"\\","room":"\\"})", R"("\\")");
    row("the name as a value only", R"({"a":"room","b":["room"]})", "");
    row("the name deeper only", R"({"a":{"room":1}})", "");
    row("the name in part only", R"({"rooms":1,"roo":2,"xroom":3})", "");
    row("another case", R"({"Room":1})", "");
    row("an empty object", "{}", "");
    row("an empty object with a blank", "{ }", "");
    row("an array", R"(["room",1])", "");
    row("nothing", "", "");
    row("an escape in the key", R"({"\u0072oom":1})", "", true);
    row("an escape in another key", R"({"room":1,"\"":2})", "1", true);
}

void tst_JsonMember::findsTheText()
{
    QFETCH(const QByteArray, object);
    QFETCH(const QByteArray, value);
    QFETCH(const bool, isUncertain);
    const JsonMember member = findJsonMember(object, "room");
    QCOMPARE(member.value.toByteArray(), value);
    QCOMPARE(member.isUncertain, isUncertain);
}

QTEST_APPLESS_MAIN(tst_JsonMember)

#include "tst_jsonmember.moc"
