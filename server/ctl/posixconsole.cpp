// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/posixconsole.h"

#include "server/ctl/format.h"

#include <QFile>

#include <array>
#include <csignal>
#include <cstdio>

#include <poll.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 MaxFile = 32 * 1024 * 1024;

bool wantsColours(const QProcessEnvironment &environment)
{
    // no-color.org: whatever its value, unless that is empty.
    return environment.value(u"NO_COLOR"_s).isEmpty()
           && environment.value(u"TERM"_s, u"dumb"_s) != "dumb"_L1;
}

winsize terminalSize()
{
    winsize size = {};
    if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0) {
        size.ws_col = 80;
        size.ws_row = 24;
    }
    return size;
}

sigset_t endingSignals()
{
    sigset_t set;
    sigemptyset(&set);
    for (const int number : {SIGINT, SIGTERM, SIGHUP})
        sigaddset(&set, number);
    return set;
}

} // namespace

PosixConsole::PosixConsole(const QProcessEnvironment &environment)
    : m_isTerminal(::isatty(STDOUT_FILENO) == 1)
    , m_hasColours(m_isTerminal && wantsColours(environment))
{
}

PosixConsole::~PosixConsole()
{
    leaveScreen();
}

void PosixConsole::write(const QString &text)
{
    const QByteArray bytes = text.toUtf8();
    std::fwrite(bytes.constData(), 1, static_cast<size_t>(bytes.size()), stdout);
    std::fflush(stdout);
}

void PosixConsole::complain(const QString &line)
{
    if (m_isScreen) {
        m_complaints.append(line);
        return;
    }
    std::fputs((line + u'\n').toUtf8().constData(), stderr);
}

int PosixConsole::width() const
{
    return terminalSize().ws_col;
}

int PosixConsole::height() const
{
    return terminalSize().ws_row;
}

std::optional<QString> PosixConsole::ask(const QString &question)
{
    if (::isatty(STDIN_FILENO) != 1 || ::isatty(STDERR_FILENO) != 1)
        return std::nullopt;
    std::fputs(question.toUtf8().constData(), stderr);
    std::array<char, 256> line = {};
    if (!std::fgets(line.data(), static_cast<int>(line.size()), stdin))
        return QString();
    return QString::fromUtf8(line.data());
}

Expected<QByteArray> PosixConsole::read(const QString &path)
{
    QFile file(path);
    const bool isOpen =
        path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    QByteArray bytes = isOpen ? file.read(MaxFile + 1) : QByteArray();
    if (!isOpen || file.error() != QFileDevice::NoError)
        return Error{u"cannot read %1: %2"_s.arg(printable(path), file.errorString())};
    if (bytes.size() > MaxFile)
        return Error{u"%1 is larger than %2"_s.arg(printable(path), bytesText(MaxFile))};
    return bytes;
}

void PosixConsole::enterScreen()
{
    const sigset_t signalSet = endingSignals();
    ::sigprocmask(SIG_BLOCK, &signalSet, nullptr);
    m_signals = ::signalfd(-1, &signalSet, SFD_CLOEXEC | SFD_NONBLOCK);
    m_hasKeys = ::tcgetattr(STDIN_FILENO, &m_before) == 0;
    if (m_hasKeys) {
        termios now = m_before;
        // Ctrl-C arrives as a key, so that it cannot end us before the terminal is as it was.
        now.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ISIG);
        ::tcsetattr(STDIN_FILENO, TCSANOW, &now);
    }
    m_isScreen = true;
    // The other screen, without a cursor.
    write(u"\x1b[?1049h\x1b[?25l"_s);
}

void PosixConsole::leaveScreen()
{
    if (!m_isScreen)
        return;
    write(u"\x1b[?25h\x1b[?1049l"_s);
    if (m_hasKeys)
        ::tcsetattr(STDIN_FILENO, TCSANOW, &m_before);
    ::close(m_signals);
    const sigset_t signalSet = endingSignals();
    ::sigprocmask(SIG_UNBLOCK, &signalSet, nullptr);
    m_isScreen = false;
    for (const QString &line : m_complaints)
        complain(line);
    m_complaints.clear();
}

bool PosixConsole::wantsToLeave()
{
    constexpr char CtrlC = 3;
    constexpr char CtrlD = 4;
    char key = 0;
    if (::read(STDIN_FILENO, &key, 1) != 1) {
        m_hasKeys = false; // the terminal is gone, and has no mode to go back to
        return true;
    }
    return key == 'q' || key == 'Q' || key == CtrlC || key == CtrlD;
}

bool PosixConsole::pause(std::chrono::milliseconds time)
{
    using Clock = std::chrono::steady_clock;
    const Clock::time_point end = Clock::now() + time;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
        if (left <= 0)
            return true;
        // Without a screen signals end the process as usual, and keys mean nothing.
        std::array<pollfd, 2> waits{{{m_isScreen ? m_signals : -1, POLLIN, 0},
                                     {m_isScreen && m_hasKeys ? STDIN_FILENO : -1, POLLIN, 0}}};
        ::poll(waits.data(), waits.size(), static_cast<int>(left));
        if (waits[0].revents != 0 || (waits[1].revents != 0 && wantsToLeave()))
            return false;
    }
}

bool PosixConsole::flush()
{
    return std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
}

} // namespace truepeer
