// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/console.h"

#include <QProcessEnvironment>
#include <QStringList>

#include <termios.h>

namespace truepeer {

// The process's own standard streams, and its terminal.
class PosixConsole final : public Console
{
public:
    explicit PosixConsole(const QProcessEnvironment &environment);
    ~PosixConsole() override;

    void write(const QString &text) override;
    void complain(const QString &line) override;
    bool isTerminal() const override { return m_isTerminal; }
    bool hasColours() const override { return m_hasColours; }
    int width() const override;
    int height() const override;
    std::optional<QString> ask(const QString &question) override;
    Expected<QByteArray> read(const QString &path) override;
    void enterScreen() override;
    void leaveScreen() override;
    bool pause(std::chrono::milliseconds time) override;

    // Whether everything could be written.
    bool flush();

private:
    bool wantsToLeave();

    const bool m_isTerminal;
    const bool m_hasColours;
    bool m_isScreen = false;
    bool m_hasKeys = false;   // standard input is a terminal in the mode of a screen
    int m_signals = -1;       // a descriptor that tells of signals while there is a screen
    termios m_before = {};    // what the terminal was like
    QStringList m_complaints; // that wait for the screen to end
};

} // namespace truepeer
