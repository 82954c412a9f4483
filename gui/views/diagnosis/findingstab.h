// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QWidget>

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace truepeer {

class ActionGate;
class EmptyState;
class FindingModel;
class FindingPane;
class TableView;

// What the server finds wrong, and how to mend it.
class FindingsTab : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FindingsTab)

public:
    explicit FindingsTab(FindingModel &model, QWidget *parent = nullptr);
    ~FindingsTab() override;

    void showFinding(const QString &id);
    TableView *table() const { return m_table; }
    QSplitter *splitter() const { return m_splitter; }

Q_SIGNALS:
    void entryWanted(const QString &entry);

private:
    void makeLayout();
    void showAnswer();
    void showSelected();

    FindingModel &m_model;
    ActionGate *m_gate;
    QLabel *m_summary;
    QLabel *m_checked;
    QPushButton *m_again;
    QStackedWidget *m_stack;
    QSplitter *m_splitter;
    TableView *m_table;
    QStackedWidget *m_paneStack;
    FindingPane *m_pane;
    EmptyState *m_nothing;
    QString m_wanted; // an id that is to be selected as soon as it is there
    bool m_wasShown = false;
};

} // namespace truepeer
