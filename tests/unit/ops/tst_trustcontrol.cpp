// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The trust list while the server runs.
#include "tests/unit/ops/trustcontrolfixture.h"

#include <QFile>
#include <QRegularExpression>

#include <atomic>

using namespace truepeer;

using Failure = TrustResult::Failure;
using Fixture = TrustControlFixture;
using Kind = TrustEdit::Kind;

Q_DECLARE_METATYPE(truepeer::TrustEdit)
Q_DECLARE_METATYPE(truepeer::TrustResult::Failure)

class tst_TrustControl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void startsWithTheConfiguration();
    void startsWithWhatIsStored();
    void refusesBadSettings();
    void makesAnEdit();
    void makesEditsInTheirOrder();
    void anEditMayOrderAnother();
    void editsThatComeToNothing_data();
    void editsThatComeToNothing();
    void asksForAConfirmation();
    void asksNobodyAboutNothing();
    void whatCannotBeSavedIsNotInForce();
    void reloadsItsList();
    void reloadsOtherSettings();
    void aReloadKeepsALiveList();
    void aReloadThatCannotBeSaved();
    void followsAnotherServer();
    void anEditStartsFromTheNewestList();
    void looksOnlyWhenIdle();
    void tellsAProblemOnce();
    void tooManyEditsWait();
    void thePoolMayBeFull();
    void snapshotsAreWhole();
};

void tst_TrustControl::startsWithTheConfiguration()
{
    Fixture f;
    f.open();
    QCOMPARE(textOf(*f.opened), u"1: 10.0.0.1"_s);
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    QCOMPARE(f.control.snapshot().policy, f.opened);
    QCOMPARE(f.control.snapshot().document->origin, TrustOrigin::Config);
    QCOMPARE(f.control.snapshot().problem, QString());
    QCOMPARE(f.heard, QStringList());
}

void tst_TrustControl::startsWithWhatIsStored()
{
    Fixture f;
    TrustStore store;
    store.open(f.stateDir(), testList({u"10.0.0.1"_s}), someTime());
    QVERIFY(store.apply(adding(u"10.0.0.2"_s), someTime()).ok());
    f.open({u"10.0.0.9"_s});
    QCOMPARE(textOf(*f.opened), u"2: 10.0.0.1 10.0.0.2"_s);
    QCOMPARE(f.control.snapshot().document->origin, TrustOrigin::Live);
    f.edit(editOf(Kind::Reset));
    QCOMPARE(f.inForce(), u"3: 10.0.0.9"_s);
}

void tst_TrustControl::refusesBadSettings()
{
    Fixture f;
    const auto badList = f.control.open(settingsOf({u"10.0.0.999"_s}), f.stateDir());
    QVERIFY(!badList.ok());
    QVERIFY2(badList.error().message.contains(u"10.0.0.999"), qPrintable(badList.error().message));
    TrustSettings settings = settingsOf({});
    settings.maxHops = 0;
    QVERIFY(!f.control.open(settings, f.stateDir()).ok());
    QVERIFY(!QFile::exists(f.stateDir()));
}

void tst_TrustControl::makesAnEdit()
{
    Fixture f;
    f.open();
    const TrustControl::Outcome outcome = f.edit(adding(u"10.0.0.2"_s));
    QVERIFY(outcome.result.ok());
    QVERIFY(outcome.result.changed);
    QCOMPARE(textOf(outcome.result.document), u"2: 10.0.0.1 10.0.0.2"_s);
    QCOMPARE(outcome.confirm, QStringList());
    QCOMPARE(outcome.changed, 3);
    QVERIFY(outcome.took.count() > 0);
    QCOMPARE(f.heard, QStringList({u"spread 2: 10.0.0.1 10.0.0.2"_s,
                                   u"changed uid 1000 (alice) 3"_s, u"done edit"_s}));
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
    // It was on the disk before.
    TrustStore store;
    store.open(f.stateDir(), {}, someTime());
    QCOMPARE(textOf(store.document()), u"2: 10.0.0.1 10.0.0.2"_s);
}

void tst_TrustControl::makesEditsInTheirOrder()
{
    Fixture f;
    f.open({});
    f.holdsSpread = true;
    f.control.edit(adding(u"10.0.0.1"_s), false, f.note(u"first"_s));
    f.control.edit(adding(u"10.0.0.2"_s), false, f.note(u"second"_s));
    f.control.reload(settingsOf({u"10.0.0.9"_s}), f.note(u"reload"_s));
    f.control.edit(editOf(Kind::Reset), false, f.note(u"third"_s));
    const QStringList spreads = {u"spread 2: 10.0.0.1"_s, u"spread 3: 10.0.0.1 10.0.0.2"_s,
                                 u"spread 3: 10.0.0.1 10.0.0.2"_s, u"spread 4: 10.0.0.9"_s};
    const QStringList names = {u"first"_s, u"second"_s, u"reload"_s, u"third"_s};
    for (qsizetype i = 0; i < spreads.size(); ++i) {
        // Each is in force everywhere before the next one begins.
        Fixture::waitFor([&] { return f.held.size() > size_t(i); });
        QCOMPARE(f.heard, QStringList{spreads[i]});
        f.held.back()(i);
        Fixture::waitFor([&] { return f.done > i; });
        QCOMPARE(
            f.heard.first(3),
            QStringList({spreads[i],
                         u"changed %1 %2"_s.arg(i == 2 ? u"-"_s : u"uid 1000 (alice)"_s).arg(i),
                         u"done "_s + names[i]}));
        QCOMPARE(f.last.changed, i);
        f.heard = f.heard.sliced(3);
    }
    QCOMPARE(f.heard, QStringList());
    QCOMPARE(f.inForce(), u"4: 10.0.0.9"_s);
}

void tst_TrustControl::anEditMayOrderAnother()
{
    Fixture f;
    f.open({});
    f.control.edit(adding(u"10.0.0.1"_s), false, [&f](const TrustControl::Outcome &outcome) {
        f.heard += textOf(outcome.result.document);
        f.control.edit(adding(u"10.0.0.2"_s), false, f.note(u"second"_s));
    });
    Fixture::waitFor([&] { return f.done == 1; });
    QCOMPARE(f.heard.size(), 6);
    QCOMPARE(f.heard[2], u"2: 10.0.0.1"_s);
    QCOMPARE(f.inForce(), u"3: 10.0.0.1 10.0.0.2"_s);
}

void tst_TrustControl::editsThatComeToNothing_data()
{
    QTest::addColumn<TrustEdit>("edit");
    QTest::addColumn<Failure>("failure");
    TrustEdit late = adding(u"10.0.0.2"_s);
    late.baseRevision = 7;
    QTest::newRow("an entry that is there") << adding(u"10.0.0.1/32"_s) << Failure::None;
    QTest::newRow("the list in force") << setTo({u"10.0.0.1"_s}) << Failure::None;
    QTest::newRow("an entry that is not there")
        << editOf(Kind::Remove, u"10.0.0.2"_s) << Failure::NotFound;
    QTest::newRow("an entry that is none") << adding(u"10.0.0.999"_s) << Failure::Invalid;
    QTest::newRow("a revision that was never") << editOf(Kind::Rollback) << Failure::NotFound;
    QTest::newRow("another base") << late << Failure::Conflict;
}

void tst_TrustControl::editsThatComeToNothing()
{
    QFETCH(const TrustEdit, edit);
    QFETCH(const Failure, failure);
    Fixture f;
    f.open();
    for (const bool confirmed : {false, true}) {
        const TrustControl::Outcome &outcome = f.edit(edit, confirmed);
        QCOMPARE(outcome.result.failure, failure);
        QVERIFY(!outcome.result.changed);
        QCOMPARE(textOf(outcome.result.document), u"1: 10.0.0.1"_s);
        QCOMPARE(outcome.changed, 0);
    }
    QCOMPARE(f.heard, QStringList({u"done edit"_s, u"done edit"_s}));
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
}

void tst_TrustControl::asksForAConfirmation()
{
    Fixture f;
    f.open();
    f.reasons = [] { return QStringList{u"everybody would be trusted"_s}; };
    const TrustEdit edit = setTo({u"0.0.0.0/1"_s, u"::/1"_s});
    const TrustControl::Outcome asked = f.edit(edit);
    QVERIFY(asked.result.ok());
    QCOMPARE(asked.confirm, QStringList({u"everybody would be trusted"_s,
                                         u"1: 10.0.0.1 / 2: 0.0.0.0/1 ::/1 / 2"_s}));
    QCOMPARE(asked.changed, 0);
    QCOMPARE(f.heard, QStringList{u"done edit"_s});
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    QVERIFY(!QFile::exists(f.stateDir() + u"/trust.json"_s));

    const TrustControl::Outcome confirmed = f.edit(edit, true);
    QVERIFY(confirmed.result.changed);
    QCOMPARE(confirmed.confirm, QStringList());
    QCOMPARE(f.inForce(), u"2: 0.0.0.0/1 ::/1"_s);
}

void tst_TrustControl::asksNobodyAboutNothing()
{
    Fixture f;
    f.open();
    std::atomic<int> asked = 0;
    f.reasons = [&asked] {
        ++asked;
        return QStringList();
    };
    f.edit(adding(u"10.0.0.1"_s));   // is there
    f.edit(adding(u"10.0.0.999"_s)); // cannot be
    f.edit(adding(u"10.0.0.2"_s), true);
    f.reload(settingsOf({u"10.0.0.9"_s}));
    QCOMPARE(asked.load(), 0);
    f.edit(adding(u"10.0.0.3"_s));
    QCOMPARE(asked.load(), 1);
}

void tst_TrustControl::whatCannotBeSavedIsNotInForce()
{
    Fixture f;
    // A file is where the directory should be.
    QFile obstacle(f.stateDir());
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    f.open();
    QVERIFY(f.control.snapshot().problem.contains(u"cannot be saved"));
    const TrustControl::Outcome failed = f.edit(adding(u"10.0.0.2"_s));
    QCOMPARE(failed.result.failure, Failure::NotSaved);
    QVERIFY(failed.result.message.startsWith(u"cannot save "_s));
    QCOMPARE(textOf(failed.result.document), u"1: 10.0.0.1"_s);
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    // The problem was there from the start, which is told in another place.
    QCOMPARE(f.heard, QStringList{u"done edit"_s});
    QVERIFY(obstacle.remove());
    f.heard.clear();
    QVERIFY(f.edit(adding(u"10.0.0.2"_s)).result.ok());
    QCOMPARE(f.heard.first(2), QStringList({u"trouble "_s, u"spread 2: 10.0.0.1 10.0.0.2"_s}));
    QCOMPARE(f.control.snapshot().problem, QString());
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
}

void tst_TrustControl::reloadsItsList()
{
    Fixture f;
    f.open();
    f.reload(settingsOf({u"10.0.0.9"_s}));
    QVERIFY(f.last.result.ok());
    QVERIFY(f.last.result.changed);
    QCOMPARE(f.heard, QStringList({u"spread 2: 10.0.0.9"_s, u"changed - 3"_s, u"done reload"_s}));
    QCOMPARE(f.inForce(), u"2: 10.0.0.9"_s);
    const auto document = f.control.snapshot().document;
    QCOMPARE(document->origin, TrustOrigin::Config);
    QCOMPARE(document->history.back().by, QString(TrustByConfiguration));
}

void tst_TrustControl::reloadsOtherSettings()
{
    Fixture f;
    f.open();
    TrustSettings settings = settingsOf({u"10.0.0.1"_s});
    settings.headers = HeaderPin::Forwarded;
    settings.maxHops = 5;
    f.reload(settings);
    QVERIFY(!f.last.result.changed);
    QCOMPARE(f.heard, QStringList({u"spread 1: 10.0.0.1"_s, u"changed - 3"_s, u"done reload"_s}));
    QVERIFY(f.control.snapshot().policy->settings() == settings);
    // Edits keep them.
    f.edit(adding(u"10.0.0.2"_s));
    QCOMPARE(f.control.snapshot().policy->settings().maxHops, 5);
    QCOMPARE(f.control.snapshot().policy->settings().headers, HeaderPin::Forwarded);
}

void tst_TrustControl::aReloadKeepsALiveList()
{
    Fixture f;
    f.open();
    f.edit(adding(u"10.0.0.2"_s));
    TrustSettings settings = settingsOf({u"10.0.0.9"_s});
    settings.maxHops = 5;
    f.reload(settings);
    QVERIFY(f.last.result.ok());
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
    QCOMPARE(f.control.snapshot().policy->settings().maxHops, 5);
    f.edit(editOf(Kind::Reset));
    QCOMPARE(f.inForce(), u"3: 10.0.0.9"_s);
}

void tst_TrustControl::aReloadThatCannotBeSaved()
{
    Fixture f;
    QFile obstacle(f.stateDir());
    QVERIFY(obstacle.open(QIODevice::WriteOnly));
    f.open();
    TrustSettings settings = settingsOf({u"10.0.0.9"_s});
    settings.maxHops = 5;
    f.reload(settings);
    QCOMPARE(f.last.result.failure, Failure::NotSaved);
    // The list stays; what need not be saved is in force.
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    QCOMPARE(f.control.snapshot().policy->settings().maxHops, 5);
}

void tst_TrustControl::followsAnotherServer()
{
    Fixture f;
    f.open();
    f.control.poll();
    f.finish();
    QCOMPARE(f.heard, QStringList{u"done edit"_s});
    TrustStore other;
    other.open(f.stateDir(), testList({u"10.0.0.1"_s}), someTime());
    QVERIFY(other.apply(adding(u"10.0.0.2"_s), someTime()).ok());
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    f.heard.clear();
    f.control.poll();
    Fixture::waitFor([&] { return f.heard.size() == 2; });
    QCOMPARE(f.heard, QStringList({u"spread 2: 10.0.0.1 10.0.0.2"_s, u"changed - 3"_s}));
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
    f.control.poll();
    f.finish();
    QCOMPARE(f.heard.sliced(2), QStringList{u"done edit"_s});
}

void tst_TrustControl::anEditStartsFromTheNewestList()
{
    Fixture f;
    f.open();
    TrustStore other;
    other.open(f.stateDir(), testList({u"10.0.0.1"_s}), someTime());
    QVERIFY(other.apply(adding(u"10.0.0.2"_s), someTime()).ok());
    // Also the one that comes to nothing because of it: the next look finds what the other did.
    TrustEdit late = adding(u"10.0.0.3"_s);
    late.baseRevision = 1;
    const TrustControl::Outcome conflict = f.edit(late);
    QCOMPARE(conflict.result.failure, Failure::Conflict);
    QCOMPARE(textOf(conflict.result.document), u"2: 10.0.0.1 10.0.0.2"_s);
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
    f.control.poll();
    f.finish();
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
    QVERIFY(other.apply(adding(u"10.0.0.4"_s), someTime()).ok());
    QVERIFY(f.edit(adding(u"10.0.0.3"_s)).result.changed);
    QCOMPARE(f.inForce(), u"4: 10.0.0.1 10.0.0.2 10.0.0.4 10.0.0.3"_s);
}

void tst_TrustControl::looksOnlyWhenIdle()
{
    Fixture f;
    f.open();
    f.holdsSpread = true;
    f.control.edit(adding(u"10.0.0.2"_s), false, f.note(u"edit"_s));
    Fixture::waitFor([&] { return f.held.size() == 1; });
    // Looks do not pile up behind an edit that takes long.
    for (int i = 0; i < 200; ++i)
        f.control.poll();
    f.control.edit(adding(u"10.0.0.3"_s), false, f.note(u"edit"_s));
    f.held[0](0);
    Fixture::waitFor([&] { return f.held.size() == 2; });
    f.held[1](0);
    Fixture::waitFor([&] { return f.done == 2; });
    QVERIFY(f.last.result.changed);
}

void tst_TrustControl::tellsAProblemOnce()
{
    Fixture f;
    f.open();
    f.edit(adding(u"10.0.0.2"_s));
    f.heard.clear();
    QFile file(f.stateDir() + u"/trust.json"_s);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("damaged");
    file.close();
    for (int i = 0; i < 3; ++i) {
        f.control.poll();
        Fixture::waitFor([&] { return !f.control.snapshot().problem.isEmpty(); });
    }
    QCOMPARE(f.heard, QStringList{u"trouble "_s + f.control.snapshot().problem});
    QVERIFY(f.heard[0].contains(u"trust.json"));
    QCOMPARE(f.inForce(), u"2: 10.0.0.1 10.0.0.2"_s);
    // An edit puts it right.
    f.edit(adding(u"10.0.0.3"_s));
    QCOMPARE(f.heard.size(), 5);
    QCOMPARE(f.heard[1], u"trouble "_s);
    QCOMPARE(f.heard[2], u"spread 3: 10.0.0.1 10.0.0.2 10.0.0.3"_s);
}

void tst_TrustControl::tooManyEditsWait()
{
    Fixture f;
    f.open();
    f.holdsSpread = true;
    f.control.edit(adding(u"10.0.0.2"_s), false, f.note(u"first"_s));
    Fixture::waitFor([&] { return f.held.size() == 1; });
    for (int i = 0; i < 64; ++i)
        f.control.edit(editOf(Kind::Remove, u"192.0.2.255"_s), false, f.note(u"waiting"_s));
    QCOMPARE(f.done, 0);
    f.control.edit(adding(u"10.0.0.3"_s), true, f.note(u"refused"_s));
    f.control.reload(settingsOf({}), f.note(u"refused"_s));
    QCOMPARE(f.heard.sliced(1), QStringList({u"done refused"_s, u"done refused"_s}));
    QCOMPARE(f.last.result.failure, Failure::NotSaved);
    QCOMPARE(f.last.result.message, u"too many edits are waiting; try again"_s);
    QCOMPARE(textOf(f.last.result.document), u"2: 10.0.0.1 10.0.0.2"_s);
    f.held[0](0);
    Fixture::waitFor([&] { return f.done == 2 + 65; });
    f.holdsSpread = false;
    QVERIFY(f.edit(adding(u"10.0.0.3"_s)).result.ok());
}

void tst_TrustControl::thePoolMayBeFull()
{
    Fixture f;
    f.open();
    f.tasks.stop();
    f.control.poll();
    for (int i = 0; i < 2; ++i) {
        const TrustControl::Outcome &refused = f.edit(adding(u"10.0.0.2"_s));
        QCOMPARE(refused.result.failure, Failure::NotSaved);
        QCOMPARE(refused.result.message, u"the server has too much to do; try again"_s);
        QCOMPARE(textOf(refused.result.document), u"1: 10.0.0.1"_s);
    }
    QCOMPARE(f.heard, QStringList({u"done edit"_s, u"done edit"_s}));
    QCOMPARE(f.inForce(), u"1: 10.0.0.1"_s);
}

// Others look at it all the time: document and policy always belong together, and never go back.
void tst_TrustControl::snapshotsAreWhole()
{
    Fixture f;
    f.open({});
    std::atomic<bool> isOver = false;
    std::atomic<int> halves = 0;
    std::atomic<int> looks = 0;
    std::vector<std::thread> readers;
    for (int t = 0; t < 2; ++t) {
        readers.emplace_back([&] {
            quint64 latest = 0;
            while (!isOver) {
                const TrustControl::Snapshot seen = f.control.snapshot();
                const bool isWhole = seen.document->revision == seen.policy->revision()
                                     && seen.document->list == seen.policy->settings().list
                                     && seen.document->revision >= latest;
                latest = seen.document->revision;
                halves += isWhole ? 0 : 1;
                ++looks;
            }
        });
    }
    constexpr int Edits = 60;
    for (int i = 0; i < Edits; ++i)
        f.control.edit(adding(u"10.0.0.%1"_s.arg(i)), i % 2 == 0, f.note(u"edit"_s));
    Fixture::waitFor([&] { return f.done == Edits; });
    isOver = true;
    for (std::thread &reader : readers)
        reader.join();
    QVERIFY(looks > 0);
    QCOMPARE(halves.load(), 0);
    QCOMPARE(f.control.snapshot().document->revision, Edits + 1);
}

QTEST_GUILESS_MAIN(tst_TrustControl)
#include "tst_trustcontrol.moc"
