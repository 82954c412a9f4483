// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/configuration/reloadreport.h"

#include "gui/models/configreload.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

#include <memory>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int IconSize = 16;
constexpr size_t MostFaults = 12; // the rest follows once these are mended

} // namespace

ReloadReport::ReloadReport(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_title(new QLabel(this))
    , m_lines(new QVBoxLayout)
{
    setObjectName(u"reloadReport"_s);
    setAutoFillBackground(true);
    setFrameShape(QFrame::StyledPanel);
    m_title->setTextFormat(Qt::PlainText);
    m_title->setWordWrap(true);
    QFont strong = font();
    strong.setWeight(QFont::DemiBold);
    m_title->setFont(strong);
    m_lines->setSpacing(Grid / 2);
    auto *putAway = new QToolButton(this);
    putAway->setObjectName(u"putAway"_s);
    putAway->setIcon(icon(Glyph::Clear));
    putAway->setAutoRaise(true);
    putAway->setToolTip(u"Put this away"_s);
    putAway->setAccessibleName(u"Put this away"_s);
    putAway->setFocusPolicy(Qt::TabFocus);
    connect(putAway, &QToolButton::clicked, this, &QWidget::hide);

    auto *texts = new QVBoxLayout;
    texts->setSpacing(Grid / 2);
    texts->addWidget(m_title);
    texts->addLayout(m_lines);
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Grid, Grid, Grid, Grid);
    row->setSpacing(Grid);
    row->addWidget(m_icon, 0, Qt::AlignTop);
    row->addLayout(texts, 1);
    row->addWidget(putAway, 0, Qt::AlignTop);
    hide();
}

ReloadReport::~ReloadReport() = default;

void ReloadReport::showOutcome(const ConfigReload &outcome)
{
    while (const std::unique_ptr<QLayoutItem> item{m_lines->takeAt(0)})
        delete item->widget();
    if (!outcome.isDone)
        m_tone = Tone::Error;
    else
        m_tone = outcome.isQuiet() ? Tone::Ok : Tone::Warning;
    if (!outcome.isDone) {
        m_title->setText(u"Not reloaded: "_s + outcome.problem);
        for (size_t i = 0; i < std::min(outcome.faults.size(), MostFaults); ++i)
            addLine(outcome.faults[i].sentence(), true);
        if (outcome.faults.size() > MostFaults)
            addLine(u"and %1 more"_s.arg(outcome.faults.size() - MostFaults));
    } else {
        m_title->setText(
            outcome.applied.isEmpty()
                ? u"Reloaded; nothing changed that could take effect now."_s
                : QString(u"Reloaded. In force now: "_s + outcome.applied.join(u", "_s)));
        if (!outcome.needsRestart.isEmpty())
            addLine(u"After a restart only: "_s + outcome.needsRestart.join(u", "_s));
        for (const QString &warning : outcome.warnings)
            addLine(u"Warning: "_s + warning);
    }
    applyTone();
    setAccessibleName(text());
    show();
}

QString ReloadReport::text() const
{
    QStringList texts{m_title->text()};
    for (int i = 0; i < m_lines->count(); ++i)
        texts += static_cast<QLabel *>(m_lines->itemAt(i)->widget())->text();
    return texts.join(u'\n');
}

void ReloadReport::addLine(const QString &text, bool isMonospace)
{
    auto *line = new QLabel(this);
    line->setTextFormat(Qt::PlainText);
    line->setText(text);
    line->setWordWrap(true);
    line->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    if (isMonospace)
        line->setFont(monospaceFont());
    m_lines->addWidget(line);
}

void ReloadReport::applyTone()
{
    m_icon->setPixmap(tonePixmap(glyphOf(m_tone), m_tone, IconSize, *this));
    QPalette colours = palette();
    const QColor fill = toneFill(m_tone, parentWidget() ? parentWidget()->palette() : colours);
    if (colours.color(QPalette::Window) != fill) {
        colours.setColor(QPalette::Window, fill);
        setPalette(colours);
    }
}

void ReloadReport::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyTone();
}

} // namespace truepeer
