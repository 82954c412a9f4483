// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QPushButton;

namespace truepeer {

class ActionGate;
class Banner;
class Dashboard;

// What is the matter with the whole server, over all pages: the connection is lost, it drains, or
// this session may only look.
class StateBanners : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StateBanners)

public:
    StateBanners(Dashboard &dashboard, ActionGate &gate, QWidget *parent);
    ~StateBanners() override;

private:
    void update();
    void updateLost();
    void updateDraining();
    void updateReadOnly();

    Dashboard &m_dashboard;
    Banner *m_lost;
    Banner *m_draining;
    Banner *m_readOnly;
    QString m_dismissedFor; // the instance whose read-only notice was closed
};

} // namespace truepeer
