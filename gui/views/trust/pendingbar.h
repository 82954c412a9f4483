// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

class QLabel;
class QLineEdit;
class QPushButton;

namespace truepeer {

class ActionGate;
class ToneLine;
class TrustModels;

// The draft in one line, and what to do with it. Hidden while there is none.
class PendingBar : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PendingBar)

public:
    PendingBar(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~PendingBar() override;

    void apply(); // as the button does

Q_SIGNALS:
    void previewWanted();

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    void showState();
    QString applyText() const;

    TrustModels &m_models;
    ActionGate &m_gate;
    ToneLine *m_text;
    QLineEdit *m_comment;
    QPushButton *m_preview;
    QPushButton *m_discard;
    QPushButton *m_apply;
};

} // namespace truepeer
