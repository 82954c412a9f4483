// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/mailbox.h"

#include <QSocketNotifier>

#include <cerrno>
#include <utility>

#include <sys/eventfd.h>
#include <unistd.h>

namespace truepeer {

Mailbox::Mailbox()
    : m_descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))
{
    if (m_descriptor < 0)
        qFatal("cannot create an event descriptor: %s", qPrintable(qt_error_string(errno)));
}

Mailbox::~Mailbox()
{
    m_notifier.reset();
    ::close(m_descriptor);
}

void Mailbox::post(Task task)
{
    bool wasEmpty = false;
    {
        const std::lock_guard lock(m_mutex);
        wasEmpty = m_tasks.empty();
        m_tasks.push_back(std::move(task));
    }
    if (!wasEmpty)
        return;
    const quint64 one = 1;
    [[maybe_unused]] const ssize_t written = ::write(m_descriptor, &one, sizeof one);
}

void Mailbox::attach()
{
    m_notifier = std::make_unique<QSocketNotifier>(m_descriptor, QSocketNotifier::Read);
    QObject::connect(m_notifier.get(), &QSocketNotifier::activated, m_notifier.get(),
                     [this] { runTasks(); });
}

void Mailbox::detach()
{
    m_notifier.reset();
}

void Mailbox::runTasks()
{
    quint64 count = 0;
    [[maybe_unused]] const ssize_t bytes = ::read(m_descriptor, &count, sizeof count);
    std::vector<Task> tasks;
    {
        const std::lock_guard lock(m_mutex);
        tasks.swap(m_tasks);
    }
    for (const Task &task : tasks)
        task();
}

} // namespace truepeer
