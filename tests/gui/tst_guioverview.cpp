// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/format.h"
#include "gui/models/overviewmodel.h"
#include "gui/views/overview/attentionbox.h"
#include "gui/views/overview/attentionrow.h"
#include "gui/views/overview/overviewview.h"
#include "gui/views/overview/statustile.h"
#include "gui/views/overview/tilegrid.h"
#include "gui/views/overview/topbox.h"
#include "gui/widgets/chartcursor.h"
#include "gui/widgets/chartlegend.h"
#include "gui/widgets/timeserieschart.h"
#include "tests/gui/fakelink.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QLabel>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>
#include <QToolButton>

#include <algorithm>
#include <utility>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Now = 1'800'000'000;

QJsonArray pointsFrom(qint64 first, qint64 last, int step, double value)
{
    QJsonArray points;
    for (qint64 time = first; time <= last; time += step)
        points.append(QJsonArray{time, value});
    return points;
}

std::vector<TimePoint> run(qint64 first, qint64 last, double value, int step = 1)
{
    return timePoints(pointsFrom(first, last, step, value));
}

TimeSeries series(const std::vector<TimePoint> &points, int step = 1)
{
    TimeSeries made;
    made.merge(step, points);
    return made;
}

// As the server: the finest steps that reach as far, up to `newest`.
RpcResult historyUpTo(qint64 newest, const QJsonObject &params, qint64 started = 0)
{
    const qint64 seconds = params.value("seconds"_L1).toInteger();
    const int step = seconds <= 300 ? 1 : seconds <= 3600 ? 10 : 60;
    const qint64 last = newest / step * step;
    qint64 first = last;
    while (first - step > newest - seconds && first - step >= started)
        first -= step;
    return QJsonObject{{u"step_s"_s, step}, {u"points"_s, pointsFrom(first, last, step, 7)}};
}

QJsonObject statusAnswer()
{
    return {{u"status"_s, u"healthy"_s},
            {u"ready"_s, true},
            {u"uptime"_s, 12345},
            {u"clients"_s, 12},
            {u"clients_max"_s, 10000},
            {u"rejected"_s, 1204},
            {u"loop_lag_ms"_s, 0.4},
            {u"rates"_s, QJsonObject{{u"connects"_s, 0.4},
                                     {u"disconnects"_s, 0},
                                     {u"messages_in"_s, 30},
                                     {u"messages_out"_s, 1200},
                                     {u"bytes_in"_s, 2048},
                                     {u"bytes_out"_s, 524288}}}};
}

QJsonObject finding(const QString &id, const QString &severity, const QString &title,
                    const QString &subject = {})
{
    return {{u"id"_s, id},
            {u"subject"_s, subject},
            {u"severity"_s, severity},
            {u"title"_s, title},
            {u"detail"_s, u"What it means."_s}};
}

struct FakeOverview : FakeServer
{
    qint64 newest = Now;
    qint64 started = 0;

    FakeOverview()
    {
        link.answer(u"history"_s, [this](const QJsonObject &params) {
            return historyUpTo(newest, params, started);
        });
        link.answer(u"status"_s, statusAnswer());
        link.answer(u"diagnose"_s, QJsonArray());
        link.answer(u"events.recent"_s, QJsonArray());
        link.answer(u"clients.list"_s, QJsonObject{{u"items"_s, QJsonArray()}});
        link.answer(u"rooms.list"_s, QJsonObject{{u"items"_s, QJsonArray()}});
    }

    // The seconds that were asked for, of the series "clients".
    QList<qint64> asked() const
    {
        QList<qint64> seconds;
        for (const QJsonObject &params : link.callsOf(u"history"_s)) {
            if (params.value("series"_L1) == "clients"_L1)
                seconds.append(params.value("seconds"_L1).toInteger());
        }
        return seconds;
    }
};

// What was called is answered; nothing else is under way.
void settle()
{
    bool isDone = false;
    QTimer::singleShot(0, [&isDone] { QTimer::singleShot(0, [&isDone] { isDone = true; }); });
    QTRY_VERIFY(isDone);
}

} // namespace

class tst_GuiOverview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void merged_data();
    void merged();
    void valueAtTime();
    void rejectedLately();
    void health_data();
    void health();

    void valueAxis_data();
    void valueAxis();
    void timeAxis_data();
    void timeAxis();
    void linesBreakAtGaps();
    void spikesSurvive();
    void areaBelow();

    void historyAsksForTheTailOnly();
    void historyAsksEachRangeAtItsOwnPace();
    void historyFillsWhatAPauseLeft();
    void historyKeepsWhatTheServerForgot();
    void historyIsQuietWhileHidden();
    void historyOfAnotherServer();
    void attentionListsFindings();
    void attentionAsksAfterTrustChanges();
    void markers();
    void topLists();

    void chartCursorIsShared();
    void chartReadsByKeyboard();
    void chartReadsByMouse();
    void chartSolo();
    void chartCopies();
    void chartDescribesItself();

    void pagePlaceholders();
    void pageFigures();
    void pageNavigates();
    void pageSaysThatNothingIsWrong();
    void pageRange();
    void pageFitsItsWidth();
};

void tst_GuiOverview::merged_data()
{
    QTest::addColumn<int>("step");
    QTest::addColumn<QJsonArray>("answer");
    QTest::addColumn<QList<qint64>>("times");

    // Before: 100 to 104 in steps of 1.
    QTest::newRow("the tail replaces what it is about, and goes on")
        << 1 << pointsFrom(103, 106, 1, 2) << QList<qint64>{100, 101, 102, 103, 104, 105, 106};
    QTest::newRow("after a restart the earlier points stay, with a gap")
        << 1 << pointsFrom(110, 111, 1, 2) << QList<qint64>{100, 101, 102, 103, 104, 110, 111};
    QTest::newRow("when the clock was set back, later points go")
        << 1 << pointsFrom(101, 102, 1, 2) << QList<qint64>{100, 101, 102};
    QTest::newRow("an empty answer changes nothing")
        << 1 << QJsonArray() << QList<qint64>{100, 101, 102, 103, 104};
    QTest::newRow("other steps replace everything")
        << 10 << pointsFrom(90, 110, 10, 2) << QList<qint64>{90, 100, 110};
    QTest::newRow("points out of order, and what is no point, are left out")
        << 1
        << QJsonArray{QJsonArray{104, 1}, QJsonArray{103, 1}, u"x"_s, QJsonArray{105},
                      QJsonArray{106, 1}}
        << QList<qint64>{100, 101, 102, 103, 104, 106};
}

void tst_GuiOverview::merged()
{
    QFETCH(const int, step);
    QFETCH(const QJsonArray, answer);
    QFETCH(const QList<qint64>, times);
    TimeSeries held = series(run(100, 104, 1));
    held.merge(step, timePoints(answer));
    QList<qint64> found;
    for (const TimePoint &point : held.points())
        found.append(point.time);
    QCOMPARE(found, times);
}

void tst_GuiOverview::valueAtTime()
{
    TimeSeries held = series(run(100, 120, 3, 10), 10);
    held.merge(10, run(150, 150, 4, 10));
    QCOMPARE(held.at(109), std::optional(3.0));
    QCOMPARE(held.at(99), std::nullopt);
    QCOMPARE(held.at(135), std::nullopt); // the gap
    QCOMPARE(held.at(159), std::optional(4.0));
    QCOMPARE(held.at(160), std::nullopt);
    QVERIFY(held.isJoined(1));
    QVERIFY(!held.isJoined(3));
    QVERIFY(!held.isJoined(0));
}

void tst_GuiOverview::rejectedLately()
{
    RejectedTrend trend;
    trend.add(1000, 50);
    QCOMPARE(trend.lately().seconds, 0);
    trend.add(1100, 53);
    trend.add(1200, 53);
    QCOMPARE(trend.lately().count, 3);
    QCOMPARE(trend.lately().seconds, 200);
    trend.add(1400, 60);
    QCOMPARE(trend.lately().count, 7); // since 1100
    QCOMPARE(trend.lately().seconds, 300);
    trend.add(1402, 64);
    QCOMPARE(trend.series().latest(), std::optional(2.0));
    trend.add(5, 1); // the server was started again
    QCOMPARE(trend.lately().count, 0);
    QVERIFY(trend.series().isEmpty());
}

void tst_GuiOverview::health_data()
{
    QTest::addColumn<QJsonObject>("answer");
    QTest::addColumn<QString>("text");
    QTest::addColumn<Tone>("tone");

    QTest::newRow("healthy") << QJsonObject{{u"status"_s, u"healthy"_s}, {u"ready"_s, true}}
                             << u"Healthy"_s << Tone::Ok;
    QTest::newRow("draining") << QJsonObject{{u"status"_s, u"draining"_s},
                                             {u"draining"_s, true},
                                             {u"ready"_s, false}}
                              << u"Draining"_s << Tone::Warning;
    QTest::newRow("a loop that hangs is not ready")
        << QJsonObject{{u"status"_s, u"healthy"_s}, {u"ready"_s, false}} << u"Not ready"_s
        << Tone::Error;
    QTest::newRow("a word of a newer server is shown as it is")
        << QJsonObject{{u"status"_s, u"degraded"_s}, {u"ready"_s, true}} << u"Degraded"_s
        << Tone::Error;
}

void tst_GuiOverview::health()
{
    QFETCH(const QJsonObject, answer);
    const StatusSnapshot status = StatusSnapshot::of(answer);
    QTEST(status.health, "text");
    QTEST(status.healthTone, "tone");
}

void tst_GuiOverview::valueAxis_data()
{
    QTest::addColumn<double>("largest");
    QTest::addColumn<ChartUnit>("unit");
    QTest::addColumn<double>("top");
    QTest::addColumn<double>("step");

    QTest::newRow("no clients: whole numbers") << 0.0 << ChartUnit::Count << 4.0 << 2.0;
    QTest::newRow("a round number fits exactly") << 100.0 << ChartUnit::Count << 100.0 << 50.0;
    QTest::newRow("a little more needs more") << 101.0 << ChartUnit::Count << 150.0 << 50.0;
    QTest::newRow("many clients") << 12431.0 << ChartUnit::Count << 15000.0 << 5000.0;
    QTest::newRow("rates have decimals") << 1.4 << ChartUnit::Rate << 1.5 << 0.5;
    QTest::newRow("no rate") << 0.0 << ChartUnit::Rate << 1.0 << 0.5;
    QTest::newRow("bytes step in powers of two")
        << 700.0 * 1024 << ChartUnit::ByteRate << 768.0 * 1024 << 256.0 * 1024;
    QTest::newRow("no bytes") << 0.0 << ChartUnit::Bytes << 1024.0 << 512.0;
    QTest::newRow("milliseconds") << 18.0 << ChartUnit::Milliseconds << 20.0 << 10.0;
}

void tst_GuiOverview::valueAxis()
{
    QFETCH(const double, largest);
    QFETCH(const ChartUnit, unit);
    const ValueScale scale = valueScale(largest, unit, 3);
    QTEST(scale.top, "top");
    QTEST(scale.step, "step");
    QVERIFY(scale.top / scale.step <= 3.0001 || unit == ChartUnit::Count);
}

void tst_GuiOverview::timeAxis_data()
{
    QTest::addColumn<qint64>("span");
    QTest::addColumn<int>("most");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("length");

    QTest::newRow("five minutes") << qint64(300) << 6 << 60 << 5;
    QTest::newRow("half a minute: with seconds") << qint64(30) << 7 << 5 << 8;
    QTest::newRow("an hour") << qint64(3600) << 7 << 600 << 5;
    QTest::newRow("a day on a narrow chart") << qint64(86400) << 5 << 21600 << 5;
}

void tst_GuiOverview::timeAxis()
{
    QFETCH(const qint64, span);
    QFETCH(const int, most);
    QFETCH(const int, step);
    QFETCH(const int, length);
    const std::vector<TimeTick> ticks = timeTicks(Now - span, Now, most);
    QVERIFY(ticks.size() >= 2);
    QVERIFY(int(ticks.size()) <= most);
    for (size_t i = 0; i < ticks.size(); ++i) {
        QVERIFY(ticks[i].time >= Now - span && ticks[i].time <= Now);
        QCOMPARE(ticks[i].text.size(), length);
        if (i > 0)
            QCOMPARE(ticks[i].time - ticks[i - 1].time, step);
    }
    const QDateTime local = QDateTime::fromSecsSinceEpoch(ticks.front().time);
    QCOMPARE(local.time().msecsSinceStartOfDay() / 1000 % step, 0);
}

void tst_GuiOverview::linesBreakAtGaps()
{
    TimeSeries held = series(run(0, 10, 0));
    held.merge(1, run(20, 20, 5));
    held.merge(1, run(30, 40, 10));
    const ChartFrame frame{{0, 0, 400, 100}, 0, 40, 10};
    const std::vector<QPolygonF> lines = chartLines(held, frame);
    QCOMPARE(lines.size(), 3);
    QCOMPARE(lines[0].size(), 11);
    QCOMPARE(lines[0].first(), QPointF(0, 100)); // zero is zero
    QCOMPARE(lines[0].last(), QPointF(100, 100));
    QCOMPARE(lines[1], QPolygonF({QPointF(200, 50)}));
    QCOMPARE(lines[2].first(), QPointF(300, 0));
}

void tst_GuiOverview::spikesSurvive()
{
    std::vector<TimePoint> points = run(0, 9999, 1);
    points[5003].value = 100;
    points[5004].value = 0;
    const ChartFrame frame{{0, 0, 100, 100}, 0, 9999, 100};
    const std::vector<QPolygonF> lines = chartLines(series(points), frame);
    QCOMPARE(lines.size(), 1);
    QVERIFY(lines[0].size() <= 4 * 101);
    const QRectF reach = lines[0].boundingRect();
    QCOMPARE(reach.top(), 0.0);
    QCOMPARE(reach.bottom(), 100.0);
    const bool isOrdered =
        std::is_sorted(lines[0].begin(), lines[0].end(),
                       [](const QPointF &a, const QPointF &b) { return a.x() < b.x(); });
    QVERIFY(isOrdered);
}

void tst_GuiOverview::areaBelow()
{
    const QPolygonF line({QPointF(10, 40), QPointF(14, 40), QPointF(14, 0), QPointF(18, 40)});
    const std::vector<ChartColumn> columns = chartColumns(line);
    QCOMPARE(columns.size(), 8);
    QCOMPARE(columns.front(), (ChartColumn{10, 40}));
    QCOMPARE(columns[4], (ChartColumn{14, 5}));
    QCOMPARE(columns.back(), (ChartColumn{17, 35}));
    QVERIFY(chartColumns({}).empty());
    QVERIFY(chartColumns(QPolygonF({QPointF(1, 1)})).empty());
}

void tst_GuiOverview::historyAsksForTheTailOnly()
{
    FakeOverview server;
    HistoryModel model(server.context);
    QSignalSpy changed(&model, &HistoryModel::changed);
    model.setLive(true);
    QTRY_COMPARE(changed.size(), 1); // once for all series
    QCOMPARE(server.link.callsOf(u"history"_s).size(), 9);
    QCOMPARE(model.series(HistoryRange::FiveMinutes, Measure::LoopLag).points().size(), 300);
    QCOMPARE(model.newest(HistoryRange::FiveMinutes), Now);

    server.newest = Now + 2;
    Q_EMIT server.pace.tick();
    Q_EMIT server.pace.tick(); // while the answers are waited for
    QTRY_COMPARE(changed.size(), 2);
    QCOMPARE(server.asked(), (QList<qint64>{300, 10}));
    const std::vector<TimePoint> &points =
        model.series(HistoryRange::FiveMinutes, Measure::Clients).points();
    QCOMPARE(points.back().time, Now + 2);
    QCOMPARE(points.front().time, Now + 2 - 300);
}

void tst_GuiOverview::historyAsksEachRangeAtItsOwnPace()
{
    FakeOverview server;
    HistoryModel model(server.context);
    model.setLive(true);
    model.setRange(HistoryRange::Hour);
    settle();
    QCOMPARE(server.asked(), (QList<qint64>{300, 3600}));
    QCOMPARE(model.series(HistoryRange::Hour, Measure::Clients).step(), 10);
    QCOMPARE(model.series(HistoryRange::Hour, Measure::Clients).points().size(), 360);

    server.link.forgetCalls();
    for (int tick = 1; tick <= 20; ++tick) {
        server.newest = Now + tick;
        Q_EMIT server.pace.tick();
        settle();
    }
    QList<qint64> longer = server.asked();
    QCOMPARE(longer.removeAll(10), 20);
    QCOMPARE(longer, (QList<qint64>{310, 310}));
    QCOMPARE(model.series(HistoryRange::Hour, Measure::Clients).points().back().time, Now + 20);
    QCOMPARE(model.series(HistoryRange::Hour, Measure::Clients).step(), 10);
}

void tst_GuiOverview::historyFillsWhatAPauseLeft()
{
    FakeOverview server;
    HistoryModel model(server.context);
    model.setLive(true);
    settle();
    server.newest = Now + 100;
    Q_EMIT server.pace.tick();
    settle();
    Q_EMIT server.pace.tick();
    settle();
    Q_EMIT server.pace.tick();
    settle();
    QCOMPARE(server.asked(), (QList<qint64>{300, 10, 300, 10}));
    const std::vector<TimePoint> &points =
        model.series(HistoryRange::FiveMinutes, Measure::Clients).points();
    QCOMPARE(points.back().time - points.front().time + 1, qint64(points.size()));
}

void tst_GuiOverview::historyKeepsWhatTheServerForgot()
{
    FakeOverview server;
    HistoryModel model(server.context);
    model.setLive(true);
    settle();
    server.link.hold(u"history"_s);
    Q_EMIT server.pace.tick();
    server.link.setUp(false);
    QCOMPARE(model.series(HistoryRange::FiveMinutes, Measure::Clients).points().size(), 300);

    server.started = Now + 20;
    server.newest = Now + 25;
    server.link.setUp(true);
    server.link.release(u"history"_s); // also those of the connection before
    settle();
    const TimeSeries &held = model.series(HistoryRange::FiveMinutes, Measure::Clients);
    QCOMPARE(held.at(Now), std::optional(7.0));
    QCOMPARE(held.at(Now + 10), std::nullopt);
    QCOMPARE(held.at(Now + 20), std::optional(7.0));
}

void tst_GuiOverview::historyIsQuietWhileHidden()
{
    FakeOverview server;
    HistoryModel model(server.context);
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
    server.link.setUp(false);
    model.setLive(true);
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
    server.link.setUp(true);
    QCOMPARE(server.asked(), QList<qint64>{300});
    settle();
    model.setLive(false);
    Q_EMIT server.pace.tick();
    QCOMPARE(server.asked(), QList<qint64>{300});
}

void tst_GuiOverview::historyOfAnotherServer()
{
    FakeOverview server;
    server.link.setHello({{u"listen"_s, u"127.0.0.1:6001"_s}});
    HistoryModel model(server.context);
    model.setLive(true);
    settle();
    server.link.setUp(false);
    server.link.setUp(true);
    QVERIFY(model.newest(HistoryRange::FiveMinutes) > 0); // the same one
    server.link.setUp(false);
    server.link.setHello({{u"listen"_s, u"127.0.0.1:6002"_s}});
    server.link.setUp(true);
    QCOMPARE(model.newest(HistoryRange::FiveMinutes), 0);
    QTRY_COMPARE(model.newest(HistoryRange::FiveMinutes), Now);
}

void tst_GuiOverview::attentionListsFindings()
{
    FakeOverview server;
    AttentionModel model(server.context, nullptr,
                         [] { return QDateTime::fromSecsSinceEpoch(Now); });
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
    const QJsonObject slow = finding(u"slow-clients"_s, u"warning"_s, u"Clients are slow"_s);
    const QJsonObject proxy = finding(u"untrusted-headers"_s, u"error"_s,
                                      u"203.0.113.7 looks like your proxy"_s, u"203.0.113.7"_s);
    server.link.answer(u"diagnose"_s, QJsonArray{slow});
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(model.checkedAt().toSecsSinceEpoch(), Now);

    server.link.answer(u"diagnose"_s, QJsonArray{proxy, slow, slow});
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 3); // also the two that have the same id and subject
    const QModelIndex first = model.index(0, 0);
    QCOMPARE(first.data().toString(), u"203.0.113.7 looks like your proxy"_s);
    QCOMPARE(first.data(AttentionModel::FindingIdRole).toString(), u"untrusted-headers"_s);
    QCOMPARE(first.data(ToneRole).toInt(), int(Tone::Error));
    QCOMPARE(first.data(AttentionModel::DetailRole).toString(), u"What it means."_s);

    server.link.answer(u"diagnose"_s, QJsonArray{slow, proxy});
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 0).data(AttentionModel::FindingIdRole).toString(), u"slow-clients"_s);
    QCOMPARE(moved.size(), 1);

    model.setWarnings({u"Clients are slow"_s, u"The disk is full"_s});
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(model.index(2, 0).data().toString(), u"The disk is full"_s);

    server.mask.setOn(true);
    QVERIFY(!model.index(1, 0).data().toString().contains("203.0.113.7"_L1));
    QCOMPARE(resets.size(), 0);
}

void tst_GuiOverview::attentionAsksAfterTrustChanges()
{
    FakeOverview server;
    AttentionModel model(server.context);
    server.link.notify(u"trust.changed"_s, {});
    QVERIFY(server.link.calls().isEmpty()); // hidden
    model.setLive(true);
    settle();
    for (int tick = 0; tick < 10; ++tick)
        Q_EMIT server.pace.tick();
    QCOMPARE(server.link.callsOf(u"diagnose"_s).size(), 2);
    server.link.notify(u"trust.changed"_s, {});
    QCOMPARE(server.link.callsOf(u"diagnose"_s).size(), 3);
}

void tst_GuiOverview::markers()
{
    FakeOverview server;
    server.link.setHello({{u"listen"_s, u"[::1]:6001"_s}, {u"started"_s, Now - 100}});
    server.link.answer(
        u"events.recent"_s,
        QJsonArray{QJsonObject{{u"type"_s, u"trust.changed"_s},
                               {u"at_ms"_s, (Now - 50) * 1000},
                               {u"actor"_s, u"uid 1000 (alice)"_s},
                               {u"detail"_s, u"203.0.113.7 added"_s}},
                   QJsonObject{{u"type"_s, u"client.kicked"_s}, {u"at_ms"_s, (Now - 40) * 1000}}});
    MarkerModel model(server.context);
    QCOMPARE(model.markers().size(), 1);
    model.setLive(true);
    QTRY_COMPARE(model.markers().size(), 2);
    QCOMPARE(model.markers()[0].kind, TimeMarker::Kind::Start);
    QCOMPARE(model.markers()[1].text,
             u"Trust list changed by uid 1000 (alice): 203.0.113.7 added"_s);
    QCOMPARE(model.markers()[1].time, Now - 50);

    // The server is started again, and knows no events of the run before.
    server.link.setUp(false);
    server.link.setHello({{u"listen"_s, u"[::1]:6001"_s}, {u"started"_s, Now + 5}});
    server.link.answer(u"events.recent"_s, QJsonArray());
    QSignalSpy changed(&model, &MarkerModel::changed);
    server.link.setUp(true);
    QCOMPARE(model.markers().size(), 3);
    QCOMPARE(model.markers()[2].time, Now + 5);
    settle();
    QCOMPARE(changed.size(), 1); // nothing new in the answer
    server.mask.setOn(true);
    QVERIFY(!model.markers()[1].text.contains("203.0.113.7"_L1));
}

void tst_GuiOverview::topLists()
{
    FakeOverview server;
    TopListModel model(TopListModel::Of::Clients, server.context);
    const QAbstractItemModelTester tester(&model,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    QSignalSpy resets(&model, &QAbstractItemModel::modelReset);
    const auto client = [](const QString &id, int queue) {
        return QJsonObject{
            {u"id"_s, id}, {u"client"_s, u"203.0.113.9"_s}, {u"queue_bytes"_s, queue}};
    };
    server.link.answer(u"clients.list"_s, QJsonObject{{u"items"_s, QJsonArray{client(u"1"_s, 4096),
                                                                              client(u"2"_s, 1024),
                                                                              client(u"3"_s, 0)}}});
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 2); // those that nothing waits for are left out
    QCOMPARE(server.link.callsOf(u"clients.list"_s).constFirst().value("sort"_L1),
             "queue_bytes"_L1);
    const QModelIndex second = model.index(1, TopListModel::FigureColumn);
    QCOMPARE(second.data(ShareRole).toDouble(), 0.25);
    QCOMPARE(second.data().toString(), bytesText(1024));
    QCOMPARE(second.data(TopListModel::IdRole).toString(), u"2"_s);
    server.link.answer(u"clients.list"_s,
                       QJsonObject{{u"items"_s, QJsonArray{client(u"2"_s, 5000)}}});
    for (int tick = 0; tick < 5; ++tick)
        Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 1);
    QCOMPARE(model.index(0, 0).data(KeyRole).toString(), u"2"_s);
    QCOMPARE(resets.size(), 0);
}

namespace {

// Two charts with one cursor; the first has a gap from Now - 20 to Now - 11.
struct TwoCharts
{
    ChartCursor cursor;
    QWidget window;
    TimeSeriesChart first{u"Messages per second"_s, ChartUnit::Rate, cursor, &window};
    TimeSeriesChart second{u"Clients"_s, ChartUnit::Count, cursor, &window};

    TwoCharts()
    {
        first.addSeries(u"In"_s);
        first.addSeries(u"Out"_s);
        second.addSeries(u"Connected"_s);
        TimeSeries in = series(run(Now - 60, Now - 21, 3));
        in.merge(1, run(Now - 10, Now, 12));
        first.setData({in, series(run(Now - 60, Now, 400))}, Now - 60, Now);
        second.setData({series(run(Now - 60, Now, 5))}, Now - 60, Now);
        window.resize(1000, 240);
        first.setGeometry(0, 0, 500, 240);
        second.setGeometry(500, 0, 500, 240);
        window.show();
    }
};

} // namespace

void tst_GuiOverview::chartCursorIsShared()
{
    TwoCharts charts;
    charts.cursor.setTime(Now - 30);
    QCOMPARE(charts.first.plot().readOut().at(1), u"In\t3/s"_s);
    QCOMPARE(charts.second.plot().readOut().at(1), u"Connected\t5"_s);
    const auto legend = charts.first.findChildren<ChartLegendButton *>();
    QCOMPARE(legend.at(0)->value(), u"3/s"_s);
    charts.cursor.setTime(Now - 15);
    QCOMPARE(charts.first.plot().readOut().at(1), u"In\t\u2014"_s); // a gap is no zero
    QCOMPARE(legend.at(0)->value(), u"\u2014"_s);
    charts.cursor.setTime(std::nullopt);
    QVERIFY(charts.first.plot().readOut().isEmpty());
    QCOMPARE(legend.at(0)->value(), u"12/s"_s); // the newest
}

void tst_GuiOverview::chartReadsByKeyboard()
{
    TwoCharts charts;
    ChartPlot &plot = charts.first.plot();
    QTest::keyClick(&plot, Qt::Key_Left);
    QCOMPARE(charts.cursor.time(), std::optional(Now));
    QTest::keyClick(&plot, Qt::Key_Left);
    QCOMPARE(charts.cursor.time(), std::optional(Now - 1));
    QTest::keyClick(&plot, Qt::Key_Left, Qt::ShiftModifier);
    QCOMPARE(charts.cursor.time(), std::optional(Now - 21)); // over the gap
    QTest::keyClick(&plot, Qt::Key_Home);
    QCOMPARE(charts.cursor.time(), std::optional(Now - 60));
    QTest::keyClick(&plot, Qt::Key_Right);
    QCOMPARE(charts.cursor.time(), std::optional(Now - 59));
    QTest::keyClick(&plot, Qt::Key_Escape);
    QCOMPARE(charts.cursor.time(), std::nullopt);
}

void tst_GuiOverview::chartReadsByMouse()
{
    TwoCharts charts;
    charts.first.setMarkers({{Now - 30, TimeMarker::Kind::Trust, u"trust"_s, u"by alice"_s}});
    ChartPlot &plot = charts.first.plot();
    const ChartFrame frame = plot.frame();
    QTest::mouseMove(&plot, QPoint(int(frame.x(Now - 30)), 50));
    QTRY_COMPARE(charts.cursor.time(), std::optional(Now - 30));
    QCOMPARE(plot.readOut().constLast(), u"by alice"_s);
    // The lines move on, the pointer does not.
    charts.first.setData({series(run(Now - 50, Now + 10, 3)), {}}, Now - 50, Now + 10);
    QCOMPARE(charts.cursor.time(), std::optional(Now - 20));
}

void tst_GuiOverview::chartSolo()
{
    TwoCharts charts;
    ChartPlot &plot = charts.first.plot();
    const auto legend = charts.first.findChildren<ChartLegendButton *>();
    QCOMPARE(plot.frame().top, 400.0);
    QTest::mouseClick(legend.at(0), Qt::LeftButton);
    QCOMPARE(plot.solo(), std::optional<size_t>(0));
    QVERIFY(plot.frame().top < 100); // the axis fits what is shown
    QTest::mouseClick(legend.at(1), Qt::LeftButton);
    QCOMPARE(plot.solo(), std::optional<size_t>(1));
    QVERIFY(!legend.at(0)->isChecked());
    QTest::mouseClick(legend.at(1), Qt::LeftButton);
    QCOMPARE(plot.solo(), std::nullopt);
}

void tst_GuiOverview::chartCopies()
{
    TwoCharts charts;
    TimeSeries in = series(run(Now - 1, Now - 1, 0.5));
    charts.first.setData({in, series(run(Now - 1, Now, 400))}, Now - 60, Now);
    charts.first.copyValues();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"Time\tIn\tOut\n"_s + dateTimeText(Now - 1)
                                                       + u"\t0.5\t400\n"_s + dateTimeText(Now)
                                                       + u"\t\t400\n"_s);
}

void tst_GuiOverview::chartDescribesItself()
{
    TwoCharts charts;
    const ChartPlot &plot = charts.first.plot();
    QCOMPARE(plot.accessibleName(), u"Messages per second"_s);
    QVERIFY(plot.accessibleDescription().startsWith("In: 12/s, Out: 400/s"_L1));
    // What ended before the chart does is not the present.
    charts.first.setData({series(run(Now - 60, Now - 20, 3)), series(run(Now - 60, Now, 9))},
                         Now - 60, Now);
    QVERIFY(plot.accessibleDescription().startsWith(u"In: \u2014, Out: 9/s"_s));
}

namespace {

struct ShownPage
{
    FakeOverview server;
    OverviewModel model{server.context};
    QWidget window; // bears what the page says of its size, which offscreen windows warn of
    OverviewView *page = new OverviewView(model, &window);

    void show(int width = 1280, int height = 900)
    {
        page->resize(width, height);
        window.resize(width, height);
        window.show();
        settle();
    }
    StatusTile *tile(const QString &name) const { return page->findChild<StatusTile *>(name); }
};

} // namespace

void tst_GuiOverview::pagePlaceholders()
{
    ShownPage shown;
    shown.server.link.setUp(false);
    shown.show();
    QVERIFY(shown.tile(u"clientsTile"_s)->figures().empty());
    QCOMPARE(shown.tile(u"clientsTile"_s)->accessibleName(), u"Clients: not known yet"_s);
    QCOMPARE(shown.page->findChild<QLabel *>(u"attentionEmpty"_s)->text(), u"Not checked yet"_s);
    const auto legend = shown.page->findChildren<ChartLegendButton *>();
    QCOMPARE(legend.size(), 9);
    for (const ChartLegendButton *button : legend)
        QCOMPARE(button->value(), u"\u2014"_s);
    QVERIFY(shown.server.link.calls().isEmpty());
}

void tst_GuiOverview::pageFigures()
{
    ShownPage shown;
    QVERIFY(shown.server.link.calls().isEmpty()); // nobody looks
    shown.show();
    QTRY_VERIFY(!shown.tile(u"clientsTile"_s)->figures().empty());
    const auto figure = [&](const QString &name, size_t index) {
        return shown.tile(name)->figures().at(index);
    };
    QCOMPARE(figure(u"clientsTile"_s, 0).number, u"12"_s);
    QCOMPARE(figure(u"connectionsTile"_s, 0).number, u"0.4"_s);
    QCOMPARE(figure(u"connectionsTile"_s, 1).number, u"0"_s);
    QCOMPARE(figure(u"bytesTile"_s, 0), (TileFigure{u"2.0"_s, u"KiB"_s, u"in"_s}));
    QCOMPARE(figure(u"bytesTile"_s, 1), (TileFigure{u"512"_s, u"KiB"_s, u"out"_s}));
    QCOMPARE(figure(u"healthTile"_s, 0), (TileFigure{u"3h 25m"_s, {}, u"Healthy"_s}));
    QCOMPARE(figure(u"lagTile"_s, 0).unit, u"ms"_s);
    const QSize before = shown.tile(u"clientsTile"_s)->size();

    QJsonObject busy = statusAnswer();
    busy.insert("clients"_L1, 9000);
    busy.insert("rejected"_L1, 1207);
    busy.insert("uptime"_L1, 12347);
    shown.server.pace.setPaused(true);
    shown.server.link.notify(u"status"_s, busy);
    QCOMPARE(figure(u"clientsTile"_s, 0).number, u"12"_s);
    shown.server.pace.setPaused(false);
    shown.server.link.notify(u"status"_s, busy);
    QCOMPARE(figure(u"clientsTile"_s, 0).number, countText(9000));
    QCOMPARE(shown.tile(u"clientsTile"_s)->tone(), Tone::Warning);
    QCOMPARE(shown.tile(u"clientsTile"_s)->size(), before);
    QCOMPARE(figure(u"rejectedTile"_s, 0).note, u"+3 in 2s"_s);

    // Without a connection they stay.
    shown.server.link.setUp(false);
    Q_EMIT shown.server.pace.tick();
    settle();
    QCOMPARE(figure(u"clientsTile"_s, 0).number, countText(9000));
    shown.window.hide();
    shown.server.link.setUp(true);
    shown.server.link.forgetCalls();
    Q_EMIT shown.server.pace.tick();
    QVERIFY(shown.server.link.calls().isEmpty());
}

void tst_GuiOverview::pageNavigates()
{
    ShownPage shown;
    QJsonArray findings;
    for (int i = 0; i < 8; ++i)
        findings.append(
            finding(u"list-warning"_s, u"warning"_s, u"<b>Entry</b>"_s, QString::number(i)));
    shown.server.link.answer(u"diagnose"_s, findings);
    shown.server.link.answer(
        u"rooms.list"_s,
        QJsonObject{{u"items"_s, QJsonArray{QJsonObject{{u"namespace"_s, u"/chat"_s},
                                                        {u"room"_s, u"lobby"_s},
                                                        {u"members"_s, 3}}}}});
    shown.show();
    QSignalSpy clients(shown.page, &Page::clientsWanted);
    QSignalSpy wanted(shown.page, &Page::findingWanted);
    QSignalSpy rooms(shown.page, &Page::roomWanted);

    StatusTile *tile = shown.tile(u"clientsTile"_s);
    QVERIFY(tile->focusPolicy() & Qt::TabFocus);
    QTest::keyClick(tile, Qt::Key_Space);
    QCOMPARE(clients.size(), 1);
    QCOMPARE(shown.tile(u"lagTile"_s)->focusPolicy(), Qt::NoFocus); // leads nowhere

    auto *box = shown.page->findChild<AttentionBox *>();
    const auto rows = box->findChildren<AttentionRow *>();
    QCOMPARE(rows.size(), 8);
    QCOMPARE(std::count_if(rows.begin(), rows.end(),
                           [](const AttentionRow *row) { return row->isVisible(); }),
             6);
    auto *button = rows.at(0)->findChild<QToolButton *>();
    QCOMPARE(button->accessibleName(), u"Show warning: <b>Entry</b>"_s);
    button->click();
    QCOMPARE(wanted.takeFirst().at(0).toString(), u"list-warning"_s);
    for (const QLabel *label : rows.at(0)->findChildren<QLabel *>())
        QVERIFY(!label->toolTip().contains("<b>"_L1)); // strangers' text

    const auto tops = shown.page->findChildren<TopRowButton *>();
    const auto room = std::find_if(tops.begin(), tops.end(),
                                   [](const TopRowButton *row) { return row->isVisible(); });
    QVERIFY(room != tops.end());
    (*room)->click();
    QCOMPARE(rooms.takeFirst(), (QVariantList{u"/chat"_s, u"lobby"_s}));
}

void tst_GuiOverview::pageSaysThatNothingIsWrong()
{
    ShownPage shown;
    shown.show();
    const auto *text = shown.page->findChild<QLabel *>(u"attentionEmpty"_s);
    QTRY_COMPARE(text->text(), u"Nothing needs attention"_s);
    QVERIFY(text->isVisible());
    const auto *checked = shown.page->findChild<QLabel *>(u"attentionChecked"_s);
    QVERIFY(checked->text().startsWith("checked "_L1));

    shown.server.link.answer(u"diagnose"_s,
                             QJsonArray{finding(u"x"_s, u"error"_s, u"Something"_s)});
    shown.page->refresh();
    QTRY_VERIFY(!text->isVisible());
    shown.server.link.answer(u"diagnose"_s, QJsonArray());
    shown.page->refresh();
    QTRY_VERIFY(text->isVisible());
    QVERIFY(shown.page->findChildren<AttentionRow *>().isEmpty());

    shown.server.link.fail(u"diagnose"_s, RpcCode::Busy, u"too many calls"_s);
    shown.page->refresh();
    QTRY_VERIFY(text->text().contains("too many calls"_L1)); // not "nothing"
}

void tst_GuiOverview::pageRange()
{
    ShownPage shown;
    shown.show();
    shown.window.activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(&shown.window));
    shown.server.link.forgetCalls();
    QTest::keyClick(shown.page, Qt::Key_2, Qt::AltModifier);
    QTRY_COMPARE(shown.model.history().range(), HistoryRange::Day);
    QCOMPARE(shown.server.asked(), QList<qint64>{86400});
    auto *chart = shown.page->findChild<TimeSeriesChart *>(u"clientsChart"_s);
    QTRY_COMPARE(chart->plot().to(), Now / 60 * 60);
    QCOMPARE(chart->plot().to() - chart->plot().from(), 86400);

    const QByteArray layout = shown.page->saveLayout();
    ShownPage other;
    other.page->restoreLayout("7"_ba);
    QCOMPARE(other.model.history().range(), HistoryRange::FiveMinutes);
    other.page->restoreLayout(layout);
    QCOMPARE(other.model.history().range(), HistoryRange::Day);
}

void tst_GuiOverview::pageFitsItsWidth()
{
    ShownPage shown;
    shown.show(1600);
    const auto bottom = [&](const QString &name) {
        const StatusTile *tile = shown.tile(name);
        return tile->mapTo(shown.page, tile->rect().bottomRight());
    };
    QTRY_COMPARE(bottom(u"healthTile"_s).y(), bottom(u"clientsTile"_s).y()); // one row
    shown.page->resize(860, 560);
    QTRY_VERIFY(bottom(u"healthTile"_s).y() > bottom(u"clientsTile"_s).y());
    QVERIFY(bottom(u"healthTile"_s).x() <= 860);
    QCOMPARE(bottom(u"healthTile"_s).x(), bottom(u"bytesTile"_s).x()); // both rows are full
    for (const TimeSeriesChart *chart : shown.page->findChildren<TimeSeriesChart *>())
        QVERIFY(chart->mapTo(shown.page, chart->rect().bottomRight()).x() <= 860);
    shown.page->resize(380, 560);
    QTRY_COMPARE(bottom(u"healthTile"_s).x(), bottom(u"connectionsTile"_s).x());
}

QTEST_MAIN(tst_GuiOverview)
#include "tst_guioverview.moc"
