// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// CtlProcess is the real truepeerctl as a child process, as a script runs it or as an operator does
// on a terminal. Nothing of the caller's surroundings reaches it, and it never outlives the test.
#pragma once

#include "tests/support/serverprocess.h"

#include <QByteArray>
#include <QHash>
#include <QJsonValue>
#include <QProcess>
#include <QString>
#include <QStringList>

#include <chrono>

namespace truepeer {

class CtlProcess
{
    Q_DISABLE_COPY_MOVE(CtlProcess)

public:
    static constexpr std::chrono::seconds Patience{30};

    struct Options
    {
        QStringList arguments;
        QByteArray input = {}; // on a terminal: what is typed
        QHash<QString, QString> environment = {};
        int columns = 0;             // of the terminal; 0: there is none
        bool obeysFileModes = false; // even if the test runs as root
    };

    struct Run
    {
        int exitCode = -1; // -1: it crashed, or did not end in time
        QByteArray out;    // on a terminal: all that is to be seen
        QByteArray err;

        // What was printed; undefined when it is no JSON.
        QJsonValue json() const;
        // For a failed comparison.
        QByteArray text() const;
    };

    // Runs a command to its end.
    static Run run(const Options &options);
    // For this server.
    static Run run(const ServerProcess &server, const QStringList &arguments,
                   const QByteArray &input = {});

    explicit CtlProcess(const Options &options);
    ~CtlProcess();

    // Whether standard output has this text before long.
    bool waitForOutput(const QByteArray &text);
    void signal(int number);
    bool waitForEnd();

private:
    Run finish();
    QByteArray readTerminal() const;

    QProcess m_process;
    QByteArray m_out;
    int m_terminal = -1; // our end of it
};

} // namespace truepeer

// Verifies something of a run, and shows what it printed otherwise.
#define VERIFY_RUN(run, condition) QVERIFY2(condition, (run).text().constData())
