// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/banner.h"

#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QAccessible>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>

namespace truepeer {

namespace {

constexpr int IconSize = 20;

} // namespace

Banner::Banner(QWidget *parent)
    : QFrame(parent)
    , m_icon(new QLabel(this))
    , m_text(new QLabel(this))
    , m_buttons(new QHBoxLayout)
{
    m_icon->setFixedSize(IconSize, IconSize);
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_buttons->setSpacing(Grid);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(2 * Grid, Grid, 2 * Grid, Grid);
    layout->setSpacing(Grid + Grid / 2);
    layout->addWidget(m_icon, 0, Qt::AlignVCenter);
    layout->addWidget(m_text, 1);
    layout->addLayout(m_buttons);
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    hide();
}

Banner::~Banner() = default;

void Banner::showMessage(Tone tone, const QString &text)
{
    const bool isNew = !text.isEmpty() && (text != m_text->text() || isHidden());
    m_tone = tone;
    m_text->setText(text);
    setAccessibleName(text);
    applyTone();
    setVisible(!text.isEmpty());
    if (isNew) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
}

QString Banner::text() const
{
    return m_text->text();
}

QPushButton *Banner::addButton(const QString &text)
{
    auto *button = new QPushButton(text, this);
    m_buttons->addWidget(button);
    return button;
}

void Banner::changeEvent(QEvent *event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        applyTone();
}

void Banner::paintEvent(QPaintEvent *)
{
    const QColor tone = toneColor(m_tone, palette());
    QColor line = tone;
    line.setAlphaF(0.35F);
    QPainter painter(this);
    painter.fillRect(rect(), toneFill(m_tone, palette()));
    painter.fillRect(0, 0, Grid / 2, height(), tone);
    painter.fillRect(0, height() - 1, width(), 1, line);
}

void Banner::applyTone()
{
    m_icon->setPixmap(tonePixmap(glyphOf(m_tone), m_tone, IconSize, *this));
    update();
}

} // namespace truepeer
