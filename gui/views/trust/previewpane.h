// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;

namespace truepeer {

class TableView;
class ToneLine;
class TrustModels;

// Which clients would be somebody else with the draft, and why.
class PreviewPane : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PreviewPane)

public:
    explicit PreviewPane(TrustModels &models, QWidget *parent = nullptr);
    ~PreviewPane() override;

Q_SIGNALS:
    void clientWanted(const QString &id);

private:
    void showState();

    TrustModels &m_models;
    ToneLine *m_headline;
    QLabel *m_details;
    ToneLine *m_reasons;
    TableView *m_table;
};

} // namespace truepeer
