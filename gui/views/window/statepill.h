// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"
#include "gui/widgets/icons.h"

#include <QWidget>

namespace truepeer {

// A state in a word, with a mark and a colour.
class StatePill : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(StatePill)

public:
    explicit StatePill(QWidget *parent = nullptr);
    ~StatePill() override;

    void setState(Tone tone, Glyph glyph, const QString &text);
    const QString &text() const { return m_text; }

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    QString m_text;
    Tone m_tone = Tone::Muted;
    Glyph m_glyph = Glyph::Info;
};

} // namespace truepeer
