// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// DiagnosisView is the page of what is wrong with proxies, trust list and limits: findings,
// configurations for proxies, and the last requests.
#pragma once

#include "gui/widgets/page.h"

class QTabWidget;

namespace truepeer {

class Banner;
class FindingModel;
class FindingsTab;
class ProxyConfigModel;
class ProxyConfigTab;
class RequestModel;
class RequestsTab;

class DiagnosisView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(DiagnosisView)

public:
    // The models outlive the page.
    DiagnosisView(FindingModel &findings, ProxyConfigModel &proxyConfig, RequestModel &requests,
                  QWidget *parent = nullptr);
    ~DiagnosisView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;
    QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray &layout) override;

public Q_SLOTS:
    void showFinding(const QString &id); // "": the findings

private:
    void updateLive();
    void showProblem();

    FindingModel &m_findings;
    ProxyConfigModel &m_proxyConfig;
    RequestModel &m_requests;
    Banner *m_problem;
    QTabWidget *m_tabs;
    FindingsTab *m_findingsTab;
    ProxyConfigTab *m_proxyTab;
    RequestsTab *m_requestsTab;
    bool m_isShown = false;
};

} // namespace truepeer
