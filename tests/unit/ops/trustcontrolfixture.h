// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A TrustControl with a real task pool and disk, and I/O threads of the test's own. The event loop
// of the test is that of the main thread.
#pragma once

#include "server/ops/trustcontrol.h"
#include "tests/unit/trust/resolvecase.h"

#include <QTemporaryDir>
#include <QTest>

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

inline TrustSettings settingsOf(const QStringList &entries)
{
    TrustSettings settings;
    settings.list = testList(entries);
    return settings;
}

inline TrustEdit editOf(TrustEdit::Kind kind, const QString &entry = {})
{
    TrustEdit edit;
    edit.kind = kind;
    edit.entry = entry;
    edit.by = u"uid 1000 (alice)"_s;
    return edit;
}

inline TrustEdit adding(const QString &entry)
{
    return editOf(TrustEdit::Kind::Add, entry);
}

inline TrustEdit setTo(const QStringList &entries)
{
    TrustEdit edit = editOf(TrustEdit::Kind::Set);
    edit.list = testList(entries);
    return edit;
}

inline QStringList entriesOf(const TrustList &list)
{
    QStringList entries;
    for (const TrustEntry &entry : list.entries)
        entries += entry.entry;
    return entries;
}

// "revision: entries".
inline QString textOf(quint64 revision, const TrustList &list)
{
    return QString::number(revision) + u": "_s + entriesOf(list).join(u' ');
}

inline QString textOf(const TrustDocument &document)
{
    return textOf(document.revision, document.list);
}

inline QString textOf(const TrustPolicy &policy)
{
    return textOf(policy.revision(), policy.settings().list);
}

inline std::chrono::sys_seconds someTime()
{
    return std::chrono::sys_seconds(std::chrono::seconds(1'700'000'000));
}

// What is told of the control goes into `heard`, in the order in which it is.
struct TrustControlFixture
{
    TrustControlFixture() { home.attach(); }
    ~TrustControlFixture()
    {
        tasks.stop();
        home.detach();
    }

    QString stateDir() const { return folder.filePath(u"state"_s); }
    // Starts with a list of the configuration.
    void open(const QStringList &entries = {u"10.0.0.1"_s})
    {
        const auto policy = control.open(settingsOf(entries), stateDir());
        if (!policy)
            qFatal("%s", qPrintable(policy.error().message));
        opened = *policy;
    }
    TrustControl::Done note(const QString &name)
    {
        return [this, name](const TrustControl::Outcome &outcome) {
            last = outcome;
            heard += u"done "_s + name;
            ++done;
        };
    }
    // Waits until it is over.
    const TrustControl::Outcome &edit(const TrustEdit &edit, bool confirmed = false)
    {
        const int before = done;
        control.edit(edit, confirmed, note(u"edit"_s));
        waitFor([&] { return done > before; });
        return last;
    }
    void reload(const TrustSettings &settings)
    {
        const int before = done;
        control.reload(settings, note(u"reload"_s));
        waitFor([&] { return done > before; });
    }
    // Everything that was ordered before is over: an edit that does nothing is, too.
    void finish() { edit(editOf(TrustEdit::Kind::Remove, u"192.0.2.255"_s)); }
    static void waitFor(const std::function<bool()> &condition)
    {
        if (!QTest::qWaitFor(condition, 30'000))
            qFatal("an edit of the test does not come to an end");
    }
    QString inForce() const
    {
        const TrustControl::Snapshot snapshot = control.snapshot();
        const QString document = textOf(*snapshot.document);
        const QString policy = textOf(*snapshot.policy);
        return document == policy ? document : document + u" but "_s + policy;
    }

    QTemporaryDir folder;
    TaskPool tasks{2};
    Mailbox home;
    QStringList heard;
    TrustControl::Outcome last;
    int done = 0;
    std::function<QStringList()> reasons = [] { return QStringList(); }; // asked in the pool
    bool holdsSpread = false;
    std::vector<std::function<void(qint64)>> held;
    std::shared_ptr<const TrustPolicy> opened;
    TrustControl control{TrustControl::Links{
        tasks, home,
        [this](const std::shared_ptr<const TrustPolicy> &policy,
               std::function<void(qint64)> applied) {
            heard += u"spread "_s + textOf(*policy);
            if (holdsSpread)
                return held.push_back(std::move(applied));
            std::thread thread([&] { applied(3); }); // an I/O thread
            thread.join();
        },
        [this](const TrustPolicy &before, const TrustPolicy &after, const TrustListCheck &check) {
            QStringList answer = reasons();
            if (!answer.isEmpty())
                answer += u"%1 / %2 / %3"_s.arg(textOf(before), textOf(after))
                              .arg(check.normalised.size());
            return answer;
        },
        [this](const TrustEdit *edit, const TrustControl::Outcome &outcome) {
            heard += u"changed %1 %2"_s.arg(edit ? edit->by : u"-"_s).arg(outcome.changed);
        },
        [this](const QString &problem) { heard += u"trouble "_s + problem; }}};
};

} // namespace truepeer
