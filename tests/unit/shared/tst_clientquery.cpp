// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientquery.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <algorithm>
#include <functional>
#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Ids = QList<quint64>;
using Change = std::function<void(ClientInfo &)>;

ClientInfo clientOf(quint64 id)
{
    return {id, IpAddress::fromIPv4(0xcb007100 + static_cast<quint32>(id))};
}

std::vector<ClientInfo> clients(quint64 count)
{
    std::vector<ClientInfo> rows;
    // Neither ascending nor descending, whatever the count.
    for (quint64 id = 1; id <= count; id += 2)
        rows.push_back(clientOf(id));
    for (quint64 id = 2; id <= count; id += 2)
        rows.push_back(clientOf(id));
    return rows;
}

Ids idsOf(const ClientPage &page)
{
    Ids ids;
    for (const ClientInfo &info : page.items)
        ids.append(info.id);
    return ids;
}

Ids range(quint64 first, quint64 last)
{
    Ids ids;
    for (quint64 id = first; id <= last; ++id)
        ids.append(id);
    return ids;
}

Ids reversed(Ids ids)
{
    std::reverse(ids.begin(), ids.end());
    return ids;
}

} // namespace

class tst_ClientQuery : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void columnsAreTheMembersOfTheJson();
    void unknownColumns_data();
    void unknownColumns();
    void sorts_data();
    void sorts();
    void sortsByIdWithoutBeingAsked();
    void openClientsComeBeforeClosedOnes();
    void pages_data();
    void pages();
    void pagesFitTogether_data();
    void pagesFitTogether();
    void countsWhatTheFilterLeaves();
    void theClockReachesTheFilter();
    void rowsArriveWhole();
};

void tst_ClientQuery::columnsAreTheMembersOfTheJson()
{
    ClientInfo info = clientOf(1);
    info.closed.emplace();
    const QStringList members = toJson(info).keys();
    const QStringList names = clientColumnNames();
    QCOMPARE(QSet<QString>(names.begin(), names.end()),
             QSet<QString>(members.begin(), members.end()));
    QCOMPARE(names.size(), members.size());
    for (qsizetype i = 0; i < names.size(); ++i) {
        const Expected<ClientColumn> column = clientColumn(names[i]);
        QVERIFY2(column.ok(), qPrintable(names[i]));
        QCOMPARE(static_cast<qsizetype>(*column), i);
    }
}

void tst_ClientQuery::unknownColumns_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("shown");
    QTest::newRow("no name") << u""_s << u"\"\""_s;
    QTest::newRow("a wrong name") << u"ip"_s << u"\"ip\""_s;
    QTest::newRow("upper case") << u"Id"_s << u"\"Id\""_s;
    QTest::newRow("a blank") << u"id "_s << u"\"id \""_s;
    QTest::newRow("strange characters") << u"i\u00e9\n"_s << uR"("i\xc3\xa9\x0a")"_s;
    QTest::newRow("a long one is cut")
        << QString(100, u'x') << u"\"%1...\""_s.arg(QString(37, u'x'));
}

void tst_ClientQuery::unknownColumns()
{
    QFETCH(const QString, name);
    QFETCH(const QString, shown);
    const Expected<ClientColumn> column = clientColumn(name);
    QVERIFY(!column.ok());
    QCOMPARE(column.error().message,
             u"There is no column %1. Allowed are id, client, peer, peer_port, scheme, host, port, "
             "url, user_agent, origin, namespace, rooms, connected_at, idle_s, messages_in, "
             "messages_out, bytes_in, bytes_out, queue_bytes, trusted_peer, known, conflict, "
             "source, hops, trust_revision, closed_at, close_code, close_reason, initiator."_s.arg(
                 shown));
}

void tst_ClientQuery::sorts_data()
{
    QTest::addColumn<Change>("least");
    QTest::addColumn<Change>("middle");
    QTest::addColumn<Change>("most");
    const auto add = [](const char *column, Change least, Change middle, Change most) {
        QTest::newRow(column) << std::move(least) << std::move(middle) << std::move(most);
    };
    const auto addNumber = [&add](const char *column, auto member) {
        add(
            column, [member](ClientInfo &c) { c.*member = 9; },
            [member](ClientInfo &c) { c.*member = 10; },
            [member](ClientInfo &c) { c.*member = 200; });
    };
    const auto addText = [&add](const char *column, auto member) {
        add(
            column, [member](ClientInfo &c) { c.*member = u""_s; },
            [member](ClientInfo &c) { c.*member = u"ab"_s; },
            [member](ClientInfo &c) { c.*member = u"b"_s; });
    };
    const auto addAddress = [&add](const char *column, IpAddress ClientInfo::*member) {
        add(
            column, [member](ClientInfo &c) { c.*member = *IpAddress::parse("9.0.0.1"); },
            [member](ClientInfo &c) { c.*member = *IpAddress::parse("10.0.0.1"); },
            [member](ClientInfo &c) { c.*member = *IpAddress::parse("::1"); });
    };
    const auto addFlag = [&add](const char *column, bool ClientInfo::*member) {
        add(
            column, [member](ClientInfo &c) { c.*member = false; },
            [member](ClientInfo &c) { c.*member = true; },
            [member](ClientInfo &c) { c.*member = true; });
    };
    const auto addClosed = [&add](const char *column, auto low, auto high) {
        add(
            column, [](ClientInfo &c) { c.closed.reset(); }, std::move(low), std::move(high));
    };

    addNumber("id", &ClientInfo::id);
    addAddress("client", &ClientInfo::client);
    addAddress("peer", &ClientInfo::peer);
    addNumber("peer_port", &ClientInfo::peerPort);
    add(
        "scheme", [](ClientInfo &c) { c.scheme = Scheme::Http; },
        [](ClientInfo &c) { c.scheme = Scheme::Https; },
        [](ClientInfo &c) { c.scheme = Scheme::Https; });
    add(
        "host", [](ClientInfo &c) { c.host = "a.example"_ba; },
        [](ClientInfo &c) { c.host = "aa.example"_ba; },
        [](ClientInfo &c) { c.host = "b.example"_ba; });
    addNumber("port", &ClientInfo::port);
    addText("url", &ClientInfo::url);
    addText("user_agent", &ClientInfo::userAgent);
    addText("origin", &ClientInfo::origin);
    addText("namespace", &ClientInfo::nameSpace);
    add(
        "rooms", [](ClientInfo &c) { c.rooms = {}; },
        [](ClientInfo &c) {
            c.rooms = {{u"/"_s, u"z"_s}};
        },
        [](ClientInfo &c) {
            c.rooms = {{u"/"_s, u"a"_s}, {u"/"_s, u"b"_s}};
        });
    addNumber("connected_at", &ClientInfo::connectedAt);
    addNumber("idle_s", &ClientInfo::idle);
    addNumber("messages_in", &ClientInfo::messagesIn);
    addNumber("messages_out", &ClientInfo::messagesOut);
    addNumber("bytes_in", &ClientInfo::bytesIn);
    addNumber("bytes_out", &ClientInfo::bytesOut);
    addNumber("queue_bytes", &ClientInfo::queueBytes);
    addFlag("trusted_peer", &ClientInfo::trustedPeer);
    addFlag("known", &ClientInfo::known);
    addFlag("conflict", &ClientInfo::conflict);
    add(
        "source", [](ClientInfo &c) { c.source = Source::Forwarded; },
        [](ClientInfo &c) { c.source = Source::Peer; },
        [](ClientInfo &c) { c.source = Source::XRealIp; });
    addNumber("hops", &ClientInfo::hops);
    addNumber("trust_revision", &ClientInfo::trustRevision);
    addClosed(
        "closed_at",
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{9, 5, {}, {}};
        },
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{10, 4, {}, {}};
        });
    addClosed(
        "close_code",
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{9, 1000, {}, {}};
        },
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{8, 1001, {}, {}};
        });
    addClosed(
        "close_reason",
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{9, 5, u"a"_s, {}};
        },
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{8, 4, u"b"_s, {}};
        });
    addClosed(
        "initiator",
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{9, 5, {}, u"client"_s};
        },
        [](ClientInfo &c) {
            c.closed = ClientInfo::Closed{8, 4, {}, u"server"_s};
        });
}

void tst_ClientQuery::sorts()
{
    QFETCH(const Change, least);
    QFETCH(const Change, middle);
    QFETCH(const Change, most);
    const QString column = QString::fromLatin1(QTest::currentDataTag());
    // Ids that run against the column, so that the order of ids cannot stand in for it.
    std::vector<ClientInfo> rows{clientOf(301), clientOf(303), clientOf(302)};
    most(rows[0]);
    least(rows[1]);
    middle(rows[2]);
    const Ids sorted{rows[1].id, rows[2].id, rows[0].id};

    ClientQuery query;
    query.sort = *clientColumn(column);
    const bool hasTie = toJson(rows[0])[column] == toJson(rows[2])[column];
    const Ids up = idsOf(runQuery(rows, query, 0));
    QCOMPARE(up, hasTie ? Ids({sorted[0], sorted[2], sorted[1]}) : sorted);
    query.descending = true;
    const Ids down = idsOf(runQuery(rows, query, 0));
    QCOMPARE(down, reversed(sorted));
}

void tst_ClientQuery::sortsByIdWithoutBeingAsked()
{
    QCOMPARE(idsOf(runQuery(clients(9), {}, 0)), range(1, 9));
    ClientQuery query;
    query.descending = true;
    QCOMPARE(idsOf(runQuery(clients(9), query, 0)), reversed(range(1, 9)));
}

void tst_ClientQuery::openClientsComeBeforeClosedOnes()
{
    std::vector<ClientInfo> rows = clients(4);
    for (ClientInfo &row : rows) {
        if (row.id % 2 == 1)
            row.closed = ClientInfo::Closed{-5, 1000, {}, {}};
    }
    ClientQuery query;
    query.sort = ClientColumn::ClosedAt;
    QCOMPARE(idsOf(runQuery(rows, query, 0)), Ids({2, 4, 1, 3}));
    query.descending = true;
    QCOMPARE(idsOf(runQuery(rows, query, 0)), Ids({1, 3, 2, 4}));
}

void tst_ClientQuery::pages_data()
{
    QTest::addColumn<quint64>("count");
    QTest::addColumn<int>("limit");
    QTest::addColumn<qint64>("offset");
    QTest::addColumn<Ids>("expected");
    const auto row = [](const char *name, quint64 count, int limit, qint64 offset, Ids expected) {
        QTest::newRow(name) << count << limit << offset << std::move(expected);
    };
    row("nobody is there", 0, 10, 0, {});
    row("the default limit", 250, ClientQuery::DefaultLimit, 0, range(1, 100));
    row("the first page", 25, 10, 0, range(1, 10));
    row("the second page", 25, 10, 10, range(11, 20));
    row("the last page is shorter", 25, 10, 20, range(21, 25));
    row("an offset within a page", 25, 3, 7, range(8, 10));
    row("just beyond the end", 25, 10, 25, {});
    row("far beyond the end", 25, 10, std::numeric_limits<qint64>::max(), {});
    row("beyond the end of nothing", 0, 10, 1, {});
    row("an offset below zero is none", 25, 2, -7, range(1, 2));
    row("no rows wanted", 25, 0, 0, {});
    row("a limit below zero is zero", 25, -1, 0, {});
    row("the largest limit", 600, 500, 0, range(1, 500));
    row("a limit above the largest", 600, 501, 0, range(1, 500));
    row("all at once", 25, 25, 0, range(1, 25));
}

void tst_ClientQuery::pages()
{
    QFETCH(const quint64, count);
    QFETCH(const int, limit);
    QFETCH(const qint64, offset);
    ClientQuery query;
    query.limit = limit;
    query.offset = offset;
    const ClientPage page = runQuery(clients(count), query, 0);
    QTEST(idsOf(page), "expected");
    QCOMPARE(page.total, static_cast<qint64>(count));
    QCOMPARE(page.filtered, static_cast<qint64>(count));
}

void tst_ClientQuery::pagesFitTogether_data()
{
    QTest::addColumn<bool>("descending");
    QTest::newRow("ascending") << false;
    QTest::newRow("descending") << true;
}

// Many ties: each page must go on where the one before ended.
void tst_ClientQuery::pagesFitTogether()
{
    QFETCH(const bool, descending);
    std::vector<ClientInfo> rows = clients(103);
    for (ClientInfo &row : rows)
        row.queueBytes = static_cast<qint64>(row.id % 3);
    Ids expected;
    for (const quint64 rest : descending ? Ids({2, 1, 0}) : Ids({0, 1, 2})) {
        for (quint64 id = 1; id <= 103; ++id) {
            if (id % 3 == rest)
                expected.append(id);
        }
    }
    ClientQuery query;
    query.sort = ClientColumn::QueueBytes;
    query.descending = descending;
    query.limit = 10;
    Ids found;
    for (; query.offset < 110; query.offset += 10) {
        // A snapshot may hold the same rows in another order.
        std::rotate(rows.begin(), rows.begin() + 17, rows.end());
        found += idsOf(runQuery(rows, query, 0));
    }
    QCOMPARE(found, expected);
}

void tst_ClientQuery::countsWhatTheFilterLeaves()
{
    std::vector<ClientInfo> rows = clients(50);
    for (ClientInfo &row : rows)
        row.known = row.id % 5 != 0;
    ClientQuery query;
    query.filter = *ClientFilter::parse(u"known:no").filter;
    query.limit = 3;
    query.offset = 2;
    const ClientPage page = runQuery(std::move(rows), query, 0);
    QCOMPARE(page.total, 50);
    QCOMPARE(page.filtered, 10);
    QCOMPARE(idsOf(page), Ids({15, 20, 25}));
}

void tst_ClientQuery::theClockReachesTheFilter()
{
    std::vector<ClientInfo> rows = clients(3);
    for (ClientInfo &row : rows)
        row.connectedAt = static_cast<qint64>(row.id) * 100;
    ClientQuery query;
    query.filter = *ClientFilter::parse(u"age:>=100").filter;
    QCOMPARE(idsOf(runQuery(rows, query, 300)), Ids({1, 2}));
    QCOMPARE(idsOf(runQuery(rows, query, 400)), Ids({1, 2, 3}));
}

void tst_ClientQuery::rowsArriveWhole()
{
    std::vector<ClientInfo> rows = clients(3);
    QList<QJsonObject> expected(3);
    for (ClientInfo &row : rows) {
        row.host = "host"_ba + QByteArray::number(row.id);
        row.rooms = {{u"/"_s, QString::number(row.id)}};
        expected[static_cast<qsizetype>(row.id) - 1] = toJson(row);
    }
    const ClientPage page = runQuery(std::move(rows), {}, 0);
    QCOMPARE(page.items.size(), size_t{3});
    for (size_t i = 0; i < 3; ++i)
        QCOMPARE(toJson(page.items[i]), expected[static_cast<qsizetype>(i)]);
}

QTEST_APPLESS_MAIN(tst_ClientQuery)
#include "tst_clientquery.moc"
