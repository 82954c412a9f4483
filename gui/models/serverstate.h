// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ServerState is what the window itself shows of its server: whether there is a connection, why
// not, when the next try is due, and the figures of the top bar. It asks the server to report its
// status each second; all that is older is said to be so.
//
// Thread: the GUI thread. Dashboard tells it what becomes of the connection.
#pragma once

#include "gui/models/connectproblem.h"
#include "gui/models/serveraddress.h"
#include "gui/models/statussnapshot.h"

#include <QElapsedTimer>
#include <QObject>
#include <QString>
#include <QTimer>

#include <chrono>
#include <functional>
#include <optional>

namespace truepeer {

class ServerLink;

class ServerState final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ServerState)

public:
    enum class Phase : quint8 {
        NoServer,       // none was asked for, or the one that was has never answered
        TunnelStarting, // ssh
        Connecting,
        Up,
        Lost, // it was up; what is known of it is old
    };
    // What the operator reads in one word.
    enum class Health : quint8 { None, Ready, Degraded, Draining, Silent, Disconnected };

    ServerState(ServerLink &link, QObject *parent);
    ~ServerState() override;

    Phase phase() const { return m_phase; }
    Health health() const;
    const ServerAddress &address() const { return m_address; }
    // Whether this address has been up, so that there is something to look at.
    bool hasData() const { return m_wasUp; }
    // Empty while it is up.
    const ConnectProblem &problem() const { return m_problem; }
    // Until the next try; nothing when none is planned.
    std::optional<int> secondsUntilRetry() const;

    const ServerHello &hello() const { return m_hello; }
    const StatusSnapshot &status() const { return m_status; }
    // Since the server reported at last; nothing before the first time.
    std::optional<int> dataAgeSeconds() const;
    // Nothing when it was not measured.
    std::optional<double> roundTripMs() const { return m_roundTripMs; }
    // Whether the server has this method.
    bool knows(const QString &method) const;

    // What Dashboard says.
    void setTarget(const ServerAddress &address); // forgets all of the former one
    void setConnecting(bool throughTunnel);
    void setProblem(const ConnectProblem &problem,
                    std::function<std::chrono::milliseconds()> untilRetry);
    void setRoundTrip(double milliseconds);

Q_SIGNALS:
    void phaseChanged(truepeer::ServerState::Phase phase);
    // Anything that is shown, also that a second went by.
    void changed();
    void restarted(); // it is up again, and another process than before

private:
    void takeUp();
    void takeStatus(const QJsonObject &status);
    void setPhase(Phase phase);

    ServerLink &m_link;
    ServerAddress m_address;
    ServerHello m_hello;
    StatusSnapshot m_status;
    ConnectProblem m_problem;
    std::function<std::chrono::milliseconds()> m_untilRetry;
    std::optional<double> m_roundTripMs;
    QElapsedTimer m_lastStatus;
    QElapsedTimer m_upSince;
    QTimer m_clock; // each second
    Phase m_phase = Phase::NoServer;
    bool m_wasUp = false;
};

} // namespace truepeer
