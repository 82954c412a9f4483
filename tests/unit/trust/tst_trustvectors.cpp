// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/keptheaders.h"
#include "tests/unit/trust/resolvecase.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

TrustSettings settingsFrom(const QJsonValue &trust)
{
    TrustSettings settings;
    if (trust.isBool()) {
        settings.list.mode = trust.toBool() ? TrustMode::All : TrustMode::None;
        return settings;
    }
    settings.list.mode = TrustMode::List;
    for (const QJsonValue entry : trust.toArray())
        settings.list.entries.push_back({entry.toString(), {}});
    return settings;
}

// A socket's peer: the zone is dropped by IpAddress::fromQHostAddress, and here.
QByteArray withoutZone(const QString &address)
{
    return address.section(u'%', 0, 0).toLatin1();
}

} // namespace

// The hand-checked cases of the rules.
class tst_TrustVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void vectors_data();
    void vectors();
};

void tst_TrustVectors::vectors_data()
{
    QTest::addColumn<QJsonObject>("row");
    QFile file(QStringLiteral(TRUEPEER_TEST_DATA "/trust-vectors.json"));
    QVERIFY(file.open(QIODevice::ReadOnly));
    const QJsonArray rows = QJsonDocument::fromJson(file.readAll()).array();
    QCOMPARE_GE(rows.size(), 234);
    for (const QJsonValue row : rows)
        QTest::newRow(row.toObject()["name"_L1].toString().toUtf8().constData()) << row.toObject();
}

void tst_TrustVectors::vectors()
{
    QFETCH(const QJsonObject, row);
    const QJsonObject expect = row["expect"_L1].toObject();

    TestRequest request;
    request.peer = withoutZone(row["peer"_L1].toString());
    request.host = QByteArray();
    for (const QJsonValue header : row["headers"_L1].toArray())
        request.headers.append({header[0].toString().toUtf8(), header[1].toString().toUtf8()});

    TrustSettings settings = settingsFrom(row["trust"_L1]);
    if (!TrustPolicy::compile(settings, 1)) // a bad list trusts nobody
        settings.list = {};
    const Resolution result = resolved(request, settings);

    QCOMPARE(result.client.toString(), expect["client"_L1].toString());
    QCOMPARE(schemeName(result.scheme), expect["scheme"_L1].toString());
    QCOMPARE(QString::fromLatin1(result.host), expect["host"_L1].toString());
    QCOMPARE(int{result.port}, expect["port"_L1].toInt());
    QCOMPARE(result.trustedPeer, expect["trusted_peer"_L1].toBool());

    // The explained walk is the same walk, and what is kept for live edits resolves the same.
    Resolution again(testAddress("192.0.2.1"));
    const Explanation explanation = explained(request, settings, &again);
    QCOMPARE(again, result);
    QCOMPARE(explanation.trail.front().address, result.peer);
    const auto policy = testPolicy(settings);
    const KeptHeaders kept = request.with(
        [&](const ResolveInput &input) { return KeptHeaders(input.headers, *policy); });
    const std::vector<HeaderLine> lines = kept.lines();
    const ResolveInput input{testAddress(request.peer), {},        lines, Scheme::Http,
                             testAddress("192.0.2.80"), kept.cut()};
    QCOMPARE(resolve(input, *policy), result);
}

QTEST_APPLESS_MAIN(tst_TrustVectors)
#include "tst_trustvectors.moc"
