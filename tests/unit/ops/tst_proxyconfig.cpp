// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What is written into configurations of proxies, and what is refused. Whether the proxies take
// them, and what then comes of it, is tested with the real ones in tests/integration/.
#include "server/ops/proxyconfig.h"

#include <QFile>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <functional>

using namespace truepeer;
using namespace Qt::StringLiterals;
using Proxy = ProxyConfigRequest::Proxy;
using Change = std::function<void(ServerShape &)>;

namespace {

const QStringList ProxyNames = {u"nginx"_s, u"apache"_s, u"haproxy"_s, u"caddy"_s};

ProxyConfigRequest requestFor(const QString &name, bool tls = false, const QStringList &texts = {})
{
    return {*parseProxyName(name), tls, *parseUpstreams(texts)};
}

QString configOf(const QString &name, const ServerShape &shape = {}, bool tls = false,
                 const QStringList &texts = {})
{
    const Expected<QString> text = proxyConfig(requestFor(name, tls, texts), shape);
    return text.ok() ? *text : QString();
}

// Without comments and indentation; empty lines are left out.
QStringList linesOf(const QString &config)
{
    QStringList lines;
    for (const QString &line : config.split(u'\n')) {
        if (!line.trimmed().isEmpty() && !line.trimmed().startsWith(u'#'))
            lines.append(line.trimmed());
    }
    return lines;
}

// How many lines, without comments, contain the text.
qsizetype count(const QString &config, const QString &text)
{
    return linesOf(config).filter(text).size();
}

} // namespace

class tst_ProxyConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void namesOfProxies();
    void upstreams_data();
    void upstreams();
    void badUpstreams_data();
    void badUpstreams();
    void badListsOfUpstreams();
    void blocksOfTemplatesAreClosed_data();
    void blocksOfTemplatesAreClosed();
    void templatesAreUsedUp_data();
    void templatesAreUsedUp();
    void shapesOfTheServer_data();
    void shapesOfTheServer();
    void configurationIsTheShape();
    void ownHeaderNames_data();
    void ownHeaderNames();
    void swappedHeaderNames();
    void refusedShapes_data();
    void refusedShapes();
    void proxyProtocol_data();
    void proxyProtocol();
};

void tst_ProxyConfig::namesOfProxies()
{
    for (const QString &name : ProxyNames)
        QVERIFY2(parseProxyName(name).ok(), qPrintable(name));
    QVERIFY(*parseProxyName(u"caddy") == Proxy::Caddy);
    for (const QString &name : {u""_s, u"NGINX"_s, u"nginx "_s, u"traefik"_s}) {
        const Expected<Proxy> proxy = parseProxyName(name);
        QVERIFY2(!proxy.ok(), qPrintable(name));
        QVERIFY(proxy.error().message.contains(u"nginx, apache, haproxy, caddy"_s));
    }
}

void tst_ProxyConfig::upstreams_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<int>("port");
    QTest::newRow("an IPv4 address") << u"10.0.0.5:6001"_s << "10.0.0.5"_ba << 6001;
    QTest::newRow("an IPv6 address") << u"[2001:DB8:0::1]:1"_s << "[2001:db8::1]"_ba << 1;
    QTest::newRow("a mapped address") << u"[::ffff:10.0.0.5]:80"_s << "10.0.0.5"_ba << 80;
    QTest::newRow("a name") << u"App-1.Example.COM:65535"_s << "app-1.example.com"_ba << 65535;
    QTest::newRow("a name of one label") << u"truepeer:6001"_s << "truepeer"_ba << 6001;
}

void tst_ProxyConfig::upstreams()
{
    QFETCH(const QString, text);
    QFETCH(const QByteArray, host);
    QFETCH(const int, port);
    const Expected<std::vector<HostPort>> upstreams = parseUpstreams({text});
    QVERIFY(upstreams.ok());
    QCOMPARE(upstreams->front().host, host);
    QCOMPARE(int(*upstreams->front().port), port);
    for (const QString &name : ProxyNames)
        QVERIFY(configOf(name, {}, false, {text})
                    .contains(QString::fromLatin1(host) + u':' + QString::number(port)));
}

void tst_ProxyConfig::badUpstreams_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"6001",
                             ":6001",
                             "10.0.0.5",
                             "10.0.0.5:",
                             "10.0.0.5:0",
                             "10.0.0.5:65536",
                             "10.0.0.5:06001",
                             "10.0.0.5:+1",
                             "10.0.0.5:1:2",
                             "10.0.0:6001",
                             "010.0.0.5:6001",
                             "127.1:6001",
                             "0x7f.1:6001",
                             "0.0.0.0:6001",
                             "[::]:6001",
                             "::1:6001",
                             "[::1]",
                             "[fe80::1%eth0]:6001",
                             "[10.0.0.5]:6001",
                             "http://10.0.0.5:6001",
                             "10.0.0.5:6001/",
                             "a_b:6001",
                             "-a:6001",
                             "a-:6001",
                             "a..b:6001",
                             "a b:6001",
                             " a:6001",
                             "a:6001 ",
                             "a:6001;",
                             "a:6001\n",
                             "a\n:6001",
                             "a\tb:6001",
                             "a;b:6001",
                             "a}b:6001",
                             "a{b:6001",
                             "\"a\":6001",
                             "'a':6001",
                             "$host:6001",
                             "%[src]:6001",
                             "{host}:6001",
                             "@UPSTREAM@:6001",
                             "a#:6001",
                             "a\\b:6001",
                             "user@a:6001",
                             "unix:/run/a",
                             "*:6001",
                             "<a>:6001",
                             "a:6001 backup; } server { listen 1",
                             "a\u00e4:6001",
                             "\u0430:6001"})
        QTest::newRow(QByteArray(text).replace('\n', "\\n").replace('\t', "\\t").constData())
            << QString::fromUtf8(text);
    QTest::newRow("nothing") << u""_s;
    QTest::newRow("a null character") << QString(u"a"_s + QChar(u'\0') + u":6001"_s);
    QTest::newRow("a character that Latin-1 has no place for") << QString(u"a\u0161:6001"_s);
    QTest::newRow("a label that is too long") << QString(QString(64, u'a') + u":6001"_s);
    QTest::newRow("a name that is too long") << QString(u"a."_s.repeated(127) + u"a:6001"_s);
}

void tst_ProxyConfig::badUpstreams()
{
    QFETCH(const QString, text);
    const Expected<std::vector<HostPort>> upstreams = parseUpstreams({u"10.0.0.1:1"_s, text});
    QVERIFY(!upstreams.ok());
    // What was written is not shown, it could hold anything.
    QVERIFY(upstreams.error().message.startsWith(u"upstream 2 is no HOST:PORT; allowed: "_s));
}

void tst_ProxyConfig::badListsOfUpstreams()
{
    QStringList texts;
    for (int i = 1; i <= 64; ++i)
        texts.append(u"10.0.0.1:%1"_s.arg(i));
    QVERIFY(parseUpstreams(texts).ok());
    texts.append(u"10.0.0.1:65"_s);
    QCOMPARE(parseUpstreams(texts).error().message, u"65 upstreams are too many; allowed are 64"_s);
    QCOMPARE(parseUpstreams({u"A.example:1"_s, u"b:1"_s, u"a.Example.:1"_s}).error().message,
             u"upstream a.example:1 is there twice"_s);
}

void tst_ProxyConfig::blocksOfTemplatesAreClosed_data()
{
    QTest::addColumn<QString>("name");
    for (const QString &name : ProxyNames)
        QTest::newRow(qPrintable(name)) << name;
}

// A block within another would end the outer one.
void tst_ProxyConfig::blocksOfTemplatesAreClosed()
{
    QFETCH(const QString, name);
    const QSet<QByteArray> conditions = {"template"_ba, "tls"_ba,           "several"_ba,
                                         "health"_ba,   "pings"_ba,         "reuse"_ba,
                                         "clearx"_ba,   "proxyprotocol"_ba, "forwarded"_ba,
                                         "ownfor"_ba,   "ownproto"_ba,      "ownhost"_ba};
    QFile file(u"%1/resources/proxies/%2.conf.in"_s.arg(QStringLiteral(TRUEPEER_SOURCE_DIR), name));
    QVERIFY(file.open(QIODevice::ReadOnly));
    int depth = 0;
    int blocks = 0;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("#?if ")) {
            QCOMPARE(++depth, 1);
            ++blocks;
            for (const QByteArray &word : line.sliced(5).split(' '))
                QVERIFY2(conditions.contains(word.startsWith('!') ? word.sliced(1) : word),
                         line.constData());
        } else if (line == "#?end") {
            QCOMPARE(--depth, 0);
        }
    }
    QCOMPARE(depth, 0);
    QVERIFY(blocks > 5);
}

void tst_ProxyConfig::templatesAreUsedUp_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<int>("upstreams");
    QTest::addColumn<HeaderPin>("pin");
    for (const QString &name : ProxyNames) {
        for (const bool tls : {false, true}) {
            for (const int upstreams : {0, 1, 3}) {
                for (const HeaderPin pin : {HeaderPin::Auto, HeaderPin::XForwarded,
                                            HeaderPin::Forwarded, HeaderPin::XRealIp})
                    QTest::addRow("%s, %s, %d upstreams, pin %d", qPrintable(name),
                                  tls ? "TLS" : "no TLS", upstreams, int(pin))
                        << name << tls << upstreams << pin;
            }
        }
    }
}

void tst_ProxyConfig::templatesAreUsedUp()
{
    QFETCH(const QString, proxy);
    QFETCH(const bool, tls);
    QFETCH(const int, upstreams);
    QFETCH(const HeaderPin, pin);
    const QStringList texts = QStringList{u"10.0.0.1:1"_s, u"b:2"_s, u"[::1]:3"_s}.first(upstreams);
    ServerShape shape;
    shape.headers = pin;
    const QString config = configOf(proxy, shape, tls, texts);

    // Nothing of the template's language is left.
    QVERIFY(!config.contains(u'@'));
    QVERIFY(!config.contains(u"#?"_s));
    QVERIFY(!config.contains(u"SPDX"_s));
    QVERIFY(config.startsWith(u"# "_s) && config.endsWith(u'\n'));

    QVERIFY(config.contains(u"server at 127.0.0.1:6001, made by"_s));
    QVERIFY(config.contains(u"truepeerctl trust add ADDRESS-OF-THE-PROXY"_s));
    const QString pinned = pin == HeaderPin::Forwarded ? u"forwarded"_s
                           : pin == HeaderPin::XRealIp ? u"x-real-ip"_s
                                                       : u"x-forwarded"_s;
    QVERIFY(config.contains(u"headers = \"%1\"\n"_s.arg(pinned)));

    for (const QString &text : texts)
        QCOMPARE(count(config, text), 1);
    QCOMPARE(count(config, u"127.0.0.1:6001"_s), upstreams == 0 ? 1 : 0);
    QCOMPARE(count(config, u"443"_s) > 0, tls);
    QCOMPARE(count(config, u"/etc/ssl/"_s) > 0, tls);
    const QRegularExpression sticky(u"hash |balance source|stickysession|ip_hash"_s);
    QCOMPARE(!linesOf(config).filter(sticky).isEmpty(), upstreams == 3);
}

void tst_ProxyConfig::shapesOfTheServer_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QStringList>("expected"); // for nginx, Apache, HAProxy, Caddy
    const auto row = [](const char *name, const Change &change, const QStringList &expected) {
        QTest::newRow(name) << change << expected;
    };
    const QString any = u"server 127.0.0.1:7;|//127.0.0.1:7 |127.0.0.1:7|to 127.0.0.1:7"_s;
    row(
        "listens everywhere",
        [](ServerShape &shape) {
            shape.port = 7;
            shape.host = IpAddress::fromIPv4(0);
        },
        any.split(u'|'));
    row(
        "listens everywhere over IPv6",
        [](ServerShape &shape) {
            shape.port = 7;
            shape.host = IpAddress::fromIPv6({});
        },
        any.split(u'|'));
    row(
        "listens at an IPv6 address",
        [](ServerShape &shape) { shape.host = *IpAddress::parse("2001:db8::1"); },
        QStringList(4, u"[2001:db8::1]:6001"_s));
    row("another health path", [](ServerShape &shape) { shape.healthPath = "/up/now"; },
        {u""_s, u"hcuri=/up/now"_s, u"uri /up/now ver"_s, u"health_uri /up/now"_s});
    row("no health path", [](ServerShape &shape) { shape.healthPath.clear(); },
        {u"!health"_s, u"!hc"_s, u"!httpchk"_s, u"!health"_s});
    row("pings seldom", [](ServerShape &shape) { shape.idlePing = std::chrono::seconds(100); },
        {u"proxy_read_timeout 300s;"_s, u" timeout=300"_s, u"timeout tunnel 300s"_s,
         u"read_timeout 300s"_s});
    row("pings often", [](ServerShape &shape) { shape.idlePing = std::chrono::seconds(1); },
        {u"proxy_read_timeout 90s;"_s, u" timeout=90"_s, u"timeout tunnel 90s"_s,
         u"read_timeout 90s"_s});
    row("never pings", [](ServerShape &shape) { shape.idlePing = std::chrono::seconds(0); },
        {u"proxy_read_timeout 3600s;"_s, u" timeout=3600"_s, u"timeout tunnel 3600s"_s,
         u"read_timeout 3600s"_s});
    row("waits for the next request shortly",
        [](ServerShape &shape) { shape.keepAlive = std::chrono::seconds(10); },
        {u"keepalive_timeout 8s;"_s, u"ttl=8"_s, u"!http-server-close"_s, u"keepalive 8s"_s});
    row("waits for the next request for long",
        [](ServerShape &shape) { shape.keepAlive = std::chrono::hours(1); },
        {u"keepalive_timeout 60s;"_s, u"ttl=60"_s, u"!http-server-close"_s, u"keepalive 60s"_s});
    row("one request a connection",
        [](ServerShape &shape) { shape.keepAlive = std::chrono::seconds(0); },
        {u"!keepalive"_s, u"disablereuse=on"_s, u"http-server-close"_s, u"keepalive off"_s});
    row("another size of bodies", [](ServerShape &shape) { shape.bodyBytes = 12345; },
        {u"client_max_body_size 12345;"_s, u"LimitRequestBody 12345"_s, u"req.body_size gt 12345"_s,
         u"max_size 12345"_s});
    // 0 would take the cap away.
    row("no bodies", [](ServerShape &shape) { shape.bodyBytes = 0; },
        {u"client_max_body_size 1;"_s, u"LimitRequestBody 1"_s, u"req.body_size gt 1 "_s,
         u"max_size 1"_s});
    row("Forwarded", [](ServerShape &shape) { shape.headers = HeaderPin::Forwarded; },
        {u"proxy_set_header X-Forwarded-For \"\";"_s, u"RequestHeader unset X-Forwarded-For"_s,
         u"del-header X-Forwarded-For"_s, u"header_up -X-Forwarded-For"_s});
    row("X-Real-IP", [](ServerShape &shape) { shape.headers = HeaderPin::XRealIp; },
        {u"proxy_set_header X-Real-IP $remote_addr;"_s,
         u"RequestHeader set X-Real-IP expr=%{REMOTE_ADDR}"_s, u"set-header X-Real-IP %[src]"_s,
         u"header_up X-Real-IP {remote_host}"_s});
}

void tst_ProxyConfig::shapesOfTheServer()
{
    QFETCH(const Change, change);
    QFETCH(const QStringList, expected);
    ServerShape shape;
    change(shape);
    for (qsizetype i = 0; i < ProxyNames.size(); ++i) {
        const QString config = configOf(ProxyNames[i], shape);
        QVERIFY(!config.isEmpty());
        const bool isAbsent = expected[i].startsWith(u'!');
        const QString text = isAbsent ? expected[i].sliced(1) : expected[i];
        const QString lines = linesOf(config).join(u" \n"_s) + u' ';
        QVERIFY2(lines.contains(text) != isAbsent, qPrintable(config));
    }
}

void tst_ProxyConfig::configurationIsTheShape()
{
    Config config;
    config.hosts = {*IpAddress::parse("10.1.2.3"), *IpAddress::parse("::1")};
    config.port = 0;
    config.healthCheckPath = "/up";
    config.limits.idlePing = std::chrono::seconds(31);
    config.limits.keepAlive = std::chrono::seconds(32);
    config.limits.bodyBytes = 33;
    config.trust.headers = HeaderPin::XRealIp;
    config.trust.names.realIp = "X-Client";
    config.proxyProtocol.required = true;
    const ServerShape shape = serverShape(config, 4321);
    QCOMPARE(shape.host.toText(), "10.1.2.3"_ba);
    QCOMPARE(shape.port, quint16(4321));
    QCOMPARE(shape.healthPath, "/up"_ba);
    QVERIFY(shape.idlePing == std::chrono::seconds(31));
    QVERIFY(shape.keepAlive == std::chrono::seconds(32));
    QCOMPARE(shape.bodyBytes, 33);
    QVERIFY(shape.headers == HeaderPin::XRealIp);
    QCOMPARE(shape.names.realIp, "X-Client"_ba);
    QVERIFY(shape.proxyProtocol);
}

void tst_ProxyConfig::ownHeaderNames_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("nginx") << u"nginx"_s
                           << QStringList{u"proxy_set_header X-For $remote_addr;"_s,
                                          u"proxy_set_header X-Scheme $scheme;"_s,
                                          u"proxy_set_header X-Rfc7239 \"\";"_s};
    QTest::newRow("Apache") << u"apache"_s
                            << QStringList{u"RequestHeader append X-For expr=%{REMOTE_ADDR}"_s,
                                           u"RequestHeader set X-Scheme expr=%{REQUEST_SCHEME}"_s,
                                           u"RequestHeader unset X-Rfc7239"_s};
    QTest::newRow("HAProxy") << u"haproxy"_s
                             << QStringList{
                                    u"option forwardfor header X-For"_s,
                                    u"http-request set-header X-Scheme %[ssl_fc,iif(https,http)]"_s,
                                    u"http-request del-header X-Rfc7239"_s};
    QTest::newRow("Caddy") << u"caddy"_s
                           << QStringList{u"header_up X-For {remote_host}"_s,
                                          u"header_up X-Scheme {scheme}"_s,
                                          u"header_up -X-Rfc7239"_s};
}

void tst_ProxyConfig::ownHeaderNames()
{
    QFETCH(const QString, proxy);
    QFETCH(const QStringList, expected);
    ServerShape shape;
    shape.names.forwardedFor = "X-For";
    shape.names.proto = "X-Scheme";
    shape.names.forwarded = "X-Rfc7239";
    const QString config = configOf(proxy, shape);
    for (const QString &line : expected)
        QVERIFY2(linesOf(config).contains(line), qPrintable(config));
    QVERIFY(!config.contains(u"X-Forwarded-For"_s));
    QVERIFY(!config.contains(u"X-Forwarded-Proto"_s));
    QVERIFY(config.contains(u"X-Forwarded-Port"_s));
}

void tst_ProxyConfig::swappedHeaderNames()
{
    ServerShape shape;
    shape.names.host = "X-Forwarded-Port";
    shape.names.port = "X-Forwarded-Host";
    const QStringList lines = linesOf(configOf(u"haproxy"_s, shape));
    QVERIFY(lines.contains(u"http-request set-header X-Forwarded-Port %[req.hdr(Host)]"_s));
    QVERIFY(lines.contains(u"http-request set-header X-Forwarded-Host %[dst_port]"_s));
}

void tst_ProxyConfig::refusedShapes_data()
{
    QTest::addColumn<Change>("change");
    QTest::addColumn<QString>("complaint");
    const auto name = [](const char *row, const QByteArray &text) {
        QTest::newRow(row) << Change([text](ServerShape &shape) { shape.names.realIp = text; })
                           << u"the header name "_s;
    };
    name("a header name with a variable", "X-$host"_ba);
    name("a header name with a format of HAProxy", "X-%i"_ba);
    name("a header name that begins a comment", "#X"_ba);
    name("a header name that Caddy would remove", "-X-Real-IP"_ba);
    name("a header name with a quote", "X'Y"_ba);
    name("a header name with a blank", "X Y"_ba);
    name("a header name with a line", "X\nY"_ba);
    name("no header name", ""_ba);
    const auto path = [](const char *row, const QByteArray &text) {
        QTest::newRow(row) << Change([text](ServerShape &shape) { shape.healthPath = text; })
                           << u"health_check_path "_s;
    };
    path("a health path with a variable", "/$host"_ba);
    path("a health path with a semicolon", "/a;b"_ba);
    path("a health path with a quote", "/a'b"_ba);
    path("a health path with braces", "/a{b}"_ba);
}

void tst_ProxyConfig::refusedShapes()
{
    QFETCH(const Change, change);
    QFETCH(const QString, complaint);
    ServerShape shape;
    change(shape);
    for (const QString &proxy : ProxyNames) {
        const Expected<QString> config = proxyConfig(requestFor(proxy), shape);
        QVERIFY(!config.ok());
        QVERIFY2(config.error().message.startsWith(complaint), qPrintable(config.error().message));
    }
}

void tst_ProxyConfig::proxyProtocol_data()
{
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<bool>("tls");
    QTest::addColumn<QString>("complaint");
    QTest::newRow("HAProxy") << u"haproxy"_s << false << u""_s;
    QTest::newRow("HAProxy with TLS") << u"haproxy"_s << true << u"leave TLS out"_s;
    QTest::newRow("nginx") << u"nginx"_s << false << u"only from stream { }"_s;
    QTest::newRow("Apache") << u"apache"_s << false << u"Apache does not send"_s;
    QTest::newRow("Caddy") << u"caddy"_s << true << u"Caddy does not send"_s;
}

void tst_ProxyConfig::proxyProtocol()
{
    QFETCH(const QString, proxy);
    QFETCH(const bool, tls);
    QFETCH(const QString, complaint);
    ServerShape shape;
    shape.proxyProtocol = true;
    const Expected<QString> config = proxyConfig(requestFor(proxy, tls), shape);
    QCOMPARE(config.ok(), complaint.isEmpty());
    if (!config.ok()) {
        const QString &message = config.error().message;
        QVERIFY2(message.contains(complaint), qPrintable(message));
        QVERIFY2(message.contains(u"proxy_protocol.accept = \"off\""_s), qPrintable(message));
        return;
    }
    QVERIFY(config->contains(u"from = [\"ADDRESS-OF-THE-PROXY\"]"_s));
    QVERIFY(!config->contains(u"trust add"_s));
    QCOMPARE(count(*config, u"send-proxy-v2"_s), 1);
    // The client is the PROXY header's; no header may say something else.
    QCOMPARE(count(*config, u"del-header"_s), 6);
    QCOMPARE(count(*config, u"set-header"_s) + count(*config, u"forwardfor"_s), 0);
}

QTEST_GUILESS_MAIN(tst_ProxyConfig)
#include "tst_proxyconfig.moc"
