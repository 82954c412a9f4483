// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ServerProcess is a real truepeerd as a child process, on a free port of loopback, with a
// configuration of its own and its log in a file. It never outlives the test. A server that is
// still running at the end is asked to stop; one that then exits with anything but 0 (a sanitizer's
// report, say) has failed the test by a warning.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QHash>
#include <QJsonObject>
#include <QList>
#include <QProcess>
#include <QString>
#include <QStringList>
#include <QTemporaryDir>

#include <chrono>
#include <csignal>
#include <optional>

namespace truepeer {

class ServerProcess
{
    Q_DISABLE_COPY_MOVE(ServerProcess)

public:
    static constexpr std::chrono::seconds Patience{30};

    struct Options
    {
        QByteArray config;     // TOML; "host" is 127.0.0.1 unless it says otherwise
        QStringList arguments; // besides --config and --port 0
        QHash<QString, QString> environment = {};
    };

    // How a run that ends by itself went.
    struct Run
    {
        int exitCode = -1; // -1: it crashed, or did not end in time
        QByteArray out;
        QByteArray err;
    };

    // Starts the server and waits for its ready line.
    explicit ServerProcess(const QByteArray &config)
        : ServerProcess(Options{config, {}, {}})
    {
    }
    explicit ServerProcess(const Options &options);
    // Ends it; that it does not end as it should, or has ended before without anybody waiting for
    // it, ends the test.
    ~ServerProcess();

    // Runs truepeerd until it ends.
    static Run run(const QStringList &arguments, const QHash<QString, QString> &environment = {});

    bool isReady() const { return m_port != 0; }
    // Why it is not, with its log.
    QByteArray complaint() const;
    quint16 port() const { return m_port; }
    qint64 pid() const { return m_process.processId(); }
    const QByteArray &readyLine() const { return m_readyLine; }
    // The path of the admin socket, as the ready line names it.
    const QString &adminSocket() const { return m_adminSocket; }

    void signal(int number) const;
    // Waits for the end; the exit code, or -1 as in Run.
    int waitForExit();
    // Waits for the end, which has to be exit code 0; otherwise warns with the log.
    bool exitsCleanly();
    bool isRunning() const { return m_process.state() == QProcess::Running; }

    // The log so far.
    QByteArray log() const;
    // The first line of the log that contains all of these texts; empty when none comes in time.
    QByteArray waitForLine(const QList<QByteArrayView> &texts) const;
    // The first JSON line of the log with this event and these fields.
    QJsonObject waitForEvent(const QString &event, const QJsonObject &fields = {}) const;

    // The memory that the process holds.
    qint64 residentBytes() const;

private:
    void awaitReadyLine();

    QTemporaryDir m_directory;
    QProcess m_process;
    QByteArray m_readyLine;
    QString m_adminSocket;
    quint16 m_port = 0;
    bool m_endExpected = false; // somebody waited for it
};

} // namespace truepeer
