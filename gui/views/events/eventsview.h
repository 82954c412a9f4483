// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// EventsView is the page of what happened: who came and went, and who changed what.
#pragma once

#include "gui/widgets/page.h"

#include <QPersistentModelIndex>

class QAction;
class QFrame;
class QLabel;
class QLineEdit;
class QPushButton;
class QToolButton;

namespace truepeer {

class Banner;
class EventFilterModel;
class EventModel;
class EventTable;
enum class EventGroup : quint8;

class EventsView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventsView)

public:
    // The model outlives the page.
    explicit EventsView(EventModel &events, QWidget *parent = nullptr);
    ~EventsView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;

private:
    QWidget *makeBar();
    QToolButton *makeChip(EventGroup group, const QString &name, const QString &text,
                          const QString &toolTip);
    QWidget *makeDetail();
    void makeRowActions();
    void showState();
    void showWaiting();
    void showDetail();
    void activate();
    void exportLines();
    QModelIndex currentRow() const; // not valid: none, or several

    EventModel &m_events;
    EventFilterModel *m_filtered;
    Banner *m_problem;
    QLineEdit *m_search;
    QLabel *m_summary;
    QPushButton *m_pause;
    EventTable *m_table;
    QFrame *m_detail;
    QLabel *m_sentence;
    QLabel *m_when;
    QAction *m_showClient;
    QAction *m_showAddress;
    QAction *m_showTrust;
};

} // namespace truepeer
