// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// trust-vectors.json over real connections. A peer of any address is played by the PROXY protocol;
// the request details show what the server made of it. One server for each trust list.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QFile>
#include <QHash>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// Rows that cannot be sent, and why.
const QHash<QString, QString> NotOnTheWire = {
    {u"host-crlf"_s, u"a line break ends the header line"_s},
    {u"elem-control-character"_s, u"the HTTP layer refuses the request: 400"_s},
};

// These rows are about lists with a bad entry: such a server does not start.
bool hasInvalidList(const QString &name)
{
    return name.startsWith(u"list-"_s) && name != u"list-outer-space-trimmed"_s;
}

QByteArray tomlOf(const QJsonValue &trust)
{
    if (trust.isBool())
        return trust.toBool() ? "true"_ba : "false"_ba;
    return QJsonDocument(trust.toArray()).toJson(QJsonDocument::Compact);
}

QByteArray configFor(const QJsonValue &trust)
{
    return "threads = 1\nrequest_details_path = \"/who\"\ntrust_proxy = "_ba + tomlOf(trust)
           + "\n[proxy_protocol]\naccept = \"required\"\nfrom = [\"127.0.0.1\"]\n"_ba;
}

// A zone is no part of an announced address; the server drops the zones of its own sockets.
QByteArray announcementOf(QString peer)
{
    peer = peer.section(u'%', 0, 0);
    const bool isIPv6 = peer.contains(u':');
    return (isIPv6 ? "PROXY TCP6 "_ba + peer.toLatin1() + " ::1 1 2\r\n"_ba
                   : "PROXY TCP4 "_ba + peer.toLatin1() + " 127.0.0.1 1 2\r\n"_ba);
}

QByteArray requestOf(const QJsonObject &row)
{
    QByteArray lines;
    for (const QJsonValue &header : row.value("headers"_L1).toArray())
        lines += header[0].toString().toUtf8() + ": " + header[1].toString().toUtf8() + "\r\n";
    return announcementOf(row.value("peer"_L1).toString()) + httpGet("/who", lines);
}

// The fields of `expect`, as the server showed them.
QByteArray shown(const QJsonObject &details)
{
    const QJsonObject object{{u"client"_s, details.value("ip_address"_L1)},
                             {u"scheme"_s, details.value("scheme"_L1)},
                             {u"host"_s, details.value("host"_L1)},
                             {u"port"_s, details.value("port"_L1)},
                             {u"trusted_peer"_s, details.value("trusted_peer"_L1)}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact);
}

QList<QJsonObject> allRows()
{
    QFile file(QStringLiteral(TRUEPEER_TEST_DATA "/trust-vectors.json"));
    QList<QJsonObject> rows;
    if (file.open(QIODevice::ReadOnly)) {
        for (const QJsonValue &row : QJsonDocument::fromJson(file.readAll()).array())
            rows += row.toObject();
    }
    return rows;
}

} // namespace

class tst_WireTrustVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void resolvesAsExpected_data();
    void resolvesAsExpected();
    void invalidListStopsTheStart_data();
    void invalidListStopsTheStart();
    void unsendableRowIsRefused();

private:
    QList<QJsonObject> m_rows = allRows();
};

void tst_WireTrustVectors::initTestCase()
{
    QVERIFY(m_rows.size() >= 234);
}

void tst_WireTrustVectors::resolvesAsExpected_data()
{
    QTest::addColumn<QList<QJsonObject>>("rows");
    QMap<QByteArray, QList<QJsonObject>> groups;
    for (const QJsonObject &row : m_rows) {
        const QString name = row.value("name"_L1).toString();
        if (!hasInvalidList(name) && !NotOnTheWire.contains(name))
            groups[tomlOf(row.value("trust"_L1))] += row;
    }
    for (auto it = groups.begin(); it != groups.end(); ++it)
        QTest::newRow(it.key().constData()) << it.value();
}

void tst_WireTrustVectors::resolvesAsExpected()
{
    QFETCH(const QList<QJsonObject>, rows);
    ServerProcess server(configFor(rows.first().value("trust"_L1)));
    QVERIFY2(server.isReady(), server.complaint().constData());
    for (const QJsonObject &row : rows) {
        RawClient client(server.port());
        const HttpResponse response = client.exchange(requestOf(row));
        const QByteArray expected =
            QJsonDocument(row.value("expect"_L1).toObject()).toJson(QJsonDocument::Compact);
        const QByteArray name = row.value("name"_L1).toString().toUtf8();
        const QByteArray message = name + ": expected " + expected + ", got "
                                   + QByteArray::number(response.status) + ' '
                                   + shown(response.json()) + ' ' + client.error().toUtf8();
        QVERIFY2(response.status == 200 && shown(response.json()) == expected, message.constData());
    }
}

void tst_WireTrustVectors::invalidListStopsTheStart_data()
{
    QTest::addColumn<QJsonValue>("trust");
    for (const QJsonObject &row : m_rows) {
        const QString name = row.value("name"_L1).toString();
        if (hasInvalidList(name))
            QTest::newRow(qPrintable(name)) << row.value("trust"_L1);
    }
}

void tst_WireTrustVectors::invalidListStopsTheStart()
{
    QFETCH(const QJsonValue, trust);
    ServerProcess server(configFor(trust));
    QVERIFY(!server.isReady());
    QCOMPARE(server.waitForExit(), 78);
    QVERIFY2(server.log().contains("trust_proxy["), server.log().constData());
}

void tst_WireTrustVectors::unsendableRowIsRefused()
{
    ServerProcess server(configFor(QJsonArray{u"10.0.0.0/8"_s}));
    QVERIFY2(server.isReady(), server.complaint().constData());
    RawClient client(server.port());
    QCOMPARE(client
                 .exchange("PROXY TCP4 10.0.0.1 127.0.0.1 1 2\r\n"_ba
                           + httpGet("/who", "X-Forwarded-For: 203.0.113.7\x01\r\n"))
                 .status,
             400);
}

QTEST_GUILESS_MAIN(tst_WireTrustVectors)
#include "tst_wiretrustvectors.moc"
