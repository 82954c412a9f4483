// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/pace.h"

namespace truepeer {

Pace::Pace(std::chrono::milliseconds interval, QObject *parent)
    : QObject(parent)
{
    m_timer.setInterval(interval);
    connect(&m_timer, &QTimer::timeout, this, &Pace::tick);
    m_timer.start();
}

Pace::~Pace() = default;

void Pace::setPaused(bool paused)
{
    if (paused == m_paused)
        return;
    m_paused = paused;
    update();
    Q_EMIT pausedChanged(paused);
}

void Pace::setWatched(bool watched)
{
    if (watched == m_watched)
        return;
    m_watched = watched;
    update();
}

void Pace::update()
{
    if (m_paused || !m_watched) {
        m_timer.stop();
    } else if (!m_timer.isActive()) {
        m_timer.start();
        Q_EMIT tick();
    }
}

} // namespace truepeer
