// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/modelcontext.h"

#include <QObject>
#include <QString>

namespace truepeer {

// Poller says when a model asks the server: at once when its page is shown or the connection is
// there, then at every so many ticks; never while the page is hidden or without a connection.
//
// Thread: the GUI thread.
class Poller final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Poller)

public:
    Poller(const ModelContext &context, int everyTicks, QObject *parent);
    ~Poller() override;

    bool isLive() const { return m_live; }
    void setLive(bool live);
    void askNow();

Q_SIGNALS:
    // What is held belongs to another server; due() follows if the page is shown.
    void otherServer();
    void due(bool atOnce); // true: not by a tick; there may be more to ask for than what is new

private:
    void connected();
    void tick();
    void ask(bool atOnce);

    const ModelContext m_context;
    const int m_everyTicks;
    int m_ticks = 0;
    bool m_live = false;
    QString m_server; // where it listens; empty before the first connection
};

} // namespace truepeer
