// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/suggestionpane.h"

#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

SuggestionPane::SuggestionPane(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_gate(gate)
    , m_table(new TableView(u"trustSuggestions"_s, this))
    , m_trust(new QPushButton(u"Trust this proxy"_s, this))
    , m_ignore(new QPushButton(u"Ignore"_s, this))
    , m_ignored(new QLabel(this))
    , m_show(new QPushButton(u"Show them again"_s, this))
{
    m_trust->setObjectName(u"suggestionTrust"_s);
    m_ignore->setObjectName(u"suggestionIgnore"_s);
    m_show->setObjectName(u"suggestionShow"_s);
    m_table->setAccessibleName(u"Suggested proxies"_s);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setStretchColumn(SuggestionModel::SampleColumn);
    m_table->setModel(&m_models.suggestions());
    m_table->setPlaceholder(
        u"Nothing to suggest: no peer sends forwarding headers that are not believed."_s);
    m_gate.add(m_trust, ActionGate::Needs::Operator);

    auto *buttons = new QHBoxLayout;
    buttons->setSpacing(Grid);
    buttons->addWidget(m_trust);
    buttons->addWidget(m_ignore);
    buttons->addStretch();
    buttons->addWidget(m_ignored);
    buttons->addWidget(m_show);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_table, 1);
    layout->addLayout(buttons);

    connect(m_table, &TableView::selectedKeysChanged, this, &SuggestionPane::showState);
    connect(m_table, &TableView::rowActivated, m_trust, &QPushButton::click);
    connect(m_trust, &QPushButton::clicked, this, &SuggestionPane::trust);
    connect(m_ignore, &QPushButton::clicked, this, &SuggestionPane::ignore);
    connect(m_show, &QPushButton::clicked, &m_models.suggestions(), &SuggestionModel::showIgnored);
    connect(&m_models.suggestions(), &SuggestionModel::changed, this, &SuggestionPane::showState);
    connect(&m_models.draft(), &TrustDraft::edited, this, &SuggestionPane::showState);
    showState();
}

SuggestionPane::~SuggestionPane() = default;

void SuggestionPane::showState()
{
    const QStringList keys = m_table->selectedKeys();
    const QString entry = keys.isEmpty() ? QString() : m_models.suggestions().entryOf(keys.front());
    const bool isNew = !entry.isEmpty() && !m_models.draft().contains(entry);
    m_trust->setText(entry.isEmpty() || isNew ? u"Trust this proxy"_s : u"Is in the draft"_s);
    m_gate.setWanted(m_trust, isNew && m_models.draft().isLoaded());
    m_ignore->setEnabled(!entry.isEmpty());
    const int ignored = m_models.suggestions().ignoredCount();
    m_ignored->setText(countText(ignored) + u" ignored"_s);
    m_ignored->setVisible(ignored > 0);
    m_show->setVisible(ignored > 0);
}

void SuggestionPane::trust()
{
    const QStringList keys = m_table->selectedKeys();
    const QString entry = keys.isEmpty() ? QString() : m_models.suggestions().entryOf(keys.front());
    if (!m_trust->isEnabled() || entry.isEmpty())
        return;
    m_models.draft().add({{entry, {}}});
    Q_EMIT entryAdded(entry);
}

void SuggestionPane::ignore()
{
    const QStringList keys = m_table->selectedKeys();
    if (!keys.isEmpty())
        m_models.suggestions().ignore(keys.front());
}

} // namespace truepeer
