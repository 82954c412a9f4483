// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The raw requests of http-vectors.json against a server that is only parser, decoder, upgrade
// judgement and router: what tests/data says of a whole server must already hold for these.
#include "server/http/bodydecoder.h"
#include "server/http/requestparser.h"
#include "server/http/response.h"
#include "server/http/router.h"
#include "server/http/upgrade.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QSet>
#include <QTest>

#include <optional>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Statuses = QList<int>;

// Statuses that mean "your request was malformed, unsupported or too big".
const QSet<int> ParseErrors{400, 411, 413, 414, 417, 421, 431, 501, 505};

// Answers with statuses instead of bytes.
class FakeServer
{
public:
    FakeServer()
    {
        m_router.add("GET", "/page", [](const HttpRequest &) { return Response(); });
    }

    void receive(const QByteArray &bytes)
    {
        m_buffer += bytes;
        while (!m_closed && takeRequest()) {
        }
    }

    const Statuses &statuses() const { return m_statuses; }
    bool isClosed() const { return m_closed; }
    bool tellsVersion() const { return m_tellsVersion; }

private:
    // False when more bytes are needed.
    bool takeRequest()
    {
        if (m_buffer.isEmpty())
            return false;
        if (!m_decoder) {
            const ParseStatus status = m_parser.parse(m_buffer, m_head);
            if (status == ParseStatus::Refused)
                return answer(m_parser.refusal().status, true);
            if (status == ParseStatus::Incomplete)
                return false;
            m_status = judge();
            m_close = m_close || !m_head.keepAlive;
            m_decoder.emplace(m_head, HttpLimits(), BodyDecoder::Mode::Discard);
            m_buffer.remove(0, m_parser.size());
        }
        QByteArray body;
        qsizetype consumed = 0;
        const ParseStatus status = m_decoder->feed(m_buffer, body, &consumed);
        m_buffer.remove(0, consumed);
        if (status == ParseStatus::Refused)
            return answer(m_decoder->refusal().status, true);
        return status == ParseStatus::Complete && answer(m_status, m_close);
    }

    int judge()
    {
        const UpgradeJudgement judgement = judgeUpgrade(m_head);
        if (judgement.verdict == UpgradeJudgement::Verdict::Accept) {
            m_close = true;
            return 101;
        }
        if (judgement.verdict == UpgradeJudgement::Verdict::Refuse) {
            m_close = true;
            for (const auto &[name, value] : judgement.refusal.headers)
                m_tellsVersion =
                    m_tellsVersion || (name == "Sec-WebSocket-Version" && value == "13");
            return judgement.refusal.status;
        }
        const RouteMatch match = m_router.match(m_head.method, m_head.path);
        return match.handler ? 200 : Router::errorResponse(match).status;
    }

    bool answer(int status, bool close)
    {
        m_statuses.append(status);
        m_closed = close;
        m_decoder.reset();
        return true;
    }

    Router m_router;
    RequestParser m_parser;
    RequestHead m_head;
    std::optional<BodyDecoder> m_decoder;
    QByteArray m_buffer;
    Statuses m_statuses;
    int m_status = 0;
    bool m_close = false;
    bool m_closed = false;
    bool m_tellsVersion = false;
};

// The place holders of the file.
QByteArray filled(QString text)
{
    const QString host = u"127.0.0.1:6001"_s;
    const QString smuggled = u"GET /smuggled HTTP/1.1\r\nHost: "_s + host + u"\r\n\r\n"_s;
    text.replace(u"{CLTE}"_s, QString::number(5 + smuggled.size()));
    text.replace(u"{TECLHEX}"_s, QString::number(smuggled.size(), 16));
    text.replace(u"{SMPAD}"_s, smuggled);
    text.replace(u"{HOST}"_s, host);
    text.replace(u"{PATH}"_s, u"/page"_s);
    text.replace(u"{WSPATH}"_s, u"/ws"_s);
    return text.toLatin1();
}

QJsonArray vectors()
{
    QFile file(QStringLiteral(TRUEPEER_TEST_DATA "/http-vectors.json"));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    return QJsonDocument::fromJson(file.readAll()).array();
}

} // namespace

class tst_HttpVectors : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void vector_data();
    void vector();

private:
    static void judge(const QJsonObject &expected, const FakeServer &server);
};

void tst_HttpVectors::initTestCase()
{
    QCOMPARE_GE(vectors().size(), 120);
}

void tst_HttpVectors::vector_data()
{
    QTest::addColumn<QJsonObject>("expected");
    for (const QJsonValue value : vectors()) {
        const QJsonObject row = value.toObject();
        QTest::newRow(qPrintable(row[u"id"].toString() + u": "_s + row[u"desc"].toString())) << row;
    }
}

void tst_HttpVectors::vector()
{
    QFETCH(const QJsonObject, expected);
    QByteArray bytes;
    for (const QJsonValue part : expected[u"parts"].toArray())
        bytes += filled(part.toString());

    FakeServer whole;
    whole.receive(bytes);
    judge(expected, whole);

    for (qsizetype cut = 0; cut <= bytes.size(); ++cut) {
        FakeServer server;
        server.receive(bytes.first(cut));
        server.receive(bytes.sliced(cut));
        QCOMPARE(server.statuses(), whole.statuses());
        QCOMPARE(server.isClosed(), whole.isClosed());
    }
    FakeServer bytewise;
    for (const char byte : bytes)
        bytewise.receive(QByteArray(1, byte));
    QCOMPARE(bytewise.statuses(), whole.statuses());
    QCOMPARE(bytewise.isClosed(), whole.isClosed());
}

void tst_HttpVectors::judge(const QJsonObject &expected, const FakeServer &server)
{
    const QString expect = expected[u"expect"].toString();
    const qsizetype count = expected[u"n"].toInt(1);
    const Statuses &statuses = server.statuses();
    QSet<int> wanted;
    for (const QJsonValue status : expected[u"status"].toArray())
        wanted.insert(status.toInt());

    if (expect == "wait"_L1) {
        QVERIFY(statuses.isEmpty() && !server.isClosed());
        return;
    }
    QVERIFY(!statuses.isEmpty());
    QVERIFY2(statuses.size() <= count, "smuggled");
    if (expect == "accept"_L1) {
        QCOMPARE(statuses.size(), count);
        for (const int status : statuses)
            QVERIFY(wanted.isEmpty() ? !ParseErrors.contains(status) : wanted.contains(status));
        QVERIFY(!expected[u"close"].toBool() || server.isClosed());
        QVERIFY(!expected.contains(u"need_status") || statuses.contains(101));
    } else if (expect == "reject"_L1) {
        QCOMPARE(statuses.size(), 1);
        QVERIFY(wanted.isEmpty() ? ParseErrors.contains(statuses.first())
                                 : wanted.contains(statuses.first()));
        QVERIFY(!expected[u"close"].toBool(!expected[u"ws"].toBool()) || server.isClosed());
        QVERIFY(server.tellsVersion() || !expected.contains(u"need_header"));
    } else {
        QCOMPARE(expect, u"either"_s);
        QVERIFY(statuses.size() == count || server.isClosed());
    }
}

QTEST_APPLESS_MAIN(tst_HttpVectors)
#include "tst_httpvectors.moc"
