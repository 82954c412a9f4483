// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractButton>

namespace truepeer {

// One of a few choices that stand side by side, of which one is chosen: in the colour of a
// selection, which styles do not give to buttons in all palettes.
class SegmentButton final : public QAbstractButton
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SegmentButton)

public:
    explicit SegmentButton(const QString &text, QWidget *parent = nullptr);
    ~SegmentButton() override;

    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace truepeer
