// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QPushButton;

namespace truepeer {

class ActionGate;
class TableView;
class TrustModels;
struct TrustHistoryRow;

// The edits that were made, and the way back to them.
class HistoryPane : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(HistoryPane)

public:
    HistoryPane(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~HistoryPane() override;

Q_SIGNALS:
    void said(const QString &text);

private:
    const TrustHistoryRow *selectedRow() const;
    void showState();
    void loadAsDraft();
    void askRollBack();

    TrustModels &m_models;
    ActionGate &m_gate;
    TableView *m_table;
    QPlainTextEdit *m_details;
    QPushButton *m_load;
    QPushButton *m_rollBack;
};

} // namespace truepeer
