// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serverstate.h"

#include <QTimer>
#include <QWidget>

class QAction;
class QLabel;

namespace truepeer {

class ElidedLabel;
class Pace;

// The line below all pages: how the dashboard itself is connected, how old what it shows is, and
// what it did last.
class StatusLine : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatusLine)

public:
    StatusLine(const ServerState &state, const Pace &pace, QAction *pause, QWidget *parent);
    ~StatusLine() override;

    // For some seconds.
    void showMessage(const QString &text);
    QString message() const;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void update();
    QString ageText() const;

    const ServerState &m_state;
    const Pace &m_pace;
    ElidedLabel *m_path;
    ElidedLabel *m_message;
    QLabel *m_role;
    QLabel *m_roundTrip;
    QLabel *m_age;
    QTimer m_messageTimer;
};

} // namespace truepeer
