// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientactions.h"
#include "gui/models/configfiltermodel.h"
#include "gui/models/configmodel.h"
#include "gui/models/configreload.h"
#include "gui/models/csv.h"
#include "gui/models/eventfiltermodel.h"
#include "gui/models/eventmodel.h"
#include "gui/models/eventtext.h"
#include "gui/models/findingmodel.h"
#include "gui/models/plaintext.h"
#include "gui/models/proxyconfigmodel.h"
#include "gui/models/requestmodel.h"
#include "gui/models/roles.h"
#include "gui/models/roommembermodel.h"
#include "gui/models/roommodel.h"
#include "gui/models/wholefile.h"
#include "gui/views/configuration/configurationview.h"
#include "gui/views/configuration/reloadreport.h"
#include "gui/views/diagnosis/diagnosisview.h"
#include "gui/views/events/eventsview.h"
#include "gui/views/rooms/roomsview.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/kickdialog.h"
#include "gui/widgets/senddialog.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/trailview.h"
#include "shared/clients/clientfilter.h"
#include "tests/gui/fakelink.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollBar>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// A model whose rows are watched: by the tester, and for resets.
struct Watch
{
    explicit Watch(QAbstractItemModel &model)
        : tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , resets(&model, &QAbstractItemModel::modelReset)
    {
    }
    ~Watch()
    {
        [&] { QCOMPARE(resets.size(), 0); }();
    }

    QAbstractItemModelTester tester;
    QSignalSpy resets;
};

QJsonObject json(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    [&] { QVERIFY2(document.isObject(), text.constData()); }();
    return document.object();
}

QStringList columnOf(const QAbstractItemModel &model, int column, int role = Qt::DisplayRole)
{
    QStringList texts;
    for (int row = 0; row < model.rowCount(); ++row)
        texts += model.index(row, column).data(role).toString();
    return texts;
}

QJsonObject room(const QString &name, int members, const QString &nameSpace = u"/"_s)
{
    return {{u"namespace"_s, nameSpace}, {u"room"_s, name}, {u"members"_s, members}};
}

QJsonObject page(const QJsonArray &items, qint64 filtered = -1, qint64 total = -1)
{
    const qint64 count = filtered < 0 ? items.size() : filtered;
    return {{u"items"_s, items}, {u"filtered"_s, count}, {u"total"_s, total < 0 ? count : total}};
}

QJsonObject member(int id, const QString &client = u"203.0.113.9"_s)
{
    return {{u"id"_s, QString::number(id)},
            {u"client"_s, client},
            {u"connected_at"_s, QDateTime::currentSecsSinceEpoch() - 3700},
            {u"idle_s"_s, 5},
            {u"messages_in"_s, 12},
            {u"user_agent"_s, u"curl/7.88.1"_s}};
}

QJsonObject happened(qint64 seq, const QString &type = u"client.connected"_s)
{
    return {{u"seq"_s, seq},
            {u"type"_s, type},
            {u"at_ms"_s, qint64(1795599613770) + seq},
            {u"client_id"_s, QString::number(seq)},
            {u"client"_s, u"203.0.113.%1"_s.arg(seq % 250)},
            {u"peer"_s, u"10.0.0.1"_s}};
}

// The newest first, as the server answers.
QJsonArray events(qint64 first, qint64 last)
{
    QJsonArray list;
    for (qint64 seq = last; seq >= first; --seq)
        list.append(happened(seq));
    return list;
}

QJsonObject setting(const QString &key, const QJsonValue &value, const QJsonValue &standard,
                    const QString &source = u"default"_s, const QString &where = {})
{
    QJsonObject object{{u"key"_s, key},
                       {u"value"_s, value},
                       {u"default"_s, standard},
                       {u"source"_s, source},
                       {u"reloadable"_s, key == "allowed_hosts"_L1}};
    if (!where.isEmpty())
        object.insert(u"where"_s, where);
    return object;
}

QJsonArray someSettings()
{
    return {
        setting(u"port"_s, 6001, 6001),
        setting(u"trust_proxy"_s, QJsonArray{u"10.0.0.1"_s}, false, u"live"_s, u"t.toml:3:15"_s),
        setting(u"allowed_hosts"_s, QJsonArray(), QJsonArray()),
        setting(u"limits.max_connections"_s, 500, 10000, u"file"_s, u"t.toml:7:19"_s),
        setting(u"limits.body_bytes"_s, 1048576, 1048576),
        setting(u"auth_key"_s, u"***"_s, QString(), u"env"_s, u"TRUEPEER_AUTH_KEY"_s)};
}

QJsonObject untrusted()
{
    return json(R"({"id": "untrusted-headers", "subject": "10.0.0.5", "severity": "error",
        "title": "10.0.0.5 looks like your proxy, but is not trusted", "detail": "It sends headers.",
        "evidence": {"peer": "10.0.0.5", "reading": "proxy", "seen": 4, "of": 8, "claims": 6,
                     "claims_at_least": true, "requests": 12345,
                     "sample": "X-Forwarded-For: 203.0.113.1 | X-Forwarded-Proto: https"},
        "fix": {"trust": "truepeerctl trust add 10.0.0.5", "nginx": "proxy_set_header A b;"}})");
}

QJsonObject unused()
{
    return json(R"({"id": "unused-entry", "subject": "192.0.2.0/24", "severity": "info",
        "title": "Nobody matched 192.0.2.0/24", "detail": "For an hour.",
        "evidence": {"entry": "192.0.2.0/24", "minutes": 60},
        "fix": {"trust": "truepeerctl trust remove 192.0.2.0/24"}})");
}

QJsonObject request(int id, int status = 200)
{
    return {{u"id"_s, QString::number(id)},
            {u"at_ms"_s, qint64(1795599613770) + id},
            {u"method"_s, u"GET"_s},
            {u"url"_s, u"https://chat.example/x?key=***"_s},
            {u"status"_s, status},
            {u"client"_s, u"203.0.113.9"_s},
            {u"peer"_s, u"10.0.0.1"_s},
            {u"source"_s, u"x-forwarded-for"_s},
            {u"hops"_s, 1},
            {u"known"_s, true},
            {u"conflict"_s, false},
            {u"trusted_peer"_s, true},
            {u"trust_revision"_s, 1},
            {u"duration_us"_s, 470},
            {u"user_agent"_s, u"curl"_s}};
}

template <class Widget>
Widget *child(QWidget &parent, const char *name)
{
    auto *found = parent.findChild<Widget *>(QString::fromLatin1(name));
    [&] { QVERIFY2(found, name); }();
    return found;
}

// Whether the button says why it cannot be used.
bool isLocked(const QAbstractButton *button)
{
    return !button->isEnabled() && button->toolTip().contains(u"operator"_s);
}

} // namespace

class tst_GuiPages : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(u"truepeer-test"_s);
        QCoreApplication::setApplicationName(u"guipages"_s);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_folder.path());
    }
    void init()
    {
        // The offscreen platform says so of popups and size hints.
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void roomFilters_data();
    void roomFilters();
    void roomsKeepTheirRows();
    void roomPages();
    void roomAnswersInDisorder();
    void roomsOfAnotherServer();
    void roomMembers();
    void roomMembersOfTheNewPlaceOnly();
    void eventData_data();
    void eventData();
    void roomsView();
    void roomsViewShowsARoom();
    void roomMessage();
    void roomClose();

    void eventSentences_data();
    void eventSentences();
    void eventsMergeBySeq();
    void eventGaps();
    void eventGapIsFilledByAskingForMore();
    void eventsAfterARestart();
    void eventsOfAnotherServer();
    void eventRing();
    void eventPause();
    void eventFilter();
    void eventExport();
    void eventsView();
    void eventsViewKeepsItsPlace();

    void findingContent();
    void findingsKeepTheirRows();
    void findingsAreAskedForSeldom();
    void proxyUpstreams_data();
    void proxyUpstreams();
    void proxyConfig();
    void verdicts_data();
    void verdicts();
    void requests();
    void diagnosisView();
    void diagnosisTabs();

    void configValues_data();
    void configValues();
    void configFaults_data();
    void configFaults();
    void configDifferences();
    void configurationView();

    void viewersMayOnlyLook();
    void withoutAConnection();
    void masked();
    void strangersTexts();
    void files();

private:
    QTemporaryDir m_folder;
};

// ---- rooms --------------------------------------------------------------------------------------

void tst_GuiPages::roomFilters_data()
{
    QTest::addColumn<QString>("nameSpace");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("filter");
    QTest::newRow("a usual name") << u"/"_s << u"lobby"_s << u"room:\"/:lobby\""_s;
    QTest::newRow("blanks") << u"/"_s << u"the lobby"_s << u"room:\"/:the lobby\""_s;
    QTest::newRow("quotes are escaped") << u"/"_s << u"a \"b\""_s << u"room:\"/:a \\\"b\\\"\""_s;
    QTest::newRow("so are backslashes") << u"/"_s << u"a\\"_s << u"room:\"/:a\\\\\""_s;
    QTest::newRow("both") << u"/x y"_s << u"\\\""_s << u"room:\"/x y:\\\\\\\"\""_s;
    QTest::newRow("what looks like a term") << u"/"_s << u"x -ip:0"_s << u"room:\"/:x -ip:0\""_s;
}

void tst_GuiPages::roomFilters()
{
    QFETCH(const QString, nameSpace);
    QFETCH(const QString, name);
    QFETCH(const QString, filter);
    const RoomPlace place{nameSpace, name};
    QCOMPARE(place.filter(), filter);

    const ClientFilter::Parsed parsed = ClientFilter::parse(filter);
    QVERIFY2(parsed.filter, qPrintable(parsed.problem.message));
    ClientInfo info(7, *IpAddress::parse("203.0.113.9"));
    QVERIFY(!parsed.filter->matches(info, 0));
    info.rooms = {{nameSpace + u'x', name}, {nameSpace, name + u'x'}};
    QVERIFY(!parsed.filter->matches(info, 0));
    info.rooms.push_back({nameSpace, name});
    QVERIFY(parsed.filter->matches(info, 0));
}

void tst_GuiPages::roomsKeepTheirRows()
{
    FakeServer server;
    RoomModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"rooms.list"_s, page({room(u"a"_s, 3), room(u"b"_s, 2), room(u"c"_s, 1)}));
    model.setLive(true);
    QTRY_COMPARE(columnOf(model, 0), (QStringList{u"a"_s, u"b"_s, u"c"_s}));
    const QPersistentModelIndex b = model.index(1, 0);
    const QPersistentModelIndex c = model.index(2, 0);
    const QSignalSpy moved(&model, &QAbstractItemModel::rowsMoved);
    const QSignalSpy changed(&model, &QAbstractItemModel::dataChanged);

    server.link.answer(u"rooms.list"_s, page({room(u"c"_s, 9), room(u"b"_s, 2),
                                              room(u"b"_s, 2, u"/x"_s), room(u"b"_s, 7)}));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(columnOf(model, 0), (QStringList{u"c"_s, u"b"_s, u"b"_s}));
    QCOMPARE(columnOf(model, 2), (QStringList{u"/"_s, u"/"_s, u"/x"_s}));
    QCOMPARE(columnOf(model, 1), (QStringList{u"9"_s, u"2"_s, u"2"_s}));
    QCOMPARE(b.row(), 1);
    QCOMPARE(c.row(), 0);
    QCOMPARE(moved.size(), 1);
    QCOMPARE(changed.size(), 1);

    // Nothing is said when nothing changed.
    Q_EMIT server.pace.tick();
    QSignalSpy answered(&model, &RoomModel::answered);
    QVERIFY(answered.wait());
    QCOMPARE(changed.size(), 1);

    // What is hidden is not asked for.
    model.setLive(false);
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
}

void tst_GuiPages::roomPages()
{
    FakeServer server;
    RoomModel model(server.context);
    const Watch watch(model);
    QSignalSpy answered(&model, &RoomModel::answered);
    qint64 rooms = 450;
    server.link.answer(u"rooms.list"_s, [&rooms](const QJsonObject &params) {
        const qint64 offset = params.value(u"offset").toInteger();
        QJsonArray items;
        for (qint64 i = offset; i < std::min(rooms, offset + params.value(u"limit").toInteger());
             ++i)
            items.append(room(u"room %1"_s.arg(i), 1));
        return RpcResult(QJsonValue(page(items, rooms)));
    });
    model.setLive(true);
    QVERIFY(answered.wait());
    const QJsonObject first = server.link.callsOf(u"rooms.list"_s).constLast();
    QCOMPARE(first, (QJsonObject{{u"sort"_s, u"members"_s},
                                 {u"order"_s, u"desc"_s},
                                 {u"limit"_s, 200},
                                 {u"offset"_s, 0}}));
    QVERIFY(!model.hasPrevious());
    QVERIFY(model.hasNext());
    QCOMPARE(model.summary(), u"1 to 200 of 450 rooms"_s);
    model.nextPage();
    QVERIFY(answered.wait());
    model.nextPage();
    QVERIFY(answered.wait());
    QCOMPARE(model.summary(), u"401 to 450 of 450 rooms"_s);
    QVERIFY(!model.hasNext());
    model.nextPage();
    QCOMPARE(server.link.callsOf(u"rooms.list"_s).size(), 3);

    // The page is gone: the last one that is there is shown.
    rooms = 210;
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.summary(), u"201 to 210 of 210 rooms"_s);

    model.setFilter(u"1"_s);
    QVERIFY(answered.wait());
    QCOMPARE(server.link.callsOf(u"rooms.list"_s).constLast().value(u"filter").toString(), u"1"_s);
    QCOMPARE(server.link.callsOf(u"rooms.list"_s).constLast().value(u"offset").toInteger(), 0);
    model.setSort(u"room"_s, Qt::AscendingOrder);
    QVERIFY(answered.wait());
    QCOMPARE(server.link.callsOf(u"rooms.list"_s).constLast().value(u"sort").toString(), u"room"_s);
    QCOMPARE(server.link.callsOf(u"rooms.list"_s).constLast().value(u"order").toString(), u"asc"_s);
}

void tst_GuiPages::roomAnswersInDisorder()
{
    FakeServer server;
    RoomModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"rooms.list"_s, [](const QJsonObject &params) {
        const QString part = params.value(u"filter").toString();
        return RpcResult(QJsonValue(page({room(u"room "_s + part, 1)})));
    });
    server.link.hold(u"rooms.list"_s);
    model.setLive(true);
    // The server did not answer yet.
    Q_EMIT server.pace.tick();
    QCOMPARE(server.link.calls().size(), 1);
    model.setFilter(u"b"_s);
    server.link.release(u"rooms.list"_s);
    QTRY_COMPARE(columnOf(model, 0), QStringList{u"room b"_s});
    QCOMPARE(server.link.calls().size(), 2);

    // A refusal keeps what is there, and is told.
    server.link.fail(u"rooms.list"_s, RpcCode::Busy, u"too busy"_s);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.problem(), u"too busy"_s);
    QCOMPARE(model.rowCount(), 1);
    server.link.answer(u"rooms.list"_s, page({}));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 0);
    QVERIFY(model.problem().isEmpty());
}

void tst_GuiPages::roomsOfAnotherServer()
{
    FakeServer server;
    server.link.setHello({{u"listen"_s, u"http://[::1]:1"_s}, {u"role"_s, u"operator"_s}});
    RoomModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"rooms.list"_s, page({room(u"a"_s, 3)}));
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 1);
    server.link.setUp(false);
    QCOMPARE(model.rowCount(), 1);
    server.link.hold(u"rooms.list"_s);
    server.link.setUp(true);
    QCOMPARE(model.rowCount(), 1);
    server.link.setHello({{u"listen"_s, u"http://[::1]:2"_s}, {u"role"_s, u"operator"_s}});
    server.link.setUp(true);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.isLoaded());
}

void tst_GuiPages::roomMembers()
{
    FakeServer server;
    RoomMemberModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"rooms.members"_s, page({member(1), member(2)}, 2, 9000));
    model.setLive(true);
    QVERIFY(server.link.calls().isEmpty());
    model.setPlace({u"/x"_s, u"lobby"_s});
    QTRY_COMPARE(columnOf(model, 1), (QStringList{u"1"_s, u"2"_s}));
    QCOMPARE(server.link.callsOf(u"rooms.members"_s).constLast(),
             (QJsonObject{{u"room"_s, u"lobby"_s},
                          {u"namespace"_s, u"/x"_s},
                          {u"sort"_s, u"id"_s},
                          {u"order"_s, u"asc"_s},
                          {u"limit"_s, 200}}));
    QCOMPARE(model.index(0, 2).data().toString(), u"1h 1m"_s);
    QCOMPARE(model.members(), 2);
    QCOMPARE(model.summary(), u"2 members"_s);

    // Who is connected for the longest time came first.
    model.setSort(u"connected_at"_s, Qt::DescendingOrder);
    QCOMPARE(server.link.callsOf(u"rooms.members"_s).constLast().value(u"order").toString(),
             u"asc"_s);
    server.link.answer(u"rooms.members"_s, page({member(2)}, 1234));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(columnOf(model, 1), QStringList{u"2"_s});
    QVERIFY(model.summary().startsWith(u"1 of 1"_s));
}

void tst_GuiPages::roomMembersOfTheNewPlaceOnly()
{
    FakeServer server;
    RoomMemberModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"rooms.members"_s, [](const QJsonObject &params) {
        const bool isA = params.value(u"room").toString() == u"a";
        return RpcResult(QJsonValue(page({member(isA ? 1 : 2)})));
    });
    model.setLive(true);
    server.link.hold(u"rooms.members"_s);
    model.setPlace({u"/"_s, u"a"_s});
    model.setPlace({u"/"_s, u"b"_s});
    server.link.release(u"rooms.members"_s);
    QTRY_COMPARE(columnOf(model, 1), QStringList{u"2"_s});
    QVERIFY(model.isKnown());
    model.setPlace({});
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.isKnown());
}

void tst_GuiPages::eventData_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("problem"); // its beginning; empty: there is none
    QTest::addColumn<qsizetype>("position");
    const auto row = [](const char *name, const QString &text, const QString &problem = {},
                        qsizetype position = 0) {
        QTest::newRow(name) << text << problem << position;
    };
    row("nothing is no data", {});
    row("blanks are no data", u" \n"_s);
    row("an object", u"{\"a\": 1}"_s);
    row("a list", u"[1, 2]"_s);
    row("the server takes no plain text", u"\"a\""_s, u"it has to be"_s);
    row("the place in the first line", u"{\"a\": }"_s, u"object is missing"_s, 7);
    row("the place in another line", u"{\n  \"ä\": x}"_s, u"illegal number"_s, 9);
    row("two values", u"[1] [2]"_s, u"missing value"_s, 5);
}

void tst_GuiPages::eventData()
{
    QFETCH(const QString, text);
    QFETCH(const QString, problem);
    const TypedJson read = parseTypedJson(text);
    QVERIFY2(read.problem.startsWith(problem) && read.problem.isEmpty() == problem.isEmpty(),
             qPrintable(read.problem));
    QTEST(read.position, "position");
    QCOMPARE(read.value.isUndefined(), text.trimmed().isEmpty() || !problem.isEmpty());
}

void tst_GuiPages::roomsView()
{
    FakeServer server;
    RoomModel rooms(server.context);
    RoomMemberModel members(server.context);
    RoomsView view(rooms, members);
    server.link.answer(u"rooms.list"_s, page({}));
    server.link.answer(u"rooms.members"_s, page({member(7)}));
    view.resize(960, 500);
    view.show();
    auto *empty = view.findChild<QLabel *>(u"title"_s);
    QVERIFY(empty);
    QTRY_COMPARE(empty->text(), u"No rooms yet"_s);
    QTRY_VERIFY(empty->isVisible());

    server.link.answer(u"rooms.list"_s, page({room(u"lobby"_s, 1), room(u"x"_s, 1, u"/chat"_s)}));
    Q_EMIT server.pace.tick();
    auto *table = child<TableView>(view, "rooms");
    QTRY_VERIFY(table->isVisible());
    table->selectKey(RoomPlace{u"/chat"_s, u"x"_s}.key());
    QTRY_COMPARE(members.rowCount(), 1);
    QCOMPARE(child<QLabel>(view, "roomTitle")->text(), u"x in /chat"_s);
    QCOMPARE(child<QLabel>(view, "memberSummary")->text(), u"1 member"_s);

    QSignalSpy client(&view, &Page::clientWanted);
    QSignalSpy clients(&view, &Page::clientsWanted);
    auto *memberTable = child<TableView>(view, "roomMembers");
    memberTable->selectKey(u"7"_s);
    QTest::keyClick(memberTable, Qt::Key_Return);
    QCOMPARE(client.value(0).value(0).toString(), u"7"_s);
    child<QPushButton>(view, "showClients")->click();
    QCOMPARE(clients.value(0).value(0).toString(), u"room:\"/chat:x\""_s);

    // The room goes: its members go, and nothing else is selected in its place.
    server.link.answer(u"rooms.list"_s, page({room(u"lobby"_s, 1)}));
    server.link.answer(u"rooms.members"_s, page({}));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(members.rowCount(), 0);
    QTRY_COMPARE(rooms.rowCount(), 1);
    QCOMPARE(members.place(), (RoomPlace{u"/chat"_s, u"x"_s}));

    view.hide();
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
}

void tst_GuiPages::roomsViewShowsARoom()
{
    FakeServer server;
    RoomModel rooms(server.context);
    RoomMemberModel members(server.context);
    RoomsView view(rooms, members);
    server.link.answer(u"rooms.members"_s, page({member(7)}));
    server.link.answer(u"rooms.list"_s, [](const QJsonObject &params) {
        const bool isFiltered = params.value(u"filter").toString() == u"far";
        return RpcResult(QJsonValue(isFiltered
                                        ? page({room(u"far"_s, 1), room(u"far"_s, 1, u"/z"_s)})
                                        : page({room(u"near"_s, 9)})));
    });
    view.show();
    QTRY_COMPARE(rooms.rowCount(), 1);
    view.showRoom(u"/z"_s, u"far"_s);
    auto *table = child<TableView>(view, "rooms");
    QTRY_COMPARE(table->selectedKeys(), QStringList{(RoomPlace{u"/z"_s, u"far"_s}.key())});
    QCOMPARE(members.place(), (RoomPlace{u"/z"_s, u"far"_s}));
    QCOMPARE(child<QLineEdit>(view, "roomFilter")->text(), u"far"_s);
}

void tst_GuiPages::roomMessage()
{
    FakeServer server;
    RoomModel rooms(server.context);
    RoomMemberModel members(server.context);
    RoomsView view(rooms, members);
    view.show();
    members.setPlace({u"/x"_s, u"lobby"_s});
    child<QPushButton>(view, "sendToRoom")->click();
    auto *dialog = view.findChild<SendDialog *>();
    QVERIFY(dialog);
    auto *send = child<QPushButton>(*dialog, "sendButton");
    auto *state = child<QLabel>(*dialog, "sendState");
    auto *event = child<QLineEdit>(*dialog, "sendEvent");
    QCOMPARE(send->text(), u"&Send to the room"_s);
    event->setText(u"no good"_s);
    QVERIFY2(state->text().startsWith(u"An event's name has"_s), qPrintable(state->text()));
    QVERIFY(!send->isEnabled());
    event->setText(u"news"_s);
    QVERIFY(send->isEnabled());
    child<QPlainTextEdit>(*dialog, "sendData")->setPlainText(u"{\"a\": 1}"_s);

    QSignalSpy told(&view, &Page::messageWanted);
    server.link.fail(u"broadcast"_s, RpcCode::Busy, u"too busy"_s);
    send->click();
    QTRY_COMPARE(state->text(), u"Not sent: too busy"_s);
    QVERIFY(send->isEnabled());
    server.link.answer(u"broadcast"_s, QJsonObject{{u"delivered"_s, 11}});
    send->click();
    QVERIFY(!send->isEnabled());
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.constFirst(), QVariantList{u"news sent to 11 clients"_s});
    QCOMPARE(server.link.callsOf(u"broadcast"_s).constLast(),
             json(R"({"event": "news", "room": "lobby", "namespace": "/x", "data": {"a": 1}})"));
}

void tst_GuiPages::roomClose()
{
    FakeServer server;
    server.link.answer(u"clients.kick"_s, QJsonObject{{u"count"_s, 3}});
    RoomModel rooms(server.context);
    RoomMemberModel members(server.context);
    RoomsView view(rooms, members);
    view.show();
    members.setPlace({u"/"_s, u"a \"b\""_s});
    child<QPushButton>(view, "closeMembers")->click();
    auto *dialog = view.findChild<KickDialog *>();
    QVERIFY(dialog);
    auto *close = child<QPushButton>(*dialog, "kickButton");
    QTRY_COMPARE(close->text(), u"Close 3 connections"_s);
    QCOMPARE(server.link.callsOf(u"clients.kick"_s).constLast(),
             (QJsonObject{{u"filter"_s, u"room:\"/:a \\\"b\\\"\""_s}, {u"dry_run"_s, true}}));
    QSignalSpy told(&view, &Page::messageWanted);
    close->click();
    QTRY_COMPARE(told.size(), 1);
    QCOMPARE(told.constFirst(), QVariantList{u"3 connections closed"_s});
}

// ---- events -------------------------------------------------------------------------------------

void tst_GuiPages::eventSentences_data()
{
    QTest::addColumn<QByteArray>("event");
    QTest::addColumn<QString>("sentence");
    QTest::addColumn<EventGroup>("group");
    const auto row = [](const char *name, const char *event, const QString &sentence,
                        EventGroup group) {
        QTest::newRow(name) << QByteArray(event) << sentence << group;
    };
    row("a client through a proxy",
        R"j({"type": "client.connected", "client_id": "12", "client": "203.0.113.9",
            "peer": "10.0.0.1", "detail": "curl/7"})j",
        u"Client 12 connected from 203.0.113.9 through 10.0.0.1, curl/7"_s, EventGroup::Clients);
    row("a direct client",
        R"j({"type": "client.connected", "client_id": "12", "client": "203.0.113.9",
            "peer": "203.0.113.9"})j",
        u"Client 12 connected from 203.0.113.9"_s, EventGroup::Clients);
    row("closed with a reason",
        R"j({"type": "client.closed", "client_id": "12", "initiator": "server", "code": 1008,
            "reason": "too slow"})j",
        u"Client 12 closed by the server: 1008 policy, “too slow”"_s, EventGroup::Clients);
    row("closed without one",
        R"j({"type": "client.closed", "client_id": "12", "initiator": "client", "code": 1000})j",
        u"Client 12 closed by the client: 1000 normal"_s, EventGroup::Clients);
    row("lost",
        R"j({"type": "client.closed", "client_id": "12", "initiator": "network", "code": 1006})j",
        u"Client 12 lost: 1006 without a close frame"_s, EventGroup::Clients);
    row("refused",
        R"j({"type": "request.refused", "code": 429, "detail": "rate limit of requests"})j",
        u"Request refused with 429: rate limit of requests"_s, EventGroup::Clients);
    row("a connection is refused", R"j({"type": "request.refused", "detail": "max_connections"})j",
        u"Connection refused: max_connections"_s, EventGroup::Clients);
    row("headers", R"j({"type": "headers.ignored", "peer": "127.0.0.1"})j",
        u"Forwarding headers of 127.0.0.1 ignored: it is not trusted"_s, EventGroup::Clients);
    row("the list grows and shrinks",
        R"j({"type": "trust.changed", "actor": "uid 1000 (alice)",
            "detail": "revision 7: added 10.0.0.1, 10.0.0.2; removed 192.0.2.0/24"})j",
        u"Trust list changed by uid 1000 (alice): +2 −1, revision 7 (added 10.0.0.1, 10.0.0.2; "
        "removed 192.0.2.0/24)"_s,
        EventGroup::Audit);
    row("the list by a reload", R"j({"type": "trust.changed", "detail": "revision 8: "})j",
        u"Trust list changed: +0 −0, revision 8"_s, EventGroup::Audit);
    const QString cut = u"revision 7: added "_s + QString(200, u'1');
    const QJsonObject longEvent{{u"type"_s, u"trust.changed"_s}, {u"detail"_s, cut}};
    row("a detail that the server cut is not counted",
        QJsonDocument(longEvent).toJson().constData(), u"Trust list changed: "_s + cut,
        EventGroup::Audit);
    row("a failed edit",
        R"j({"type": "trust.failed", "actor": "uid 0 (root)", "code": -32002, "detail": "no"})j",
        u"Edit of the trust list by uid 0 (root) failed: no"_s, EventGroup::Audit);
    row("many are kicked",
        R"j({"type": "client.kicked", "actor": "uid 0", "count": 3, "code": 1008, "reason": "bye"})j",
        u"3 clients closed by uid 0: 1008 policy, “bye”"_s, EventGroup::Audit);
    row("one is kicked",
        R"j({"type": "client.kicked", "actor": "uid 0", "client_id": "5", "count": 1, "code": 1001})j",
        u"Client 5 closed by uid 0: 1001 going away"_s, EventGroup::Audit);
    row("a broadcast",
        R"j({"type": "message.sent", "actor": "uid 0", "count": 1, "detail": "news"})j",
        u"“news” sent to 1 client by uid 0"_s, EventGroup::Audit);
    row("a message", R"j({"type": "message.sent", "client_id": "5", "detail": "news"})j",
        u"“news” sent to client 5"_s, EventGroup::Audit);
    row("a drain", R"j({"type": "drain.started", "actor": "uid 0"})j", u"Drain started by uid 0"_s,
        EventGroup::Audit);
    row("no drain", R"j({"type": "drain.cancelled"})j", u"Drain cancelled"_s, EventGroup::Audit);
    row("a reload", R"j({"type": "config.reloaded", "actor": "SIGHUP", "detail": "max_hops"})j",
        u"Configuration reloaded by SIGHUP: max_hops applied"_s, EventGroup::Audit);
    row("a reload for nothing", R"j({"type": "config.reloaded"})j",
        u"Configuration reloaded: nothing changed"_s, EventGroup::Audit);
    row("the start", R"j({"type": "server.started", "detail": "http://127.0.0.1:6001"})j",
        u"Server started on http://127.0.0.1:6001"_s, EventGroup::Audit);
    row("a session", R"j({"type": "admin.connected", "actor": "uid 0 (root)"})j",
        u"Session on the admin socket opened by uid 0 (root)"_s, EventGroup::Admin);
    row("the end of a session",
        R"j({"type": "admin.closed", "actor": "uid 0", "detail": "ctl", "reason": "the client closed it"})j",
        u"Session “ctl” closed by uid 0: the client closed it"_s, EventGroup::Admin);
    row("a type of a newer server", R"j({"type": "client.paused", "detail": "a", "actor": "b"})j",
        u"a; b"_s, EventGroup::Clients);
    row("a type of a newer server, of operators", R"j({"type": "ban.added", "detail": "a"})j",
        u"a"_s, EventGroup::Audit);
    row("line ends of a stranger",
        R"j({"type": "client.closed", "client_id": "1", "code": 4000, "reason": "a\nb\u202ec"})j",
        u"Client 1 closed: 4000 of the application, “a\uFFFDb\uFFFDc”"_s, EventGroup::Clients);
}

void tst_GuiPages::eventSentences()
{
    QFETCH(const QByteArray, event);
    QFETCH(const QString, sentence);
    QFETCH(const EventGroup, group);
    const QJsonObject object = json(event);
    QCOMPARE(eventSentence(object), sentence);
    QCOMPARE(eventGroup(object.value(u"type").toString()), group);
    QVERIFY(!eventTypeText(object.value(u"type").toString()).isEmpty());
}

void tst_GuiPages::eventsMergeBySeq()
{
    FakeServer server;
    EventModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"events.recent"_s, events(5, 7));
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 3);
    QCOMPARE(server.link.callsOf(u"events.recent"_s).constLast().value(u"limit").toInt(),
             EventModel::MostAtOnce);
    const QPersistentModelIndex newest = model.index(0, EventModel::What);
    QVERIFY(newest.data().toString().startsWith(u"Client 7 "_s));

    server.link.answer(u"events.recent"_s, events(5, 9));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 5);
    QCOMPARE(server.link.callsOf(u"events.recent"_s).constLast().value(u"limit").toInt(),
             EventModel::PollLimit);
    QCOMPARE(newest.row(), 2);
    QCOMPARE(columnOf(model, 0, EventModel::ClientIdRole),
             (QStringList{u"9"_s, u"8"_s, u"7"_s, u"6"_s, u"5"_s}));

    QSignalSpy answered(&model, &EventModel::answered);
    Q_EMIT server.pace.tick();
    QVERIFY(answered.wait());
    QCOMPARE(model.rowCount(), 5);
    QCOMPARE(model.rowOf(model.index(4, 0).data(KeyRole).toString()), 4);
}

void tst_GuiPages::eventGaps()
{
    FakeServer server;
    EventModel model(server.context);
    const Watch watch(model);
    // Gaps in what was before are history.
    QJsonArray first = events(8, 9);
    first.append(happened(2));
    server.link.answer(u"events.recent"_s, first);
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 3);

    // 10 and 11 are gone, and so is 13.
    server.link.answer(u"events.recent"_s, QJsonArray{happened(14), happened(12)});
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 7);
    QCOMPARE(columnOf(model, EventModel::What).at(1), u"1 event missed here"_s);
    QCOMPARE(columnOf(model, EventModel::What).at(3), u"2 events missed here"_s);
    QCOMPARE(model.index(3, 0).data(EventModel::GroupRole).toInt(), 0);

    // One more of the same run: nothing is missed.
    server.link.answer(u"events.recent"_s, events(14, 15));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 8);
    QVERIFY(model.index(0, 0).data(EventModel::TypeRole).isValid());
}

void tst_GuiPages::eventGapIsFilledByAskingForMore()
{
    FakeServer server;
    EventModel model(server.context);
    const Watch watch(model);
    qint64 last = 10;
    server.link.answer(u"events.recent"_s, [&last](const QJsonObject &params) {
        const qint64 limit = params.value(u"limit").toInteger();
        return RpcResult(QJsonValue(events(std::max<qint64>(1, last - limit + 1), last)));
    });
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 10);
    last = 510;
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 510);
    QVERIFY(!columnOf(model, EventModel::What).join(u' ').contains(u"missed"_s));
    last = 2511 + 10;
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 2511);
    QCOMPARE(model.index(2000, EventModel::What).data().toString(), u"11 events missed here"_s);
}

void tst_GuiPages::eventsAfterARestart()
{
    FakeServer server;
    const QString listen = u"http://[::1]:1"_s;
    server.link.setHello({{u"listen"_s, listen}, {u"instance"_s, u"a"_s}});
    EventModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"events.recent"_s, events(1, 3));
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 3);
    server.link.setUp(false);
    QCOMPARE(model.rowCount(), 3);

    // The same run again.
    server.link.answer(u"events.recent"_s, events(1, 4));
    server.link.setUp(true);
    QTRY_COMPARE(model.rowCount(), 4);

    server.link.setUp(false);
    server.link.setHello({{u"listen"_s, listen}, {u"instance"_s, u"b"_s}});
    server.link.answer(u"events.recent"_s, events(1, 2));
    server.link.setUp(true);
    QTRY_COMPARE(model.rowCount(), 7);
    QCOMPARE(model.index(2, EventModel::What).data().toString(), u"The server was started again"_s);
    // Clients of the run before cannot be shown.
    QCOMPARE(columnOf(model, 0, EventModel::ClientIdRole),
             (QStringList{u"2"_s, u"1"_s, {}, {}, {}, {}, {}}));
    QStringList keys = columnOf(model, 0, KeyRole);
    QCOMPARE(keys.removeDuplicates(), 0);
}

void tst_GuiPages::eventsOfAnotherServer()
{
    FakeServer server;
    server.link.setHello({{u"listen"_s, u"http://[::1]:1"_s}, {u"instance"_s, u"a"_s}});
    EventModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"events.recent"_s, events(1, 3));
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 3);
    server.link.setHello({{u"listen"_s, u"http://[::1]:2"_s}, {u"instance"_s, u"b"_s}});
    server.link.answer(u"events.recent"_s, events(7, 8));
    server.link.setUp(true);
    QCOMPARE(model.rowCount(), 0);
    QTRY_COMPARE(model.rowCount(), 2);
}

void tst_GuiPages::eventRing()
{
    FakeServer server;
    EventModel model(server.context);
    const Watch watch(model);
    qint64 last = 2000;
    server.link.answer(u"events.recent"_s, [&last](const QJsonObject &) {
        return RpcResult(QJsonValue(events(last - 1999, last)));
    });
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 2000);
    for (const int expected : {4000, 5000, 5000}) {
        last += 2000;
        Q_EMIT server.pace.tick();
        QTRY_COMPARE(model.index(0, 0).data(EventModel::ClientIdRole).toString(),
                     QString::number(last));
        QCOMPARE(model.rowCount(), expected);
    }
    QCOMPARE(model.index(4999, 0).data(EventModel::ClientIdRole).toString(), u"3001"_s);
}

void tst_GuiPages::eventPause()
{
    FakeServer server;
    EventModel model(server.context);
    const Watch watch(model);
    QSignalSpy waiting(&model, &EventModel::waitingChanged);
    server.link.answer(u"events.recent"_s, events(1, 3));
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 3);
    model.setPaused(true);
    server.link.answer(u"events.recent"_s, events(1, 5));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.waiting(), 2);
    server.link.answer(u"events.recent"_s, events(1, 6));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.waiting(), 3);
    QCOMPARE(model.rowCount(), 3);
    QCOMPARE(waiting.size(), 3);
    model.setPaused(false);
    QCOMPARE(model.waiting(), 0);
    QCOMPARE(columnOf(model, 0, EventModel::ClientIdRole),
             (QStringList{u"6"_s, u"5"_s, u"4"_s, u"3"_s, u"2"_s, u"1"_s}));
}

void tst_GuiPages::eventFilter()
{
    FakeServer server;
    EventModel model(server.context);
    EventFilterModel filtered;
    filtered.setSourceModel(&model);
    const Watch watch(model);
    const Watch watchFiltered(filtered);
    server.link.answer(u"events.recent"_s,
                       QJsonArray{happened(3, u"admin.connected"_s), happened(2),
                                  happened(1, u"server.started"_s)});
    model.setLive(true);
    QTRY_COMPARE(filtered.rowCount(), 3);
    filtered.setGroup(EventGroup::Admin, false);
    QCOMPARE(filtered.rowCount(), 2);
    filtered.setGroup(EventGroup::Audit, false);
    QCOMPARE(columnOf(filtered, EventModel::Type), QStringList{u"Client connected"_s});

    // New ones are filtered, too, but a gap is shown.
    server.link.answer(u"events.recent"_s, QJsonArray{happened(6, u"admin.closed"_s), happened(5)});
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(filtered.rowCount(), 3);
    QCOMPARE(filtered.index(1, EventModel::What).data().toString(), u"1 event missed here"_s);
    filtered.setGroup(EventGroup::Admin, true);
    filtered.setGroup(EventGroup::Audit, true);
    QCOMPARE(filtered.rowCount(), 6);

    filtered.setText(u"203.0.113.5  CONNECTED"_s);
    QCOMPARE(columnOf(filtered, EventModel::What),
             QStringList{u"Client 5 connected from 203.0.113.5 through 10.0.0.1"_s});
    filtered.setText({});
    QCOMPARE(filtered.rowCount(), 6);
}

void tst_GuiPages::eventExport()
{
    FakeServer server;
    EventModel model(server.context);
    server.link.answer(u"events.recent"_s, QJsonArray{happened(2), happened(1)});
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 2);
    server.link.answer(u"events.recent"_s, QJsonArray{happened(5)});
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(model.rowCount(), 4);

    const QList<QByteArray> lines = eventsToJsonLines(model).trimmed().split('\n');
    QCOMPARE(lines.size(), 4);
    QCOMPARE(json(lines[0]), happened(1));
    QCOMPARE(json(lines[2]), (QJsonObject{{u"type"_s, u"missed"_s}, {u"count"_s, 2}}));
    server.mask.setOn(true);
    QVERIFY(!eventsToJsonLines(model).contains("203.0.113.1\""));

    const QByteArray csv = toCsv(model);
    QVERIFY2(csv.contains("2026-11-25T"), csv.constData()); // the time in full
}

void tst_GuiPages::eventsView()
{
    FakeServer server;
    EventModel model(server.context);
    EventsView view(model);
    QJsonObject changed = happened(3, u"trust.changed"_s);
    changed.remove(u"client"_s);
    changed.remove(u"peer"_s);
    changed.remove(u"client_id"_s);
    server.link.answer(u"events.recent"_s,
                       QJsonArray{changed, happened(2), happened(1, u"server.started"_s)});
    view.resize(1000, 500);
    view.show();
    auto *table = child<TableView>(view, "events");
    QTRY_COMPARE(table->model()->rowCount(), 3);
    auto *showClient = view.findChild<QAction *>(u"showClient"_s);
    auto *showAddress = view.findChild<QAction *>(u"showAddress"_s);
    auto *showTrust = view.findChild<QAction *>(u"showTrust"_s);
    QVERIFY(!showClient->isEnabled() && !showAddress->isEnabled() && !showTrust->isEnabled());

    QSignalSpy client(&view, &Page::clientWanted);
    QSignalSpy clients(&view, &Page::clientsWanted);
    QSignalSpy entry(&view, &Page::entryWanted);
    table->selectRow(1);
    QVERIFY(showClient->isEnabled() && showAddress->isEnabled() && !showTrust->isEnabled());
    QCOMPARE(showClient->text(), u"Show client 2"_s);
    QVERIFY(child<QLabel>(view, "sentence")->text().startsWith(u"Client 2 connected"_s));
    showAddress->trigger();
    QCOMPARE(clients.value(0).value(0).toString(), u"ip:203.0.113.2"_s);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(client.value(0).value(0).toString(), u"2"_s);
    table->selectRow(0);
    QVERIFY(!showClient->isEnabled());
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(entry.value(0), QVariantList{QString()});

    // Chips, search, pause.
    child<QToolButton>(view, "chipAudit")->click();
    QCOMPARE(table->model()->rowCount(), 1);
    QCOMPARE(child<QLabel>(view, "eventSummary")->text(), u"1 of 3 events"_s);
    child<QLineEdit>(view, "eventSearch")->setText(u"nothing like it"_s);
    QCOMPARE(table->model()->rowCount(), 0);
    QVERIFY(!view.canExport());
    child<QLineEdit>(view, "eventSearch")->clear();
    auto *pause = child<QPushButton>(view, "pauseEvents");
    pause->click();
    server.link.answer(u"events.recent"_s, QJsonArray{happened(4), changed});
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(pause->text(), u"&Resume (1 new)"_s);
    pause->click();
    QCOMPARE(pause->text(), u"&Pause"_s);
    QCOMPARE(table->model()->rowCount(), 2);

    server.link.fail(u"events.recent"_s, RpcCode::Busy, u"too busy"_s);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(view.findChild<Banner *>()->text(), u"too busy"_s);
}

void tst_GuiPages::eventsViewKeepsItsPlace()
{
    FakeServer server;
    EventModel model(server.context);
    EventsView view(model);
    server.link.answer(u"events.recent"_s, events(1, 100));
    view.resize(900, 400);
    view.show();
    auto *table = child<TableView>(view, "events");
    QTRY_COMPARE(table->model()->rowCount(), 100);

    // At the top: what comes is shown.
    server.link.answer(u"events.recent"_s, events(90, 105));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(table->model()->rowCount(), 105);
    QCOMPARE(table->rowAt(0), 0);

    // Further down: the row stays where it is.
    QTRY_VERIFY(table->verticalScrollBar()->maximum() > 0);
    table->verticalScrollBar()->setValue(table->verticalScrollBar()->maximum() / 2);
    const QPersistentModelIndex top = table->indexAt(QPoint(5, 5));
    const int before = table->visualRect(top).top();
    server.link.answer(u"events.recent"_s, events(90, 125));
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(table->model()->rowCount(), 125);
    QCOMPARE(table->visualRect(top).top(), before);
}

// ---- diagnosis
// ----------------------------------------------------------------------------------

void tst_GuiPages::findingContent()
{
    AddressMask mask;
    const FindingContent content = FindingContent::of(untrusted(), mask);
    QCOMPARE(content.severity, u"Error"_s);
    QCOMPARE(content.tone, Tone::Error);
    QCOMPARE(content.entries, QStringList{u"10.0.0.5"_s});
    QVERIFY(!content.concernsTrustList);
    QCOMPARE(content.fixes.size(), size_t(2));
    QCOMPARE(content.fixes[0].title, u"Truepeer"_s);
    QCOMPARE(content.fixes[0].text, u"truepeerctl trust add 10.0.0.5"_s);
    QStringList facts;
    for (const Fact &fact : content.evidence)
        facts += fact.name + u'=' + fact.value;
    QCOMPARE(facts[0], u"Reading=proxy"_s);
    QCOMPARE(facts[1], u"Peer=10.0.0.5"_s);
    QCOMPARE(facts[2], u"Seen=4 of the last 8 requests"_s);
    QCOMPARE(facts[3], u"Sample=X-Forwarded-For: 203.0.113.1\nX-Forwarded-Proto: https"_s);
    QVERIFY(facts.contains(u"Claims=at least 6"_s));
    QCOMPARE(facts.size(), 6);

    const FindingContent remove = FindingContent::of(unused(), mask);
    QVERIFY(remove.entries.isEmpty());
    QVERIFY(remove.concernsTrustList);

    QJsonObject hops = untrusted();
    hops.insert(u"evidence"_s, json(R"({"hops": [{"address": "10.1.0.1", "count": 3}, "x"],
                                        "last_seen": 0, "host": false})"));
    hops.insert(u"fix"_s, QJsonObject{{u"trust"_s, u"truepeerctl trust add 10.1.0.1\n"
                                                   "truepeerctl trust add 10.1.0.2"_s}});
    const FindingContent several = FindingContent::of(hops, mask);
    QCOMPARE(several.entries, (QStringList{u"10.1.0.1"_s, u"10.1.0.2"_s}));
    QCOMPARE(several.evidence[0], (Fact{u"Hops"_s, u"10.1.0.1 (3)\nx"_s, true}));
    QCOMPARE(several.evidence[1].value, u"no"_s);
    QCOMPARE(several.evidence[2].value, u"never"_s);

    // What is shown is masked, what is added is not.
    mask.setOn(true);
    const FindingContent masked = FindingContent::of(untrusted(), mask);
    QVERIFY(!masked.title.contains(u"10.0.0.5"_s));
    QVERIFY(!masked.fixes[0].text.contains(u"10.0.0.5"_s));
    QCOMPARE(masked.entries, QStringList{u"10.0.0.5"_s});
}

void tst_GuiPages::findingsKeepTheirRows()
{
    FakeServer server;
    FindingModel model(server.context);
    const Watch watch(model);
    QJsonObject more = untrusted();
    more.insert(u"subject"_s, u"more"_s);
    QJsonObject moreWarnings = more;
    moreWarnings.insert(u"severity"_s, u"warning"_s);
    server.link.answer(u"diagnose"_s, QJsonArray{untrusted(), more, moreWarnings, unused()});
    model.setLive(true);
    QTRY_COMPARE(columnOf(model, 0),
                 (QStringList{u"Error"_s, u"Error"_s, u"Warning"_s, u"Hint"_s}));
    QCOMPARE(model.summary(), u"2 errors, 1 warning, 1 hint"_s);
    QCOMPARE(model.index(0, 0).data(ToneRole).toInt(), int(Tone::Error));
    QVERIFY(model.checkedAt().isValid());
    const QPersistentModelIndex hint = model.index(3, 0);

    // What is less bad now is the same finding.
    QJsonObject better = untrusted();
    better.insert(u"severity"_s, u"info"_s);
    server.link.answer(u"diagnose"_s, QJsonArray{unused(), better});
    model.refresh();
    QTRY_COMPARE(model.rowCount(), 2);
    QCOMPARE(hint.row(), 0);
    QCOMPARE(model.keyOfKind(u"untrusted-headers"_s), model.index(1, 0).data(KeyRole).toString());
    QVERIFY(model.keyOfKind(u"clock-step"_s).isEmpty());
    server.link.answer(u"diagnose"_s, QJsonArray());
    model.refresh();
    QTRY_COMPARE(model.summary(), u"Nothing found"_s);
}

void tst_GuiPages::findingsAreAskedForSeldom()
{
    FakeServer server;
    FindingModel model(server.context);
    server.link.answer(u"diagnose"_s, QJsonArray());
    model.setLive(true);
    QTRY_VERIFY(model.isLoaded());
    for (int i = 0; i < FindingModel::TicksBetween - 1; ++i)
        Q_EMIT server.pace.tick();
    QCOMPARE(server.link.calls().size(), 1);
    Q_EMIT server.pace.tick();
    QCOMPARE(server.link.calls().size(), 2);
}

void tst_GuiPages::proxyUpstreams_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QStringList>("list");
    QTest::addColumn<QString>("wrong"); // the word
    QTest::newRow("nothing") << u"  "_s << QStringList() << QString();
    QTest::newRow("blanks and commas")
        << u"10.0.0.1:6001, b.example:80 [::1]:1"_s
        << QStringList{u"10.0.0.1:6001"_s, u"b.example:80"_s, u"[::1]:1"_s} << QString();
    QTest::newRow("no port") << u"10.0.0.1:1 b"_s << QStringList{u"10.0.0.1:1"_s} << u"b"_s;
    QTest::newRow("a port too large") << u"a:65536"_s << QStringList() << u"a:65536"_s;
    QTest::newRow("no address") << u"10.0.1:80"_s << QStringList() << u"10.0.1:80"_s;
    QTest::newRow("a URL") << u"http://a:80"_s << QStringList() << u"http://a:80"_s;
    QTest::newRow("twice") << u"a:1,b:1,a:1"_s << QStringList{u"a:1"_s, u"b:1"_s} << u"a:1"_s;
}

void tst_GuiPages::proxyUpstreams()
{
    QFETCH(const QString, text);
    QFETCH(const QStringList, list);
    QFETCH(const QString, wrong);
    const ProxyConfigModel::Upstreams read = ProxyConfigModel::readUpstreams(text);
    QCOMPARE(read.list, list);
    QCOMPARE(read.problem.isEmpty(), wrong.isEmpty());
    QCOMPARE(text.mid(read.start, read.length), wrong);
}

void tst_GuiPages::proxyConfig()
{
    FakeServer server;
    ProxyConfigModel model(server.context);
    QSignalSpy changed(&model, &ProxyConfigModel::changed);
    server.link.answer(u"proxy.config"_s, [](const QJsonObject &params) {
        const QString proxy = params.value(u"proxy").toString();
        if (proxy == u"caddy")
            return RpcResult(RpcError(RpcCode::InvalidParams, u"not with PROXY"_s));
        return RpcResult(QJsonValue(QJsonObject{{u"text"_s, QString(u"# "_s + proxy)}}));
    });
    model.setTls(true);
    QVERIFY(server.link.calls().isEmpty());
    model.setLive(true);
    QTRY_COMPARE(model.text(), u"# nginx"_s);
    QCOMPARE(server.link.callsOf(u"proxy.config"_s).constLast(),
             (QJsonObject{{u"proxy"_s, u"nginx"_s}, {u"tls"_s, true}}));

    // Of two wishes the last one counts, whatever comes first.
    server.link.hold(u"proxy.config"_s);
    model.setProxy(u"haproxy"_s);
    model.setProxy(u"apache"_s);
    server.link.release(u"proxy.config"_s);
    QTRY_COMPARE(model.text(), u"# apache"_s);
    QCOMPARE(changed.size(), 2);

    model.setUpstreams(u"10.0.0.1:6001 10.0.0.2"_s);
    QVERIFY(model.text().isEmpty());
    QCOMPARE(model.problem(), u"“10.0.0.2” is no HOST:PORT, such as 10.0.0.5:6001"_s);
    model.setUpstreams(u"10.0.0.1:6001"_s);
    QTRY_COMPARE(model.text(), u"# apache"_s);
    QVERIFY(model.problem().isEmpty());
    QCOMPARE(server.link.callsOf(u"proxy.config"_s).constLast().value(u"upstreams").toArray(),
             QJsonArray{u"10.0.0.1:6001"_s});

    model.setProxy(u"caddy"_s);
    QTRY_COMPARE(model.problem(), u"not with PROXY"_s);
    QVERIFY(model.text().isEmpty());
}

void tst_GuiPages::verdicts_data()
{
    QTest::addColumn<QByteArray>("change");
    QTest::addColumn<QString>("text");
    QTest::newRow("by a header") << "{}"_ba << u"X-Forwarded-For, 1 hop"_s;
    QTest::newRow("PROXY") << R"({"source": "proxy-protocol", "hops": 2})"_ba
                           << u"PROXY protocol, 2 hops"_s;
    QTest::newRow("direct") << R"({"source": "peer", "trusted_peer": false})"_ba << u"Direct"_s;
    QTest::newRow("a trusted peer") << R"({"source": "peer"})"_ba << u"Trusted peer itself"_s;
    QTest::newRow("a health check")
        << R"({"source": "peer", "exempt": true})"_ba << u"Health check"_s;
    QTest::newRow("not known") << R"({"known": false})"_ba << u"Not known"_s;
    QTest::newRow("a conflict") << R"({"known": false, "conflict": true})"_ba
                                << u"Conflict of headers"_s;
}

void tst_GuiPages::verdicts()
{
    QFETCH(const QByteArray, change);
    QFETCH(const QString, text);
    QJsonObject object = request(1);
    const QJsonObject changes = json(change);
    for (auto member = changes.begin(); member != changes.end(); ++member)
        object.insert(member.key(), member.value());
    QCOMPARE(verdictText(object), text);
}

void tst_GuiPages::requests()
{
    FakeServer server;
    RequestModel model(server.context);
    const Watch watch(model);
    server.link.answer(u"requests.recent"_s, QJsonArray{request(2, 421), request(1)});
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 2);
    QCOMPARE(model.index(0, 3).data().toString(), u"421"_s);
    QCOMPARE(model.index(0, 3).data(ToneRole).toInt(), int(Tone::Warning));
    QVERIFY(!model.index(1, 3).data(ToneRole).isValid());
    QCOMPARE(model.index(1, 4).data().toString(), u"203.0.113.9"_s);

    // Details come with the list in force now.
    QJsonObject details = request(1);
    details.insert(u"resolution"_s, json(R"({"trust_revision": 3, "notes": ["A note."],
        "client": "203.0.113.9", "peer": "10.0.0.1", "trail": []})"));
    server.link.answer(u"requests.get"_s, details);
    QSignalSpy changed(&model, &RequestModel::detailsChanged);
    model.select(u"1"_s);
    QCOMPARE(changed.size(), 1);
    QVERIFY(model.resolution().isEmpty());
    QTRY_VERIFY(!model.resolution().isEmpty());
    QStringList facts;
    for (const Fact &fact : model.facts())
        facts += fact.name + u'=' + fact.value;
    QVERIFY(facts.contains(u"Request=GET https://chat.example/x?key=***"_s));
    QVERIFY(facts.contains(u"Note=A note."_s));
    QVERIFY(facts.filter(u"revision 3"_s).size() == 1);

    // An answer for another one is not taken.
    server.link.hold(u"requests.get"_s);
    model.select(u"2"_s);
    model.select(u"1"_s);
    model.select(u"2"_s);
    server.link.fail(u"requests.get"_s, RpcCode::NotFound, u"gone"_s);
    server.link.release(u"requests.get"_s);
    QTRY_COMPARE(model.detailProblem(), u"gone"_s);
    QVERIFY(model.resolution().isEmpty());

    // Held: the rows stay.
    model.setHeld(true);
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.callsOf(u"requests.recent"_s).isEmpty());
    server.link.answer(u"requests.recent"_s, QJsonArray{request(3), request(2)});
    model.setHeld(false);
    QTRY_COMPARE(columnOf(model, 0, KeyRole), (QStringList{u"3"_s, u"2"_s}));
    QCOMPARE(model.selected(), u"2"_s);
}

void tst_GuiPages::diagnosisView()
{
    FakeServer server;
    FindingModel findings(server.context);
    ProxyConfigModel proxyConfig(server.context);
    RequestModel requests(server.context);
    DiagnosisView view(findings, proxyConfig, requests);
    view.resize(960, 540);
    server.link.answer(u"diagnose"_s, QJsonArray());
    view.show();
    QTRY_COMPARE(child<QLabel>(view, "title")->text(), u"Nothing found"_s);
    QTRY_VERIFY(child<QLabel>(view, "title")->isVisible());

    server.link.answer(u"diagnose"_s, QJsonArray{untrusted(), unused()});
    child<QPushButton>(view, "checkAgain")->click();
    auto *table = child<TableView>(view, "findings");
    QTRY_COMPARE(table->selectedKeys().size(), 1); // the worst one
    QVERIFY(child<QLabel>(view, "findingTitle")->text().startsWith(u"10.0.0.5 looks like"_s));
    QCOMPARE(child<QLabel>(view, "findingSummary")->text(), u"1 error, 1 hint"_s);
    auto *fixes = child<QTabWidget>(view, "fixes");
    QCOMPARE(fixes->count(), 2);
    QCOMPARE(fixes->widget(0)->findChild<CodeBox *>()->text(), u"truepeerctl trust add 10.0.0.5"_s);
    QSignalSpy entry(&view, &Page::entryWanted);
    child<QPushButton>(view, "trustFix")->click();
    QCOMPARE(entry.value(0).value(0).toString(), u"10.0.0.5"_s);

    view.showFinding(u"unused-entry"_s);
    QVERIFY(child<QLabel>(view, "findingTitle")->text().startsWith(u"Nobody matched"_s));
    QCOMPARE(child<QPushButton>(view, "trustFix")->text(), u"Open the &trust list"_s);
    child<QPushButton>(view, "trustFix")->click();
    QCOMPARE(entry.value(1).value(0).toString(), QString());

    // Several entries: a menu.
    QJsonObject hops = unused();
    hops.insert(u"fix"_s, QJsonObject{{u"trust"_s, u"truepeerctl trust add 10.1.0.1\n"
                                                   "truepeerctl trust add 10.1.0.2"_s}});
    server.link.answer(u"diagnose"_s, QJsonArray{hops});
    view.refresh();
    QTRY_VERIFY(child<QPushButton>(view, "trustFix")->menu());
    child<QPushButton>(view, "trustFix")->menu()->actions().at(1)->trigger();
    QCOMPARE(entry.value(2).value(0).toString(), u"10.1.0.2"_s);

    // A finding is wanted before the answer is there.
    view.hide();
    server.link.answer(u"diagnose"_s, QJsonArray{untrusted(), unused()});
    view.show();
    QTRY_COMPARE(findings.rowCount(), 2);
    view.showFinding(u"untrusted-headers"_s);
    QVERIFY(child<QLabel>(view, "findingTitle")->text().startsWith(u"10.0.0.5 looks like"_s));
}

void tst_GuiPages::diagnosisTabs()
{
    FakeServer server;
    FindingModel findings(server.context);
    ProxyConfigModel proxyConfig(server.context);
    RequestModel requests(server.context);
    DiagnosisView view(findings, proxyConfig, requests);
    server.link.answer(u"diagnose"_s, QJsonArray());
    server.link.answer(u"requests.recent"_s, QJsonArray{request(1)});
    QJsonObject details = request(1);
    details.insert(u"resolution"_s, json(R"({"client": "203.0.113.9", "peer": "10.0.0.1",
        "known": true, "source": "x-forwarded-for", "verdict": "resolved",
        "trail": [{"address": "10.0.0.1", "verdict": "peer", "header": null, "index": 0},
                  {"address": "203.0.113.9", "verdict": "client", "header": "X-Forwarded-For",
                   "index": 1}]})"));
    server.link.answer(u"requests.get"_s, details);
    server.link.answer(u"proxy.config"_s, QJsonObject{{u"text"_s, u"upstream {}"_s}});
    view.resize(960, 540);
    view.show();
    QTRY_VERIFY(findings.isLoaded());
    QVERIFY(server.link.callsOf(u"requests.recent"_s).isEmpty());
    QVERIFY(server.link.callsOf(u"proxy.config"_s).isEmpty());

    auto *tabs = child<QTabWidget>(view, "diagnosisTabs");
    tabs->setCurrentIndex(1);
    QTRY_COMPARE(requests.rowCount(), 1);
    QVERIFY(view.canExport());
    child<TableView>(view, "requests")->selectKey(u"1"_s);
    auto *trail = view.findChild<TrailView *>();
    QTRY_VERIFY(trail->isVisible());
    QVERIFY(trail->plainText().contains(u"203.0.113.9"_s));
    server.link.forgetCalls();
    for (int i = 0; i < 20; ++i)
        Q_EMIT server.pace.tick();
    QVERIFY(server.link.callsOf(u"diagnose"_s).isEmpty());

    tabs->setCurrentIndex(2);
    QTRY_COMPARE(child<CodeBox>(view, "proxyCode")->text(), u"upstream {}"_s);
    QVERIFY(!view.canExport());
    child<QLineEdit>(view, "upstreams")->setText(u"oops"_s);
    QVERIFY(child<QLabel>(view, "proxyProblem")->isVisible());
    QVERIFY(!child<QPushButton>(view, "saveProxy")->isEnabled());
    child<QLineEdit>(view, "upstreams")->clear();
    child<QComboBox>(view, "proxy")->setCurrentIndex(2);
    child<QCheckBox>(view, "tls")->setChecked(true);
    QTRY_VERIFY(child<QPushButton>(view, "saveProxy")->isEnabled());
    QCOMPARE(server.link.callsOf(u"proxy.config"_s).constLast(),
             (QJsonObject{{u"proxy"_s, u"haproxy"_s}, {u"tls"_s, true}}));

    const QByteArray layout = view.saveLayout();
    view.restoreLayout(layout);
    view.restoreLayout("rubbish");
    QCOMPARE(view.saveLayout(), layout);
}

// ---- configuration
// ------------------------------------------------------------------------------

void tst_GuiPages::configValues_data()
{
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("yes or no") << QJsonValue(true) << u"true"_s;
    QTest::newRow("a number") << QJsonValue(1048576) << u"1048576"_s;
    QTest::newRow("a text") << QJsonValue(u"auto"_s) << u"\"auto\""_s;
    QTest::newRow("an empty text") << QJsonValue(QString()) << u"\"\""_s;
    QTest::newRow("a text with quotes") << QJsonValue(u"a\"\\"_s) << u"\"a\\\"\\\\\""_s;
    QTest::newRow("a list") << QJsonValue(QJsonArray{u"a"_s, u"b"_s}) << u"[\"a\", \"b\"]"_s;
    QTest::newRow("an empty list") << QJsonValue(QJsonArray()) << u"[]"_s;
}

void tst_GuiPages::configValues()
{
    QFETCH(const QJsonValue, value);
    QFETCH(const QString, text);
    QCOMPARE(ConfigModel::valueText(value), text);
}

void tst_GuiPages::configFaults_data()
{
    QTest::addColumn<QString>("error");
    QTest::addColumn<QString>("parts");
    QTest::newRow("a place in the file") << u"/etc/t.toml:12:3: limits.x: unknown key"_s
                                         << u"/etc/t.toml|12|3|limits.x: unknown key"_s;
    QTest::newRow("a colon in the name") << u"/a:1/t.toml:12:3: x"_s << u"/a:1/t.toml|12|3|x"_s;
    QTest::newRow("no place") << u"TRUEPEER_PORT: no port"_s << u"|0|0|TRUEPEER_PORT: no port"_s;
}

void tst_GuiPages::configFaults()
{
    QFETCH(const QString, error);
    QFETCH(const QString, parts);
    const ConfigReload::Fault fault = ConfigReload::faultOf(error);
    QCOMPARE(QStringList({fault.file, QString::number(fault.line), QString::number(fault.column),
                          fault.text})
                 .join(u'|'),
             parts);
}

void tst_GuiPages::configDifferences()
{
    FakeServer server;
    ConfigModel model(server.context);
    ConfigFilterModel filtered;
    filtered.setSourceModel(&model);
    const Watch watch(model);
    const Watch watchFiltered(filtered);
    server.link.answer(u"config.get"_s, someSettings());
    model.setLive(true);
    QTRY_COMPARE(model.rowCount(), 6);
    QCOMPARE(model.differing(), 3);
    QVERIFY(model.hasLiveKey());
    QCOMPARE(model.index(0, ConfigModel::Default).data().toString(), QString());
    QCOMPARE(model.index(3, ConfigModel::Default).data().toString(), u"10000"_s);
    QCOMPARE(model.index(3, ConfigModel::Key).data().toString(), u"max_connections"_s);
    QCOMPARE(model.index(3, ConfigModel::Key).data(ExportRole).toString(),
             u"limits.max_connections"_s);
    QCOMPARE(columnOf(model, ConfigModel::Source),
             (QStringList{u"default"_s, u"edited live"_s, u"default"_s, u"file"_s, u"default"_s,
                          u"environment"_s}));
    QCOMPARE(columnOf(model, ConfigModel::Effect).at(2), u"a reload"_s);

    QCOMPARE(columnOf(model, ConfigModel::Section),
             (QStringList{{}, {}, {}, u"limits"_s, u"limits"_s, {}}));
    filtered.setText(u"BODY"_s);
    QCOMPARE(columnOf(filtered, ConfigModel::Key), QStringList{u"body_bytes"_s});
    filtered.setText({});
    filtered.setOnlyDiffering(true);
    QCOMPARE(columnOf(filtered, ConfigModel::Key),
             (QStringList{u"trust_proxy"_s, u"max_connections"_s, u"auth_key"_s}));
    filtered.setText(u"t.toml"_s);
    QCOMPARE(filtered.rowCount(), 2);

    // The list is edited, by whomever.
    server.link.forgetCalls();
    server.link.notify(u"status"_s, {});
    QVERIFY(server.link.calls().isEmpty());
    server.link.notify(u"trust.changed"_s, {});
    QCOMPARE(server.link.callsOf(u"config.get"_s).size(), 1);
}

void tst_GuiPages::configurationView()
{
    FakeServer server;
    ConfigModel model(server.context);
    ConfigurationView view(model);
    server.link.answer(u"config.get"_s, someSettings());
    view.resize(960, 540);
    view.show();
    auto *table = child<TableView>(view, "configuration");
    QTRY_COMPARE(table->model()->rowCount(), 6);
    QCOMPARE(child<QLabel>(view, "configSummary")->text(), u"3 of 6 settings differ"_s);
    QSignalSpy entry(&view, &Page::entryWanted);
    auto *live = child<Banner>(view, "liveNote");
    QVERIFY(live->isVisible());
    live->findChild<QPushButton *>()->click();
    table->selectKey(u"port"_s);
    QTest::keyClick(table, Qt::Key_Return);
    table->selectKey(u"trust_proxy"_s);
    QTest::keyClick(table, Qt::Key_Return);
    QCOMPARE(entry, (QList<QVariantList>{{QString()}, {QString()}}));
    child<QCheckBox>(view, "onlyDiffering")->setChecked(true);
    QCOMPARE(table->model()->rowCount(), 3);

    auto *report = child<ReloadReport>(view, "reloadReport");
    auto *reload = child<QPushButton>(view, "reload");
    QVERIFY(!report->isVisible());
    server.link.fail(u"reload"_s, RpcCode::InvalidParams, u"nothing was changed"_s,
                     {{u"errors"_s, QJsonArray{u"t.toml:12:3: no"_s, u"PORT: x"_s}}});
    reload->click();
    QVERIFY(!reload->isEnabled());
    QTRY_COMPARE(report->text(),
                 u"Not reloaded: nothing was changed\nt.toml, line 12, column 3: no\nPORT: x"_s);
    QVERIFY(report->isVisible());
    QVERIFY(reload->isEnabled());
    server.link.forgetCalls();
    server.link.answer(u"reload"_s, json(R"({"applied": ["max_hops"], "needs_restart": ["port"],
                                             "warnings": ["w"]})"));
    reload->click();
    QTRY_COMPARE(report->text(), u"Reloaded. In force now: max_hops\nAfter a restart only: port\n"
                                 "Warning: w"_s);
    QCOMPARE(server.link.callsOf(u"config.get"_s).size(), 1);
    child<QToolButton>(view, "putAway")->click();
    QVERIFY(!report->isVisible());
}

// ---- all
// ----------------------------------------------------------------------------------------

void tst_GuiPages::viewersMayOnlyLook()
{
    FakeServer server;
    server.link.setHello({{u"role"_s, u"viewer"_s}});
    RoomModel rooms(server.context);
    RoomMemberModel members(server.context);
    RoomsView roomsView(rooms, members);
    server.link.answer(u"rooms.list"_s, page({room(u"lobby"_s, 1)}));
    server.link.answer(u"rooms.members"_s, page({member(7)}));
    roomsView.show();
    QTRY_COMPARE(rooms.rowCount(), 1);
    child<TableView>(roomsView, "rooms")->selectRow(0);
    QVERIFY(isLocked(child<QPushButton>(roomsView, "sendToRoom")));
    QVERIFY(isLocked(child<QPushButton>(roomsView, "closeMembers")));
    QVERIFY(child<QPushButton>(roomsView, "showClients")->isEnabled());

    ConfigModel config(server.context);
    ConfigurationView configView(config);
    QVERIFY(isLocked(child<QPushButton>(configView, "reload")));
    server.link.setHello({{u"role"_s, u"operator"_s}});
    server.link.setUp(true);
    QVERIFY(child<QPushButton>(configView, "reload")->isEnabled());
    QVERIFY(child<QPushButton>(roomsView, "sendToRoom")->isEnabled());
}

void tst_GuiPages::withoutAConnection()
{
    FakeServer server;
    FindingModel findings(server.context);
    ProxyConfigModel proxyConfig(server.context);
    RequestModel requests(server.context);
    DiagnosisView view(findings, proxyConfig, requests);
    server.link.answer(u"diagnose"_s, QJsonArray{untrusted()});
    view.show();
    QTRY_COMPARE(findings.rowCount(), 1);
    server.link.setUp(false);
    QVERIFY(!child<QPushButton>(view, "checkAgain")->isEnabled());
    server.link.forgetCalls();
    view.refresh();
    QVERIFY(server.link.calls().isEmpty());
    QCOMPARE(findings.rowCount(), 1);
    server.link.setUp(true);
    QCOMPARE(server.link.callsOf(u"diagnose"_s).size(), 1);
}

void tst_GuiPages::masked()
{
    FakeServer server;
    RoomMemberModel members(server.context);
    EventModel events(server.context);
    RequestModel requests(server.context);
    ConfigModel config(server.context);
    server.link.answer(u"rooms.members"_s, page({member(7)}));
    server.link.answer(u"events.recent"_s, QJsonArray{happened(9)});
    server.link.answer(u"requests.recent"_s, QJsonArray{request(1)});
    server.link.answer(u"config.get"_s, someSettings());
    members.setPlace({u"/"_s, u"lobby"_s});
    for (const auto &setLive : std::initializer_list<std::function<void()>>{
             [&] { members.setLive(true); }, [&] { events.setLive(true); },
             [&] { requests.setLive(true); }, [&] { config.setLive(true); }})
        setLive();
    QTRY_VERIFY(members.rowCount() && events.rowCount() && requests.rowCount()
                && config.rowCount());
    for (QAbstractItemModel *model :
         std::initializer_list<QAbstractItemModel *>{&members, &events, &requests, &config}) {
        QSignalSpy changed(model, &QAbstractItemModel::dataChanged);
        const QByteArray before = toCsv(*model);
        QVERIFY(before.contains("203.0.113.9") || before.contains("10.0.0.1"));
        server.mask.setOn(true);
        QCOMPARE(changed.size(), 1);
        const QByteArray after = toCsv(*model);
        QVERIFY2(!after.contains("203.0.113.9") && !after.contains("10.0.0.1"), after.constData());
        server.mask.setOn(false);
    }
    // Where to go is never masked.
    server.mask.setOn(true);
    QCOMPARE(events.index(0, 0).data(EventModel::AddressRole).toString(), u"203.0.113.9"_s);
}

void tst_GuiPages::strangersTexts()
{
    QCOMPARE(onOneLine(u"a\nb\tc\u202ed\u2028e"_s), u"a\uFFFDb\uFFFDc\uFFFDd\uFFFDe"_s);
    QCOMPARE(onOneLine(u"Käse 🧀"_s), u"Käse 🧀"_s);

    // Tool tips may be taken for rich text.
    FakeServer server;
    RoomModel rooms(server.context);
    server.link.answer(u"rooms.list"_s, page({room(u"<img src=x>\n"_s, 1)}));
    rooms.setLive(true);
    QTRY_COMPARE(rooms.rowCount(), 1);
    QCOMPARE(rooms.index(0, 0).data(Qt::ToolTipRole).toString(), u"&lt;img src=x&gt;\uFFFD"_s);
    QCOMPARE(rooms.index(0, 0).data().toString(), u"<img src=x>\uFFFD"_s);

    RoomMemberModel members(server.context);
    RoomsView view(rooms, members);
    for (const QLabel *label : view.findChildren<QLabel *>())
        QVERIFY2(label->textFormat() == Qt::PlainText || label->objectName().isEmpty(),
                 qPrintable(label->objectName()));
}

void tst_GuiPages::files()
{
    const QString path = m_folder.filePath(u"config.conf"_s);
    QCOMPARE(writeWhole(path, "text\n"), QString());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QCOMPARE(file.readAll(), "text\n"_ba);
    QVERIFY(!writeWhole(m_folder.filePath(u"not/there"_s), "x").isEmpty());
}

QTEST_MAIN(tst_GuiPages)
#include "tst_guipages.moc"
