// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/poller.h"

#include "gui/models/pace.h"
#include "gui/models/serverlink.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString listenOf(const ServerLink &link)
{
    return link.hello().value("listen"_L1).toString();
}

} // namespace

Poller::Poller(const ModelContext &context, int everyTicks, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_everyTicks(everyTicks)
    , m_server(listenOf(context.link))
{
    connect(&context.link, &ServerLink::up, this, &Poller::connected);
    connect(&context.pace, &Pace::tick, this, &Poller::tick);
}

Poller::~Poller() = default;

void Poller::setLive(bool live)
{
    if (live == m_live)
        return;
    m_live = live;
    ask(true);
}

void Poller::askNow()
{
    ask(true);
}

void Poller::connected()
{
    const QString server = listenOf(m_context.link);
    const bool isOther = !m_server.isEmpty() && server != m_server;
    m_server = server;
    if (isOther)
        Q_EMIT otherServer();
    ask(true);
}

void Poller::tick()
{
    if (++m_ticks >= m_everyTicks)
        ask(false);
}

void Poller::ask(bool atOnce)
{
    if (!m_live || !m_context.link.isUp())
        return;
    m_ticks = 0;
    Q_EMIT due(atOnce);
}

} // namespace truepeer
