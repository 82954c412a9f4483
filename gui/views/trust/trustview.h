// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The page of the trust list: what is trusted, edits that are staged and previewed before they are
// applied, proxies that are suggested, requests to try, and the history.
#pragma once

#include "gui/widgets/page.h"

class QPushButton;
class QSplitter;
class QTabWidget;

namespace truepeer {

class ActionGate;
class Banner;
class EntryField;
class HistoryPane;
class ListHeader;
class PendingBar;
class PreviewPane;
class SuggestionPane;
class TesterPane;
class TrustModels;
class TrustTable;

class TrustView : public Page
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustView)

public:
    explicit TrustView(TrustModels &models, QWidget *parent = nullptr);
    ~TrustView() override;

    void refresh() override;
    void focusFilter() override;
    bool canExport() const override;
    void exportData() override;
    bool hasUnsavedWork() const override;
    QByteArray saveLayout() const override;
    void restoreLayout(const QByteArray &layout) override;

public Q_SLOTS:
    // Selects it; an entry that is not in the list is added to the draft.
    void showEntry(const QString &entry);
    void testClient(const QString &id);

private:
    void build();
    void connectParts();
    void connectModels();
    void showConflict();
    void showSuggestions();
    void showUndo();
    void rebase();
    void openMerge();
    void openGuard();
    void askReset();
    void selectEntry(const QString &entry);

    TrustModels &m_models;
    ActionGate *m_gate;
    Banner *m_conflict;
    Banner *m_result;
    QPushButton *m_undo;
    ListHeader *m_header;
    EntryField *m_field;
    TrustTable *m_table;
    PendingBar *m_pending;
    PreviewPane *m_preview;
    SuggestionPane *m_suggestions;
    TesterPane *m_tester;
    HistoryPane *m_history;
    QTabWidget *m_tabs;
    QSplitter *m_splitter;
    QString m_wantedEntry; // until the list is there
};

} // namespace truepeer
