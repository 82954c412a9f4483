// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustmodels.h"

namespace truepeer {

TrustModels::TrustModels(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_draft(context)
    , m_list(context, m_draft)
    , m_preview(context, m_draft)
    , m_editor(context, m_draft, m_preview)
    , m_history(context, m_draft)
    , m_suggestions(context)
    , m_tester(context, m_draft)
{
}

TrustModels::~TrustModels() = default;

void TrustModels::setLive(bool live)
{
    m_draft.setLive(live);
    m_preview.setLive(live);
    m_history.setLive(live);
    m_suggestions.setLive(live);
}

void TrustModels::reload()
{
    m_draft.reload();
    m_preview.ask();
    m_history.reload();
    m_suggestions.reload();
}

} // namespace truepeer
