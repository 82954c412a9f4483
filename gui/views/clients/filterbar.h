// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/filterstore.h"
#include "gui/models/tone.h"

#include <QTimer>
#include <QWidget>

class QLabel;
class QMenu;

namespace truepeer {

class FilterEdit;

// Where the filter of the clients is typed. Says while typing whether it is one, and what is wrong
// where; a valid one is wanted on Enter, or a moment after the last key.
class FilterBar : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FilterBar)

public:
    explicit FilterBar(QWidget *parent = nullptr);
    ~FilterBar() override;

    QString text() const;
    bool isValid() const { return m_isValid; }
    void setFilter(const QString &filter); // as if it was typed, with Enter
    void focusInput();
    // What the server says against it; empty: nothing.
    void showServerProblem(const QString &problem);

Q_SIGNALS:
    void filterWanted(const QString &filter); // a valid one; empty: all clients

protected:
    void changeEvent(QEvent *event) override;

private:
    void judge();
    void apply(bool remember);
    void say(Tone tone, const QString &text);
    void sayState();
    void paintTone();
    void fillMenu();
    void showHelp();

    FilterStore m_store;
    FilterEdit *m_edit;
    QLabel *m_mark;
    QLabel *m_message;
    QMenu *m_menu;
    QTimer m_delay;
    QString m_applied;
    QString m_serverProblem;
    QString m_problem; // of the text, with its place
    Tone m_tone = Tone::Muted;
    bool m_isValid = true;
};

} // namespace truepeer
