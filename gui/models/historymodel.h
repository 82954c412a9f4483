// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// HistoryModel holds how busy the server was, in three ranges, each in the steps that the server
// keeps for it. It asks for all of a range once, and then only for the newest part, at most once a
// step. The five minutes are always kept fresh, for the tiles; of the others the one that is shown.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/modelcontext.h"
#include "gui/models/timeseries.h"

#include <QObject>

#include <array>

namespace truepeer {

class Poller;

enum class HistoryRange : quint8 { FiveMinutes, Hour, Day };
inline constexpr size_t HistoryRangeCount = 3;

enum class Measure : quint8 {
    Clients,
    Connects,
    Disconnects,
    MessagesIn,
    MessagesOut,
    BytesIn,
    BytesOut,
    QueueBytes,
    LoopLag, // milliseconds
};
inline constexpr size_t MeasureCount = 9;

qint64 spanOf(HistoryRange range); // seconds

class HistoryModel final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HistoryModel)

public:
    explicit HistoryModel(const ModelContext &context, QObject *parent = nullptr);
    ~HistoryModel() override;

    void setLive(bool live);
    void refresh();

    HistoryRange range() const { return m_range; }
    void setRange(HistoryRange range);

    const TimeSeries &series(HistoryRange range, Measure measure) const;
    // The time of the newest point of all series; 0 without points.
    qint64 newest(HistoryRange range) const;

Q_SIGNALS:
    void rangeChanged();
    void changed(HistoryRange range); // once for all series

private:
    struct Window
    {
        std::array<TimeSeries, MeasureCount> series;
        int waiting = 0; // answers
        int ticks = 0;
        bool whole = true; // there may be more to ask for than the newest part
    };
    void due(bool atOnce);
    void ask(HistoryRange range);
    void take(HistoryRange range, Measure measure, const QJsonObject &answer);
    void forget();
    Window &window(HistoryRange range) { return m_windows[size_t(range)]; }

    const ModelContext m_context;
    Poller *m_poller;
    std::array<Window, HistoryRangeCount> m_windows;
    HistoryRange m_range = HistoryRange::FiveMinutes;
    int m_connection = 0; // answers of an earlier one are not waited for
};

} // namespace truepeer
