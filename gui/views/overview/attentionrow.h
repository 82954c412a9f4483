// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/tone.h"

#include <QWidget>

class QLabel;
class QModelIndex;
class QToolButton;

namespace truepeer {

class ElidedLabel;

// One finding: its severity, title, the begin of its explanation, and where to read on.
class AttentionRow final : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AttentionRow)

public:
    explicit AttentionRow(QWidget *parent = nullptr);
    ~AttentionRow() override;

    void display(const QModelIndex &finding);

Q_SIGNALS:
    void wanted(const QString &id);

protected:
    void changeEvent(QEvent *event) override;

private:
    void applyPalette();

    QLabel *m_icon;
    ElidedLabel *m_title;
    ElidedLabel *m_detail;
    QToolButton *m_show;
    QString m_id;
    Tone m_tone = Tone::Notice;
};

} // namespace truepeer
