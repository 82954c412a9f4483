// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/dashboard.h"

namespace truepeer {

using Phase = ServerState::Phase;

Dashboard::Dashboard(const SshTunnel::Options &ssh, QObject *parent)
    : QObject(parent)
    , m_tunnel(ssh)
    , m_state(m_link, nullptr)
    , m_commands(m_link, nullptr)
    , m_context{m_link, m_pace, m_mask}
{
    connect(&m_link, &AdminLink::failed, this, &Dashboard::takeFailure);
    connect(&m_link, &AdminLink::up, &m_tunnel, &SshTunnel::forgetOutput);
    connect(&m_link, &AdminLink::roundTripMeasured, &m_state, &ServerState::setRoundTrip);
    connect(&m_tunnel, &SshTunnel::opened, this, &Dashboard::takeTunnel);
    connect(&m_tunnel, &SshTunnel::failed, this, &Dashboard::takeTunnelFailure);
}

// Models are children, and use what the members are.
Dashboard::~Dashboard()
{
    while (!children().isEmpty())
        delete children().constFirst();
}

void Dashboard::open(const ServerAddress &address)
{
    Q_ASSERT(problemOf(address).isEmpty());
    close();
    m_state.setTarget(address);
    m_state.setConnecting(address.isRemote());
    if (address.isRemote())
        m_tunnel.start(address);
    else
        m_link.connectTo(address.socket);
}

void Dashboard::retry()
{
    if (m_state.phase() == Phase::Up)
        return;
    if (m_state.address().isRemote() && !m_tunnel.isRunning())
        m_tunnel.retry();
    else
        m_link.retry();
}

void Dashboard::close()
{
    m_link.close();
    m_tunnel.stop();
    m_state.setTarget({});
}

void Dashboard::takeFailure(const AdminFailure &failure)
{
    const ServerAddress &address = m_state.address();
    const ConnectProblem problem = address.isRemote()
                                       ? problemOfTunnelled(failure, m_tunnel.output(), address)
                                       : problemOfFailure(failure);
    m_state.setProblem(problem, [this] { return m_link.untilRetry(); });
}

void Dashboard::takeTunnel(const QString &socket)
{
    m_state.setConnecting(false);
    m_link.connectTo(socket);
}

void Dashboard::takeTunnelFailure(const ConnectProblem &problem)
{
    m_link.close();
    m_state.setProblem(problem, [this] { return m_tunnel.untilRetry(); });
}

} // namespace truepeer
