// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QWidget>

class QPlainTextEdit;
class QTimer;
class QToolButton;

namespace truepeer {

// Text to copy as it is: monospaced, selectable, with a copy button, as high as its lines (up to
// `maxLines`, then it scrolls).
class CodeBox : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(CodeBox)

public:
    explicit CodeBox(int maxLines = 12, QWidget *parent = nullptr);
    ~CodeBox() override;

    void setText(const QString &text);
    QString text() const { return m_text; }

protected:
    void changeEvent(QEvent *event) override;
    bool eventFilter(QObject *watched, QEvent *event) override;

private:
    void copy();
    void showCopied(bool copied);
    void fitHeight();

    QString m_text; // as it was given: the editor changes some blanks
    QPlainTextEdit *m_edit;
    QToolButton *m_copy;
    QTimer *m_confirmation; // while it says that it was copied
    const int m_maxLines;
};

} // namespace truepeer
