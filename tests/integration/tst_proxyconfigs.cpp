// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What proxy-config prints, with the real proxies in front of real servers: they take it, whatever
// a caller claims changes nothing, WebSockets pass, and callers stay with their server.
#include "server/ops/proxyconfig.h"
#include "tests/support/nginxsite.h"
#include "tests/support/proxyprocess.h"
#include "tests/support/websocketclient.h"

#include <QDeadlineTimer>
#include <QHostAddress>
#include <QProcess>
#include <QRegularExpression>
#include <QSet>
#include <QSslSocket>
#include <QTest>

#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto RequiringProxyProtocol =
    "[proxy_protocol]\naccept = \"required\"\nfrom = [\"127.0.0.1\"]\n";

const QStringList ProxyNames = {u"nginx"_s, u"apache"_s, u"haproxy"_s, u"caddy"_s};

// The servers of a row, which differ in cors.max_age, and a proxy in front of them.
class Site
{
public:
    Site(const QString &name, bool tls, int servers, const QByteArray &config,
         const ServerShape &shape, const TestCertificate &certificate);

    bool isReady() const { return m_complaint.isEmpty(); }
    const QByteArray &complaint() const { return m_complaint; }
    bool tls() const { return m_tls; }
    const ProxyProcess &proxy() const { return *m_proxy; }
    quint16 port() const { return m_tls ? m_proxy->httpsPort() : m_proxy->httpPort(); }
    ServerProcess &server(int index) { return *m_servers[size_t(index)]; }

private:
    bool m_tls;
    std::vector<std::unique_ptr<ServerProcess>> m_servers;
    std::unique_ptr<ProxyProcess> m_proxy;
    QByteArray m_complaint;
};

constexpr int FirstMaxAge = 1000;

Site::Site(const QString &name, bool tls, int servers, const QByteArray &config,
           const ServerShape &shape, const TestCertificate &certificate)
    : m_tls(tls)
{
    QStringList upstreams;
    for (int i = 0; i < servers; ++i) {
        m_servers.push_back(std::make_unique<ServerProcess>(
            config + "\n[cors]\nmax_age = "_ba + QByteArray::number(FirstMaxAge + i) + '\n'));
        if (!m_servers.back()->isReady()) {
            m_complaint = m_servers.back()->complaint();
            return;
        }
        upstreams.append(u"127.0.0.1:%1"_s.arg(m_servers.back()->port()));
    }
    const Expected<QString> text =
        proxyConfig({*parseProxyName(name), tls, *parseUpstreams(upstreams)}, shape);
    if (!text.ok()) {
        m_complaint = text.error().message.toUtf8();
        return;
    }
    m_proxy = std::make_unique<ProxyProcess>(name, text->toLatin1(), certificate);
    if (!m_proxy->isReady())
        m_complaint = m_proxy->complaint();
}

// A client of the site, with TLS where the site has it.
class Caller
{
public:
    Caller(const Site &site, const QString &source);

    HttpResponse exchange(const QByteArray &request);
    // A whole upgrade, and a ping that is answered.
    bool speaksWebSocket(const QByteArray &headerLines);

private:
    QByteArray read(qsizetype size);

    QSslSocket m_socket;
    QByteArray m_received;
};

constexpr int PatienceMs = 20000;

Caller::Caller(const Site &site, const QString &source)
{
    m_socket.setPeerVerifyMode(QSslSocket::VerifyNone);
    m_socket.bind(QHostAddress(source));
    const QString destination = source.contains(u':') ? u"::1"_s : u"127.0.0.1"_s;
    if (site.tls()) {
        m_socket.connectToHostEncrypted(destination, site.port(), u"app.example"_s);
        m_socket.waitForEncrypted(PatienceMs);
    } else {
        m_socket.connectToHost(destination, site.port());
        m_socket.waitForConnected(PatienceMs);
    }
}

HttpResponse Caller::exchange(const QByteArray &request)
{
    m_socket.write(request);
    const QDeadlineTimer deadline(PatienceMs);
    while (!deadline.hasExpired()) {
        m_socket.waitForReadyRead(int(deadline.remainingTime()));
        m_received += m_socket.readAll();
        const bool isClosed = m_socket.state() != QAbstractSocket::ConnectedState;
        if (const std::optional<HttpResponse> response = takeResponse(m_received, false, isClosed))
            return *response;
        if (isClosed)
            break;
    }
    return {};
}

QByteArray Caller::read(qsizetype size)
{
    while (m_received.size() < size && m_socket.waitForReadyRead(PatienceMs))
        m_received += m_socket.readAll();
    return m_received.first(std::min(size, m_received.size()));
}

bool Caller::speaksWebSocket(const QByteArray &headerLines)
{
    if (exchange(WebSocketClient::request("/"_ba, headerLines)).status != 101)
        return false;
    m_socket.write(WireFrame{WireFrame::Ping, "hello"_ba}.encoded());
    return read(7) == "\x8a\x05hello"_ba;
}

QString summaryOf(const Site &site, const QString &source, const QByteArray &headerLines)
{
    const HttpResponse response = Caller(site, source).exchange(httpGet("/who"_ba, headerLines));
    return response.status == 200 ? summaryText(response.json()) : QString::number(response.status);
}

// Which server answers; -1 when none does. `cookie` is what the client keeps.
int serverOf(const Site &site, const QString &source, QByteArray *cookie = nullptr)
{
    QByteArray lines = "Origin: http://page.example\r\nAccess-Control-Request-Method: GET\r\n";
    if (cookie && !cookie->isEmpty())
        lines += "Cookie: "_ba + *cookie + "\r\n"_ba;
    const HttpResponse response =
        Caller(site, source).exchange(httpRequest("OPTIONS"_ba, "/who"_ba, lines));
    const QByteArray given = response.header("set-cookie").split(';').value(0);
    if (cookie && !given.isEmpty())
        *cookie = given;
    return response.status == 204 ? response.header("access-control-max-age").toInt() - FirstMaxAge
                                  : -1;
}

} // namespace

class tst_ProxyConfigs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase() { m_asking.clear(); }
    void proxies_data();
    void proxies();
    void proxyProtocol();
    void healthIsAskedFor();

private:
    void forgedHeadersLose(const Site &site);
    void webSocketsPass(const Site &site);
    void plainHttpIsRedirected(const Site &site);
    void http2Works(const Site &site);
    void callersStay(Site &site);

    void startAskingForHealth();

    std::unique_ptr<TestCertificate> m_certificate;
    std::vector<std::unique_ptr<Site>> m_asking;
};

void tst_ProxyConfigs::initTestCase()
{
    for (const QString &name : ProxyNames)
        QVERIFY2(ProxyProcess::isInstalled(name), qPrintable(name + u" is not installed"_s));
    m_certificate = std::make_unique<TestCertificate>();
    QVERIFY(m_certificate->isReady());
    startAskingForHealth();
}

// They ask when they like to, within some seconds, which the other tests fill. The path is one
// whose requests are logged.
void tst_ProxyConfigs::startAskingForHealth()
{
    for (const auto &[name, proxyProtocol] :
         {std::pair(u"apache"_s, false), std::pair(u"haproxy"_s, false),
          std::pair(u"haproxy"_s, true), std::pair(u"caddy"_s, false)}) {
        ServerShape shape;
        shape.healthPath = "/who";
        shape.proxyProtocol = proxyProtocol;
        m_asking.push_back(
            std::make_unique<Site>(name, false, 1,
                                   QByteArray("request_details_path = \"/who\"\n"_ba
                                              + (proxyProtocol ? RequiringProxyProtocol : "")),
                                   shape, *m_certificate));
    }
}

void tst_ProxyConfigs::proxies_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<int>("servers");
    QTest::addColumn<QByteArray>("config");
    QTest::addColumn<HeaderPin>("pin");
    for (const QString &name : ProxyNames) {
        const auto row = [&name](const char *what, bool tls, int servers, const QByteArray &pin,
                                 HeaderPin headers) {
            QTest::addRow("%s, %s", qPrintable(name), what)
                << name << tls << servers << QByteArray("headers = \""_ba + pin + "\"\n"_ba)
                << headers;
        };
        row("http, one server, any headers", false, 1, "auto"_ba, HeaderPin::Auto);
        row("https, one server, Forwarded", true, 1, "forwarded"_ba, HeaderPin::Forwarded);
        row("https, three servers, X-Real-IP", true, 3, "x-real-ip"_ba, HeaderPin::XRealIp);
        QTest::addRow("%s, http, three servers, header names of its own", qPrintable(name))
            << name << false << 3 << "[proxy_headers]\nfor = \"X-Who\"\nport = \"X-Door\"\n"_ba
            << HeaderPin::Auto;
    }
}

void tst_ProxyConfigs::proxies()
{
    QFETCH(const QString, name);
    QFETCH(const bool, tls);
    QFETCH(const int, servers);
    QFETCH(const QByteArray, config);
    QFETCH(const HeaderPin, pin);
    ServerShape shape;
    shape.headers = pin;
    if (config.contains("proxy_headers")) {
        shape.names.forwardedFor = "X-Who";
        shape.names.port = "X-Door";
    }
    Site site(name, tls, servers,
              "trust_proxy = [\"127.0.0.1\"]\nrequest_details_path = \"/who\"\n"_ba + config, shape,
              *m_certificate);
    QVERIFY2(site.isReady(), site.complaint().constData());
    forgedHeadersLose(site);
    webSocketsPass(site);
    if (tls) {
        plainHttpIsRedirected(site);
        http2Works(site);
    }
    if (servers > 1)
        callersStay(site);
}

void tst_ProxyConfigs::forgedHeadersLose(const Site &site)
{
    const QString rest =
        u" %1 app.example %2"_s.arg(site.tls() ? u"https"_s : u"http"_s).arg(site.port());
    const QByteArray forged = forgedHeaders() + "X-Who: 6.6.6.6\r\nX-Door: 7\r\n"_ba;
    for (const QString &source : {u"127.0.0.9"_s, u"::1"_s}) {
        QCOMPARE(summaryOf(site, source, {}), QString(source + rest));
        QCOMPARE(summaryOf(site, source, forged), QString(source + rest));
        // The port is the proxy's, whatever the client writes.
        QCOMPARE(summaryOf(site, source, "Host: app.example:99\r\n"), QString(source + rest));
    }
    // Nor does it help to have the proxy drop its own.
    for (const QByteArray &names : {"X-Forwarded-For, X-Forwarded-Proto"_ba, "close, Forwarded"_ba,
                                    "keep-alive, X-Real-IP, X-Forwarded-Port, X-Who, X-Door"_ba}) {
        const QString summary = summaryOf(site, u"127.0.0.9"_s, "Connection: "_ba + names + "\r\n");
        QVERIFY2(summary == u"127.0.0.9"_s + rest || summary == u"400"_s, qPrintable(summary));
    }
    // A host that ends its quotes.
    for (const QByteArray &host :
         {"x\",for=6.6.6.6;host=\"y"_ba, "x;for=6.6.6.6"_ba, "x\\\",for=6.6.6.6"_ba, "x\\"_ba}) {
        const QString summary = summaryOf(site, u"127.0.0.9"_s, "Host: "_ba + host + "\r\n");
        QVERIFY2(summary.startsWith(u"127.0.0.9 "_s) || summary == u"400"_s, qPrintable(summary));
        QVERIFY2(!summary.endsWith(u"conflict"_s), qPrintable(summary));
    }
}

void tst_ProxyConfigs::webSocketsPass(const Site &site)
{
    QVERIFY(Caller(site, u"127.0.0.9"_s).speaksWebSocket(forgedHeaders()));
    QVERIFY(Caller(site, u"::1"_s).speaksWebSocket({}));
}

void tst_ProxyConfigs::plainHttpIsRedirected(const Site &site)
{
    const HttpResponse response =
        RawClient(site.proxy().httpPort(), "127.0.0.9"_ba).exchange(httpGet("/a?b=c%20d"));
    QCOMPARE(response.status, 301);
    QCOMPARE(response.header("location"), "https://app.example/a?b=c%20d"_ba);
}

void tst_ProxyConfigs::http2Works(const Site &site)
{
    QProcess curl;
    curl.start(u"curl"_s,
               {u"--silent"_s, u"--insecure"_s, u"--http2"_s, u"--interface"_s, u"127.0.0.9"_s,
                u"--header"_s, u"X-Forwarded-For: 1.1.1.1"_s, u"--header"_s,
                u"Forwarded: for=4.4.4.4"_s, u"--resolve"_s,
                u"app.example:%1:127.0.0.1"_s.arg(site.port()), u"--write-out"_s,
                u"\n%{http_version}"_s, u"https://app.example:%1/who"_s.arg(site.port())});
    QVERIFY(curl.waitForFinished());
    const QByteArrayList parts = curl.readAll().split('\n');
    QCOMPARE(parts.last(), "2"_ba);
    HttpResponse response;
    response.body = parts.first();
    QCOMPARE(summaryText(response.json()), u"127.0.0.9 https app.example %1"_s.arg(site.port()));
}

void tst_ProxyConfigs::callersStay(Site &site)
{
    QByteArray cookie;
    const int own = serverOf(site, u"127.0.0.9"_s, &cookie);
    QVERIFY(own >= 0);
    for (int i = 0; i < 10; ++i)
        QCOMPARE(serverOf(site, u"127.0.0.9"_s, &cookie), own);
    QSet<int> servers;
    for (int i = 0; i < 20; ++i)
        servers.insert(serverOf(site, u"127.0.%1.%2"_s.arg(i).arg(10 + i)));
    QVERIFY(servers.size() > 1);
    QVERIFY(!servers.contains(-1));

    // The server is gone: another one takes over, and keeps the client.
    site.server(own).signal(SIGKILL);
    site.server(own).waitForExit();
    const int other = serverOf(site, u"127.0.0.9"_s, &cookie);
    QVERIFY(other >= 0 && other != own);
    for (int i = 0; i < 3; ++i)
        QCOMPARE(serverOf(site, u"127.0.0.9"_s, &cookie), other);
}

void tst_ProxyConfigs::proxyProtocol()
{
    ServerShape shape;
    shape.proxyProtocol = true;
    Site site(u"haproxy"_s, false, 1,
              "trust_proxy = [\"127.0.0.9\"]\nrequest_details_path = \"/who\"\n"_ba
                  + RequiringProxyProtocol,
              shape, *m_certificate);
    QVERIFY2(site.isReady(), site.complaint().constData());
    QCOMPARE(summaryOf(site, u"127.0.0.8"_s, forgedHeaders()),
             u"127.0.0.8 http app.example 80 untrusted"_s);
    // Not even one that is trusted may say something through this proxy.
    QCOMPARE(summaryOf(site, u"127.0.0.9"_s, forgedHeaders()), u"127.0.0.9 http app.example 80"_s);
    QVERIFY(Caller(site, u"127.0.0.8"_s).speaksWebSocket({}));
}

void tst_ProxyConfigs::healthIsAskedFor()
{
    for (const std::unique_ptr<Site> &site : m_asking) {
        QVERIFY2(site->isReady(), site->complaint().constData());
        QVERIFY(!site->server(0)
                     .waitForLine({"truepeer.access request", "/who", "status=200"})
                     .isEmpty());
        // And the proxy is content with it.
        QCOMPARE(Caller(*site, u"127.0.0.9"_s).exchange(httpGet("/who")).status, 200);
    }
}

QTEST_GUILESS_MAIN(tst_ProxyConfigs)
#include "tst_proxyconfigs.moc"
