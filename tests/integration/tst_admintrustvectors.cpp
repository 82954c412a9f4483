// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The vectors of the resolver and of the trust list as an operator asks for them: through
// trust.test and trust.check of a running server.
#include "tests/support/admincalls.h"
#include "tests/support/serverprocess.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// No request can have a line with a line break in it, and trust.test says so.
const auto Unsendable = u"host-crlf"_s;

// These rows are about lists with a bad entry; what they expect is that nobody is trusted.
bool hasInvalidList(const QString &name)
{
    return name.startsWith(u"list-"_s) && name != u"list-outer-space-trimmed"_s;
}

QJsonArray rowsOf(const QString &name)
{
    QFile file(QStringLiteral(TRUEPEER_TEST_DATA "/") + name);
    return file.open(QIODevice::ReadOnly) ? QJsonDocument::fromJson(file.readAll()).array()
                                          : QJsonArray();
}

QJsonObject paramsOf(const QJsonValue &row)
{
    const QJsonValue trust = row["trust"_L1];
    QJsonObject params{{u"peer"_s, row["peer"_L1]}, {u"headers"_s, row["headers"_L1]}};
    if (trust.isBool()) {
        params.insert(u"mode"_s, trust.toBool() ? u"all"_s : u"none"_s);
        return params;
    }
    QJsonArray entries;
    for (const QJsonValue &entry : trust.toArray())
        entries.append(QJsonObject{{u"entry"_s, entry}});
    params.insert(u"mode"_s, u"list"_s);
    params.insert(u"entries"_s, entries);
    return params;
}

// The fields of `expect`, as trust.test shows them.
QByteArray shown(const QJsonObject &resolution)
{
    QJsonObject object;
    for (const QString &name : {u"client"_s, u"scheme"_s, u"host"_s, u"port"_s, u"trusted_peer"_s})
        object.insert(name, resolution.value(name));
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

} // namespace

class tst_AdminTrustVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void resolvesAsExpected_data();
    void resolvesAsExpected();
    void listIsJudgedAsExpected_data();
    void listIsJudgedAsExpected();
    void peerIsReadLikeAnElement_data();
    void peerIsReadLikeAnElement();
    void listInForceIsUsedWithoutAnother();
    void badInputIsRefused_data();
    void badInputIsRefused();

private:
    std::unique_ptr<ServerProcess> m_server;
    std::unique_ptr<AdminCalls> m_admin;
};

void tst_AdminTrustVectors::initTestCase()
{
    init();
    m_server =
        std::make_unique<ServerProcess>("threads = 1\ntrust_proxy = [\"192.0.2.0/24\"]\n"_ba);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
    m_admin = std::make_unique<AdminCalls>(m_server->adminSocket());
    QVERIFY(m_admin->isReady());
}

void tst_AdminTrustVectors::cleanupTestCase()
{
    init();
    m_admin.reset();
    m_server.reset();
}

void tst_AdminTrustVectors::resolvesAsExpected_data()
{
    QTest::addColumn<QJsonObject>("row");
    const QJsonArray rows = rowsOf(u"trust-vectors.json"_s);
    QVERIFY(rows.size() >= 234);
    for (const QJsonValue &row : rows)
        QTest::newRow(qPrintable(row["name"_L1].toString())) << row.toObject();
}

void tst_AdminTrustVectors::resolvesAsExpected()
{
    QFETCH(const QJsonObject, row);
    const QString name = row.value("name"_L1).toString();
    if (hasInvalidList(name)) {
        const RpcError error = m_admin->error(u"trust.test"_s, paramsOf(row));
        QCOMPARE(error.code, int(RpcCode::InvalidList));
        QVERIFY(!error.data.value("problems"_L1).toArray().isEmpty());
        return;
    }
    if (name == Unsendable) {
        QCOMPARE(m_admin->error(u"trust.test"_s, paramsOf(row)).code, int(RpcCode::InvalidParams));
        return;
    }
    const QByteArray expected =
        QJsonDocument(row.value("expect"_L1).toObject()).toJson(QJsonDocument::Compact);
    QCOMPARE(shown(m_admin->object(u"trust.test"_s, paramsOf(row))), expected);
}

void tst_AdminTrustVectors::listIsJudgedAsExpected_data()
{
    QTest::addColumn<QJsonObject>("row");
    const QJsonArray rows = rowsOf(u"trust-list-vectors.json"_s);
    QVERIFY(rows.size() >= 64);
    for (const QJsonValue &row : rows) {
        const QByteArray name = '"' + row["entry"_L1].toString().toUtf8() + '"';
        QTest::newRow(name.constData()) << row.toObject();
    }
}

void tst_AdminTrustVectors::listIsJudgedAsExpected()
{
    QFETCH(const QJsonObject, row);
    const QJsonValue expected = row.value("expect"_L1);
    const bool isGood = expected["ok"_L1].toBool();
    const QJsonArray entries{QJsonObject{{u"entry"_s, u"192.0.2.1"_s}},
                             QJsonObject{{u"entry"_s, row.value("entry"_L1)}}};
    const QJsonObject check =
        m_admin->object(u"trust.check"_s, {{u"mode"_s, u"list"_s}, {u"entries"_s, entries}});
    QCOMPARE(check.value("valid"_L1), QJsonValue(isGood));
    const QJsonArray normalised = check.value("normalised"_L1).toArray();
    QCOMPARE(normalised.size(), 2);
    QCOMPARE(normalised[0].toArray(), QJsonArray{u"192.0.2.1/32"_s});
    if (isGood)
        QCOMPARE(normalised[1].toArray(), expected["ranges"_L1].toArray());
    else
        QCOMPARE(normalised[1].toArray(), QJsonArray());
    const QJsonObject problem = findBy(check.value("problems"_L1), u"index"_s, 1);
    const QJsonObject warning = findBy(check.value("warnings"_L1), u"index"_s, 1);
    QCOMPARE(!problem.isEmpty(), !isGood);
    QVERIFY(isGood || !problem.value("message"_L1).toString().isEmpty());
    QCOMPARE(!warning.isEmpty(), expected["warn"_L1].toBool());
}

void tst_AdminTrustVectors::peerIsReadLikeAnElement_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("peer");
    QTest::newRow("an address is one") << u"192.0.2.7"_s << u"192.0.2.7"_s;
    QTest::newRow("blanks around it do not count") << u" 192.0.2.7 "_s << u"192.0.2.7"_s;
    QTest::newRow("a port is dropped") << u"192.0.2.7:8080"_s << u"192.0.2.7"_s;
    QTest::newRow("IPv6 is canonical") << u"2001:DB8:0:0::1"_s << u"2001:db8::1"_s;
    QTest::newRow("brackets are dropped") << u"[2001:db8::1]:443"_s << u"2001:db8::1"_s;
    QTest::newRow("a mapped address is IPv4") << u"::ffff:192.0.2.7"_s << u"192.0.2.7"_s;
    QTest::newRow("a zone is dropped") << u"fe80::1%eth0"_s << u"fe80::1"_s;
}

void tst_AdminTrustVectors::peerIsReadLikeAnElement()
{
    QFETCH(const QString, text);
    QFETCH(const QString, peer);
    const QJsonObject result = m_admin->object(u"trust.test"_s, {{u"peer"_s, text}});
    QCOMPARE(result.value("peer"_L1).toString(), peer);
    QCOMPARE(result.value("client"_L1).toString(), peer);
    QCOMPARE(result.value("trusted_peer"_L1), QJsonValue(peer.startsWith(u"192.0.2."_s)));
}

void tst_AdminTrustVectors::listInForceIsUsedWithoutAnother()
{
    QJsonObject params = json(R"({"peer": "192.0.2.9", "headers": [["Host", "app.example"],
        ["X-Forwarded-For", "6.6.6.6, 203.0.113.7, 192.0.2.8"], ["X-Forwarded-Proto", "https"]]})");
    const QJsonObject inForce = m_admin->object(u"trust.test"_s, params);
    QCOMPARE(shown(inForce), R"({"client":"203.0.113.7","host":"app.example","port":443,)"
                             R"("scheme":"https","trusted_peer":true})"_ba);
    QCOMPARE(inForce.value("trust_revision"_L1).toInt(), 1);
    QCOMPARE(inForce.value("trail"_L1).toArray().size(), 4);

    params.insert(u"entries"_s, QJsonArray{QJsonObject{{u"entry"_s, u"192.0.2.9"_s}}});
    const QJsonObject other = m_admin->object(u"trust.test"_s, params);
    QCOMPARE(other.value("client"_L1).toString(), u"192.0.2.8"_s);
    params.insert(u"mode"_s, u"none"_s);
    QCOMPARE(m_admin->object(u"trust.test"_s, params).value("client"_L1).toString(),
             u"192.0.2.9"_s);
    // It was only asked.
    QCOMPARE(m_admin->object(u"status"_s).value("trust_revision"_L1).toInt(), 1);
}

void tst_AdminTrustVectors::badInputIsRefused_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("about");
    const auto row = [](const char *name, const char *params, const QString &about) {
        QTest::newRow(name) << QByteArray(params) << about;
    };
    row("there is no peer", R"({})", u"peer"_s);
    row("the peer is empty", R"({"peer": ""})", u"peer"_s);
    row("the peer is null", R"({"peer": null})", u"peer"_s);
    row("the peer is a number", R"({"peer": 3221225985})", u"peer"_s);
    row("the peer is a name", R"({"peer": "localhost"})", u"peer"_s);
    row("the peer is a range", R"({"peer": "10.0.0.0/8"})", u"peer"_s);
    row("the peer is no address", R"({"peer": "10.0.0.256"})", u"peer"_s);
    row("the peer has a leading zero", R"({"peer": "010.0.0.1"})", u"peer"_s);
    row("the peer is unspecified", R"({"peer": "0.0.0.0"})", u"peer"_s);
    row("the peer has a bad port", R"({"peer": "10.0.0.1:70000"})", u"peer"_s);
    row("the peer is quoted", R"({"peer": "\"10.0.0.1\""})", u"peer"_s);
    row("headers are an object", R"({"peer": "::1", "headers": {"Host": "a"}})", u"headers"_s);
    row("a header is a text", R"({"peer": "::1", "headers": ["Host: a"]})", u"headers[0]"_s);
    row("a header has no value", R"({"peer": "::1", "headers": [["Host"]]})", u"headers[0]"_s);
    row("a header has two values",
        R"({"peer": "::1", "headers": [["Host", "a"], ["Via", "a", "b"]]})", u"headers[1]"_s);
    row("a value is a number", R"({"peer": "::1", "headers": [["Host", 1]]})", u"headers[0]"_s);
    row("a name is empty", R"({"peer": "::1", "headers": [["", "a"]]})", u"headers[0]"_s);
    row("a name has a space", R"({"peer": "::1", "headers": [["X Y", "a"]]})", u"headers[0]"_s);
    row("a name has a colon", R"({"peer": "::1", "headers": [["X:", "a"]]})", u"headers[0]"_s);
    row("a value has a line break", R"({"peer": "::1", "headers": [["X", "a\nb"]]})",
        u"headers[0]"_s);
    row("a value has a NUL", R"({"peer": "::1", "headers": [["X", "a\u0000b"]]})", u"headers[0]"_s);
    row("the mode is unknown", R"({"peer": "::1", "mode": "some"})", u"mode"_s);
    row("entries are an object", R"({"peer": "::1", "entries": {}})", u"entries"_s);
    row("an entry is a text", R"({"peer": "::1", "entries": ["10.0.0.1"]})", u"entries[0]"_s);
    row("an entry has no text", R"({"peer": "::1", "entries": [{"note": "x"}]})", u"entries[0]"_s);
    row("an entry has more", R"({"peer": "::1", "entries": [{"entry": "::1", "nore": "x"}]})",
        u"entries[0]"_s);
    row("a parameter is unknown", R"({"peer": "::1", "header": []})", u"header"_s);
}

void tst_AdminTrustVectors::badInputIsRefused()
{
    QFETCH(const QByteArray, params);
    QFETCH(const QString, about);
    const RpcError error = m_admin->error(u"trust.test"_s, json(params));
    QCOMPARE(error.code, int(RpcCode::InvalidParams));
    QVERIFY2(error.message.contains(about), qPrintable(error.message));
}

QTEST_GUILESS_MAIN(tst_AdminTrustVectors)
#include "tst_admintrustvectors.moc"
