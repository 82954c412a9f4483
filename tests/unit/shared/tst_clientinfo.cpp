// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/clients/clientinfo.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QByteArray textOf(const ClientInfo &info)
{
    return QJsonDocument(toJson(info)).toJson(QJsonDocument::Compact);
}

} // namespace

class tst_ClientInfo : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void aFreshRowHasDefaults();
    void anOpenClientHasAllMembers();
    void aClosedClientHasFourMore();
    void bigNumbersStayExact();
    void roomNames_data();
    void roomNames();
    void textsOfTheClientAreEscaped_data();
    void textsOfTheClientAreEscaped();

private:
    const IpAddress m_peer = IpAddress::fromIPv4(0x0a000005);
};

void tst_ClientInfo::aFreshRowHasDefaults()
{
    const ClientInfo info(17, m_peer);
    const QByteArray expected =
        R"({"bytes_in":0,"bytes_out":0,"client":"10.0.0.5","conflict":false,"connected_at":0,)"
        R"("hops":0,"host":"","id":"17","idle_s":0,"known":true,"messages_in":0,)"
        R"("messages_out":0,"namespace":"/","origin":"","peer":"10.0.0.5","peer_port":0,)"
        R"("port":0,"queue_bytes":0,"rooms":[],"scheme":"http","source":"peer",)"
        R"("trust_revision":0,"trusted_peer":false,"url":"","user_agent":""})"_ba;
    QCOMPARE(textOf(info), expected);
}

void tst_ClientInfo::anOpenClientHasAllMembers()
{
    ClientInfo info(17, m_peer);
    info.client = *IpAddress::parse("2001:DB8:0::9");
    info.peerPort = 41000;
    info.scheme = Scheme::Https;
    info.host = "chat.example.org"_ba;
    info.port = 8443;
    info.url = u"https://chat.example.org:8443/ws?key=***"_s;
    info.userAgent = u"Mozilla/5.0"_s;
    info.origin = u"https://example.org"_s;
    info.nameSpace = u"/game"_s;
    info.rooms = {{u"/"_s, u"lobby"_s}, {u"/game"_s, u"red"_s}};
    info.via = {m_peer};
    info.connectedAt = 1'700'000'000;
    info.idle = 1;
    info.messagesIn = 2;
    info.messagesOut = 3;
    info.bytesIn = 4;
    info.bytesOut = 5;
    info.queueBytes = 6;
    info.trustedPeer = true;
    info.known = false;
    info.conflict = true;
    info.source = Source::XForwardedFor;
    info.hops = 7;
    info.trustRevision = 8;
    const QByteArray expected =
        R"({"bytes_in":4,"bytes_out":5,"client":"2001:db8::9","conflict":true,)"
        R"("connected_at":1700000000,"hops":7,"host":"chat.example.org","id":"17","idle_s":1,)"
        R"("known":false,"messages_in":2,"messages_out":3,"namespace":"/game",)"
        R"("origin":"https://example.org","peer":"10.0.0.5","peer_port":41000,"port":8443,)"
        R"("queue_bytes":6,"rooms":["lobby","/game:red"],"scheme":"https",)"
        R"("source":"x-forwarded-for","trust_revision":8,"trusted_peer":true,)"
        R"("url":"https://chat.example.org:8443/ws?key=***","user_agent":"Mozilla/5.0"})"_ba;
    QCOMPARE(textOf(info), expected);
}

void tst_ClientInfo::aClosedClientHasFourMore()
{
    ClientInfo info(17, m_peer);
    QJsonObject expected = toJson(info);
    expected.insert("closed_at"_L1, 1'700'000'100);
    expected.insert("close_code"_L1, 1008);
    expected.insert("close_reason"_L1, u"kicked"_s);
    expected.insert("initiator"_L1, u"server"_s);
    info.closed = ClientInfo::Closed{1'700'000'100, 1008, u"kicked"_s, u"server"_s};
    QCOMPARE(toJson(info), expected);
}

void tst_ClientInfo::bigNumbersStayExact()
{
    ClientInfo info(std::numeric_limits<quint64>::max(), m_peer);
    info.bytesIn = std::numeric_limits<qint64>::max();
    const QByteArray text = textOf(info);
    QVERIFY(text.contains(R"("id":"18446744073709551615")"));
    QVERIFY(text.contains(R"("bytes_in":9223372036854775807,)"));
}

void tst_ClientInfo::roomNames_data()
{
    QTest::addColumn<QString>("nameSpace");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("text");
    QTest::newRow("the root namespace is not shown") << u"/"_s << u"lobby"_s << u"lobby"_s;
    QTest::newRow("another namespace stands in front") << u"/game"_s << u"red"_s << u"/game:red"_s;
    QTest::newRow("a namespace needs no slash") << u"game"_s << u"red"_s << u"game:red"_s;
    QTest::newRow("a name keeps its colon") << u"/"_s << u"a:b"_s << u"a:b"_s;
}

void tst_ClientInfo::roomNames()
{
    QFETCH(const QString, nameSpace);
    QFETCH(const QString, name);
    QTEST((RoomName{nameSpace, name}.toText()), "text");
}

void tst_ClientInfo::textsOfTheClientAreEscaped_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("shown");
    QTest::newRow("a terminal's escape") << u"a\x1b[2J"_s << uR"(a\x1b[2J)"_s;
    QTest::newRow("a line break") << u"a\nb"_s << uR"(a\x0ab)"_s;
    QTest::newRow("not ASCII") << u"\u00e9"_s << uR"(\xc3\xa9)"_s;
    QTest::newRow("a backslash") << uR"(a\b)"_s << uR"(a\\b)"_s;
    QTest::newRow("a long one is cut") << QString(300, u'x') << QString(197, u'x') + u"..."_s;
}

void tst_ClientInfo::textsOfTheClientAreEscaped()
{
    QFETCH(const QString, text);
    QFETCH(const QString, shown);
    ClientInfo info(17, m_peer);
    info.userAgent = text;
    QCOMPARE(toJson(info)["user_agent"_L1].toString(), shown);
    info.origin = text;
    QCOMPARE(toJson(info)["origin"_L1].toString(), shown);
    info.closed = ClientInfo::Closed{0, 1000, text, u"client"_s};
    QCOMPARE(toJson(info)["close_reason"_L1].toString(), shown);
}

QTEST_APPLESS_MAIN(tst_ClientInfo)
#include "tst_clientinfo.moc"
