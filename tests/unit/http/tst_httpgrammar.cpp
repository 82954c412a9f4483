// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/grammar.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_HttpGrammar : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void eachByteIsJudgedAtEachPlace();
    void theFirstControlCounts();
    void theSearchBeginsWhereItIsTold();
    void listMembers_data();
    void listMembers();
    void listStopsAtAMatch();
    void prefixes();
};

void tst_HttpGrammar::eachByteIsJudgedAtEachPlace()
{
    for (int value = 0; value < 256; ++value) {
        const bool forbidden = (value < 0x20 && value != '\t') || value == 0x7f;
        for (qsizetype place = 0; place < 19; ++place) {
            QByteArray text(19, 'a');
            text[place] = static_cast<char>(value);
            const qsizetype expected = forbidden ? place : text.size();
            QCOMPARE(findForbiddenControl(text, 0), expected);
        }
    }
}

void tst_HttpGrammar::theFirstControlCounts()
{
    // Tabs and high bytes beside a hit must not hide or move it.
    const QByteArray text = "a\t\xff\x80\tb\t\t\x7f\x01 rest"_ba;
    QCOMPARE(findForbiddenControl(text, 0), 8);
}

void tst_HttpGrammar::theSearchBeginsWhereItIsTold()
{
    const QByteArray text = "\r\n0123456789\r\n"_ba;
    QCOMPARE(findForbiddenControl(text, 1), 1);
    QCOMPARE(findForbiddenControl(text, 2), 12);
    QCOMPARE(findForbiddenControl(text, 14), 14);
    QCOMPARE(findForbiddenControl(QByteArrayView(), 0), 0);
}

void tst_HttpGrammar::listMembers_data()
{
    QTest::addColumn<QByteArray>("list");
    QTest::addColumn<QByteArrayList>("members");
    QTest::newRow("nothing") << ""_ba << QByteArrayList();
    QTest::newRow("one member") << "a"_ba << QByteArrayList{"a"};
    QTest::newRow("blanks around members are no part of them")
        << " a ,\tb\t, c"_ba << QByteArrayList{"a", "b", "c"};
    QTest::newRow("empty members are skipped") << ",, a , ,b,"_ba << QByteArrayList{"a", "b"};
    QTest::newRow("blanks inside belong to the member")
        << "a b, c"_ba << QByteArrayList{"a b", "c"};
}

void tst_HttpGrammar::listMembers()
{
    QFETCH(const QByteArray, list);
    QFETCH(const QByteArrayList, members);
    QByteArrayList found;
    QVERIFY(!anyListMember(list, [&found](QByteArrayView member) {
        found.append(member.toByteArray());
        return false;
    }));
    QCOMPARE(found, members);
}

void tst_HttpGrammar::listStopsAtAMatch()
{
    int visited = 0;
    QVERIFY(anyListMember("a, b, c", [&visited](QByteArrayView member) {
        ++visited;
        return member == "b";
    }));
    QCOMPARE(visited, 2);
}

void tst_HttpGrammar::prefixes()
{
    QVERIFY(startsWithIgnoringCase("X-Forwarded-For", "x-forwarded-"));
    QVERIFY(startsWithIgnoringCase("abc", ""));
    QVERIFY(!startsWithIgnoringCase("x-forwarded", "x-forwarded-"));
    QVERIFY(!startsWithIgnoringCase("X_Forwarded-For", "x-forwarded-"));
}

QTEST_APPLESS_MAIN(tst_HttpGrammar)
#include "tst_httpgrammar.moc"
