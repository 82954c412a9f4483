// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/clientsquery.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_ClientsQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void hasDefaults();
    void takesParameters_data();
    void takesParameters();
    void takesAFilter();
    void refuses_data();
    void refuses();
    void keepsItsAnswersShort();
};

void tst_ClientsQuery::hasDefaults()
{
    for (const QByteArrayView text : {"", "&", "&&"}) {
        const Expected<ClientQuery> query = parseClientsQuery(text);
        QVERIFY(query);
        QVERIFY(query->filter.isEmpty());
        QCOMPARE(query->sort, ClientColumn::Id);
        QVERIFY(!query->descending);
        QCOMPARE(query->limit, ClientQuery::DefaultLimit);
        QCOMPARE(query->offset, 0);
    }
}

void tst_ClientsQuery::takesParameters_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<ClientColumn>("sort");
    QTest::addColumn<bool>("descending");
    QTest::addColumn<int>("limit");
    QTest::addColumn<qint64>("offset");
    const auto row = [](const QByteArray &text, ClientColumn sort, bool descending, int limit,
                        qint64 offset) {
        QTest::newRow(text.constData()) << text << sort << descending << limit << offset;
    };
    constexpr auto Id = ClientColumn::Id;
    row("sort=idle_s", ClientColumn::Idle, false, 100, 0);
    row("sort=id", Id, false, 100, 0);
    row("order=asc", Id, false, 100, 0);
    row("order=desc", Id, true, 100, 0);
    row("limit=0", Id, false, 0, 0);
    row("limit=7", Id, false, 7, 0);
    row("limit=500", Id, false, 500, 0);
    row("limit=%35", Id, false, 5, 0);
    row("offset=0", Id, false, 100, 0);
    row("offset=12345", Id, false, 100, 12345);
    row("offset=2147483647", Id, false, 100, 2147483647);
    row("%6fffset=3", Id, false, 100, 3);
    row("filter=", Id, false, 100, 0);
    row("offset=20&limit=10&order=desc&sort=bytes_out&filter=", ClientColumn::BytesOut, true, 10,
        20);
    row("&limit=1&&offset=2&", Id, false, 1, 2);
}

void tst_ClientsQuery::takesParameters()
{
    QFETCH(const QByteArray, text);
    const Expected<ClientQuery> query = parseClientsQuery(text);
    QVERIFY(query);
    QTEST(query->sort, "sort");
    QTEST(query->descending, "descending");
    QTEST(query->limit, "limit");
    QTEST(query->offset, "offset");
    QVERIFY(query->filter.isEmpty());
}

void tst_ClientsQuery::takesAFilter()
{
    const ClientInfo inside{1, IpAddress::fromIPv4(0xcb007105)};
    const ClientInfo outside{2, IpAddress::fromIPv4(0x0a000005)};
    for (const QByteArrayView text :
         {"filter=ip:203.0.113.0/24", "filter=-12345+ip%3A203.0.113.5"}) {
        const Expected<ClientQuery> query = parseClientsQuery(text);
        QVERIFY(query);
        QVERIFY(query->filter.matches(inside, 0));
        QVERIFY(!query->filter.matches(outside, 0));
    }
}

void tst_ClientsQuery::refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("problem"); // its start
    const auto row = [](const char *title, const QByteArray &text, const QString &problem) {
        QTest::newRow(title) << text << problem;
    };
    row("a filter with a mistake", "filter=ip:nonsense", u"filter, at character 4: "_s);
    row("a filter with a later mistake", "filter=abc+ip:nonsense", u"filter, at character 8: "_s);
    row("a column that is none", "sort=nope", u"sort: There is no column \"nope\"."_s);
    row("a column in upper case", "sort=ID", u"sort: There is no column \"ID\"."_s);
    row("an empty column", "sort=", u"sort: "_s);
    const QString order = u"order must be asc or desc"_s;
    row("an order that is none", "order=up", order);
    row("an order in upper case", "order=DESC", order);
    row("an empty order", "order=", order);
    row("an order without value", "order", order);
    const QString limit = u"limit must be a number from 0 to 500"_s;
    row("a limit above the cap", "limit=501", limit);
    row("a limit beyond 64 bits", "limit=99999999999999999999", limit);
    row("a negative limit", "limit=-1", limit);
    row("a limit with a plus", "limit=%2B1", limit);
    row("a limit with a blank", "limit=+1", limit);
    row("a limit with a fraction", "limit=1.0", limit);
    row("an empty limit", "limit=", limit);
    row("a limit without value", "limit", limit);
    const QString offset = u"offset must be a number from 0"_s;
    row("a negative offset", "offset=-1", offset);
    row("an offset beyond 31 bits", "offset=2147483648", offset);
    row("an empty offset", "offset=", offset);
    row("an offset that is a word", "offset=x", offset);
    row("limit twice", "limit=1&limit=1", u"limit is there twice"_s);
    row("limit twice, once encoded", "limit=1&%6cimit=2", u"limit is there twice"_s);
    row("filter twice", "filter=&filter=", u"filter is there twice"_s);
    row("sort twice", "sort=id&order=asc&sort=id", u"sort is there twice"_s);
    row("order twice", "order=asc&order=desc", u"order is there twice"_s);
    row("offset twice", "offset=0&offset=0", u"offset is there twice"_s);
    const QString allowed = u"; allowed: filter, sort, order, limit, offset"_s;
    row("an unknown parameter", "page=1", u"unknown parameter \"page\""_s + allowed);
    row("a parameter in upper case", "Limit=1", u"unknown parameter \"Limit\""_s + allowed);
    row("a list", "limit[]=1", u"unknown parameter \"limit[]\""_s + allowed);
    row("no name", "=1", u"unknown parameter \"\""_s + allowed);
    row("an unknown parameter behind right ones", "limit=1&x", u"unknown parameter \"x\""_s);
}

void tst_ClientsQuery::refuses()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, problem);
    const Expected<ClientQuery> query = parseClientsQuery(text);
    QVERIFY(!query);
    QCOMPARE(query.error().message.left(problem.size()), problem);
}

void tst_ClientsQuery::keepsItsAnswersShort()
{
    for (const QByteArray &name : {""_ba, "filter=ip:"_ba, "sort="_ba, "order="_ba, "limit="_ba}) {
        const QByteArray text = name + QByteArray(5000, 'x');
        const Expected<ClientQuery> query = parseClientsQuery(text);
        QVERIFY(!query);
        QVERIFY2(query.error().message.size() < 600, name.constData());
    }
}

QTEST_APPLESS_MAIN(tst_ClientsQuery)
#include "tst_clientsquery.moc"
