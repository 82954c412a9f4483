// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/findingstab.h"

#include "gui/models/addressmask.h"
#include "gui/models/findingmodel.h"
#include "gui/models/format.h"
#include "gui/models/roles.h"
#include "gui/views/diagnosis/findingpane.h"
#include "gui/views/diagnosis/severitydelegate.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum StackPage : int { Findings, Nothing };
enum PanePage : int { NoFinding, OneFinding };

} // namespace

FindingsTab::FindingsTab(FindingModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_gate(new ActionGate(model.context().link, this))
    , m_summary(new QLabel(this))
    , m_checked(new QLabel(this))
    , m_again(new QPushButton(icon(Glyph::Refresh), u"Check &again"_s, this))
    , m_stack(new QStackedWidget(this))
    , m_splitter(new QSplitter(Qt::Horizontal, this))
    , m_table(new TableView(u"findings"_s, this))
    , m_paneStack(new QStackedWidget(this))
    , m_pane(new FindingPane(this))
    , m_nothing(new EmptyState(this))
{
    m_table->setHiddenByDefault({u"About"_s}); // it is in the title
    m_table->setModel(&m_model);
    m_table->setItemDelegateForColumn(0, new SeverityDelegate(m_table));
    m_table->setStretchColumn(1);
    m_table->setAccessibleName(u"Findings, the worst first"_s);
    makeLayout();

    m_gate->add(m_again, ActionGate::Needs::Connection);
    connect(m_again, &QPushButton::clicked, &m_model, &FindingModel::refresh);
    connect(&m_model, &FindingModel::answered, this, &FindingsTab::showAnswer);
    connect(&m_model, &QAbstractItemModel::dataChanged, this, &FindingsTab::showSelected);
    connect(m_table, &TableView::selectedKeysChanged, this, &FindingsTab::showSelected);
    connect(m_pane, &FindingPane::entryWanted, this, &FindingsTab::entryWanted);
    showAnswer();
    showSelected();
}

FindingsTab::~FindingsTab() = default;

void FindingsTab::makeLayout()
{
    m_summary->setObjectName(u"findingSummary"_s);
    m_summary->setTextFormat(Qt::PlainText);
    m_checked->setForegroundRole(QPalette::PlaceholderText);
    m_again->setObjectName(u"checkAgain"_s);
    m_again->setToolTip(u"Ask for a new diagnosis (F5)"_s);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(2 * Grid);
    bar->addWidget(m_summary);
    bar->addStretch(1);
    bar->addWidget(m_checked);
    bar->addWidget(m_again);

    m_nothing->setContent(
        Glyph::Ok, u"Nothing found"_s,
        u"The server watches what its peers and proxies send, whether the trust list fits to it, "
        "which hosts, limits and time-outs turn clients away, and how connections end. It says so "
        "here when something is wrong, and how to mend it."_s);
    auto *none = new QLabel(u"Select a finding to see what it means and how to mend it"_s, this);
    none->setAlignment(Qt::AlignCenter);
    none->setWordWrap(true);
    none->setForegroundRole(QPalette::PlaceholderText);
    m_paneStack->addWidget(none);
    m_paneStack->addWidget(m_pane);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_paneStack);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 2);
    m_splitter->setStretchFactor(1, 3);
    m_splitter->setSizes({44 * Grid, 60 * Grid});
    m_stack->addWidget(m_splitter);
    m_stack->addWidget(m_nothing);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addLayout(bar);
    layout->addWidget(m_stack, 1);
}

void FindingsTab::showFinding(const QString &id)
{
    m_wanted = id;
    showAnswer();
}

void FindingsTab::showAnswer()
{
    const bool isLoaded = m_model.isLoaded();
    const bool isEmpty = m_model.rowCount() == 0;
    m_stack->setCurrentIndex(isLoaded && isEmpty ? Nothing : Findings);
    m_table->setPlaceholder(isLoaded ? QString() : u"Waiting for the diagnosis"_s);
    m_summary->setText(isLoaded && !isEmpty ? m_model.summary() : QString());
    m_checked->setText(isLoaded ? QString(u"Checked at "_s
                                          + timeText(m_model.checkedAt().toSecsSinceEpoch(),
                                                     QDateTime::currentDateTime()))
                                : QString());
    if (!isLoaded)
        return;
    if (const QString key = m_model.keyOfKind(m_wanted); !key.isEmpty())
        m_table->selectKey(key);
    else if (!m_wasShown && !isEmpty)
        m_table->selectKey(m_model.index(0, 0).data(KeyRole).toString());
    // A finding that is wanted and is not there is over.
    m_wanted.clear();
    m_wasShown = m_wasShown || !isEmpty;
    showSelected();
}

void FindingsTab::showSelected()
{
    const QStringList keys = m_table->selectedKeys();
    const bool isOne = keys.size() == 1 && m_model.rowOf(keys.first()) >= 0;
    m_paneStack->setCurrentIndex(isOne ? OneFinding : NoFinding);
    if (isOne)
        m_pane->setContent(m_model.contentOf(keys.first()), m_model.context().mask.isOn());
}

} // namespace truepeer
