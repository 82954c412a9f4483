// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/clientsview.h"

#include "gui/models/clientdetail.h"
#include "gui/models/clientmodel.h"
#include "gui/models/serverlink.h"
#include "gui/views/clients/clientpane.h"
#include "gui/views/clients/filterbar.h"
#include "gui/views/clients/pagerbar.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QComboBox>
#include <QDataStream>
#include <QIODevice>
#include <QKeyEvent>
#include <QPushButton>
#include <QShortcut>
#include <QSplitter>
#include <QStackedWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr ClientField ClosedFields[]{ClientField::ClosedAt, ClientField::Duration,
                                     ClientField::CloseCode, ClientField::Initiator};
constexpr quint8 LayoutVersion = 1;

QStringList hiddenColumns()
{
    return {u"url"_s,        u"peer_port"_s,    u"scheme"_s,         u"port"_s,
            u"user_agent"_s, u"origin"_s,       u"bytes_in"_s,       u"bytes_out"_s,
            u"source"_s,     u"trusted_peer"_s, u"trust_revision"_s, u"known"_s,
            u"conflict"_s};
}

} // namespace

ClientsView::ClientsView(ClientModel &model, ClientDetail &detail, QWidget *parent)
    : Page(u"Clients"_s, Glyph::Clients, parent)
    , m_model(model)
    , m_detail(detail)
    , m_actions(new ClientActions(model.context(), this))
    , m_gate(new ActionGate(model.context().link, this))
    , m_filter(new FilterBar(this))
    , m_state(new QComboBox(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_stack(new QStackedWidget(this))
    , m_table(new TableView(u"clientTable"_s, this))
    , m_noMatch(new EmptyState(this))
    , m_noClients(new EmptyState(this))
    , m_pane(new ClientPane(detail, this))
    , m_pager(new PagerBar(this))
{
    makeTable();
    makeActions();
    makeLayout();
    connectModel();
    showAnswer();
    updateActions();
}

ClientsView::~ClientsView() = default;

void ClientsView::makeTable()
{
    m_table->setAccessibleName(u"Clients"_s);
    m_table->setHiddenByDefault(hiddenColumns());
    m_table->setModel(&m_model);
    for (const ClientField field : ClosedFields)
        m_table->setColumnHidden(int(field), true);
    m_table->setStretchColumn(int(ClientField::Host));
    m_table->setPlaceholder(u"Waiting for the list of the clients."_s);
    m_table->showSort(m_model.sortColumn(), m_model.sortOrder());
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    m_table->viewport()->installEventFilter(this);
    connect(m_table, &TableView::sortWanted, &m_model, &ClientModel::setSort);
    connect(m_table, &TableView::selectedKeysChanged, this, &ClientsView::selectionChanged);
    connect(m_table, &TableView::rowActivated, this, &ClientsView::rowActivated);
}

QAction *ClientsView::addRowAction(const QString &text, Glyph glyph, const QKeySequence &keys,
                                   void (ClientsView::*slot)())
{
    auto *action = new QAction(icon(glyph), text, this);
    action->setShortcut(keys);
    action->setShortcutContext(Qt::WidgetShortcut);
    connect(action, &QAction::triggered, this, slot);
    m_table->addAction(action);
    return action;
}

void ClientsView::makeActions()
{
    auto *copy = new QAction(icon(Glyph::Copy), u"&Copy rows\tCtrl+C"_s, this);
    connect(copy, &QAction::triggered, m_table, &TableView::copySelection);
    m_table->addAction(copy);
    addRowAction(u"Copy &address"_s, Glyph::Copy, QKeySequence(u"Ctrl+Shift+C"_s),
                 &ClientsView::copyAddress);
    addRowAction(u"Copy &id"_s, Glyph::Copy, {}, &ClientsView::copyId);
    addRowAction(u"Show &only this address"_s, Glyph::Search, {}, &ClientsView::filterByAddress);
    m_test = addRowAction(u"&Try against the trust list…"_s, Glyph::Trust, {},
                          &ClientsView::testSelected);
    m_test->setObjectName(u"testClient"_s);
    m_gate->add(m_test, ActionGate::Needs::Connection);
    auto *separator = new QAction(this);
    separator->setSeparator(true);
    m_table->addAction(separator);
    m_send = addRowAction(u"&Send event…"_s, Glyph::Send, {}, &ClientsView::sendEvent);
    m_kick = addRowAction(u"&Kick…"_s, Glyph::Kick, QKeySequence(Qt::Key_Delete),
                          &ClientsView::kickSelected);
    m_kickMatching =
        addRowAction(u"Kick all that &match…"_s, Glyph::Kick, {}, &ClientsView::kickMatching);
    m_export = new QAction(icon(Glyph::Export), u"E&xport…"_s, this);
    m_export->setToolTip(u"Write all clients that match to a CSV file (Ctrl+E)"_s);
    connect(m_export, &QAction::triggered, this, &ClientsView::exportData);
    m_kick->setToolTip(u"Close the connections of the selected clients (Del)"_s);
    m_kickMatching->setToolTip(u"Close the connections of all clients that match the filter"_s);
    m_send->setToolTip(u"Send an event to the selected client"_s);
    m_gate->add(m_send, ActionGate::Needs::Operator);
    m_gate->add(m_kick, ActionGate::Needs::Operator);
    m_gate->add(m_kickMatching, ActionGate::Needs::Operator);
    m_gate->add(m_export, ActionGate::Needs::Connection);
}

QWidget *ClientsView::makeBar()
{
    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    m_state->setObjectName(u"clientState"_s);
    m_state->setAccessibleName(u"Which clients"_s);
    m_state->addItems({u"Open clients"_s, u"Closed recently"_s});
    connect(m_state, &QComboBox::activated, this, &ClientsView::setState);
    layout->addWidget(m_state);
    layout->addStretch(1);
    for (QAction *action : {m_send, m_kick, m_kickMatching, m_export}) {
        auto *button = new QToolButton(bar);
        button->setDefaultAction(action);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setFocusPolicy(Qt::StrongFocus);
        layout->addWidget(button);
    }
    return bar;
}

void ClientsView::makeLayout()
{
    m_noMatch->setContent(Glyph::Search, u"No client matches"_s,
                          u"The filter fits none of those that are there."_s);
    QPushButton *clear = m_noMatch->addButton(u"Clear filter"_s);
    clear->setObjectName(u"clearFilter"_s);
    connect(clear, &QPushButton::clicked, this, [this] { m_filter->setFilter({}); });
    m_stack->addWidget(m_table);
    m_stack->addWidget(m_noMatch);
    m_stack->addWidget(m_noClients);
    m_stack->setMinimumWidth(40 * Grid);
    m_splitter->addWidget(m_stack);
    m_splitter->addWidget(m_pane);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setSizes({90 * Grid, 54 * Grid});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_filter);
    layout->addWidget(makeBar());
    layout->addWidget(m_splitter, 1);
    layout->addWidget(m_pager);
    setTabOrder(m_filter, m_state);

    const auto shortcut = [this](const QKeySequence &keys, void (PagerBar::*slot)()) {
        auto *made = new QShortcut(keys, this);
        made->setContext(Qt::WidgetWithChildrenShortcut);
        connect(made, &QShortcut::activated, m_pager, slot);
    };
    shortcut(QKeySequence(u"Ctrl+PgUp"_s), &PagerBar::showPrevious);
    shortcut(QKeySequence(u"Ctrl+PgDown"_s), &PagerBar::showNext);
}

void ClientsView::connectModel()
{
    connect(this, &Page::shownChanged, this, &ClientsView::updateLive);
    connect(&m_model, &ClientModel::answered, this, &ClientsView::showAnswer);
    connect(&m_model, &ClientModel::heldChangesChanged, m_pager, &PagerBar::setHeldChanges);
    connect(&m_model, &ClientModel::queryChanged, this, [this] {
        m_table->showSort(m_model.sortColumn(), m_model.sortOrder());
        updateActions();
    });
    connect(m_filter, &FilterBar::filterWanted, &m_model, &ClientModel::setFilter);
    connect(m_pager, &PagerBar::offsetWanted, &m_model, &ClientModel::setOffset);
    connect(m_pager, &PagerBar::refreshWanted, this, &ClientsView::refresh);
    connect(m_pane, &ClientPane::closeWanted, this, [this] {
        showPane(false);
        m_table->setFocus();
    });
    connect(m_pane, &ClientPane::entryWanted, this, &Page::entryWanted);
    connect(&m_detail, &ClientDetail::updated, this, &ClientsView::updateActions);
    connect(m_pane, &ClientPane::roomWanted, this, &Page::roomWanted);
}

void ClientsView::refresh()
{
    m_model.refresh();
    m_detail.refresh();
}

void ClientsView::focusFilter()
{
    m_filter->focusInput();
}

QByteArray ClientsView::saveLayout() const
{
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << LayoutVersion << m_splitter->saveState() << !m_pane->isHidden();
    return layout;
}

void ClientsView::restoreLayout(const QByteArray &layout)
{
    QDataStream stream(layout);
    quint8 version = 0;
    QByteArray state;
    bool hasPane = true;
    stream >> version >> state >> hasPane;
    if (version != LayoutVersion || stream.status() != QDataStream::Ok)
        return;
    m_splitter->restoreState(state);
    showPane(hasPane);
}

void ClientsView::showFilter(const QString &filter)
{
    if (m_state->currentIndex() != 0) {
        m_state->setCurrentIndex(0);
        setState(0);
    }
    m_filter->setFilter(filter);
}

void ClientsView::showClient(const QString &id)
{
    showPane(true);
    m_pane->showTab(ClientPane::Tab::Why);
    if (m_model.rowOf(id) >= 0)
        m_table->selectKey(id);
    else
        m_table->clearSelection();
    m_detail.setClient(id);
}

void ClientsView::showAnswer()
{
    m_filter->showServerProblem(m_model.problem());
    showCounts();
    const bool isClosed = m_model.state() == ClientModel::State::Closed;
    const bool isEmpty = m_model.isLoaded() && m_model.rowCount() == 0;
    const bool isFiltered = m_model.total() > 0 || !m_model.filter().isEmpty();
    QWidget *page = !isEmpty     ? static_cast<QWidget *>(m_table)
                    : isFiltered ? m_noMatch
                                 : m_noClients;
    if (page == m_noClients) {
        const QString command = m_model.connectCommand();
        const QString shown = isClosed ? u"closed"_s : command;
        if (shown != m_shownListen || m_shownListen.isEmpty()) {
            m_shownListen = shown;
            if (isClosed)
                m_noClients->setContent(Glyph::Clients, u"No client has closed yet"_s,
                                        u"The last 1000 that closed are kept."_s);
            else
                m_noClients->setContent(Glyph::Clients, u"No clients yet"_s,
                                        u"They appear here as soon as they connect. To try it:"_s,
                                        command);
        }
    }
    m_stack->setCurrentWidget(page);
    updateActions();
}

void ClientsView::showCounts()
{
    m_pager->setCounts({m_model.offset(), m_model.rowCount(), m_model.filtered(), m_model.total(),
                        ClientModel::PageSize});
}

void ClientsView::setState(int index)
{
    const bool isClosed = index == 1;
    m_model.setState(isClosed ? ClientModel::State::Closed : ClientModel::State::Open);
    for (const ClientField field : ClosedFields)
        m_table->setColumnHidden(int(field), !isClosed);
}

void ClientsView::showPane(bool shown)
{
    m_pane->setVisible(shown);
    updateLive();
}

void ClientsView::updateLive()
{
    m_model.setLive(isVisible());
    m_detail.setLive(isVisible() && m_pane->isVisible());
}

bool ClientsView::eventFilter(QObject *watched, QEvent *event)
{
    switch (event->type()) {
    case QEvent::Enter:
        m_isPointed = true;
        updateHeld();
        break;
    case QEvent::Leave:
    case QEvent::Hide:
        m_isPointed = false;
        updateHeld();
        break;
    case QEvent::MouseButtonDblClick:
        m_isDoubleClick = true;
        break;
    case QEvent::MouseButtonRelease:
        m_isDoubleClick = false;
        break;
    default:
        break;
    }
    return Page::eventFilter(watched, event);
}

void ClientsView::hideEvent(QHideEvent *event)
{
    m_isPointed = false;
    updateHeld();
    Page::hideEvent(event);
}

void ClientsView::keyPressEvent(QKeyEvent *event)
{
    // The filter's own Esc comes first, when it has the focus.
    if (event->key() == Qt::Key_Escape && m_table->selectionModel()->hasSelection())
        return m_table->clearSelection();
    if (event->key() == Qt::Key_Escape && !m_filter->text().isEmpty())
        return m_filter->setFilter({});
    Page::keyPressEvent(event);
}

void ClientsView::updateHeld()
{
    m_model.setHeld(m_isPointed || m_table->selectionModel()->hasSelection());
}

void ClientsView::selectionChanged()
{
    updateHeld();
    updateActions();
    const QStringList ids = m_table->selectedKeys();
    if (ids.isEmpty())
        return; // the details stay: of a client that has gone, too
    if (const ClientRow *row = m_model.find(ids.constFirst()))
        m_detail.setClient(*row);
}

// Enter shows and hides the details; a double click only shows them.
void ClientsView::rowActivated()
{
    showPane(m_isDoubleClick || !m_pane->isVisible());
}

} // namespace truepeer
