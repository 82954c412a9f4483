// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/previewpane.h"

#include "gui/models/trustmodels.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QLabel>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

PreviewPane::PreviewPane(TrustModels &models, QWidget *parent)
    : QWidget(parent)
    , m_models(models)
    , m_headline(new ToneLine(this))
    , m_details(new QLabel(this))
    , m_reasons(new ToneLine(this))
    , m_table(new TableView(u"trustSamples"_s, this))
{
    m_headline->setObjectName(u"previewHeadline"_s);
    m_reasons->setObjectName(u"previewReasons"_s);
    m_details->setObjectName(u"previewDetails"_s);
    m_details->setTextFormat(Qt::PlainText);
    m_details->setWordWrap(true);
    m_details->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_table->setAccessibleName(u"Clients that would change"_s);
    m_table->setStretchColumn(TrustPreviewModel::ReasonColumn);
    m_table->setModel(&m_models.preview());
    // In a low window the pane scrolls before the table is as high as it would like to be.
    m_table->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Ignored);
    m_table->setMinimumHeight(10 * Grid);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, Grid, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_headline);
    layout->addWidget(m_details);
    layout->addWidget(m_reasons);
    layout->addWidget(m_table, 1);

    connect(m_table, &TableView::rowActivated, this, &PreviewPane::clientWanted);
    connect(&m_models.preview(), &TrustPreviewModel::changed, this, &PreviewPane::showState);
    showState();
}

PreviewPane::~PreviewPane() = default;

void PreviewPane::showState()
{
    using State = TrustPreviewModel::State;
    const TrustPreviewModel &preview = m_models.preview();
    const State state = preview.state();
    const bool isWrong = state == State::Invalid || state == State::Failed;
    m_headline->setLine(isWrong ? Tone::Error : Tone::Notice,
                        state == State::Idle ? QString() : preview.headline());
    m_details->setText(preview.details().join(u"; "_s));
    m_details->setVisible(!m_details->text().isEmpty());
    const QStringList reasons = preview.confirmReasons();
    m_reasons->setLine(Tone::Warning, reasons.isEmpty() ? QString()
                                                        : QString(u"Has to be confirmed: "_s
                                                                  + reasons.join(u"; "_s)));
    // What belongs to an older draft is greyed until the answer is there.
    m_table->setEnabled(state == State::Ready || state == State::Idle);
    m_table->setPlaceholder(
        state == State::Idle
            ? u"Add or remove entries above: what that changes is shown here, before you apply it."_s
        : state == State::Ready ? u"No open client would be somebody else."_s
                                : QString());
}

} // namespace truepeer
