// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Listener accepts connections on one address and hands their descriptors on.
//
// Out of descriptors it pauses for a moment and goes on; connections wait in the backlog meanwhile.
//
// Thread: the main thread.
#pragma once

#include "shared/error.h"
#include "shared/net/ipaddress.h"

#include <QTcpServer>
#include <QTimer>

#include <functional>

namespace truepeer {

class Listener final : public QTcpServer
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Listener)

public:
    // Takes an accepted descriptor (non-blocking, close-on-exec).
    using Accepted = std::function<void(int descriptor)>;

    explicit Listener(Accepted accepted, QObject *parent = nullptr);
    ~Listener() override;

    // `dualStack` with "::" takes IPv4 too. Port 0 takes a free one; returns the port.
    Expected<quint16> start(const IpAddress &address, quint16 port, bool dualStack);

Q_SIGNALS:
    // accept(2) failed, for example because the process is out of descriptors.
    void acceptFailed(const QString &reason);

protected:
    void incomingConnection(qintptr descriptor) override;

private:
    Accepted m_accepted;
    QTimer m_resume;
};

} // namespace truepeer
