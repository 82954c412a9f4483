// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/truststore.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

using Failure = TrustResult::Failure;
using Kind = TrustEdit::Kind;
using Now = std::chrono::sys_seconds;

Q_DECLARE_METATYPE(truepeer::TrustResult::Failure)

namespace {

constexpr Now at(qint64 seconds)
{
    return Now(std::chrono::seconds(seconds));
}

// "none", "all" or "list", and the entries; what follows a blank in an entry is its note.
TrustList listOf(const QStringList &words)
{
    TrustList list{*trustModeFromName(words.front()), {}};
    for (const QString &word : words.sliced(1)) {
        const qsizetype blank = word.indexOf(u' ');
        list.entries.push_back(blank < 0 ? TrustEntry{word, {}}
                                         : TrustEntry{word.first(blank), word.sliced(blank + 1)});
    }
    return list;
}

QStringList wordsOf(const TrustList &list)
{
    QStringList words{trustModeName(list.mode)};
    for (const TrustEntry &entry : list.entries)
        words += entry.note.isEmpty() ? entry.entry : entry.entry + u' ' + entry.note;
    return words;
}

QString numbered(quint64 number)
{
    return u"10.%1.%2.%3"_s.arg(number >> 16).arg((number >> 8) & 255).arg(number & 255);
}

TrustList manyEntries(quint64 count)
{
    TrustList list{TrustMode::List, {}};
    for (quint64 i = 0; i < count; ++i)
        list.entries.push_back({numbered(i), {}});
    return list;
}

TrustEdit setTo(const TrustList &list)
{
    TrustEdit edit;
    edit.list = list;
    edit.by = u"uid 1000 (alice)"_s;
    return edit;
}

TrustEdit adding(const QString &entry, const std::optional<QString> &note = std::nullopt)
{
    TrustEdit edit;
    edit.kind = Kind::Add;
    edit.entry = entry;
    edit.note = note;
    edit.by = u"uid 1000 (alice)"_s;
    return edit;
}

TrustEdit removing(const QString &entry)
{
    TrustEdit edit;
    edit.kind = Kind::Remove;
    edit.entry = entry;
    edit.by = u"uid 1001 (bob)"_s;
    return edit;
}

TrustEdit resetting()
{
    TrustEdit edit;
    edit.kind = Kind::Reset;
    edit.by = u"uid 1001 (bob)"_s;
    return edit;
}

TrustEdit rollingBackTo(quint64 revision)
{
    TrustEdit edit;
    edit.kind = Kind::Rollback;
    edit.revision = revision;
    edit.by = u"uid 1001 (bob)"_s;
    return edit;
}

const QStringList Configured{u"list"_s, u"127.0.0.1"_s};

// A directory with room for a store; the file is not there yet.
class Place
{
public:
    QString directory() const { return m_folder.filePath(u"state"_s); }
    QString file(const QString &name = u"trust.json"_s) const { return directory() + u'/' + name; }
    QStringList names() const
    {
        return QDir(directory())
            .entryList(QDir::AllEntries | QDir::NoDotAndDotDot | QDir::Hidden, QDir::Name);
    }
    QByteArray read() const
    {
        QFile content(file());
        return content.open(QIODevice::ReadOnly) ? content.readAll() : QByteArray();
    }
    void write(const QByteArray &bytes) const
    {
        QDir().mkpath(directory());
        QFile content(file());
        if (!content.open(QIODevice::WriteOnly) || content.write(bytes) != bytes.size())
            qFatal("cannot write %s", qPrintable(file()));
    }

private:
    QTemporaryDir m_folder;
};

// A store that is open on a place.
struct OpenStore : TrustStore
{
    explicit OpenStore(const Place &place, const QStringList &configured = Configured,
                       std::chrono::milliseconds lockWait = std::chrono::seconds(60))
        : TrustStore(lockWait)
    {
        open(place.directory(), listOf(configured), at(100));
    }
    QStringList words() const { return wordsOf(document().list); }
};

// Runs it in a child process, which ends with what it returns.
pid_t inChild(const std::function<bool()> &run)
{
    const pid_t child = ::fork();
    if (child == 0)
        ::_exit(run() ? 0 : 1);
    return child;
}

// The exit code; -1 when a signal ended it.
int exitOf(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

// Files of this process cannot grow beyond so many bytes.
class FileSizeLimit
{
public:
    explicit FileSizeLimit(rlim_t bytes)
        : m_handler(::signal(SIGXFSZ, SIG_IGN))
    {
        ::getrlimit(RLIMIT_FSIZE, &m_before);
        const struct rlimit limit = {bytes, m_before.rlim_max};
        ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ~FileSizeLimit()
    {
        ::setrlimit(RLIMIT_FSIZE, &m_before);
        ::signal(SIGXFSZ, m_handler);
    }
    Q_DISABLE_COPY_MOVE(FileSizeLimit)

private:
    struct rlimit m_before = {};
    void (*m_handler)(int);
};

// A document that has something of everything.
TrustDocument richDocument()
{
    TrustDocument document = firstTrustDocument(listOf(Configured), at(5));
    const auto apply = [&document](TrustEdit edit, qint64 time) {
        edit.comment = u"for \"%1\"\n\u20ac"_s.arg(time);
        document = editTrust(document, listOf(Configured), edit, at(time)).document;
    };
    apply(adding(u"10.0.0.0/8"_s, u"the \u00e4lder proxies"_s), 6);
    apply(setTo(listOf({u"list"_s, u"private"_s, u"2001:db8::/32 six"_s})), 7);
    apply(removing(u"private"_s), 8);
    document.history[1].snapshot.reset();
    document.history[2].moreAdded = 3;
    document.history[2].moreRemoved = 4;
    return document;
}

using Mend = std::function<void(QJsonObject &)>;

} // namespace

Q_DECLARE_METATYPE(truepeer::TrustEdit)

class tst_TrustStore : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void edits_data();
    void edits();
    void failures_data();
    void failures();
    void survivorsKeepWhoAddedThem();
    void historySaysWhatHappened();
    void historyIsBounded();
    void largeHistoriesLoseTheirOldestLists();
    void documentsComeBackFromJson();
    void unknownMembersAreSkipped();
    void badDocuments_data();
    void badDocuments();

    void startsFromTheConfiguration();
    void comesBackAfterARestart();
    void followsTheConfigurationUntilEdited();
    void damagedFiles_data();
    void damagedFiles();
    void filesThatAreTooLargeAreNotUsed();
    void cutFilesNeverGiveAWrongList();
    void savingFails_data();
    void savingFails();
    void reloads();
    void failedReloadsKeepTheList();
    void twoStoresOnOneDirectory();
    void pollKeepsTheListOfALostFile_data();
    void pollKeepsTheListOfALostFile();
    void preparingTouchesNothing();
    void limits();
    void noEditIsLost();
    void killedAtAnyMoment();
};

void tst_TrustStore::edits_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<TrustEdit>("edit");
    QTest::addColumn<QStringList>("after");
    QTest::addColumn<bool>("changed");
    const QStringList two{u"list"_s, u"10.0.0.1 a"_s, u"10.1.0.0/16"_s};

    const auto row = [](const char *name, const QStringList &before, const TrustEdit &edit,
                        const QStringList &after) {
        QTest::newRow(name) << before << edit << after << (before != after);
    };
    row("set another list", two, setTo(listOf({u"list"_s, u"10.0.0.2 b"_s})),
        {u"list"_s, u"10.0.0.2 b"_s});
    row("set the mode only", two, setTo(listOf({u"none"_s, u"10.0.0.1 a"_s, u"10.1.0.0/16"_s})),
        {u"none"_s, u"10.0.0.1 a"_s, u"10.1.0.0/16"_s});
    row("set a note only", two, setTo(listOf({u"list"_s, u"10.0.0.1 b"_s, u"10.1.0.0/16"_s})),
        {u"list"_s, u"10.0.0.1 b"_s, u"10.1.0.0/16"_s});
    row("set what is there", two, setTo(listOf(two)), two);
    row("blanks around an entry are cut", two,
        setTo({TrustMode::List, {{u" \t10.0.0.9 "_s, u" n "_s}}}), {u"list"_s, u"10.0.0.9  n "_s});
    row("add an entry", two, adding(u"::1"_s, u"here"_s),
        {u"list"_s, u"10.0.0.1 a"_s, u"10.1.0.0/16"_s, u"::1 here"_s});
    row("add what is there", two, adding(u"10.0.0.1"_s), two);
    row("add what is there in another form", two, adding(u" 10.1.2.3/16"_s), two);
    row("add what is there with its note", two, adding(u"10.0.0.1/32"_s, u"a"_s), two);
    row("add what is there with a new note", two, adding(u"10.0.0.1/32"_s, u"new"_s),
        {u"list"_s, u"10.0.0.1 new"_s, u"10.1.0.0/16"_s});
    row("add what is there with an empty note", two, adding(u"10.0.0.1"_s, u""_s),
        {u"list"_s, u"10.0.0.1"_s, u"10.1.0.0/16"_s});
    row("add what a range has already", two, adding(u"10.1.0.1"_s),
        {u"list"_s, u"10.0.0.1 a"_s, u"10.1.0.0/16"_s, u"10.1.0.1"_s});
    row("add to nobody", {u"none"_s}, adding(u"::1"_s), {u"list"_s, u"::1"_s});
    row("add to nobody what was kept", {u"none"_s, u"::1"_s}, adding(u"::1"_s),
        {u"list"_s, u"::1"_s});
    row("remove an entry", two, removing(u"10.0.0.1"_s), {u"list"_s, u"10.1.0.0/16"_s});
    row("remove an entry in another form", two, removing(u" 10.1.9.9/16 "_s),
        {u"list"_s, u"10.0.0.1 a"_s});
    row("remove an entry that is there twice",
        {u"list"_s, u"10.0.0.1"_s, u"::1"_s, u"10.0.0.1/32"_s}, removing(u"10.0.0.1"_s),
        {u"list"_s, u"::1"_s});
    row("remove a keyword by its name in capitals", {u"list"_s, u"loopback"_s, u"::2"_s},
        removing(u"LoopBack"_s), {u"list"_s, u"::2"_s});
    row("remove the last entry", {u"list"_s, u"::1"_s}, removing(u"::1"_s), {u"list"_s});
    row("remove a kept entry", {u"all"_s, u"::1"_s}, removing(u"::1"_s), {u"all"_s});
    row("reset", two, resetting(), Configured);
    QTest::newRow("reset a live list that equals the configured one")
        << Configured << resetting() << Configured << true;
}

void tst_TrustStore::edits()
{
    QFETCH(const QStringList, before);
    QFETCH(TrustEdit, edit);
    QFETCH(const QStringList, after);
    QFETCH(const bool, changed);
    TrustDocument old = firstTrustDocument(listOf(before), at(1));
    old.origin = TrustOrigin::Live;
    old.revision = 7;
    edit.baseRevision = 7;
    const TrustResult result = editTrust(old, listOf(Configured), edit, at(50));
    QVERIFY2(result.ok(), qPrintable(result.message));
    QCOMPARE(result.changed, changed);
    QCOMPARE(wordsOf(result.document.list), after);
    QCOMPARE(result.document.additions.size(), result.document.list.entries.size());
    QCOMPARE(result.check.normalised.size(), result.document.list.entries.size());
    QCOMPARE(result.document.origin,
             edit.kind == Kind::Reset ? TrustOrigin::Config : TrustOrigin::Live);
    if (changed) {
        QCOMPARE(result.document.revision, 8u);
        QCOMPARE(result.document.history.size(), 2u);
        QCOMPARE(result.document.history.back().by, edit.by);
        QCOMPARE(result.document.history.back().at, at(50));
    } else {
        QCOMPARE(result.document, old);
    }
}

void tst_TrustStore::failures_data()
{
    QTest::addColumn<QStringList>("before");
    QTest::addColumn<TrustEdit>("edit");
    QTest::addColumn<Failure>("failure");
    QTest::addColumn<QString>("message");
    const QStringList one{u"list"_s, u"10.0.0.1"_s};

    TrustEdit late = adding(u"::1"_s);
    late.baseRevision = 6;
    QTest::newRow("another base")
        << one << late << Failure::Conflict
        << u"the list was edited meanwhile: it is revision 7 now, not 6"_s;
    late.entry = u"10.0.0.1"_s;
    QTest::newRow("another base, and nothing to change")
        << one << late << Failure::Conflict
        << u"the list was edited meanwhile: it is revision 7 now, not 6"_s;
    QTest::newRow("a bad entry in a list")
        << one << setTo(listOf({u"list"_s, u"::1"_s, u"1.2.3.4/0"_s})) << Failure::Invalid
        << u"\"1.2.3.4/0\": this would trust everybody; to do that for development, set "
           "trust_proxy = true"_s;
    QTest::newRow("two bad entries")
        << one << setTo(listOf({u"list"_s, u"a%b"_s, u"1.2.3.4/0"_s})) << Failure::Invalid
        << u"\"a%b\": an address here has no zone; leave out the % and what follows; and 1 "
           "more"_s;
    QTest::newRow("add a bad entry") << one << adding(u"10.0.0.0/255.0.0.0"_s) << Failure::Invalid
                                     << u"\"10.0.0.0/255.0.0.0\": netmasks are not allowed; "
                                        "write /8"_s;
    QTest::newRow("add while everybody is trusted")
        << QStringList{u"all"_s} << adding(u"::1"_s) << Failure::Invalid
        << u"whoever connects is believed now; set the mode to list first"_s;
    QTest::newRow("a note that is too long")
        << one << adding(u"::1"_s, QString(501, u'n')) << Failure::Invalid
        << u"\"::1\": the note is too long; allowed are 500 characters"_s;
    TrustEdit wordy = adding(u"::1"_s);
    wordy.comment = QString(501, u'c');
    QTest::newRow("a comment that is too long")
        << one << wordy << Failure::Invalid
        << u"the comment is too long; allowed are 500 characters"_s;
    QTest::newRow("too many entries")
        << one << setTo(manyEntries(100'000)) << Failure::Invalid
        << u"the list has 100000 entries; allowed are at most 10000"_s;
    QTest::newRow("remove what is not there") << one << removing(u"10.0.0.2"_s) << Failure::NotFound
                                              << u"\"10.0.0.2\" is no entry of the list"_s;
    QTest::newRow("remove what a range has")
        << QStringList{u"list"_s, u"10.0.0.0/8"_s} << removing(u"10.0.0.1"_s) << Failure::NotFound
        << u"\"10.0.0.1\" is no entry of the list"_s;
    QTest::newRow("remove what is no entry at all")
        << one << removing(u"x"_s) << Failure::NotFound << u"\"x\" is no entry of the list"_s;
    QTest::newRow("roll back to what never was")
        << one << rollingBackTo(5) << Failure::NotFound << u"the history has no revision 5"_s;
}

void tst_TrustStore::failures()
{
    QFETCH(const QStringList, before);
    QFETCH(const TrustEdit, edit);
    QFETCH(const Failure, failure);
    QFETCH(const QString, message);
    TrustDocument old = firstTrustDocument(listOf(before), at(1));
    old.revision = 7;
    const TrustResult result = editTrust(old, listOf(Configured), edit, at(50));
    QCOMPARE(result.failure, failure);
    QCOMPARE(result.message, message);
    QVERIFY(!result.changed);
    QCOMPARE(result.document, old);
    QCOMPARE(result.check.valid, failure != Failure::Invalid);
    QCOMPARE(result.check.problems.empty(), failure != Failure::Invalid);
}

void tst_TrustStore::survivorsKeepWhoAddedThem()
{
    const TrustList configured = listOf({u"list"_s, u"::1"_s, u"::2"_s});
    TrustDocument document = firstTrustDocument(configured, at(1));
    document = editTrust(document, configured, adding(u"10.0.0.1"_s), at(20)).document;
    const TrustAddition nobody{u"configuration"_s, at(0)};
    const TrustAddition alice{u"uid 1000 (alice)"_s, at(20)};
    QCOMPARE(document.additions, (std::vector<TrustAddition>{nobody, nobody, alice}));

    TrustEdit edit = setTo(listOf({u"list"_s, u"10.0.0.1/32 changed"_s, u"::3"_s, u"::2"_s}));
    edit.by = u"uid 1001 (bob)"_s;
    document = editTrust(document, configured, edit, at(30)).document;
    const TrustAddition bob{u"uid 1001 (bob)"_s, at(30)};
    QCOMPARE(document.additions, (std::vector<TrustAddition>{alice, bob, nobody}));

    document = editTrust(document, configured, rollingBackTo(2), at(40)).document;
    const TrustAddition again{u"uid 1001 (bob)"_s, at(40)};
    QCOMPARE(document.additions, (std::vector<TrustAddition>{again, nobody, alice}));

    document = editTrust(document, configured, resetting(), at(50)).document;
    QCOMPARE(document.additions, (std::vector<TrustAddition>{nobody, nobody}));
}

void tst_TrustStore::historySaysWhatHappened()
{
    const TrustList configured = listOf(Configured);
    TrustDocument document = firstTrustDocument(configured, at(1));
    const auto apply = [&](const TrustEdit &edit, const TrustList &configuration) {
        document = editTrust(document, configuration, edit, at(9)).document;
        return document.history.back();
    };
    QCOMPARE(document.history.front().added, QStringList{u"127.0.0.1"_s});
    TrustEdit edit = setTo(listOf({u"list"_s, u"::1"_s, u"127.0.0.1/32 same"_s, u"::2 x"_s}));
    edit.comment = u"why"_s;
    const TrustChange set = apply(edit, configured);
    QCOMPARE(set.revision, 2u);
    QCOMPARE(set.comment, u"why"_s);
    QCOMPARE(set.added, (QStringList{u"::1"_s, u"::2"_s}));
    QCOMPARE(set.removed, QStringList());
    QCOMPARE(apply(removing(u"127.0.0.1"_s), configured).removed, QStringList{u"127.0.0.1/32"_s});

    const TrustChange live = apply(rollingBackTo(2), configured);
    QCOMPARE(live.revision, 4u);
    QCOMPARE(live.added, QStringList{u"127.0.0.1/32"_s});
    QCOMPARE(document.list, edit.list);
    QCOMPARE(document.origin, TrustOrigin::Live);

    apply(rollingBackTo(1), configured);
    QCOMPARE(document.list, configured);
    QCOMPARE(document.origin, TrustOrigin::Config);

    // The configuration says something else by now: what was in force then is a live list.
    apply(rollingBackTo(2), configured);
    apply(rollingBackTo(1), listOf({u"none"_s}));
    QCOMPARE(document.list, configured);
    QCOMPARE(document.origin, TrustOrigin::Live);
    QVERIFY(!editTrust(document, listOf({u"none"_s}), rollingBackTo(1), at(9)).changed);

    const TrustChange large = apply(setTo(manyEntries(1000)), configured);
    QCOMPARE(large.added.size(), 200);
    QCOMPARE(large.moreAdded, 800);
    QCOMPARE(large.moreRemoved, 0);
    QCOMPARE(apply(resetting(), configured).moreRemoved, 800);
}

void tst_TrustStore::historyIsBounded()
{
    const TrustList configured = listOf(Configured);
    TrustDocument document = firstTrustDocument(configured, at(1));
    for (quint64 i = 0; i < 150; ++i)
        document = editTrust(document, configured, setTo(listOf({u"list"_s, numbered(i)})), at(2))
                       .document;
    QCOMPARE(document.history.size(), 100u);
    QCOMPARE(document.history.front().revision, 52u);
    QCOMPARE(document.history.back().revision, 151u);
    QCOMPARE(editTrust(document, configured, rollingBackTo(51), at(3)).failure, Failure::NotFound);
    QVERIFY(editTrust(document, configured, rollingBackTo(52), at(3)).changed);
}

void tst_TrustStore::largeHistoriesLoseTheirOldestLists()
{
    const TrustList configured = listOf(Configured);
    TrustDocument document = firstTrustDocument(configured, at(1));
    TrustList list = manyEntries(2000);
    for (TrustEntry &entry : list.entries)
        entry.note = QString(480, u'n');
    for (int i = 0; i < 12; ++i) {
        list.entries[0].note = QString::number(i);
        document = editTrust(document, configured, setTo(list), at(2)).document;
    }
    // About a megabyte each.
    QCOMPARE(document.history.size(), 13u);
    for (quint64 revision = 1; revision <= 13; ++revision) {
        const bool isKept = revision > 5;
        QCOMPARE(document.history[revision - 1].snapshot != nullptr, isKept);
        const TrustResult result = editTrust(document, configured, rollingBackTo(revision), at(3));
        QCOMPARE(result.ok(), isKept);
        if (!isKept)
            QCOMPARE(result.message, u"the list of revision %1 is no longer kept: the history is "
                                     "too large"_s.arg(revision));
    }
    const QByteArray json = trustDocumentToJson(document);
    QVERIFY(json.size() < MaxTrustHistoryBytes + 1'500'000);
    const Expected<TrustDocument> back = parseTrustDocument(json);
    QVERIFY(back.ok());
    QCOMPARE(*back, document);
}

void tst_TrustStore::documentsComeBackFromJson()
{
    const TrustDocument document = richDocument();
    QCOMPARE(document.revision, 4u);
    const Expected<TrustDocument> back = parseTrustDocument(trustDocumentToJson(document));
    QVERIFY2(back.ok(), back.ok() ? "" : qPrintable(back.error().message));
    QCOMPARE(*back, document);
    QVERIFY(!back->history[1].snapshot);
    QCOMPARE(back->history[2].snapshot->list.entries[1].note, u"six"_s);
}

void tst_TrustStore::unknownMembersAreSkipped()
{
    QByteArray json = trustDocumentToJson(richDocument());
    json.replace("\"note\":", "\"newer\":[1],\"note\":");
    json.replace("\"by\":", "\"newer\":{},\"by\":");
    json.replace("\"format\":", "\"newer\":null,\"format\":");
    QVERIFY(json.count("newer") > 6);
    const Expected<TrustDocument> back = parseTrustDocument(json);
    QVERIFY(back.ok());
    QCOMPARE(*back, richDocument());
}

void tst_TrustStore::badDocuments_data()
{
    QTest::addColumn<Mend>("spoil");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QString &message, Mend spoil) {
        QTest::newRow(name) << std::move(spoil) << message;
    };
    const auto put = [](const QString &name, const QJsonValue &value) {
        return [name, value](QJsonObject &object) { object.insert(name, value); };
    };
    // Changes a member of item `index` of a list.
    const auto putIn = [](const QString &list, int index, const QString &name,
                          const QJsonValue &value) {
        return [=](QJsonObject &object) {
            QJsonArray items = object.value(list).toArray();
            QJsonObject item = items[index].toObject();
            item.insert(name, value);
            items[index] = item;
            object.insert(list, items);
        };
    };
    const QString whole = u"must be a whole number from 1 to 9007199254740992"_s;
    row("a newer format", u"format: is 2; known is 1"_s, put(u"format"_s, 2));
    row("no format", u"format: must be a whole number, is missing"_s,
        [](QJsonObject &object) { object.remove(u"format"_s); });
    row("revision 0", u"revision: "_s + whole, put(u"revision"_s, 0));
    row("half a revision", u"revision: "_s + whole, put(u"revision"_s, 4.5));
    row("a revision beyond all numbers", u"revision: "_s + whole, put(u"revision"_s, 1e18));
    row("a revision as text", u"revision: must be a whole number, is text"_s,
        put(u"revision"_s, u"4"_s));
    row("a strange origin", u"origin: must be config or live"_s, put(u"origin"_s, u"Live"_s));
    row("a strange mode", u"mode: must be none, all or list"_s, put(u"mode"_s, u""_s));
    row("a mode of another type", u"mode: must be text, is a boolean"_s, put(u"mode"_s, true));
    row("entries of another type", u"entries: must be a list, is an object"_s,
        put(u"entries"_s, QJsonObject()));
    row("an entry of another type", u"entries[0]: must be an object, is text"_s,
        put(u"entries"_s, QJsonArray{u"::1"_s}));
    row("an entry without who added it", u"entries[0].added_by: must be text, is missing"_s,
        putIn(u"entries"_s, 0, u"added_by"_s, QJsonValue(QJsonValue::Undefined)));
    row("an entry of the distant past",
        u"entries[0].added_at: must be a whole number from 0 to 9007199254740992"_s,
        putIn(u"entries"_s, 0, u"added_at"_s, -1));
    row("a note of another type", u"entries[0].note: must be text, is null"_s,
        putIn(u"entries"_s, 0, u"note"_s, QJsonValue::Null));
    row("a bad entry",
        u"entries[0]: \"10.0.0.0/33\": the prefix is too long: at most /32 for IPv4 and /128 for "
        "IPv6"_s,
        putIn(u"entries"_s, 0, u"entry"_s, u"10.0.0.0/33"_s));
    row("too many entries", u"entries: the list has 10001 entries; allowed are at most 10000"_s,
        [](QJsonObject &object) {
            QJsonArray entries;
            for (int i = 0; i < 10'001; ++i)
                entries.append(object.value(u"entries"_s).toArray().first());
            object.insert(u"entries"_s, entries);
        });
    row("no history", u"history: must be a list, is missing"_s,
        [](QJsonObject &object) { object.remove(u"history"_s); });
    row("a line of the history of another type", u"history[0]: must be an object, is a number"_s,
        put(u"history"_s, QJsonArray{1}));
    row("names of another type", u"history[1].added[1]: must be text, is a list"_s,
        putIn(u"history"_s, 1, u"added"_s, QJsonArray{u"::1"_s, QJsonArray()}));
    row("a time of another type", u"history[2].at: must be a whole number, is text"_s,
        putIn(u"history"_s, 2, u"at"_s, u"8"_s));
    row("revisions that do not grow",
        u"history[2].revision: must be more than the one before it, and not more than the one of "
        "the document"_s,
        putIn(u"history"_s, 2, u"revision"_s, 2));
    row("a history of the future",
        u"history[3].revision: must be more than the one before it, and not more than the one of "
        "the document"_s,
        putIn(u"history"_s, 3, u"revision"_s, 5));
    row("an old list of another type", u"history[3].list: must be an object, is a list"_s,
        putIn(u"history"_s, 3, u"list"_s, QJsonArray()));
    row("an old entry of another type",
        u"history[3].list.entries[1]: must be an object, is a number"_s,
        putIn(u"history"_s, 3, u"list"_s,
              QJsonObject{{u"origin"_s, u"live"_s},
                          {u"mode"_s, u"list"_s},
                          {u"entries"_s, QJsonArray{u"::1"_s, 1}}}));
}

void tst_TrustStore::badDocuments()
{
    QFETCH(const Mend, spoil);
    QFETCH(const QString, message);
    QJsonObject object = QJsonDocument::fromJson(trustDocumentToJson(richDocument())).object();
    spoil(object);
    const Expected<TrustDocument> parsed =
        parseTrustDocument(QJsonDocument(object).toJson(QJsonDocument::Compact));
    QVERIFY(!parsed.ok());
    QCOMPARE(parsed.error().message, message);
}

void tst_TrustStore::startsFromTheConfiguration()
{
    const Place place;
    TrustStore store;
    store.open(place.directory() + u"/a/b"_s, listOf(Configured), at(100));
    QCOMPARE(store.problem(), QString());
    QCOMPARE(store.document(), firstTrustDocument(listOf(Configured), at(100)));
    QCOMPARE(store.document().history.back().at, at(100));
    for (const QString &name : {u""_s, u"/a"_s, u"/a/b"_s}) {
        struct stat status = {};
        QCOMPARE(::stat(qPrintable(place.directory() + name), &status), 0);
        QCOMPARE(status.st_mode & 0777, 0700u);
    }
    QVERIFY(!store.poll().document);
    QVERIFY(!QFile::exists(store.path()));
}

void tst_TrustStore::comesBackAfterARestart()
{
    const Place place;
    OpenStore store(place);
    TrustEdit edit = adding(u"10.0.0.1"_s, u"edge"_s);
    edit.comment = u"a new proxy"_s;
    const TrustResult result = store.apply(edit, at(200));
    QVERIFY2(result.ok(), qPrintable(result.message));
    QCOMPARE(result.document, store.document());
    QCOMPARE(place.names(), (QStringList{u"trust.json"_s, u"trust.lock"_s}));
    struct stat status = {};
    QCOMPARE(::stat(qPrintable(place.file()), &status), 0);
    QCOMPARE(status.st_mode & 07777, 0600u);

    const OpenStore next(place, {u"all"_s});
    QCOMPARE(next.document(), store.document());
    QCOMPARE(next.document().origin, TrustOrigin::Live);
    QCOMPARE(next.words(), (QStringList{u"list"_s, u"127.0.0.1"_s, u"10.0.0.1 edge"_s}));
    QCOMPARE(next.problem(), QString());

    // What cannot be set aside as a leftover is no hindrance.
    QFile leftover(place.file(u"trust.json.tmp"_s));
    QVERIFY(leftover.open(QIODevice::WriteOnly));
    QVERIFY(store.apply(removing(u"127.0.0.1"_s), at(300)).changed);
    QCOMPARE(place.names(), (QStringList{u"trust.json"_s, u"trust.lock"_s}));
    QCOMPARE(OpenStore(place).words(), (QStringList{u"list"_s, u"10.0.0.1 edge"_s}));
}

void tst_TrustStore::followsTheConfigurationUntilEdited()
{
    const Place place;
    {
        OpenStore store(place);
        QVERIFY(store.apply(adding(u"::1"_s), at(200)).changed);
        QVERIFY(store.apply(resetting(), at(300)).changed);
        QVERIFY(!store.apply(resetting(), at(300)).changed);
        QCOMPARE(store.words(), Configured);
    }
    OpenStore store(place, {u"list"_s, u"::7"_s, u"::8"_s});
    QCOMPARE(store.document().origin, TrustOrigin::Config);
    QCOMPARE(store.document().revision, 3u);
    QCOMPARE(store.words(), (QStringList{u"list"_s, u"::7"_s, u"::8"_s}));
    QCOMPARE(store.document().additions.size(), 2u);

    // The revision stands for the list that was in force here.
    QVERIFY(store.apply(removing(u"::7"_s), at(400)).changed);
    QCOMPARE(store.document().history.back().removed, QStringList{u"::7"_s});
    QVERIFY(store.apply(rollingBackTo(3), at(500)).changed);
    QCOMPARE(store.words(), (QStringList{u"list"_s, u"::7"_s, u"::8"_s}));
}

void tst_TrustStore::damagedFiles_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("reason");
    QTest::newRow("empty") << ""_ba << u"at byte 0: illegal value"_s;
    QTest::newRow("no JSON") << "{\"format\":1,}"_ba << u"at byte 13: "_s;
    QTest::newRow("a list") << "[]"_ba << u"it must be an object"_s;
    QTest::newRow("something behind it")
        << trustDocumentToJson(richDocument()) + '0' << u": garbage at the end"_s;
    QTest::newRow("a newer format")
        << trustDocumentToJson(richDocument()).replace("\"format\":1", "\"format\":2")
        << u"format: is 2; known is 1"_s;
}

void tst_TrustStore::damagedFiles()
{
    QFETCH(const QByteArray, content);
    QFETCH(const QString, reason);
    const Place place;
    place.write(content);
    OpenStore store(place);
    QCOMPARE(store.document(), firstTrustDocument(listOf(Configured), at(100)));
    QVERIFY2(store.problem().startsWith(u"cannot use "_s + place.file() + u": "_s),
             qPrintable(store.problem()));
    QVERIFY2(store.problem().contains(reason), qPrintable(store.problem()));
    QVERIFY(store.poll().problem.isEmpty());

    QVERIFY(store.apply(adding(u"127.0.0.1"_s), at(200)).ok());
    QCOMPARE(place.read(), content);
    QFile blocker(place.file(u"trust.json.damaged-201"_s));
    QVERIFY(blocker.open(QIODevice::WriteOnly));
    QVERIFY(store.apply(adding(u"::1"_s), at(201)).changed);
    QCOMPARE(store.problem(), QString());
    QCOMPARE(OpenStore(place).document(), store.document());
    QCOMPARE(store.document().revision, 2u);
    QFile aside(place.file(u"trust.json.damaged-201-2"_s));
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), content);
    QVERIFY(store.apply(adding(u"::2"_s), at(202)).changed);
    QCOMPARE(place.names().size(), 4);
}

void tst_TrustStore::filesThatAreTooLargeAreNotUsed()
{
    const Place place;
    place.write(trustDocumentToJson(richDocument()));
    const auto problemOf = [&](qsizetype size) {
        return QFile::resize(place.file(), size) ? OpenStore(place).problem() : QString();
    };
    // Read, and found to end with zeros; or not read.
    QVERIFY(problemOf(MaxTrustDocumentBytes).contains(u": garbage at the end of the document"_s));
    QCOMPARE(problemOf(MaxTrustDocumentBytes + 1),
             u"cannot use %1: it is larger than 32 MiB; the list of the configuration is in "
             "force"_s.arg(place.file()));
}

void tst_TrustStore::cutFilesNeverGiveAWrongList()
{
    const QByteArray whole = trustDocumentToJson(richDocument());
    const Place place;
    const auto words = [&place](const QByteArray &content) {
        place.write(content);
        return OpenStore(place).words();
    };
    const QStringList right = words(whole);
    QVERIFY(right != Configured);
    for (qsizetype length = 0; length < whole.size() - 1; length += 7) {
        QCOMPARE(words(whole.first(length)), Configured);
        QCOMPARE(words(whole.sliced(length)), length == 0 ? right : Configured);
    }
    // The line feed at the end says nothing.
    QCOMPARE(words(whole.chopped(1)), right);
    QCOMPARE(words(whole.chopped(2)), Configured);
}

void tst_TrustStore::savingFails_data()
{
    using Spoil = std::function<void(const Place &)>;
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<rlim_t>("limit");
    QTest::addColumn<QString>("reason");
    const Spoil nothing = [](const Place &) {};
    QTest::newRow("no byte fits") << nothing << rlim_t{0} << u": File too large"_s;
    QTest::newRow("a part fits") << nothing << rlim_t{100} << u": File too large"_s;
    QTest::newRow("the directory became a file") << Spoil([](const Place &place) {
        QDir(place.directory()).removeRecursively();
        QFile file(place.directory());
        if (!file.open(QIODevice::WriteOnly))
            qFatal("no file");
    }) << rlim_t{RLIM_INFINITY} << u"/trust.lock: Not a directory"_s;
    QTest::newRow("the temporary file is a directory")
        << Spoil([](const Place &place) { QDir().mkdir(place.file(u"trust.json.tmp"_s)); })
        << rlim_t{RLIM_INFINITY} << u"/trust.json.tmp: File exists"_s;
    QTest::newRow("the lock is a link") << Spoil([](const Place &place) {
        QFile::remove(place.file(u"trust.lock"_s));
        QFile::link(place.file(), place.file(u"trust.lock"_s));
    }) << rlim_t{RLIM_INFINITY} << u"/trust.lock: Too many levels of symbolic links"_s;
    QTest::newRow("another server holds the lock") << Spoil([](const Place &place) {
        // The descriptor stays open until the end of the test, and so does the lock.
        ::flock(::open(qPrintable(place.file(u"trust.lock"_s)), O_RDONLY | O_CLOEXEC), LOCK_EX);
    }) << rlim_t{RLIM_INFINITY} << u"another server holds "_s;
}

void tst_TrustStore::savingFails()
{
    using Spoil = std::function<void(const Place &)>;
    QFETCH(const Spoil, spoil);
    QFETCH(const rlim_t, limit);
    QFETCH(const QString, reason);
    const Place place;
    OpenStore store(place, Configured, std::chrono::milliseconds(20));
    QVERIFY(store.apply(adding(u"::1"_s), at(200)).changed);
    const TrustDocument before = store.document();
    spoil(place);
    const QByteArray content = place.read();
    const QStringList names = place.names();
    const TrustResult result = [&] {
        const FileSizeLimit full(limit);
        return store.apply(adding(u"::2"_s), at(300));
    }();
    QCOMPARE(result.failure, Failure::NotSaved);
    QVERIFY(!result.changed);
    QVERIFY2(result.message.startsWith(u"cannot save "_s + place.file() + u": "_s)
                 && result.message.contains(reason),
             qPrintable(result.message));
    QCOMPARE(result.document, before);
    QCOMPARE(store.document(), before);
    QCOMPARE(place.read(), content);
    QCOMPARE(place.names(), names);
}

void tst_TrustStore::reloads()
{
    const Place place;
    OpenStore store(place);
    const TrustList other = listOf({u"list"_s, u"::5"_s});
    QVERIFY(!store.setConfiguredList(listOf(Configured), at(200)).changed);
    const TrustResult result = store.setConfiguredList(other, at(200));
    QVERIFY(result.ok());
    QVERIFY(result.changed);
    QCOMPARE(store.document(), result.document);
    QCOMPARE(store.document().revision, 2u);
    QCOMPARE(store.document().origin, TrustOrigin::Config);
    QCOMPARE(store.document().list, other);
    QCOMPARE(store.document().history.back().by, u"configuration"_s);
    QCOMPARE(store.document().history.back().added, QStringList{u"::5"_s});
    QVERIFY(!store.poll().document);

    QVERIFY(store.apply(adding(u"::6"_s), at(300)).changed);
    const TrustResult live = store.setConfiguredList(listOf({u"none"_s}), at(400));
    QVERIFY(live.ok());
    QVERIFY(!live.changed);
    QCOMPARE(live.document, store.document());
    QCOMPARE(store.document().revision, 3u);
    QVERIFY(store.apply(resetting(), at(500)).changed);
    QCOMPARE(store.words(), QStringList{u"none"_s});
}

void tst_TrustStore::failedReloadsKeepTheList()
{
    const Place place;
    OpenStore store(place);
    const TrustList other = listOf({u"list"_s, u"::5"_s});
    const TrustResult result = [&] {
        const FileSizeLimit full(0);
        return store.setConfiguredList(other, at(200));
    }();
    QCOMPARE(result.failure, Failure::NotSaved);
    QCOMPARE(store.words(), Configured);
    QVERIFY(!store.prepare(resetting(), at(200)).changed);
    QVERIFY(store.setConfiguredList(other, at(200)).changed);
    QCOMPARE(store.document().list, other);
}

void tst_TrustStore::twoStoresOnOneDirectory()
{
    const Place place;
    OpenStore one(place);
    OpenStore two(place);
    QVERIFY(one.apply(adding(u"::1"_s), at(200)).changed);

    // Before it heard of the edit: a conflict, or an edit on top of it.
    TrustEdit edit = adding(u"::2"_s);
    edit.baseRevision = 1;
    QVERIFY(two.prepare(edit, at(300)).changed);
    const TrustResult late = two.apply(edit, at(300));
    QCOMPARE(late.failure, Failure::Conflict);
    QCOMPARE(late.document, one.document());
    QCOMPARE(two.document().revision, 1u);
    const TrustStore::News news = two.poll();
    QVERIFY(news.document);
    QCOMPARE(*news.document, one.document());
    QCOMPARE(news.problem, QString());
    QCOMPARE(two.document(), one.document());
    QVERIFY(!two.poll().document);

    QVERIFY(one.apply(adding(u"::3"_s), at(400)).changed);
    const TrustResult onTop = two.apply(adding(u"::4"_s), at(500));
    QVERIFY(onTop.changed);
    QCOMPARE(onTop.document.revision, 4u);
    QCOMPARE(two.words(), (QStringList{u"list"_s, u"127.0.0.1"_s, u"::1"_s, u"::3"_s, u"::4"_s}));
    QVERIFY(!two.poll().document);
    QVERIFY(one.poll().document);
    QCOMPARE(one.document(), two.document());

    // What would change nothing on top of an unheard edit is still told by poll().
    QVERIFY(one.apply(adding(u"::5"_s), at(600)).changed);
    const TrustResult same = two.apply(adding(u"::5"_s), at(700));
    QVERIFY(same.ok());
    QVERIFY(!same.changed);
    QVERIFY(two.poll().document);
    QCOMPARE(two.document(), one.document());
}

void tst_TrustStore::pollKeepsTheListOfALostFile_data()
{
    using Spoil = std::function<void(const Place &)>;
    QTest::addColumn<Spoil>("spoil");
    QTest::addColumn<QString>("problem");
    QTest::addColumn<int>("files");
    QTest::newRow("it is gone") << Spoil([](const Place &place) { QFile::remove(place.file()); })
                                << u"%1 is gone; the list that was in force stays"_s << 2;
    QTest::newRow("it is cut") << Spoil([](const Place &place) {
        place.write(place.read().first(7));
    }) << u"cannot use %1: at byte 8: unterminated string; the list that was in force stays"_s
                               << 3;
    QTest::newRow("it became a directory") << Spoil([](const Place &place) {
        QFile::remove(place.file());
        QDir().mkpath(place.file() + u"/inner"_s);
    }) << u"cannot use %1: it is not a regular file; the list that was in force stays"_s
                                           << 3;
}

void tst_TrustStore::pollKeepsTheListOfALostFile()
{
    using Spoil = std::function<void(const Place &)>;
    QFETCH(const Spoil, spoil);
    QFETCH(const QString, problem);
    QFETCH(const int, files);
    const Place place;
    OpenStore store(place);
    QVERIFY(store.apply(adding(u"::1"_s), at(200)).changed);
    const TrustDocument before = store.document();
    spoil(place);
    const TrustStore::News news = store.poll();
    QVERIFY(!news.document);
    QCOMPARE(news.problem, problem.arg(place.file()));
    QCOMPARE(store.problem(), news.problem);
    QCOMPARE(store.document(), before);
    QCOMPARE(store.poll().problem, QString());

    QVERIFY(store.apply(adding(u"::2"_s), at(300)).changed);
    QCOMPARE(store.document().revision, 3u);
    QCOMPARE(store.problem(), QString());
    QCOMPARE(OpenStore(place).document(), store.document());
    QCOMPARE(place.names().size(), files);
}

void tst_TrustStore::preparingTouchesNothing()
{
    const Place place;
    OpenStore store(place);
    const TrustResult result = store.prepare(adding(u"::1"_s), at(200));
    QVERIFY(result.changed);
    QCOMPARE(result.document.revision, 2u);
    QCOMPARE(store.document().revision, 1u);
    QCOMPARE(place.names(), QStringList());
    QCOMPARE(store.apply(adding(u"::1"_s), at(200)).document, result.document);
}

void tst_TrustStore::limits()
{
    const Place place;
    OpenStore store(place);
    QCOMPARE(store.apply(setTo(manyEntries(100'000)), at(200)).failure, Failure::Invalid);
    QVERIFY(!QFile::exists(place.file()));
    QVERIFY(store.apply(setTo(manyEntries(10'000)), at(200)).changed);
    QCOMPARE(store.apply(adding(u"::1"_s), at(300)).failure, Failure::Invalid);
    QVERIFY(store.apply(adding(numbered(9'999), u"last"_s), at(300)).changed);
    QCOMPARE(OpenStore(place).document(), store.document());
}

void tst_TrustStore::noEditIsLost()
{
    const Place place;
    constexpr quint64 Count = 60;
    const auto addAll = [&place](quint64 first) {
        OpenStore store(place);
        quint64 before = store.document().revision;
        for (quint64 i = first; i < first + Count; ++i) {
            const TrustResult result = store.apply(adding(numbered(i)), at(200));
            if (!result.changed || result.document.revision <= before)
                return false;
            before = result.document.revision;
        }
        return true;
    };
    const pid_t child = inChild([&] { return addAll(0); });
    QVERIFY(child > 0);
    const bool added = addAll(1000);
    QCOMPARE(exitOf(child), 0);
    QVERIFY(added);

    const OpenStore store(place);
    QCOMPARE(store.document().revision, 2 * Count + 1);
    QStringList words = store.words();
    QCOMPARE(quint64(words.size()), 2 * Count + 2);
    const QSet<QString> known(words.begin(), words.end());
    for (quint64 i = 0; i < Count; ++i)
        QVERIFY(known.contains(numbered(i)) && known.contains(numbered(1000 + i)));
    quint64 revision = 2 * Count + 2 - 100;
    for (const TrustChange &change : store.document().history)
        QCOMPARE(change.revision, revision++);
}

void tst_TrustStore::killedAtAnyMoment()
{
    const Place place;
    QRandomGenerator random(4711);
    quint64 last = 1;
    for (int round = 0; round < 30; ++round) {
        int ends[2] = {};
        QCOMPARE(::pipe2(ends, O_CLOEXEC), 0);
        // Each revision has one entry, its number, so that a wrong list shows.
        const pid_t child = inChild([&] {
            OpenStore store(place);
            for (;;) {
                const quint64 next = store.document().revision + 1;
                if (!store.apply(setTo(listOf({u"list"_s, numbered(next)})), at(200)).changed)
                    return false;
                if (::write(ends[1], &next, sizeof next) != sizeof next)
                    return false;
            }
        });
        QVERIFY(child > 0);
        ::close(ends[1]);
        // Some edits, and then somewhere within the next.
        quint64 acknowledged = last;
        for (quint32 i = random.bounded(1u, 6u); i > 0; --i)
            QCOMPARE(::read(ends[0], &acknowledged, sizeof acknowledged),
                     ssize_t(sizeof acknowledged));
        const auto moment =
            std::chrono::steady_clock::now() + std::chrono::microseconds(random.bounded(3000u));
        while (std::chrono::steady_clock::now() < moment) {
        }
        ::kill(child, SIGKILL);
        QCOMPARE(exitOf(child), -1);
        while (::read(ends[0], &acknowledged, sizeof acknowledged) > 0) {
        }
        ::close(ends[0]);

        const OpenStore store(place);
        QCOMPARE(store.problem(), QString());
        last = store.document().revision;
        QVERIFY2(last == acknowledged || last == acknowledged + 1,
                 qPrintable(u"%1 after %2"_s.arg(last).arg(acknowledged)));
        QCOMPARE(store.words(), (QStringList{u"list"_s, numbered(last)}));
    }
    QVERIFY(last > 60);
}

QTEST_APPLESS_MAIN(tst_TrustStore)

#include "tst_truststore.moc"
