// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientsView is the page of the clients: a filter, one page of the list, and the details of the
// one that is selected.
#pragma once

#include "gui/models/clientactions.h"
#include "gui/models/clientexport.h"
#include "gui/widgets/page.h"

class QAction;
class QComboBox;
class QSplitter;
class QStackedWidget;

namespace truepeer {

class ActionGate;
class ClientDetail;
class ClientModel;
class ClientPane;
class EmptyState;
class FilterBar;
class PagerBar;
class TableView;

class ClientsView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientsView)

public:
    // Both outlive the page.
    ClientsView(ClientModel &model, ClientDetail &detail, QWidget *parent = nullptr);
    ~ClientsView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;
    QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray &layout) override;

public Q_SLOTS:
    void showFilter(const QString &filter); // of open clients
    void showClient(const QString &id);     // and why it has its address

protected:
    bool eventFilter(QObject *watched, QEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void makeTable();
    void makeActions();
    QAction *addRowAction(const QString &text, Glyph glyph, const QKeySequence &keys,
                          void (ClientsView::*slot)());
    QWidget *makeBar();
    void makeLayout();
    void connectModel();

    void showAnswer();
    void showCounts();
    void selectionChanged();
    void updateActions();
    void updateHeld();
    void updateLive();
    void setState(int index);
    void showPane(bool shown);
    void rowActivated();

    void kickSelected();
    void kickMatching();
    void openKick(const KickTarget &target, const QString &subject);
    void sendEvent();
    void copyAddress();
    void copyId();
    void filterByAddress();
    void testSelected();
    void exportMatching(bool masked);
    void runExport(const ClientExport::Wish &wish);

    ClientModel &m_model;
    ClientDetail &m_detail;
    ClientActions *m_actions;
    ActionGate *m_gate;
    FilterBar *m_filter;
    QComboBox *m_state;
    QSplitter *m_splitter;
    QStackedWidget *m_stack;
    TableView *m_table;
    EmptyState *m_noMatch;
    EmptyState *m_noClients;
    ClientPane *m_pane;
    PagerBar *m_pager;
    QAction *m_kick = nullptr;
    QAction *m_kickMatching = nullptr;
    QAction *m_send = nullptr;
    QAction *m_export = nullptr;
    QAction *m_test = nullptr;
    QString m_shownListen;    // that the empty state's command is for
    bool m_isPointed = false; // the pointer is over the rows
    bool m_isDoubleClick = false;
};

} // namespace truepeer
