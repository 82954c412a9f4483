// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/keptrequest.h"
#include "server/trust/resolver.h"

#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

const IpAddress Proxy = IpAddress::fromIPv4(0x0a000001);  // trusted
const IpAddress Client = IpAddress::fromIPv4(0xcb007107); // 203.0.113.7
const IpAddress Local = IpAddress::fromIPv4(0xc0000250);

std::shared_ptr<const TrustPolicy> makePolicy(const QString &trusted)
{
    TrustSettings settings;
    settings.list.mode = TrustMode::List;
    settings.list.entries = {{trusted, {}}};
    return TrustPolicy::compile(settings, 7).value();
}

Router makeRouter()
{
    Router router;
    router.add("GET", "/rooms/{room}/seats/{seat}", [](const HttpRequest &) { return Response(); });
    router.add("GET", "/plain", [](const HttpRequest &) { return Response(); });
    return router;
}

// A request as a connection has it, in memory that is gone when it was kept.
struct Original
{
    QByteArray bytes;
    QByteArray body = {};
    std::optional<IpAddress> announced = {};

    std::unique_ptr<KeptRequest> keep(const Router &router, RequestParser &parser) const
    {
        auto headBytes = std::make_unique<QByteArray>(bytes.constData(), bytes.size());
        auto bodyBytes = std::make_unique<QByteArray>(body.constData(), body.size());
        auto policy = makePolicy(u"10.0.0.0/8"_s);
        RequestHead head;
        if (parser.parse(*headBytes, head) != ParseStatus::Complete)
            qFatal("the request of the test is wrong: %s", bytes.constData());
        auto input = std::make_unique<ResolveInput>(ResolveInput{
            .peer = Proxy, .announced = announced, .headers = head.headers, .localAddress = Local});
        auto resolution = std::make_unique<Resolution>(resolve(*input, *policy));
        auto kept = std::make_unique<KeptRequest>(*headBytes, *bodyBytes, *input, *resolution,
                                                  std::move(policy), router, parser);
        // Nothing may refer to it any more.
        headBytes->fill('#');
        bodyBytes->fill('#');
        return kept;
    }
};

const QByteArray Seat =
    "GET /rooms/blue%20one/seats/12?a=b&c HTTP/1.1\r\nHost: app.example:8080\r\n"
    "X-Forwarded-For: 203.0.113.7, 10.0.0.2\r\nUser-Agent: test\r\n\r\n"_ba;

QByteArray parameter(const HttpRequest &request, QByteArrayView name)
{
    return request.parameters.value(name).value_or(QByteArrayView("none")).toByteArray();
}

} // namespace

class tst_KeptRequest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void outlivesItsBytes();
    void keepsPathParameters_data();
    void keepsPathParameters();
    void keepsTheBody_data();
    void keepsTheBody();
    void explainsAsTheOriginalWould();
    void explainsAnAnnouncedSource();
    void leavesTheParserReady();
    void eachOneIsItsOwn();
};

void tst_KeptRequest::outlivesItsBytes()
{
    const Router router = makeRouter();
    RequestParser parser;
    const auto kept = Original{Seat}.keep(router, parser);
    const HttpRequest &request = kept->view();
    QCOMPARE(request.head.method.toByteArray(), "GET"_ba);
    QCOMPARE(request.head.target.toByteArray(), "/rooms/blue%20one/seats/12?a=b&c"_ba);
    QCOMPARE(request.head.path.toByteArray(), "/rooms/blue%20one/seats/12"_ba);
    QCOMPARE(request.head.query.toByteArray(), "a=b&c"_ba);
    QCOMPARE(request.head.host.toByteArray(), "app.example:8080"_ba);
    QCOMPARE(request.head.headers.size(), 3);
    QCOMPARE(request.head.find("user-agent").value_or("").toByteArray(), "test"_ba);
    QCOMPARE(request.resolution.client, Client);
    QCOMPARE(request.resolution.host, "app.example"_ba);
    QCOMPARE(request.resolution.port, 8080);
    QVERIFY(request.resolution.known);
    QVERIFY(request.head.keepAlive);
}

void tst_KeptRequest::keepsPathParameters_data()
{
    QTest::addColumn<QByteArray>("requestLine");
    QTest::addColumn<QByteArray>("room");
    QTest::addColumn<QByteArray>("seat");
    QTest::newRow("as they were sent") << "GET /rooms/blue%20one/seats/12?a=b"_ba
                                       << "blue%20one"_ba
                                       << "12"_ba;
    QTest::newRow("HEAD has those of GET") << "HEAD /rooms/a/seats/b"_ba
                                           << "a"_ba
                                           << "b"_ba;
    QTest::newRow("absolute form") << "GET http://app.example:8080/rooms/a/seats/b"_ba
                                   << "a"_ba
                                   << "b"_ba;
    QTest::newRow("a path without") << "GET /plain"_ba
                                    << "none"_ba
                                    << "none"_ba;
}

void tst_KeptRequest::keepsPathParameters()
{
    QFETCH(const QByteArray, requestLine);
    QFETCH(const QByteArray, room);
    QFETCH(const QByteArray, seat);
    const Router router = makeRouter();
    RequestParser parser;
    const Original original{requestLine + " HTTP/1.1\r\nHost: app.example:8080\r\n\r\n"_ba};
    const auto kept = original.keep(router, parser);
    QCOMPARE(parameter(kept->view(), "room"), room);
    QCOMPARE(parameter(kept->view(), "seat"), seat);
}

void tst_KeptRequest::keepsTheBody_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("none") << QByteArray();
    QTest::newRow("text") << "some text"_ba;
    QTest::newRow("zeros within") << "a\0b\0"_ba;
    QTest::newRow("much") << QByteArray(1'000'000, 'x');
}

void tst_KeptRequest::keepsTheBody()
{
    QFETCH(const QByteArray, body);
    const Router router = makeRouter();
    RequestParser parser;
    const auto kept = Original{.bytes = Seat, .body = body}.keep(router, parser);
    QCOMPARE(kept->view().body.toByteArray(), body);
}

void tst_KeptRequest::explainsAsTheOriginalWould()
{
    const Router router = makeRouter();
    RequestParser parser;
    const auto kept = Original{Seat}.keep(router, parser);
    QVERIFY(kept->view().explanation);
    // By the policy of then, which nobody else holds any more.
    const Explanation why = kept->view().explanation->explain();
    QCOMPARE(why.trail.size(), 3);
    QCOMPARE(why.trail[0].address, Proxy);
    QCOMPARE(why.trail[0].entry, u"10.0.0.0/8"_s);
    QCOMPARE(why.trail[1].address, IpAddress::fromIPv4(0x0a000002));
    QCOMPARE(why.trail[1].verdict, TrailStep::Verdict::Trusted);
    QCOMPARE(why.trail[2].address, Client);
    QCOMPARE(why.trail[2].verdict, TrailStep::Verdict::Client);
    QCOMPARE(why.headers.size(), 1);
    QCOMPARE(why.headers[0].value, "203.0.113.7, 10.0.0.2"_ba);
}

void tst_KeptRequest::explainsAnAnnouncedSource()
{
    const Router router = makeRouter();
    RequestParser parser;
    const Original original{.bytes = "GET /plain HTTP/1.1\r\nHost: app.example\r\n\r\n"_ba,
                            .announced = Client};
    const auto kept = original.keep(router, parser);
    QCOMPARE(kept->view().resolution.source, Source::ProxyProtocol);
    const Explanation why = kept->view().explanation->explain();
    QCOMPARE(why.trail.size(), 2);
    QCOMPARE(why.trail[1].address, Client);
    QCOMPARE(why.trail[1].header, "PROXY"_ba);
}

void tst_KeptRequest::leavesTheParserReady()
{
    const Router router = makeRouter();
    RequestParser parser;
    const auto kept = Original{Seat}.keep(router, parser);
    const QByteArray next = "GET /next HTTP/1.1\r\nHost: x\r\n\r\n"_ba;
    RequestHead head;
    QCOMPARE(parser.parse(next.first(10), head), ParseStatus::Incomplete);
    QCOMPARE(parser.parse(next, head), ParseStatus::Complete);
    QCOMPARE(head.path.toByteArray(), "/next"_ba);
    QCOMPARE(kept->view().head.path.toByteArray(), "/rooms/blue%20one/seats/12"_ba);
}

void tst_KeptRequest::eachOneIsItsOwn()
{
    const Router router = makeRouter();
    RequestParser parser;
    const auto first = Original{Seat}.keep(router, parser);
    auto second =
        Original{"GET /rooms/red/seats/1 HTTP/1.1\r\nHost: x\r\n\r\n"_ba}.keep(router, parser);
    QCOMPARE(parameter(second->view(), "room"), "red"_ba);
    QCOMPARE(second->view().resolution.client, Proxy);
    second.reset();
    QCOMPARE(parameter(first->view(), "room"), "blue%20one"_ba);
    QCOMPARE(first->view().resolution.client, Client);
}

QTEST_APPLESS_MAIN(tst_KeptRequest)
#include "tst_keptrequest.moc"
