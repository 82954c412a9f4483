// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// SshTunnel makes a socket of another machine one of this machine, with the system's ssh. What is
// needed for it (keys, ports, jump hosts) is in the user's ~/.ssh/config. ssh is started without a
// shell, and never asks: a tunnel that would need a password fails, and says what to do instead.
//
// Thread: the GUI thread. The local socket is in a directory that only this user can enter, and is
// gone with the tunnel.
#pragma once

#include "gui/models/connectproblem.h"
#include "gui/models/serveraddress.h"

#include <QByteArray>
#include <QObject>
#include <QProcess>
#include <QString>
#include <QTimer>

#include <chrono>
#include <memory>

class QTemporaryDir;

namespace truepeer {

class SshTunnel final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SshTunnel)

public:
    struct Options
    {
        QString program = QStringLiteral("ssh"); // sought in PATH
        std::chrono::milliseconds startTimeout{30000};
        std::chrono::milliseconds firstDelay{1000}; // of starting it again; doubled up to
        std::chrono::milliseconds longestDelay{30000};
    };

    explicit SshTunnel(const Options &options, QObject *parent = nullptr);
    ~SshTunnel() override;

    // Gives up what was before. Then opened() or failed(), but not before it returned; and again
    // each time when it ended, until stop(). The address has to be one without problemOf().
    void start(const ServerAddress &address);
    void stop();
    // At once, instead of waiting for the next try.
    void retry();

    bool isRunning() const { return m_process != nullptr; }
    // When the next try is due; 0 when none is planned.
    std::chrono::milliseconds untilRetry() const;
    // The last that ssh wrote since it was started, or since forgetOutput().
    QString output() const;
    void forgetOutput() { m_output.clear(); }

    // The arguments of ssh for this address; `local` is the path of the local socket.
    static QStringList argumentsFor(const ServerAddress &address, const QString &local);

Q_SIGNALS:
    void opened(const QString &socket); // it can be connected to
    void failed(const truepeer::ConnectProblem &problem);

private:
    void launch();
    void look();
    void takeOutput();
    void end(const QString &fallback);
    void discard();

    const Options m_options;
    ServerAddress m_address;
    std::unique_ptr<QTemporaryDir> m_directory;
    QProcess *m_process = nullptr; // a child; null while none runs
    QTimer m_lookTimer;            // until the local socket is there
    QTimer m_startTimer;
    QTimer m_retryTimer;
    QByteArray m_output;
    int m_failures = 0; // in a row
};

} // namespace truepeer
