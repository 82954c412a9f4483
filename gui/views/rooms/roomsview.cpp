// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/rooms/roomsview.h"

#include "gui/models/clientactions.h"
#include "gui/models/format.h"
#include "gui/models/roommembermodel.h"
#include "gui/models/roommodel.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/elidedlabel.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/kickdialog.h"
#include "gui/widgets/senddialog.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum StackPage : int { Tables, Nothing };
enum MemberPage : int { NoRoom, OneRoom };

QLabel *plainLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    return label;
}

QToolButton *pageButton(const QString &name, Qt::ArrowType arrow, const QString &toolTip,
                        QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setObjectName(name);
    button->setArrowType(arrow);
    button->setToolTip(toolTip);
    button->setAccessibleName(toolTip);
    button->setFocusPolicy(Qt::TabFocus);
    return button;
}

QPushButton *actionButton(const QString &name, const QString &text, Glyph glyph, QWidget *parent)
{
    auto *button = new QPushButton(icon(glyph), text, parent);
    button->setObjectName(name);
    return button;
}

} // namespace

RoomsView::RoomsView(RoomModel &rooms, RoomMemberModel &members, QWidget *parent)
    : Page(u"Rooms"_s, Glyph::Rooms, parent)
    , m_rooms(rooms)
    , m_members(members)
    , m_actions(new ClientActions(rooms.context(), this))
    , m_gate(new ActionGate(rooms.context().link, this))
    , m_problem(new Banner(this))
    , m_filter(new QLineEdit(this))
    , m_summary(plainLabel(u"roomSummary"_s, this))
    , m_previous(pageButton(u"previous"_s, Qt::LeftArrow, u"The rooms before these"_s, this))
    , m_next(pageButton(u"next"_s, Qt::RightArrow, u"The rooms after these"_s, this))
    , m_stack(new QStackedWidget(this))
    , m_empty(new EmptyState(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_roomTable(new TableView(u"rooms"_s, this))
    , m_memberStack(new QStackedWidget(this))
    , m_roomTitle(new ElidedLabel(1, Qt::ElideMiddle, this))
    , m_memberSummary(plainLabel(u"memberSummary"_s, this))
    , m_send(actionButton(u"sendToRoom"_s, u"Se&nd event…"_s, Glyph::Send, this))
    , m_close(actionButton(u"closeMembers"_s, u"Close &all members…"_s, Glyph::Kick, this))
    , m_show(actionButton(u"showClients"_s, u"Show &clients"_s, Glyph::Arrow, this))
    , m_memberTable(new TableView(u"roomMembers"_s, this))
{
    m_roomTable->setModel(&m_rooms);
    m_roomTable->setStretchColumn(0);
    m_roomTable->setAccessibleName(u"Rooms"_s);
    m_roomTable->showSort(m_rooms.sortColumn(), m_rooms.sortOrder());
    m_empty->setContent(Glyph::Rooms, u"No rooms yet"_s,
                        u"A room is there as long as somebody is in it. Clients join with"_s,
                        uR"({"event": "join_room", "data": {"room": "lobby"}})"_s);
    m_splitter->addWidget(m_roomTable);
    m_splitter->addWidget(makeMemberPane());
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({42 * Grid, 62 * Grid});
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_empty);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_problem);
    layout->addWidget(makeBar());
    layout->addWidget(m_stack, 1);

    connectModels();
    showRooms();
    showMembers();
}

RoomsView::~RoomsView() = default;

QWidget *RoomsView::makeBar()
{
    auto *bar = new QWidget(this);
    m_filter->setObjectName(u"roomFilter"_s);
    m_filter->setPlaceholderText(u"Part of a room's name"_s);
    m_filter->setAccessibleName(u"Part of a room's name"_s);
    m_filter->setClearButtonEnabled(true);
    m_filter->addAction(icon(Glyph::Search), QLineEdit::LeadingPosition);
    m_filter->setMaximumWidth(48 * Grid);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Grid);
    row->addWidget(m_filter, 2);
    row->addStretch(1);
    row->addWidget(m_summary);
    row->addWidget(m_previous);
    row->addWidget(m_next);
    return bar;
}

QWidget *RoomsView::makeMemberPane()
{
    m_roomTitle->setObjectName(u"roomTitle"_s);
    m_roomTitle->setFont(titleFont(font()));
    m_roomTitle->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    m_send->setToolTip(u"Send an event to all members of this room"_s);
    m_close->setToolTip(u"Close the connections of all members of this room"_s);
    m_show->setToolTip(u"Show the members on the page of the clients"_s);
    m_gate->add(m_send, ActionGate::Needs::Operator);
    m_gate->add(m_close, ActionGate::Needs::Operator);
    m_memberTable->setHiddenByDefault({u"messages_in"_s});
    m_memberTable->setModel(&m_members);
    m_memberTable->setStretchColumn(5);
    m_memberTable->setAccessibleName(u"Members of the room"_s);
    m_memberTable->showSort(m_members.sortColumn(), m_members.sortOrder());

    auto *heading = new QHBoxLayout;
    heading->setSpacing(2 * Grid);
    heading->addWidget(m_roomTitle, 1);
    heading->addWidget(m_memberSummary);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    buttons->addWidget(m_send);
    buttons->addWidget(m_close);
    buttons->addWidget(m_show);
    buttons->addStretch(1);
    auto *pane = new QWidget(this);
    auto *column = new QVBoxLayout(pane);
    column->setContentsMargins(Grid, 0, 0, 0);
    column->setSpacing(Grid);
    column->addLayout(heading);
    column->addLayout(buttons);
    column->addWidget(m_memberTable, 1);

    auto *none = plainLabel(u"noRoom"_s, this);
    none->setText(u"Select a room to see who is in it"_s);
    none->setAlignment(Qt::AlignCenter);
    none->setForegroundRole(QPalette::PlaceholderText);
    m_memberStack->addWidget(none);
    m_memberStack->addWidget(pane);
    return m_memberStack;
}

void RoomsView::connectModels()
{
    connect(this, &Page::shownChanged, &m_rooms, &RoomModel::setLive);
    connect(this, &Page::shownChanged, &m_members, &RoomMemberModel::setLive);
    connect(&m_rooms, &RoomModel::answered, this, &RoomsView::showRooms);
    connect(&m_members, &RoomMemberModel::answered, this, &RoomsView::showMembers);
    connect(&m_members, &RoomMemberModel::placeChanged, this, &RoomsView::showMembers);

    connect(m_filter, &QLineEdit::textChanged, &m_rooms, &RoomModel::setFilter);
    // What the operator types is what he wants to see now.
    connect(m_filter, &QLineEdit::textEdited, this, [this] { m_wanted = {}; });
    connect(m_previous, &QToolButton::clicked, &m_rooms, &RoomModel::previousPage);
    connect(m_next, &QToolButton::clicked, &m_rooms, &RoomModel::nextPage);
    connect(m_roomTable, &TableView::sortWanted, this,
            [this](const QString &column, Qt::SortOrder order) {
                m_rooms.setSort(column, order);
                m_roomTable->showSort(column, order);
            });
    connect(m_roomTable, &TableView::selectedKeysChanged, this, &RoomsView::selectionChanged);
    connect(m_memberTable, &TableView::sortWanted, this,
            [this](const QString &column, Qt::SortOrder order) {
                m_members.setSort(column, order);
                m_memberTable->showSort(column, order);
            });
    connect(m_memberTable, &TableView::rowActivated, this, &RoomsView::clientWanted);
    connect(m_send, &QPushButton::clicked, this, &RoomsView::sendEvent);
    connect(m_close, &QPushButton::clicked, this, &RoomsView::closeMembers);
    connect(m_show, &QPushButton::clicked, this,
            [this] { Q_EMIT clientsWanted(m_members.place().filter()); });
}

void RoomsView::refresh()
{
    m_rooms.refresh();
    m_members.refresh();
}

void RoomsView::focusFilter()
{
    m_filter->setFocus(Qt::ShortcutFocusReason);
    m_filter->selectAll();
}

bool RoomsView::canExport() const
{
    return m_rooms.rowCount() > 0;
}

void RoomsView::exportData()
{
    m_roomTable->exportCsv(u"rooms"_s);
}

QByteArray RoomsView::saveLayout() const
{
    return m_splitter->saveState();
}

void RoomsView::restoreLayout(const QByteArray &layout)
{
    m_splitter->restoreState(layout);
}

void RoomsView::showRoom(const QString &nameSpace, const QString &room)
{
    m_wanted = {nameSpace, room};
    m_filter->setText(room);
    m_members.setPlace(m_wanted);
    selectWanted();
}

// The room may come with the next answer only.
void RoomsView::selectWanted()
{
    if (m_wanted.isEmpty() || m_rooms.rowOf(m_wanted.key()) < 0)
        return;
    m_roomTable->selectKey(m_wanted.key());
    m_wanted = {};
}

void RoomsView::showRooms()
{
    const bool isEmpty = m_rooms.isLoaded() && m_rooms.total() == 0 && m_wanted.isEmpty()
                         && m_members.place().isEmpty();
    m_stack->setCurrentIndex(isEmpty ? Nothing : Tables);
    m_summary->setText(m_rooms.isLoaded() ? m_rooms.summary() : QString());
    m_previous->setVisible(m_rooms.hasPrevious() || m_rooms.hasNext());
    m_next->setVisible(m_rooms.hasPrevious() || m_rooms.hasNext());
    m_previous->setEnabled(m_rooms.hasPrevious());
    m_next->setEnabled(m_rooms.hasNext());
    if (!m_rooms.isLoaded())
        m_roomTable->setPlaceholder(u"Waiting for the list of the rooms"_s);
    else if (m_rooms.total() == 0)
        m_roomTable->setPlaceholder(u"No rooms any more"_s);
    else
        m_roomTable->setPlaceholder(u"No room has this in its name"_s);
    m_problem->showMessage(Tone::Error, m_rooms.problem());
    selectWanted();
}

void RoomsView::selectionChanged()
{
    const QStringList keys = m_roomTable->selectedKeys();
    // A room that goes takes its selection along, but what the operator looked at stays.
    if (keys.isEmpty())
        return;
    const RoomPlace place = m_rooms.placeOf(keys.first());
    if (!place.isEmpty())
        m_members.setPlace(place);
}

void RoomsView::showMembers()
{
    const RoomPlace &place = m_members.place();
    m_memberStack->setCurrentIndex(place.isEmpty() ? NoRoom : OneRoom);
    m_roomTitle->showText(place.title());
    m_memberSummary->setText(m_members.isKnown() ? m_members.summary() : QString());
    m_memberTable->setPlaceholder(m_members.isKnown() ? u"Nobody is in this room any more"_s
                                                      : u"Waiting for the members"_s);
    m_gate->setWanted(m_send, !place.isEmpty());
    m_gate->setWanted(m_close, !place.isEmpty());
}

void RoomsView::sendEvent()
{
    const RoomPlace &place = m_members.place();
    const qint64 members = m_members.members(); // as far as they are known
    auto *dialog = new SendDialog(
        *m_actions, {{}, place}, u"To all members of "_s + place.title(),
        u"&Send to %1"_s.arg(members > 0 ? countText(members, "member", "members") : u"the room"_s),
        this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &SendDialog::sent, this, [this](const QString &event, qint64 count) {
        Q_EMIT messageWanted(event + u" sent to "_s + countText(count, "client", "clients"));
    });
    dialog->open();
}

void RoomsView::closeMembers()
{
    const RoomPlace &place = m_members.place();
    auto *dialog = new KickDialog(*m_actions, {{}, place.filter()},
                                  u"all members of "_s + place.title(), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &KickDialog::closedClients, this, [this](qint64 count) {
        Q_EMIT messageWanted(countText(count, "connection", "connections") + u" closed"_s);
        refresh();
    });
    dialog->open();
}

} // namespace truepeer
