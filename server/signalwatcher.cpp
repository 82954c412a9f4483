// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/signalwatcher.h"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace truepeer {

namespace {

constexpr std::array<int, 3> WatchedSignals = {SIGTERM, SIGINT, SIGHUP};

// A signal handler can reach nothing but globals; this one is written before the handler is
// installed and after it is removed.
volatile std::sig_atomic_t writeEnd = -1;

void handleSignal(int number)
{
    const int savedErrno = errno;
    const char byte = static_cast<char>(number);
    [[maybe_unused]] const ssize_t written = ::write(writeEnd, &byte, 1);
    errno = savedErrno;
}

void setHandler(void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    for (const int number : WatchedSignals)
        ::sigaction(number, &action, nullptr);
}

} // namespace

SignalWatcher::SignalWatcher(QObject *parent)
    : QObject(parent)
{
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        qFatal("cannot create a pipe for signals: %s", qPrintable(qt_error_string(errno)));
    m_readEnd = ends[0];
    writeEnd = ends[1];
    m_notifier = std::make_unique<QSocketNotifier>(m_readEnd, QSocketNotifier::Read);
    connect(m_notifier.get(), &QSocketNotifier::activated, this, &SignalWatcher::readSignals);
    setHandler(handleSignal);
}

SignalWatcher::~SignalWatcher()
{
    setHandler(SIG_DFL);
    m_notifier.reset();
    ::close(m_readEnd);
    ::close(writeEnd);
    writeEnd = -1;
}

void SignalWatcher::readSignals()
{
    char numbers[16];
    const ssize_t count = ::read(m_readEnd, numbers, sizeof numbers);
    for (ssize_t i = 0; i < count; ++i) {
        if (numbers[i] == SIGHUP)
            Q_EMIT reloadRequested();
        else
            Q_EMIT terminateRequested();
    }
}

} // namespace truepeer
