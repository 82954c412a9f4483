// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/toneline.h"

#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>

namespace truepeer {

namespace {

constexpr int ToneIcon = 16;

} // namespace

ToneLine::ToneLine(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
{
    m_icon->setFixedSize(ToneIcon, ToneIcon);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid);
    layout->addWidget(m_icon, 0, Qt::AlignTop);
    layout->addWidget(m_text, 1);
    setVisible(false);
}

ToneLine::~ToneLine() = default;

void ToneLine::setLine(Tone tone, const QString &text)
{
    m_tone = tone;
    m_text->setText(text);
    setAccessibleName(text);
    applyTone();
    setVisible(!text.isEmpty());
}

QString ToneLine::text() const
{
    return m_text->text();
}

void ToneLine::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        applyTone();
}

void ToneLine::applyTone()
{
    const bool isLoud = m_tone == Tone::Warning || m_tone == Tone::Error || m_tone == Tone::Ok;
    m_icon->setPixmap(tonePixmap(glyphOf(m_tone), m_tone, ToneIcon, *this));
    QPalette colors = palette();
    colors.setColor(QPalette::WindowText, isLoud || m_tone == Tone::Muted
                                              ? toneColor(m_tone, palette())
                                              : palette().color(QPalette::WindowText));
    m_text->setPalette(colors);
}

} // namespace truepeer
