// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLineEdit;
class QPushButton;
class QStackedWidget;

namespace truepeer {

class ActionGate;
class TableView;
class TrustModels;
class TrustProxy;

// The entries, what is done with those that are selected, and what stands there when there are
// none.
class TrustTable : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustTable)

public:
    TrustTable(TrustModels &models, ActionGate &gate, QWidget *parent = nullptr);
    ~TrustTable() override;

    void focusSearch();
    void select(const QString &key); // also one that the search hides
    void exportList();

Q_SIGNALS:
    void clientsWanted(const QString &filter);
    void addWanted(); // the empty list offers it

private:
    void build();
    void connectAll();
    void updateButtons();
    void updatePage();
    void removeSelected();
    void showClients();
    void sortBy(const QString &column, Qt::SortOrder order);

    TrustModels &m_models;
    ActionGate &m_gate;
    TrustProxy *m_proxy;
    TableView *m_table;
    QStackedWidget *m_stack;
    QLineEdit *m_search;
    QPushButton *m_remove;
    QPushButton *m_note;
    QPushButton *m_clients;
};

} // namespace truepeer
