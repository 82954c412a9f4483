// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Pace says when models ask the server again: one timer for all of them, which the operator can
// stop to look at what is there ("pause"), and which does not run while nobody looks.
//
// Thread: the GUI thread.
#pragma once

#include <QObject>
#include <QTimer>

#include <chrono>

namespace truepeer {

class Pace final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Pace)

public:
    explicit Pace(std::chrono::milliseconds interval = std::chrono::milliseconds(1000),
                  QObject *parent = nullptr);
    ~Pace() override;

    bool isPaused() const { return m_paused; }
    void setPaused(bool paused);
    // False while the window is minimised or hidden: nothing ticks, which is not a pause.
    void setWatched(bool watched);

Q_SIGNALS:
    void tick(); // visible models refresh; also at once after a pause
    void pausedChanged(bool paused);

private:
    void update();

    QTimer m_timer;
    bool m_paused = false;
    bool m_watched = true;
};

} // namespace truepeer
