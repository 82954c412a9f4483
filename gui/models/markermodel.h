// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// MarkerModel is what happened to the server that a chart marks: starts, drains, reloads, edits of
// the trust list. What an earlier run of the server did is kept, though the server forgot it.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/modelcontext.h"

#include <QJsonArray>
#include <QObject>
#include <QString>

#include <vector>

namespace truepeer {

class Poller;

struct TimeMarker
{
    enum class Kind : quint8 { Start, Drain, Reload, Trust };

    qint64 time = 0; // Unix seconds
    Kind kind = Kind::Start;
    QString label; // one word
    QString text;  // what happened, who did it

    friend bool operator==(const TimeMarker &, const TimeMarker &) = default;
};

class MarkerModel final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MarkerModel)

public:
    explicit MarkerModel(const ModelContext &context, QObject *parent = nullptr);
    ~MarkerModel() override;

    void setLive(bool live);
    void refresh();

    std::vector<TimeMarker> markers() const; // oldest first, as they are to be shown

Q_SIGNALS:
    void changed();

private:
    void ask();
    void addStart();
    void addEvents(const QJsonArray &events);
    bool add(TimeMarker marker);

    const ModelContext m_context;
    Poller *m_poller;
    std::vector<TimeMarker> m_markers; // oldest first
};

} // namespace truepeer
