// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Real proxies that are set up wrongly: "truepeerctl doctor" finds what is wrong, and what it
// proposes, taken literally, mends it.
#include "tests/integration/wrongsite.h"
#include "tests/support/ctlprocess.h"
#include "tests/support/nginxsite.h"
#include "tests/support/websocketclient.h"

#include <QElapsedTimer>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_Doctor : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void unlistedProxyIsAdded();
    void missingHopIsAdded();
    void forgerIsNotAdded();
    void healthCheckIsToldApart();
    void hostOfTheUpstreamIsReplaced();
    void cutsEndWithALongerTimeout();
    void linesOfAProxyMendIt_data();
    void linesOfAProxyMendIt();
    void survivorsSurvive();

private:
    // What takes its time goes on beside the other tests.
    std::unique_ptr<WrongSite> m_cutting;
    std::vector<std::unique_ptr<WebSocketClient>> m_cut;
    QElapsedTimer m_sinceMended;
};

void tst_Doctor::initTestCase()
{
    for (const QString &name : {u"nginx"_s, u"apache"_s, u"haproxy"_s})
        QVERIFY2(ProxyProcess::isInstalled(name), qPrintable(name + u" is not installed"_s));
    m_cutting = std::make_unique<WrongSite>(
        u"nginx"_s,
        QByteArrayList{"proxy_set_header X-Forwarded-For $remote_addr;"_ba,
                       "proxy_read_timeout 5500ms;"_ba},
        Trusting + "[limits]\nidle_ping_s = 0\n");
    QVERIFY2(m_cutting->isReady(), m_cutting->complaint().constData());
    for (int i = 0; i < 5; ++i) {
        m_cut.push_back(std::make_unique<WebSocketClient>(m_cutting->proxy().httpPort()));
        QVERIFY(m_cut.back()->open());
    }
}

void tst_Doctor::cleanupTestCase()
{
    m_cut.clear();
    m_cutting.reset();
}

void tst_Doctor::unlistedProxyIsAdded()
{
    WrongSite site(u"nginx"_s,
                   {"proxy_set_header Host $host:$server_port;"_ba,
                    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_ba,
                    "proxy_set_header X-Forwarded-Proto $scheme;"_ba,
                    "proxy_set_header X-Forwarded-Host $host;"_ba,
                    "proxy_set_header X-Forwarded-Port $server_port;"_ba},
                   "trust_proxy = false\n");
    QVERIFY2(site.isReady(), site.complaint().constData());
    QCOMPARE(site.ask(Enough), u"127.0.0.1 http app.example PORT untrusted"_s);
    const QJsonObject finding = findingOf(site.findings(), u"untrusted-headers"_s);
    QCOMPARE(finding["evidence"_L1]["reading"_L1], QJsonValue(u"proxy"_s));
    const CtlProcess::Run run = runProposed(site, finding);
    VERIFY_RUN(run, run.exitCode == 0);
    QCOMPARE(site.ask(Enough), u"127.0.0.9 https app.example PORT"_s);
    QVERIFY(site.isFreeOf({u"untrusted-headers"_s}));
}

void tst_Doctor::missingHopIsAdded()
{
    const QByteArrayList passing{"proxy_set_header Host $host:$server_port;"_ba,
                                 "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_ba};
    WrongSite site(u"nginx"_s, passing, Trusting);
    QVERIFY2(site.isReady(), site.complaint().constData());
    NginxProcess outer(
        "pid @PID_FILE@;\nevents {\n}\nhttp {\n    access_log off;\n"
        "    client_body_temp_path @TEMP_DIR@/a;\n    proxy_temp_path @TEMP_DIR@/b;\n"
        "    fastcgi_temp_path @TEMP_DIR@/c;\n    uwsgi_temp_path @TEMP_DIR@/d;\n"
        "    scgi_temp_path @TEMP_DIR@/e;\n    server {\n"
        "        listen @LISTEN_IPV4@;\n        location / {\n"
        "            proxy_pass http://@UPSTREAM@;\n"
        "            proxy_bind 127.0.0.3;\n"
        "            proxy_set_header X-Forwarded-For $remote_addr;\n"
        "        }\n    }\n}\n"_ba,
        "127.0.0.1:"_ba + QByteArray::number(site.proxy().httpPort()));
    QVERIFY2(outer.isReady(), outer.complaint().constData());
    RawClient client(outer.port(), "127.0.0.9"_ba);
    const auto address = [&client] {
        return client.exchange(httpGet("/who"_ba)).json().value("ip_address"_L1).toString();
    };
    for (int i = 0; i < Enough; ++i)
        QCOMPARE(address(), u"127.0.0.3"_s);
    const QJsonObject finding = findingOf(site.findings(), u"missing-hop"_s);
    QCOMPARE(finding["fix"_L1]["trust"_L1], QJsonValue(u"truepeerctl trust add 127.0.0.3"_s));
    const CtlProcess::Run run = runProposed(site, finding);
    VERIFY_RUN(run, run.exitCode == 0);
    for (int i = 0; i < Enough; ++i)
        QCOMPARE(address(), u"127.0.0.9"_s);
    QVERIFY(site.isFreeOf({u"missing-hop"_s}));
}

// With the PROXY protocol somebody from the Internet can be played.
void tst_Doctor::forgerIsNotAdded()
{
    ServerProcess server("threads = 1\nrequest_details_path = \"/who\"\n" + Trusting
                         + "[proxy_protocol]\naccept = \"required\"\nfrom = [\"127.0.0.1\"]\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient forger(server.port());
    QByteArray greeting = "PROXY TCP4 198.51.100.9 192.0.2.1 51000 443\r\n"_ba;
    for (int i = 1; i <= 20; ++i) {
        const QByteArray claim = "X-Forwarded-For: 203.0.113."_ba + QByteArray::number(i);
        const QJsonObject details =
            forger.exchange(greeting + httpGet("/who"_ba, claim + "\r\n"_ba)).json();
        QCOMPARE(details.value("ip_address"_L1), QJsonValue(u"198.51.100.9"_s));
        greeting.clear();
    }
    const CtlProcess::Run run = CtlProcess::run(server, {u"doctor"_s, u"--json"_s});
    const QJsonObject finding = findingOf(run.json().toArray(), u"untrusted-headers"_s);
    QCOMPARE(finding["subject"_L1], QJsonValue(u"198.51.100.9"_s));
    QCOMPARE(finding["evidence"_L1]["reading"_L1], QJsonValue(u"spoofing"_s));
    QCOMPARE(finding["evidence"_L1]["claims"_L1], QJsonValue(20));
    QCOMPARE(finding["fix"_L1], QJsonValue(QJsonObject()));
}

void tst_Doctor::healthCheckIsToldApart()
{
    const QByteArray config = Trusting + "allowed_hosts = [\"app.example\"]\n";
    WrongSite site(u"haproxy"_s,
                   {"option forwardfor"_ba, "http-request set-header X-Forwarded-Proto https"_ba,
                    "http-request set-header X-Forwarded-Host app.example"_ba,
                    "http-request set-header X-Forwarded-Port %[dst_port]"_ba, "option httpchk"_ba,
                    "http-check send meth GET uri /alive ver HTTP/1.1 hdr Host 127.0.0.1"_ba},
                   config);
    QVERIFY2(site.isReady(), site.complaint().constData());
    // HAProxy takes the server for dead.
    QTRY_COMPARE(site.ask(1), u"503"_s);
    QJsonArray findings;
    QVERIFY2(site.finds({u"health-check-refused"_s}, &findings),
             qPrintable(idsOf(findings).join(u' ')));
    const QJsonObject finding = findingOf(findings, u"health-check-refused"_s);
    QCOMPARE(finding["evidence"_L1]["path"_L1], QJsonValue(u"/alive"_s));
    QVERIFY(site.apply(findings, {u"health-check-refused"_s}));
    QVERIFY2(site.isReady(), site.complaint().constData());
    QCOMPARE(site.ask(Mending), u"127.0.0.9 https app.example PORT"_s);
    QVERIFY(site.isFreeOf({u"health-check-refused"_s}));
}

void tst_Doctor::hostOfTheUpstreamIsReplaced()
{
    // nginx asks for the upstream, unless it is told otherwise.
    WrongSite site(u"nginx"_s,
                   {"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_ba,
                    "proxy_set_header X-Forwarded-Proto $scheme;"_ba,
                    "proxy_set_header X-Forwarded-Port $server_port;"_ba},
                   Trusting + "allowed_hosts = [\"app.example\"]\n");
    QVERIFY2(site.isReady(), site.complaint().constData());
    QCOMPARE(site.ask(Enough), u"421"_s);
    const QJsonArray findings = site.findings();
    QVERIFY2(idsOf(findings).contains(u"host-not-allowed"_s),
             qPrintable(idsOf(findings).join(u' ')));
    QVERIFY(site.apply(findings, {u"host-not-allowed"_s}));
    QVERIFY2(site.isReady(), site.complaint().constData());
    QCOMPARE(site.ask(Mending), u"127.0.0.9 https app.example PORT"_s);
    QVERIFY(site.isFreeOf({u"host-not-allowed"_s}));
}

// Continued in survivorsSurvive().
void tst_Doctor::cutsEndWithALongerTimeout()
{
    for (const auto &client : m_cut)
        QVERIFY(client->raw().waitForClosed());
    m_cut.clear();
    // Their ends are told by the I/O thread, each before the answer to a request that follows.
    QCOMPARE(m_cutting->ask(1).section(u' ', 0, 0), u"127.0.0.9"_s);
    const QJsonArray findings = m_cutting->findings();
    const QJsonObject finding = findingOf(findings, u"idle-timeout"_s);
    QVERIFY2(finding["detail"_L1].toString().contains(u"proxy_read_timeout"_s),
             qPrintable(idsOf(findings).join(u' ')));
    QCOMPARE(finding["evidence"_L1]["cut"_L1], QJsonValue(5));
    const double seconds = finding["evidence"_L1]["seconds"_L1].toDouble();
    QVERIFY2(seconds >= 5.5 && seconds < 7, qPrintable(QString::number(seconds)));
    QVERIFY(m_cutting->apply(findings, {u"idle-timeout"_s}));
    QVERIFY2(m_cutting->isReady(), m_cutting->complaint().constData());
    for (int i = 0; i < Enough; ++i) {
        m_cut.push_back(std::make_unique<WebSocketClient>(m_cutting->proxy().httpPort()));
        QVERIFY(m_cut.back()->open());
    }
    m_sinceMended.start();
}

void tst_Doctor::linesOfAProxyMendIt_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QByteArrayList>("lines");
    QTest::addColumn<QByteArrayList>("headers"); // of the client
    QTest::addColumn<QString>("before");
    QTest::addColumn<QStringList>("found");
    QTest::addColumn<QStringList>("later"); // found once these are mended
    QTest::addColumn<QByteArray>("config");
    const auto row = [](const char *name, const QString &proxy, const QByteArrayList &lines,
                        const QByteArrayList &headers, const QString &before,
                        const QStringList &found, const QStringList &later = {},
                        const QByteArray &config = {}) {
        QTest::newRow(name) << proxy << lines << headers << before << found << later << config;
    };
    const QByteArrayList nginx{"proxy_set_header Host $host;"_ba,
                               "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_ba,
                               "proxy_set_header X-Forwarded-Host $host;"_ba,
                               "proxy_set_header X-Forwarded-Port $server_port;"_ba};
    const QByteArrayList whole =
        nginx + QByteArrayList{"proxy_set_header X-Forwarded-Proto $scheme;"_ba};
    row("the scheme is always http, behind nginx", u"nginx"_s, nginx, {},
        u"127.0.0.9 http app.example PORT"_s, {u"no-forwarded-proto"_s});
    row("the scheme is always http, behind HAProxy", u"haproxy"_s,
        {"option forwardfor"_ba, "http-request set-header X-Forwarded-Host %[req.hdr(Host)]"_ba,
         "http-request set-header X-Forwarded-Port %[dst_port]"_ba},
        {}, u"127.0.0.9 http app.example PORT"_s, {u"no-forwarded-proto"_s});
    row("the scheme is always http, behind Apache", u"apache"_s,
        {"RequestHeader set X-Forwarded-Host expr=%{HTTP_HOST}"_ba,
         "RequestHeader set X-Forwarded-Port expr=%{SERVER_PORT}"_ba},
        {}, u"127.0.0.9 http app.example PORT"_s, {u"no-forwarded-proto"_s});
    row("the URL is wrong, behind nginx", u"nginx"_s,
        {"proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;"_ba}, {},
        u"127.0.0.9 http 127.0.0.1 UPSTREAM"_s, {u"no-forwarded-proto"_s, u"no-forwarded-host"_s},
        {u"no-forwarded-port"_s});
    row("the lines of the original's documentation, in Apache", u"apache"_s,
        {"RequestHeader set X-Forwarded-Proto \"https\" env=HTTPS"_ba,
         "RequestHeader set X-Forwarded-Host %{HTTP_HOST}e"_ba,
         "RequestHeader set X-Forwarded-Port %{SERVER_PORT}e"_ba,
         "RequestHeader set X-Forwarded-For %{REMOTE_ADDR}e"_ba},
        {}, u"127.0.0.9 https app.example PORT"_s, {u"apache-null"_s});
    row("nobody says who the client is, behind nginx", u"nginx"_s,
        {"proxy_set_header X-Forwarded-Proto $scheme;"_ba}, {},
        u"127.0.0.1 https 127.0.0.1 UPSTREAM"_s, {u"no-forwarded-for"_s, u"no-forwarded-host"_s});
    const QByteArray pinned = "headers = \"forwarded\"\n"_ba;
    row("only Forwarded is read, and nginx does not send it", u"nginx"_s, {}, {},
        u"127.0.0.1 http 127.0.0.1 UPSTREAM"_s, {u"no-forwarded-for"_s}, {}, pinned);
    row("only Forwarded is read, and HAProxy does not send it", u"haproxy"_s, {}, {},
        u"127.0.0.1 http app.example PORT"_s, {u"no-forwarded-for"_s}, {}, pinned);
    // By itself it sends X-Forwarded-For.
    row("only Forwarded is read, and Apache does not send it", u"apache"_s, {}, {},
        u"127.0.0.1 http 127.0.0.1 UPSTREAM"_s, {u"pin-mismatch"_s, u"no-forwarded-proto"_s}, {},
        pinned);
    row("a client's Forwarded passes, and agrees", u"nginx"_s, whole,
        {"Forwarded: for=127.0.0.9;proto=http"_ba}, u"127.0.0.9 http app.example 80"_s,
        {u"both-families"_s});
    row("a client's Forwarded passes, and contradicts", u"nginx"_s, whole,
        {"Forwarded: for=192.0.2.6"_ba}, u"127.0.0.1 http app.example 80 unknown conflict"_s,
        {u"families-conflict"_s});
    row("a client's X-Real-IP passes, and contradicts", u"nginx"_s, whole,
        {"X-Real-IP: 192.0.2.6"_ba}, u"127.0.0.1 https app.example PORT unknown conflict"_s,
        {u"real-ip-conflict"_s});
}

void tst_Doctor::linesOfAProxyMendIt()
{
    QFETCH(const QString, proxy);
    QFETCH(const QByteArrayList, lines);
    QFETCH(const QByteArrayList, headers);
    QFETCH(QString, before);
    QFETCH(const QStringList, found);
    QFETCH(const QStringList, later);
    QFETCH(const QByteArray, config);
    WrongSite site(proxy, lines, Trusting + config);
    QVERIFY2(site.isReady(), site.complaint().constData());
    before.replace(u"UPSTREAM"_s, QString::number(site.server.port()));
    QCOMPARE(site.ask(Enough, headers), before);
    for (const QStringList &ids :
         later.isEmpty() ? QList<QStringList>{found} : QList<QStringList>{found, later}) {
        QJsonArray findings;
        QVERIFY2(site.finds(ids, &findings), qPrintable(idsOf(findings).join(u' ')));
        QVERIFY(site.apply(findings, ids));
        QVERIFY2(site.isReady(), site.complaint().constData());
        site.ask(Mending, headers);
    }
    QCOMPARE(site.ask(1, headers), u"127.0.0.9 https app.example PORT"_s);
    // Nor do the lines open a door: a host that ends its quotes.
    const QString forged = site.ask(1, {"Host: x\",for=6.6.6.6;host=\"y"_ba});
    QVERIFY2(forged.startsWith(u"127.0.0.9 "_s) || forged == u"400"_s, qPrintable(forged));
    QVERIFY(site.isFreeOf(found + later));
    // That one family of headers is enough is worth a word, but no fault.
    QStringList left = idsOf(site.findings());
    left.removeAll(u"pin-headers"_s);
    QCOMPARE(left.join(u' '), QString());
}

// Three that were quiet for longer than those that were cut.
void tst_Doctor::survivorsSurvive()
{
    constexpr qint64 LongerThanTheCut = 8500;
    const std::chrono::milliseconds rest(
        std::max<qint64>(0, LongerThanTheCut - m_sinceMended.elapsed()));
    QVERIFY(m_cut.front()->raw().staysSilent(rest));
    for (const auto &client : m_cut)
        QVERIFY(client->close());
    QCOMPARE(m_cutting->ask(1).section(u' ', 0, 0), u"127.0.0.9"_s);
    QVERIFY(m_cutting->isFreeOf({u"idle-timeout"_s}));
}

QTEST_GUILESS_MAIN(tst_Doctor)
#include "tst_doctor.moc"
