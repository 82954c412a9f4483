// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/ctlprocess.h"

#include <QDeadlineTimer>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <array>
#include <csignal>

#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Program = TRUEPEER_BIN_DIR "/truepeerctl";

QProcessEnvironment environmentWith(const QHash<QString, QString> &more)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(u"TRUEPEER_"_s))
            environment.remove(name);
    }
    for (const QString &name : {u"NO_COLOR"_s, u"RUNTIME_DIRECTORY"_s})
        environment.remove(name);
    environment.insert(u"XDG_RUNTIME_DIR"_s, u"/nonexistent"_s);
    environment.insert(u"TERM"_s, u"xterm"_s);
    for (auto it = more.begin(); it != more.end(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

// Runs in the child between fork and exec. Negative: no terminal.
void prepareChild(int terminal, bool obeysFileModes)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (obeysFileModes) {
        ::prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0);
        ::prctl(PR_CAPBSET_DROP, CAP_DAC_READ_SEARCH, 0, 0, 0);
    }
    if (terminal < 0)
        return;
    ::setsid();
    ::ioctl(terminal, TIOCSCTTY, 0);
    for (const int standard : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO})
        ::dup2(terminal, standard);
}

} // namespace

QJsonValue CtlProcess::Run::json() const
{
    const QJsonDocument document = QJsonDocument::fromJson(out);
    if (document.isNull())
        return QJsonValue(QJsonValue::Undefined);
    return document.isArray() ? QJsonValue(document.array()) : QJsonValue(document.object());
}

QByteArray CtlProcess::Run::text() const
{
    return "exit "_ba + QByteArray::number(exitCode) + '\n' + out + err;
}

CtlProcess::Run CtlProcess::run(const Options &options)
{
    CtlProcess process(options);
    return process.finish();
}

CtlProcess::Run CtlProcess::run(const ServerProcess &server, const QStringList &arguments,
                                const QByteArray &input)
{
    return run({.arguments = QStringList{u"--socket"_s, server.adminSocket()} + arguments,
                .input = input});
}

CtlProcess::CtlProcess(const Options &options)
{
    int other = -1;
    if (options.columns > 0) {
        winsize size = {};
        size.ws_col = static_cast<unsigned short>(options.columns);
        size.ws_row = 24;
        if (::openpty(&m_terminal, &other, nullptr, nullptr, &size) != 0)
            qFatal("there is no terminal to be had");
        ::fcntl(m_terminal, F_SETFD, FD_CLOEXEC);
    }
    m_process.setProcessEnvironment(environmentWith(options.environment));
    m_process.setChildProcessModifier(
        [other, obeys = options.obeysFileModes] { prepareChild(other, obeys); });
    m_process.start(QString::fromLatin1(Program), options.arguments);
    m_process.waitForStarted();
    if (m_terminal >= 0) {
        ::close(other);
        if (::write(m_terminal, options.input.constData(), size_t(options.input.size())) < 0)
            qFatal("nothing can be typed");
    } else {
        m_process.write(options.input);
        m_process.closeWriteChannel();
    }
}

CtlProcess::~CtlProcess()
{
    m_process.kill();
    m_process.waitForFinished();
    if (m_terminal >= 0)
        ::close(m_terminal);
}

// Until the program has closed its end.
QByteArray CtlProcess::readTerminal() const
{
    const QDeadlineTimer deadline(Patience);
    QByteArray all;
    std::array<char, 4096> part = {};
    for (;;) {
        pollfd wait = {m_terminal, POLLIN, 0};
        if (::poll(&wait, 1, int(deadline.remainingTime())) != 1)
            return all;
        const ssize_t size = ::read(m_terminal, part.data(), part.size());
        if (size <= 0)
            return all.replace("\r\n", "\n");
        all.append(part.data(), size);
    }
}

CtlProcess::Run CtlProcess::finish()
{
    Run result;
    if (m_terminal >= 0)
        result.out = readTerminal();
    if (!waitForEnd())
        return result;
    if (m_process.exitStatus() == QProcess::NormalExit)
        result.exitCode = m_process.exitCode();
    result.out += m_process.readAllStandardOutput();
    result.err = m_process.readAllStandardError();
    return result;
}

bool CtlProcess::waitForOutput(const QByteArray &text)
{
    const QDeadlineTimer deadline(Patience);
    while (!m_out.contains(text)) {
        if (!m_process.waitForReadyRead(int(deadline.remainingTime())))
            return false;
        m_out += m_process.readAllStandardOutput();
    }
    return true;
}

void CtlProcess::signal(int number)
{
    ::kill(pid_t(m_process.processId()), number);
}

bool CtlProcess::waitForEnd()
{
    return m_process.state() == QProcess::NotRunning
           || m_process.waitForFinished(int(QDeadlineTimer(Patience).remainingTime()));
}

} // namespace truepeer
