// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/servercommands.h"

#include "gui/models/configreload.h"
#include "gui/models/serverlink.h"

namespace truepeer {

using namespace Qt::StringLiterals;

ServerCommands::ServerCommands(ServerLink &link, QObject *parent)
    : QObject(parent)
    , m_link(link)
{
}

ServerCommands::~ServerCommands() = default;

void ServerCommands::reload()
{
    reloadConfig(m_link, this, [this](const ConfigReload &outcome) { Q_EMIT reloaded(outcome); });
}

void ServerCommands::drain()
{
    setDraining(u"drain"_s, u"The server does not drain"_s);
}

void ServerCommands::cancelDrain()
{
    setDraining(u"undrain"_s, u"The drain goes on"_s);
}

void ServerCommands::setDraining(const QString &method, const QString &what)
{
    m_link.call(method, {}, this, [this, what](const RpcResult &result) {
        if (const auto *error = std::get_if<RpcError>(&result))
            Q_EMIT failed(what, error->message);
        else
            Q_EMIT drainChanged(resultObject(result).value("draining"_L1).toBool());
    });
}

} // namespace truepeer
