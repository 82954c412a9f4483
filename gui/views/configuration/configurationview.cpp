// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/configuration/configurationview.h"

#include "gui/models/configfiltermodel.h"
#include "gui/models/configmodel.h"
#include "gui/models/format.h"
#include "gui/views/configuration/reloadreport.h"
#include "gui/views/configuration/sectiondelegate.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QCheckBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

ConfigurationView::ConfigurationView(ConfigModel &config, QWidget *parent)
    : Page(u"Configuration"_s, Glyph::Configuration, parent)
    , m_config(config)
    , m_filtered(new ConfigFilterModel(this))
    , m_gate(new ActionGate(config.context().link, this))
    , m_problem(new Banner(this))
    , m_live(new Banner(this))
    , m_report(new ReloadReport(this))
    , m_search(new QLineEdit(this))
    , m_differing(new QCheckBox(u"Only what &differs from the default"_s, this))
    , m_summary(new QLabel(this))
    , m_reload(new QPushButton(icon(Glyph::Refresh), u"&Reload configuration"_s, this))
    , m_table(new TableView(u"configuration"_s, this))
{
    makeTable();
    m_live->setObjectName(u"liveNote"_s);
    connect(m_live->addButton(u"Open the &trust list"_s), &QPushButton::clicked, this,
            [this] { Q_EMIT entryWanted({}); });

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_problem);
    layout->addWidget(makeBar());
    layout->addWidget(m_report);
    layout->addWidget(m_live);
    layout->addWidget(m_table, 1);

    connect(this, &Page::shownChanged, &m_config, &ConfigModel::setLive);
    connect(&m_config, &ConfigModel::answered, this, &ConfigurationView::showState);
    connect(&m_config, &ConfigModel::reloaded, this, &ConfigurationView::reloaded);
    connect(m_reload, &QPushButton::clicked, this, &ConfigurationView::reload);
    showState();
}

ConfigurationView::~ConfigurationView() = default;

QWidget *ConfigurationView::makeBar()
{
    m_search->setObjectName(u"configSearch"_s);
    m_search->setPlaceholderText(u"Part of a setting, value or place"_s);
    m_search->setAccessibleName(u"Part of a setting, value or place"_s);
    m_search->setClearButtonEnabled(true);
    m_search->addAction(icon(Glyph::Search), QLineEdit::LeadingPosition);
    m_search->setMinimumWidth(24 * Grid);
    m_search->setMaximumWidth(48 * Grid);
    m_differing->setObjectName(u"onlyDiffering"_s);
    m_summary->setObjectName(u"configSummary"_s);
    m_reload->setObjectName(u"reload"_s);
    m_reload->setToolTip(u"Let the server read its configuration again"_s);
    m_gate->add(m_reload, ActionGate::Needs::Operator);
    connect(m_search, &QLineEdit::textChanged, this, [this](const QString &text) {
        m_filtered->setText(text);
        showState();
    });
    connect(m_differing, &QCheckBox::toggled, this, [this](bool only) {
        m_filtered->setOnlyDiffering(only);
        showState();
    });

    auto *bar = new QWidget(this);
    auto *row = new QHBoxLayout(bar);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(2 * Grid);
    row->addWidget(m_search, 2);
    row->addWidget(m_differing);
    row->addStretch(1);
    row->addWidget(m_summary);
    row->addWidget(m_reload);
    return bar;
}

void ConfigurationView::makeTable()
{
    m_filtered->setSourceModel(&m_config);
    m_table->setModel(m_filtered);
    m_table->setItemDelegateForColumn(ConfigModel::Section, new SectionDelegate(m_table));
    m_table->setStretchColumn(ConfigModel::Value);
    m_table->setAccessibleName(u"Settings in force"_s);
    m_table->setContextMenuPolicy(Qt::ActionsContextMenu);
    auto *copy = new QAction(icon(Glyph::Copy), u"&Copy rows\tCtrl+C"_s, this);
    connect(copy, &QAction::triggered, m_table, &TableView::copySelection);
    m_table->addAction(copy);
    connect(m_table, &TableView::rowActivated, this, &ConfigurationView::activate);
}

void ConfigurationView::refresh()
{
    m_config.refresh();
}

void ConfigurationView::focusFilter()
{
    m_search->setFocus(Qt::ShortcutFocusReason);
    m_search->selectAll();
}

bool ConfigurationView::canExport() const
{
    return m_filtered->rowCount() > 0;
}

void ConfigurationView::exportData()
{
    m_table->exportCsv(u"configuration"_s);
}

void ConfigurationView::showState()
{
    m_summary->setText(
        m_config.isLoaded() ? u"%1 of %2 differ"_s.arg(
            countText(m_config.differing()), countText(m_config.rowCount(), "setting", "settings"))
                            : QString());
    m_table->setPlaceholder(m_config.isLoaded() ? u"No setting matches"_s
                                                : u"Waiting for the configuration"_s);
    m_live->showMessage(Tone::Notice,
                        m_config.hasLiveKey()
                            ? u"The trust list was edited live: what the file says of trust_proxy "
                              "is not in force."_s
                            : QString());
    m_problem->showMessage(Tone::Error, m_config.problem());
}

void ConfigurationView::reload()
{
    m_gate->setWanted(m_reload, false);
    m_config.reload();
}

void ConfigurationView::reloaded(const ConfigReload &outcome)
{
    m_gate->setWanted(m_reload, true);
    m_report->showOutcome(outcome);
}

// Only the trust list can be changed from here.
void ConfigurationView::activate(const QString &key)
{
    if (key == "trust_proxy"_L1)
        Q_EMIT entryWanted({});
}

} // namespace truepeer
