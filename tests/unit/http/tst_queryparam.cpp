// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/queryparam.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_QueryParam : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void found_data();
    void found();
    void notThere_data();
    void notThere();
    void secrets_data();
    void secrets();
};

void tst_QueryParam::found_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("alone") << "key=abc"_ba
                           << "abc"_ba;
    QTest::newRow("among others") << "a=1&key=abc&b=2"_ba
                                  << "abc"_ba;
    QTest::newRow("the last value wins") << "key=first&key=last"_ba
                                         << "last"_ba;
    QTest::newRow("even when it is empty") << "key=first&key="_ba
                                           << ""_ba;
    QTest::newRow("or has no sign") << "key=first&key"_ba
                                    << ""_ba;
    QTest::newRow("no value") << "key"_ba
                              << ""_ba;
    QTest::newRow("signs in the value") << "key=a=b=c"_ba
                                        << "a=b=c"_ba;
    QTest::newRow("plus is a blank") << "key=a+b"_ba
                                     << "a b"_ba;
    QTest::newRow("encoded plus is a plus") << "key=a%2Bb"_ba
                                            << "a+b"_ba;
    QTest::newRow("encoded bytes, both cases") << "key=%c3%A9%00"_ba
                                               << "\xc3\xa9"_ba + '\0';
    QTest::newRow("decoded once") << "key=%2541"_ba
                                  << "%41"_ba;
    QTest::newRow("encoded separator") << "key=a%26b=c"_ba
                                       << "a&b=c"_ba;
    QTest::newRow("encoded name") << "%6bey=abc"_ba
                                  << "abc"_ba;
    QTest::newRow("percent sign at the end") << "key=a%"_ba
                                             << "a%"_ba;
    QTest::newRow("one digit") << "key=a%4"_ba
                               << "a%4"_ba;
    QTest::newRow("no digits") << "key=a%zz%4"_ba
                               << "a%zz%4"_ba;
    QTest::newRow("one digit is good") << "key=a%4g"_ba
                                       << "a%4g"_ba;
    QTest::newRow("two digits end the text") << "key=%41"_ba
                                             << "A"_ba;
    QTest::newRow("semicolon does not separate") << "key=a;b=c"_ba
                                                 << "a;b=c"_ba;
    QTest::newRow("empty pairs") << "&&key=a&&"_ba
                                 << "a"_ba;
    QTest::newRow("array form beside it") << "key[]=x&key=a"_ba
                                          << "a"_ba;
}

void tst_QueryParam::found()
{
    QFETCH(const QByteArray, query);
    QFETCH(const QByteArray, value);
    QCOMPARE(queryParameter(query, "key"), value);
}

void tst_QueryParam::notThere_data()
{
    QTest::addColumn<QByteArray>("query");
    QTest::newRow("empty query") << ""_ba;
    QTest::newRow("another name") << "a=1"_ba;
    QTest::newRow("case counts") << "Key=a&KEY=a"_ba;
    QTest::newRow("longer name") << "keys=a"_ba;
    QTest::newRow("shorter name") << "ke=a"_ba;
    QTest::newRow("name as a value") << "a=key"_ba;
    QTest::newRow("array form") << "key[]=a"_ba;
    QTest::newRow("array form, encoded") << "key%5B%5D=a"_ba;
    QTest::newRow("array form with an index") << "key[0]=a"_ba;
    QTest::newRow("after an encoded separator") << "a=b%26key=c"_ba;
}

void tst_QueryParam::notThere()
{
    QFETCH(const QByteArray, query);
    QVERIFY(!queryParameter(query, "key"));
}

void tst_QueryParam::secrets_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<bool>("equal");
    QTest::newRow("equal") << "s3cret"_ba
                           << "s3cret"_ba << true;
    QTest::newRow("both empty") << ""_ba
                                << ""_ba << true;
    QTest::newRow("first byte") << "x3cret"_ba
                                << "s3cret"_ba << false;
    QTest::newRow("last byte") << "s3creT"_ba
                               << "s3cret"_ba << false;
    QTest::newRow("prefix") << "s3cre"_ba
                            << "s3cret"_ba << false;
    QTest::newRow("longer") << "s3crets"_ba
                            << "s3cret"_ba << false;
    QTest::newRow("twice") << "s3crets3cret"_ba
                           << "s3cret"_ba << false;
    QTest::newRow("nothing given") << ""_ba
                                   << "s3cret"_ba << false;
    QTest::newRow("nothing wanted") << "s3cret"_ba
                                    << ""_ba << false;
    QTest::newRow("zeros given, nothing wanted") << QByteArray(3, '\0') << ""_ba << false;
    QTest::newRow("differences that cancel out") << "ba"_ba
                                                 << "ab"_ba << false;
    QTest::newRow("high bytes") << "\xff\x80"_ba
                                << "\xff\x80"_ba << true;
}

void tst_QueryParam::secrets()
{
    QFETCH(const QByteArray, given);
    QFETCH(const QByteArray, secret);
    QFETCH(const bool, equal);
    QCOMPARE(secretsEqual(given, secret), equal);
}

QTEST_APPLESS_MAIN(tst_QueryParam)
#include "tst_queryparam.moc"
