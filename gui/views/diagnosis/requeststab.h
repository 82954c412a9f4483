// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QSplitter;
class QStackedWidget;

namespace truepeer {

class FactList;
class RequestModel;
class TableView;
class TrailView;

// The last HTTP requests, and of one of them how its client was found.
class RequestsTab : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestsTab)

public:
    explicit RequestsTab(RequestModel &model, QWidget *parent = nullptr);
    ~RequestsTab() override;

    TableView *table() const { return m_table; }
    QSplitter *splitter() const { return m_splitter; }

private:
    void makeLayout();
    void showAnswer();
    void showDetails();

    RequestModel &m_model;
    QLabel *m_summary;
    QPushButton *m_hold;
    QSplitter *m_splitter;
    TableView *m_table;
    QStackedWidget *m_detailStack;
    FactList *m_facts;
    TrailView *m_trail;
    QLabel *m_detailProblem;
};

} // namespace truepeer
