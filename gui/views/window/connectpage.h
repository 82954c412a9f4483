// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace truepeer {

class CodeBox;
class ConnectPanel;
class Dashboard;

// What a window shows that has no server yet: what becomes of the one that was asked for, why it
// did not work and how to mend it, and a panel to choose.
class ConnectPage : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectPage)

public:
    // The panel becomes a child.
    ConnectPage(Dashboard &dashboard, ConnectPanel *panel, QWidget *parent);
    ~ConnectPage() override;

    ConnectPanel &panel() { return *m_panel; }

private:
    QWidget *makeTry();
    void update();

    Dashboard &m_dashboard;
    ConnectPanel *m_panel;
    QLabel *m_title = nullptr;
    QLabel *m_text = nullptr;
    CodeBox *m_command = nullptr;
    QLabel *m_countdown = nullptr;
    QPushButton *m_retry = nullptr;
    QPushButton *m_giveUp = nullptr;
    QWidget *m_buttons = nullptr;
};

} // namespace truepeer
