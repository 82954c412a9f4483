// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/transport.h"

#include <QProcessEnvironment>

namespace truepeer {

// Opens sessions on the real sockets. Thread: one with a QCoreApplication, whose event loop it
// turns while it waits.
class SocketConnector final : public Connector
{
public:
    explicit SocketConnector(const QProcessEnvironment &environment)
        : m_environment(environment)
    {
    }

    QStringList sockets() const override;
    Outcome connectTo(const QString &path, std::chrono::milliseconds patience) override;

private:
    QProcessEnvironment m_environment;
};

} // namespace truepeer
