// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

#include <optional>

namespace truepeer {

// ChartCursor is the moment that the operator points at, in all charts that share it.
class ChartCursor final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ChartCursor)

public:
    explicit ChartCursor(QObject *parent = nullptr);
    ~ChartCursor() override;

    const std::optional<qint64> &time() const { return m_time; } // Unix seconds
    void setTime(std::optional<qint64> time);

Q_SIGNALS:
    void changed();

private:
    std::optional<qint64> m_time;
};

} // namespace truepeer
