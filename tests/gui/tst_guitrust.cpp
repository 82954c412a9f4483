// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustmergemodel.h"
#include "gui/models/trustmodels.h"
#include "gui/models/trusttext.h"
#include "gui/views/trust/trustview.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/trailview.h"
#include "tests/gui/fakelink.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QClipboard>
#include <QDialog>
#include <QLineEdit>
#include <QMessageBox>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

TrustList listOf(const QStringList &entries, TrustMode mode = TrustMode::List)
{
    TrustList list{mode, {}};
    for (const QString &entry : entries) {
        const qsizetype mark = entry.indexOf(u'#');
        list.entries.push_back({entry.left(mark), mark < 0 ? QString() : entry.sliced(mark + 1)});
    }
    return list;
}

QStringList textOf(const TrustList &list)
{
    QStringList entries;
    for (const TrustEntry &entry : list.entries)
        entries.append(entry.note.isEmpty() ? entry.entry
                                            : QString(entry.entry + u'#' + entry.note));
    return entries;
}

QJsonObject caller(const QString &client, const QString &scheme = u"http"_s)
{
    return {{u"client"_s, client},
            {u"scheme"_s, scheme},
            {u"host"_s, u"shop.example"_s},
            {u"port"_s, scheme == "https"_L1 ? 443 : 80}};
}

QJsonObject resolution(const QString &client)
{
    const QJsonArray trail{QJsonObject{{u"address"_s, u"10.0.0.5"_s}, {u"verdict"_s, u"peer"_s}},
                           QJsonObject{{u"address"_s, client},
                                       {u"verdict"_s, u"client"_s},
                                       {u"header"_s, u"X-Forwarded-For"_s},
                                       {u"index"_s, 1}}};
    QJsonObject object = caller(client);
    object.insert(u"peer"_s, u"10.0.0.5"_s);
    object.insert(u"known"_s, true);
    object.insert(u"trusted_peer"_s, client != "10.0.0.5"_L1);
    object.insert(u"url"_s, u"http://shop.example/"_s);
    object.insert(u"source"_s, u"x-forwarded-for"_s);
    object.insert(u"trail"_s, trail);
    object.insert(u"headers"_s, QJsonArray{QJsonObject{{u"name"_s, u"X-Forwarded-For"_s},
                                                       {u"value"_s, u"1.2.3.4, a\\\\b"_s}}});
    object.insert(u"from"_s, QJsonObject{{u"scheme"_s, QJsonValue::Null},
                                         {u"host"_s, QJsonValue::Null},
                                         {u"port"_s, QJsonValue::Null}});
    return object;
}

// A server with a trust list that edits change, as far as the page asks for it.
struct FakeTrustServer : FakeServer
{
    FakeTrustServer()
    {
        link.setHello({{u"role"_s, u"operator"_s}, {u"listen"_s, u"127.0.0.1:6001"_s}});
        link.answer(u"trust.get"_s, [this](const QJsonObject &) { return RpcResult(get()); });
        link.answer(u"trust.set"_s, [this](const QJsonObject &params) { return set(params); });
        link.answer(u"trust.rollback"_s, [this](const QJsonObject &params) {
            list = older.value(params.value("revision"_L1).toInteger());
            return RpcResult(next());
        });
        link.answer(u"trust.reset"_s, [this](const QJsonObject &) {
            list = configured;
            isLive = false;
            return RpcResult(next());
        });
        link.answer(u"trust.preview"_s,
                    [this](const QJsonObject &params) { return RpcResult(preview(params)); });
        link.answer(u"trust.history"_s, [this](const QJsonObject &) { return RpcResult(history); });
        link.answer(u"trust.suggestions"_s,
                    [this](const QJsonObject &) { return RpcResult(suggestions); });
        link.answer(u"trust.test"_s, [](const QJsonObject &params) {
            return RpcResult(
                resolution(params.contains("entries"_L1) ? u"1.2.3.4"_s : u"10.0.0.5"_s));
        });
    }

    QJsonObject get() const
    {
        QJsonArray entries;
        for (const TrustEntry &entry : list.entries)
            entries.append(QJsonObject{{u"entry"_s, entry.entry},
                                       {u"note"_s, entry.note},
                                       {u"added_by"_s, u"uid 0 (root)"_s},
                                       {u"added_at"_s, 1795000000},
                                       {u"matched_peers"_s, peers},
                                       {u"matched_clients"_s, 418},
                                       {u"last_used"_s, 1795580000}});
        return {
            {u"revision"_s, revision},
            {u"mode"_s, trustModeName(list.mode)},
            {u"entries"_s, entries},
            {u"origin"_s, isLive ? u"live"_s : u"config"_s},
            {u"configured"_s, QJsonObject{{u"mode"_s, trustModeName(configured.mode)},
                                          {u"entries"_s, trustEntriesToJson(configured, true)}}},
            {u"warnings"_s, QJsonArray()}};
    }

    QJsonObject next()
    {
        older.insert(++revision, list);
        return {{u"revision"_s, revision},
                {u"changed"_s, 418},
                {u"took_ms"_s, 21.0},
                {u"edited"_s, true},
                {u"warnings"_s, QJsonArray()}};
    }

    RpcResult set(const QJsonObject &params)
    {
        if (params.value("base_revision"_L1).toInteger() != revision)
            return RpcError(RpcCode::Conflict, u"another revision"_s);
        if (!confirm.isEmpty() && !params.value("confirm"_L1).toBool())
            return RpcError(RpcCode::NeedsConfirmation, u"confirm it"_s,
                            {{u"reasons"_s, QJsonArray::fromStringList(confirm)}});
        list = trustListFromJson(params);
        isLive = true;
        return next();
    }

    QJsonObject preview(const QJsonObject &params) const
    {
        const TrustListCheck check = validate(trustListFromJson(params));
        QJsonArray problems;
        for (const TrustListCheck::Remark &problem : check.problems)
            problems.append(
                QJsonObject{{u"entry"_s, problem.entry}, {u"message"_s, problem.message}});
        const qint64 changed = params.value("entries"_L1).toArray().size();
        return {{u"valid"_s, check.valid},
                {u"problems"_s, problems},
                {u"changed"_s, changed},
                {u"total"_s, 12431},
                {u"samples"_s,
                 QJsonArray{QJsonObject{{u"id"_s, u"3"_s},
                                        {u"before"_s, caller(u"10.0.0.5"_s)},
                                        {u"after"_s, caller(u"198.51.100.2"_s)},
                                        {u"reason"_s, u"10.0.0.5 is now trusted"_s}},
                            QJsonObject{{u"id"_s, u"4"_s},
                                        {u"before"_s, caller(u"10.0.0.5"_s)},
                                        {u"after"_s, caller(u"10.0.0.5"_s, u"https"_s)},
                                        {u"reason"_s, u"its headers state the scheme"_s}}}},
                {u"recent"_s, QJsonObject{{u"changed"_s, 2}, {u"total"_s, 40}}},
                {u"shared"_s, QJsonObject{{u"clients"_s, 7},
                                          {u"addresses"_s, 1},
                                          {u"largest"_s, QJsonObject{{u"client"_s, u"10.0.0.5"_s},
                                                                     {u"clients"_s, 7}}},
                                          {u"over_limit"_s, 1}}},
                {u"confirm"_s, QJsonArray::fromStringList(foreseen)},
                {u"base_revision"_s, revision}};
    }

    // Somebody else does it, and the server says so.
    void editedByOther(const TrustList &other, const QString &by = u"uid 1000 (ann)"_s)
    {
        list = other;
        isLive = true;
        next();
        link.notify(u"trust.changed"_s, {{u"revision"_s, revision}, {u"by"_s, by}});
    }

    TrustList list = listOf({u"10.0.0.0/8#balancers"_s, u"192.0.2.1"_s});
    TrustList configured = listOf({u"10.0.0.0/8"_s});
    qint64 revision = 12;
    int peers = 2;
    bool isLive = true;
    QStringList confirm;  // what a set is refused for
    QStringList foreseen; // what the preview says
    QJsonArray history;
    QJsonArray suggestions;
    QHash<qint64, TrustList> older{{12, list}};
};

struct Models : FakeTrustServer
{
    TrustModels models{context};
    QAbstractItemModelTester listTester{&models.list(),
                                        QAbstractItemModelTester::FailureReportingMode::QtTest};
    QAbstractItemModelTester previewTester{&models.preview(),
                                           QAbstractItemModelTester::FailureReportingMode::QtTest};
    QAbstractItemModelTester historyTester{&models.history(),
                                           QAbstractItemModelTester::FailureReportingMode::QtTest};
    QAbstractItemModelTester suggestionTester{
        &models.suggestions(), QAbstractItemModelTester::FailureReportingMode::QtTest};
    QSignalSpy resets{&models.list(), &QAbstractItemModel::modelReset};
    QSignalSpy finished{&models.editor(), &TrustEditor::finished};

    ~Models()
    {
        [this] { QCOMPARE(resets.size(), 0); }();
    }

    bool load()
    {
        models.setLive(true);
        return QTest::qWaitFor([this] {
            return models.draft().isLoaded() && !link.callsOf(u"trust.history"_s).isEmpty();
        });
    }
    QString cell(const QString &key, int column)
    {
        const int row = models.list().rowOf(key);
        return row < 0 ? u"no row"_s : models.list().index(row, column).data().toString();
    }
    QString finishedText()
    {
        return finished.isEmpty() ? QString() : finished.last().at(1).toString();
    }
    bool previewReady()
    {
        return QTest::qWaitFor(
            [this] { return models.preview().state() == TrustPreviewModel::State::Ready; });
    }
};

struct Window : Models
{
    TrustView view{models};

    bool show()
    {
        view.resize(1060, 700);
        view.show();
        view.activateWindow();
        return QTest::qWaitForWindowActive(&view) && load();
    }
    template <typename T>
    T *part(const QString &name)
    {
        return view.findChild<T *>(name);
    }
    QPushButton *button(const QString &name) { return part<QPushButton>(name); }
    QString hint(const QString &name) { return part<QWidget>(name)->accessibleName(); }
    void type(const QString &text)
    {
        auto *field = part<QLineEdit>(u"trustEntry"_s);
        field->clear();
        QTest::keyClicks(field, text);
    }
    template <typename T = QDialog>
    T *dialog(const QString &name)
    {
        T *found = nullptr;
        const bool came = QTest::qWaitFor([&] {
            found = view.findChild<T *>(name);
            return found && found->isVisible();
        });
        return came ? found : nullptr;
    }
};

} // namespace

class tst_GuiTrust : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void pastedText_data();
    void pastedText();
    void merge_data();
    void merge();
    void rowsSayWhatWillBecomeOfThem();
    void notesCanBeEdited();
    void emptiedDraftsAreNone();
    void duplicatesAreRemarked();
    void judgesWhatIsTyped_data();
    void judgesWhatIsTyped();
    void listsHaveAnEnd();
    void usesAreRefreshedInPlace();
    void previewIsAskedOnceTheTypingStops();
    void olderPreviewsAreDropped();
    void previewWords();
    void applies();
    void editsWhileApplyingStayADraft();
    void appliedByALostConnection();
    void refusals_data();
    void refusals();
    void foreseenConfirmation();
    void undoEndsWithTheEditOfSomebodyElse();
    void rollBackAndReset();
    void conflictAndRebase();
    void clashIsDecided();
    void sameEditByOthersIsNoConflict();
    void reconnectKeepsTheDraft();
    void historyTellsOlderLists();
    void suggestionsAreIgnoredForTheServer();
    void testerWithAndWithoutDraft();
    void testerTakesClients();
    void headerText_data();
    void headerText();
    void maskHidesAddresses();
    void manyEntries();

    void fieldAddsToTheDraft();
    void pastedListWithBadLines();
    void pageAppliesAndUndoes();
    void guardWantsTheWord();
    void conflictBanner();
    void mergeDialogDecides();
    void suggestionGoesToTheDraft();
    void testerShowsBothSides();
    void historyPaneRollsBack();
    void viewersMayOnlyLook();
    void showEntryWaitsForTheList();
    void showsTheClientsOfAnEntry();
    void emptyListSaysWhatToDo();
    void originOfTheList_data();
    void originOfTheList();

private:
    QTemporaryDir m_settings;
};

void tst_GuiTrust::initTestCase()
{
    QVERIFY(m_settings.isValid());
    QCoreApplication::setOrganizationName(u"truepeer-test"_s);
    QCoreApplication::setApplicationName(u"tst_guitrust"_s);
    QSettings::setDefaultFormat(QSettings::IniFormat);
    QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
}

void tst_GuiTrust::init()
{
    // But for what the platform without a screen says of dialogs and size hints.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
    QSettings().clear();
}

void tst_GuiTrust::pastedText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("entries");
    QTest::addColumn<QStringList>("problems"); // "line entry"
    QTest::addColumn<int>("repeated");

    const QStringList none;
    QTest::newRow("nothing") << u" \n\n , ; "_s << none << none << 0;
    QTest::newRow("one entry") << u"10.0.0.1"_s << QStringList{u"10.0.0.1"_s} << none << 0;
    QTest::newRow("all separators")
        << u"10.0.0.1,10.0.0.2;10.0.0.3 10.0.0.4\t10.0.0.5\r\nloopback"_s
        << QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s, u"10.0.0.3"_s,
                       u"10.0.0.4"_s, u"10.0.0.5"_s, u"loopback"_s}
        << none << 0;
    QTest::newRow("comments are notes of their line")
        << u"# all of them\n10.0.0.1, 10.0.0.2 # the  pair\n10.0.0.3"_s
        << QStringList{u"10.0.0.1#the  pair"_s, u"10.0.0.2#the  pair"_s, u"10.0.0.3"_s} << none
        << 0;
    QTest::newRow("bad entries keep their line numbers")
        << u"10.0.0.1\n10.0.0.300\n\nexample.com, ::1"_s << QStringList{u"10.0.0.1"_s, u"::1"_s}
        << QStringList{u"2 10.0.0.300"_s, u"4 example.com"_s} << 0;
    QTest::newRow("the same range in other words counts once")
        << u"10.0.0.0/8\n10.1.2.3/8"_s << QStringList{u"10.0.0.0/8"_s} << none << 1;
    QTest::newRow("quoted, as in a configuration")
        << u"\"10.0.0.0/8\", 'loopback'"_s << QStringList{u"10.0.0.0/8"_s, u"loopback"_s} << none
        << 0;
    QTest::newRow("a note that is too long") << QString(u"10.0.0.1 #"_s + QString(501, u'n'))
                                             << none << QStringList{u"1 10.0.0.1"_s} << 0;
    QTest::newRow("a mark at the start of the file")
        << QString(QChar(QChar::ByteOrderMark) + u"10.0.0.1"_s) << QStringList{u"10.0.0.1"_s}
        << none << 0;
}

void tst_GuiTrust::pastedText()
{
    QFETCH(const QString, text);
    QFETCH(const QStringList, entries);
    QFETCH(const QStringList, problems);
    QFETCH(const int, repeated);

    const TrustText parsed = parseTrustText(text);
    QCOMPARE(textOf({TrustMode::List, parsed.entries}), entries);
    QStringList found;
    for (const TrustText::Problem &problem : parsed.problems) {
        found.append(QString::number(problem.line) + u' ' + problem.entry);
        QVERIFY(!problem.message.isEmpty());
    }
    QCOMPARE(found, problems);
    QCOMPARE(parsed.repeated, repeated);
}

void tst_GuiTrust::merge_data()
{
    QTest::addColumn<QStringList>("base");
    QTest::addColumn<QStringList>("theirs");
    QTest::addColumn<QStringList>("mine");
    QTest::addColumn<QStringList>("merged");
    QTest::addColumn<QStringList>("clashes");
    QTest::addColumn<QStringList>("mergedMine"); // with every decision for mine

    const QString a = u"10.0.0.1"_s;
    const QString b = u"10.0.0.2"_s;
    const QString c = u"10.0.0.3"_s;
    const QString aNote = u"10.0.0.1#x"_s;
    const QString aOther = u"10.0.0.1#y"_s;
    const QString aKey = u"10.0.0.1/32"_s;
    const QStringList none;
    const auto row = [](const char *name, const QStringList &base, const QStringList &theirs,
                        const QStringList &mine, const QStringList &merged,
                        const QStringList &clashes, const QStringList &mergedMine) {
        QTest::newRow(name) << base << theirs << mine << merged << clashes << mergedMine;
    };
    row("nobody did anything", {a}, {a}, {a}, {a}, none, {a});
    row("each added one", {a}, {a, b}, {a, c}, {a, b, c}, none, {a, b, c});
    row("each removed one", {a, b, c}, {b, c}, {a, c}, {c}, none, {c});
    row("both removed the same", {a, b}, {b}, {b}, {b}, none, {b});
    row("both added the same", {}, {a}, {a}, {a}, none, {a});
    row("both added the same, in other words", {}, {u"10.0.0.0/8"_s}, {u"10.9.9.9/8"_s},
        {u"10.0.0.0/8"_s}, none, {u"10.0.0.0/8"_s});
    row("both added it, I with a note", {}, {a}, {aNote}, {aNote}, none, {aNote});
    row("both added it, with other notes", {}, {aNote}, {aOther}, {aNote}, {aKey}, {aOther});
    row("I changed the note, they added", {a}, {a, b}, {aNote}, {aNote, b}, none, {aNote, b});
    row("I changed the note, they removed it", {a}, {}, {aNote}, {}, {aKey}, {aNote});
    row("I removed it, they changed the note", {a}, {aNote}, {}, {aNote}, {aKey}, {});
    row("both changed the note alike", {a}, {aNote}, {aNote}, {aNote}, none, {aNote});
    row("both changed the note, differently", {a}, {aNote}, {aOther}, {aNote}, {aKey}, {aOther});
    row("they put it into another order", {a, b}, {b, a}, {a, b, c}, {b, a, c}, none, {b, a, c});
    row("an entry that is there twice", {a, a}, {a, a}, {a, a, b}, {a, a, b}, none, {a, a, b});
}

void tst_GuiTrust::merge()
{
    QFETCH(const QStringList, base);
    QFETCH(const QStringList, theirs);
    QFETCH(const QStringList, mine);
    QFETCH(const QStringList, merged);
    QFETCH(const QStringList, clashes);
    QFETCH(const QStringList, mergedMine);

    TrustMeanings meanings;
    const TrustMerge result = mergeTrust(listOf(base), listOf(theirs), listOf(mine), {}, meanings);
    QCOMPARE(textOf(result.merged), merged);
    QStringList found;
    QHash<QString, TrustSide> decisions;
    for (const TrustMergeRow &row : result.rows) {
        if (row.isClash) {
            found.append(row.key);
            decisions.insert(row.key, TrustSide::Mine);
        }
    }
    QCOMPARE(found, clashes);
    QCOMPARE(result.isDecided(), clashes.isEmpty());
    const TrustMerge decided =
        mergeTrust(listOf(base), listOf(theirs), listOf(mine), decisions, meanings);
    QVERIFY(decided.isDecided());
    QCOMPARE(textOf(decided.merged), mergedMine);

    const TrustList all = listOf(theirs, TrustMode::All);
    const TrustMerge mode = mergeTrust(listOf(base), all, listOf(mine), decisions, meanings);
    QCOMPARE(mode.merged.mode, TrustMode::All);
    const TrustMerge modes =
        mergeTrust(listOf(base), all, listOf(mine, TrustMode::None), decisions, meanings);
    QVERIFY(!modes.isDecided());
}

void tst_GuiTrust::rowsSayWhatWillBecomeOfThem()
{
    Models t;
    QVERIFY(t.load());
    TrustDraft &draft = t.models.draft();
    QCOMPARE(t.models.list().rowCount(), 2);
    QCOMPARE(t.cell(u"10.0.0.0/8"_s, TrustModel::NoteColumn), u"balancers"_s);
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::RangesColumn), u"192.0.2.1/32"_s);
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::ClientsColumn), u"418"_s);
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::AddedByColumn), u"uid 0 (root)"_s);
    QVERIFY(!draft.hasEdits());

    const TrustDraft::Added added =
        draft.add({{u"loopback"_s, u"here"_s}, {u"10.1.1.1/8"_s, {}}, {u"nonsense!"_s, {}}});
    QCOMPARE(added.entries, QStringList{u"loopback"_s});
    QCOMPARE(added.known, 1);
    const QString loopback = draft.keyOf(u"loopback"_s);
    QCOMPARE(t.cell(loopback, TrustModel::ChangeColumn), u"to add"_s);
    QCOMPARE(t.cell(loopback, TrustModel::ClientsColumn), QString());
    draft.setRemoved({u"192.0.2.1/32"_s}, true);
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::ChangeColumn), u"to remove"_s);
    QCOMPARE(draft.changes().text(), u"1 added, 1 removed"_s);
    QCOMPARE(t.models.list().rowCount(), 3);
    QCOMPARE(textOf(draft.wanted()), (QStringList{u"10.0.0.0/8#balancers"_s, u"loopback#here"_s}));

    draft.setRemoved({u"192.0.2.1/32"_s}, false);
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::ChangeColumn), QString());
    draft.setRemoved({loopback}, true); // an addition just goes
    QCOMPARE(t.models.list().rowCount(), 2);
    QVERIFY(!draft.hasEdits());
}

void tst_GuiTrust::notesCanBeEdited()
{
    Models t;
    QVERIFY(t.load());
    TrustModel &list = t.models.list();
    const QModelIndex note = list.index(list.rowOf(u"10.0.0.0/8"_s), TrustModel::NoteColumn);
    QVERIFY(list.flags(note) & Qt::ItemIsEditable);
    QVERIFY(!(list.flags(note.siblingAtColumn(TrustModel::EntryColumn)) & Qt::ItemIsEditable));
    QVERIFY(list.setData(note, u" edge\nproxies "_s, Qt::EditRole));
    QCOMPARE(note.data().toString(), u"edge proxies"_s);
    QCOMPARE(t.cell(u"10.0.0.0/8"_s, TrustModel::ChangeColumn), u"new note"_s);
    QCOMPARE(t.models.draft().changes().text(), u"1 note changed"_s);
    QVERIFY(list.setData(note, QString(600, u'n'), Qt::EditRole));
    QCOMPARE(note.data(Qt::EditRole).toString().size(), MaxTrustNoteLength);
    QVERIFY(list.setData(note, u"balancers"_s, Qt::EditRole));
    QVERIFY(!t.models.draft().hasEdits());

    t.models.draft().setRemoved({u"10.0.0.0/8"_s}, true);
    QVERIFY(!(list.flags(note) & Qt::ItemIsEditable));
    t.link.setUp(false);
    t.models.draft().discard();
    QVERIFY(!(list.flags(note) & Qt::ItemIsEditable));
}

void tst_GuiTrust::emptiedDraftsAreNone()
{
    Models t;
    t.list = listOf({}, TrustMode::None);
    QVERIFY(t.load());
    TrustDraft &draft = t.models.draft();
    draft.add({{u"10.0.0.1"_s, {}}});
    QCOMPARE(draft.wanted().mode, TrustMode::List);
    QCOMPARE(draft.changes().text(), u"1 added, mode changed"_s);
    draft.discard();
    QVERIFY(!draft.hasEdits());
    QCOMPARE(draft.wanted().mode, TrustMode::None);
    QCOMPARE(t.models.list().rowCount(), 0);
    draft.setMode(TrustMode::All);
    QCOMPARE(draft.changes().text(), u"mode changed"_s);
    draft.setMode(TrustMode::None);
    QVERIFY(!draft.hasEdits());
}

void tst_GuiTrust::duplicatesAreRemarked()
{
    Models t;
    t.list = listOf({u"private"_s, u"10.0.0.0/8"_s, u"10.0.0.1/8"_s});
    QVERIFY(t.load());
    QCOMPARE(t.models.list().rowCount(), 3);
    QTRY_VERIFY(t.cell(u"10.0.0.0/8"_s, TrustModel::RemarksColumn).contains(u"entry 1"_s));
    QVERIFY(t.cell(u"10.0.0.0/8#2"_s, TrustModel::RemarksColumn).contains(u"behind the prefix"_s));
}

void tst_GuiTrust::judgesWhatIsTyped_data()
{
    using Kind = TrustDraft::Judgement::Kind;
    QTest::addColumn<QString>("entry");
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("ranges");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("warning");

    const QString none;
    QTest::newRow("an address") << u"172.16.0.1"_s << int(Kind::Good) << u"172.16.0.1/32"_s << none
                                << none;
    QTest::newRow("host bits") << u"172.16.0.1/12"_s << int(Kind::Good) << u"172.16.0.0/12"_s
                               << none << u"bits behind the prefix"_s;
    QTest::newRow("a keyword") << u"loopback"_s << int(Kind::Good) << u"127.0.0.0/8 ::1/128"_s
                               << none << none;
    QTest::newRow("in the list, in other words")
        << u"10.3.3.3/8"_s << int(Kind::Known) << u"10.0.0.0/8"_s << u"already"_s
        << u"bits behind"_s;
    QTest::newRow("a part of an entry") << u"10.2.0.0/16"_s << int(Kind::Good) << u"10.2.0.0/16"_s
                                        << none << u"part of 10.0.0.0/8"_s;
    QTest::newRow("public addresses") << u"198.51.0.0/20"_s << int(Kind::Good) << u"198.51.0.0/20"_s
                                      << none << u"public addresses"_s;
    QTest::newRow("a public address alone")
        << u"198.51.100.7"_s << int(Kind::Good) << u"198.51.100.7/32"_s << none << none;
    QTest::newRow("everybody") << u"0.0.0.0/0"_s << int(Kind::Bad) << none
                               << u"would trust everybody"_s << none;
    QTest::newRow("a name") << u"proxy.example"_s << int(Kind::Bad) << none
                            << u"host names are not resolved"_s << none;
}

void tst_GuiTrust::judgesWhatIsTyped()
{
    QFETCH(const QString, entry);
    QFETCH(const int, kind);
    QFETCH(const QString, ranges);
    QFETCH(const QString, message);
    QFETCH(const QString, warning);

    Models t;
    QVERIFY(t.load());
    const TrustDraft::Judgement judgement = t.models.draft().judge(entry);
    QCOMPARE(int(judgement.kind), kind);
    QCOMPARE(judgement.ranges.join(u' '), ranges);
    QVERIFY2(judgement.message.contains(message)
                 && (message.isEmpty() == judgement.message.isEmpty()),
             qPrintable(judgement.message));
    const QString warnings = judgement.warnings.join(u';');
    QVERIFY2(warnings.contains(warning) && (warning.isEmpty() == warnings.isEmpty()),
             qPrintable(warnings));
}

void tst_GuiTrust::listsHaveAnEnd()
{
    Models t;
    std::vector<TrustEntry> entries;
    for (int i = 0; i < int(MaxTrustEntries) - 3; ++i)
        entries.push_back({u"10.%1.%2.1"_s.arg(i / 256).arg(i % 256), {}});
    t.list.entries.insert(t.list.entries.end(), entries.begin(), entries.end());
    QVERIFY(t.load());
    const TrustDraft::Added added = t.models.draft().add({{u"::1"_s, {}}, {u"::2"_s, {}}});
    QCOMPARE(added.entries, QStringList{u"::1"_s});
    QCOMPARE(added.tooMany, 1);
    QCOMPARE(t.models.draft().judge(u"::3"_s).kind, TrustDraft::Judgement::Kind::Bad);
}

void tst_GuiTrust::usesAreRefreshedInPlace()
{
    Models t;
    QVERIFY(t.load());
    QSignalSpy changed(&t.models.list(), &QAbstractItemModel::dataChanged);
    t.models.draft().setNote(u"192.0.2.1/32"_s, u"mine"_s);
    t.peers = 9;
    changed.clear();
    for (int i = 0; i < 5; ++i)
        Q_EMIT t.pace.tick();
    QTRY_COMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::PeersColumn), u"9"_s);
    QCOMPARE(changed.size(), 1); // both rows together
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::NoteColumn), u"mine"_s);

    t.models.setLive(false);
    t.link.forgetCalls();
    for (int i = 0; i < 10; ++i)
        Q_EMIT t.pace.tick();
    QCOMPARE(t.link.calls().size(), 0);
}

void tst_GuiTrust::previewIsAskedOnceTheTypingStops()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.models.draft().add({{u"172.16.0.2"_s, {}}});
    t.models.draft().setRemoved({u"192.0.2.1/32"_s}, true);
    QCOMPARE(t.models.preview().state(), TrustPreviewModel::State::Asking);
    QVERIFY(t.link.callsOf(u"trust.preview"_s).isEmpty());
    QVERIFY(t.previewReady());
    const QList<QJsonObject> calls = t.link.callsOf(u"trust.preview"_s);
    QCOMPARE(calls.size(), 1);
    QCOMPARE(calls[0].value("mode"_L1).toString(), u"list"_s);
    QCOMPARE(calls[0].value("entries"_L1).toArray().size(), 3);

    t.models.draft().discard();
    QCOMPARE(t.models.preview().state(), TrustPreviewModel::State::Idle);
    QCOMPARE(t.models.preview().rowCount(), 0);
}

void tst_GuiTrust::olderPreviewsAreDropped()
{
    Models t;
    QVERIFY(t.load());
    t.link.hold(u"trust.preview"_s);
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QTRY_COMPARE(t.link.callsOf(u"trust.preview"_s).size(), 1);
    t.models.draft().add({{u"172.16.0.2"_s, {}}});
    QTRY_COMPARE(t.link.callsOf(u"trust.preview"_s).size(), 2);
    QSignalSpy changed(&t.models.preview(), &TrustPreviewModel::changed);
    t.link.release(u"trust.preview"_s);
    QVERIFY(t.previewReady());
    QCOMPARE(changed.size(), 1); // by the second answer only
    QCOMPARE(t.models.preview().summary().changed, 4);
}

void tst_GuiTrust::previewWords()
{
    Models t;
    t.foreseen = QStringList{u"1 of 1 clients come through 10.0.0.5"_s};
    QVERIFY(t.load());
    TrustPreviewModel &preview = t.models.preview();
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QVERIFY(t.previewReady());
    QVERIFY(preview.headline().startsWith(u"3 of "_s));
    QVERIFY(preview.headline().endsWith(u"open clients would change"_s));
    QCOMPARE(preview.index(0, TrustPreviewModel::BeforeColumn).data().toString(), u"10.0.0.5"_s);
    QCOMPARE(preview.index(0, TrustPreviewModel::AfterColumn).data().toString(), u"198.51.100.2"_s);
    QCOMPARE(preview.index(1, TrustPreviewModel::AfterColumn).data().toString(),
             u"10.0.0.5  https://shop.example"_s);
    QCOMPARE(preview.details().size(), 3);
    QVERIFY(preview.details().at(0).startsWith(u"2 of the last 40 HTTP requests"_s));
    QCOMPARE(preview.confirmReasons(), t.foreseen);

    t.link.fail(u"trust.preview"_s, RpcCode::Busy, u"busy"_s);
    preview.ask();
    QTRY_COMPARE(preview.state(), TrustPreviewModel::State::Failed);
    QCOMPARE(preview.details(), QStringList{u"busy"_s});
}

void tst_GuiTrust::applies()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, u"inner"_s}});
    t.models.draft().setRemoved({u"192.0.2.1/32"_s}, true);
    t.models.editor().apply(u" ticket 17 "_s);
    QVERIFY(t.models.editor().isBusy());
    QTRY_COMPARE(t.finished.size(), 1);
    const QJsonObject call = t.link.callsOf(u"trust.set"_s).at(0);
    QCOMPARE(call.value("base_revision"_L1).toInteger(), 12);
    QCOMPARE(call.value("comment"_L1).toString(), u"ticket 17"_s);
    QVERIFY(!call.contains("confirm"_L1));
    QCOMPARE(textOf(trustListFromJson(call)),
             (QStringList{u"10.0.0.0/8#balancers"_s, u"172.16.0.1#inner"_s}));
    QCOMPARE(t.finishedText(), u"Revision 13: 418 clients changed, took 21 ms."_s);
    QVERIFY(!t.models.draft().hasEdits());
    QTRY_COMPARE(t.models.draft().server().revision, 13);
    QCOMPARE(t.models.list().rowCount(), 2);
    QCOMPARE(t.cell(u"172.16.0.1/32"_s, TrustModel::ChangeColumn), QString());
    QTRY_COMPARE(t.cell(u"172.16.0.1/32"_s, TrustModel::ClientsColumn), u"418"_s);

    QVERIFY(t.models.editor().canUndo());
    t.models.editor().undo();
    QTRY_COMPARE(t.finished.size(), 2);
    const QJsonObject undo = t.link.callsOf(u"trust.rollback"_s).at(0);
    QCOMPARE(undo.value("revision"_L1).toInteger(), 12);
    QCOMPARE(undo.value("base_revision"_L1).toInteger(), 13);
    QTRY_COMPARE(textOf(t.models.draft().wanted()),
                 (QStringList{u"10.0.0.0/8#balancers"_s, u"192.0.2.1"_s}));
    QVERIFY(!t.models.editor().canUndo());
    QVERIFY(!t.models.draft().isConflict());
}

void tst_GuiTrust::editsWhileApplyingStayADraft()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.link.hold(u"trust.set"_s);
    t.models.editor().apply({});
    // The server says it before it answers; that is no conflict.
    t.link.notify(u"trust.changed"_s, {{u"revision"_s, 13}, {u"by"_s, u"uid 0 (root)"_s}});
    t.models.draft().add({{u"172.16.0.2"_s, {}}});
    t.models.editor().apply({}); // one at a time
    t.link.release(u"trust.set"_s);
    QTRY_COMPARE(t.finished.size(), 1);
    QCOMPARE(t.link.callsOf(u"trust.set"_s).size(), 1);
    QCOMPARE(t.models.draft().changes().added, QStringList{u"172.16.0.2"_s});
    QTRY_COMPARE(t.cell(u"172.16.0.1/32"_s, TrustModel::ClientsColumn), u"418"_s);
    QVERIFY(!t.models.draft().isConflict());
    QCOMPARE(t.models.draft().baseRevision(), 13);
}

void tst_GuiTrust::appliedByALostConnection()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.link.hold(u"trust.set"_s);
    t.models.editor().apply({});
    t.link.setUp(false);
    t.link.release(u"trust.set"_s);
    QTRY_COMPARE(t.finished.size(), 1);
    QVERIFY(t.finishedText().startsWith(u"The connection was lost"_s));
    QVERIFY(t.models.draft().hasEdits());
    // It had been done.
    t.list.entries.push_back({u"172.16.0.1"_s, {}});
    t.next();
    t.link.setUp(true);
    QTRY_COMPARE(t.models.draft().baseRevision(), 13);
    QVERIFY(!t.models.draft().hasEdits());
    QVERIFY(!t.models.draft().isConflict());
}

void tst_GuiTrust::refusals_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("text");
    QTest::newRow("invalid") << int(RpcCode::InvalidList) << u"Nothing was changed: why"_s;
    QTest::newRow("not saved") << int(RpcCode::NotSaved)
                               << u"Nothing was changed, because it could not be saved: why"_s;
    QTest::newRow("a viewer") << int(RpcCode::ReadOnly)
                              << u"Nothing was changed: this needs the role operator."_s;
    QTest::newRow("busy") << int(RpcCode::Busy)
                          << u"Nothing was changed: the server is busy. Try again."_s;
    QTest::newRow("conflict") << int(RpcCode::Conflict)
                              << u"Nothing was changed: somebody else edited the list meanwhile."_s;
}

void tst_GuiTrust::refusals()
{
    QFETCH(const int, code);
    QFETCH(const QString, text);

    Models t;
    QVERIFY(t.load());
    t.link.fail(u"trust.set"_s, RpcCode(code), u"why"_s);
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.models.editor().apply({});
    QTRY_COMPARE(t.finished.size(), 1);
    QCOMPARE(t.finishedText(), text);
    QVERIFY(t.models.draft().hasEdits());
    QVERIFY(!t.models.editor().canUndo());
    QVERIFY(!t.models.editor().isBusy());
}

void tst_GuiTrust::foreseenConfirmation()
{
    Models t;
    QVERIFY(t.load());
    QSignalSpy needed(&t.models.editor(), &TrustEditor::confirmationNeeded);
    t.confirm = QStringList{u"all of them come through 192.0.2.1"_s};
    t.models.draft().setRemoved({u"192.0.2.1/32"_s}, true);
    t.models.editor().apply({}); // not foreseen: the server says it
    QTRY_COMPARE(needed.size(), 1);
    QCOMPARE(t.models.editor().reasons(), t.confirm);
    QCOMPARE(t.models.editor().word(), u"192.0.2.1"_s);
    t.models.editor().giveUp();
    t.models.editor().confirm(); // there is nothing any more
    QCOMPARE(t.link.callsOf(u"trust.set"_s).size(), 1);

    t.foreseen = t.confirm;
    t.models.preview().ask();
    QVERIFY(t.previewReady());
    t.models.editor().apply({});
    QCOMPARE(needed.size(), 2);
    QCOMPARE(t.link.callsOf(u"trust.set"_s).size(), 1);
    t.models.editor().confirm();
    QTRY_COMPARE(t.finished.size(), 1);
    QCOMPARE(t.link.callsOf(u"trust.set"_s).at(1).value("confirm"_L1).toBool(), true);
    QCOMPARE(t.revision, 13);
}

void tst_GuiTrust::undoEndsWithTheEditOfSomebodyElse()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.models.editor().apply({});
    QTRY_VERIFY(t.models.editor().canUndo());
    QTRY_COMPARE(t.models.draft().server().revision, 13);
    t.editedByOther(listOf({u"::1"_s}));
    QTRY_VERIFY(!t.models.editor().canUndo());
}

void tst_GuiTrust::rollBackAndReset()
{
    Models t;
    t.older.insert(5, listOf({u"172.16.0.9"_s}));
    QVERIFY(t.load());
    t.models.editor().rollBack(5);
    QTRY_COMPARE(t.finished.size(), 1);
    QVERIFY(t.finishedText().startsWith(u"Revision 13, the list of revision 5 again: "_s));
    QCOMPARE(t.link.callsOf(u"trust.rollback"_s).at(0).value("base_revision"_L1).toInteger(), 12);
    QTRY_COMPARE(textOf(t.models.draft().wanted()), QStringList{u"172.16.0.9"_s});
    t.models.editor().reset();
    QTRY_COMPARE(t.finished.size(), 2);
    QTRY_COMPARE(textOf(t.models.draft().wanted()), QStringList{u"10.0.0.0/8"_s});
    QVERIFY(!t.models.draft().server().isLive);
    QVERIFY(t.models.editor().canUndo());
}

void tst_GuiTrust::conflictAndRebase()
{
    Models t;
    QVERIFY(t.load());
    TrustDraft &draft = t.models.draft();
    draft.add({{u"172.16.0.1"_s, {}}});
    QVERIFY(t.previewReady());
    t.editedByOther(listOf({u"10.0.0.0/8#balancers"_s, u"::1"_s}));
    QTRY_VERIFY(draft.isConflict());
    QCOMPARE(draft.changedBy(), u"uid 1000 (ann)"_s);
    QCOMPARE(t.models.preview().state(), TrustPreviewModel::State::Behind);
    QCOMPARE(draft.baseRevision(), 12);
    QVERIFY(draft.rebase());
    QVERIFY(!draft.isConflict());
    QCOMPARE(draft.baseRevision(), 13);
    QCOMPARE(draft.changes().text(), u"1 added"_s);
    QCOMPARE(textOf(draft.wanted()),
             (QStringList{u"10.0.0.0/8#balancers"_s, u"::1"_s, u"172.16.0.1"_s}));
    QCOMPARE(t.cell(u"192.0.2.1/32"_s, TrustModel::EntryColumn), u"no row"_s);
    QVERIFY(t.previewReady());

    t.editedByOther(listOf({u"::2"_s}));
    QTRY_VERIFY(draft.isConflict());
    draft.discard();
    QVERIFY(!draft.isConflict());
    QCOMPARE(textOf(draft.wanted()), QStringList{u"::2"_s});
}

void tst_GuiTrust::clashIsDecided()
{
    Models t;
    QVERIFY(t.load());
    TrustDraft &draft = t.models.draft();
    draft.setNote(u"10.0.0.0/8"_s, u"mine"_s);
    t.editedByOther(listOf({u"10.0.0.0/8#theirs"_s, u"192.0.2.1"_s}));
    QTRY_VERIFY(draft.isConflict());
    QVERIFY(!draft.rebase());
    TrustMergeModel rows(t.context, {u"Was"_s, u"Theirs"_s, u"Yours"_s, u"Result"_s});
    const QAbstractItemModelTester tester(&rows,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    rows.setMergeRows(draft.merge().rows);
    QCOMPARE(rows.rowCount(), 1);
    QCOMPARE(rows.undecidedCount(), 1);
    QCOMPARE(rows.index(0, TrustMergeModel::MineColumn).data().toString(), u"there: mine"_s);
    draft.decide(u"10.0.0.0/8"_s, TrustSide::Mine);
    rows.setMergeRows(draft.merge().rows);
    QCOMPARE(rows.undecidedCount(), 0);
    QCOMPARE(rows.index(0, TrustMergeModel::ResultColumn).data().toString(), u"keeps yours"_s);
    QVERIFY(draft.rebase());
    QCOMPARE(draft.changes().text(), u"1 note changed"_s);
    QCOMPARE(t.cell(u"10.0.0.0/8"_s, TrustModel::NoteColumn), u"mine"_s);
}

void tst_GuiTrust::sameEditByOthersIsNoConflict()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.editedByOther(listOf({u"10.0.0.0/8#balancers"_s, u"192.0.2.1"_s, u"172.16.0.1#theirs"_s}));
    QTRY_COMPARE(t.models.draft().baseRevision(), 13);
    QVERIFY(!t.models.draft().hasEdits());
    QVERIFY(!t.models.draft().isConflict());
}

void tst_GuiTrust::reconnectKeepsTheDraft()
{
    Models t;
    QVERIFY(t.load());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.link.setUp(false);
    QVERIFY(t.models.draft().hasEdits());
    QCOMPARE(t.models.list().rowCount(), 3);
    t.revision = 1; // another run of the server, with the list of its configuration
    t.list = listOf({u"10.0.0.0/8#balancers"_s, u"192.0.2.1"_s});
    t.link.setUp(true);
    QTRY_COMPARE(t.models.draft().baseRevision(), 1);
    QVERIFY(!t.models.draft().isConflict());
    QCOMPARE(t.models.draft().changes().added, QStringList{u"172.16.0.1"_s});
    QVERIFY(t.previewReady());

    t.link.setUp(false);
    t.list = listOf({u"::1"_s});
    t.link.setUp(true);
    QTRY_VERIFY(t.models.draft().isConflict());
    QVERIFY(t.models.draft().hasEdits());
}

void tst_GuiTrust::historyTellsOlderLists()
{
    Models t;
    const auto change = [](int revision, const QStringList &added, const QStringList &removed,
                           int more = 0) {
        QJsonObject object{{u"revision"_s, revision},
                           {u"at"_s, 1795580000 + revision},
                           {u"by"_s, u"uid 1000 (ann)"_s},
                           {u"comment"_s, u"ticket"_s},
                           {u"added"_s, QJsonArray::fromStringList(added)},
                           {u"removed"_s, QJsonArray::fromStringList(removed)},
                           {u"can_roll_back"_s, revision > 10}};
        if (more > 0)
            object.insert(u"more_added"_s, more);
        return object;
    };
    t.history = {change(12, {u"192.0.2.1"_s}, {}), change(11, {}, {u"::1"_s}),
                 change(10, {u"10.0.0.0/8"_s}, {}, 3), change(9, {}, {})};
    QVERIFY(t.load());
    TrustHistoryModel &history = t.models.history();
    QTRY_COMPARE(history.rowCount(), 4);
    QCOMPARE(history.index(0, TrustHistoryModel::RevisionColumn).data().toString(), u"12"_s);
    QCOMPARE(history.index(2, TrustHistoryModel::AddedColumn).data().toString(), u"4"_s);
    QCOMPARE(textOf(history.listOf(11).value()), QStringList{u"10.0.0.0/8#balancers"_s});
    QCOMPARE(textOf(history.listOf(10).value()),
             (QStringList{u"10.0.0.0/8#balancers"_s, u"::1"_s}));
    QVERIFY(!history.listOf(9)); // 10 does not say all that it added
    QVERIFY(!history.listOf(3));
    QCOMPARE(history.detailsOf(*history.rowOf(u"10"_s)), u"+ 10.0.0.0/8\n+ 3 more"_s);
    QVERIFY(!history.rowOf(u"10"_s)->canRollBack);

    t.link.forgetCalls();
    t.editedByOther(listOf({u"::1"_s}));
    QTRY_COMPARE(t.link.callsOf(u"trust.history"_s).size(), 1);
}

void tst_GuiTrust::suggestionsAreIgnoredForTheServer()
{
    Models t;
    const auto suggestion = [](const QString &peer, int hits) {
        return QJsonObject{{u"peer"_s, peer},
                           {u"hits"_s, hits},
                           {u"last_seen"_s, 1795580000},
                           {u"sample"_s, u"X-Forwarded-For: 1.2.3.4"_s},
                           {u"entry"_s, peer}};
    };
    t.suggestions = {suggestion(u"172.16.0.1"_s, 7), suggestion(u"172.16.0.2"_s, 1)};
    QVERIFY(t.load());
    SuggestionModel &model = t.models.suggestions();
    QTRY_COMPARE(model.rowCount(), 2);
    model.ignore(u"172.16.0.1"_s);
    QCOMPARE(model.rowCount(), 1);
    QCOMPARE(model.ignoredCount(), 1);
    QCOMPARE(model.entryOf(u"172.16.0.1"_s), QString());

    Models again; // the dashboard is started anew
    again.suggestions = t.suggestions;
    QVERIFY(again.load());
    QTRY_COMPARE(again.models.suggestions().rowCount(), 1);
    again.link.setUp(false);
    again.link.setHello({{u"role"_s, u"operator"_s}, {u"listen"_s, u"127.0.0.1:7001"_s}});
    again.link.setUp(true); // another server
    QTRY_COMPARE(again.models.suggestions().rowCount(), 2);
    model.showIgnored();
    QCOMPARE(model.rowCount(), 2);
}

void tst_GuiTrust::testerWithAndWithoutDraft()
{
    Models t;
    QVERIFY(t.load());
    TrustTester &tester = t.models.tester();
    tester.test(u"10.0.0.5"_s, u"X-Forwarded-For: 1.2.3.4"_s);
    QTRY_VERIFY(!tester.now().resolution.isEmpty());
    QVERIFY(!tester.hasDraft());
    QVERIFY(!tester.differs());
    const QJsonObject call = t.link.callsOf(u"trust.test"_s).at(0);
    QVERIFY(!call.contains("entries"_L1));
    QCOMPARE(call.value("headers"_L1).toArray(),
             (QJsonArray{QJsonArray{u"X-Forwarded-For"_s, u"1.2.3.4"_s}}));

    t.models.draft().add({{u"172.16.0.1"_s, {}}}); // tests again by itself
    QTRY_VERIFY(!tester.withDraft().resolution.isEmpty());
    QVERIFY(tester.differs());
    QCOMPARE(t.link.callsOf(u"trust.test"_s).last().value("entries"_L1).toArray().size(), 3);
    t.models.draft().discard();
    QTRY_VERIFY(!tester.hasDraft());
    QVERIFY(tester.withDraft().resolution.isEmpty());

    t.link.forgetCalls();
    tester.test({}, {});
    QVERIFY(tester.problem().contains(u"peer"_s));
    tester.test(u"10.0.0.5"_s, u"nonsense"_s);
    QVERIFY(tester.problem().contains(u"line 1"_s));
    QVERIFY(t.link.calls().isEmpty());
    t.link.fail(u"trust.test"_s, RpcCode::InvalidParams, u"peer: what is wrong"_s);
    tester.test(u"10.0.0.x"_s, {});
    QTRY_COMPARE(tester.now().problem, u"peer: what is wrong"_s);
}

void tst_GuiTrust::testerTakesClients()
{
    Models t;
    QVERIFY(t.load());
    QJsonObject client = caller(u"1.2.3.4"_s);
    client.insert(u"id"_s, u"17"_s);
    client.insert(u"peer"_s, u"10.0.0.5"_s);
    client.insert(u"resolution"_s, resolution(u"1.2.3.4"_s));
    t.link.answer(u"clients.get"_s, client);
    TrustTester &tester = t.models.tester();
    tester.testClient(u"17"_s);
    QTRY_VERIFY(!tester.now().resolution.isEmpty());
    QCOMPARE(tester.clientId(), u"17"_s);
    QCOMPARE(tester.peer(), u"10.0.0.5"_s);
    QCOMPARE(tester.headers(), u"X-Forwarded-For: 1.2.3.4, a\\b\nHost: shop.example"_s);
    QVERIFY(tester.remarks().isEmpty());

    QJsonObject long_ = resolution(u"1.2.3.4"_s);
    long_.insert(u"headers"_s,
                 QJsonArray{QJsonObject{{u"name"_s, u"X-Forwarded-For"_s},
                                        {u"value"_s, QString(QString(197, u'1') + u"..."_s)}}});
    long_.insert(u"trail"_s, QJsonArray{QJsonObject{{u"address"_s, u"192.0.2.7"_s},
                                                    {u"header"_s, u"PROXY"_s}}});
    client.insert(u"resolution"_s, long_);
    t.link.answer(u"clients.get"_s, client);
    tester.testClient(u"17"_s);
    QTRY_COMPARE(tester.peer(), u"192.0.2.7"_s);
    QCOMPARE(tester.remarks().size(), 2);

    t.link.fail(u"clients.get"_s, RpcCode::NotFound, u"there is no client 18"_s);
    tester.testClient(u"18"_s);
    QTRY_COMPARE(tester.problem(), u"there is no client 18"_s);
    QCOMPARE(tester.clientId(), QString());
}

void tst_GuiTrust::headerText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("headers"); // "name=value|…"
    QTest::addColumn<int>("problems");
    QTest::newRow("nothing") << u"\n\n"_s << QString() << 0;
    QTest::newRow("two lines, blanks and line ends") << u" A:  1 \r\nB:2\n"_s << u"A=1|B=2"_s << 0;
    QTest::newRow("the output of curl -v")
        << u"> GET /ws HTTP/1.1\n> Host: shop.example\n>"_s << u"Host=shop.example"_s << 0;
    QTest::newRow("a value with colons")
        << u"Forwarded: for=\"[::1]:80\""_s << u"Forwarded=for=\"[::1]:80\""_s << 0;
    QTest::newRow("an empty value") << u"X-Forwarded-For:"_s << u"X-Forwarded-For="_s << 0;
    QTest::newRow("no header") << u"A: 1\nnonsense\na b: 3"_s << u"A=1"_s << 2;
}

void tst_GuiTrust::headerText()
{
    QFETCH(const QString, text);
    QFETCH(const QString, headers);
    QFETCH(const int, problems);
    const HeaderText parsed = parseHeaderText(text);
    QStringList found;
    for (const QJsonValue &pair : parsed.headers)
        found.append(pair.toArray().at(0).toString() + u'=' + pair.toArray().at(1).toString());
    QCOMPARE(found.join(u'|'), headers);
    QCOMPARE(parsed.problems.size(), problems);
}

void tst_GuiTrust::maskHidesAddresses()
{
    Models t;
    t.list = listOf({u"203.0.113.7#was 203.0.113.8"_s});
    QVERIFY(t.load());
    QSignalSpy changed(&t.models.list(), &QAbstractItemModel::dataChanged);
    t.mask.setOn(true);
    QCOMPARE(changed.size(), 1);
    for (const int column :
         {int(TrustModel::EntryColumn), int(TrustModel::NoteColumn), int(TrustModel::RangesColumn)})
        QVERIFY(!t.cell(u"203.0.113.7/32"_s, column).contains(u"113.7"_s));
    QVERIFY(!t.cell(u"203.0.113.7/32"_s, TrustModel::NoteColumn).contains(u"113.8"_s));
    t.models.draft().setRemoved({u"203.0.113.7/32"_s}, true);
    t.confirm = QStringList{u"most come through 203.0.113.7"_s};
    t.models.editor().apply({});
    QTRY_VERIFY(!t.models.editor().reasons().isEmpty());
    QVERIFY(!t.models.editor().reasons().at(0).contains(u"113.7"_s));
    QVERIFY(!t.models.editor().word().contains(u"113.7"_s));
}

void tst_GuiTrust::manyEntries()
{
    FakeTrustServer t;
    t.list.entries.clear();
    for (int i = 0; i < int(MaxTrustEntries) - 10; ++i)
        t.list.entries.push_back({u"10.%1.%2.1"_s.arg(i / 256).arg(i % 256), u"note"_s});
    TrustModels models(t.context);
    QSignalSpy inserted(&models.list(), &QAbstractItemModel::rowsInserted);
    QSignalSpy removed(&models.list(), &QAbstractItemModel::rowsRemoved);
    QSignalSpy resets(&models.list(), &QAbstractItemModel::modelReset);
    models.setLive(true);
    QTRY_COMPARE(models.list().rowCount(), int(MaxTrustEntries) - 10);
    QCOMPARE(inserted.size(), 1); // all at once

    QSignalSpy changed(&models.list(), &QAbstractItemModel::dataChanged);
    models.draft().setNote(u"10.3.3.1/32"_s, u"other"_s);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(changed[0][0].toModelIndex().row(), changed[0][1].toModelIndex().row());
    models.draft().add({{u"::1"_s, {}}, {u"::2"_s, {}}});
    QCOMPARE(inserted.size(), 2);
    QStringList all = models.draft().baseKeys();
    models.draft().setRemoved(all, true);
    QCOMPARE(models.draft().changes().removed.size(), MaxTrustEntries - 10);
    models.draft().discard();
    QCOMPARE(removed.size(), 1); // the additions, together
    t.editedByOther(listOf({u"10.3.3.1"_s}));
    QTRY_COMPARE(models.list().rowCount(), 1);
    QCOMPARE(removed.size(), 3);
    QCOMPARE(resets.size(), 0);
}

void tst_GuiTrust::fieldAddsToTheDraft()
{
    Window t;
    QVERIFY(t.show());
    QSignalSpy said(&t.view, &Page::messageWanted);
    auto *field = t.part<QLineEdit>(u"trustEntry"_s);
    QVERIFY(!t.button(u"trustAdd"_s)->isEnabled());
    t.type(u"172.16.0.1/12"_s);
    QVERIFY(t.hint(u"trustHint"_s).startsWith(u"trusts 172.16.0.0/12; bits"_s));
    QVERIFY(t.button(u"trustAdd"_s)->isEnabled());
    t.type(u"172.16.0.300"_s);
    QVERIFY(t.hint(u"trustHint"_s).contains(u"four numbers"_s));
    QVERIFY(!t.button(u"trustAdd"_s)->isEnabled());
    t.type(u"172.16.0.1, 172.16.0.2 # the pair"_s);
    QCOMPARE(t.hint(u"trustHint"_s), u"2 entries"_s);
    QTest::keyClick(field, Qt::Key_Return);
    QCOMPARE(t.models.draft().changes().added, (QStringList{u"172.16.0.1"_s, u"172.16.0.2"_s}));
    QCOMPARE(t.cell(u"172.16.0.2/32"_s, TrustModel::NoteColumn), u"the pair"_s);
    QCOMPARE(field->text(), QString());
    QCOMPARE(said.last().at(0).toString(), u"2 entries added to the draft"_s);
    QVERIFY(t.view.hasUnsavedWork());
    QCOMPARE(t.part<TableView>(u"trustEntries"_s)->selectedKeys(), QStringList{u"172.16.0.2/32"_s});

    auto *table = t.part<TableView>(u"trustEntries"_s);
    table->selectKey(u"10.0.0.0/8"_s);
    table->setFocus();
    QTest::keyClick(table, Qt::Key_Delete);
    QCOMPARE(t.models.draft().changes().removed, QStringList{u"10.0.0.0/8"_s});
    QTest::keyClick(table, Qt::Key_Delete); // takes it back
    QVERIFY(t.models.draft().changes().removed.isEmpty());

    QApplication::clipboard()->setText(u"172.16.1.1 # a\n172.16.1.2"_s);
    field->setFocus();
    QTest::keySequence(field, QKeySequence(QKeySequence::Paste));
    QCOMPARE(t.models.draft().changes().added.size(), 4);
}

void tst_GuiTrust::pastedListWithBadLines()
{
    Window t;
    QVERIFY(t.show());
    QApplication::clipboard()->setText(u"172.16.1.1\nexample.com\n172.16.1.2"_s);
    auto *field = t.part<QLineEdit>(u"trustEntry"_s);
    field->setFocus();
    QTest::keySequence(field, QKeySequence(QKeySequence::Paste));
    QPushButton *add = nullptr;
    QTRY_VERIFY((add = t.button(u"importAdd"_s)) && add->isVisible());
    QVERIFY(!t.models.draft().hasEdits());
    QCOMPARE(add->text(), u"Add 2 entries"_s);
    const auto *problems = t.part<QAbstractItemView>(u"importProblems"_s);
    QCOMPARE(problems->model()->index(0, 0).data().toString(), u"2"_s);
    QCOMPARE(problems->model()->index(0, 1).data().toString(), u"example.com"_s);
    add->click();
    QCOMPARE(t.models.draft().changes().added.size(), 2);
}

void tst_GuiTrust::pageAppliesAndUndoes()
{
    Window t;
    QVERIFY(t.show());
    QVERIFY(t.part<QWidget>(u"trustPending"_s)->isHidden());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QVERIFY(t.part<QWidget>(u"trustPending"_s)->isVisible());
    QVERIFY(!t.button(u"trustApply"_s)->isEnabled()); // until it is known what it does
    QVERIFY(t.previewReady());
    QCOMPARE(t.button(u"trustApply"_s)->text().remove(u'&'), u"Apply to 3 clients"_s);
    t.part<QLineEdit>(u"trustComment"_s)->setText(u"ticket 17"_s);
    t.part<QLineEdit>(u"trustComment"_s)->setFocus();
    QTest::keyClick(&t.view, Qt::Key_Return, Qt::ControlModifier);
    auto *result = t.part<Banner>(u"trustResult"_s);
    QTRY_COMPARE(result->text(), u"Revision 13: 418 clients changed, took 21 ms."_s);
    QCOMPARE(t.link.callsOf(u"trust.set"_s).at(0).value("comment"_L1).toString(), u"ticket 17"_s);
    QVERIFY(t.part<QWidget>(u"trustPending"_s)->isHidden());
    QVERIFY(t.part<QLineEdit>(u"trustComment"_s)->text().isEmpty());
    QVERIFY(t.button(u"trustUndo"_s)->isVisible());
    t.button(u"trustUndo"_s)->click();
    QTRY_VERIFY(result->text().startsWith(u"Revision 14, undone"_s));
    QVERIFY(t.button(u"trustUndo"_s)->isHidden());

    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    t.button(u"trustDiscard"_s)->click();
    QVERIFY(!t.view.hasUnsavedWork());
}

void tst_GuiTrust::guardWantsTheWord()
{
    Window t;
    t.confirm = QStringList{u"whoever connects would be believed"_s};
    QVERIFY(t.show());
    t.part<QRadioButton>(u"trustAll"_s)->click();
    QCOMPARE(t.models.draft().wanted().mode, TrustMode::All);
    QVERIFY(t.hint(u"trustCaution"_s).contains(u"development only"_s));
    QVERIFY(t.previewReady());
    t.button(u"trustApply"_s)->click();
    QVERIFY(t.dialog(u"guardDialog"_s));
    QPushButton *accept = t.button(u"guardAccept"_s);
    QVERIFY(!accept->isEnabled());
    t.part<QLineEdit>(u"guardWord"_s)->setText(u"everybod"_s);
    QVERIFY(!accept->isEnabled());
    t.part<QLineEdit>(u"guardWord"_s)->setText(u"everybody"_s);
    QVERIFY(accept->isEnabled());
    QCOMPARE(t.link.callsOf(u"trust.set"_s).size(), 1);
    accept->click();
    QTRY_COMPARE(t.revision, 13);
    QCOMPARE(t.list.mode, TrustMode::All);
}

void tst_GuiTrust::conflictBanner()
{
    Window t;
    QVERIFY(t.show());
    auto *banner = t.part<Banner>(u"trustConflict"_s);
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QVERIFY(banner->isHidden());
    t.editedByOther(listOf({u"::1"_s}));
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(banner->text().contains(u"by uid 1000 (ann), revision 13"_s));
    QTRY_VERIFY(!t.button(u"trustApply"_s)->isEnabled());
    t.button(u"conflictRebase"_s)->click();
    QVERIFY(banner->isHidden());
    QCOMPARE(textOf(t.models.draft().wanted()), (QStringList{u"::1"_s, u"172.16.0.1"_s}));
}

void tst_GuiTrust::mergeDialogDecides()
{
    Window t;
    QVERIFY(t.show());
    t.models.draft().setNote(u"10.0.0.0/8"_s, u"mine"_s);
    t.editedByOther(listOf({u"10.0.0.0/8#theirs"_s}));
    QTRY_VERIFY(t.models.draft().isConflict());
    t.button(u"conflictRebase"_s)->click();
    QDialog *dialog = t.dialog(u"mergeDialog"_s);
    QVERIFY(dialog);
    QVERIFY(!t.button(u"mergeRebase"_s)->isEnabled());
    QCOMPARE(t.part<TableView>(u"trustMerge"_s)->selectedKeys(), QStringList{u"10.0.0.0/8"_s});
    t.button(u"mergeMine"_s)->click();
    QVERIFY(t.button(u"mergeRebase"_s)->isEnabled());
    t.button(u"mergeRebase"_s)->click();
    QVERIFY(!t.models.draft().isConflict());
    QVERIFY(dialog->isHidden());
    QCOMPARE(textOf(t.models.draft().wanted()), QStringList{u"10.0.0.0/8#mine"_s});
}

void tst_GuiTrust::suggestionGoesToTheDraft()
{
    Window t;
    t.suggestions = {QJsonObject{{u"peer"_s, u"172.16.0.1"_s},
                                 {u"hits"_s, 7},
                                 {u"last_seen"_s, 1795580000},
                                 {u"sample"_s, u"X-Forwarded-For: 1.2.3.4"_s},
                                 {u"entry"_s, u"172.16.0.1"_s}}};
    QVERIFY(t.show());
    auto *tabs = t.part<QTabWidget>(u"trustTabs"_s);
    QTRY_COMPARE(tabs->tabText(1), u"Suggested (1)"_s);
    QPushButton *trust = t.button(u"suggestionTrust"_s);
    QVERIFY(!trust->isEnabled());
    t.part<TableView>(u"trustSuggestions"_s)->selectKey(u"172.16.0.1"_s);
    trust->click();
    QCOMPARE(t.models.draft().changes().added, QStringList{u"172.16.0.1"_s});
    QVERIFY(!trust->isEnabled());
    QCOMPARE(trust->text(), u"Is in the draft"_s);
    t.button(u"suggestionIgnore"_s)->click();
    QCOMPARE(tabs->tabText(1), u"Suggested"_s);
}

void tst_GuiTrust::testerShowsBothSides()
{
    Window t;
    QJsonObject client = caller(u"1.2.3.4"_s);
    client.insert(u"peer"_s, u"10.0.0.5"_s);
    client.insert(u"resolution"_s, resolution(u"1.2.3.4"_s));
    t.link.answer(u"clients.get"_s, client);
    QVERIFY(t.show());
    t.view.testClient(u"17"_s);
    auto *now = t.part<QWidget>(u"testerNow"_s);
    auto *draft = t.part<QWidget>(u"testerDraft"_s);
    QTRY_VERIFY(now->isVisible());
    QVERIFY(draft->isHidden());
    QVERIFY(!now->findChild<TrailView *>()->isEmpty());
    QCOMPARE(t.part<QLineEdit>(u"testerPeer"_s)->text(), u"10.0.0.5"_s);
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QTRY_VERIFY(draft->isVisible());
    QTRY_VERIFY(!draft->findChild<TrailView *>()->isEmpty());

    t.mask.setOn(true); // addresses of clients cannot be edited then
    QVERIFY(t.part<QLineEdit>(u"testerPeer"_s)->isReadOnly());
    QVERIFY(!t.part<QPlainTextEdit>(u"testerHeaders"_s)->toPlainText().contains(u"1.2.3.4"_s));
    t.link.forgetCalls();
    t.button(u"testerTest"_s)->click();
    QTRY_VERIFY(!t.link.callsOf(u"trust.test"_s).isEmpty());
    QCOMPARE(t.link.callsOf(u"trust.test"_s).at(0).value("peer"_L1).toString(), u"10.0.0.5"_s);
    t.button(u"testerClear"_s)->click();
    QVERIFY(!t.part<QLineEdit>(u"testerPeer"_s)->isReadOnly());
    QVERIFY(now->isHidden());
    QTest::keyClicks(t.part<QLineEdit>(u"testerPeer"_s), u"10.0.0.6"_s);
    t.mask.setOn(false);
    QCOMPARE(t.part<QLineEdit>(u"testerPeer"_s)->text(), u"10.0.0.6"_s); // typed, not yet tested
}

void tst_GuiTrust::historyPaneRollsBack()
{
    Window t;
    const auto change = [](int revision, const QString &added, bool kept) {
        return QJsonObject{{u"revision"_s, revision},    {u"at"_s, 1795580000},
                           {u"by"_s, u"ann"_s},          {u"added"_s, QJsonArray{added}},
                           {u"removed"_s, QJsonArray()}, {u"can_roll_back"_s, kept}};
    };
    t.history = {change(12, u"192.0.2.1"_s, true), change(11, u"10.0.0.0/8"_s, true),
                 change(10, u"::9"_s, false)};
    t.older.insert(11, listOf({u"10.0.0.0/8"_s}));
    QVERIFY(t.show());
    auto *table = t.part<TableView>(u"trustHistory"_s);
    QTRY_COMPARE(table->model()->rowCount(), 3);
    QPushButton *rollBack = t.button(u"historyRollBack"_s);
    QPushButton *load = t.button(u"historyLoad"_s);
    table->selectKey(u"12"_s); // in force already
    QVERIFY(!rollBack->isEnabled());
    table->selectKey(u"10"_s);
    QVERIFY(!rollBack->isEnabled());
    QVERIFY(load->isEnabled());
    table->selectKey(u"11"_s);
    QVERIFY(rollBack->isEnabled());
    QCOMPARE(t.part<QPlainTextEdit>(u"historyDetails"_s)->toPlainText(), u"+ 10.0.0.0/8"_s);
    load->click();
    QCOMPARE(t.models.draft().changes().text(), u"1 removed"_s);
    t.models.draft().discard();

    rollBack->click();
    auto *box = t.dialog<QMessageBox>(u"rollBackBox"_s);
    QVERIFY(box);
    QVERIFY(box->informativeText().contains(u"− 192.0.2.1"_s));
    QVERIFY(t.link.callsOf(u"trust.rollback"_s).isEmpty());
    for (QAbstractButton *button : box->buttons()) {
        if (box->buttonRole(button) == QMessageBox::AcceptRole)
            button->click();
    }
    QTRY_COMPARE(t.link.callsOf(u"trust.rollback"_s).size(), 1);
    QTRY_COMPARE(t.models.list().rowCount(), 1);
}

void tst_GuiTrust::viewersMayOnlyLook()
{
    Window t;
    t.link.setHello({{u"role"_s, u"viewer"_s}});
    t.link.setUp(true);
    QVERIFY(t.show());
    t.part<TableView>(u"trustEntries"_s)->selectKey(u"10.0.0.0/8"_s);
    t.type(u"172.16.0.1"_s);
    for (const char *name : {"trustAdd", "trustImport", "trustRemove", "trustNote", "trustReset",
                             "trustAll", "suggestionTrust", "historyRollBack", "historyLoad"}) {
        auto *button = t.part<QAbstractButton>(QString::fromLatin1(name));
        QVERIFY2(button && !button->isEnabled(), name);
    }
    QVERIFY(t.button(u"trustAdd"_s)->toolTip().contains(u"operator"_s));
    QTest::keyClick(t.part<QLineEdit>(u"trustEntry"_s), Qt::Key_Return);
    t.view.showEntry(u"172.16.0.9"_s);
    QVERIFY(!t.models.draft().hasEdits());
    QVERIFY(t.button(u"trustClients"_s)->isEnabled());
}

void tst_GuiTrust::showEntryWaitsForTheList()
{
    Window t;
    t.view.showEntry(u"172.16.0.1"_s);
    QVERIFY(t.show());
    QTRY_COMPARE(t.models.draft().changes().added, QStringList{u"172.16.0.1"_s});
    t.part<QLineEdit>(u"trustSearch"_s)->setText(u"172"_s);
    auto *table = t.part<TableView>(u"trustEntries"_s);
    QCOMPARE(table->model()->rowCount(), 1);
    t.view.showEntry(u"10.9.9.9/8"_s); // there already, in other words; the search hides it
    QCOMPARE(t.models.draft().changes().added.size(), 1);
    QCOMPARE(table->selectedKeys(), QStringList{u"10.0.0.0/8"_s});
    QSignalSpy said(&t.view, &Page::messageWanted);
    t.view.showEntry(u"nonsense!"_s);
    QCOMPARE(said.size(), 1);
}

void tst_GuiTrust::showsTheClientsOfAnEntry()
{
    Window t;
    QVERIFY(t.show());
    QSignalSpy wanted(&t.view, &Page::clientsWanted);
    QVERIFY(!t.button(u"trustClients"_s)->isEnabled());
    t.part<TableView>(u"trustEntries"_s)->selectKey(u"10.0.0.0/8"_s);
    t.button(u"trustClients"_s)->click();
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted[0][0].toString(), u"via:10.0.0.0/8"_s);
}

void tst_GuiTrust::emptyListSaysWhatToDo()
{
    Window t;
    t.list = listOf({}, TrustMode::None);
    QVERIFY(t.show());
    auto *empty = t.part<QWidget>(u"trustEmpty"_s);
    QTRY_VERIFY(empty->isVisible());
    t.models.draft().add({{u"172.16.0.1"_s, {}}});
    QVERIFY(empty->isHidden());
    QVERIFY(t.part<QRadioButton>(u"trustList"_s)->isChecked());
}

void tst_GuiTrust::originOfTheList_data()
{
    QTest::addColumn<bool>("isLive");
    QTest::addColumn<QStringList>("configured");
    QTest::addColumn<QString>("text");
    QTest::newRow("live") << true << QStringList{u"10.0.0.0/8"_s, u"::1"_s}
                          << u"The live list (revision 12) is in force; the configuration has 2 "
                             "entries."_s;
    QTest::newRow("configuration") << false << QStringList{u"10.0.0.0/8"_s}
                                   << u"The list of the configuration (revision 12) is in force; "
                                      "the first edit makes it live."_s;
}

void tst_GuiTrust::originOfTheList()
{
    QFETCH(const bool, isLive);
    QFETCH(const QStringList, configured);
    QFETCH(const QString, text);

    Window t;
    t.isLive = isLive;
    t.configured = listOf(configured);
    QVERIFY(t.show());
    QCOMPARE(t.hint(u"trustOrigin"_s), text);
    QCOMPARE(t.button(u"trustReset"_s)->isVisible(), isLive);
    if (!isLive)
        return;
    t.button(u"trustCompare"_s)->click();
    QDialog *dialog = t.dialog(u"compareDialog"_s);
    QVERIFY(dialog);
    QCOMPARE(t.part<TableView>(u"trustCompare"_s)->model()->rowCount(), 3); // a note, and two more
    dialog->close();
    t.button(u"trustReset"_s)->click();
    QVERIFY(t.dialog<QMessageBox>(u"resetBox"_s));
}

QTEST_MAIN(tst_GuiTrust)
#include "tst_guitrust.moc"
