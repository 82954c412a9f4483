// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QToolButton>

class QVBoxLayout;

namespace truepeer {

// The pages at the left edge of the window, one button for each action: icon and text, or icons
// alone where there is little room. Tab goes to the page that is shown, the arrow keys through all.
class Rail : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Rail)

public:
    explicit Rail(QWidget *parent = nullptr);
    ~Rail() override;

    void add(QAction *action);
    void setCollapsed(bool collapsed);
    bool isCollapsed() const { return m_collapsed; }

protected:
    void paintEvent(QPaintEvent *event) override;
    void keyPressEvent(QKeyEvent *event) override;

private:
    void updateFocus();
    void move(int step);

    QVBoxLayout *m_layout;
    QList<QToolButton *> m_buttons; // children
    bool m_collapsed = false;
};

} // namespace truepeer
