// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;

namespace truepeer {

class ActionGate;
class TableView;
class TrustModels;

// Peers whose forwarding headers nobody believes, to be trusted or to be ignored.
class SuggestionPane : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SuggestionPane)

public:
    SuggestionPane(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~SuggestionPane() override;

Q_SIGNALS:
    void entryAdded(const QString &entry);

private:
    void showState();
    void trust();
    void ignore();

    TrustModels &m_models;
    ActionGate &m_gate;
    TableView *m_table;
    QPushButton *m_trust;
    QPushButton *m_ignore;
    QLabel *m_ignored;
    QPushButton *m_show;
};

} // namespace truepeer
