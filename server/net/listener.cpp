// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/listener.h"

#include <fcntl.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

// A burst of connections waits here; the kernel cuts it to net.core.somaxconn.
constexpr int Backlog = 4096;
constexpr auto PauseAfterError = 250ms;

} // namespace

Listener::Listener(Accepted accepted, QObject *parent)
    : QTcpServer(parent)
    , m_accepted(std::move(accepted))
{
    setListenBacklogSize(Backlog);
    m_resume.setSingleShot(true);
    m_resume.setInterval(PauseAfterError);
    connect(&m_resume, &QTimer::timeout, this, &QTcpServer::resumeAccepting);
    // QTcpServer has paused itself when it says so.
    connect(this, &QTcpServer::acceptError, this, [this] {
        m_resume.start();
        Q_EMIT acceptFailed(errorString());
    });
}

Listener::~Listener() = default;

Expected<quint16> Listener::start(const IpAddress &address, quint16 port, bool dualStack)
{
    const bool any = address.isIPv6() && address.isUnspecified() && dualStack;
    const QHostAddress where = any ? QHostAddress(QHostAddress::Any) : address.toQHostAddress();
    if (listen(where, port))
        return serverPort();
    const QString text = address.isIPv6() ? u"[%1]:%2"_s : u"%1:%2"_s;
    return Error{
        u"cannot listen on %1: %2"_s.arg(text.arg(address.toString()).arg(port), errorString())};
}

void Listener::incomingConnection(qintptr descriptor)
{
    const int socket = int(descriptor);
    ::fcntl(socket, F_SETFL, ::fcntl(socket, F_GETFL) | O_NONBLOCK);
    m_accepted(socket);
}

} // namespace truepeer
