// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/recentrequests.h"
#include "server/trust/resolver.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <atomic>
#include <thread>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

using Ids = QList<quint64>;

const IpAddress Proxy = IpAddress::fromIPv4(0x0a000001);  // 10.0.0.1
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7
const IpAddress Local = IpAddress::fromIPv4(0xc0000250);  // 192.0.2.80

const std::vector<HeaderLine> Forwarded = {{"Host", "App.Example:8443"},
                                           {"Cookie", "id=secret"},
                                           {"X-Forwarded-For", "203.0.113.7, 10.0.0.2"},
                                           {"X-Forwarded-Proto", "https"}};

std::shared_ptr<const TrustPolicy> policyThatTrusts(const QString &entry, quint64 revision = 7)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{entry, {}}};
    return TrustPolicy::compile(settings, revision).value();
}

RequestEvent eventOf(const Resolution &who)
{
    return {.resolution = who,
            .method = "GET",
            .target = "/a?room=b&key=secret",
            .userAgent = "curl/8.0",
            .status = 200,
            .detail = {},
            .duration = 1500us};
}

// A request of the proxy with the headers above.
void addForwarded(RecentRequests &requests, const TrustPolicy &policy,
                  const std::optional<IpAddress> &announced = {})
{
    const Resolution who = resolve(
        {.peer = Proxy, .announced = announced, .headers = Forwarded, .localAddress = Local},
        policy);
    requests.add(0, eventOf(who), {Local, announced, KeptHeaders(Forwarded, policy)}, 1500);
}

// One without headers, with a target of its own.
void addPlain(RecentRequests &requests, int thread, qint64 number)
{
    const Resolution who(Client);
    RequestEvent event = eventOf(who);
    const QByteArray target = "/"_ba + QByteArray::number(number);
    event.target = target;
    requests.add(thread, event, {Local}, number);
}

// One whose head was no request.
void addUnreadable(RecentRequests &requests)
{
    const Resolution who(Client);
    requests.add(0,
                 {.resolution = who,
                  .method = {},
                  .target = {},
                  .userAgent = {},
                  .status = 400,
                  .detail = "bad request line"},
                 {Local}, 1500);
}

Ids idsOf(const std::vector<RecentRequest> &requests)
{
    Ids ids;
    for (const RecentRequest &request : requests)
        ids.append(request.id);
    return ids;
}

QByteArray textOf(const QJsonObject &json)
{
    return QJsonDocument(json).toJson(QJsonDocument::Compact);
}

} // namespace

class tst_RecentRequests : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void writesJson();
    void writesWhatItWas_data();
    void writesWhatItWas();
    void writesOneThatCouldNotBeRead();
    void cutsLongTexts();
    void showsNoKey_data();
    void showsNoKey();
    void escapesWhatWasSent();
    void givesTheLastOnesOfAllThreadsFirst_data();
    void givesTheLastOnesOfAllThreadsFirst();
    void keepsTheLastOnes();
    void aCopyStaysWhatItWas();
    void findsOne();
    void resolvesAgain_data();
    void resolvesAgain();
    void explainsInJson();
    void leavesOneThatCouldNotBeReadAsItWas();
    void takesRequestsOfSeveralThreads();
};

void tst_RecentRequests::writesJson()
{
    RecentRequests requests(1);
    addForwarded(requests, *policyThatTrusts(u"10.0.0.0/8"_s));
    QCOMPARE(textOf(toJson(requests.recent(1).at(0))),
             R"({"at_ms":1500,"client":"203.0.113.7","conflict":false,"detail":"",)"
             R"("duration_us":1500,"exempt":false,"hops":2,"host":"app.example","id":"1",)"
             R"("known":true,"method":"GET","peer":"10.0.0.1","port":8443,"scheme":"https",)"
             R"("source":"x-forwarded-for","status":200,"trust_revision":7,"trusted_peer":true,)"
             R"("upgrade":false,"url":"https://app.example:8443/a?room=b&key=***",)"
             R"("url_cut":false,"user_agent":"curl/8.0"})"_ba);
}

void tst_RecentRequests::writesWhatItWas_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<bool>("exempt");
    QTest::addColumn<bool>("upgrade");
    QTest::newRow("a request") << 404 << false << false;
    QTest::newRow("a health check") << 200 << true << false;
    QTest::newRow("a WebSocket client") << 101 << false << true;
}

void tst_RecentRequests::writesWhatItWas()
{
    QFETCH(const int, status);
    QFETCH(const bool, exempt);
    QFETCH(const bool, upgrade);
    RecentRequests requests(1);
    const Resolution who(Client);
    RequestEvent event = eventOf(who);
    event.status = status;
    event.exempt = exempt;
    event.detail = "no such route";
    requests.add(0, event, {Local}, 1);
    const QJsonObject json = toJson(requests.recent(1).at(0));
    QCOMPARE(json[u"status"_s].toInt(), status);
    QCOMPARE(json[u"exempt"_s].toBool(), exempt);
    QCOMPARE(json[u"upgrade"_s].toBool(), upgrade);
    QCOMPARE(json[u"detail"_s].toString(), u"no such route"_s);
}

void tst_RecentRequests::writesOneThatCouldNotBeRead()
{
    RecentRequests requests(1);
    addUnreadable(requests);
    const RecentRequest request = requests.recent(1).at(0);
    QVERIFY(!request.isRead());
    const QJsonObject json = toJson(request);
    for (const QString &name : {u"method"_s, u"url"_s, u"host"_s, u"user_agent"_s})
        QCOMPARE(json[name].toString(u"?"_s), QString());
    QCOMPARE(json[u"peer"_s].toString(), u"203.0.113.7"_s);
    QCOMPARE(json[u"status"_s].toInt(), 400);
    QCOMPARE(json[u"detail"_s].toString(), u"bad request line"_s);
}

void tst_RecentRequests::cutsLongTexts()
{
    const auto request = [](qsizetype size) {
        RecentRequests requests(1);
        const Resolution who(Client);
        const QByteArray text(size, 'x');
        requests.add(
            0,
            {.resolution = who, .method = text, .target = text, .userAgent = text, .detail = text},
            {Local}, 1);
        return requests.recent(1).at(0);
    };
    const RecentRequest cut = request(1000);
    QCOMPARE(cut.target.size(), 512);
    QCOMPARE(cut.userAgent.size(), 200);
    QCOMPARE(cut.detail.size(), 200);
    QCOMPARE(cut.method.size(), 64);
    QVERIFY(toJson(cut)[u"url_cut"_s].toBool());
    QVERIFY(request(513).targetCut);
    QVERIFY(!request(512).targetCut);
}

void tst_RecentRequests::showsNoKey_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::newRow("alone") << "/?key=hunter2"_ba;
    QTest::newRow("among others") << "/a?b=c&key=hunter2&d=e"_ba;
    QTest::newRow("with a name in disguise") << "/?%4beY=hunter2"_ba;
    QTest::newRow("in absolute form") << "http://app.example/?key=hunter2"_ba;
    QTest::newRow("where the target is cut")
        << "/"_ba + QByteArray(500, 'x') + "?key=hunter2hunter2hunter2"_ba;
}

// Neither the rows nor the explanation.
void tst_RecentRequests::showsNoKey()
{
    QFETCH(const QByteArray, target);
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    RecentRequests requests(1);
    Resolution who(Proxy);
    RequestEvent event = eventOf(who);
    event.target = target;
    requests.add(0, event, {Local, {}, KeptHeaders(Forwarded, *policy)}, 1);
    const RecentRequest request = requests.recent(1).at(0);
    const Explanation why = explainRequest(request, *policy, &who);
    const QByteArray text = textOf(toJson(request, who, why));
    QVERIFY2(text.contains("=***"), text.constData());
    QVERIFY2(!text.contains("hun"), text.constData());
    QVERIFY2(!text.contains("secret"), text.constData()); // the cookie was not kept
}

void tst_RecentRequests::escapesWhatWasSent()
{
    RecentRequests requests(1);
    const Resolution who(Client);
    requests.add(0,
                 {.resolution = who,
                  .method = "G\x1b",
                  .target = "/\xff\n",
                  .userAgent = "\x1b]0;x\x07",
                  .detail = "\r"},
                 {Local}, 1);
    const QByteArray text = textOf(toJson(requests.recent(1).at(0)));
    for (const char byte : text)
        QVERIFY2(byte >= 0x20 && byte < 0x7f, text.constData());
    QVERIFY2(text.contains(R"("method":"G\\x1b")"), text.constData());
    QVERIFY2(text.contains(R"("user_agent":"\\x1b]0;x\\x07")"), text.constData());
    QVERIFY2(text.contains(R"("detail":"\\x0d")"), text.constData());
}

void tst_RecentRequests::givesTheLastOnesOfAllThreadsFirst_data()
{
    QTest::addColumn<int>("limit");
    QTest::addColumn<Ids>("ids");
    QTest::newRow("all") << 100 << Ids{7, 6, 5, 4, 3, 2, 1};
    QTest::newRow("some") << 4 << Ids{7, 6, 5, 4};
    QTest::newRow("the last one") << 1 << Ids{7};
    QTest::newRow("none") << 0 << Ids{};
    QTest::newRow("less than none") << -1 << Ids{};
}

void tst_RecentRequests::givesTheLastOnesOfAllThreadsFirst()
{
    QFETCH(const int, limit);
    QFETCH(const Ids, ids);
    RecentRequests requests(4);
    for (const int thread : {0, 2, 2, 0, 1, 0, 2}) // the fourth has none
        addPlain(requests, thread, 0);
    QCOMPARE(idsOf(requests.recent(limit)), ids);
    QCOMPARE(requests.all().size(), 7);
}

void tst_RecentRequests::keepsTheLastOnes()
{
    RecentRequests requests(2);
    addPlain(requests, 1, 0);
    for (int i = 0; i < 2500; ++i)
        addPlain(requests, 0, i);
    Ids expected;
    for (quint64 id = 2501; id > 1501; --id)
        expected.append(id);
    QCOMPARE(idsOf(requests.all()), expected);
    QCOMPARE(idsOf(requests.recent(3)), Ids({2501, 2500, 2499}));
    QCOMPARE(idsOf(requests.recent(5000)), expected);
    // Of the thread that is idle the last ones are still there.
    QVERIFY(requests.find(1));
    QVERIFY(!requests.find(1501));
}

void tst_RecentRequests::aCopyStaysWhatItWas()
{
    const auto policy = policyThatTrusts(u"10.0.0.0/8"_s);
    RecentRequests requests(1);
    addForwarded(requests, *policy);
    const RecentRequest before = requests.recent(1).at(0);
    const QByteArray text = textOf(toJson(before));
    for (int i = 0; i < RecentRequests::Capacity; ++i)
        addUnreadable(requests);
    QCOMPARE(textOf(toJson(before)), text);
    QCOMPARE(resolveRequest(before, *policy), before.resolution);
    // And nothing of it is left in the slot.
    const RecentRequest last = requests.recent(1).at(0);
    QVERIFY(last.target.isEmpty());
    QVERIFY(last.userAgent.isEmpty());
    QCOMPARE(last.headers.size(), 0);
    QCOMPARE(last.duration.count(), 0);
}

void tst_RecentRequests::findsOne()
{
    RecentRequests requests(3);
    for (int i = 1; i <= 30; ++i)
        addPlain(requests, i % 3, i);
    for (quint64 id = 1; id <= 30; ++id) {
        const std::optional<RecentRequest> request = requests.find(id);
        QVERIFY(request);
        QCOMPARE(request->id, id);
        QCOMPARE(request->target, "/"_ba + QByteArray::number(id));
    }
    QVERIFY(!requests.find(0));
    QVERIFY(!requests.find(31));
}

void tst_RecentRequests::resolvesAgain_data()
{
    QTest::addColumn<QString>("entry");
    QTest::addColumn<QString>("announced");
    QTest::addColumn<QString>("client");
    QTest::addColumn<int>("steps");
    QTest::addColumn<QString>("url");
    const QString believed = u"https://app.example:8443/a?room=b&key=***"_s;
    const QString plain = u"http://app.example:8443/a?room=b&key=***"_s;
    QTest::newRow("the same list") << u"192.0.2.1"_s << QString() << u"10.0.0.1"_s << 1 << plain;
    QTest::newRow("the proxy is trusted now")
        << u"10.0.0.0/8"_s << QString() << u"203.0.113.7"_s << 3 << believed;
    QTest::newRow("only the near one is")
        << u"10.0.0.1"_s << QString() << u"10.0.0.2"_s << 3 << believed;
    QTest::newRow("an announced stranger")
        << u"10.0.0.0/8"_s << u"198.51.100.1"_s << u"198.51.100.1"_s << 2 << plain;
    QTest::newRow("an announced proxy")
        << u"10.0.0.0/8"_s << u"10.0.0.3"_s << u"203.0.113.7"_s << 4 << believed;
}

void tst_RecentRequests::resolvesAgain()
{
    QFETCH(const QString, entry);
    QFETCH(const QString, announced);
    QFETCH(const QString, client);
    QFETCH(const int, steps);
    QFETCH(const QString, url);
    RecentRequests requests(1);
    addForwarded(requests, *policyThatTrusts(u"192.0.2.1"_s),
                 IpAddress::parse(announced.toLatin1()));
    const RecentRequest request = requests.all().at(0);
    const auto policy = policyThatTrusts(entry, 8);
    Resolution resolution(Local);
    const Explanation why = explainRequest(request, *policy, &resolution);
    QCOMPARE(resolution.client.toString(), client);
    QCOMPARE(resolution.peer, Proxy);
    QCOMPARE(resolution.policyRevision, 8);
    QCOMPARE(QString::fromLatin1(effectiveUrl(resolution, request.target)), url);
    QCOMPARE(why.trail.size(), steps);
    QCOMPARE(resolveRequest(request, *policy), resolution);
    QCOMPARE(request.resolution.policyRevision, 7); // it is only a question
}

void tst_RecentRequests::explainsInJson()
{
    RecentRequests requests(1);
    addForwarded(requests, *policyThatTrusts(u"192.0.2.1"_s));
    const RecentRequest request = requests.recent(1).at(0);
    Resolution resolution(Local);
    const Explanation why =
        explainRequest(request, *policyThatTrusts(u"10.0.0.0/8"_s, 8), &resolution);
    const QJsonObject json = toJson(request, resolution, why);
    QCOMPARE(json[u"client"_s].toString(), u"10.0.0.1"_s); // as it was answered
    const QJsonObject inner = json[u"resolution"_s].toObject();
    QCOMPARE(inner, toJson(resolution, why, request.target));
    QCOMPARE(inner[u"client"_s].toString(), u"203.0.113.7"_s); // as it would be
}

void tst_RecentRequests::leavesOneThatCouldNotBeReadAsItWas()
{
    const auto policy = policyThatTrusts(u"203.0.113.0/24"_s);
    RecentRequests requests(1);
    addUnreadable(requests);
    const RecentRequest request = requests.recent(1).at(0);
    QCOMPARE(resolveRequest(request, *policy), Resolution(Client));
    Resolution resolution(Local);
    const Explanation why = explainRequest(request, *policy, &resolution);
    QCOMPARE(resolution, Resolution(Client));
    const QJsonObject json = toJson(request, resolution, why)[u"resolution"_s].toObject();
    QCOMPARE(json[u"url"_s].toString(u"?"_s), QString());
    QCOMPARE(json[u"trail"_s].toArray().size(), 1);
    QCOMPARE(json[u"trail"_s][0][u"address"_s].toString(), u"203.0.113.7"_s);
    QCOMPARE(json[u"notes"_s][0].toString(),
             u"The request could not be read, so no header was looked at."_s);
}

void tst_RecentRequests::takesRequestsOfSeveralThreads()
{
    constexpr int Each = 5000;
    RecentRequests requests(2);
    std::atomic<int> running = 2;
    std::vector<std::jthread> threads;
    for (const int index : {0, 1}) {
        threads.emplace_back([&requests, &running, index] {
            for (int i = 0; i < Each; ++i)
                addPlain(requests, index, i);
            --running;
        });
    }
    bool last = false;
    while (!last) {
        last = running == 0;
        const std::vector<RecentRequest> found = requests.all();
        for (size_t i = 0; i < found.size(); ++i) {
            // Whole, and in order.
            QCOMPARE(found[i].target, "/"_ba + QByteArray::number(found[i].atMs));
            QVERIFY(i == 0 || found[i].id < found[i - 1].id);
        }
    }
    for (std::jthread &thread : threads)
        thread.join();
    QCOMPARE(requests.recent(1).at(0).id, 2 * Each);
    QCOMPARE(requests.all().size(), RecentRequests::Capacity);
}

QTEST_APPLESS_MAIN(tst_RecentRequests)
#include "tst_recentrequests.moc"
