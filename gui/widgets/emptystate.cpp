// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/emptystate.h"

#include "gui/widgets/codebox.h"
#include "gui/widgets/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int LargeIcon = 48;
constexpr int MaxWidth = 60 * Grid; // lines that can be read

QLabel *textLabel(const QString &name, QWidget *parent)
{
    auto *label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setAlignment(Qt::AlignHCenter | Qt::AlignTop);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

EmptyState::EmptyState(QWidget *parent)
    : QWidget(parent)
    , m_icon(new QLabel(this))
    , m_title(textLabel(u"title"_s, this))
    , m_text(textLabel(u"text"_s, this))
    , m_command(new CodeBox(6, this))
    , m_buttons(new QHBoxLayout)
{
    m_icon->setFixedHeight(LargeIcon);
    m_icon->setAlignment(Qt::AlignCenter);
    m_command->setObjectName(u"command"_s);
    m_command->hide();
    m_buttons->setSpacing(Grid);
    m_buttons->addStretch();
    m_buttons->addStretch();

    auto *content = new QWidget(this);
    content->setMaximumWidth(MaxWidth);
    auto *column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(Grid);
    column->addWidget(m_icon);
    column->addSpacing(Grid);
    column->addWidget(m_title);
    column->addWidget(m_text);
    column->addWidget(m_command);
    column->addSpacing(Grid);
    column->addLayout(m_buttons);

    auto *row = new QHBoxLayout;
    row->addStretch(1);
    row->addWidget(content, 1000);
    row->addStretch(1);
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(3 * Grid, 3 * Grid, 3 * Grid, 3 * Grid);
    layout->addStretch(2);
    layout->addLayout(row);
    layout->addStretch(3);
    applyLook();
}

EmptyState::~EmptyState() = default;

void EmptyState::setContent(Glyph glyph, const QString &title, const QString &text,
                            const QString &command)
{
    m_glyph = glyph;
    m_title->setText(title);
    m_text->setText(text);
    m_text->setVisible(!text.isEmpty());
    m_command->setText(command);
    m_command->setVisible(!command.isEmpty());
    applyLook();
}

QPushButton *EmptyState::addButton(const QString &text)
{
    auto *button = new QPushButton(text, this);
    m_buttons->insertWidget(m_buttons->count() - 1, button);
    return button;
}

void EmptyState::changeEvent(QEvent *event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyLook();
}

void EmptyState::applyLook()
{
    m_title->setFont(titleFont(font()));
    m_icon->setPixmap(tonePixmap(m_glyph, Tone::Muted, LargeIcon, *this));
}

} // namespace truepeer
