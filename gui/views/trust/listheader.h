// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QButtonGroup;
class QPushButton;

namespace truepeer {

class ActionGate;
class ToneLine;
class TrustModels;

// Who is trusted at all, and which list is in force: that of the configuration, or one that was
// edited live.
class ListHeader : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ListHeader)

public:
    ListHeader(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~ListHeader() override;

Q_SIGNALS:
    void compareWanted();
    void resetWanted();

private:
    void showState();
    void updateOrigin();
    void updateMode();

    TrustModels &m_models;
    ActionGate &m_gate;
    QButtonGroup *m_modes;
    ToneLine *m_origin;
    ToneLine *m_caution;
    QPushButton *m_compare;
    QPushButton *m_reset;
};

} // namespace truepeer
