// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QFrame>

class QLabel;
class QVBoxLayout;

namespace truepeer {

struct ConfigReload;

// What the last reload came to: what changed, what waits for a restart, or what is wrong in which
// line. Hidden until there is one, and when it is put away.
class ReloadReport : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ReloadReport)

public:
    explicit ReloadReport(QWidget *parent = nullptr);
    ~ReloadReport() override;

    void showOutcome(const ConfigReload &outcome);
    QString text() const; // all of it, for screen readers and tests

protected:
    void changeEvent(QEvent *event) override; // colours follow the palette

private:
    void addLine(const QString &text, bool isMonospace = false);
    void applyTone();

    QLabel *m_icon;
    QLabel *m_title;
    QVBoxLayout *m_lines;
    Tone m_tone = Tone::Ok;
};

} // namespace truepeer
