// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/overview/attentionrow.h"

#include "gui/models/attentionmodel.h"
#include "gui/widgets/elidedlabel.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QToolButton>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int RowIcon = 16;

} // namespace

AttentionRow::AttentionRow(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel)
    , m_title(new ElidedLabel(2))
    , m_detail(new ElidedLabel(1))
    , m_show(new QToolButton)
{
    m_icon->setFixedWidth(RowIcon);
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_detail->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_show->setText(u"Show"_s);
    m_show->setFocusPolicy(Qt::StrongFocus);
    auto *layout = new QGridLayout(this);
    layout->setContentsMargins({});
    layout->setHorizontalSpacing(Grid);
    layout->setVerticalSpacing(0);
    layout->addWidget(m_icon, 0, 0, Qt::AlignTop);
    layout->addWidget(m_title, 0, 1);
    layout->addWidget(m_detail, 1, 1);
    layout->addWidget(m_show, 0, 2, 2, 1, Qt::AlignTop);
    layout->setColumnStretch(1, 1);
    connect(m_show, &QToolButton::clicked, this, [this] { Q_EMIT wanted(m_id); });
    applyPalette();
}

AttentionRow::~AttentionRow() = default;

void AttentionRow::display(const QModelIndex &finding)
{
    m_id = finding.data(AttentionModel::FindingIdRole).toString();
    const QString title = finding.data().toString();
    const QString detail = finding.data(AttentionModel::DetailRole).toString();
    const QString severity = finding.data(AttentionModel::SeverityRole).toString();
    m_title->showText(title);
    m_detail->showText(detail);
    m_detail->setVisible(!detail.isEmpty());
    m_icon->setAccessibleName(severity);
    m_icon->setToolTip(severity.toHtmlEscaped());
    m_show->setAccessibleName(u"Show "_s + severity + u": "_s + title);
    m_tone = Tone(finding.data(ToneRole).toInt());
    applyPalette();
}

void AttentionRow::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyPalette();
}

void AttentionRow::applyPalette()
{
    m_icon->setPixmap(tonePixmap(glyphOf(m_tone), m_tone, RowIcon, *this));
    m_detail->setFont(smallFont(font()));
    QPalette muted = palette();
    muted.setColor(QPalette::WindowText, toneColor(Tone::Muted, palette()));
    m_detail->setPalette(muted);
}

} // namespace truepeer
