// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ConfigurationView is the page of the settings in force: what they are, and where they come from.
#pragma once

#include "gui/widgets/page.h"

class QCheckBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace truepeer {

class ActionGate;
class Banner;
class ConfigFilterModel;
class ConfigModel;
class ReloadReport;
class TableView;
struct ConfigReload;

class ConfigurationView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConfigurationView)

public:
    // The model outlives the page.
    explicit ConfigurationView(ConfigModel &config, QWidget *parent = nullptr);
    ~ConfigurationView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;

private:
    QWidget *makeBar();
    void makeTable();
    void showState();
    void reload();
    void reloaded(const ConfigReload &outcome);
    void activate(const QString &key);

    ConfigModel &m_config;
    ConfigFilterModel *m_filtered;
    ActionGate *m_gate;
    Banner *m_problem;
    Banner *m_live;
    ReloadReport *m_report;
    QLineEdit *m_search;
    QCheckBox *m_differing;
    QLabel *m_summary;
    QPushButton *m_reload;
    TableView *m_table;
};

} // namespace truepeer
