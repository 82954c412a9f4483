// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// EmptyState stands in the place of data that is not there, and says what to do about it: an icon,
// a title, a text with selectable commands, and buttons.
#pragma once

#include "gui/widgets/icons.h"

#include <QWidget>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace truepeer {

class CodeBox;

class EmptyState : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EmptyState)

public:
    explicit EmptyState(QWidget *parent = nullptr);
    ~EmptyState() override;

    // Plain text. The command is shown in a box of its own with a copy button; "" leaves it out.
    void setContent(Glyph glyph, const QString &title, const QString &text,
                    const QString &command = {});
    QPushButton *addButton(const QString &text);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyLook();

    Glyph m_glyph = Glyph::Info;
    QLabel *m_icon;
    QLabel *m_title;
    QLabel *m_text;
    CodeBox *m_command;
    QHBoxLayout *m_buttons;
};

} // namespace truepeer
