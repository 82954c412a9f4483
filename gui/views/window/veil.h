// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

namespace truepeer {

// Lies over what is old and lets it fade, while it can still be read, scrolled and copied.
class Veil : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Veil)

public:
    explicit Veil(QWidget *parent = nullptr);
    ~Veil() override;

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace truepeer
