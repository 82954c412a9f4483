// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/requeststab.h"

#include "gui/models/format.h"
#include "gui/models/requestmodel.h"
#include "gui/views/diagnosis/factlist.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/trailview.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSplitter>
#include <QStackedWidget>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int UrlColumn = 2;

enum DetailPage : int { NoRequest, OneRequest };

} // namespace

RequestsTab::RequestsTab(RequestModel &model, QWidget *parent)
    : QWidget(parent)
    , m_model(model)
    , m_summary(new QLabel(this))
    , m_hold(new QPushButton(icon(Glyph::Pause), u"H&old"_s, this))
    , m_splitter(new QSplitter(Qt::Vertical, this))
    , m_table(new TableView(u"requests"_s, this))
    , m_detailStack(new QStackedWidget(this))
    , m_facts(new FactList(this))
    , m_trail(new TrailView(this))
    , m_detailProblem(new QLabel(this))
{
    m_table->setHiddenByDefault({u"Took"_s});
    m_table->setModel(&m_model);
    m_table->setStretchColumn(UrlColumn);
    m_table->setAccessibleName(u"The last requests, the newest first"_s);
    m_hold->setObjectName(u"holdRequests"_s);
    m_hold->setCheckable(true);
    m_hold->setToolTip(u"Keep these requests while you look at them"_s);
    makeLayout();

    connect(m_hold, &QPushButton::toggled, this, [this](bool held) {
        m_model.setHeld(held);
        m_hold->setText(held ? u"&Go on"_s : u"H&old"_s);
        m_hold->setIcon(icon(held ? Glyph::Play : Glyph::Pause));
    });
    connect(&m_model, &RequestModel::answered, this, &RequestsTab::showAnswer);
    connect(&m_model, &RequestModel::detailsChanged, this, &RequestsTab::showDetails);
    connect(m_table, &TableView::selectedKeysChanged, this, [this] {
        // What was looked at stays when its row is pushed out.
        const QStringList keys = m_table->selectedKeys();
        if (!keys.isEmpty())
            m_model.select(keys.first());
    });
    showAnswer();
    showDetails();
}

RequestsTab::~RequestsTab() = default;

void RequestsTab::makeLayout()
{
    m_summary->setObjectName(u"requestSummary"_s);
    auto *bar = new QHBoxLayout;
    bar->setSpacing(2 * Grid);
    bar->addWidget(m_summary);
    bar->addStretch(1);
    bar->addWidget(m_hold);

    auto *none = new QLabel(u"Select a request to see how its client was found"_s, this);
    none->setAlignment(Qt::AlignCenter);
    none->setForegroundRole(QPalette::PlaceholderText);
    m_detailProblem->setTextFormat(Qt::PlainText);
    m_detailProblem->setWordWrap(true);
    auto *content = new QWidget;
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, Grid, Grid, Grid);
    column->setSpacing(2 * Grid);
    column->addWidget(m_facts);
    column->addWidget(m_detailProblem);
    column->addWidget(m_trail);
    column->addStretch(1);
    auto *area = new QScrollArea(this);
    area->setWidget(content);
    area->setWidgetResizable(true);
    area->setFrameShape(QFrame::NoFrame);
    m_detailStack->addWidget(none);
    m_detailStack->addWidget(area);
    m_splitter->addWidget(m_table);
    m_splitter->addWidget(m_detailStack);
    m_splitter->setChildrenCollapsible(false);
    m_splitter->setStretchFactor(0, 3);
    m_splitter->setStretchFactor(1, 2);
    m_splitter->setSizes({28 * Grid, 30 * Grid});

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addLayout(bar);
    layout->addWidget(m_splitter, 1);
}

void RequestsTab::showAnswer()
{
    m_summary->setText(m_model.isLoaded() ? QString(
                           u"The last "_s + countText(m_model.rowCount(), "request", "requests"))
                                          : QString());
    m_table->setPlaceholder(m_model.isLoaded() ? u"No request came since the server started"_s
                                               : u"Waiting for the requests"_s);
}

void RequestsTab::showDetails()
{
    m_detailStack->setCurrentIndex(m_model.selected().isEmpty() ? NoRequest : OneRequest);
    m_facts->setFacts(m_model.facts());
    m_detailProblem->setText(m_model.detailProblem());
    m_detailProblem->setVisible(!m_model.detailProblem().isEmpty());
    const QJsonObject resolution = m_model.resolution();
    if (resolution.isEmpty())
        m_trail->clear();
    else
        m_trail->setResolution(resolution, m_model.mask());
    m_trail->setVisible(!resolution.isEmpty());
}

} // namespace truepeer
