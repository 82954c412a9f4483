// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/eventtext.h"
#include "gui/models/modelcontext.h"
#include "gui/models/poller.h"
#include "gui/models/roles.h"

#include <QAbstractTableModel>
#include <QByteArray>
#include <QJsonArray>
#include <QJsonObject>

#include <deque>
#include <vector>

namespace truepeer {

// EventModel is what happened on the server, the newest first: what the server remembers, and what
// came since. Where events were missed, and where another run of the server begins, stands a row
// that says so. The last MaxRows are kept.
//
// Thread: the GUI thread.
class EventModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventModel)

public:
    static constexpr int MaxRows = 5000;
    static constexpr int PollLimit = 200;   // of one call
    static constexpr int MostAtOnce = 2000; // as many as the server gives: at first, and in a gap

    enum Column : int { Time, Type, Client, Who, What, Duration, Count, ColumnCount };
    enum Role : int {
        GroupRole = FirstFreeRole, // int of EventGroup; 0: not an event
        SearchRole,                // QString: all words of the row
        ClientIdRole,              // QString; empty: none, or one of an earlier run
        AddressRole,               // QString, not masked
        TypeRole,                  // QString, as the server calls it; empty: not an event
        ObjectRole,                // QJsonObject, masked
    };

    explicit EventModel(const ModelContext &context, QObject *parent = nullptr);
    ~EventModel() override;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    void setLive(bool live) { m_poller.setLive(live); }
    void refresh() { m_poller.askNow(); }
    bool isLoaded() const { return m_loaded; }
    const QString &problem() const { return m_problem; }

    // While it is paused what comes is kept, counted and not shown.
    bool isPaused() const { return m_paused; }
    void setPaused(bool paused);
    int waiting() const;

    // -1: it is not there any more.
    int rowOf(const QString &key) const;

Q_SIGNALS:
    void answered();       // with rows or with a problem
    void waitingChanged(); // also when the pause begins or ends

private:
    enum class Kind : quint8 { Event, Missed, Restart };
    struct Row
    {
        Kind kind = Kind::Event;
        int run = 0; // which run of the server, counted from 1
        qint64 seq = 0;
        qint64 missed = 0; // of Missed
        QJsonObject event = {};

        QString key() const;
    };

    void ask(bool atOnce);
    void call(int limit);
    void take(const QJsonArray &answer, int limit);
    void noteRun();
    std::vector<Row> newRows(const QJsonArray &answer);
    void show(std::vector<Row> rows); // oldest first
    void forget();
    QVariant eventData(const Row &row, int column, int role) const;
    QVariant markerData(const Row &row, int column, int role) const;
    QString text(const Row &row, int column) const;
    QJsonObject maskedObject(const Row &row) const;

    const ModelContext m_context;
    Poller m_poller;
    std::deque<Row> m_rows;     // newest first
    std::vector<Row> m_waiting; // oldest first
    QString m_instance;
    QString m_problem;
    qint64 m_lastSeq = 0; // of this run; 0: none yet
    quint64 m_serial = 0; // of the last call
    int m_run = 0;
    bool m_asking = false;
    bool m_loaded = false;
    bool m_paused = false;
};

// The events of a table of them, one object a line, oldest first.
QByteArray eventsToJsonLines(const QAbstractItemModel &model);

} // namespace truepeer
