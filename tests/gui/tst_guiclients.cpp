// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientactions.h"
#include "gui/models/clientdetail.h"
#include "gui/models/clientexport.h"
#include "gui/models/clientmodel.h"
#include "gui/models/closereason.h"
#include "gui/models/filtercompletion.h"
#include "gui/models/roles.h"
#include "gui/models/trailcontent.h"
#include "gui/views/clients/clientsview.h"
#include "gui/views/clients/filterbar.h"
#include "gui/views/clients/pagerbar.h"
#include "gui/widgets/kickdialog.h"
#include "gui/widgets/senddialog.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/trailpicture.h"
#include "gui/widgets/trailview.h"
#include "tests/gui/fakeclients.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// A model whose rows are watched: by the tester, and for resets.
struct Watched
{
    explicit Watched(FakeClients &server)
        : model(server.context)
        , tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest)
        , resets(&model, &QAbstractItemModel::modelReset)
    {
    }
    ~Watched()
    {
        [&] { QCOMPARE(resets.size(), 0); }();
    }

    QString text(int row, ClientField field) const
    {
        return model.index(row, int(field)).data().toString();
    }
    QStringList ids() const
    {
        QStringList ids;
        for (int row = 0; row < model.rowCount(); ++row)
            ids.append(text(row, ClientField::Id));
        return ids;
    }

    ClientModel model;
    QAbstractItemModelTester tester;
    QSignalSpy resets;
};

QStringList numbers(int first, int last)
{
    QStringList ids;
    for (int i = first; i <= last; ++i)
        ids.append(QString::number(i));
    return ids;
}

template <typename Widget>
Widget *part(QWidget &parent, const QString &name)
{
    return parent.findChild<Widget *>(name);
}

} // namespace

class tst_GuiClients : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        QCoreApplication::setOrganizationName(u"truepeer-test"_s);
        QCoreApplication::setApplicationName(u"guiclients"_s);
        QSettings::setDefaultFormat(QSettings::IniFormat);
        QSettings::setPath(QSettings::IniFormat, QSettings::UserScope, m_settings.path());
    }
    void init()
    {
        // The offscreen platform says so of popups and size hints.
        QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support)"_s));
    }

    void closeReasons_data();
    void closeReasons();
    void completion_data();
    void completion();
    void trailText_data();
    void trailText();
    void trailFitsItsWidth_data();
    void trailFitsItsWidth();
    void trailByKeyboard();
    void rowsKeepTheirPlaces();
    void rowsFollow();
    void pages();
    void olderAnswersAreDropped();
    void connectionComesAndGoes();
    void masked();
    void cells();
    void closedClients();
    void detail();
    void filterBar();
    void pagerTexts_data();
    void pagerTexts();
    void kickDialog();
    void kickDialogOfMany();
    void idsAreClosedOneByOne();
    void sendDialog();
    void exports();
    void exportIsCancelled();
    void viewStates();
    void viewSelection();
    void viewerMayOnlyLook();

private:
    QTemporaryDir m_settings;
};

void tst_GuiClients::closeReasons_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<QString>("reason");
    QTest::addColumn<QString>("text");
    QTest::newRow("a registered code with a reason")
        << 1001 << u"bye"_s << u"1001 going away: bye"_s;
    QTest::newRow("a registered code alone")
        << 1006 << QString() << u"1006 without a close frame"_s;
    QTest::newRow("a code of a framework") << 3500 << QString() << u"3500 of a framework"_s;
    QTest::newRow("a code of the application") << 4001 << u"x"_s << u"4001 of the application: x"_s;
    QTest::newRow("a code that nobody registered") << 1004 << QString() << u"1004"_s;
}

void tst_GuiClients::closeReasons()
{
    QFETCH(const int, code);
    QFETCH(const QString, reason);
    QTEST(closeReasonText(code, reason), "text");
}

void tst_GuiClients::completion_data()
{
    QTest::addColumn<QString>("text"); // up to the cursor
    QTest::addColumn<QString>("rest");
    QTest::addColumn<QStringList>("words");
    QTest::addColumn<int>("from");
    QTest::addColumn<QString>("hint"); // its beginning
    QTest::newRow("the begin of a key")
        << u"i"_s << u""_s << QStringList{u"ip:"_s, u"idle:"_s, u"in:"_s} << 0 << u""_s;
    QTest::newRow("a key behind a term and a minus")
        << u"room:a -ho"_s << u" x"_s << QStringList{u"host:"_s} << 8 << u""_s;
    QTest::newRow("in capitals") << u"QU"_s << u""_s << QStringList{u"queue:"_s} << 0 << u""_s;
    QTest::newRow("yes and no") << u"known:"_s << u""_s << QStringList{u"yes"_s, u"no"_s} << 6
                                << u"yes or no"_s;
    QTest::newRow("the begin of no")
        << u"conflict:n"_s << u""_s << QStringList{u"no"_s} << 9 << u"yes or no"_s;
    QTest::newRow("units of a time")
        << u"idle:>"_s << u""_s << QStringList() << 6 << u"a time: >5m"_s;
    QTest::newRow("units of a size")
        << u"queue:"_s << u""_s << QStringList() << 6 << u"a size: >64k"_s;
    QTest::newRow("not in quotes") << u"ua:\"a i"_s << u""_s << QStringList() << 7 << u""_s;
    QTest::newRow("a key that there is not") << u"xx:y"_s << u""_s << QStringList() << 4 << u""_s;
}

void tst_GuiClients::completion()
{
    QFETCH(const QString, text);
    QFETCH(const QString, rest);
    QFETCH(const QString, hint);
    const FilterCompletion found = completeFilter(text + rest, text.size());
    QTEST(found.words, "words");
    QTEST(int(found.from), "from");
    QCOMPARE(found.hint.first(std::min(hint.size(), found.hint.size())), hint);
    QCOMPARE(found.hint.isEmpty(), hint.isEmpty());
    QCOMPARE(found.from + found.length, text.size());
}

void tst_GuiClients::trailText_data()
{
    const auto step = &FakeClients::step;
    const auto plain = [&](const QString &who, const QString &verdict) {
        return step(who, verdict, {}, 0, {}, {});
    };
    const QString xff = u"X-Forwarded-For"_s;
    const QString range = u"10.0.0.0/8"_s;
    const QJsonObject proxy = step(u"10.0.0.7"_s, u"peer"_s, {}, 0, range, {});
    const QString ending = u"scheme https (from the connection)\n"
                           "host chat.example.com (from the Host header)\n"
                           "port 443 (from the host, or the scheme)\n"_s;
    QTest::addColumn<QJsonObject>("resolution");
    QTest::addColumn<QString>("text");

    QTest::newRow("two proxies, and something before the client")
        << FakeClients::resolution(
               u"resolved"_s, u"203.0.113.9"_s,
               {proxy, step(u"10.0.0.8"_s, u"trusted"_s, xff, 1, range, {}),
                step(u"203.0.113.9"_s, u"client"_s, xff, 2, {},
                     u"it is not on the list of trusted proxies"_s),
                step(u"1.2.3.4"_s, u"unread"_s, xff, 3, {}, {})},
               {}, QJsonObject{{u"header"_s, u"X-Forwarded-Proto"_s}, {u"index"_s, 2}})
        << u"     10.0.0.7  peer: trusted by 10.0.0.0/8\n"
           "  -> 10.0.0.8  trusted hop: trusted by 10.0.0.0/8 (X-Forwarded-For, 1st from the "
           "right)\n"
           "  -> 203.0.113.9  client: it is not on the list of trusted proxies (X-Forwarded-For, "
           "2nd from the right)\n"
           "  -> \"1.2.3.4\"  not read (X-Forwarded-For, 3rd from the right)\n"
           "scheme https (X-Forwarded-Proto, 2nd from the right)\n"_s
               + ending.section(u'\n', 1)
               + u"203.0.113.9 is the client, named by X-Forwarded-For: it is not on the list of "
                 "trusted proxies.\n"_s;
    QTest::newRow("the peer is not trusted")
        << FakeClients::untrusted()
        << u"     198.51.100.4  peer and client: it is not on the list of trusted proxies\n"_s
               + ending
               + u"198.51.100.4 is the client: it is not a trusted proxy, so its headers were ignored.\n"_s;
    QTest::newRow("an element is no address")
        << FakeClients::resolution(
               u"unknown"_s, u"10.0.0.7"_s,
               {proxy, step(u"un<known"_s, u"unusable"_s, xff, 11, {}, u"it is no address"_s)})
        << u"     10.0.0.7  peer, taken for the client: trusted by 10.0.0.0/8\n"
           "  -> \"un<known\"  unusable: it is no address (X-Forwarded-For, 11th from the right)\n"_s
               + ending
               + u"The client is not known. 10.0.0.7 is the last hop that could be verified, and "
                 u"is "
                 "taken for it.\n"_s;
    QTest::newRow("the headers disagree")
        << FakeClients::resolution(
               u"conflict"_s, u"10.0.0.7"_s,
               {proxy, step(u"203.0.113.9"_s, u"unusable"_s, xff, 1, {}, u"they differ"_s),
                step(u"198.51.100.1"_s, u"unusable"_s, u"Forwarded"_s, 1, {}, u"they differ"_s)})
        << u"     10.0.0.7  peer, taken for the client: trusted by 10.0.0.0/8\n"
           "  -> 203.0.113.9  unusable: they differ (X-Forwarded-For, 1st from the right)\n"
           "or, from the peer\n"
           "  -> 198.51.100.1  unusable: they differ (Forwarded, 1st from the right)\n"_s
               + ending
               + u"The headers contradict each other, so none of them is believed: 10.0.0.7 is "
                 u"taken "
                 "for the client.\n"_s;
    QTest::newRow("announced with the PROXY protocol")
        << FakeClients::resolution(
               u"direct"_s, u"203.0.113.9"_s,
               {plain(u"10.0.0.7"_s, u"peer"_s),
                step(u"203.0.113.9"_s, u"client"_s, u"PROXY"_s, 1, u"true"_s, {})})
        << u"     10.0.0.7  peer\n"
           "  -> 203.0.113.9  client: trusted by trust_proxy = true (PROXY)\n"_s
               + ending
               + u"203.0.113.9 is the client: it is trusted, but no header names anybody behind "
                 "it.\n"_s;
}

void tst_GuiClients::trailText()
{
    QFETCH(const QJsonObject, resolution);
    const AddressMask mask;
    TrailView view;
    view.setResolution(resolution, mask);
    QTEST(view.plainText(), "text");
    QCOMPARE(view.accessibleDescription(), view.plainText());
    view.clear();
    QVERIFY(view.isEmpty());
    QVERIFY(view.accessibleDescription().isEmpty());
}

void tst_GuiClients::trailFitsItsWidth_data()
{
    QTest::addColumn<int>("width");
    QTest::newRow("narrow") << 300;
    QTest::newRow("beside a table") << 480;
    QTest::newRow("a whole screen") << 1900;
}

void tst_GuiClients::trailFitsItsWidth()
{
    QFETCH(const int, width);
    const QString xff = u"X-Forwarded-For"_s;
    QJsonArray trail{FakeClients::step(u"2001:db8:1111:2222:3333:4444:5555:6666"_s, u"peer"_s)};
    for (int i = 1; i <= 31; ++i)
        trail.append(
            FakeClients::step(u"10.0.1.%1"_s.arg(i), u"trusted"_s, xff, i, u"10.0.0.0/8"_s));
    trail.append(
        FakeClients::step(QString(200, u'x'), u"unusable"_s, xff, 32, {}, u"it is no address"_s));
    const AddressMask mask;
    const TrailContent content =
        TrailContent::of(FakeClients::resolution(u"unknown"_s, u"10.0.1.31"_s, trail), mask);
    QCOMPARE(content.steps.size(), 33U);
    QVERIFY(content.steps[31].isClient);
    const TrailPicture picture(content, width, {});
    const QRect all(QPoint(0, 0), picture.size());
    for (int i = 0; i < 33; ++i) {
        const QRect box = picture.boxOf(i);
        QVERIFY(box.width() > 50);
        QVERIFY2(all.contains(box), qPrintable(u"box %1"_s.arg(i)));
        QCOMPARE(picture.stepAt(box.center()), i);
        for (int j = 0; j < i; ++j)
            QVERIFY(!picture.boxOf(j).intersects(box));
    }
}

void tst_GuiClients::trailByKeyboard()
{
    const AddressMask mask;
    TrailView view;
    const QJsonObject resolution = FakeClients::resolution(
        u"resolved"_s, u"203.0.113.9"_s,
        {FakeClients::step(u"10.0.0.7"_s, u"peer"_s),
         FakeClients::step(u"203.0.113.9"_s, u"client"_s, u"Forwarded"_s, 1)});
    view.setResolution(resolution, mask);
    QTest::keyClick(&view, Qt::Key_Right);
    QCOMPARE(view.currentStep(), 0);
    QTest::keyClick(&view, Qt::Key_End);
    QCOMPARE(view.currentStep(), 1);
    QVERIFY(view.accessibleName().startsWith(u"Step 2 of 2: 203.0.113.9"_s));
    view.setResolution(resolution, mask);
    QCOMPARE(view.currentStep(), 1);
    QTest::keyClick(&view, Qt::Key_Left);
    QCOMPARE(view.currentStep(), 0);
    AddressMask hiding;
    hiding.setOn(true);
    view.setResolution(resolution, hiding);
    QVERIFY(!view.plainText().contains(u"203.0.113.9"_s));
}

void tst_GuiClients::rowsKeepTheirPlaces()
{
    FakeClients server;
    server.open = numbers(1, 5);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.ids(), numbers(1, 5));
    watched.model.setHeld(true);
    QSignalSpy held(&watched.model, &ClientModel::heldChangesChanged);
    QSignalSpy moved(&watched.model, &QAbstractItemModel::layoutChanged);

    // 2 closed, 3 is on another page, 6 is new, 5 and 4 changed places; 1 said something.
    server.close(u"2"_s);
    server.open = QStringList{u"1"_s, u"5"_s, u"4"_s, u"6"_s};
    server.change(u"1"_s, u"messages_in"_s, 77);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(watched.text(1, ClientField::State), u"closed"_s);
    QCOMPARE(watched.ids(), numbers(1, 5));
    QCOMPARE(watched.text(0, ClientField::MessagesIn), u"77"_s);
    QCOMPARE(watched.text(2, ClientField::State), u"left"_s);
    QCOMPARE(watched.text(1, ClientField::CloseCode), u"1001 going away: the server drains"_s);
    QCOMPARE(watched.model.index(1, 0).data(ToneRole).toInt(), int(Tone::Muted));
    QCOMPARE(watched.model.heldChanges(), 5);
    QCOMPARE(held.size(), 1);
    QCOMPARE(moved.size(), 0);

    // The list of those that closed is asked for once, not as long as a row is missing.
    server.link.forgetCalls();
    QSignalSpy answered(&watched.model, &ClientModel::answered);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(answered.size(), 1);
    QCOMPARE(server.link.calls().size(), 1);

    watched.model.setHeld(false);
    QCOMPARE(watched.ids(), server.open);
    QCOMPARE(watched.model.heldChanges(), 0);

    // The operator may always refresh.
    watched.model.setHeld(true);
    server.open = numbers(4, 8);
    watched.model.refresh();
    QTRY_COMPARE(watched.ids(), numbers(4, 8));
    QCOMPARE(watched.model.heldChanges(), 0);
}

void tst_GuiClients::rowsFollow()
{
    FakeClients server;
    server.open = numbers(1, 6);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.model.rowCount(), 6);
    const QPersistentModelIndex five = watched.model.index(4, 2);
    const QPersistentModelIndex two = watched.model.index(1, 0);
    const QList<QStringList> orders{
        {u"6"_s, u"5"_s, u"3"_s, u"1"_s}, {u"9"_s, u"1"_s, u"8"_s, u"5"_s, u"7"_s}, {u"5"_s},
        {u"1"_s, u"2"_s, u"5"_s, u"6"_s}, {u"6"_s, u"5"_s, u"4"_s, u"2"_s, u"1"_s},
    };
    for (const QStringList &order : orders) {
        server.open = order;
        Q_EMIT server.pace.tick();
        QTRY_COMPARE(watched.ids(), order);
        QCOMPARE(five.data(KeyRole).toString(), u"5"_s);
        QCOMPARE(five.column(), 2);
    }
    QVERIFY(!two.isValid());
    // Nobody looks: nothing is asked.
    watched.model.setLive(false);
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
}

void tst_GuiClients::pages()
{
    FakeClients server;
    server.open = numbers(1, 450);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.ids(), numbers(1, 200));
    watched.model.setOffset(200);
    QTRY_COMPARE(watched.ids(), numbers(201, 400));
    watched.model.setOffset(9999);
    QTRY_COMPARE(watched.ids(), numbers(401, 450));
    QCOMPARE(watched.model.offset(), 400);
    watched.model.setSort(u"idle_s"_s, Qt::DescendingOrder);
    QTRY_VERIFY(watched.model.isLoaded());
    QCOMPARE(server.link.callsOf(u"clients.list"_s).constLast(),
             (QJsonObject{{u"state"_s, u"open"_s},
                          {u"sort"_s, u"idle_s"_s},
                          {u"order"_s, u"desc"_s},
                          {u"limit"_s, 200},
                          {u"offset"_s, 400}}));
    // The longest first: that is the earliest start.
    watched.model.setSort(u"connected_at"_s, Qt::DescendingOrder);
    QTRY_VERIFY(watched.model.isLoaded());
    QCOMPARE(server.link.callsOf(u"clients.list"_s).constLast().value("order"_L1), u"asc"_s);

    // Most of them leave: the page goes back to the last one that there is.
    server.open = numbers(1, 201);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(watched.ids(), QStringList{u"201"_s});
    QCOMPARE(watched.model.offset(), 200);
    watched.model.setFilter(u"nobody"_s);
    QTRY_COMPARE(watched.model.rowCount(), 0);
    QCOMPARE(watched.model.offset(), 0);
    QCOMPARE(watched.model.total(), 201);
}

void tst_GuiClients::olderAnswersAreDropped()
{
    FakeClients server;
    server.open = numbers(1, 3);
    Watched watched(server);
    server.link.hold(u"clients.list"_s);
    watched.model.setLive(true);
    watched.model.setFilter(u"nobody"_s);
    Q_EMIT server.pace.tick();
    QCOMPARE(server.link.callsOf(u"clients.list"_s).size(), 1); // the others wait for its answer
    QSignalSpy inserted(&watched.model, &QAbstractItemModel::rowsInserted);
    server.link.release(u"clients.list"_s);
    QTRY_VERIFY(watched.model.isLoaded());
    QCOMPARE(watched.model.rowCount(), 0);
    QCOMPARE(inserted.size(), 0);
    QCOMPARE(server.link.callsOf(u"clients.list"_s).size(), 2);

    server.link.fail(u"clients.list"_s, RpcCode::InternalError, u"it broke"_s);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(watched.model.problem(), u"it broke"_s);
}

void tst_GuiClients::connectionComesAndGoes()
{
    FakeClients server;
    server.open = numbers(1, 3);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.model.rowCount(), 3);
    server.link.hold(u"clients.list"_s);
    Q_EMIT server.pace.tick();
    server.link.setUp(false);
    QCOMPARE(watched.model.rowCount(), 3);
    server.open = numbers(1, 2);
    server.link.setUp(true);
    server.link.release(u"clients.list"_s);
    QTRY_COMPARE(watched.model.rowCount(), 2);
    // Another run of the server counts from 1 again: equal ids are other clients.
    const QPersistentModelIndex first = watched.model.index(0, 0);
    server.link.setUp(false);
    server.link.setHello({{u"instance"_s, u"second"_s}});
    server.link.setUp(true);
    QVERIFY(!first.isValid());
    QTRY_COMPARE(watched.model.rowCount(), 2);
}

void tst_GuiClients::masked()
{
    FakeClients server;
    server.open = numbers(1, 2);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.model.rowCount(), 2);
    QSignalSpy changed(&watched.model, &QAbstractItemModel::dataChanged);
    server.mask.setOn(true);
    QCOMPARE(changed.size(), 1);
    QCOMPARE(watched.text(1, ClientField::Client), u"203.0.113.x"_s);
    QCOMPARE(watched.text(1, ClientField::Peer), u"10.0.0.x"_s);
}

void tst_GuiClients::cells()
{
    FakeClients server;
    server.open = numbers(1, 4);
    server.change(u"2"_s, u"known"_s, false);
    server.change(u"3"_s, u"conflict"_s, true);
    server.change(u"4"_s, u"user_agent"_s, u"<b>evil</b>"_s);
    server.change(u"4"_s, u"queue_bytes"_s, 512 * 1024);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.model.rowCount(), 4);
    QCOMPARE(watched.text(0, ClientField::Via), u"1 hop, trusted"_s);
    QCOMPARE(watched.text(1, ClientField::Via), u"1 hop, unknown"_s);
    QCOMPARE(watched.text(2, ClientField::Via), u"conflict"_s);
    QCOMPARE(watched.text(0, ClientField::Connected), u"2h 1m"_s);
    QCOMPARE(watched.text(0, ClientField::Rooms), u"2"_s);
    QCOMPARE(watched.text(0, ClientField::Host), u"chat.example.com"_s);
    const auto of = [&](int row, ClientField field, int role) {
        return watched.model.index(row, int(field)).data(role);
    };
    QCOMPARE(of(0, ClientField::Rooms, Qt::ToolTipRole), u"lobby, /game:hall"_s);
    QCOMPARE(of(3, ClientField::UserAgent, Qt::ToolTipRole), u"&lt;b&gt;evil&lt;/b&gt;"_s);
    QCOMPARE(of(3, ClientField::Queue, ShareRole).toDouble(), 0.5);
    QCOMPARE(of(3, ClientField::Queue, ExportRole).toLongLong(), 512 * 1024);
    QCOMPARE(of(0, ClientField::Client, ToneRole).toInt(), int(Tone::Client));
    QVERIFY(of(0, ClientField::Client, MonospaceRole).toBool());
    QVERIFY(of(0, ClientField::Idle, NumericRole).toBool());
    const ClientRow *row = watched.model.find(u"1"_s);
    QVERIFY(row);
    QCOMPARE(row->roomOf(u"/game:hall"_s), std::pair(u"/game"_s, u"hall"_s));
    QCOMPARE(row->roomOf(u"lobby"_s), std::pair(u"/"_s, u"lobby"_s));
    QCOMPARE(watched.model.connectCommand(), u"wscat -c ws://localhost:6001/"_s);
}

void tst_GuiClients::closedClients()
{
    FakeClients server;
    server.open = numbers(1, 3);
    server.close(u"1"_s);
    server.close(u"2"_s);
    Watched watched(server);
    watched.model.setLive(true);
    QTRY_COMPARE(watched.model.rowCount(), 1);
    watched.model.setState(ClientModel::State::Closed);
    QTRY_COMPARE(watched.ids(), (QStringList{u"2"_s, u"1"_s}));
    QCOMPARE(server.link.callsOf(u"clients.list"_s).constLast().value("sort"_L1), u"closed_at"_s);
    QCOMPARE(watched.text(0, ClientField::Duration), u"2h 1m"_s);
    QCOMPARE(watched.text(0, ClientField::CloseCode), u"1001 going away: the server drains"_s);
}

void tst_GuiClients::detail()
{
    FakeClients server;
    server.open = numbers(1, 2);
    ClientDetail detail(server.context);
    detail.setLive(true);
    detail.setClient(u"1"_s);
    QCOMPARE(detail.state(), ClientDetail::State::Loading);
    QTRY_COMPARE(detail.state(), ClientDetail::State::Open);
    QCOMPARE(detail.headline(), u"connected for 2h 1m"_s);
    QCOMPARE(detail.untrustedProxy(), u"198.51.100.4"_s);
    QCOMPARE(detail.headers().size(), 1);
    QVERIFY(detail.beforeText().isEmpty());
    QCOMPARE(detail.rooms().constLast().nameSpace, u"/game"_s);

    server.link.answer(u"clients.get"_s, [&](const QJsonObject &) {
        QJsonObject json = server.client(u"1"_s);
        json.insert("closed_at"_L1, QDateTime::currentSecsSinceEpoch());
        json.insert("close_code"_L1, 1000);
        json.insert("before"_L1, QJsonObject{{u"client"_s, u"10.0.0.7"_s},
                                             {u"scheme"_s, u"http"_s},
                                             {u"host"_s, u"a.example"_s},
                                             {u"port"_s, 80},
                                             {u"trust_revision"_s, 3}});
        return RpcResult(json);
    });
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(detail.state(), ClientDetail::State::Closed);
    QVERIFY(detail.headline().startsWith(u"closed at "_s));
    QVERIFY(detail.headline().endsWith(u"1000 normal"_s));
    QCOMPARE(detail.beforeText(), u"Until an edit of the trust list it was 10.0.0.7 "
                                  "(http://a.example:80, revision 3)."_s);
    // It does not change any more.
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());

    server.link.fail(u"clients.get"_s, RpcCode::NotFound, u"there is no client 9"_s);
    detail.setClient(u"9"_s);
    QTRY_COMPARE(detail.state(), ClientDetail::State::Unknown);
    QCOMPARE(detail.problem(), u"there is no client 9"_s);
}

void tst_GuiClients::filterBar()
{
    FilterBar bar;
    auto *edit = part<QLineEdit>(bar, u"clientFilter"_s);
    auto *message = part<QLabel>(bar, u"clientFilterMessage"_s);
    QSignalSpy wanted(&bar, &FilterBar::filterWanted);

    // What is not valid is not asked for, and says where it is wrong.
    QTest::keyClicks(edit, u"idle:5x"_s);
    QVERIFY(!bar.isValid());
    QVERIFY2(message->text().startsWith(u"Character 6: \"5x\" is not allowed here."_s),
             qPrintable(message->text()));
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(wanted.size(), 0);

    // A valid one waits for a pause of the typist, or for Enter.
    QTest::keyClick(edit, Qt::Key_Backspace);
    QTest::keyClick(edit, Qt::Key_M);
    QVERIFY(bar.isValid());
    QVERIFY(message->text().contains(u"a time: >5m"_s));
    QCOMPARE(wanted.size(), 0);
    QTRY_COMPARE(wanted.size(), 1);
    QCOMPARE(wanted.takeFirst().constFirst().toString(), u"idle:5m"_s);
    QTest::keyClicks(edit, u" x"_s);
    QTest::keyClick(edit, Qt::Key_Return);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.takeFirst().constFirst().toString(), u"idle:5m x"_s);
    QCOMPARE(FilterStore().recent().constFirst(), u"idle:5m x"_s);

    QTest::keyClick(edit, Qt::Key_Escape);
    QCOMPARE(wanted.size(), 1);
    QCOMPARE(wanted.takeFirst().constFirst().toString(), QString());
    bar.showServerProblem(u"too many terms"_s);
    QCOMPARE(message->text(), u"too many terms"_s);

    FilterStore().save(u"room:a"_s);
    FilterStore().save(u"room:b"_s);
    FilterStore().forget(u"room:a"_s);
    QCOMPARE(FilterStore().saved(), QStringList{u"room:b"_s});
}

void tst_GuiClients::pagerTexts_data()
{
    QTest::addColumn<PagerBar::Counts>("counts");
    QTest::addColumn<QString>("text");
    const QString thin = u"\u202f"_s;
    QTest::newRow("a page of those that match")
        << PagerBar::Counts{0, 200, 12431, 50000, 200}
        << u"1–200 of 12"_s + thin + u"431 that match, 50"_s + thin + u"000 in all"_s;
    QTest::newRow("all of them") << PagerBar::Counts{0, 3, 3, 3, 200} << u"1–3 of 3"_s;
    QTest::newRow("the last page")
        << PagerBar::Counts{200, 1, 201, 201, 200} << u"201–201 of 201"_s;
    QTest::newRow("none of them") << PagerBar::Counts{0, 0, 0, 7, 200}
                                  << u"None that match, 7 in all"_s;
    QTest::newRow("nobody is there") << PagerBar::Counts{} << u"No clients"_s;
}

void tst_GuiClients::pagerTexts()
{
    QFETCH(const PagerBar::Counts, counts);
    QTEST(PagerBar::text(counts), "text");
}

void tst_GuiClients::kickDialog()
{
    FakeClients server;
    server.link.answer(u"clients.kick"_s, QJsonObject{{u"count"_s, 3}});
    ClientActions actions(server.context);
    KickDialog dialog(actions, {{}, u"room:lobby"_s}, u"all"_s);
    auto *button = part<QPushButton>(dialog, u"kickButton"_s);
    QVERIFY(!button->isEnabled());
    QTRY_COMPARE(button->text(), u"Close 3 connections"_s);
    QVERIFY(button->isEnabled());
    QCOMPARE(server.link.callsOf(u"clients.kick"_s).constFirst(),
             (QJsonObject{{u"filter"_s, u"room:lobby"_s}, {u"dry_run"_s, true}}));

    auto *reason = part<QLineEdit>(dialog, u"kickReason"_s);
    reason->setText(QString(62, u'ä')); // 124 bytes
    QVERIFY(!button->isEnabled());
    reason->setText(QString(61, u'ä'));
    QVERIFY(button->isEnabled());
    auto *code = part<QSpinBox>(dialog, u"kickCode"_s);
    code->setValue(1005);
    QVERIFY(!button->isEnabled());
    code->setValue(4000);
    QSignalSpy done(&dialog, &KickDialog::closedClients);

    server.link.fail(u"clients.kick"_s, RpcCode::Busy, u"try again"_s);
    button->click();
    auto *problem = part<QLabel>(dialog, u"kickProblem"_s);
    QTRY_COMPARE(problem->text(), u"Not done: try again"_s);
    server.link.answer(u"clients.kick"_s, QJsonObject{{u"count"_s, 2}});
    button->click();
    QVERIFY(!button->isEnabled());
    QTRY_COMPARE(done.size(), 1);
    QCOMPARE(done.constFirst().constFirst().toLongLong(), 2);
    QCOMPARE(server.link.callsOf(u"clients.kick"_s).constLast(),
             (QJsonObject{{u"filter"_s, u"room:lobby"_s},
                          {u"code"_s, 4000},
                          {u"reason"_s, QString(61, u'ä')}}));
    QCOMPARE(dialog.result(), int(QDialog::Accepted));
}

void tst_GuiClients::kickDialogOfMany()
{
    FakeClients server;
    server.link.answer(u"clients.kick"_s, QJsonObject{{u"count"_s, 101}});
    ClientActions actions(server.context);
    KickDialog dialog(actions, {{}, u"x"_s}, u"all"_s);
    auto *button = part<QPushButton>(dialog, u"kickButton"_s);
    auto *confirm = part<QLineEdit>(dialog, u"kickConfirm"_s);
    QVERIFY(confirm->isHidden());
    QTRY_COMPARE(button->text(), u"Close 101 connections"_s);
    QVERIFY(!confirm->isHidden());
    QVERIFY(!button->isEnabled());
    confirm->setText(u"100"_s);
    QVERIFY(!button->isEnabled());
    confirm->setText(u"101"_s);
    QVERIFY(button->isEnabled());
}

void tst_GuiClients::idsAreClosedOneByOne()
{
    FakeClients server;
    server.link.answer(u"clients.kick"_s, [](const QJsonObject &params) -> RpcResult {
        const QString id = params.value("id"_L1).toString();
        if (id == "2"_L1)
            return RpcError(RpcCode::NotFound, u"gone"_s);
        if (id == "9"_L1)
            return RpcError(RpcCode::ReadOnly, u"viewers may not"_s);
        return QJsonObject{{u"count"_s, 1}};
    });
    ClientActions actions(server.context);
    std::optional<KickOutcome> outcome;
    const auto done = [&](const KickOutcome &result) { outcome = result; };
    actions.kick({numbers(1, 3), {}}, 1008, {}, this, done);
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->count, 2); // the one that has gone is no problem
    QVERIFY(outcome->problem.isEmpty());
    outcome.reset();
    actions.kick({{u"1"_s, u"9"_s, u"3"_s}, {}}, 1008, {}, this, done);
    QTRY_VERIFY(outcome);
    QCOMPARE(outcome->count, 1);
    QCOMPARE(outcome->problem, u"viewers may not"_s);
    QCOMPARE(server.link.callsOf(u"clients.kick"_s).size(), 5); // 3 was not tried again
}

void tst_GuiClients::sendDialog()
{
    FakeClients server;
    server.link.answer(u"clients.send"_s, QJsonObject{{u"delivered"_s, 1}});
    ClientActions actions(server.context);
    SendDialog dialog(actions, {u"7"_s, {}}, u"To client 7"_s, u"&Send"_s);
    auto *event = part<QLineEdit>(dialog, u"sendEvent"_s);
    auto *data = part<QPlainTextEdit>(dialog, u"sendData"_s);
    auto *state = part<QLabel>(dialog, u"sendState"_s);
    auto *button = part<QPushButton>(dialog, u"sendButton"_s);
    QVERIFY(!button->isEnabled());
    event->setText(u"news"_s);
    QVERIFY(button->isEnabled());
    data->setPlainText(u"{\n \"ä\": x}"_s);
    QVERIFY(!button->isEnabled());
    QVERIFY2(state->text().startsWith(u"Line 2, character 7: "_s), qPrintable(state->text()));
    QCOMPARE(data->extraSelections().size(), 1);
    data->setPlainText(u"1, 2"_s);
    QVERIFY(!button->isEnabled());
    data->setPlainText(u"[1]"_s);
    QVERIFY(data->extraSelections().isEmpty());
    QSignalSpy sent(&dialog, &SendDialog::sent);
    button->click();
    QTRY_COMPARE(sent.size(), 1);
    QCOMPARE(server.link.callsOf(u"clients.send"_s).constLast(),
             (QJsonObject{{u"id"_s, u"7"_s}, {u"event"_s, u"news"_s}, {u"data"_s, QJsonArray{1}}}));
    QCOMPARE(sent.constFirst(), (QVariantList{u"news"_s, qint64(1)}));
}

void tst_GuiClients::exports()
{
    FakeClients server;
    server.open = numbers(1, 1200);
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"clients.csv"_s);
    ClientExport run(server.context, {file, {}, ClientModel::State::Open, true});
    QSignalSpy finished(&run, &ClientExport::finished);
    QSignalSpy progressed(&run, &ClientExport::progressed);
    // One closes between the pages: the others shift, and none is left out for that.
    connect(&run, &ClientExport::progressed, &run, [&] { server.open.removeOne(u"7"_s); });
    run.start();
    QTRY_COMPARE(finished.size(), 1);
    QCOMPARE(finished.constFirst().at(1).toString(), QString());
    QCOMPARE(finished.constFirst().at(0).toLongLong(), 1200);
    QCOMPARE(progressed.size(), 3);
    QFile written(file);
    QVERIFY(written.open(QIODevice::ReadOnly));
    const QByteArray content = written.readAll();
    QVERIFY(!content.contains("203.0.113.9"));
    const QByteArrayList lines = content.trimmed().split('\n');
    QCOMPARE(lines.size(), 1201);
    QVERIFY(lines.constFirst().contains(",client,hops,peer,"));
    QVERIFY(lines.at(1).contains(",203.0.113.x,"));
}

void tst_GuiClients::exportIsCancelled()
{
    FakeClients server;
    server.open = numbers(1, 600);
    const QTemporaryDir folder;
    const QString file = folder.filePath(u"clients.csv"_s);
    ClientExport run(server.context, {file, {}, ClientModel::State::Open, false});
    QSignalSpy progressed(&run, &ClientExport::progressed);
    QSignalSpy finished(&run, &ClientExport::finished);
    connect(&run, &ClientExport::progressed, &run, &ClientExport::cancel);
    run.start();
    QTRY_COMPARE(progressed.size(), 1);
    QVERIFY(!QFile::exists(file));
    QVERIFY(QDir(folder.path()).isEmpty());

    ClientExport nowhere(
        server.context,
        {folder.filePath(u"no/such/folder.csv"_s), {}, ClientModel::State::Open, false});
    QSignalSpy failed(&nowhere, &ClientExport::finished);
    nowhere.start();
    QCOMPARE(failed.size(), 1);
    QVERIFY(!failed.constFirst().at(1).toString().isEmpty());
    QCOMPARE(finished.size(), 0);
}

void tst_GuiClients::viewStates()
{
    FakeClients server;
    ClientModel model(server.context);
    ClientDetail detail(server.context);
    ClientsView view(model, detail);
    auto *table = part<TableView>(view, u"clientTable"_s);
    view.show();
    const auto shows = [&](const QString &title) {
        const QList<QLabel *> labels = view.findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(), [&](const QLabel *label) {
            return label->isVisible() && label->text() == title;
        });
    };
    QTRY_VERIFY(shows(u"No clients yet"_s));
    server.open = numbers(1, 3);
    Q_EMIT server.pace.tick();
    QTRY_VERIFY(table->isVisible());
    view.showFilter(u"nobody"_s);
    QTRY_VERIFY(shows(u"No client matches"_s));
    QTest::mouseClick(part<QPushButton>(view, u"clearFilter"_s), Qt::LeftButton);
    QTRY_VERIFY(table->isVisible());
    QCOMPARE(part<QLabel>(view, u"clientCounts"_s)->text(), u"1–3 of 3"_s);
    QVERIFY(view.canExport());
    QVERIFY(table->isColumnHidden(int(ClientField::Url)));
    QVERIFY(table->isColumnHidden(int(ClientField::ClosedAt)));
    view.hide();
    server.link.forgetCalls();
    Q_EMIT server.pace.tick();
    QVERIFY(server.link.calls().isEmpty());
}

void tst_GuiClients::viewSelection()
{
    FakeClients server;
    server.open = numbers(1, 3);
    server.link.answer(u"clients.kick"_s, QJsonObject{{u"count"_s, 1}});
    ClientModel model(server.context);
    ClientDetail detail(server.context);
    ClientsView view(model, detail);
    auto *table = part<TableView>(view, u"clientTable"_s);
    auto *held = part<QPushButton>(view, u"clientHeldChanges"_s);
    view.resize(1200, 700);
    view.show();
    QTRY_COMPARE(model.rowCount(), 3);
    table->selectKey(u"2"_s);
    QTRY_COMPARE(detail.state(), ClientDetail::State::Open);
    QCOMPARE(detail.id(), u"2"_s);
    QCOMPARE(part<QLabel>(view, u"clientAddress"_s)->text(), u"203.0.113.9"_s);
    QVERIFY(
        part<QLabel>(view, u"clientDecision"_s)->text().contains(u"its headers were ignored"_s));

    // With a selection the rows keep their places.
    server.open = numbers(2, 4);
    Q_EMIT server.pace.tick();
    QTRY_COMPARE(held->text(), u"2 changes: refresh (F5)"_s);
    QVERIFY(held->isVisible());
    QTest::mouseClick(held, Qt::LeftButton);
    QTRY_COMPARE(model.rowOf(u"4"_s), 2);
    QCOMPARE(table->selectedKeys(), QStringList{u"2"_s});
    QVERIFY(held->isHidden());

    QSignalSpy entry(&view, &Page::entryWanted);
    part<QPushButton>(view, u"clientTrustProxy"_s)->click();
    QCOMPARE(entry.constFirst().constFirst().toString(), u"198.51.100.4"_s);

    QSignalSpy test(&view, &Page::clientTestWanted);
    part<QAction>(view, u"testClient"_s)->trigger();
    QCOMPARE(test, QList<QVariantList>{{u"2"_s}});

    table->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    QTest::keyClick(table, Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
    QCOMPARE(QGuiApplication::clipboard()->text(), u"203.0.113.9"_s);
    QTest::keyClick(table, Qt::Key_Delete);
    QPointer<KickDialog> dialog = view.findChild<KickDialog *>();
    QVERIFY(dialog);
    QTRY_COMPARE(part<QPushButton>(*dialog, u"kickButton"_s)->text(), u"Close 1 connection"_s);
    dialog->reject();
    QTRY_VERIFY(!dialog);

    // Enter hides the details and shows them again.
    auto *tabs = part<QTabWidget>(view, u"clientTabs"_s);
    QVERIFY(tabs->isVisible());
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(!tabs->isVisible());
    const QByteArray layout = view.saveLayout();
    QTest::keyClick(table, Qt::Key_Return);
    QVERIFY(tabs->isVisible());
    view.restoreLayout(layout);
    QVERIFY(!tabs->isVisible());

    // A client that is on another page is explained all the same.
    view.showClient(u"3"_s);
    QCOMPARE(table->selectedKeys(), QStringList{u"3"_s});
    QVERIFY(tabs->isVisible());
    QCOMPARE(tabs->currentIndex(), 1);
    view.showClient(u"77"_s);
    QVERIFY(table->selectedKeys().isEmpty());
    QTRY_COMPARE(detail.state(), ClientDetail::State::Unknown);
}

void tst_GuiClients::viewerMayOnlyLook()
{
    FakeClients server;
    server.link.setHello({{u"role"_s, u"viewer"_s}});
    server.open = numbers(1, 3);
    ClientModel model(server.context);
    ClientDetail detail(server.context);
    ClientsView view(model, detail);
    view.show();
    QTRY_COMPARE(model.rowCount(), 3);
    auto *table = part<TableView>(view, u"clientTable"_s);
    table->selectKey(u"2"_s);
    table->setFocus();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    QTest::keyClick(table, Qt::Key_Delete);
    QVERIFY(!view.findChild<KickDialog *>());
    server.link.setHello({{u"role"_s, u"operator"_s}});
    server.link.setUp(true);
    QTest::keyClick(table, Qt::Key_Delete);
    QVERIFY(view.findChild<KickDialog *>());
}

QTEST_MAIN(tst_GuiClients)
#include "tst_guiclients.moc"
