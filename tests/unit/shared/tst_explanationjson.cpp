// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/explanation.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_ExplanationJson : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void escaped_data();
    void escaped();
    void escapedTextFitsAnyLimit();
    void shape();
};

void tst_ExplanationJson::escaped_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("shown");
    QTest::addRow("plain") << "203.0.113.7"_ba << u"203.0.113.7"_s;
    QTest::addRow("markup stays text") << "<b>\"'&"_ba << u"<b>\"'&"_s;
    QTest::addRow("control characters") << "a\r\n\tb\x7f"_ba << u"a\\x0d\\x0a\\x09b\\x7f"_s;
    QTest::addRow("not ASCII") << "\xc3\xbc"_ba << u"\\xc3\\xbc"_s;
    QTest::addRow("backslash") << "\\x41"_ba << u"\\\\x41"_s;
    QTest::addRow("NUL") << QByteArray("a\0b", 3) << u"a\\x00b"_s;
    QTest::addRow("200 characters are whole") << QByteArray(200, 'a') << QString(200, u'a');
    QTest::addRow("201 characters are cut")
        << QByteArray(201, 'a') << QString(197, u'a') + u"..."_s;
    QTest::addRow("an escape is never halved")
        << QByteArray(195, 'a') + QByteArray(10, '\x01') << QString(195, u'a') + u"..."_s;
}

void tst_ExplanationJson::escaped()
{
    QFETCH(const QByteArray, text);
    QTEST(escapedText(text), "shown");
}

void tst_ExplanationJson::escapedTextFitsAnyLimit()
{
    for (qsizetype limit = 3; limit < 40; ++limit) {
        for (qsizetype size = 0; size < 50; ++size) {
            const QString shown = escapedText(QByteArray(size, '\xff'), limit);
            QCOMPARE_LE(shown.size(), limit);
            QCOMPARE(shown.endsWith(u"..."_s), size * 4 > limit);
        }
    }
}

void tst_ExplanationJson::shape()
{
    Resolution resolution(*IpAddress::parse("10.0.0.1"));
    resolution.client = *IpAddress::parse("2001:db8::7");
    resolution.scheme = Scheme::Https;
    resolution.host = "pub.example";
    resolution.port = 8443;
    resolution.hops = 2;
    resolution.source = Source::XForwardedFor;
    resolution.trustedPeer = true;
    resolution.policyRevision = 42;

    Explanation explanation;
    TrailStep peer;
    peer.address = resolution.peer;
    peer.entry = u"10.0.0.0/8"_s;
    TrailStep bad;
    bad.verdict = TrailStep::Verdict::Unusable;
    bad.text = "\x1b[31m";
    bad.reason = u"it is no address"_s;
    bad.header = "X-Forwarded-For";
    bad.index = 3;
    explanation.trail = {peer, bad};
    explanation.headers = {{"X-Forwarded-For", "a, b", true, u"it names the client"_s}};
    explanation.scheme = AttributeOrigin{"X-Forwarded-Proto", 1};
    explanation.notes = {u"note"_s};

    const QByteArray expected = R"({
        "client": "2001:db8::7", "scheme": "https", "host": "pub.example", "port": 8443,
        "url": "https://pub.example:8443/x?key=***", "peer": "10.0.0.1", "trusted_peer": true,
        "known": true, "conflict": false, "source": "x-forwarded-for", "hops": 2,
        "verdict": "resolved", "trust_revision": 42,
        "headers": [{"name": "X-Forwarded-For", "value": "a, b", "used": true,
                     "reason": "it names the client"}],
        "from": {"scheme": {"header": "X-Forwarded-Proto", "index": 1}, "host": null, "port": null},
        "trail": [{"address": "10.0.0.1", "verdict": "peer", "entry": "10.0.0.0/8",
                   "header": null, "index": 0},
                  {"text": "\\x1b[31m", "verdict": "unusable", "reason": "it is no address",
                   "header": "X-Forwarded-For", "index": 3}],
        "notes": ["note"]})";
    const QJsonObject json = toJson(resolution, explanation, "/x?key=1");
    QCOMPARE(json, QJsonDocument::fromJson(expected).object());
    QCOMPARE(json["trail"_L1].toArray(), trailToJson(explanation));
}

QTEST_APPLESS_MAIN(tst_ExplanationJson)
#include "tst_explanationjson.moc"
