// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QLabel;
class QPushButton;
class QToolButton;

namespace truepeer {

// Says which part of the list is shown, and leads to the others.
class PagerBar : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PagerBar)

public:
    struct Counts
    {
        qint64 offset = 0;
        qint64 rows = 0;
        qint64 filtered = 0;
        qint64 total = 0;
        int pageSize = 1;
    };

    explicit PagerBar(QWidget *parent = nullptr);
    ~PagerBar() override;

    void setCounts(const Counts &counts);
    void setHeldChanges(int rows); // 0: the list is as the server has it
    static QString text(const Counts &counts);

public Q_SLOTS:
    void showPrevious();
    void showNext();

Q_SIGNALS:
    void offsetWanted(qint64 offset);
    void refreshWanted();

private:
    Counts m_counts;
    QLabel *m_text;
    QPushButton *m_held;
    QToolButton *m_first;
    QToolButton *m_previous;
    QToolButton *m_next;
    QToolButton *m_last;
};

} // namespace truepeer
