// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QFrame>

#include <vector>

class QLabel;
class QPushButton;
class QVBoxLayout;

namespace truepeer {

class AttentionModel;
class AttentionRow;

// AttentionBox lists what needs attention, worst first, or says that nothing does and when that was
// found out.
class AttentionBox final : public QFrame
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AttentionBox)

public:
    // The model outlives the box.
    explicit AttentionBox(AttentionModel &model, QWidget *parent = nullptr);
    ~AttentionBox() override;

Q_SIGNALS:
    void findingWanted(const QString &id); // empty: all findings

protected:
    void paintEvent(QPaintEvent *event) override;
    void changeEvent(QEvent *event) override;

private:
    void insertRows(int first, int last);
    void removeRows(int first, int last);
    void moveRows(int first, int last, int to);
    void updateRows(int first, int last);
    void showState();
    void applyPalette();

    AttentionModel &m_model;
    QLabel *m_heading;
    QLabel *m_checked;
    QWidget *m_empty;
    QLabel *m_emptyIcon;
    QLabel *m_emptyText;
    QVBoxLayout *m_list;
    QPushButton *m_more;
    std::vector<AttentionRow *> m_rows; // in the order of the model
};

} // namespace truepeer
