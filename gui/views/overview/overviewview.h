// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// OverviewView is the first page: what the server does now, what it did, and what needs attention.
#pragma once

#include "gui/widgets/page.h"

class QGridLayout;
class QScrollArea;

namespace truepeer {

class AttentionBox;
class ChartPanel;
class OverviewModel;
class StatusRow;
class TileGrid;
class TopListModel;

class OverviewView final : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(OverviewView)

public:
    // The model outlives the page.
    explicit OverviewView(OverviewModel &model, QWidget *parent = nullptr);
    ~OverviewView() override;

    void refresh() override;
    bool canExport() const override { return true; }
    void exportData() override;
    QByteArray saveLayout() const override; // the range
    void restoreLayout(const QByteArray &layout) override;

protected:
    void resizeEvent(QResizeEvent *event) override;

private:
    void addTopBox(const QString &title, const QString &nothing, TopListModel &model);
    void arrange(bool wide);

    OverviewModel &m_model;
    QScrollArea *m_scroll;
    QGridLayout *m_layout;
    StatusRow *m_status;
    AttentionBox *m_attention;
    ChartPanel *m_charts;
    TileGrid *m_tops;
};

} // namespace truepeer
