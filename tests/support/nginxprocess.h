// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// NginxProcess is a real nginx as a child process, without root and with all its files in a folder
// of its own, on a free port of 127.0.0.1 and [::1]. It never outlives the test.
#pragma once

#include <QByteArray>
#include <QHash>
#include <QProcess>
#include <QTemporaryDir>

#include <chrono>

namespace truepeer {

class NginxProcess
{
    Q_DISABLE_COPY_MOVE(NginxProcess)

public:
    static constexpr std::chrono::seconds Patience{30};

    // The documented configuration, resources/proxies/nginx.conf.in.
    static QByteArray documentedConfig();
    static bool isInstalled();

    // Starts nginx with `config`, in which @NAME@ stands for a value: LISTEN_IPV4, LISTEN_IPV6,
    // SERVER_NAME, PID_FILE, LOG_FILE, TEMP_DIR and UPSTREAM, which is `upstream` (host:port).
    NginxProcess(const QByteArray &config, const QByteArray &upstream);
    ~NginxProcess();

    bool isReady() const { return m_port != 0; }
    // Why it is not.
    QByteArray complaint() const;
    quint16 port() const { return m_port; }

private:
    void start(const QByteArray &config, QHash<QByteArray, QByteArray> values, quint16 port);
    bool awaitListening(quint16 port);

    QTemporaryDir m_directory;
    QProcess m_process;
    QByteArray m_output;
    quint16 m_port = 0;
};

} // namespace truepeer
