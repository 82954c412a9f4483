// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/epolldispatcher.h"
#include "server/net/mailbox.h"

#include <QEventLoop>
#include <QTest>
#include <QThread>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

using namespace truepeer;

namespace {

// A thread with an EpollDispatcher that runs a mailbox until it is told to quit.
class HomeThread
{
public:
    explicit HomeThread(Mailbox &mailbox)
        : m_mailbox(mailbox)
    {
        m_thread.reset(QThread::create([this] {
            m_mailbox.attach();
            QEventLoop loop;
            loop.exec();
            m_mailbox.detach();
            m_hasEnded.store(true, std::memory_order_release);
        }));
        m_thread->setEventDispatcher(new EpollDispatcher);
        m_thread->start();
    }

    // Returns when everything that was posted before has run.
    ~HomeThread()
    {
        m_mailbox.post([this] { m_thread->quit(); });
        m_thread->wait();
        // For the thread sanitizer, which does not see what QThread does.
        if (!m_hasEnded.load(std::memory_order_acquire))
            qFatal("the thread has not ended");
    }

private:
    Mailbox &m_mailbox;
    std::unique_ptr<QThread> m_thread;
    std::atomic<bool> m_hasEnded = false;
};

} // namespace

class tst_Mailbox : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void runsTasksInTheOrderOfEachSender();
    void keepsWhatWasPostedBeforeItsThreadStarts();
    void aTaskMayPost();
    void destroysTasksThatNeverRan();
};

void tst_Mailbox::runsTasksInTheOrderOfEachSender()
{
    constexpr int Senders = 4;
    constexpr int Tasks = 5000;
    std::vector<int> next(Senders, 0); // used by the home thread only
    bool ordered = true;
    Mailbox mailbox;
    {
        HomeThread home(mailbox);
        std::vector<std::thread> senders;
        for (int sender = 0; sender < Senders; ++sender) {
            senders.emplace_back([&, sender] {
                for (int i = 0; i < Tasks; ++i) {
                    mailbox.post([&, sender, i] {
                        ordered = ordered && next[size_t(sender)] == i;
                        next[size_t(sender)] = i + 1;
                    });
                }
            });
        }
        for (std::thread &sender : senders)
            sender.join();
    }
    QVERIFY(ordered);
    for (const int count : next)
        QCOMPARE(count, Tasks);
}

void tst_Mailbox::keepsWhatWasPostedBeforeItsThreadStarts()
{
    int ran = 0;
    Mailbox mailbox;
    for (int i = 0; i < 10; ++i)
        mailbox.post([&] { ++ran; });
    {
        HomeThread home(mailbox);
    }
    QCOMPARE(ran, 10);
}

void tst_Mailbox::aTaskMayPost()
{
    // Each task posts the next one; the last one lets the test go on.
    constexpr int Length = 1000;
    int ran = 0;
    Mailbox mailbox;
    std::function<void()> link;
    std::atomic<bool> done = false;
    link = [&] {
        if (++ran < Length)
            mailbox.post(link);
        else
            done = true;
    };
    {
        HomeThread home(mailbox);
        mailbox.post(link);
        QTRY_VERIFY(done.load());
    }
    QCOMPARE(ran, Length);
}

void tst_Mailbox::destroysTasksThatNeverRan()
{
    const auto token = std::make_shared<int>(1);
    {
        Mailbox mailbox;
        mailbox.post([token] { qFatal("a mailbox without a home thread ran a task"); });
        QCOMPARE(token.use_count(), 2);
    }
    QCOMPARE(token.use_count(), 1);
}

QTEST_GUILESS_MAIN(tst_Mailbox)
#include "tst_mailbox.moc"
