// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QWidget>

class QLabel;

namespace truepeer {

// A sentence with the icon of what it means. It takes no room while it is empty.
class ToneLine : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ToneLine)

public:
    explicit ToneLine(QWidget *parent = nullptr);
    ~ToneLine() override;

    void setLine(Tone tone, const QString &text); // plain text
    QString text() const;
    Tone tone() const { return m_tone; }

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyTone();

    QLabel *m_icon;
    QLabel *m_text;
    Tone m_tone = Tone::Normal;
};

} // namespace truepeer
