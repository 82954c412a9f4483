// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/chartcursor.h"

namespace truepeer {

ChartCursor::ChartCursor(QObject *parent)
    : QObject(parent)
{
}

ChartCursor::~ChartCursor() = default;

void ChartCursor::setTime(std::optional<qint64> time)
{
    if (time == m_time)
        return;
    m_time = time;
    Q_EMIT changed();
}

} // namespace truepeer
