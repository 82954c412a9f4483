// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAbstractButton>
#include <QAction>
#include <QObject>
#include <QPointer>

#include <vector>

namespace truepeer {

class ServerLink;

// ActionGate disables what cannot be done now, and says in its tool tip why: there is no
// connection, or the session may only look ("needs operator"). Actions stay visible. It does not
// enable what the page itself disabled with setWanted().
class ActionGate final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ActionGate)

public:
    enum class Needs : quint8 { Connection, Operator };

    ActionGate(ServerLink &link, QObject *parent);
    ~ActionGate() override;

    void add(QAction *action, Needs needs);
    void add(QAbstractButton *button, Needs needs);
    // Whether the page wants it enabled (there is a selection, the draft is valid); true at first.
    void setWanted(QObject *actionOrButton, bool wanted);

private:
    struct Guarded
    {
        QPointer<QObject> object;
        Needs needs;
        bool wanted;
        QString reason;  // what the tool tip says now; empty: it is the page's own
        QString toolTip; // the page's own, meanwhile
    };
    void add(QObject *object, Needs needs);
    void update();
    void apply(Guarded &guarded) const;
    QString reasonAgainst(Needs needs) const;

    ServerLink &m_link;
    std::vector<Guarded> m_guarded;
};

} // namespace truepeer
