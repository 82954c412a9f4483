// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/keptheaders.h"
#include "tests/unit/trust/resolvecase.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

KeptHeaders kept(const TestRequest &request, const TrustPolicy &policy)
{
    return request.with(
        [&](const ResolveInput &input) { return KeptHeaders(input.headers, policy); });
}

Resolution resolvedAgain(const KeptHeaders &headers, const TrustPolicy &policy)
{
    const std::vector<HeaderLine> lines = headers.lines();
    return resolve({.peer = testAddress("10.0.0.1"),
                    .headers = lines,
                    .localAddress = testAddress("192.0.2.80"),
                    .cut = headers.cut()},
                   policy);
}

QByteArray repeated(const QByteArray &text, int times)
{
    return text.repeated(times);
}

} // namespace

class tst_KeptHeaders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void smallOnesAreKeptAsTheyCame();
    void sameAnswer_data();
    void sameAnswer();
    void cutIsTold();
    void hostIsKept();
    void emptyHasNoLines();
    void takesThoseOfAnother();
};

void tst_KeptHeaders::smallOnesAreKeptAsTheyCame()
{
    const auto policy = testPolicy(testSettings());
    const TestRequest request{headersFrom("Accept: */*\nx-forwarded-for: a , b\nCookie: secret\n"
                                          "Forwarded: for=\"\nX-Real-IP:\nX-Forwarded-For: c")};
    const KeptHeaders headers = kept(request, *policy);
    QByteArray text;
    for (const HeaderLine &line : headers.lines())
        text += line.name.toByteArray() + '=' + line.value.toByteArray() + '\n';
    QCOMPARE(text, "Host=app.example.com\nx-forwarded-for=a , b\nForwarded=for=\"\nX-Real-IP=\n"
                   "X-Forwarded-For=c\n"_ba);
    QCOMPARE(headers.cut(), 0);
}

void tst_KeptHeaders::sameAnswer_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("whole"); // nothing of it needs to be cut
    const QByteArray junk = repeated("6.6.6.6, ", 500);
    const auto row = [](const char *what, const QByteArray &headers, bool whole = false) {
        QTest::addRow("%s", what) << headers << whole;
    };
    row("long list, client near the right", "X-Forwarded-For: " + junk + "203.0.113.7, 10.0.0.5");
    const QByteArray filler = "\nX-Forwarded-Proto: " + QByteArray(2100, 'j');
    row("X-Real-IP lines that differ in a long zone only",
        "X-Real-IP: 2001:db8::bad%" + QByteArray(95, 'z') + "\nX-Real-IP: 2001:db8::bad%"
            + QByteArray(95, 'y') + filler,
        true);
    row("Forwarded host that is long because of its quoted pairs",
        "Forwarded: for=203.0.113.7;proto=https;host=\"" + repeated("\\a", 170)
            + ".example:8443\";x=\"" + QByteArray(2100, 'j') + '"',
        true);
    row("long list over lines",
        "X-Forwarded-For: " + junk + "\nX-Forwarded-For: 203.0.113.7\nX-Forwarded-For: 10.0.0.5");
    row("garbage of one element", "X-Forwarded-For: " + QByteArray(4000, 'x') + ", 10.0.0.5", true);
    row("garbage alone is still an opinion", "X-Forwarded-For: " + QByteArray(4000, 'x'), true);
    row("a zone of any length", "X-Forwarded-For: fe80::1%" + QByteArray(4000, 'z'), true);
    row("a zone that turns bad at its end",
        "X-Forwarded-For: fe80::1%" + QByteArray(4000, 'z') + '/', true);
    row("trusted hops to the cap and beyond",
        "X-Forwarded-For: 203.0.113.7, " + repeated("10.0.0.5, ", 300));
    row("schemes by position", "X-Forwarded-For: " + junk
                                   + "203.0.113.7, 10.0.0.6, 10.0.0.5\nX-Forwarded-Proto: "
                                   + repeated("http, ", 400) + "https, http, http");
    row("hosts and ports by position",
        "X-Forwarded-For: " + junk
            + "203.0.113.7, 10.0.0.5\nX-Forwarded-Host: " + repeated("evil.example, ", 300)
            + "pub.example, in.example\nX-Forwarded-Port: " + repeated("1, ", 300) + "8443, 80");
    row("an invalid long host states nothing",
        "X-Forwarded-Host: " + QByteArray(3000, 'h') + "\nX-Forwarded-Proto: https", true);
    row("long Forwarded",
        "Forwarded: " + repeated("for=6.6.6.6;proto=http, ", 200)
            + "for=203.0.113.7;proto=https;host=\"pub.example:81\", for=10.0.0.5");
    row("Forwarded with a long extension",
        "Forwarded: for=203.0.113.7;proto=https;x=" + QByteArray(3000, 'x') + ";host=pub.example",
        true);
    row("Forwarded with a long host",
        "Forwarded: for=203.0.113.7;proto=https;host=" + QByteArray(3000, 'x'), true);
    row("Forwarded with a long proto", "Forwarded: for=203.0.113.7;proto=" + QByteArray(3000, 'x'),
        true);
    row("Forwarded with a long zone",
        "Forwarded: for=\"[fe80::1%" + QByteArray(3000, 'z') + "]\";proto=https", true);
    row("Forwarded with a long unusable for", "Forwarded: for=" + QByteArray(3000, 'x'), true);
    row("Forwarded with long parameters that nobody reads",
        "Forwarded: for=6.6.6.6, by=" + QByteArray(3000, 'x'), true);
    row("unusable long Forwarded line behind a hop",
        "Forwarded: for=\"" + QByteArray(3000, 'x') + "\nForwarded: for=10.0.0.5;proto=https",
        true);
    row("unusable long Forwarded line at the right",
        "Forwarded: for=203.0.113.7\nForwarded: for=1.1.1.1,a=\"" + QByteArray(3000, 'x'), true);
    row("Forwarded and X-Forwarded-For that disagree",
        "X-Forwarded-For: " + junk + "203.0.113.7\nForwarded: for=203.0.113.8");
    row("many equal X-Real-IP lines", repeated("X-Real-IP: 203.0.113.7\n", 200), true);
    row("one different X-Real-IP line among many",
        repeated("X-Real-IP: 203.0.113.7\n", 200) + "X-Real-IP: 203.0.113.8", true);
    row("X-Real-IP far too long", "X-Real-IP: " + QByteArray(4000, '1'), true);
    row("all six, each too long",
        "X-Forwarded-For: " + junk + "203.0.113.7, 10.0.0.5\nX-Forwarded-Proto: "
            + repeated("https,", 300) + "\nX-Forwarded-Host: " + repeated("a.example,", 300)
            + "\nX-Forwarded-Port: " + repeated("443,", 300)
            + "\nX-Real-IP: 203.0.113.7\nForwarded: "
            + repeated("for=203.0.113.7;proto=https;host=a.example,", 100));
}

void tst_KeptHeaders::sameAnswer()
{
    QFETCH(const QByteArray, headers);
    QFETCH(const bool, whole);
    const auto policy = testPolicy(testSettings());
    const TestRequest request{headersFrom(headers)};
    const KeptHeaders stored = kept(request, *policy);
    QCOMPARE_LE(stored.size(), KeptHeaders::MaxBytes + 64); // Host is on top
    QCOMPARE(resolvedAgain(stored, *policy), resolved(request));
    QCOMPARE(stored.cut() == 0, whole);
}

// A list that trusts more than before walks farther, as far as there is something.
void tst_KeptHeaders::cutIsTold()
{
    TrustSettings settings = testSettings();
    settings.maxHops = 1000;
    const auto before = testPolicy(settings);
    const TestRequest request{{{"X-Forwarded-For", repeated("10.0.0.7, ", 900) + "10.0.0.5"}}};
    const KeptHeaders stored = kept(request, *before);
    QCOMPARE(stored.cut(), 1 << static_cast<int>(ForwardingHeader::For));
    QCOMPARE_LE(stored.size(), KeptHeaders::MaxBytes + 64);
    const Resolution result = resolvedAgain(stored, *before);
    QVERIFY(!result.known);
    QCOMPARE_GT(result.hops, 100);
    QVERIFY(resolved(request, settings).known);
}

void tst_KeptHeaders::hostIsKept()
{
    const auto policy = testPolicy(testSettings());
    TestRequest request;
    request.host = "pub.example:81";
    QCOMPARE(resolvedAgain(kept(request, *policy), *policy).host, "pub.example"_ba);
    request.host = QByteArray(4000, 'h');
    QCOMPARE(resolvedAgain(kept(request, *policy), *policy), resolved(request));
    QCOMPARE_LT(kept(request, *policy).size(), 64);
}

void tst_KeptHeaders::emptyHasNoLines()
{
    QVERIFY(KeptHeaders().lines().empty());
    QCOMPARE(KeptHeaders().cut(), 0);
}

// Nothing of the one before is left, neither its lines nor its cut; copies stay what they were.
void tst_KeptHeaders::takesThoseOfAnother()
{
    const auto policy = testPolicy(testSettings());
    TestRequest large;
    large.headers = headersFrom("X-Forwarded-For: a" + repeated(", 10.0.0.2", 400));
    const TestRequest small{headersFrom("X-Forwarded-For: 203.0.113.7")};
    KeptHeaders headers = kept(large, *policy);
    QVERIFY(headers.cut() != 0);
    const qsizetype size = headers.size();
    KeptHeaders copy = headers;
    small.with([&](const ResolveInput &input) { headers.assign(input.headers, *policy); });
    QCOMPARE(headers.cut(), 0);
    QCOMPARE(headers.size(), kept(small, *policy).size());
    QCOMPARE(resolvedAgain(headers, *policy), resolved(small));
    QCOMPARE(copy.size(), size);
    copy.assign({}, *policy);
    QVERIFY(copy.lines().empty());
}

QTEST_APPLESS_MAIN(tst_KeptHeaders)
#include "tst_keptheaders.moc"
