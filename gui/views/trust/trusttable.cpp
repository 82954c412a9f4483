// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/trusttable.h"

#include "gui/models/trustmodels.h"
#include "gui/views/trust/trustproxy.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QShortcut>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

TrustTable::TrustTable(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_gate(gate)
    , m_proxy(new TrustProxy(this))
    , m_table(new TableView(u"trustEntries"_s, this))
    , m_stack(new QStackedWidget(this))
    , m_search(new QLineEdit(this))
    , m_remove(new QPushButton(u"&Remove"_s, this))
    , m_note(new QPushButton(u"Edit no&te"_s, this))
    , m_clients(new QPushButton(u"Show its &clients"_s, this))
{
    build();
    connectAll();
    updateButtons();
    updatePage();
}

TrustTable::~TrustTable() = default;

void TrustTable::build()
{
    m_proxy->setSourceModel(&m_models.list());
    m_table->setItemDelegate(new TrustDelegate(m_table));
    m_table->setHiddenByDefault({u"added_at"_s});
    m_table->setStretchColumn(TrustModel::NoteColumn);
    m_table->setModel(m_proxy);
    m_table->setEditTriggers(QAbstractItemView::EditKeyPressed | QAbstractItemView::DoubleClicked);
    m_table->setAccessibleName(u"Trusted proxies"_s);
    m_table->setPlaceholder(u"No entry holds this text."_s);

    auto *empty = new EmptyState(this);
    empty->setObjectName(u"trustEmpty"_s);
    empty->setContent(Glyph::Trust, u"Clients connect directly"_s,
                      u"No proxy is trusted, so the addresses are the TCP peers.\nBehind a proxy? "
                      "Add it here."_s);
    QPushButton *add = empty->addButton(u"Add a proxy"_s);
    connect(add, &QPushButton::clicked, this, &TrustTable::addWanted);
    m_gate.add(add, ActionGate::Needs::Operator);
    m_stack->addWidget(m_table);
    m_stack->addWidget(empty);

    m_search->setObjectName(u"trustSearch"_s);
    m_search->setPlaceholderText(u"Find in the list"_s);
    m_search->setAccessibleName(u"Find in the list"_s);
    m_search->setClearButtonEnabled(true);
    m_remove->setObjectName(u"trustRemove"_s);
    m_note->setObjectName(u"trustNote"_s);
    m_clients->setObjectName(u"trustClients"_s);
    m_gate.add(m_remove, ActionGate::Needs::Operator);
    m_gate.add(m_note, ActionGate::Needs::Operator);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    buttons->addWidget(m_remove);
    buttons->addWidget(m_note);
    buttons->addWidget(m_clients);
    buttons->addStretch();
    buttons->addWidget(m_search);
    m_search->setMinimumWidth(20 * Grid);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_stack, 1);
    layout->addLayout(buttons);
}

void TrustTable::connectAll()
{
    connect(m_search, &QLineEdit::textChanged, m_proxy, &TrustProxy::setSearch);
    connect(m_remove, &QPushButton::clicked, this, &TrustTable::removeSelected);
    connect(m_clients, &QPushButton::clicked, this, &TrustTable::showClients);
    connect(m_note, &QPushButton::clicked, this, [this] {
        const QModelIndex current = m_table->currentIndex();
        if (current.isValid())
            m_table->edit(current.siblingAtColumn(TrustModel::NoteColumn));
    });
    auto *remove =
        new QShortcut(QKeySequence(Qt::Key_Delete), m_table, nullptr, nullptr, Qt::WidgetShortcut);
    connect(remove, &QShortcut::activated, m_remove, &QPushButton::click);
    connect(m_table, &TableView::sortWanted, this, &TrustTable::sortBy);
    connect(m_table, &TableView::selectedKeysChanged, this, &TrustTable::updateButtons);
    connect(&m_models.list(), &QAbstractItemModel::dataChanged, this, &TrustTable::updateButtons);
    connect(&m_models.list(), &QAbstractItemModel::rowsInserted, this, &TrustTable::updatePage);
    connect(&m_models.list(), &QAbstractItemModel::rowsRemoved, this, &TrustTable::updatePage);
    connect(&m_models.draft(), &TrustDraft::serverChanged, this, &TrustTable::updatePage);
}

void TrustTable::updatePage()
{
    const bool isEmpty = m_models.draft().isLoaded() && m_models.list().rowCount() == 0;
    m_stack->setCurrentIndex(isEmpty ? 1 : 0);
    m_table->setPlaceholder(m_models.draft().isLoaded() ? u"No entry holds this text."_s
                            : m_models.draft().failure().isEmpty()
                                ? u"Waiting for the list of the server…"_s
                                : m_models.draft().failure());
    updateButtons();
}

void TrustTable::updateButtons()
{
    const QStringList keys = m_table->selectedKeys();
    bool anyStays = false;
    for (const QString &key : keys) {
        const int row = m_models.list().rowOf(key);
        const int state =
            m_models.list().index(std::max(row, 0), 0).data(TrustModel::StateRole).toInt();
        anyStays = anyStays || (row >= 0 && state != int(TrustModel::State::Removed));
        if (anyStays)
            break;
    }
    m_remove->setText(keys.isEmpty() || anyStays ? u"&Remove"_s : u"&Keep it after all"_s);
    m_gate.setWanted(m_remove, !keys.isEmpty());
    m_gate.setWanted(m_note, keys.size() == 1 && anyStays);
    m_clients->setEnabled(keys.size() == 1);
}

void TrustTable::removeSelected()
{
    const QStringList keys = m_table->selectedKeys();
    if (keys.isEmpty())
        return;
    const bool removes = m_remove->text() == u"&Remove"_s;
    m_models.draft().setRemoved(keys, removes);
}

void TrustTable::showClients()
{
    const QStringList keys = m_table->selectedKeys();
    const int row = keys.size() == 1 ? m_models.list().rowOf(keys.front()) : -1;
    if (row < 0)
        return;
    const QString entry = m_models.list().index(row, 0).data(TrustModel::EntryRole).toString();
    const QStringList ranges = m_models.draft().meaningOf(entry).ranges;
    if (ranges.size() == 1) {
        Q_EMIT clientsWanted(u"via:"_s + ranges.front());
        return;
    }
    // A keyword stands for several ranges, and a filter takes one.
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    for (const QString &range : ranges) {
        QAction *action = menu->addAction(u"Through "_s + range);
        connect(action, &QAction::triggered, this,
                [this, range] { Q_EMIT clientsWanted(u"via:"_s + range); });
    }
    menu->popup(m_clients->mapToGlobal(QPoint(0, m_clients->height())));
}

void TrustTable::sortBy(const QString &column, Qt::SortOrder order)
{
    for (int i = 0; i < TrustModel::ColumnCount; ++i) {
        if (m_proxy->headerData(i, Qt::Horizontal, ColumnNameRole).toString() != column)
            continue;
        m_proxy->sort(i, order);
        m_table->showSort(column, order);
    }
}

void TrustTable::focusSearch()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

void TrustTable::select(const QString &key)
{
    if (m_proxy->rowOf(key) < 0)
        m_search->clear();
    m_table->selectKey(key);
    m_table->setFocus(Qt::OtherFocusReason);
}

void TrustTable::exportList()
{
    m_table->exportCsv(u"trusted-proxies.csv"_s);
}

} // namespace truepeer
