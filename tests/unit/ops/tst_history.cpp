// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/history.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Times = QList<qint64>;

// A server that has counted the same amount in each second since the epoch.
HistorySample steady(qint64 second)
{
    return {.connects = second,
            .disconnects = 2 * second,
            .messagesIn = 3 * second,
            .messagesOut = 4 * second,
            .bytesIn = 5 * second,
            .bytesOut = 6 * second,
            .clients = 7,
            .queueBytes = 8,
            .loopLagMs = 9.5};
}

History recorded(const Times &times)
{
    History history;
    for (const qint64 time : times)
        history.sample(steady(time), time);
    return history;
}

Times range(qint64 first, qint64 last)
{
    Times times;
    for (qint64 time = first; time <= last; ++time)
        times.append(time);
    return times;
}

// "100:1.5 101:2"
QString textOf(const HistorySeries &series)
{
    QStringList points;
    for (const HistoryPoint &point : series.points)
        points.append(u"%1:%2"_s.arg(point.time).arg(point.value));
    return points.join(u' ');
}

QString seriesOf(const History &history, const QString &name, qint64 seconds = 300)
{
    return textOf(history.series(name, seconds).value());
}

} // namespace

class tst_History : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void keepsEachSeries_data();
    void keepsEachSeries();
    void takesTheFinestStepThatReaches_data();
    void takesTheFinestStepThatReaches();
    void refuses_data();
    void refuses();
    void sumsUpLongerSteps_data();
    void sumsUpLongerSteps();
    void keepsGapsAndOrder_data();
    void keepsGapsAndOrder();
    void countsNothingTwice();
    void doesNotGuessWhenTheClockWasSetBack();
    void aTotalThatGoesBackIsNoRate();
    void meansTheRatesOfFiveSeconds_data();
    void meansTheRatesOfFiveSeconds();
    void writesJson();
};

void tst_History::keepsEachSeries_data()
{
    QTest::addColumn<QString>("points");
    QTest::newRow("connects") << u"101:1 102:1"_s;
    QTest::newRow("disconnects") << u"101:2 102:2"_s;
    QTest::newRow("messages_in") << u"101:3 102:3"_s;
    QTest::newRow("messages_out") << u"101:4 102:4"_s;
    QTest::newRow("bytes_in") << u"101:5 102:5"_s;
    QTest::newRow("bytes_out") << u"101:6 102:6"_s;
    QTest::newRow("clients") << u"100:7 101:7 102:7"_s;
    QTest::newRow("queue_bytes") << u"100:8 101:8 102:8"_s;
    QTest::newRow("loop_lag_ms") << u"100:9.5 101:9.5 102:9.5"_s;
}

void tst_History::keepsEachSeries()
{
    QFETCH(const QString, points);
    const QString name = QString::fromLatin1(QTest::currentDataTag());
    QCOMPARE(seriesOf(recorded(range(100, 102)), name), points);
    QCOMPARE(seriesOf(History(), name), QString());
    QVERIFY(History::seriesNames().contains(name));
    QCOMPARE(History::seriesNames().size(), 9);
}

void tst_History::takesTheFinestStepThatReaches_data()
{
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<int>("step");
    QTest::addColumn<int>("count");
    QTest::addColumn<qint64>("first");
    QTest::newRow("the last second") << qint64(1) << 1 << 1 << qint64(149'999);
    QTest::newRow("five minutes") << qint64(300) << 1 << 300 << qint64(149'700);
    QTest::newRow("a second more") << qint64(301) << 10 << 30 << qint64(149'700);
    QTest::newRow("an hour") << qint64(3600) << 10 << 360 << qint64(146'400);
    QTest::newRow("a second more than an hour") << qint64(3601) << 60 << 60 << qint64(146'400);
    QTest::newRow("a day") << qint64(86'400) << 60 << 1440 << qint64(63'600);
    QTest::newRow("more than a day is a day")
        << std::numeric_limits<qint64>::max() << 60 << 1440 << qint64(63'600);
}

// After more than a day, when all rings have wrapped.
void tst_History::takesTheFinestStepThatReaches()
{
    QFETCH(const qint64, seconds);
    QFETCH(const int, step);
    QFETCH(const int, count);
    QFETCH(const qint64, first);
    static const History history = recorded(range(60'000, 149'999));
    const HistorySeries series = history.series(u"messages_in", seconds).value();
    QCOMPARE(series.step, step);
    QCOMPARE(series.points.size(), count);
    for (qint64 i = 0; i < count; ++i)
        QCOMPARE(series.points[size_t(i)], HistoryPoint({first + i * step, 3.0}));
}

void tst_History::refuses_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<qint64>("seconds");
    QTest::addColumn<QString>("message");
    const QString names = u"connects, disconnects, messages_in, messages_out, bytes_in, bytes_out, "
                          "clients, queue_bytes, loop_lag_ms"_s;
    QTest::newRow("a name that is none")
        << u"cpu"_s << qint64(60) << u"unknown series \"cpu\"; there are "_s + names;
    QTest::newRow("no name") << QString() << qint64(60)
                             << u"unknown series \"\"; there are "_s + names;
    QTest::newRow("no time") << u"clients"_s << qint64(0) << u"seconds must be at least 1"_s;
    QTest::newRow("the future") << u"clients"_s << qint64(-1) << u"seconds must be at least 1"_s;
}

void tst_History::refuses()
{
    QFETCH(const QString, name);
    QFETCH(const qint64, seconds);
    QFETCH(const QString, message);
    const Expected<HistorySeries> series = History().series(name, seconds);
    QVERIFY(!series);
    QCOMPARE(series.error().message, message);
}

void tst_History::sumsUpLongerSteps_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("tenSeconds");
    QTest::addColumn<QString>("minutes");
    QTest::newRow("the mean of a gauge")
        << u"clients"_s << u"100:4.5 110:14.5 120:20"_s << u"60:9.5 120:20"_s;
    QTest::newRow("the mean of a rate")
        << u"messages_in"_s << u"100:10 110:20 120:20"_s << u"60:15.2632 120:20"_s;
    QTest::newRow("the longest queue")
        << u"queue_bytes"_s << u"100:9 110:19 120:20"_s << u"60:19 120:20"_s;
    QTest::newRow("the longest lag")
        << u"loop_lag_ms"_s << u"100:500 110:0 120:0"_s << u"60:500 120:0"_s;
}

void tst_History::sumsUpLongerSteps()
{
    QFETCH(const QString, name);
    QFETCH(const QString, tenSeconds);
    QFETCH(const QString, minutes);
    History history;
    qint64 messages = 0;
    for (qint64 i = 0; i <= 20; ++i) {
        messages += i < 10 ? 10 : 20;
        history.sample({.messagesIn = messages,
                        .clients = i,
                        .queueBytes = i,
                        .loopLagMs = i == 3 ? 500.0 : 0.0},
                       100 + i);
    }
    QCOMPARE(seriesOf(history, name, 3600), tenSeconds);
    QCOMPARE(seriesOf(history, name, 86'400), minutes);
}

void tst_History::keepsGapsAndOrder_data()
{
    QTest::addColumn<Times>("times");
    QTest::addColumn<QString>("seconds");
    QTest::addColumn<QString>("tenSeconds");
    QTest::newRow("missed seconds")
        << Times{100, 101, 104, 105} << u"100:7 101:7 104:7 105:7"_s << u"100:7"_s;
    QTest::newRow("a missed step")
        << Times{100, 109, 120} << u"100:7 109:7 120:7"_s << u"100:7 120:7"_s;
    QTest::newRow("twice in a second")
        << Times{100, 101, 101, 102} << u"100:7 101:7 102:7"_s << u"100:7"_s;
    QTest::newRow("back by a second")
        << Times{100, 101, 102, 101, 102, 103} << u"100:7 101:7 102:7 103:7"_s << u"100:7"_s;
    QTest::newRow("back by some steps")
        << Times{100, 101, 110, 120, 101} << u"100:7 101:7"_s << u"100:7"_s;
    QTest::newRow("back before everything")
        << Times{5000, 5001, 50, 51} << u"50:7 51:7"_s << u"50:7"_s;
    QTest::newRow("forward by a day") << Times{100, 86'500} << u"86500:7"_s << u"86500:7"_s;
    QTest::newRow("forward and back") << Times{100, 86'500, 101} << u"100:7 101:7"_s << u"100:7"_s;
}

void tst_History::keepsGapsAndOrder()
{
    QFETCH(const Times, times);
    QFETCH(const QString, seconds);
    QFETCH(const QString, tenSeconds);
    const History history = recorded(times);
    QCOMPARE(seriesOf(history, u"clients"_s), seconds);
    QCOMPARE(seriesOf(history, u"clients"_s, 3600), tenSeconds);
}

void tst_History::countsNothingTwice()
{
    History history;
    history.sample({.messagesIn = 0}, 100);
    history.sample({.messagesIn = 30}, 103); // what was counted in a gap is spread over it
    history.sample({.messagesIn = 40}, 103); // and what comes within a second waits for the next
    history.sample({.messagesIn = 50}, 104);
    QCOMPARE(seriesOf(history, u"messages_in"_s), u"103:10 104:20"_s);
}

void tst_History::doesNotGuessWhenTheClockWasSetBack()
{
    History history;
    history.sample({.messagesIn = 0}, 100);
    history.sample({.messagesIn = 10}, 101);
    history.sample({.messagesIn = 30}, 50);
    history.sample({.messagesIn = 60}, 51);
    QCOMPARE(seriesOf(history, u"messages_in"_s), u"51:30"_s);
    QCOMPARE(seriesOf(history, u"clients"_s), u"50:0 51:0"_s);
}

void tst_History::aTotalThatGoesBackIsNoRate()
{
    History history;
    history.sample({.disconnects = 10}, 100);
    history.sample({.disconnects = 9}, 101);
    history.sample({.disconnects = 12}, 102);
    QCOMPARE(seriesOf(history, u"disconnects"_s), u"101:0 102:3"_s);
}

void tst_History::meansTheRatesOfFiveSeconds_data()
{
    QTest::addColumn<Times>("times");
    QTest::addColumn<QList<qint64>>("messages"); // in total
    QTest::addColumn<double>("rate");
    QTest::newRow("nothing yet") << Times{} << Times{} << 0.0;
    QTest::newRow("a single sample") << Times{100} << Times{50} << 0.0;
    QTest::newRow("two") << Times{100, 101} << Times{50, 60} << 10.0;
    QTest::newRow("what is older does not count")
        << range(100, 106) << Times{0, 1000, 1010, 1020, 1030, 1040, 1060} << 12.0;
    QTest::newRow("after a gap only what came since")
        << Times{100, 101, 200} << Times{0, 50, 248} << 2.0;
}

void tst_History::meansTheRatesOfFiveSeconds()
{
    QFETCH(const Times, times);
    QFETCH(const QList<qint64>, messages);
    QFETCH(const double, rate);
    History history;
    for (qsizetype i = 0; i < times.size(); ++i)
        history.sample({.messagesOut = messages[i]}, times[i]);
    QCOMPARE(history.rates().messagesOut, rate);
    QCOMPARE(history.rates().messagesIn, 0.0);
}

void tst_History::writesJson()
{
    const History history = recorded(range(100, 101));
    const auto textOfJson = [](const QJsonObject &json) {
        return QJsonDocument(json).toJson(QJsonDocument::Compact);
    };
    QCOMPARE(textOfJson(toJson(history.series(u"loop_lag_ms", 60).value())),
             R"({"points":[[100,9.5],[101,9.5]],"step_s":1})"_ba);
    QCOMPARE(textOfJson(toJson(history.series(u"connects", 600).value())),
             R"({"points":[[100,1]],"step_s":10})"_ba);
    QCOMPARE(textOfJson(toJson(history.rates())),
             R"({"bytes_in":5,"bytes_out":6,"connects":1,"disconnects":2,"messages_in":3,)"
             R"("messages_out":4})"_ba);
}

QTEST_APPLESS_MAIN(tst_History)
#include "tst_history.moc"
