// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QByteArray origin(const Resolution &resolution)
{
    return QByteArray(schemeName(resolution.scheme).latin1()) + "://" + resolution.host + ':'
           + QByteArray::number(resolution.port);
}

void row(const char *what, const QByteArray &headers, const QByteArray &expected)
{
    QTest::addRow("%s", what) << headers << expected;
}

} // namespace

// Scheme, host and port: rules 9 to 12.
class tst_ResolverAttributes : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void positions_data();
    void positions();
    void forwarded_data();
    void forwarded();
    void bothFamilies_data();
    void bothFamilies();
    void values_data();
    void values();
    void switches_data();
    void switches();
    void ownHost_data();
    void ownHost();
    void schemeStated_data();
    void schemeStated();
    void httpsSocket();
    void cutLists();
};

void tst_ResolverAttributes::positions_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray two = "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.5\n";
    row("as many elements as hops", two + "X-Forwarded-Proto: https, http",
        "https://app.example.com:443");
    row("more elements than hops", two + "X-Forwarded-Proto: http, https, http",
        "https://app.example.com:443");
    row("fewer elements than hops", two + "X-Forwarded-Proto: https",
        "https://app.example.com:443");
    row("empty elements are dropped", two + "X-Forwarded-Proto: http, https,, http,",
        "https://app.example.com:443");
    row("lines are one list",
        two
            + "X-Forwarded-Proto: http\nX-Forwarded-Proto: https\nA: b\n"
              "X-Forwarded-Proto: http",
        "https://app.example.com:443");
    row("the chosen element is invalid: nothing further left",
        two + "X-Forwarded-Proto: https, ftp, https", "http://app.example.com:80");
    row("each list counts for itself",
        two
            + "X-Forwarded-Proto: https\nX-Forwarded-Host: evil.example, pub.example, in.example\n"
              "X-Forwarded-Port: 1, 8443, 2",
        "https://pub.example:8443");
    row("unusable element: j is the number of verified hops",
        "X-Forwarded-For: 6.6.6.6, x, 10.0.0.5\nX-Forwarded-Proto: https, http",
        "http://app.example.com:80");
    row("no address: j is 1", "X-Forwarded-Proto: https, http", "http://app.example.com:80");
    row("X-Real-IP alone: j is 1", "X-Real-IP: 203.0.113.7\nX-Forwarded-Proto: http, https",
        "https://app.example.com:443");
    row("conflict: j is 1",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Real-IP: 6.6.6.6\nX-Forwarded-Proto: https, "
        "http",
        "http://app.example.com:80");
    row("left-most of an all trusted chain",
        "X-Forwarded-For: 10.0.0.7, 10.0.0.6, 10.0.0.5\nX-Forwarded-Proto: https, http, http",
        "https://app.example.com:443");
}

void tst_ResolverAttributes::positions()
{
    QFETCH(const QByteArray, headers);
    QTEST(origin(resolved({headersFrom(headers)})), "expected");
}

void tst_ResolverAttributes::forwarded_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("without for", "Forwarded: proto=https;host=pub.example", "https://pub.example:443");
    row("without for, only the right-most", "Forwarded: proto=https, host=pub.example",
        "http://pub.example:80");
    row("unknown for: the right-most still states", "Forwarded: for=unknown;proto=https",
        "https://app.example.com:443");
    row("farthest invalid value hides nearer valid ones",
        "Forwarded: for=203.0.113.7;proto=ftp, for=10.0.0.5;proto=https",
        "http://app.example.com:80");
    row("farthest element without the parameter",
        "Forwarded: for=203.0.113.7, for=10.0.0.5;proto=https", "https://app.example.com:443");
    row("each parameter for itself",
        "Forwarded: for=203.0.113.7;proto=https, for=10.0.0.5;host=pub.example;proto=http",
        "https://pub.example:443");
    row("stops at an unusable line",
        "Forwarded: for=203.0.113.7;proto=https\nForwarded: =\nForwarded: for=10.0.0.5",
        "http://app.example.com:80");
    row("unusable right-most line",
        "Forwarded: proto=https\nForwarded: =", "http://app.example.com:80");
    row("host with port", "Forwarded: host=\"pub.example:8443\"", "http://pub.example:8443");
    row("host unquoted with port", "Forwarded: host=[2001:DB8::1]:8443",
        "http://[2001:db8::1]:8443");
    row("host with quoted-pairs", "Forwarded: host=\"p\\ub.example\"", "http://pub.example:80");
    row("empty host", "Forwarded: host=\"\"", "http://app.example.com:80");
    row("X-Forwarded-Port with only Forwarded has no element",
        "Forwarded: proto=https\nX-Forwarded-Port: ,", "https://app.example.com:443");
}

void tst_ResolverAttributes::forwarded()
{
    QFETCH(const QByteArray, headers);
    QTEST(origin(resolved({headersFrom(headers)})), "expected");
}

void tst_ResolverAttributes::bothFamilies_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("equal schemes", "X-Forwarded-Proto: wss\nForwarded: proto=HTTPS",
        "https://app.example.com:443");
    row("different schemes", "X-Forwarded-Proto: https\nForwarded: proto=http",
        "http://app.example.com:80");
    row("one-sided scheme", "X-Forwarded-Host: a.example\nForwarded: proto=https",
        "http://app.example.com:80");
    row("invalid on one side", "X-Forwarded-Proto: x\nForwarded: proto=https",
        "http://app.example.com:80");
    row("equal hosts", "X-Forwarded-Host: PUB.example.\nForwarded: host=pub.example",
        "http://pub.example:80");
    row("equal hosts, different ports", "X-Forwarded-Host: a.example:81\nForwarded: host=a.example",
        "http://app.example.com:80");
    row("X-Forwarded-Port does not count", "X-Forwarded-Port: 8443\nForwarded: for=203.0.113.7",
        "http://app.example.com:80");
    row("X-Forwarded-Port does not beat the port of the host",
        "X-Forwarded-Host: a.example:81\nX-Forwarded-Port: 82\nForwarded: host=\"a.example:81\"",
        "http://a.example:81");
    row("X-Forwarded-For alone makes its family present",
        "X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.7;proto=https",
        "http://app.example.com:80");
    row("an empty X-Forwarded-For does not", "X-Forwarded-For: ,\nForwarded: proto=https",
        "https://app.example.com:443");
    row("X-Real-IP does not", "X-Real-IP: 203.0.113.7\nForwarded: for=203.0.113.7;proto=https",
        "https://app.example.com:443");
    row("an unusable Forwarded line makes its family present",
        "X-Forwarded-Proto: https\nForwarded: =", "http://app.example.com:80");
    row("an empty Forwarded line does not", "X-Forwarded-Proto: https\nForwarded: ,",
        "https://app.example.com:443");
    row("agreement survives a conflict about the address",
        "X-Forwarded-For: 1.1.1.1\nX-Forwarded-Proto: https\nForwarded: for=2.2.2.2;proto=https",
        "https://app.example.com:443");
    row("each family by its own hops",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Forwarded-Proto: https, http\n"
        "Forwarded: for=203.0.113.7;proto=https",
        "https://app.example.com:443");
}

void tst_ResolverAttributes::bothFamilies()
{
    QFETCH(const QByteArray, headers);
    QTEST(origin(resolved({headersFrom(headers)})), "expected");
}

void tst_ResolverAttributes::values_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("ws is http", "X-Forwarded-Proto: WS", "http://app.example.com:80");
    row("wss is https", "X-Forwarded-Proto: wss", "https://app.example.com:443");
    for (const char *bad : {"on", "ssl", "1", "https\">", "https:", "h2", "HTTP/1.1", "\"https\""})
        QTest::addRow("proto %s", bad)
            << "X-Forwarded-Proto: "_ba + bad << "http://app.example.com:80"_ba;
    row("port beats the port of the host",
        "X-Forwarded-Host: pub.example:1337\nX-Forwarded-Port: 443", "http://pub.example:443");
    row("port without a host", "X-Forwarded-Port: 8443", "http://app.example.com:8443");
    row("a bad port leaves the host's", "X-Forwarded-Host: pub.example:81\nX-Forwarded-Port: 080",
        "http://pub.example:81");
    row("a stated host without a port hides the port of Host",
        "X-Forwarded-Host: pub.example\nX-Forwarded-Proto: https", "https://pub.example:443");
    row("an invalid stated host leaves Host",
        "X-Forwarded-Host: pub_example/\nX-Forwarded-Port: 81", "http://app.example.com:81");
}

void tst_ResolverAttributes::values()
{
    QFETCH(const QByteArray, headers);
    QTEST(origin(resolved({headersFrom(headers)})), "expected");
}

void tst_ResolverAttributes::switches_data()
{
    QTest::addColumn<bool>("proto");
    QTest::addColumn<bool>("host");
    QTest::addColumn<bool>("port");
    QTest::addColumn<QByteArray>("plain");
    QTest::addColumn<QByteArray>("node");
    QTest::addRow("all on") << true << true << true << "https://pub.example:8443"_ba
                            << "https://pub.example:81"_ba;
    QTest::addRow("proto off") << false << true << true << "http://pub.example:8443"_ba
                               << "http://pub.example:81"_ba;
    QTest::addRow("host off") << true << false << true << "https://app.example.com:8443"_ba
                              << "https://app.example.com:443"_ba;
    QTest::addRow("port off: the port of the host still counts")
        << true << true << false << "https://pub.example:81"_ba
        << "https://pub.example:81"_ba;
    QTest::addRow("all off") << false << false << false << "http://app.example.com:80"_ba
                             << "http://app.example.com:80"_ba;
}

void tst_ResolverAttributes::switches()
{
    QFETCH(const bool, proto);
    QFETCH(const bool, host);
    QFETCH(const bool, port);
    TrustSettings settings = testSettings();
    settings.attributes = {true, proto, host, port};
    const TestRequest plain{
        headersFrom("X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\n"
                    "X-Forwarded-Host: pub.example:81\nX-Forwarded-Port: 8443")};
    QTEST(origin(resolved(plain, settings)), "plain");
    QCOMPARE(resolved(plain, settings).client.toText(), "203.0.113.7"_ba);
    const TestRequest node{
        headersFrom("Forwarded: for=203.0.113.7;proto=https;host=pub.example:81")};
    QTEST(origin(resolved(node, settings)), "node");
}

void tst_ResolverAttributes::ownHost_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("expected");
    QTest::addRow("name and port") << "App.Example.COM:8080"_ba
                                   << "http://app.example.com:8080"_ba;
    QTest::addRow("IPv6") << "[::1]:6001"_ba
                          << "http://[::1]:6001"_ba;
    QTest::addRow("none: HTTP/1.0") << QByteArray() << "http://192.0.2.80:80"_ba;
    QTest::addRow("empty") << ""_ba
                           << "http://192.0.2.80:80"_ba;
    QTest::addRow("invalid is never echoed") << "<script>"_ba
                                             << "http://192.0.2.80:80"_ba;
    QTest::addRow("blanks around it") << " app.example.com\t"_ba
                                      << "http://app.example.com:80"_ba;
}

void tst_ResolverAttributes::ownHost()
{
    QFETCH(const QByteArray, host);
    TestRequest request;
    request.host = host;
    for (const char *peer : {"10.0.0.1", "198.51.100.9"}) {
        request.peer = peer;
        QTEST(origin(resolved(request)), "expected");
    }
}

void tst_ResolverAttributes::schemeStated_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("stated");
    QTest::addRow("untrusted peer: the socket knows") << "6.6.6.6"_ba
                                                      << ""_ba << true;
    QTest::addRow("trusted peer, nothing stated") << "10.0.0.1"_ba
                                                  << ""_ba << false;
    QTest::addRow("trusted peer, stated") << "10.0.0.1"_ba
                                          << "X-Forwarded-Proto: http"_ba << true;
    QTest::addRow("trusted peer, invalid") << "10.0.0.1"_ba
                                           << "X-Forwarded-Proto: x"_ba << false;
    QTest::addRow("trusted peer, Forwarded") << "10.0.0.1"_ba
                                             << "Forwarded: proto=ws"_ba << true;
}

void tst_ResolverAttributes::schemeStated()
{
    QFETCH(const QByteArray, peer);
    QFETCH(const QByteArray, headers);
    QTEST(resolved({headersFrom(headers), peer}).schemeStated, "stated");
}

void tst_ResolverAttributes::httpsSocket()
{
    TestRequest request;
    request.socketScheme = Scheme::Https;
    QCOMPARE(origin(resolved(request)), "https://app.example.com:443"_ba);
    request.headers = headersFrom("X-Forwarded-Proto: http");
    QCOMPARE(origin(resolved(request)), "http://app.example.com:80"_ba);
    request.peer = "198.51.100.9";
    QCOMPARE(origin(resolved(request)), "https://app.example.com:443"_ba);
}

// An element that counts and was not kept states nothing; the nearest one that was kept does not
// stand in for it.
void tst_ResolverAttributes::cutLists()
{
    TestRequest request{
        headersFrom("X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Forwarded-Proto: https")};
    QCOMPARE(origin(resolved(request)), "https://app.example.com:443"_ba);
    request.cut = 1 << static_cast<int>(ForwardingHeader::Proto);
    QCOMPARE(origin(resolved(request)), "http://app.example.com:80"_ba);
    request.headers = headersFrom("X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https");
    QCOMPARE(origin(resolved(request)), "https://app.example.com:443"_ba);
}

QTEST_APPLESS_MAIN(tst_ResolverAttributes)
#include "tst_resolverattributes.moc"
