// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requesthead.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

RequestHead sample()
{
    RequestHead head;
    head.headers = {{"Host", "a"},
                    {"X-Forwarded-For", "1.1.1.1"},
                    {"connection", "keep-alive, Upgrade"},
                    {"x-forwarded-for", "2.2.2.2"},
                    {"CONNECTION", " , HTTP2-Settings"},
                    {"X-Empty", ""}};
    return head;
}

} // namespace

class tst_RequestHead : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void findGivesTheFirstLine();
    void countIgnoresCase();
    void tokensOfAllLines_data();
    void tokensOfAllLines();
    void clearKeepsOnlyTheRoom();
    void bodyOrNone();
};

void tst_RequestHead::findGivesTheFirstLine()
{
    const RequestHead head = sample();
    QCOMPARE(head.find("X-FORWARDED-FOR"), QByteArrayView("1.1.1.1"));
    QCOMPARE(head.find("x-empty"), QByteArrayView(""));
    QVERIFY(!head.find("x-empt"));
    QVERIFY(!head.find("x_empty"));
}

void tst_RequestHead::countIgnoresCase()
{
    const RequestHead head = sample();
    QCOMPARE(head.count("X-Forwarded-For"), 2);
    QCOMPARE(head.count("host"), 1);
    QCOMPARE(head.count("X_Forwarded_For"), 0);
}

void tst_RequestHead::tokensOfAllLines_data()
{
    QTest::addColumn<QByteArray>("token");
    QTest::addColumn<bool>("found");
    QTest::newRow("first member") << "keep-alive"_ba << true;
    QTest::newRow("other case") << "UPGRADE"_ba << true;
    QTest::newRow("second line") << "http2-settings"_ba << true;
    QTest::newRow("part of a member") << "keep"_ba << false;
    QTest::newRow("longer than a member") << "upgrade2"_ba << false;
    QTest::newRow("two members at once") << "keep-alive, Upgrade"_ba << false;
}

void tst_RequestHead::tokensOfAllLines()
{
    QFETCH(const QByteArray, token);
    QFETCH(const bool, found);
    QCOMPARE(sample().hasToken("Connection", token), found);
    QVERIFY(!sample().hasToken("Host", token));
}

void tst_RequestHead::clearKeepsOnlyTheRoom()
{
    RequestHead head = sample();
    head.method = "POST";
    head.target = head.path = "/a";
    head.query = "b";
    head.host = "c";
    head.framing = RequestHead::Framing::Length;
    head.contentLength = 5;
    head.minorVersion = 0;
    head.keepAlive = head.expectContinue = true;
    const HeaderLine *room = head.headers.data();

    head.clear();
    QVERIFY(head.method.isEmpty() && head.target.isEmpty() && head.path.isEmpty());
    QVERIFY(head.query.isEmpty() && head.host.isEmpty() && head.headers.empty());
    QCOMPARE(head.framing, RequestHead::Framing::None);
    QCOMPARE(head.contentLength, 0U);
    QCOMPARE(head.minorVersion, 1);
    QVERIFY(!head.keepAlive && !head.expectContinue);
    QCOMPARE(head.headers.data(), room);
    QCOMPARE_GE(head.headers.capacity(), 6U);
}

void tst_RequestHead::bodyOrNone()
{
    RequestHead head;
    QVERIFY(!head.hasBody());
    head.framing = RequestHead::Framing::Length;
    QVERIFY(!head.hasBody());
    head.contentLength = 1;
    QVERIFY(head.hasBody());
    head.framing = RequestHead::Framing::Chunked;
    head.contentLength = 0;
    QVERIFY(head.hasBody());
}

QTEST_APPLESS_MAIN(tst_RequestHead)
#include "tst_requesthead.moc"
