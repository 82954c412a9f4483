// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Mailbox is the one road between threads: anybody posts tasks, the home thread runs them in order.
// A burst of posts costs one wake-up.
//
// Thread: post() from any thread. attach() and detach() in the home thread, whose event loop runs
// the tasks from attach() on. What was posted before attach() waits; what is left at destruction is
// destroyed without running.
#pragma once

#include <QtGlobal>

#include <functional>
#include <memory>
#include <mutex>
#include <vector>

class QSocketNotifier;

namespace truepeer {

class Mailbox
{
    Q_DISABLE_COPY_MOVE(Mailbox)

public:
    using Task = std::function<void()>;

    Mailbox();
    ~Mailbox();

    void post(Task task);

    void attach();
    void detach();

private:
    void runTasks();

    const int m_descriptor;
    std::mutex m_mutex;
    std::vector<Task> m_tasks;                   // guarded by m_mutex
    std::unique_ptr<QSocketNotifier> m_notifier; // home thread only
};

} // namespace truepeer
