// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/events/eventsview.h"

#include "gui/models/eventfiltermodel.h"
#include "gui/models/eventmodel.h"
#include "gui/models/format.h"
#include "gui/models/wholefile.h"
#include "gui/views/events/eventtable.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QFileDialog>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QLabel *plainLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    return label;
}

// A button for an action, which is there only while the action is possible.
QToolButton *linkButton(QAction *action, QWidget *parent)
{
    auto *button = new QToolButton(parent);
    button->setDefaultAction(action);
    button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    button->setFocusPolicy(Qt::TabFocus);
    const auto update = [button, action] { button->setVisible(action->isEnabled()); };
    QObject::connect(action, &QAction::enabledChanged, button, update);
    update();
    return button;
}

} // namespace

EventsView::EventsView(EventModel &events, QWidget *parent)
    : Page(u"Events"_s, Glyph::Events, parent)
    , m_events(events)
    , m_filtered(new EventFilterModel(this))
    , m_problem(new Banner(this))
    , m_search(new QLineEdit(this))
    , m_summary(plainLabel(u"eventSummary"_s, this))
    , m_pause(new QPushButton(icon(Glyph::Pause), {}, this))
    , m_table(new EventTable(u"events"_s, this))
    , m_detail(new QFrame(this))
    , m_sentence(plainLabel(u"sentence"_s, this))
    , m_when(plainLabel(u"when"_s, this))
    , m_showClient(new QAction(icon(Glyph::Arrow), u"Show the client"_s, this))
    , m_showAddress(new QAction(icon(Glyph::Arrow), u"Show the address"_s, this))
    , m_showTrust(new QAction(icon(Glyph::Arrow), u"Open the trust list"_s, this))
{
    m_filtered->setSourceModel(&m_events);
    m_table->setHiddenByDefault({u"Who"_s}); // it is in the sentence
    m_table->setModel(m_filtered);
    m_table->setStretchColumn(EventModel::What);
    m_table->setAccessibleName(u"Events, the newest first"_s);
    makeRowActions();

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_problem);
    layout->addWidget(makeBar());
    layout->addWidget(m_table, 1);
    layout->addWidget(makeDetail());

    connect(this, &Page::shownChanged, &m_events, &EventModel::setLive);
    connect(&m_events, &EventModel::answered, this, &EventsView::showState);
    connect(&m_events, &EventModel::waitingChanged, this, &EventsView::showWaiting);
    connect(m_filtered, &QAbstractItemModel::rowsInserted, this, &EventsView::showState);
    connect(m_filtered, &QAbstractItemModel::rowsRemoved, this, &EventsView::showState);
    connect(m_filtered, &QAbstractItemModel::dataChanged, this, &EventsView::showDetail);
    connect(m_table, &EventTable::selectedKeysChanged, this, &EventsView::showDetail);
    connect(m_table, &EventTable::rowActivated, this, &EventsView::activate);
    showState();
    showWaiting();
    showDetail();
}

EventsView::~EventsView() = default;

QToolButton *EventsView::makeChip(EventGroup group, const QString &name, const QString &text,
                                  const QString &toolTip)
{
    auto *chip = new QToolButton(this);
    chip->setObjectName(name);
    chip->setText(text);
    chip->setToolTip(toolTip);
    chip->setCheckable(true);
    chip->setChecked(true);
    chip->setFocusPolicy(Qt::TabFocus);
    chip->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    // A pressed button alone is hard to see in some styles.
    chip->setIcon(icon(Glyph::Ok));
    chip->setMinimumWidth(chip->sizeHint().width());
    connect(chip, &QToolButton::toggled, this, [this, chip, group](bool shown) {
        chip->setIcon(shown ? icon(Glyph::Ok) : QIcon());
        m_filtered->setGroup(group, shown);
        showState();
    });
    return chip;
}

QWidget *EventsView::makeBar()
{
    m_search->setObjectName(u"eventSearch"_s);
    m_search->setPlaceholderText(u"Words to look for"_s);
    m_search->setAccessibleName(u"Words to look for in the events"_s);
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(Glyph::Search), QLineEdit::LeadingPosition);
    m_search->setMaximumWidth(48 * Grid);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filtered->setText(text);
        showState();
    });
    m_pause->setObjectName(u"pauseEvents"_s);
    m_pause->setCheckable(true);
    m_pause->setToolTip(u"Hold this list; what comes is counted and shown afterwards"_s);
    connect(m_pause, &QPushButton::toggled, &m_events, &EventModel::setPaused);

    auto *exporting = new QToolButton(this);
    exporting->setObjectName(u"exportEvents"_s);
    exporting->setIcon(icon(Glyph::Export));
    exporting->setText(u"Export"_s);
    exporting->setToolTip(u"Write the events that are shown to a file"_s);
    exporting->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    exporting->setPopupMode(QToolButton::InstantPopup);
    exporting->setFocusPolicy(Qt::TabFocus);
    auto *menu = new QMenu(exporting);
    menu->addAction(u"As &CSV table…"_s, this, &EventsView::exportData);
    menu->addAction(u"As &JSON lines…"_s, this, &EventsView::exportLines);
    exporting->setMenu(menu);

    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(Grid);
    row->addWidget(makeChip(EventGroup::Audit, u"chipAudit"_s, u"Audit"_s,
                            u"What operators did, and starts of the server"_s));
    row->addWidget(makeChip(EventGroup::Clients, u"chipClients"_s, u"Clients"_s,
                            u"Clients that came and went, and what was refused"_s));
    row->addWidget(makeChip(EventGroup::Admin, u"chipAdmin"_s, u"Admin sessions"_s,
                            u"Sessions on the admin socket, this one among them"_s));
    row->addSpacing(Grid);
    row->addWidget(m_search, 2);
    row->addStretch(1);
    row->addWidget(m_summary);
    row->addWidget(m_pause);
    row->addWidget(exporting);
    return bar;
}

QWidget *EventsView::makeDetail()
{
    m_detail->setObjectName(u"eventDetail"_s);
    m_detail->setFrameShape(QFrame::StyledPanel);
    m_sentence->setWordWrap(true);
    m_sentence->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_when->setForegroundRole(QPalette::PlaceholderText);
    m_when->setAlignment(Qt::AlignRight | Qt::AlignTop);
    auto *texts = new QHBoxLayout;
    texts->setSpacing(2 * Grid);
    texts->addWidget(m_sentence, 1);
    texts->addWidget(m_when);
    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    for (QAction *action : {m_showClient, m_showAddress, m_showTrust}) {
        QToolButton *button = linkButton(action, this);
        // The table keeps its height, whatever is selected.
        buttons->addStrut(button->sizeHint().height());
        buttons->addWidget(button);
    }
    buttons->addStretch(1);
    auto *column = new QVBoxLayout(m_detail);
    column->setContentsMargins(Grid, Grid, Grid, Grid);
    column->setSpacing(Grid);
    column->addLayout(texts);
    column->addLayout(buttons);
    return m_detail;
}

void EventsView::makeRowActions()
{
    auto *copy = new QAction(icon(Glyph::Copy), u"&Copy rows\tCtrl+C"_s, this);
    connect(copy, &QAction::triggered, m_table, &EventTable::copySelection);
    m_showClient->setObjectName(u"showClient"_s);
    m_showAddress->setObjectName(u"showAddress"_s);
    m_showTrust->setObjectName(u"showTrust"_s);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->addActions({m_showClient, m_showAddress, m_showTrust, copy});
    connect(m_showClient, &QAction::triggered, this, [this] {
        Q_EMIT clientWanted(currentRow().data(EventModel::ClientIdRole).toString());
    });
    connect(m_showAddress, &QAction::triggered, this, [this] {
        Q_EMIT clientsWanted(u"ip:"_s + currentRow().data(EventModel::AddressRole).toString());
    });
    connect(m_showTrust, &QAction::triggered, this, [this] { Q_EMIT entryWanted({}); });
}

void EventsView::refresh()
{
    m_events.refresh();
}

void EventsView::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool EventsView::canExport() const
{
    return m_filtered->rowCount() > 0;
}

void EventsView::exportData()
{
    m_table->exportCsv(u"events"_s);
}

void EventsView::exportLines()
{
    // What is shown now, not when the name of the file was found.
    const QByteArray lines = eventsToJsonLines(*m_filtered);
    auto *dialog = new QFileDialog(this, u"Export"_s, {}, u"JSON lines (*.jsonl)"_s);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(u"jsonl"_s);
    dialog->selectFile(u"events.jsonl"_s);
    connect(dialog, &QFileDialog::fileSelected, this, [this, lines](const QString &path) {
        const QString problem = writeWhole(path, lines);
        Q_EMIT messageWanted(problem.isEmpty() ? u"Events written"_s
                                               : QString(u"Events not written: "_s + problem));
    });
    dialog->open();
}

QModelIndex EventsView::currentRow() const
{
    const QModelIndexList rows = m_table->selectionModel()->selectedRows();
    return rows.size() == 1 ? rows.first() : QModelIndex();
}

void EventsView::showState()
{
    const int shown = m_filtered->rowCount();
    const int all = m_events.rowCount();
    if (!m_events.isLoaded()) {
        m_summary->clear();
        m_table->setPlaceholder(u"Waiting for the events"_s);
    } else {
        m_summary->setText(shown == all ? countText(all, "event", "events")
                                        : QString(countText(shown) + u" of "_s
                                                  + countText(all, "event", "events")));
        m_table->setPlaceholder(all == 0 ? u"Nothing happened yet"_s
                                         : u"No event matches; clear the search, or turn more "
                                           "kinds of events on"_s);
    }
    m_problem->showMessage(Tone::Error, m_events.problem());
}

void EventsView::showWaiting()
{
    const bool isPaused = m_events.isPaused();
    m_pause->setChecked(isPaused);
    m_pause->setIcon(icon(isPaused ? Glyph::Play : Glyph::Pause));
    if (!isPaused)
        m_pause->setText(u"&Pause"_s);
    else
        m_pause->setText(m_events.waiting() == 0
                             ? u"&Resume"_s
                             : u"&Resume (%1 new)"_s.arg(countText(m_events.waiting())));
}

void EventsView::showDetail()
{
    const QModelIndex row = currentRow();
    const QString id = row.data(EventModel::ClientIdRole).toString();
    const QString address = row.data(EventModel::AddressRole).toString();
    const QString type = row.data(EventModel::TypeRole).toString();
    m_sentence->setText(row.isValid()
                            ? row.siblingAtColumn(EventModel::What).data().toString()
                            : u"Select an event to read all of it, and to see where it leads."_s);
    m_sentence->setEnabled(row.isValid());
    m_when->setText(row.siblingAtColumn(EventModel::Time).data(Qt::ToolTipRole).toString());
    m_showClient->setText(u"Show client "_s + id);
    m_showClient->setEnabled(!id.isEmpty());
    m_showAddress->setText(
        address.isEmpty() ? u"Clients of this address"_s
                          : QString(u"Clients of "_s
                                    + row.siblingAtColumn(EventModel::Client).data().toString()));
    m_showAddress->setEnabled(!address.isEmpty());
    m_showTrust->setEnabled(type.startsWith("trust."_L1) || type == "headers.ignored"_L1);
}

void EventsView::activate()
{
    for (QAction *action : {m_showClient, m_showTrust, m_showAddress}) {
        if (action->isEnabled())
            return action->trigger();
    }
}

} // namespace truepeer
