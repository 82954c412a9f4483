// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// One member of a room that never reads, among many that do: it is cut off, and the others do not
// notice. The original cuts frames in the middle there.
#include "tests/support/apiclient.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MiB = 1024 * 1024;
constexpr int Members = 30;
constexpr int MaxBroadcasts = 2000;

constexpr auto Config = R"(
threads = 2
metrics_path = "/metrics"
api_keys = ["k"]
[log]
format = "json"
)";

// Broadcast number n of 50 kB.
QByteArray payloadOf(int n)
{
    const QString text = QString(50'000, QChar(u'a' + n % 26));
    const QJsonObject data{{u"n"_s, n}, {u"text"_s, text}};
    return R"({"event":"news","data":)" + QJsonDocument(data).toJson(QJsonDocument::Compact) + '}';
}

} // namespace

class tst_SlowReader : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void isCutOffAlone();
    void pausesAreNoFault();
};

void tst_SlowReader::isCutOffAlone()
{
    ServerProcess server{QByteArray(Config)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    ApiClient api(server.port(), "k"_ba);
    std::vector<std::unique_ptr<EventClient>> members;
    for (int i = 0; i < Members; ++i) {
        members.push_back(std::make_unique<EventClient>(server.port()));
        QVERIFY(members.back()->openAs("fast"_ba));
        QVERIFY(members.back()->join(u"r"_s));
    }
    EventClient slow(server.port(), RawClient::Options{"127.0.0.1"_ba, {}, 4096});
    QVERIFY(slow.openAs("slow"_ba));
    QVERIFY(slow.join(u"r"_s));
    const QString id = api.idOf("slow"_ba);

    const qint64 before = server.residentBytes();
    qint64 most = before;
    int sent = 0;
    int delivered = Members + 1;
    while (delivered == Members + 1 && sent < MaxBroadcasts) {
        const QByteArray message = payloadOf(sent++);
        QByteArray body = message;
        delivered = api.post("/api/broadcast"_ba, body.insert(1, R"("room":"r",)"))
                        .json()
                        .value("delivered"_L1)
                        .toInt(-1);
        for (const auto &member : members) {
            const auto frame = member->readFrame();
            QVERIFY(frame);
            QVERIFY(frame->payload == message);
        }
        most = std::max(most, server.residentBytes());
    }
    QCOMPARE(delivered, Members);
    // What was queued for the slow one comes whole, up to its end.
    for (int n = 0; n < sent - 1; ++n) {
        const auto frame = slow.readFrame();
        QVERIFY(frame);
        QVERIFY(frame->payload == payloadOf(n));
    }
    const auto close = slow.readFrame();
    QVERIFY(close);
    QCOMPARE(close->opcode, WireFrame::Close);
    QCOMPARE(close->closeCode(), 1013);
    QCOMPARE(close->closeReason(), "send queue is full"_ba);
    QVERIFY(slow.sendClose(1013));
    QVERIFY(slow.raw().waitForClosed());

    QVERIFY2(most - before < 16 * MiB, qPrintable(u"%1 KiB"_s.arg((most - before) / 1024)));
    QCOMPARE(api.metric("truepeer_slow_clients_closed_total{protocol=\"websocket\"}"), 1);
    const QJsonObject closed = server.waitForEvent(u"client_closed"_s, {{u"id"_s, id.toInt()}});
    QCOMPARE(closed.value("code"_L1).toInt(), 1013);
    QCOMPARE(closed.value("initiator"_L1).toString(), u"server"_s);
    for (const auto &member : members)
        QVERIFY(member->isResponsive());
}

// A member that stops for less than its queue holds gets everything.
void tst_SlowReader::pausesAreNoFault()
{
    constexpr int Broadcasts = 15;
    ServerProcess server{QByteArray(Config)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    ApiClient api(server.port(), "k"_ba);
    EventClient member(server.port(), RawClient::Options{"127.0.0.1"_ba, {}, 4096});
    QVERIFY(member.open());
    for (int round = 0; round < 3; ++round) {
        for (int n = 0; n < Broadcasts; ++n)
            QCOMPARE(api.post("/api/broadcast"_ba, payloadOf(n)).status, 200);
        for (int n = 0; n < Broadcasts; ++n) {
            const auto frame = member.readFrame();
            QVERIFY(frame);
            QVERIFY(frame->payload == payloadOf(n));
        }
    }
    QVERIFY(member.isResponsive());
    QCOMPARE(api.metric("truepeer_slow_clients_closed_total{protocol=\"websocket\"}"), 0);
}

QTEST_GUILESS_MAIN(tst_SlowReader)
#include "tst_slowreader.moc"
