// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/termination.h"

#include <QSocketNotifier>

#include <atomic>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace truepeer {

namespace {

constexpr int Signals[] = {SIGTERM, SIGINT, SIGHUP};

// Where the handler writes to; handlers get no more than the number of the signal.
std::atomic<int> pipeEnd = -1;

void handle(int)
{
    const char byte = 0;
    [[maybe_unused]] const ssize_t written = ::write(pipeEnd.load(), &byte, 1);
}

} // namespace

Termination::Termination(QObject *parent)
    : QObject(parent)
{
    if (::pipe2(m_ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return;
    m_notifier = new QSocketNotifier(m_ends[0], QSocketNotifier::Read, this);
    connect(m_notifier, &QSocketNotifier::activated, this, [this] {
        m_notifier->setEnabled(false);
        Q_EMIT wanted();
    });
    pipeEnd = m_ends[1];
    for (const int number : Signals) {
        struct sigaction action = {};
        if (::sigaction(number, nullptr, &action) != 0 || action.sa_handler == SIG_IGN)
            continue;
        action = {};
        action.sa_handler = handle;
        action.sa_flags = SA_RESTART;
        ::sigaction(number, &action, nullptr);
    }
}

Termination::~Termination()
{
    for (const int number : Signals) {
        struct sigaction action = {};
        if (::sigaction(number, nullptr, &action) == 0 && action.sa_handler == handle)
            ::signal(number, SIG_DFL);
    }
    pipeEnd = -1;
    delete m_notifier;
    for (const int end : m_ends) {
        if (end >= 0)
            ::close(end);
    }
}

} // namespace truepeer
