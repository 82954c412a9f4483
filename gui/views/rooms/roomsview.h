// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// RoomsView is the page of the rooms: the largest first, and the members of the one that is
// selected.
#pragma once

#include "gui/models/roomplace.h"
#include "gui/widgets/page.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QSplitter;
class QStackedWidget;
class QToolButton;

namespace truepeer {

class ActionGate;
class Banner;
class ClientActions;
class ElidedLabel;
class EmptyState;
class RoomMemberModel;
class RoomModel;
class TableView;

class RoomsView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RoomsView)

public:
    // Both outlive the page.
    RoomsView(RoomModel &rooms, RoomMemberModel &members, QWidget *parent = nullptr);
    ~RoomsView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;
    QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray &layout) override;

public Q_SLOTS:
    void showRoom(const QString &nameSpace, const QString &room);

private:
    QWidget *makeBar();
    QWidget *makeMemberPane();
    void connectModels();
    void showRooms();
    void showMembers();
    void selectionChanged();
    void selectWanted();
    void sendEvent();
    void closeMembers();

    RoomModel &m_rooms;
    RoomMemberModel &m_members;
    ClientActions *m_actions;
    ActionGate *m_gate;
    Banner *m_problem;
    QLineEdit *m_filter;
    QLabel *m_summary;
    QToolButton *m_previous;
    QToolButton *m_next;
    QStackedWidget *m_stack;
    EmptyState *m_empty;
    QSplitter *m_splitter;
    TableView *m_roomTable;
    QStackedWidget *m_memberStack;
    ElidedLabel *m_roomTitle;
    QLabel *m_memberSummary;
    QPushButton *m_send;
    QPushButton *m_close;
    QPushButton *m_show;
    TableView *m_memberTable;
    RoomPlace m_wanted; // is to be selected as soon as it is there
};

} // namespace truepeer
