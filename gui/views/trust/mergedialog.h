// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/trustmergemodel.h"

#include <QDialog>

class QPushButton;

namespace truepeer {

class TableView;
class ToneLine;
class TrustModels;

// A conflict side by side: the list that both started from, theirs, and ours. Where both changed
// the same thing, the operator decides.
class MergeDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MergeDialog)

public:
    explicit MergeDialog(TrustModels &models, QWidget *parent = nullptr);
    ~MergeDialog() override;

private:
    void showState();
    void decide(TrustSide side);
    void selectUndecided();

    TrustModels &m_models;
    TrustMergeModel m_rows;
    ToneLine *m_text;
    TableView *m_table;
    QPushButton *m_theirs;
    QPushButton *m_mine;
    QPushButton *m_rebase;
};

// The list in force beside that of the configuration; only what differs.
class CompareDialog final : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CompareDialog)

public:
    explicit CompareDialog(TrustModels &models, QWidget *parent = nullptr);
    ~CompareDialog() override;

private:
    void showState();

    TrustModels &m_models;
    TrustMergeModel m_rows;
    ToneLine *m_text;
};

} // namespace truepeer
