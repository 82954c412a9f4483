// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/clientactions.h"

#include <QDialog>

class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace truepeer {

// Asks with which code and reason connections are closed, after it has counted them. Many of them
// have to be confirmed by typing how many.
class KickDialog : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(KickDialog)

public:
    static constexpr qint64 MostUnconfirmed = 100;

    // `subject` says who they are, as the operator sees them: "203.0.113.9", "3 clients", "all
    // members of lobby".
    KickDialog(ClientActions &actions, KickTarget target, const QString &subject,
               QWidget *parent = nullptr);
    ~KickDialog() override;

Q_SIGNALS:
    void closedClients(qint64 count);

private:
    void buildForm();
    void counted(const KickOutcome &outcome);
    void update();
    void kick();
    void kicked(const KickOutcome &outcome);
    void showProblem(const QString &problem);
    void fitHeight();

    ClientActions &m_actions;
    const KickTarget m_target;
    QLabel *m_count;
    QLineEdit *m_reason;
    QLabel *m_reasonSize;
    QSpinBox *m_code;
    QLabel *m_meaning;
    QLabel *m_confirmText;
    QLineEdit *m_confirm;
    QLabel *m_problem;
    QPushButton *m_kick;
    qint64 m_number = -1; // not counted yet
    bool m_isBusy = false;
};

} // namespace truepeer
