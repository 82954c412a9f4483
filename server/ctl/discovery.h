// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/commandline.h"
#include "server/ctl/transport.h"

#include <QProcessEnvironment>
#include <QString>

#include <memory>
#include <variant>

namespace truepeer {

// Why there is no session, and the exit status for it. The message may have several lines.
struct NoServer
{
    int status;
    QString message;
};

// Opens a session on the server that was asked for: by --socket, by --port, by
// TRUEPEER_ADMIN_SOCKET, or else on the only one that runs here.
std::variant<std::unique_ptr<Transport>, NoServer>
findServer(const Invocation &invocation, const QProcessEnvironment &environment,
           Connector &connector);

} // namespace truepeer
