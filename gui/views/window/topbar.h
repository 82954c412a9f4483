// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serverstate.h"

#include <QWidget>

#include <array>

class QLabel;

namespace truepeer {

class AddressMask;
class ElidedLabel;
class StatePill;

// Which server this is and how it is, over all pages.
class TopBar : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TopBar)

public:
    TopBar(const ServerState &state, const AddressMask &mask, QWidget *parent);
    ~TopBar() override;

protected:
    void paintEvent(QPaintEvent *event) override;

private:
    enum Figure { Uptime, Clients, MessagesIn, MessagesOut, LoopLag, FigureCount };

    QWidget *makeFigure(Figure figure, const QString &caption, const QString &toolTip);
    void update();
    void updatePill();
    void setFigure(Figure figure, const QString &text);

    const ServerState &m_state;
    const AddressMask &m_mask;
    ElidedLabel *m_name;
    ElidedLabel *m_version;
    StatePill *m_pill;
    StatePill *m_readOnly;
    std::array<QLabel *, FigureCount> m_figures{};
};

} // namespace truepeer
