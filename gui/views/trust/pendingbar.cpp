// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/pendingbar.h"

#include "gui/models/format.h"
#include "gui/models/trustmodels.h"
#include "gui/models/trusttext.h"
#include "gui/widgets/actiongate.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QHBoxLayout>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>

namespace truepeer {

using namespace Qt::StringLiterals;

PendingBar::PendingBar(TrustModels &models, ActionGate &gate, QWidget *parent)
    : QFrame(parent)
    , m_models(models)
    , m_gate(gate)
    , m_text(new ToneLine(this))
    , m_comment(new QLineEdit(this))
    , m_preview(new QPushButton(u"&Preview"_s, this))
    , m_discard(new QPushButton(u"&Discard"_s, this))
    , m_apply(new QPushButton(this))
{
    setObjectName(u"trustPending"_s);
    m_text->setObjectName(u"trustChanges"_s);
    m_comment->setObjectName(u"trustComment"_s);
    m_comment->setPlaceholderText(u"Comment, for example a ticket"_s);
    m_comment->setAccessibleName(u"Comment of the edit"_s);
    m_comment->setMaxLength(int(MaxTrustNoteLength));
    m_comment->setMinimumWidth(14 * Grid);
    m_preview->setObjectName(u"trustPreview"_s);
    m_discard->setObjectName(u"trustDiscard"_s);
    m_apply->setObjectName(u"trustApply"_s);
    m_apply->setToolTip(u"Sends the draft to the server (Ctrl+Return)"_s);
    m_gate.add(m_preview, ActionGate::Needs::Connection);
    m_gate.add(m_apply, ActionGate::Needs::Operator);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * Grid, Grid, Grid, Grid);
    layout->setSpacing(Grid);
    layout->addWidget(m_text, 3);
    layout->addWidget(m_comment, 2);
    layout->addWidget(m_preview);
    layout->addWidget(m_discard);
    layout->addWidget(m_apply);

    connect(m_preview, &QPushButton::clicked, this, [this] {
        m_models.preview().ask();
        Q_EMIT previewWanted();
    });
    connect(m_discard, &QPushButton::clicked, &m_models.draft(), &TrustDraft::discard);
    connect(m_apply, &QPushButton::clicked, this,
            [this] { m_models.editor().apply(m_comment->text()); });
    connect(&m_models.editor(), &TrustEditor::busyChanged, this, &PendingBar::showState);
    connect(&m_models.draft(), &TrustDraft::edited, this, &PendingBar::showState);
    connect(&m_models.preview(), &TrustPreviewModel::changed, this, &PendingBar::showState);
    showState();
}

PendingBar::~PendingBar() = default;

void PendingBar::apply()
{
    m_apply->click(); // nothing if it is disabled
}

QString PendingBar::applyText() const
{
    const TrustPreviewModel &preview = m_models.preview();
    if (m_models.editor().isBusy())
        return u"Applying…"_s;
    if (preview.state() != TrustPreviewModel::State::Ready)
        return u"Appl&y"_s;
    const TrustPreviewModel::Summary &summary = preview.summary();
    const QString dots = summary.confirm.isEmpty() ? QString() : u"…"_s;
    return u"Appl&y to "_s + countText(summary.changed, "client", "clients") + dots;
}

void PendingBar::showState()
{
    const TrustDraft &draft = m_models.draft();
    const TrustPreviewModel &preview = m_models.preview();
    if (!draft.hasEdits())
        m_comment->clear();
    setVisible(draft.hasEdits());
    const bool isDoubtful = preview.state() == TrustPreviewModel::State::Invalid
                            || preview.state() == TrustPreviewModel::State::Failed
                            || !preview.summary().confirm.isEmpty();
    m_text->setLine(isDoubtful ? Tone::Warning : Tone::Notice,
                    u"Draft: "_s + draft.changes().text() + u". "_s + preview.headline() + u'.');
    m_apply->setText(applyText());
    const bool isKnown = preview.state() == TrustPreviewModel::State::Ready
                         || preview.state() == TrustPreviewModel::State::Failed;
    m_gate.setWanted(m_apply, isKnown && !m_models.editor().isBusy());
    m_gate.setWanted(m_preview, !draft.isConflict());
    m_discard->setEnabled(!m_models.editor().isBusy());
}

void PendingBar::paintEvent(QPaintEvent *)
{
    QPainter painter(this);
    painter.fillRect(rect(), toneFill(Tone::Notice, palette()));
    painter.fillRect(0, 0, Grid / 2, height(), toneColor(Tone::Notice, palette()));
}

} // namespace truepeer
