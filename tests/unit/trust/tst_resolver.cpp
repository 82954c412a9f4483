// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr char Plain[] = " http://app.example.com:80 ";

void row(const char *what, const QByteArray &headers, const QByteArray &expected)
{
    const qsizetype blank = expected.indexOf(' ');
    QTest::addRow("%s", what) << headers
                              << expected.first(blank) + Plain + expected.sliced(blank + 1);
}

// "address, address, …" of trusted hops, the right-most being 10.0.1.1.
QByteArray trustedHops(int count)
{
    QByteArray text;
    for (int i = count; i > 0; --i)
        text += "10.0.1." + QByteArray::number(i) + (i > 1 ? ", " : "");
    return text;
}

} // namespace

// Who the client is: rules 1 to 8. Scheme, host and port have a test of their own.
class tst_Resolver : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void walk_data();
    void walk();
    void families_data();
    void families();
    void realIp_data();
    void realIp();
    void hopCap_data();
    void hopCap();
    void oneHop_data();
    void oneHop();
    void pins_data();
    void pins();
    void untrusted_data();
    void untrusted();
    void ownNames();
    void addressSwitchedOff();
    void proxyProtocol_data();
    void proxyProtocol();
    void rejectedConflict();
    void cutHeaders();
    void revisionIsCarried();
};

void tst_Resolver::walk_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("no headers: the client is the peer, and known", "", "10.0.0.1 peer/0");
    row("one hop", "X-Forwarded-For: 203.0.113.7", "203.0.113.7 x-forwarded-for/1");
    row("three hops", "X-Forwarded-For: 6.6.6.6, 203.0.113.7, 10.0.0.6, 10.0.0.5",
        "203.0.113.7 x-forwarded-for/3");
    row("empty elements do not count as hops", "X-Forwarded-For: 203.0.113.7,, ,10.0.0.5,\t,",
        "203.0.113.7 x-forwarded-for/2");
    row("all trusted: left-most", "X-Forwarded-For: 10.1.1.1, 10.2.2.2",
        "10.1.1.1 x-forwarded-for/2");
    row("unusable at once", "X-Forwarded-For: 203.0.113.7, garbage", "10.0.0.1 peer/0 unknown");
    row("unusable behind a hop", "X-Forwarded-For: 203.0.113.7, garbage, 10.0.0.5",
        "10.0.0.5 x-forwarded-for/1 unknown");
    row("untrusted hop hides garbage on its left", "X-Forwarded-For: garbage, 203.0.113.7",
        "203.0.113.7 x-forwarded-for/1");
    row("0.0.0.0 is nobody", "X-Forwarded-For: 203.0.113.7, 0.0.0.0", "10.0.0.1 peer/0 unknown");
    row(":: is nobody", "X-Forwarded-For: 203.0.113.7, ::", "10.0.0.1 peer/0 unknown");
    row("mapped 0.0.0.0 is nobody", "X-Forwarded-For: ::ffff:0.0.0.0", "10.0.0.1 peer/0 unknown");
    row("Apache's (null)", "X-Forwarded-For: (null), 203.0.113.7", "203.0.113.7 x-forwarded-for/1");
    row("Apache's (null) alone", "X-Forwarded-For: (null)", "10.0.0.1 peer/0 unknown");
    row("mapped hop is trusted as IPv4", "X-Forwarded-For: 203.0.113.7, ::ffff:a00:5",
        "203.0.113.7 x-forwarded-for/2");
    row("zone of an untrusted hop is dropped", "X-Forwarded-For: fe80::7%eth0",
        "fe80::7 x-forwarded-for/1");
    row("lines are one list",
        "X-Forwarded-For: 6.6.6.6\nAccept: */*\nx-forwarded-for: 203.0.113.7"
        "\nX-FORWARDED-FOR: 10.0.0.5",
        "203.0.113.7 x-forwarded-for/2");
    row("an empty last line changes nothing",
        "X-Forwarded-For: 203.0.113.7\nX-Forwarded-For:", "203.0.113.7 x-forwarded-for/1");
    row("underscores are another name", "X_Forwarded_For: 6.6.6.6", "10.0.0.1 peer/0");
    row("Forwarded", "Forwarded: for=6.6.6.6, for=203.0.113.7, for=\"10.0.0.5:1\"",
        "203.0.113.7 forwarded/2");
    row("Forwarded over lines", "Forwarded: for=203.0.113.7\nForwarded: for=10.0.0.6,for=10.0.0.5",
        "203.0.113.7 forwarded/3");
    row("Forwarded element without for stops the walk",
        "Forwarded: for=203.0.113.7, proto=https, for=10.0.0.5", "10.0.0.5 forwarded/1 unknown");
    row("Forwarded without for at the right has no opinion",
        "Forwarded: for=203.0.113.7, by=1.1.1.1", "10.0.0.1 peer/0");
    row("Forwarded unusable line on the left stops there",
        "Forwarded: for=\"6.6.6.6\nForwarded: for=10.0.0.5", "10.0.0.5 forwarded/1 unknown");
    row("Forwarded unusable line is unknown, not silent", "Forwarded: for=203.0.113.7, for=\"x",
        "10.0.0.1 peer/0 unknown");
    row("Forwarded repeated parameter voids the line", "Forwarded: for=203.0.113.7;for=6.6.6.6",
        "10.0.0.1 peer/0 unknown");
    row("Forwarded unknown", "Forwarded: for=203.0.113.7, for=unknown", "10.0.0.1 peer/0 unknown");
    row("Forwarded empty line is not there", "Forwarded: , ,", "10.0.0.1 peer/0");
}

void tst_Resolver::walk()
{
    QFETCH(const QByteArray, headers);
    QTEST(summary(resolved({headersFrom(headers)})), "expected");
}

void tst_Resolver::families_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("both agree", "X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.7",
        "203.0.113.7 x-forwarded-for/1");
    row("both agree over different hops",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nForwarded: for=203.0.113.7",
        "203.0.113.7 x-forwarded-for/2");
    row("mapped and plain are the same client",
        "X-Forwarded-For: ::ffff:203.0.113.7\nForwarded: for=203.0.113.7",
        "203.0.113.7 x-forwarded-for/1");
    row("different clients", "X-Forwarded-For: 203.0.113.7\nForwarded: for=6.6.6.6",
        "10.0.0.1 peer/0 conflict unknown");
    row("same address, one of them unknown",
        "X-Forwarded-For: 10.0.0.5\nForwarded: for=unknown, for=10.0.0.5",
        "10.0.0.1 peer/0 conflict unknown");
    row("both unknown behind the same hop agree",
        "X-Forwarded-For: x, 10.0.0.5\nForwarded: for=unknown, for=10.0.0.5",
        "10.0.0.5 x-forwarded-for/1 unknown");
    row("both unknown at once agree", "X-Forwarded-For: x\nForwarded: for=unknown",
        "10.0.0.1 peer/0 unknown");
    row("unusable Forwarded line against X-Forwarded-For",
        "X-Forwarded-For: 203.0.113.7\nForwarded: for=", "10.0.0.1 peer/0 conflict unknown");
    row("Forwarded without for has no opinion",
        "X-Forwarded-For: 203.0.113.7\nForwarded: proto=http", "203.0.113.7 x-forwarded-for/1");
    row("empty X-Forwarded-For has no opinion", "X-Forwarded-For: ,\nForwarded: for=203.0.113.7",
        "203.0.113.7 forwarded/1");
}

void tst_Resolver::families()
{
    QFETCH(const QByteArray, headers);
    QTEST(summary(resolved({headersFrom(headers)})), "expected");
}

void tst_Resolver::realIp_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("alone", "X-Real-IP: 203.0.113.7", "203.0.113.7 x-real-ip/1");
    row("alone, a trusted address is a client too", "X-Real-IP: 10.0.0.9", "10.0.0.9 x-real-ip/1");
    row("alone, unusable", "X-Real-IP: unknown", "10.0.0.1 peer/0 unknown");
    row("alone, two elements", "X-Real-IP: 203.0.113.7, 203.0.113.7", "10.0.0.1 peer/0 unknown");
    row("alone, trailing comma", "X-Real-IP: 203.0.113.7,", "10.0.0.1 peer/0 unknown");
    row("alone, empty", "X-Real-IP:", "10.0.0.1 peer/0");
    row("equal lines, one empty", "X-Real-IP: 203.0.113.7\nX-Real-IP:\nX-Real-IP: 203.0.113.7",
        "203.0.113.7 x-real-ip/1");
    row("different lines", "X-Real-IP: 203.0.113.7\nX-Real-IP: 203.0.113.8",
        "10.0.0.1 peer/0 unknown");
    row("the same address in two spellings is ambiguous",
        "X-Real-IP: 203.0.113.7\nX-Real-IP: 203.0.113.7:80", "10.0.0.1 peer/0 unknown");
    row("equals the client", "X-Forwarded-For: 6.6.6.6, 203.0.113.7\nX-Real-IP: 203.0.113.7",
        "203.0.113.7 x-forwarded-for/1");
    row("equals a walked hop: a second proxy in front",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Real-IP: 10.0.0.5",
        "203.0.113.7 x-forwarded-for/2");
    row("equals the peer", "X-Forwarded-For: 203.0.113.7\nX-Real-IP: 10.0.0.1",
        "203.0.113.7 x-forwarded-for/1");
    row("equals after unmapping", "X-Forwarded-For: 203.0.113.7\nX-Real-IP: ::ffff:203.0.113.7",
        "203.0.113.7 x-forwarded-for/1");
    row("equals only an element that was never read",
        "X-Forwarded-For: 6.6.6.6, 203.0.113.7\nX-Real-IP: 6.6.6.6",
        "10.0.0.1 peer/0 conflict unknown");
    row("disagrees", "X-Forwarded-For: 203.0.113.7\nX-Real-IP: 6.6.6.6",
        "10.0.0.1 peer/0 conflict unknown");
    row("unusable next to an opinion", "X-Forwarded-For: 203.0.113.7\nX-Real-IP: x",
        "10.0.0.1 peer/0 conflict unknown");
    row("agrees with Forwarded", "Forwarded: for=203.0.113.7\nX-Real-IP: 203.0.113.7",
        "203.0.113.7 forwarded/1");
    row("disagrees with Forwarded", "Forwarded: for=203.0.113.7\nX-Real-IP: 6.6.6.6",
        "10.0.0.1 peer/0 conflict unknown");
    row("next to Forwarded without for it is alone",
        "Forwarded: proto=https\nX-Real-IP: 203.0.113.7", "203.0.113.7 x-real-ip/1");
    row("the peer next to an unusable list", "X-Forwarded-For: x\nX-Real-IP: 10.0.0.1",
        "10.0.0.1 peer/0 unknown");
    row("a client next to an unusable list", "X-Forwarded-For: x\nX-Real-IP: 203.0.113.7",
        "10.0.0.1 peer/0 conflict unknown");
}

void tst_Resolver::realIp()
{
    QFETCH(const QByteArray, headers);
    QFETCH(QByteArray, expected);
    TestRequest request{headersFrom(headers)};
    // proto=https of one row is not the matter here.
    Resolution result = resolved(request);
    result.scheme = Scheme::Http;
    result.port = 80;
    QCOMPARE(summary(result), expected);
}

void tst_Resolver::hopCap_data()
{
    QTest::addColumn<int>("cap");
    QTest::addColumn<QByteArray>("elements");
    QTest::addColumn<QByteArray>("client");
    QTest::addColumn<bool>("known");
    QTest::addRow("one hop below the cap") << 4 << trustedHops(3) << "10.0.1.3"_ba << true;
    QTest::addRow("exactly the cap, nothing beyond")
        << 3 << trustedHops(3) << "10.0.1.3"_ba << true;
    QTest::addRow("exactly the cap, only blanks beyond")
        << 3 << " , ,"_ba + trustedHops(3) << "10.0.1.3"_ba << true;
    QTest::addRow("one beyond the cap") << 3 << trustedHops(4) << "10.0.1.3"_ba << false;
    QTest::addRow("garbage beyond the cap is not read")
        << 3 << "garbage, "_ba + trustedHops(3) << "10.0.1.3"_ba << false;
    QTest::addRow("the client is the last hop of the cap")
        << 3 << "6.6.6.6, 203.0.113.7, "_ba + trustedHops(2) << "203.0.113.7"_ba << true;
    QTest::addRow("the client is beyond the cap")
        << 3 << "203.0.113.7, "_ba + trustedHops(3) << "10.0.1.3"_ba << false;
    QTest::addRow("cap of one") << 1 << "203.0.113.7, 10.0.1.1"_ba
                                << "10.0.1.1"_ba << false;
    QTest::addRow("default cap") << 32 << trustedHops(33) << "10.0.1.32"_ba << false;
}

void tst_Resolver::hopCap()
{
    QFETCH(const QByteArray, elements);
    QFETCH(const int, cap);
    TrustSettings settings = testSettings();
    settings.maxHops = cap;
    const Resolution plain = resolved({{{"X-Forwarded-For", elements}}}, settings);
    QTEST(plain.client.toText(), "client");
    QTEST(plain.known, "known");
    QCOMPARE_LE(plain.hops, cap);

    QByteArray node;
    for (const QByteArray &element : elements.split(',')) {
        if (!element.trimmed().isEmpty())
            node += (node.isEmpty() ? "for=" : ", for=") + element.trimmed();
    }
    const Resolution forwarded = resolved({{{"Forwarded", node}}}, settings);
    QCOMPARE(forwarded.client, plain.client);
    QCOMPARE(forwarded.known, plain.known);
    QCOMPARE(forwarded.hops, plain.hops);
}

void tst_Resolver::oneHop_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    row("right-most only", "X-Forwarded-For: 6.6.6.6, 10.0.0.5", "10.0.0.5 x-forwarded-for/1");
    row("Forwarded right-most only", "Forwarded: for=6.6.6.6, for=10.0.0.5",
        "10.0.0.5 forwarded/1");
    row("X-Real-IP", "X-Real-IP: 203.0.113.7", "203.0.113.7 x-real-ip/1");
    row("X-Real-IP that names the second hop",
        "X-Forwarded-For: 6.6.6.6, 10.0.0.5\nX-Real-IP: 6.6.6.6",
        "198.51.100.9 peer/0 conflict unknown");
    row("unusable", "X-Forwarded-For: 6.6.6.6, x", "198.51.100.9 peer/0 unknown");
    row("no headers", "", "198.51.100.9 peer/0");
}

void tst_Resolver::oneHop()
{
    QFETCH(const QByteArray, headers);
    TrustSettings settings;
    settings.list.mode = TrustMode::All;
    QTEST(summary(resolved({headersFrom(headers), "198.51.100.9"}, settings)), "expected");
}

void tst_Resolver::pins_data()
{
    QTest::addColumn<int>("pin");
    QTest::addColumn<QByteArray>("expected");
    const auto pin = [](const char *what, HeaderPin value, const QByteArray &expected) {
        QTest::addRow("%s", what) << static_cast<int>(value) << expected;
    };
    pin("auto: three opinions conflict", HeaderPin::Auto,
        "10.0.0.1 http://app.example.com:80 peer/0 conflict unknown");
    pin("x-forwarded", HeaderPin::XForwarded,
        "1.1.1.1 https://x.example:8443 x-forwarded-for/2 ignored");
    pin("forwarded", HeaderPin::Forwarded, "2.2.2.2 http://f.example:80 forwarded/1 ignored");
    pin("x-real-ip", HeaderPin::XRealIp, "3.3.3.3 http://y.example:8080 x-real-ip/1 ignored");
}

void tst_Resolver::pins()
{
    QFETCH(const int, pin);
    TrustSettings settings = testSettings();
    settings.headers = static_cast<HeaderPin>(pin);
    const TestRequest request{headersFrom("X-Forwarded-For: 1.1.1.1, 10.0.0.5\n"
                                          "X-Forwarded-Proto: https, http\n"
                                          "X-Forwarded-Host: x.example, y.example\n"
                                          "X-Forwarded-Port: 8443, 8080\n"
                                          "Forwarded: for=2.2.2.2;proto=http;host=f.example\n"
                                          "X-Real-IP: 3.3.3.3")};
    QTEST(summary(resolved(request, settings)), "expected");
}

void tst_Resolver::untrusted_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray said = "198.51.100.9 peer/0 untrusted";
    row("nothing sent", "Accept: */*", said);
    row("X-Forwarded-For", "X-Forwarded-For: 10.0.0.1", said + " ignored");
    row("X-Forwarded-Proto", "X-Forwarded-Proto: https", said + " ignored");
    row("X-Forwarded-Host", "X-Forwarded-Host: evil.example", said + " ignored");
    row("X-Forwarded-Port", "X-Forwarded-Port: 8443", said + " ignored");
    row("Forwarded", "Forwarded: for=10.0.0.1;proto=https;host=evil.example", said + " ignored");
    row("X-Real-IP", "X-Real-IP: 10.0.0.1", said + " ignored");
    row("an empty header was present as well", "X-Forwarded-For:", said + " ignored");
}

void tst_Resolver::untrusted()
{
    QFETCH(const QByteArray, headers);
    QFETCH(const QByteArray, expected);
    TrustSettings nobody;
    TrustSettings empty;
    empty.list.mode = TrustMode::List;
    for (const TrustSettings &settings : {testSettings(), nobody, empty}) {
        const Resolution result = resolved({headersFrom(headers), "198.51.100.9"}, settings);
        QCOMPARE(summary(result), expected);
        QVERIFY(result.schemeStated);
    }
}

void tst_Resolver::ownNames()
{
    TrustSettings settings = testSettings();
    settings.names = {"Via-For",  "Via-Proto",        "Via-Host",
                      "Via-Port", "CF-Connecting-IP", "Via-Node"};
    const TestRequest request{headersFrom("via-for: 203.0.113.7\nVIA-PROTO: https\n"
                                          "Via-Host: pub.example\nVia-Port: 8443\n"
                                          "cf-connecting-ip: 203.0.113.7\n"
                                          "X-Forwarded-For: 6.6.6.6\nForwarded: for=6.6.6.6\n"
                                          "X-Real-IP: 6.6.6.6\nX-Forwarded-Host: evil.example")};
    QCOMPARE(summary(resolved(request, settings)),
             "203.0.113.7 https://pub.example:8443 x-forwarded-for/1"_ba);
    const TestRequest node{headersFrom("Via-Node: for=203.0.113.7;proto=https")};
    QCOMPARE(summary(resolved(node, settings)),
             "203.0.113.7 https://app.example.com:443 forwarded/1"_ba);
}

void tst_Resolver::addressSwitchedOff()
{
    TrustSettings settings = testSettings();
    settings.attributes.address = false;
    const TestRequest request{headersFrom("X-Forwarded-For: 203.0.113.7, 10.0.0.5\n"
                                          "X-Real-IP: 6.6.6.6\nX-Forwarded-Proto: http, https")};
    QCOMPARE(summary(resolved(request, settings)),
             "10.0.0.1 https://app.example.com:443 peer/0"_ba);
}

void tst_Resolver::proxyProtocol_data()
{
    QTest::addColumn<QByteArray>("announced");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected");
    const QByteArray header = "X-Forwarded-For: 203.0.113.7";
    QTest::addRow("source is the client, its headers are its own")
        << "198.51.100.9"_ba << header
        << "198.51.100.9 http://app.example.com:80 proxy-protocol/0 untrusted ignored"_ba;
    QTest::addRow("source is a trusted proxy")
        << "10.0.0.9"_ba << header << "203.0.113.7 http://app.example.com:80 x-forwarded-for/1"_ba;
    QTest::addRow("trusted source without headers")
        << "10.0.0.9"_ba
        << ""_ba
        << "10.0.0.9 http://app.example.com:80 proxy-protocol/0"_ba;
    QTest::addRow("conflict falls back to the source")
        << "10.0.0.9"_ba << header + "\nX-Real-IP: 6.6.6.6"
        << "10.0.0.9 http://app.example.com:80 proxy-protocol/0 conflict unknown"_ba;
    QTest::addRow("X-Real-IP may name the source")
        << "10.0.0.9"_ba << header + "\nX-Real-IP: 10.0.0.9"
        << "203.0.113.7 http://app.example.com:80 x-forwarded-for/1"_ba;
    QTest::addRow("IPv6 source")
        << "2001:db8::7"_ba
        << ""_ba
        << "2001:db8::7 http://app.example.com:80 proxy-protocol/0 untrusted"_ba;
}

void tst_Resolver::proxyProtocol()
{
    QFETCH(const QByteArray, announced);
    QFETCH(const QByteArray, headers);
    // The socket's peer is on the PROXY list only.
    const Resolution result =
        resolved({headersFrom(headers), "192.0.2.200", IpAddress::parse(announced)});
    QTEST(summary(result), "expected");
    QCOMPARE(result.peer.toText(), "192.0.2.200"_ba);
}

void tst_Resolver::rejectedConflict()
{
    const TestRequest request{headersFrom("X-Forwarded-For: 1.1.1.1\nX-Real-IP: 2.2.2.2")};
    TrustSettings settings = testSettings();
    QVERIFY(resolved(request, settings).conflict);
    QVERIFY(!resolved(request, settings).conflictRejected);
    settings.onConflict = OnConflict::Reject;
    QVERIFY(resolved(request, settings).conflictRejected);
    QVERIFY(!resolved({headersFrom("X-Real-IP: 2.2.2.2")}, settings).conflictRejected);
}

void tst_Resolver::cutHeaders()
{
    TestRequest request{headersFrom("X-Forwarded-For: 10.0.0.6, 10.0.0.5")};
    QCOMPARE(summary(resolved(request)), "10.0.0.6 http://app.example.com:80 x-forwarded-for/2"_ba);
    request.cut = 1 << static_cast<int>(ForwardingHeader::For);
    QCOMPARE(summary(resolved(request)),
             "10.0.0.6 http://app.example.com:80 x-forwarded-for/2 unknown"_ba);
    // The walk ends before the edge.
    request.headers = headersFrom("X-Forwarded-For: 203.0.113.7, 10.0.0.5");
    QVERIFY(resolved(request).known);
    // Another header was cut.
    request.headers = headersFrom("X-Forwarded-For: 10.0.0.5");
    request.cut = 1 << static_cast<int>(ForwardingHeader::Forwarded);
    QVERIFY(resolved(request).known);
}

void tst_Resolver::revisionIsCarried()
{
    const Resolution result = resolved({});
    QCOMPARE(result.policyRevision, quint64{7});
    QCOMPARE(result.peer.toText(), "10.0.0.1"_ba);
}

QTEST_APPLESS_MAIN(tst_Resolver)
#include "tst_resolver.moc"
