// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QFrame>

class QHBoxLayout;
class QLabel;
class QPushButton;

namespace truepeer {

// A bar over a page that says what is the matter with all of it, with buttons at its end. Hidden
// until it is given a text.
class Banner : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Banner)

public:
    explicit Banner(QWidget *parent = nullptr);
    ~Banner() override;

    void showMessage(Tone tone, const QString &text);
    QString text() const;
    QPushButton *addButton(const QString &text);

protected:
    void changeEvent(QEvent *event) override; // colours follow the palette
    void paintEvent(QPaintEvent *event) override;

private:
    void applyTone();

    QLabel *m_icon;
    QLabel *m_text;
    QHBoxLayout *m_buttons;
    Tone m_tone = Tone::Notice;
};

} // namespace truepeer
