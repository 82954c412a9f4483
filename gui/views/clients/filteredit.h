// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/filtercompletion.h"

#include <QLineEdit>

class QCompleter;
class QStringListModel;

namespace truepeer {

// A line for filters: completes keys and values, and underlines what is wrong.
class FilterEdit : public QLineEdit
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FilterEdit)

public:
    explicit FilterEdit(QWidget *parent = nullptr);
    ~FilterEdit() override;

    // Underlines so many characters; none: nothing is wrong.
    void markProblem(qsizetype position, qsizetype length);
    // What fits behind the cursor.
    FilterCompletion completion() const { return completeFilter(text(), cursorPosition()); }
    // Whether Enter picks a completion now.
    bool isChoosing() const;

Q_SIGNALS:
    void cleared(); // Esc

protected:
    void keyPressEvent(QKeyEvent *event) override;

private:
    void offer(bool always);
    void insertCompletion(const QString &word);

    QStringListModel *m_words;
    QCompleter *m_completer;
};

} // namespace truepeer
