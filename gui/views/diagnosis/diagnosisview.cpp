// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/diagnosisview.h"

#include "gui/models/findingmodel.h"
#include "gui/models/proxyconfigmodel.h"
#include "gui/models/requestmodel.h"
#include "gui/views/diagnosis/findingstab.h"
#include "gui/views/diagnosis/proxyconfigtab.h"
#include "gui/views/diagnosis/requeststab.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QDataStream>
#include <QIODevice>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr quint8 LayoutVersion = 1;

} // namespace

DiagnosisView::DiagnosisView(FindingModel &findings, ProxyConfigModel &proxyConfig,
                             RequestModel &requests, QWidget *parent)
    : Page(u"Diagnosis"_s, Glyph::Diagnosis, parent)
    , m_findings(findings)
    , m_proxyConfig(proxyConfig)
    , m_requests(requests)
    , m_problem(new Banner(this))
    , m_tabs(new QTabWidget(this))
    , m_findingsTab(new FindingsTab(findings, this))
    , m_proxyTab(new ProxyConfigTab(proxyConfig, this))
    , m_requestsTab(new RequestsTab(requests, this))
{
    m_tabs->setObjectName(u"diagnosisTabs"_s);
    m_tabs->setDocumentMode(true);
    m_tabs->addTab(m_findingsTab, u"&Findings"_s);
    m_tabs->addTab(m_requestsTab, u"&Requests"_s);
    m_tabs->addTab(m_proxyTab, u"Proxy &configuration"_s);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_problem);
    layout->addWidget(m_tabs, 1);

    connect(this, &Page::shownChanged, this, [this](bool shown) {
        m_isShown = shown;
        updateLive();
    });
    connect(m_tabs, &QTabWidget::currentChanged, this, &DiagnosisView::updateLive);
    connect(&m_findings, &FindingModel::answered, this, &DiagnosisView::showProblem);
    connect(&m_requests, &RequestModel::answered, this, &DiagnosisView::showProblem);
    connect(m_findingsTab, &FindingsTab::entryWanted, this, &DiagnosisView::entryWanted);
    connect(m_proxyTab, &ProxyConfigTab::messageWanted, this, &DiagnosisView::messageWanted);
}

DiagnosisView::~DiagnosisView() = default;

void DiagnosisView::refresh()
{
    m_findings.refresh();
    m_requests.refresh();
    m_proxyConfig.refresh();
}

void DiagnosisView::focusFilter()
{
    if (m_tabs->currentWidget() == m_proxyTab)
        m_proxyTab->focusFields();
    else
        m_tabs->currentWidget()->findChild<TableView *>()->setFocus(Qt::ShortcutFocusReason);
}

bool DiagnosisView::canExport() const
{
    if (m_tabs->currentWidget() == m_requestsTab)
        return m_requests.rowCount() > 0;
    return m_tabs->currentWidget() == m_findingsTab && m_findings.rowCount() > 0;
}

void DiagnosisView::exportData()
{
    if (m_tabs->currentWidget() == m_requestsTab)
        m_requestsTab->table()->exportCsv(u"requests"_s);
    else
        m_findingsTab->table()->exportCsv(u"findings"_s);
}

QByteArray DiagnosisView::saveLayout() const
{
    QByteArray layout;
    QDataStream stream(&layout, QIODevice::WriteOnly);
    stream << LayoutVersion << m_findingsTab->splitter()->saveState()
           << m_requestsTab->splitter()->saveState();
    return layout;
}

void DiagnosisView::restoreLayout(const QByteArray &layout)
{
    QDataStream stream(layout);
    quint8 version = 0;
    QByteArray findings;
    QByteArray requests;
    stream >> version >> findings >> requests;
    if (stream.status() != QDataStream::Ok || version != LayoutVersion)
        return;
    m_findingsTab->splitter()->restoreState(findings);
    m_requestsTab->splitter()->restoreState(requests);
}

void DiagnosisView::showFinding(const QString &id)
{
    m_tabs->setCurrentWidget(m_findingsTab);
    m_findingsTab->showFinding(id);
}

// Only what is looked at is asked for.
void DiagnosisView::updateLive()
{
    const QWidget *tab = m_tabs->currentWidget();
    m_findings.setLive(m_isShown && tab == m_findingsTab);
    m_requests.setLive(m_isShown && tab == m_requestsTab);
    m_proxyConfig.setLive(m_isShown && tab == m_proxyTab);
    showProblem();
}

void DiagnosisView::showProblem()
{
    const bool isRequests = m_tabs->currentWidget() == m_requestsTab;
    const bool isProxy = m_tabs->currentWidget() == m_proxyTab;
    m_problem->showMessage(Tone::Error, isProxy      ? QString()
                                        : isRequests ? m_requests.problem()
                                                     : m_findings.problem());
}

} // namespace truepeer
