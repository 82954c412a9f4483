// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// One line for each step: "verdict address-or-text [entry] header/index".
QByteArrayList trail(const Explanation &explanation)
{
    static const QByteArrayList Names = {"peer", "trusted", "client", "unusable", "unread"};
    QByteArrayList lines;
    for (const TrailStep &step : explanation.trail) {
        QByteArray line = Names[static_cast<int>(step.verdict)] + ' '
                          + (step.address ? step.address->toText() : '"' + step.text + '"');
        if (!step.entry.isEmpty())
            line += " [" + step.entry.toUtf8() + ']';
        if (!step.header.isEmpty())
            line += ' ' + step.header + '/' + QByteArray::number(step.index);
        lines.append(line);
    }
    return lines;
}

// "name used|ignored: reason" for each header.
QStringList headers(const Explanation &explanation)
{
    QStringList lines;
    for (const HeaderUse &use : explanation.headers) {
        const QString word = use.used ? u"used"_s : u"ignored"_s;
        lines.append(QString::fromLatin1(use.name) + u' ' + word + u": "_s + use.reason);
    }
    return lines;
}

QByteArray origins(const Explanation &explanation)
{
    const auto text = [](const std::optional<AttributeOrigin> &origin) -> QByteArray {
        return origin ? origin->header + '/' + QByteArray::number(origin->index) : "-"_ba;
    };
    return text(explanation.scheme) + ' ' + text(explanation.host) + ' ' + text(explanation.port);
}

Explanation explained(const QByteArray &headers, const TrustSettings &settings = testSettings(),
                      const QByteArray &peer = "10.0.0.1")
{
    return truepeer::explained({headersFrom(headers), peer}, settings);
}

} // namespace

class tst_Explanation : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void trails_data();
    void trails();
    void proxyProtocolIsAHop();
    void unreadElementsAreCapped();
    void headerUse_data();
    void headerUse();
    void pinnedOutHeaders();
    void switchedOffHeaders();
    void valuesAreJoined();
    void attributeOrigins_data();
    void attributeOrigins();
    void reasonsInTheTrail();
    void notes_data();
    void notes();
    void noNotesWithoutACause();
    void notesOfOtherPolicies();
    void sameResolution();
};

void tst_Explanation::trails_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArrayList>("expected");
    const QByteArray peer = "peer 10.0.0.1 [10.0.0.0/8]";
    const auto row = [peer](const char *what, const QByteArray &text, const QByteArrayList &rest) {
        QTest::addRow("%s", what) << text << QByteArrayList{peer} + rest;
    };
    row("no headers", "", {});
    row("walk with unread elements",
        "X-Forwarded-For: <b>, 6.6.6.6, 203.0.113.7\nX-Forwarded-For: 10.0.0.5",
        {"trusted 10.0.0.5 [10.0.0.0/8] X-Forwarded-For/1", "client 203.0.113.7 X-Forwarded-For/2",
         "unread \"6.6.6.6\" X-Forwarded-For/3", "unread \"<b>\" X-Forwarded-For/4"});
    row("all trusted: the left-most is the client, with its entry",
        "X-Forwarded-For: 10.0.0.6, 10.0.0.5",
        {"trusted 10.0.0.5 [10.0.0.0/8] X-Forwarded-For/1",
         "client 10.0.0.6 [10.0.0.0/8] X-Forwarded-For/2"});
    row("unusable: nobody is called the client", "X-Forwarded-For: 6.6.6.6, (null), 10.0.0.5",
        {"trusted 10.0.0.5 [10.0.0.0/8] X-Forwarded-For/1", "unusable \"(null)\" X-Forwarded-For/2",
         "unread \"6.6.6.6\" X-Forwarded-For/3"});
    row("Forwarded", "Forwarded: for=6.6.6.6, for=203.0.113.7;proto=https, for=10.0.0.5",
        {"trusted 10.0.0.5 [10.0.0.0/8] Forwarded/1", "client 203.0.113.7 Forwarded/2",
         "unread \"for=6.6.6.6\" Forwarded/3"});
    row("both agree: one trail", "X-Forwarded-For: 203.0.113.7\nForwarded: for=203.0.113.7",
        {"client 203.0.113.7 X-Forwarded-For/1"});
    row("X-Real-IP", "X-Real-IP: 203.0.113.7", {"client 203.0.113.7 X-Real-IP/1"});
    row("X-Real-IP of a trusted address", "X-Real-IP: 10.0.0.9",
        {"client 10.0.0.9 [10.0.0.0/8] X-Real-IP/1"});
    row("X-Real-IP unusable", "X-Real-IP: x", {"unusable \"x\" X-Real-IP/1"});
    row("X-Real-IP that agrees adds nothing",
        "X-Forwarded-For: 203.0.113.7\nX-Real-IP: 203.0.113.7",
        {"client 203.0.113.7 X-Forwarded-For/1"});
    row("conflict shows both, believes none",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nForwarded: for=6.6.6.6\nX-Real-IP: 3.3.3.3",
        {"trusted 10.0.0.5 [10.0.0.0/8] X-Forwarded-For/1",
         "unusable 203.0.113.7 X-Forwarded-For/2", "unusable 6.6.6.6 Forwarded/1",
         "unusable 3.3.3.3 X-Real-IP/1"});
}

void tst_Explanation::trails()
{
    QFETCH(const QByteArray, headers);
    QTEST(trail(explained(headers)), "expected");
}

void tst_Explanation::proxyProtocolIsAHop()
{
    TestRequest request{headersFrom("X-Forwarded-For: 203.0.113.7"), "192.0.2.200",
                        testAddress("10.0.0.9")};
    QCOMPARE(trail(truepeer::explained(request)),
             (QByteArrayList{"peer 192.0.2.200", "trusted 10.0.0.9 [10.0.0.0/8] PROXY/1",
                             "client 203.0.113.7 X-Forwarded-For/1"}));
    request.announced = testAddress("198.51.100.9");
    QCOMPARE(trail(truepeer::explained(request)),
             (QByteArrayList{"peer 192.0.2.200", "client 198.51.100.9 PROXY/1"}));
    request.announced = testAddress("10.0.0.9");
    request.headers.clear();
    QCOMPARE(trail(truepeer::explained(request)),
             (QByteArrayList{"peer 192.0.2.200", "client 10.0.0.9 [10.0.0.0/8] PROXY/1"}));
}

void tst_Explanation::unreadElementsAreCapped()
{
    const Explanation explanation =
        explained("X-Forwarded-For: " + QByteArray("6.6.6.6,").repeated(100) + "203.0.113.7");
    QCOMPARE(explanation.trail.size(), size_t{2 + 32});
    QCOMPARE(explanation.trail.back().index, 33);
    QVERIFY(explanation.notes.contains(
        u"68 more elements of X-Forwarded-For were not read and are not shown."_s));
}

void tst_Explanation::headerUse_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *what, const QByteArray &text, const QStringList &expected) {
        QTest::addRow("%s", what) << text << expected;
    };
    row("usual", "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\nX-Real-IP: 203.0.113.7",
        {u"X-Forwarded-For used: it names the client"_s,
         u"X-Forwarded-Proto used: element 1 from the right counts"_s,
         u"X-Real-IP used: it agrees with the hops that were walked"_s});
    row("empty", "X-Forwarded-For: ,\nX-Real-IP:",
        {u"X-Forwarded-For ignored: it is empty"_s, u"X-Real-IP ignored: it is empty"_s});
    row("invalid values", "X-Forwarded-Proto: ftp\nX-Forwarded-Host: /\nX-Forwarded-Port: 0",
        {u"X-Forwarded-Proto ignored: element 1 from the right is not valid: allowed are http, "
         "https, ws and wss"_s,
         u"X-Forwarded-Host ignored: element 1 from the right is not valid: allowed are a host "
         u"name "
         "or address, with a port or not"_s,
         u"X-Forwarded-Port ignored: element 1 from the right is not valid: allowed are 1 to "
         "65535"_s});
    row("conflict", "X-Forwarded-For: 1.1.1.1\nForwarded: for=2.2.2.2",
        {u"X-Forwarded-For ignored: X-Forwarded-For and Forwarded do not name the same client"_s,
         u"Forwarded ignored: X-Forwarded-For and Forwarded do not name the same client"_s});
    row("conflict with X-Real-IP", "X-Forwarded-For: 1.1.1.1\nX-Real-IP: 2.2.2.2",
        {u"X-Forwarded-For ignored: X-Real-IP and X-Forwarded-For do not go together"_s,
         u"X-Real-IP ignored: X-Real-IP and X-Forwarded-For do not go together"_s});
    row("both families",
        "X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\n"
        "X-Forwarded-Port: 81\nForwarded: for=203.0.113.7",
        {u"X-Forwarded-For used: it names the client"_s,
         u"X-Forwarded-Proto ignored: Forwarded is present too, and only what both state the same counts"_s,
         u"X-Forwarded-Port ignored: Forwarded is present too, and only what both state the same counts"_s,
         u"Forwarded used: it names the same client as X-Forwarded-For"_s});
    row("Forwarded for the scheme only", "Forwarded: proto=https",
        {u"Forwarded used: only for scheme or host: it has no for parameter in its last element"_s});
    row("unusable at once", "X-Forwarded-For: x",
        {u"X-Forwarded-For ignored: its last element is unusable"_s});
    row("unusable later", "X-Forwarded-For: x, 10.0.0.5",
        {u"X-Forwarded-For used: it was believed up to where the walk stopped"_s});
}

void tst_Explanation::headerUse()
{
    QFETCH(const QByteArray, text);
    QTEST(headers(explained(text)), "expected");
}

void tst_Explanation::pinnedOutHeaders()
{
    TrustSettings settings = testSettings();
    settings.headers = HeaderPin::XForwarded;
    const Explanation explanation = explained(
        "X-Forwarded-For: 203.0.113.7\nForwarded: for=6.6.6.6\nX-Real-IP: 6.6.6.6", settings);
    QCOMPARE(headers(explanation),
             (QStringList{u"X-Forwarded-For used: it names the client"_s,
                          u"X-Real-IP ignored: left out by the setting headers"_s,
                          u"Forwarded ignored: left out by the setting headers"_s}));
}

void tst_Explanation::switchedOffHeaders()
{
    TrustSettings settings = testSettings();
    settings.attributes = {false, false, false, false};
    const Explanation explanation =
        explained("X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https\nX-Forwarded-Host: a\n"
                  "X-Forwarded-Port: 81\nX-Real-IP: 6.6.6.6",
                  settings);
    QCOMPARE(explanation.headers.size(), size_t{5});
    for (const HeaderUse &use : explanation.headers) {
        QVERIFY(!use.used);
        QVERIFY(use.reason.contains(u"switched off in trust_attributes"_s));
    }
    QCOMPARE(trail(explanation), QByteArrayList{"peer 10.0.0.1 [10.0.0.0/8]"});
}

void tst_Explanation::valuesAreJoined()
{
    const Explanation explanation = explained("x-forwarded-for: a , b\nX-FORWARDED-FOR: c");
    QCOMPARE(explanation.headers.size(), size_t{1});
    QCOMPARE(explanation.headers[0].name, "X-Forwarded-For"_ba);
    QCOMPARE(explanation.headers[0].value, "a , b, c"_ba);
}

void tst_Explanation::attributeOrigins_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("expected"); // scheme host port
    const auto row = [](const char *what, const QByteArray &text, const QByteArray &expected) {
        QTest::addRow("%s", what) << text << expected;
    };
    row("none", "", "- - -");
    row("each from its header",
        "X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Forwarded-Proto: https\n"
        "X-Forwarded-Host: a.example, b.example\nX-Forwarded-Port: 9, 1, 2",
        "X-Forwarded-Proto/1 X-Forwarded-Host/2 X-Forwarded-Port/2");
    row("port within the host", "X-Forwarded-Host: a.example:81",
        "- X-Forwarded-Host/1 X-Forwarded-Host/1");
    row("host without a port", "X-Forwarded-Host: a.example", "- X-Forwarded-Host/1 -");
    row("port of Host is not forwarded", "X-Forwarded-Proto: https", "X-Forwarded-Proto/1 - -");
    row("Forwarded", "Forwarded: for=203.0.113.7;proto=https, for=10.0.0.5;host=\"a.example:81\"",
        "Forwarded/2 Forwarded/1 Forwarded/1");
    row("both agree", "X-Forwarded-Proto: https\nForwarded: proto=https",
        "X-Forwarded-Proto/1 - -");
    row("both disagree", "X-Forwarded-Proto: https\nForwarded: proto=http", "- - -");
}

void tst_Explanation::attributeOrigins()
{
    QFETCH(const QByteArray, headers);
    QTEST(origins(explained(headers)), "expected");
}

void tst_Explanation::reasonsInTheTrail()
{
    const auto lastReason = [](const QByteArray &text,
                               const TrustSettings &settings = testSettings()) {
        return explained(text, settings).trail.back().reason;
    };
    TrustSettings all;
    all.list.mode = TrustMode::All;
    QCOMPARE(lastReason("X-Forwarded-For: 203.0.113.7"),
             u"it is not on the list of trusted proxies"_s);
    QCOMPARE(lastReason("X-Forwarded-For: 10.0.0.5"),
             u"it is trusted, and the farthest hop that was named"_s);
    QCOMPARE(lastReason("X-Forwarded-For: 10.0.0.5", all),
             u"trust_proxy = true believes one hop"_s);
    QCOMPARE(lastReason("X-Forwarded-For: <b>"), u"it is no address"_s);
    QCOMPARE(lastReason("Forwarded: for=\""),
             u"the line does not follow the grammar of RFC 7239"_s);
    QCOMPARE(lastReason("Forwarded: proto=http, for=10.0.0.5"), u"it has no for parameter"_s);
    QCOMPARE(lastReason("X-Real-IP: x"), u"it is not one address"_s);
}

void tst_Explanation::notes_data()
{
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QString>("note");
    const auto row = [](const char *what, const QByteArray &peer, const QByteArray &headers,
                        const QString &note) {
        QTest::addRow("%s", what) << peer << headers << note;
    };
    row("untrusted peer", "198.51.100.9", "X-Forwarded-Proto: https",
        u"Forwarding headers were ignored: 198.51.100.9 is not a trusted proxy."_s);
    row("what to do about it", "198.51.100.9", "X-Forwarded-Proto: https",
        u"If 198.51.100.9 is your proxy, add it to the list."_s);
    row("unlisted hop", "10.0.0.1", "X-Forwarded-For: 203.0.113.7, 198.51.100.20, 10.0.0.5",
        u"198.51.100.20 is not on the list, so what stands beyond it was not read: anybody can "
        "write that. Add it only if it is a proxy or CDN of yours."_s);
    row("no address", "10.0.0.1", "X-Forwarded-Proto: https",
        u"The trusted proxy sent no X-Forwarded-For."_s);
    row("no scheme", "10.0.0.1", "X-Forwarded-For: 203.0.113.7",
        u"No usable scheme was stated, so it is the socket's: http."_s);
    row("Apache's (null)", "10.0.0.1", "X-Forwarded-For: (null), 203.0.113.7",
        u"X-Forwarded-For contains the literal (null): Apache's RequestHeader names a variable "
        u"that "
        "is not set at that point; use expr=%{REMOTE_ADDR}, or leave the header to "
        "mod_proxy_http."_s);
    row("Apache's (null) elsewhere", "10.0.0.1", "X-Forwarded-Host: (null)",
        u"X-Forwarded-Host contains the literal (null): Apache's RequestHeader names a variable "
        u"that "
        "is not set at that point; use expr=%{HTTP_HOST}."_s);
    row("unusable element", "10.0.0.1", "X-Forwarded-For: x, 10.0.0.5",
        u"Element 2 of X-Forwarded-For from the right is unusable, so the client beyond 10.0.0.5 "
        u"is "
        "not known."_s);
    row("unusable X-Real-IP", "10.0.0.1", "X-Real-IP: x",
        u"X-Real-IP is not one address, so the client is not known."_s);
    row("both families", "10.0.0.1", "X-Forwarded-Proto: https\nForwarded: proto=http",
        u"Headers of both families are present: scheme and host count only where both state the "
        "same, and X-Forwarded-Port is ignored."_s);
    row("underscores", "10.0.0.1", "X_Forwarded_For: 6.6.6.6",
        u"X_Forwarded_For is not a forwarding header and was not read: an underscore is not a "
        "dash."_s);
    row("hop cap", "10.0.0.1", "X-Forwarded-For: " + QByteArray("10.0.0.5,").repeated(33),
        u"The walk stopped after max_hops = 32 trusted hops, so the client beyond 10.0.0.5 is not "
        "known."_s);
    row("conflict", "10.0.0.1", "X-Forwarded-For: 1.1.1.1\nForwarded: for=2.2.2.2",
        u"The headers contradict each other (X-Forwarded-For and Forwarded do not name the same "
        "client), so none of them is believed about the client's address: the client is the "
        "peer. Let the proxy remove the header that it does not manage, or pin the one that it does with the setting headers."_s);
}

void tst_Explanation::notes()
{
    QFETCH(const QByteArray, peer);
    QFETCH(const QByteArray, headers);
    QFETCH(const QString, note);
    const QStringList notes = explained(headers, testSettings(), peer).notes;
    QVERIFY2(notes.contains(note), qPrintable(notes.join(u'\n')));
}

void tst_Explanation::noNotesWithoutACause()
{
    QCOMPARE(explained("X-Forwarded-For: 203.0.113.7, 10.0.0.5\nX-Forwarded-Proto: https").notes,
             QStringList());
    QCOMPARE(explained("Accept: */*", testSettings(), "198.51.100.9").notes, QStringList());
}

void tst_Explanation::notesOfOtherPolicies()
{
    QVERIFY(explained("X-Real-IP: 6.6.6.6", {})
                .notes.contains(u"Forwarding headers were ignored: trust_proxy is false, so "
                                u"10.0.0.1 is not a trusted "
                                "proxy."_s));
    TrustSettings settings = testSettings();
    settings.headers = HeaderPin::Forwarded;
    const QStringList notes = explained("X-Forwarded-For: 6.6.6.6", settings).notes;
    QVERIFY(notes.contains(u"The trusted proxy sent no Forwarded."_s));
    QVERIFY(notes.contains(
        u"Some forwarding headers were ignored because the setting headers leaves them out."_s));
    TestRequest request{headersFrom("X-Forwarded-For: 10.0.0.5")};
    request.cut = 1;
    QVERIFY(truepeer::explained(request).notes.contains(
        u"X-Forwarded-For was too long to be kept whole, so the client beyond 10.0.0.5 is not "
        "known."_s));
}

void tst_Explanation::sameResolution()
{
    const TestRequest request{
        headersFrom("X-Forwarded-For: x, 10.0.0.5\nX-Forwarded-Proto: https")};
    Resolution out(testAddress("192.0.2.1"));
    const Explanation explanation = truepeer::explained(request, testSettings(), &out);
    QCOMPARE(out, resolved(request));
    const QJsonObject json = toJson(out, explanation, "/x");
    QCOMPARE(json["client"_L1], u"10.0.0.5"_s);
    QCOMPARE(json["verdict"_L1], u"unknown"_s);
    QCOMPARE(json["trail"_L1][2]["text"_L1], u"x"_s);
    QCOMPARE(json["url"_L1], u"https://app.example.com/x"_s);
}

QTEST_APPLESS_MAIN(tst_Explanation)
#include "tst_explanation.moc"
