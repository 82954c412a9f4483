// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// SignalWatcher turns Unix signals into Qt signals: the handler only writes a byte to a pipe,
// the event loop reads it.
//
// Thread: the main thread; one object in a process, before any other thread is started.
#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace truepeer {

class SignalWatcher final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SignalWatcher)

public:
    explicit SignalWatcher(QObject *parent = nullptr);
    // The signals get their default behaviour back.
    ~SignalWatcher() override;

Q_SIGNALS:
    // SIGTERM or SIGINT came; each one emits.
    void terminateRequested();
    // SIGHUP came.
    void reloadRequested();

private:
    void readSignals();

    int m_readEnd = -1;
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace truepeer
