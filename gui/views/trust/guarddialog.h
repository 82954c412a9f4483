// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

class QLineEdit;
class QPushButton;

namespace truepeer {

// Asks before an edit that is rarely meant: the reasons, and a word that has to be typed.
class GuardDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(GuardDialog)

public:
    GuardDialog(const QStringList &reasons, const QString &word, QWidget *parent = nullptr);
    ~GuardDialog() override;

private:
    const QString m_word;
    QLineEdit *m_typed;
    QPushButton *m_accept;
};

} // namespace truepeer
