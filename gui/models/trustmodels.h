// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/suggestionmodel.h"
#include "gui/models/trusteditor.h"
#include "gui/models/trusthistorymodel.h"
#include "gui/models/trustmodel.h"
#include "gui/models/trustpreviewmodel.h"
#include "gui/models/trusttester.h"

namespace truepeer {

// All that the page of the trust list shows, of one server.
class TrustModels final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustModels)

public:
    explicit TrustModels(const ModelContext &context, QObject *parent = nullptr);
    ~TrustModels() override;

    const ModelContext &context() const { return m_context; }
    TrustDraft &draft() { return m_draft; }
    TrustModel &list() { return m_list; }
    TrustPreviewModel &preview() { return m_preview; }
    TrustEditor &editor() { return m_editor; }
    TrustHistoryModel &history() { return m_history; }
    SuggestionModel &suggestions() { return m_suggestions; }
    TrustTester &tester() { return m_tester; }

    void setLive(bool live);
    void reload();

private:
    const ModelContext m_context;
    TrustDraft m_draft;
    TrustModel m_list;
    TrustPreviewModel m_preview;
    TrustEditor m_editor;
    TrustHistoryModel m_history;
    SuggestionModel m_suggestions;
    TrustTester m_tester;
};

} // namespace truepeer
