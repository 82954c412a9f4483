// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/peertable.h"
#include "server/trust/diagnosis.h"
#include "tests/unit/trust/resolvecase.h"

#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <functional>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr qint64 Now = 1'800'000'000;

const QByteArray Complete = "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\n"
                            "X-Forwarded-Host: api.example.com\nX-Forwarded-Port: 443";

// A server with its peers, from requests to findings.
struct World
{
    struct Options
    {
        QByteArray peer = "10.0.0.1";
        QByteArray host = "app.example.com";
        int status = 200;
        QByteArray target = "/";
        QByteArray agent = {};
        bool exempt = false;
    };

    World()
    {
        change([](TrustSettings &s) { s.headers = HeaderPin::XForwarded; });
    }

    // As a live edit or a reload does.
    void change(const std::function<void(TrustSettings &)> &edit)
    {
        edit(settings);
        const auto compiled = TrustPolicy::compile(settings, ++revision);
        if (!compiled)
            qFatal("%s", qPrintable(compiled.error().message));
        policy = *compiled;
    }

    void send(int times, const QByteArray &headers, const Options &options)
    {
        TestRequest request{headersFrom(headers), options.peer};
        request.host = options.host;
        for (int i = 0; i < times; ++i) {
            request.with([&](const ResolveInput &input) {
                const Resolution resolution = resolve(input, *policy);
                table.record({input, resolution, *policy, options.status, options.target,
                              options.agent, false, options.exempt},
                             Now);
            });
        }
    }
    void send(int times, const QByteArray &headers) { send(times, headers, Options()); }

    void end(int times, std::chrono::seconds age, std::chrono::milliseconds quiet, bool cut = true)
    {
        for (int i = 0; i < times; ++i)
            table.recordEnd(testAddress("10.0.0.1"), {age, quiet, Now, cut});
    }

    DiagnosisFacts facts()
    {
        PeerTable *one = &table;
        DiagnosisFacts facts{*policy};
        facts.now = Now;
        facts.uptime = 2h;
        facts.peers = PeerTable::merge({&one, 1});
        if (more)
            more(facts);
        return facts;
    }
    std::vector<Finding> findings() { return diagnose(facts()); }

    TrustSettings settings = testSettings();
    quint64 revision = 6;
    std::shared_ptr<const TrustPolicy> policy;
    PeerTable table;
    std::function<void(DiagnosisFacts &)> more; // what does not come from requests
};

using Act = std::function<void(World &)>;

Act sends(const QByteArray &headers, const World::Options &options = {})
{
    return [=](World &world) { world.send(5, headers, options); };
}

// Enough good requests to be over it.
Act mends(const QByteArray &headers, const World::Options &options = {})
{
    return [=](World &world) { world.send(20, headers, options); };
}

Act all(const std::vector<Act> &acts)
{
    return [=](World &world) {
        for (const Act &act : acts)
            act(world);
    };
}

Act edits(const std::function<void(TrustSettings &)> &edit)
{
    return [=](World &world) { world.change(edit); };
}

Act pins(HeaderPin pin)
{
    return edits([pin](TrustSettings &settings) { settings.headers = pin; });
}

Act trusts(const QStringList &entries)
{
    return edits([entries](TrustSettings &settings) { settings.list = testList(entries); });
}

Act states(const std::function<void(DiagnosisFacts &)> &more)
{
    return [more](World &world) { world.more = more; };
}

QByteArray without(const QByteArray &header)
{
    QByteArrayList lines = Complete.split('\n');
    lines.removeIf(
        [&](const QByteArray &line) { return line.startsWith(QByteArray(header + ':')); });
    return lines.join('\n');
}

// "error untrusted-headers 10.0.0.5", one for each finding.
QStringList summaries(const std::vector<Finding> &findings)
{
    QStringList lines;
    for (const Finding &finding : findings)
        lines += toJson(finding).value(u"severity"_s).toString() + u' ' + finding.id
                 + (finding.subject.isEmpty() ? QString() : u' ' + finding.subject);
    return lines;
}

// All fixes of a finding, as "nginx: line".
QStringList fixLines(const Finding &finding)
{
    QStringList lines;
    const QJsonObject fix = toJson(finding).value(u"fix"_s).toObject();
    for (const QString &name : fix.keys()) {
        for (const QString &line : fix.value(name).toString().split(u'\n'))
            lines += name + u": "_s + line;
    }
    return lines;
}

} // namespace

class tst_Diagnosis : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void internalAddresses_data();
    void internalAddresses();
    void findings_data();
    void findings();
    void nothingToFind_data();
    void nothingToFind();
    void readings_data();
    void readings();
    void directClientsOfAnOpenServer();
    void strangersNameNoHosts();
    void worstFirst();
    void manyOfOneKind();
    void hostileTextIsEscaped();
    void suggestionsAreUntrustedSenders();

private:
    void trustRows();
    void headerRows();
    void familyRows();
    void serverRows();
};

void tst_Diagnosis::internalAddresses_data()
{
    QTest::addColumn<bool>("internal");
    for (const char *text : {"127.0.0.1", "127.255.0.1", "10.255.0.1", "172.16.0.1", "172.31.255.1",
                             "192.168.0.1", "169.254.1.1", "100.64.0.1", "100.127.255.255", "::1",
                             "fd00::1", "fc00::1", "fe80::1", "febf::1", "::ffff:10.0.0.1"})
        QTest::newRow(text) << true;
    for (const char *text :
         {"11.0.0.1", "172.15.0.1", "172.32.0.1", "192.167.0.1", "192.169.0.1", "169.253.0.1",
          "100.63.255.255", "100.128.0.0", "203.0.113.7", "2001:db8::1", "fec0::1", "fe00::1"})
        QTest::newRow(text) << false;
}

void tst_Diagnosis::internalAddresses()
{
    QTEST(isInternalAddress(testAddress(QTest::currentDataTag())), "internal");
}

// What is wrong is found, with these lines to mend it, and is no more found once it is mended.
void tst_Diagnosis::findings_data()
{
    QTest::addColumn<Act>("fault");
    QTest::addColumn<QString>("expected");
    QTest::addColumn<QStringList>("fixes");
    QTest::addColumn<Act>("mend");
    trustRows();
    headerRows();
    familyRows();
    serverRows();
}

void tst_Diagnosis::trustRows()
{
    const World::Options stranger{.peer = "192.168.1.5"};
    QTest::newRow("IP shows proxy IP: the proxy is not on the list")
        << sends(Complete, stranger) << u"error untrusted-headers 192.168.1.5"_s
        << QStringList{u"trust: truepeerctl trust add 192.168.1.5"_s}
        << trusts({u"10.0.0.0/8"_s, u"192.168.1.5"_s});
    QTest::newRow("nobody is trusted")
        << all({edits([](TrustSettings &s) { s.list = {}; }), sends(Complete)})
        << u"error untrusted-headers 10.0.0.1"_s
        << QStringList{u"trust: truepeerctl trust add 10.0.0.1"_s} << trusts({u"10.0.0.1"_s});
    QTest::newRow("somebody on the Internet forges headers")
        << sends("X-Forwarded-For: 127.0.0.1", {.peer = "198.51.100.9"})
        << u"warning untrusted-headers 198.51.100.9"_s << QStringList{}
        << mends({}, {.peer = "198.51.100.9"});
    QTest::newRow("a hop is missing from the list")
        << sends("X-Forwarded-For: 203.0.113.7, 192.168.1.5\n" + without("X-Forwarded-For"))
        << u"error missing-hop 10.0.0.1"_s
        << QStringList{u"trust: truepeerctl trust add 192.168.1.5"_s}
        << trusts({u"10.0.0.0/8"_s, u"192.168.1.5"_s});
    QTest::newRow("a hop is missing from the list, in Forwarded")
        << all({pins(HeaderPin::Forwarded),
                sends("Forwarded: for=203.0.113.7, for=192.168.1.5;proto=https;host=a.example")})
        << u"error missing-hop 10.0.0.1"_s
        << QStringList{u"trust: truepeerctl trust add 192.168.1.5"_s}
        << mends("Forwarded: for=203.0.113.7;proto=https;host=a.example");
    QTest::newRow("a user in the office writes a chain now and then")
        << all({sends(Complete), sends(Complete),
                sends("X-Forwarded-For: 6.6.6.6, 192.168.1.5\n" + without("X-Forwarded-For"))})
        << u"warning missing-hop 10.0.0.1"_s
        << QStringList{u"trust: truepeerctl trust add 192.168.1.5"_s} << mends(Complete);
    QTest::newRow("everyone has the address of a silent gateway")
        << all({sends({}, {.peer = "172.18.0.1"}), states([](DiagnosisFacts &facts) {
                    facts.clients = 10;
                    facts.sharedAddress = {testAddress("172.18.0.1"), 9};
                })})
        << u"error shared-address 172.18.0.1"_s
        << QStringList{u"trust: truepeerctl trust add 172.18.0.1"_s,
                       u"nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_s}
        << states([](DiagnosisFacts &facts) {
               facts.clients = 10;
               facts.sharedAddress = {testAddress("172.18.0.1"), 7};
           });
    QTest::newRow("everyone has the address of a trusted proxy")
        << states([](DiagnosisFacts &facts) {
               facts.clients = 3;
               facts.sharedAddress = {testAddress("10.0.0.1"), 3};
           })
        << u"error shared-address 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_s,
                       u"haproxy: option forwardfor"_s, u"apache: ProxyAddHeaders On"_s}
        << states([](DiagnosisFacts &facts) {
               facts.clients = 3;
               facts.sharedAddress = {testAddress("203.0.113.7"), 3};
           });
    QTest::newRow("everybody is trusted")
        << all({edits([](TrustSettings &s) { s.list.mode = TrustMode::All; }), sends(Complete)})
        << u"warning trust-everyone"_s << QStringList{uR"(trust: trust_proxy = ["10.0.0.1"])"_s}
        << trusts({u"10.0.0.1"_s});
    QTest::newRow("everybody is trusted, by a live edit")
        << all({edits([](TrustSettings &s) { s.list.mode = TrustMode::All; }),
                states([](DiagnosisFacts &facts) { facts.trustFromConfig = false; })})
        << u"warning trust-everyone"_s
        << QStringList{u"trust: trust_proxy = false"_s, u"trust: truepeerctl trust reset"_s}
        << trusts({u"10.0.0.1"_s});
    QTest::newRow("a very broad entry")
        << trusts({u"4.0.0.0/6"_s}) << u"warning list-warning 4.0.0.0/6"_s << QStringList{}
        << trusts({u"4.0.0.0/8"_s});
    QTest::newRow("an entry was never used")
        << all({sends(Complete), states([](DiagnosisFacts &facts) {
                    facts.entries = {{u"10.0.0.0/8"_s, 1, 0, Now, 0}, {u"10.9.0.0/16"_s}};
                })})
        << u"info unused-entry 10.9.0.0/16"_s
        << QStringList{u"trust: truepeerctl trust remove 10.9.0.0/16"_s}
        << states([](DiagnosisFacts &facts) {
               facts.entries = {{u"10.9.0.0/16"_s, 0, 0, 0, Now - 60}};
           });
    QTest::newRow("the stored list is damaged")
        << states([](DiagnosisFacts &facts) { facts.trustStoreProblem = u"It is cut off."_s; })
        << u"error trust-store"_s << QStringList{u"trust: truepeerctl trust reset"_s} << states({});
}

void tst_Diagnosis::headerRows()
{
    const QStringList protoFix{
        u"nginx: proxy_set_header X-Forwarded-Proto $scheme;"_s,
        u"apache: RequestHeader set X-Forwarded-Proto expr=%{REQUEST_SCHEME}"_s,
        u"haproxy: http-request set-header X-Forwarded-Proto https if { ssl_fc }"_s,
        u"haproxy: http-request set-header X-Forwarded-Proto http if !{ ssl_fc }"_s};
    QTest::newRow("scheme always http: no X-Forwarded-Proto")
        << sends(without("X-Forwarded-Proto")) << u"warning no-forwarded-proto 10.0.0.1"_s
        << protoFix << mends(Complete);
    QTest::newRow("scheme always http: no scheme in X-Forwarded-Proto")
        << sends(without("X-Forwarded-Proto") + "\nX-Forwarded-Proto: on")
        << u"warning no-forwarded-proto 10.0.0.1"_s << protoFix << mends(Complete);
    QTest::newRow("wrong URL: no X-Forwarded-Host, and the name of the upstream in Host")
        << sends(without("X-Forwarded-Host"), {.host = "truepeer"})
        << u"warning no-forwarded-host 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-Host $host;"_s,
                       u"apache: RequestHeader set X-Forwarded-Host expr=%{HTTP_HOST}"_s,
                       u"haproxy: http-request set-header X-Forwarded-Host %[req.hdr(Host)]"_s}
        << mends(Complete);
    QTest::newRow("no X-Forwarded-Host, but a name in Host")
        << sends(without("X-Forwarded-Host")) << u"info no-forwarded-host 10.0.0.1"_s
        << QStringList{} << mends(Complete);
    QTest::newRow("wrong URL: no X-Forwarded-Port")
        << sends(without("X-Forwarded-Port")) << u"info no-forwarded-port 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-Port $server_port;"_s,
                       u"apache: RequestHeader set X-Forwarded-Port expr=%{SERVER_PORT}"_s,
                       u"haproxy: http-request set-header X-Forwarded-Port %[dst_port]"_s}
        << mends(Complete);
    QTest::newRow("no X-Forwarded-For")
        << sends(without("X-Forwarded-For")) << u"error no-forwarded-for 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_s,
                       u"apache: ProxyAddHeaders On"_s, u"haproxy: option forwardfor"_s}
        << mends(Complete);
    QTest::newRow("no header at all: perhaps no proxy")
        << sends({}) << u"warning no-forwarded-for 10.0.0.1"_s
        << (QStringList{u"nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_s,
                        u"nginx: proxy_set_header X-Forwarded-Host $host;"_s,
                        u"nginx: proxy_set_header X-Forwarded-Port $server_port;"_s}
            + protoFix)
        << mends(Complete);
    QTest::newRow("no X-Forwarded-For in a few: a monitor, or one location")
        << all({mends(Complete), sends({})}) << u"info no-forwarded-for 10.0.0.1"_s << QStringList{}
        << mends(Complete);
    QTest::newRow("another name for X-Forwarded-For")
        << all({edits([](TrustSettings &s) { s.names.forwardedFor = "X-Chain"; }), sends({})})
        << u"warning no-forwarded-for 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Chain $remote_addr;"_s,
                       u"apache: RequestHeader set X-Chain expr=%{REMOTE_ADDR}"_s,
                       u"haproxy: http-request set-header X-Chain %[src]"_s}
        << mends("X-Chain: 203.0.113.7");
    QTest::newRow("the pin leaves out what the proxy sends")
        << all({pins(HeaderPin::Forwarded), sends(Complete)}) << u"error pin-mismatch 10.0.0.1"_s
        << QStringList{uR"(trust: headers = "x-forwarded")"_s} << pins(HeaderPin::XForwarded);
    QTest::newRow("Forwarded without a scheme")
        << all({pins(HeaderPin::Forwarded), sends("Forwarded: for=203.0.113.7;host=a.example")})
        << u"warning no-forwarded-proto 10.0.0.1"_s
        << QStringList{u"nginx: map $remote_addr $forwarded_for { default \"for=$remote_addr\"; "
                       u"\"~:\" "
                       "\"for=\\\"[$remote_addr]\\\"\"; }"_s,
                       u"nginx: proxy_set_header Forwarded "
                       "\"$forwarded_for;proto=$scheme$forwarded_host\";"_s}
        << mends("Forwarded: for=203.0.113.7;proto=https;host=a.example");
    QTest::newRow("(null) from Apache: the seed's configuration")
        << sends("X-Forwarded-For: (null), 203.0.113.7\nX-Forwarded-Proto: https\n"
                 "X-Forwarded-Host: (null), api.example.com\nX-Forwarded-Port: (null)")
        << u"warning apache-null 10.0.0.1"_s
        << QStringList{u"apache: RequestHeader unset X-Forwarded-For"_s,
                       u"apache: RequestHeader set X-Forwarded-Host expr=%{HTTP_HOST}"_s,
                       u"apache: RequestHeader set X-Forwarded-Port expr=%{SERVER_PORT}"_s}
        << mends(Complete);
    QTest::newRow("(null) where the client should be")
        << sends("X-Forwarded-For: (null)\n" + without("X-Forwarded-For"))
        << u"error apache-null 10.0.0.1"_s
        << QStringList{u"apache: RequestHeader unset X-Forwarded-For"_s} << mends(Complete);
    QTest::newRow("an element that is no address")
        << sends("X-Forwarded-For: unknown\n" + without("X-Forwarded-For"))
        << u"error unusable-element 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_s}
        << mends(Complete);
    QTest::newRow("more hops than max_hops") << all(
        {edits([](TrustSettings &s) { s.maxHops = 2; }),
         sends("X-Forwarded-For: 203.0.113.7, 10.0.0.4, 10.0.0.3\n" + without("X-Forwarded-For"))})
                                             << u"error hop-cap 10.0.0.1"_s
                                             << QStringList{u"trust: max_hops = 4"_s}
                                             << edits([](TrustSettings &s) { s.maxHops = 4; });
}

void tst_Diagnosis::familyRows()
{
    const QByteArray conflict = Complete + "\nForwarded: for=6.6.6.6";
    const QStringList stripForwarded{
        uR"(nginx: proxy_set_header Forwarded "";)"_s, u"apache: RequestHeader unset Forwarded"_s,
        u"haproxy: http-request del-header Forwarded"_s, uR"(trust: headers = "x-forwarded")"_s};
    QTest::newRow("families that disagree")
        << all({pins(HeaderPin::Auto), sends(conflict)}) << u"error families-conflict 10.0.0.1"_s
        << stripForwarded << pins(HeaderPin::XForwarded);
    QTest::newRow("families that disagree, in requests of one client")
        << all({pins(HeaderPin::Auto), sends(Complete), sends(Complete), sends(conflict)})
        << u"warning families-conflict 10.0.0.1"_s << stripForwarded << mends(Complete);
    QTest::newRow("families that disagree, and the proxy manages Forwarded")
        << all({pins(HeaderPin::Auto),
                sends("Forwarded: for=203.0.113.7;proto=https;host=a.example"),
                sends("X-Forwarded-For: 6.6.6.6\n"
                      "Forwarded: for=203.0.113.7;proto=https;host=a.example")})
        << u"error families-conflict 10.0.0.1"_s
        << QStringList{uR"(nginx: proxy_set_header X-Forwarded-For "";)"_s,
                       u"haproxy: http-request del-header X-Forwarded-Proto"_s,
                       u"apache: RequestHeader unset X-Forwarded-Host"_s,
                       uR"(trust: headers = "forwarded")"_s}
        << pins(HeaderPin::Forwarded);
    QTest::newRow("X-Real-IP that is none of the hops")
        << all({pins(HeaderPin::Auto), sends(Complete + "\nX-Real-IP: 6.6.6.6")})
        << u"error real-ip-conflict 10.0.0.1"_s
        << QStringList{uR"(nginx: proxy_set_header X-Real-IP "";)"_s,
                       uR"(trust: headers = "x-forwarded")"_s}
        << mends(Complete + "\nX-Real-IP: 203.0.113.7");
    QTest::newRow("both families, of one mind")
        << all({pins(HeaderPin::Auto), sends(Complete + "\nForwarded: for=203.0.113.7")})
        << u"warning both-families 10.0.0.1"_s << stripForwarded << mends(Complete);
    QTest::newRow("one family is enough")
        << all({pins(HeaderPin::Auto), sends(Complete)}) << u"info pin-headers"_s
        << QStringList{uR"(trust: headers = "x-forwarded")"_s} << pins(HeaderPin::XForwarded);
    QTest::newRow("only X-Real-IP")
        << all({pins(HeaderPin::Auto),
                sends("X-Real-IP: 203.0.113.7\n" + without("X-Forwarded-For"))})
        << u"info pin-headers"_s << QStringList{uR"(trust: headers = "x-real-ip")"_s}
        << sends("Forwarded: for=203.0.113.7", {.peer = "10.0.0.2"}); // no pin suits both
}

void tst_Diagnosis::serverRows()
{
    const Act pingsOff = states([](DiagnosisFacts &facts) { facts.idlePing = 0s; });
    QTest::newRow("cut when quiet for a minute")
        << all({sends(Complete), pingsOff,
                [](World &world) {
                    for (int i = 0; i < 5; ++i)
                        world.end(1, 100s * (i + 1), 60s + 100ms * i);
                    world.end(3, 7s, 900ms); // somebody's telephone
                }})
        << u"warning idle-timeout 10.0.0.1"_s
        << QStringList{u"nginx: proxy_read_timeout 90s;"_s, u"haproxy: timeout tunnel 1h"_s,
                       u"apache: ProxyTimeout 90"_s, u"trust: idle_ping_s = 25"_s}
        << Act([](World &world) { world.end(3, 900s, 300s, false); });
    QTest::newRow("cut when quiet for ten seconds, before the first ping")
        << all({sends(Complete), [](World &world) { world.end(6, 31s, 10s); }})
        << u"warning idle-timeout 10.0.0.1"_s << QStringList{u"trust: idle_ping_s = 5"_s}
        << Act([](World &world) { world.end(32, 31s, 2s, false); });
    QTest::newRow("cut at a fixed age")
        << all({sends(Complete),
                [](World &world) {
                    for (int i = 0; i < 6; ++i)
                        world.end(1, 30s, 4000ms * i);
                }})
        << u"warning fixed-age 10.0.0.1"_s
        << QStringList{u"nginx: proxy_read_timeout 1h;"_s, u"haproxy: timeout tunnel 1h"_s}
        << Act([](World &world) { world.end(3, 4000s, 1s, false); });

    const Act hosts = edits([](TrustSettings &s) { s.allowedHosts = {"*.example.com"}; });
    QTest::newRow("a health check asks for another path with an address as its host")
        << all({hosts,
                sends({}, {.peer = "192.168.1.9", .host = "192.0.2.80:6001", .status = 421})})
        << u"error health-check-refused 192.168.1.9"_s
        << QStringList{u"haproxy: option httpchk"_s,
                       u"haproxy: http-check send meth GET uri /health ver HTTP/1.1 hdr Host "
                       "www.example.com"_s}
        << mends({}, {.peer = "192.168.1.9", .host = "www.example.com"});
    QTest::newRow("a health check by its name, and no health path")
        << all({hosts, states([](DiagnosisFacts &facts) { facts.healthPath.clear(); }),
                sends({}, {.peer = "192.168.1.9",
                           .host = "lb.lan",
                           .status = 421,
                           .agent = "ELB-HealthChecker/2.0"})})
        << u"error health-check-refused 192.168.1.9"_s
        << QStringList{uR"(trust: health_check_path = "/health")"_s}
        << mends({}, {.peer = "192.168.1.9", .host = "www.example.com"});
    QTest::newRow("a proxy asks for a host that is not allowed")
        << all({hosts, sends(without("X-Forwarded-Host"), {.host = "shop.example", .status = 421})})
        << u"error host-not-allowed 10.0.0.1"_s
        << QStringList{uR"(trust: allowed_hosts = ["*.example.com", "shop.example"])"_s,
                       u"nginx: proxy_set_header X-Forwarded-Host $host;"_s}
        << mends(Complete);
    QTest::newRow("a proxy asks for the address of the server")
        << all({hosts,
                sends(without("X-Forwarded-Host"), {.host = "192.0.2.80:6001", .status = 421})})
        << u"error host-not-allowed 10.0.0.1"_s
        << QStringList{u"nginx: proxy_set_header X-Forwarded-Host $host;"_s} << mends(Complete);
    QTest::newRow("all users of a proxy have one limit")
        << sends({}, {.peer = "192.168.1.5", .status = 429})
        << u"warning shared-limit 192.168.1.5"_s
        << QStringList{u"trust: truepeerctl trust add 192.168.1.5"_s}
        << mends({}, {.peer = "192.168.1.5"});

    QTest::newRow("few connections are left") << states([](DiagnosisFacts &facts) {
        facts.connections = {8, 10};
    }) << u"warning connections-limit"_s << QStringList{}
                                              << states([](DiagnosisFacts &facts) {
                                                     facts.connections = {7, 10};
                                                 });
    QTest::newRow("no descriptor is left") << states([](DiagnosisFacts &facts) {
        facts.descriptors = {1024, 1024};
    }) << u"error descriptors-limit"_s << QStringList{}
                                           << states([](DiagnosisFacts &facts) {
                                                  facts.descriptors = {100, 1024};
                                              });
    QTest::newRow("limits turn clients away")
        << states([](DiagnosisFacts &facts) { facts.losses.limitedMessages = 1; })
        << u"warning limits-hit"_s << QStringList{} << states({});
    QTest::newRow("clients read too slowly")
        << states([](DiagnosisFacts &facts) { facts.losses.slowClosed = 1; })
        << u"warning slow-clients"_s << QStringList{} << states({});
    QTest::newRow("the clock was set back")
        << states([](DiagnosisFacts &facts) { facts.clockStep = -2s; }) << u"warning clock-step"_s
        << QStringList{} << states([](DiagnosisFacts &facts) { facts.clockStep = 1s; });
}

void tst_Diagnosis::findings()
{
    QFETCH(const Act, fault);
    QFETCH(const QString, expected);
    QFETCH(const QStringList, fixes);
    QFETCH(const Act, mend);
    World world;
    fault(world);
    const std::vector<Finding> found = world.findings();
    const QStringList lines = summaries(found);
    const qsizetype index = lines.indexOf(expected);
    QVERIFY2(index >= 0, qPrintable(lines.join(u", "_s)));
    const Finding &finding = found[static_cast<size_t>(index)];
    const QStringList fix = fixLines(finding);
    for (const QString &line : fixes)
        QVERIFY2(fix.contains(line), qPrintable(line + u"\nis not in\n"_s + fix.join(u'\n')));
    for (const QString &text : {finding.title, finding.detail})
        QVERIFY2(!text.isEmpty() && !text.contains(QRegularExpression(u"%[0-9]"_s)),
                 qPrintable(text));

    mend(world);
    const QString kind = finding.id;
    for (const Finding &left : world.findings())
        QVERIFY2(left.id != kind, qPrintable(left.detail));
}

void tst_Diagnosis::nothingToFind_data()
{
    QTest::addColumn<Act>("traffic");
    QTest::newRow("nobody came") << Act(states({}));
    QTest::newRow("a proxy that sends all") << mends(Complete);
    QTest::newRow("X-Forwarded-Host with the port")
        << mends("X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\n"
                 "X-Forwarded-Host: api.example.com:8443");
    QTest::newRow("Forwarded with all")
        << all({pins(HeaderPin::Forwarded),
                mends("Forwarded: for=203.0.113.7;proto=https;Host=a.example")});
    QTest::newRow("direct clients") << mends({}, {.peer = "203.0.113.7"});
    QTest::newRow("a chain of trusted hops")
        << mends("X-Forwarded-For: 203.0.113.7, 10.0.0.5\n" + without("X-Forwarded-For"));
    QTest::newRow("a client in the office behind a proxy")
        << mends("X-Forwarded-For: 192.168.1.5\n" + without("X-Forwarded-For"));
    QTest::newRow("a client that forges a chain")
        << mends("X-Forwarded-For: 6.6.6.6, 203.0.113.7\n" + without("X-Forwarded-For"));
    QTest::newRow("health checks of a trusted balancer") << mends({}, {.exempt = true});
    QTest::newRow("too few requests to prove anything")
        << Act([](World &world) { world.send(2, without("X-Forwarded-Proto")); });
    QTest::newRow("statements that nobody asks for")
        << all({edits([](TrustSettings &s) {
                    s.attributes = {true, false, false, false};
                }),
                mends("X-Forwarded-For: 203.0.113.7")});
    QTest::newRow("an edit: what was seen before does not count")
        << all({sends(without("X-Forwarded-For")), trusts({u"10.0.0.0/8"_s, u"fd00::/8"_s})});
    QTest::newRow("what was wrong a day ago")
        << all({sends(without("X-Forwarded-For")), sends(Complete, {.peer = "192.168.1.5"}),
                states([](DiagnosisFacts &facts) { facts.now += 25 * 3600; })});
    QTest::newRow("connections of all ages") << all({sends(Complete), [](World &world) {
                                                         for (int i = 1; i <= 20; ++i)
                                                             world.end(1, 37s * i, 3300ms * i);
                                                     }});
    QTest::newRow("pages that are reloaded")
        << all({sends(Complete), [](World &world) { world.end(20, 1s, 1s); }});
}

void tst_Diagnosis::nothingToFind()
{
    QFETCH(const Act, traffic);
    World world;
    traffic(world);
    QCOMPARE(summaries(world.findings()), QStringList());
}

// A stranger that sends headers: a proxy that is missing on the list, or an attack?
void tst_Diagnosis::readings_data()
{
    QTest::addColumn<Act>("traffic");
    QTest::addColumn<QString>("reading");
    QTest::addColumn<QString>("inTitle");
    const World::Options lan{.peer = "192.168.1.5"};
    const World::Options internet{.peer = "198.51.100.9"};
    const auto claims = [](const World::Options &options) {
        return [options](World &world) {
            for (int i = 0; i < 40; ++i)
                world.send(1, "X-Forwarded-For: 203.0.113." + QByteArray::number(i), options);
        };
    };
    QTest::newRow("an internal proxy with many clients")
        << Act(claims(lan)) << u"proxy"_s << u"looks like your proxy"_s;
    QTest::newRow("loopback with X-Real-IP")
        << sends("X-Real-IP: 203.0.113.7", {.peer = "127.0.0.1"}) << u"proxy"_s
        << u"looks like your proxy"_s;
    QTest::newRow("internal, with internal clients that come and go")
        << all({sends({}, lan), sends("X-Forwarded-For: 192.168.1.77", lan)}) << u"spoofing"_s
        << u"sends forwarding headers"_s;
    QTest::newRow("internal, but the headers come and go")
        << all({sends({}, lan), sends("X-Forwarded-For: 203.0.113.7", lan)}) << u"spoofing"_s
        << u"sends forwarding headers"_s;
    QTest::newRow("internal, with sets that vary")
        << all({sends(Complete, lan), sends("X-Forwarded-For: 203.0.113.7", lan)}) << u"spoofing"_s
        << u"sends forwarding headers"_s;
    QTest::newRow("on the Internet, with one client")
        << sends(Complete, internet) << u"spoofing"_s << u"sends forwarding headers"_s;
    QTest::newRow("on the Internet, with many clients")
        << Act(claims(internet)) << u"spoofing"_s << u"attack"_s;
    QTest::newRow("on the Internet, with an internal client")
        << sends("Forwarded: for=\"[::1]\"", internet) << u"spoofing"_s << u"attack"_s;
}

void tst_Diagnosis::readings()
{
    QFETCH(const Act, traffic);
    QFETCH(const QString, inTitle);
    World world;
    traffic(world);
    const std::vector<Finding> found = world.findings();
    QCOMPARE(found.size(), size_t(1));
    const Finding &finding = found.front();
    QTEST(finding.evidence.value(u"reading"_s).toString(), "reading");
    QVERIFY2(finding.title.contains(inTitle), qPrintable(finding.title));
    // Both readings are told, and only one is proposed.
    const bool proxy = finding.evidence.value(u"reading"_s) == u"proxy"_s;
    QVERIFY(
        finding.detail.contains(proxy ? u"an attack from inside"_s : u"truepeerctl trust add"_s));
    QCOMPARE(finding.fix.trust.isEmpty(), !proxy);
}

void tst_Diagnosis::directClientsOfAnOpenServer()
{
    World world;
    world.change([](TrustSettings &s) { s.list.mode = TrustMode::All; });
    world.send(5, {}, {.peer = "203.0.113.7"});
    QCOMPARE(summaries(world.findings()), QStringList(u"warning trust-everyone"_s));
}

void tst_Diagnosis::strangersNameNoHosts()
{
    World world;
    world.change([](TrustSettings &s) { s.allowedHosts = {"a.example"}; });
    world.send(5, {}, {.peer = "198.51.100.9", .host = "evil.example", .status = 421});
    const std::vector<Finding> found = world.findings();
    QCOMPARE(summaries(found), QStringList(u"info host-not-allowed 198.51.100.9"_s));
    QCOMPARE(fixLines(found.front()), QStringList());
}

void tst_Diagnosis::worstFirst()
{
    World world;
    world.change([](TrustSettings &s) { s.headers = HeaderPin::Auto; });
    world.send(5, without("X-Forwarded-Proto"));
    world.send(5, Complete, {.peer = "192.168.1.5"});
    world.more = [](DiagnosisFacts &facts) { facts.clockStep = 60s; };
    QCOMPARE(summaries(world.findings()),
             QStringList({u"error untrusted-headers 192.168.1.5"_s, u"warning clock-step"_s,
                          u"warning no-forwarded-proto 10.0.0.1"_s, u"info pin-headers"_s}));
}

void tst_Diagnosis::manyOfOneKind()
{
    World world;
    for (int i = 1; i <= 13; ++i)
        world.send(3, Complete, {.peer = "198.51.100." + QByteArray::number(i)});
    const std::vector<Finding> found = world.findings();
    QCOMPARE(found.size(), size_t(11));
    QCOMPARE(found.back().subject, u"more"_s);
    QCOMPARE(found.back().id, u"untrusted-headers"_s);
    QCOMPARE(found.back().evidence.value(u"count"_s).toInt(), 3);
    QCOMPARE(found.back().evidence.value(u"subjects"_s).toArray().size(), 3);
}

void tst_Diagnosis::hostileTextIsEscaped()
{
    World world;
    const World::Options options{.peer = "192.168.1.5",
                                 .status = 421,
                                 .target = "/\xff?key=secret",
                                 .agent = "HAProxy\x1b[31m"};
    world.send(5, "X-Forwarded-For: \x1b]0;x\x07", options);
    world.send(1, {}, options);
    const std::vector<Finding> found = world.findings();
    QCOMPARE(summaries(found), QStringList({u"error health-check-refused 192.168.1.5"_s,
                                            u"warning untrusted-headers 192.168.1.5"_s}));
    QCOMPARE(found[0].evidence.value(u"path"_s), QJsonValue(uR"(/\xff)"_s));
    QCOMPARE(found[0].evidence.value(u"user_agent"_s), QJsonValue(uR"(HAProxy\x1b[31m)"_s));
    QCOMPARE(found[1].evidence.value(u"sample"_s),
             QJsonValue(uR"(X-Forwarded-For: \x1b]0;x\x07)"_s));
}

void tst_Diagnosis::suggestionsAreUntrustedSenders()
{
    World world;
    world.send(2, Complete, {.peer = "192.168.1.5"});
    world.send(3, "Forwarded: for=203.0.113.7", {.peer = "198.51.100.9"});
    world.send(5, Complete);
    world.send(5, {}, {.peer = "192.168.1.6"});
    const std::vector<Suggestion> list = suggestions(world.facts());
    QCOMPARE(list.size(), size_t(2));
    QCOMPARE(toJson(list.front()), QJsonObject({{u"peer"_s, u"198.51.100.9"_s},
                                                {u"hits"_s, 3},
                                                {u"first_seen"_s, Now},
                                                {u"last_seen"_s, Now},
                                                {u"sample"_s, u"Forwarded: for=203.0.113.7"_s},
                                                {u"entry"_s, u"198.51.100.9"_s}}));
    QCOMPARE(list.back().peer, testAddress("192.168.1.5"));

    world.change([](TrustSettings &s) { s.list = testList({u"10.0.0.0/8"_s, u"192.168.1.5"_s}); });
    QCOMPARE(suggestions(world.facts()).size(), size_t(1));
}

QTEST_APPLESS_MAIN(tst_Diagnosis)
#include "tst_diagnosis.moc"
