// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the calls of the HTTP API do: broadcasts reach those that they are for and are counted, one
// client is sent to or kicked.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Config = R"(
threads = 3
api_keys = ["k"]
[log]
format = "json"
)";

QByteArray pathOf(const QString &id, const char *what)
{
    return "/api/clients/" + id.toLatin1() + '/' + what;
}

QJsonObject parsed(const QByteArray &json)
{
    return QJsonDocument::fromJson(json).object();
}

} // namespace

class tst_ApiCalls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void broadcastReaches_data();
    void broadcastReaches();
    void broadcastLeavesOut_data();
    void broadcastLeavesOut();
    void broadcastCarriesData_data();
    void broadcastCarriesData();
    void broadcastMayBeLarge();

    void sendReachesOne();
    void kickCloses_data();
    void kickCloses();
    void kickedClientIsOutAtOnce();
    void whoIsNotThereIsNotFound_data();
    void whoIsNotThereIsNotFound();

private:
    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<ApiClient> m_api;
    // In "/", also in room "r" of "/", also in room "r" of "/game", and in both of them.
    std::vector<std::unique_ptr<EventClient>> m_clients;
    QStringList m_ids;
};

void tst_ApiCalls::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_api = std::make_unique<ApiClient>(m_server->port(), "k"_ba);
    for (int i = 0; i < 4; ++i) {
        const QByteArray agent = "client "_ba + QByteArray::number(i);
        m_clients.push_back(std::make_unique<EventClient>(m_server->port()));
        QVERIFY(m_clients.back()->openAs(agent));
        m_ids.append(m_api->idOf(agent));
    }
    QVERIFY(!m_ids.contains(QString()));
    QVERIFY(m_clients[1]->join(u"r"_s));
    QVERIFY(m_clients[2]->join(u"r"_s, u"/game"_s));
    QVERIFY(m_clients[3]->join(u"r"_s));
    QVERIFY(m_clients[3]->join(u"r"_s, u"/game"_s));
}

void tst_ApiCalls::cleanup()
{
    m_clients.clear();
    m_ids.clear();
    m_api.reset();
    m_server.reset();
}

// ---- broadcast --------------------------------------------------------------------------------

void tst_ApiCalls::broadcastReaches_data()
{
    QTest::addColumn<QByteArray>("target"); // members of the body
    QTest::addColumn<QList<int>>("reached");
    QTest::newRow("everybody") << ""_ba << QList<int>{0, 1, 2, 3};
    QTest::newRow("the namespace that all are in")
        << R"(,"namespace":"/")"_ba << QList<int>{0, 1, 2, 3};
    QTest::newRow("a namespace that nobody is in, only in its rooms")
        << R"(,"namespace":"/game")"_ba << QList<int>{};
    QTest::newRow("a room") << R"(,"namespace":"/","room":"r")"_ba << QList<int>{1, 3};
    QTest::newRow("a room without a namespace is one of /")
        << R"(,"room":"r")"_ba << QList<int>{1, 3};
    QTest::newRow("a room of another namespace")
        << R"(,"namespace":"/game","room":"r")"_ba << QList<int>{2, 3};
    QTest::newRow("a room that is not there") << R"(,"room":"none")"_ba << QList<int>{};
    QTest::newRow("a room in other letters") << R"(,"room":"R")"_ba << QList<int>{};
    QTest::newRow("null is not there")
        << R"(,"namespace":null,"room":null,"except":null)"_ba << QList<int>{0, 1, 2, 3};
}

void tst_ApiCalls::broadcastReaches()
{
    QFETCH(const QByteArray, target);
    QFETCH(const QList<int>, reached);
    const HttpResponse response =
        m_api->post("/api/broadcast"_ba, QByteArray(R"({"event":"news.1")" + target + '}'));
    QCOMPARE(response.status, 200);
    const QJsonObject expected{{u"success"_s, true}, {u"delivered"_s, reached.size()}};
    QCOMPARE(response.json(), expected);
    // The second one shows that the first one did not go to others.
    QCOMPARE(m_api->broadcast({{u"event"_s, u"last"_s}}), 4);
    for (int i = 0; i < 4; ++i) {
        if (reached.contains(i))
            QCOMPARE(m_clients[size_t(i)]->readEvent(), EventClient::event(u"news.1"_s));
        QCOMPARE(m_clients[size_t(i)]->readEvent(), EventClient::event(u"last"_s));
    }
}

void tst_ApiCalls::broadcastLeavesOut_data()
{
    QTest::addColumn<QString>("room");
    QTest::addColumn<QList<int>>("except");
    QTest::addColumn<bool>("asNumbers");
    QTest::addColumn<QList<int>>("reached");
    QTest::newRow("one of all") << u""_s << QList<int>{2} << false << QList<int>{0, 1, 3};
    QTest::newRow("some, in any order, as numbers")
        << u""_s << QList<int>{3, 0, 3} << true << QList<int>{1, 2};
    QTest::newRow("all") << u""_s << QList<int>{0, 1, 2, 3} << false << QList<int>{};
    QTest::newRow("nobody") << u""_s << QList<int>{} << false << QList<int>{0, 1, 2, 3};
    QTest::newRow("one of a room") << u"r"_s << QList<int>{1} << true << QList<int>{3};
    QTest::newRow("one that is not in the room")
        << u"r"_s << QList<int>{0} << false << QList<int>{1, 3};
}

void tst_ApiCalls::broadcastLeavesOut()
{
    QFETCH(const QString, room);
    QFETCH(const QList<int>, except);
    QFETCH(const bool, asNumbers);
    QFETCH(const QList<int>, reached);
    QJsonArray ids{u"999999"_s}; // one that is not there
    for (const int i : except) {
        const QString &id = m_ids.at(i);
        ids.append(asNumbers ? QJsonValue(id.toInt()) : QJsonValue(id));
    }
    QJsonObject body{{u"event"_s, u"news"_s}, {u"except"_s, ids}};
    if (!room.isEmpty())
        body.insert(u"room"_s, room);
    QCOMPARE(m_api->broadcast(body), int(reached.size()));
    QCOMPARE(m_api->broadcast({{u"event"_s, u"last"_s}}), 4);
    for (int i = 0; i < 4; ++i) {
        if (reached.contains(i))
            QCOMPARE(m_clients[size_t(i)]->readEvent(), EventClient::event(u"news"_s));
        QCOMPARE(m_clients[size_t(i)]->readEvent(), EventClient::event(u"last"_s));
    }
}

void tst_ApiCalls::broadcastCarriesData_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("received");
    QTest::newRow("no data") << ""_ba
                             << "{}"_ba;
    QTest::newRow("null") << R"(,"data":null)"_ba
                          << "{}"_ba;
    QTest::newRow("an empty object") << R"(,"data":{})"_ba
                                     << "{}"_ba;
    QTest::newRow("an empty list") << R"(,"data":[])"_ba
                                   << "{}"_ba;
    QTest::newRow("a list") << R"(,"data":[1,[],{}])"_ba
                            << R"([1,[],{}])"_ba;
    QTest::newRow("values of all kinds") << R"(,"data":{"a":null,"b":[true],"c":-1.5,"d":"a/b"})"_ba
                                         << R"({"a":null,"b":[true],"c":-1.5,"d":"a/b"})"_ba;
    QTest::newRow("room and namespace stand beside it, not in it")
        << R"(,"room":"r","data":{"room":"x"})"_ba
        << R"({"room":"x"})"_ba;
}

void tst_ApiCalls::broadcastCarriesData()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, received);
    QCOMPARE(m_api->broadcast(parsed(R"({"event":"news")" + sent + '}')) > 0, true);
    const QJsonObject expected = parsed(R"({"event":"news","data":)" + received + '}');
    QVERIFY(!expected.isEmpty());
    QCOMPARE(m_clients[3]->readEvent(), expected);
}

// What the server sends is not capped by max_message_size, which is for what clients send.
void tst_ApiCalls::broadcastMayBeLarge()
{
    const QJsonObject data{{u"text"_s, QString(500'000, u'x')}};
    QCOMPARE(m_api->broadcast({{u"event"_s, u"news"_s}, {u"data"_s, data}}), 4);
    for (const auto &client : m_clients) {
        QVERIFY(client->readEvent() == EventClient::event(u"news"_s, data));
        QVERIFY(client->isResponsive());
    }
}

// ---- one client -------------------------------------------------------------------------------

void tst_ApiCalls::sendReachesOne()
{
    const QJsonObject data{{u"text"_s, u"for you"_s}};
    for (int i = 0; i < 4; ++i) {
        const HttpResponse response =
            m_api->post(pathOf(m_ids.at(i), "send"),
                        QJsonObject{{u"event"_s, u"private"_s}, {u"data"_s, data}});
        QCOMPARE(response.status, 200);
        QCOMPARE(response.json(), (QJsonObject{{u"success"_s, true}}));
    }
    for (const auto &client : m_clients) {
        QCOMPARE(client->readEvent(), EventClient::event(u"private"_s, data));
        QVERIFY(client->isResponsive());
    }
}

void tst_ApiCalls::kickCloses_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("reason");
    QTest::newRow("no body") << ""_ba << 1008 << u""_s;
    QTest::newRow("an empty body") << "{}"_ba << 1008 << u""_s;
    QTest::newRow("a reason") << R"({"reason":"be nice"})"_ba << 1008 << u"be nice"_s;
    QTest::newRow("a code") << R"({"code":4001})"_ba << 4001 << u""_s;
    QTest::newRow("both") << R"({"code":1013,"reason":"later"})"_ba << 1013 << u"later"_s;
    QTest::newRow("null") << R"({"code":null,"reason":null})"_ba << 1008 << u""_s;
    QTest::newRow("the longest reason, beyond ASCII")
        << QByteArray(R"({"reason":"x)" + "\xc3\xa4"_ba.repeated(61) + R"("})") << 1008
        << QString(u'x' + u"ä"_s.repeated(61));
}

void tst_ApiCalls::kickCloses()
{
    QFETCH(const QByteArray, body);
    QFETCH(const int, code);
    QFETCH(const QString, reason);
    EventClient &client = *m_clients[1];
    const HttpResponse response = m_api->post(pathOf(m_ids.at(1), "kick"), body);
    QCOMPARE(response.status, 200);
    QCOMPARE(response.json(), (QJsonObject{{u"success"_s, true}}));
    const auto frame = client.readFrame();
    QVERIFY(frame);
    QCOMPARE(frame->opcode, WireFrame::Close);
    QCOMPARE(frame->closeCode(), code);
    QCOMPARE(QString::fromUtf8(frame->closeReason()), reason);
    QVERIFY(client.sendClose(code));
    QVERIFY(client.raw().waitForClosed());

    const QJsonObject closed =
        m_server->waitForEvent(u"client_closed"_s, {{u"id"_s, m_ids.at(1).toInt()}});
    QCOMPARE(closed.value("code"_L1).toInt(), code);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"server"_s);
    QCOMPARE(closed.value("reason"_L1).toString(), reason);
    QVERIFY(m_clients[0]->isResponsive());
}

// Although it has not answered the close yet.
void tst_ApiCalls::kickedClientIsOutAtOnce()
{
    const QString &id = m_ids.at(3);
    QCOMPARE(m_api->broadcast({{u"event"_s, u"before"_s}}), 4);
    QCOMPARE(m_api->post(pathOf(id, "kick"), "{}"_ba).status, 200);
    QCOMPARE(m_api->broadcast({{u"event"_s, u"after"_s}}), 3);
    QCOMPARE(m_api->broadcast({{u"event"_s, u"after"_s}, {u"room"_s, u"r"_s}}), 1);
    QCOMPARE(m_api->post(pathOf(id, "send"), R"({"event":"after"})"_ba).status, 404);
    QCOMPARE(m_api->post(pathOf(id, "kick"), R"({"code":4000})"_ba).status, 404);
    EventClient &client = *m_clients[3];
    // What it still says is not heard.
    QVERIFY(client.sendEvent(u"join_room"_s, QJsonObject{{u"room"_s, u"r"_s}}));
    QCOMPARE(client.readEvent(), EventClient::event(u"before"_s));
    QCOMPARE(client.readCloseCode(), 1008);
    QVERIFY(client.sendClose(1008));
    QCOMPARE(client.raw().readUntilClosed(), QByteArray());
}

void tst_ApiCalls::whoIsNotThereIsNotFound_data()
{
    QTest::addColumn<QByteArray>("id");
    QTest::newRow("an unknown id") << "999999"_ba;
    QTest::newRow("0") << "0"_ba;
    QTest::newRow("below 0") << "-1"_ba;
    QTest::newRow("a word") << "me"_ba;
    QTest::newRow("with more behind it") << "1x"_ba;
    QTest::newRow("a fraction") << "1.0"_ba;
    QTest::newRow("beyond 64 bits") << "18446744073709551617"_ba;
    QTest::newRow("escaped") << "%31"_ba;
}

void tst_ApiCalls::whoIsNotThereIsNotFound()
{
    QFETCH(const QByteArray, id);
    const QString text = QString::fromLatin1(id);
    for (const HttpResponse &response : {m_api->post(pathOf(text, "send"), R"({"event":"x"})"_ba),
                                         m_api->post(pathOf(text, "kick"), "{}"_ba)}) {
        QCOMPARE(response.status, 404);
        QCOMPARE(response.json().value("code"_L1).toString(), u"not_found"_s);
        QVERIFY(!response.json().value("error"_L1).toString().isEmpty());
    }
    for (const auto &client : m_clients)
        QVERIFY(client->isResponsive());
}

QTEST_GUILESS_MAIN(tst_ApiCalls)
#include "tst_apicalls.moc"
