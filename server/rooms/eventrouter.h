// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// EventRouter finds the handler of an event, and tells who wants to know that clients come and go.
//
// Filled before the server starts, then only read: handlers run in the I/O thread of the client,
// several at a time, and must not block.
#pragma once

#include "server/net/engine.h"
#include "server/rooms/eventmessage.h"

#include <QByteArray>

#include <functional>
#include <unordered_map>
#include <vector>

namespace truepeer {

class Member;

class EventRouter
{
    Q_DISABLE_COPY_MOVE(EventRouter)

public:
    using Handler = std::function<void(Member &, const EventMessage &)>;
    using Guard = std::function<bool(Member &, const EventMessage &)>;
    using EventTest = std::function<bool(const QByteArray &event)>;
    using OpenedHook = std::function<void(Member &)>;
    // An edit of the trust list made it another caller.
    using ChangedHook = std::function<void(Member &, const Resolution &before)>;
    // The member is in no room any more, and gets nothing that is sent to it.
    using EndedHook = std::function<void(Member &, const CloseInfo &)>;

    EventRouter() = default;

    // REQUIRES: isEventName(event). A later handler replaces an earlier one.
    void on(const QByteArray &event, Handler handler);
    // Asked before each event that is handled; false ends it there.
    void addGuard(Guard guard) { m_guards.push_back(std::move(guard)); }
    // For the events without a handler of their own that pass the test.
    void onOthers(EventTest handles, Handler handler);
    void onOpened(OpenedHook hook) { m_opened.push_back(std::move(hook)); }
    void onResolutionChanged(ChangedHook hook) { m_changed.push_back(std::move(hook)); }
    void onEnded(EndedHook hook) { m_ended.push_back(std::move(hook)); }

    // False: nobody handles it.
    bool dispatch(Member &member, const EventMessage &message) const;
    void opened(Member &member) const;
    void resolutionChanged(Member &member, const Resolution &before) const;
    void ended(Member &member, const CloseInfo &info) const;

private:
    const Handler *handlerOf(const QByteArray &event) const;

    struct NameHash
    {
        size_t operator()(const QByteArray &name) const
        {
            return qHash(name, QHashSeed::globalSeed());
        }
    };

    std::unordered_map<QByteArray, Handler, NameHash> m_handlers;
    std::vector<Guard> m_guards;
    EventTest m_handlesOther;
    Handler m_others;
    std::vector<OpenedHook> m_opened;
    std::vector<ChangedHook> m_changed;
    std::vector<EndedHook> m_ended;
};

} // namespace truepeer
