// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Dashboard is one server as a window sees it: the connection, through ssh or not, and what all
// models share. Models of the pages are its children; it outlives the pages.
//
// Thread: the GUI thread.
#pragma once

#include "gui/adminlink.h"
#include "gui/models/addressmask.h"
#include "gui/models/modelcontext.h"
#include "gui/models/pace.h"
#include "gui/models/servercommands.h"
#include "gui/models/serverstate.h"
#include "gui/models/sshtunnel.h"

#include <QObject>

namespace truepeer {

class Dashboard final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Dashboard)

public:
    explicit Dashboard(const SshTunnel::Options &ssh = {}, QObject *parent = nullptr);
    ~Dashboard() override;

    // Connects to this server, and again whenever the connection ends. The address has to be one
    // without problemOf().
    void open(const ServerAddress &address);
    void retry(); // now
    void close(); // and stay without a server

    ServerLink &link() { return m_link; }
    Pace &pace() { return m_pace; }
    AddressMask &mask() { return m_mask; }
    ServerState &state() { return m_state; }
    ServerCommands &commands() { return m_commands; }
    const ModelContext &context() const { return m_context; }

private:
    void takeFailure(const AdminFailure &failure);
    void takeTunnel(const QString &socket);
    void takeTunnelFailure(const ConnectProblem &problem);

    AdminLink m_link;
    Pace m_pace;
    AddressMask m_mask;
    SshTunnel m_tunnel;
    ServerState m_state;
    ServerCommands m_commands;
    const ModelContext m_context;
};

} // namespace truepeer
