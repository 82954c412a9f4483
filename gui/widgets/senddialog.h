// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/clientactions.h"
#include "gui/models/tone.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;

namespace truepeer {

// Sends an event to one client or to a room.
class SendDialog : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SendDialog)

public:
    // The heading names the target as the operator sees it; the button says who that is, too.
    SendDialog(ClientActions &actions, EventTarget target, const QString &heading,
               const QString &button, QWidget *parent = nullptr);
    ~SendDialog() override;

Q_SIGNALS:
    void sent(const QString &event, qint64 delivered);

private:
    void judge();
    void send();
    void showState(Tone tone, const QString &text);
    void underline(qsizetype position);

    ClientActions &m_actions;
    const EventTarget m_target;
    QLineEdit *m_event;
    QPlainTextEdit *m_data;
    QLabel *m_state;
    QPushButton *m_send;
    bool m_isBusy = false;
};

} // namespace truepeer
