// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/eventrouter.h"

#include <algorithm>
#include <utility>

namespace truepeer {

void EventRouter::on(const QByteArray &event, Handler handler)
{
    Q_ASSERT(isEventName(event) && handler);
    m_handlers.insert_or_assign(event, std::move(handler));
}

void EventRouter::onOthers(EventTest handles, Handler handler)
{
    Q_ASSERT(handles && handler);
    m_handlesOther = std::move(handles);
    m_others = std::move(handler);
}

const EventRouter::Handler *EventRouter::handlerOf(const QByteArray &event) const
{
    const auto found = m_handlers.find(event);
    if (found != m_handlers.end())
        return &found->second;
    return m_handlesOther && m_handlesOther(event) ? &m_others : nullptr;
}

bool EventRouter::dispatch(Member &member, const EventMessage &message) const
{
    const Handler *handler = handlerOf(message.event);
    if (!handler)
        return false;
    const bool goesOn = std::all_of(m_guards.begin(), m_guards.end(),
                                    [&](const Guard &guard) { return guard(member, message); });
    if (goesOn)
        (*handler)(member, message);
    return true;
}

void EventRouter::opened(Member &member) const
{
    for (const OpenedHook &hook : m_opened)
        hook(member);
}

void EventRouter::resolutionChanged(Member &member, const Resolution &before) const
{
    for (const ChangedHook &hook : m_changed)
        hook(member, before);
}

void EventRouter::ended(Member &member, const CloseInfo &info) const
{
    for (const EndedHook &hook : m_ended)
        hook(member, info);
}

} // namespace truepeer
