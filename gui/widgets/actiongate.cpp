// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/actiongate.h"

#include "gui/models/serverlink.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

void setEnabled(QObject *object, bool enabled)
{
    if (auto *action = qobject_cast<QAction *>(object))
        action->setEnabled(enabled);
    else if (auto *button = qobject_cast<QAbstractButton *>(object))
        button->setEnabled(enabled);
}

QString toolTipOf(QObject *object)
{
    if (const auto *action = qobject_cast<QAction *>(object))
        return action->toolTip();
    const auto *button = qobject_cast<QAbstractButton *>(object);
    return button ? button->toolTip() : QString();
}

void setToolTip(QObject *object, const QString &toolTip)
{
    if (auto *action = qobject_cast<QAction *>(object))
        action->setToolTip(toolTip);
    else if (auto *button = qobject_cast<QAbstractButton *>(object))
        button->setToolTip(toolTip);
}

// Takes the tool tip away. Nothing for an action that only repeats its text.
QString takeToolTip(QObject *object)
{
    const QString toolTip = toolTipOf(object);
    setToolTip(object, {});
    return toolTipOf(object) == toolTip ? QString() : toolTip;
}

} // namespace

ActionGate::ActionGate(ServerLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
{
    connect(&link, &ServerLink::up, this, &ActionGate::update);
    connect(&link, &ServerLink::down, this, &ActionGate::update);
}

ActionGate::~ActionGate() = default;

void ActionGate::add(QAction *action, Needs needs)
{
    add(static_cast<QObject *>(action), needs);
}

void ActionGate::add(QAbstractButton *button, Needs needs)
{
    add(static_cast<QObject *>(button), needs);
}

void ActionGate::add(QObject *object, Needs needs)
{
    std::erase_if(m_guarded, [](const Guarded &guarded) { return !guarded.object; });
    apply(m_guarded.emplace_back(Guarded{object, needs, true, {}, {}}));
}

void ActionGate::setWanted(QObject *actionOrButton, bool wanted)
{
    const auto isIt = [actionOrButton](const Guarded &guarded) {
        return guarded.object == actionOrButton;
    };
    const auto guarded = std::find_if(m_guarded.begin(), m_guarded.end(), isIt);
    if (guarded == m_guarded.end())
        return;
    guarded->wanted = wanted;
    apply(*guarded);
}

void ActionGate::update()
{
    for (Guarded &guarded : m_guarded)
        apply(guarded);
}

void ActionGate::apply(Guarded &guarded) const
{
    QObject *object = guarded.object;
    if (!object)
        return;
    const QString reason = reasonAgainst(guarded.needs);
    if (reason != guarded.reason) {
        // The page may have changed its tool tip while another one stood there.
        const bool isOwn = guarded.reason.isEmpty() || toolTipOf(object) != guarded.reason;
        if (isOwn)
            guarded.toolTip = takeToolTip(object);
        setToolTip(object, reason.isEmpty() ? guarded.toolTip : reason);
        guarded.reason = reason;
    }
    setEnabled(object, guarded.wanted && reason.isEmpty());
}

QString ActionGate::reasonAgainst(Needs needs) const
{
    if (!m_link.isUp())
        return u"There is no connection to the server."_s;
    if (needs == Needs::Operator && !m_link.isOperator())
        return u"This session may only look: it needs operator."_s;
    return {};
}

} // namespace truepeer
