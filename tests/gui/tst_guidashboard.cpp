// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The whole dashboard with all its pages against a real truepeerd: what an operator does, by the
// widgets that they do it with.
#include "gui/composition.h"
#include "gui/dashboard.h"
#include "gui/models/clientrow.h"
#include "gui/models/roles.h"
#include "gui/models/trustmodel.h"
#include "gui/views/window/mainwindow.h"
#include "gui/views/window/windows.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/page.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/trailview.h"
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QAccessible>
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>

#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr int Patience = 20000; // ms
const QByteArray Proxy = "127.0.0.2"_ba;

} // namespace

class tst_GuiDashboard : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void pagesShowARealServer_data();
    void pagesShowARealServer();
    void everythingHasAName();
    void filterNarrowsTheTable();
    void wrongFilterIsExplained();
    void editShowsInTheTableAndIsUndone();
    void lastProxyIsGuardedByTyping();
    void pastedListBecomesADraft();
    void conflictIsRebased();
    void draftSurvivesTheServer();
    void viewerCanOnlyLook();
    void maskHidesAddresses();

private:
    void startServer(const QByteArray &more = {});
    void open(const QString &socket);
    void openOnPage(const QString &page, const QByteArray &more = {});
    bool addClient(const QByteArray &client);
    void addClients();
    AdminCalls &otherOperator();

    template <typename T>
    T *child(const QString &name) const;
    QString cell(ClientField field, int row = 0) const;
    QStringList clientColumn() const;
    QStringList entries() const;
    void click(const QString &button);
    void type(const QString &edit, const QString &text);
    void addEntry(const QString &entry);
    void confirmByTyping(int entriesBefore);

    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_directory;
    std::unique_ptr<ServerProcess> m_server;
    std::vector<std::unique_ptr<EventClient>> m_clients;
    std::unique_ptr<AdminCalls> m_other;
    std::unique_ptr<Windows> m_windows;
    MainWindow *m_window = nullptr;
};

void tst_GuiDashboard::initTestCase()
{
    QCoreApplication::setOrganizationName(u"Truepeer"_s);
    QCoreApplication::setApplicationName(u"tst_guidashboard"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
}

void tst_GuiDashboard::init()
{
    // But for what the platform without a screen says of dialogs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
    QSettings().clear();
    m_directory = std::make_unique<QTemporaryDir>();
}

void tst_GuiDashboard::cleanup()
{
    m_windows.reset();
    m_window = nullptr;
    m_clients.clear();
    m_other.reset();
    m_server.reset();
    m_directory.reset();
}

void tst_GuiDashboard::startServer(const QByteArray &more)
{
    const QByteArray path = m_directory->path().toUtf8();
    m_server = std::make_unique<ServerProcess>("trust_proxy = [\"127.0.0.3\"]\nstate_dir = \""_ba
                                               + path + "/state\"\n[admin]\nsocket = \""_ba + path
                                               + "/a.sock\"\nread_only_socket = \""_ba + path
                                               + "/r.sock\"\n"_ba + more);
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

void tst_GuiDashboard::open(const QString &socket)
{
    Windows::Options options;
    options.compose = composePages;
    m_windows = std::make_unique<Windows>(options);
    m_window = m_windows->open({m_directory->filePath(socket)});
    m_window->resize(1280, 800);
    QVERIFY(QTest::qWaitForWindowExposed(m_window));
    QTRY_VERIFY_WITH_TIMEOUT(m_window->dashboard().link().isUp(), Patience);
}

void tst_GuiDashboard::openOnPage(const QString &page, const QByteArray &more)
{
    startServer(more);
    addClients();
    open(u"a.sock"_s);
    QVERIFY(m_window->showPage(page));
}

bool tst_GuiDashboard::addClient(const QByteArray &client)
{
    m_clients.push_back(std::make_unique<EventClient>(m_server->port(), Proxy));
    return m_clients.back()->openAs("test/1"_ba, "X-Forwarded-For: "_ba + client
                                                     + "\r\nX-Forwarded-Proto: https\r\n"_ba)
           && m_clients.back()->join(u"lobby"_s);
}

void tst_GuiDashboard::addClients()
{
    for (const char *client : {"203.0.113.7", "203.0.113.8", "198.51.100.9"})
        QVERIFY(addClient(client));
}

AdminCalls &tst_GuiDashboard::otherOperator()
{
    if (!m_other)
        m_other = std::make_unique<AdminCalls>(m_server->adminSocket());
    return *m_other;
}

template <typename T>
T *tst_GuiDashboard::child(const QString &name) const
{
    T *found = m_window->findChild<T *>(name);
    if (found == nullptr)
        qFatal("there is no %s", qPrintable(name));
    return found;
}

QString tst_GuiDashboard::cell(ClientField field, int row) const
{
    const auto *model = child<TableView>(u"clientTable"_s)->model();
    return model->index(row, int(field)).data().toString();
}

QStringList tst_GuiDashboard::clientColumn() const
{
    QStringList texts;
    const int rows = child<TableView>(u"clientTable"_s)->model()->rowCount();
    for (int row = 0; row < rows; ++row)
        texts.append(cell(ClientField::Client, row));
    texts.sort();
    return texts;
}

QStringList tst_GuiDashboard::entries() const
{
    QStringList texts;
    const auto *model = child<TableView>(u"trustEntries"_s)->model();
    for (int row = 0; row < model->rowCount(); ++row) {
        texts.append(model->index(row, TrustModel::EntryColumn).data().toString() + u'|'
                     + model->index(row, TrustModel::ChangeColumn).data().toString());
    }
    texts.sort();
    return texts;
}

void tst_GuiDashboard::click(const QString &button)
{
    auto *found = child<QPushButton>(button);
    QTRY_VERIFY_WITH_TIMEOUT(found->isVisible() && found->isEnabled(), Patience);
    QTest::mouseClick(found, Qt::LeftButton);
}

void tst_GuiDashboard::type(const QString &edit, const QString &text)
{
    auto *found = child<QLineEdit>(edit);
    QTRY_VERIFY_WITH_TIMEOUT(found->isVisible() && found->isEnabled(), Patience);
    found->setFocus();
    found->selectAll();
    QTest::keyClicks(found, text);
}

void tst_GuiDashboard::addEntry(const QString &entry)
{
    type(u"trustEntry"_s, entry);
    QTest::keyClick(child<QLineEdit>(u"trustEntry"_s), Qt::Key_Return);
}

// The guard asks, and nothing happens before its word is there.
void tst_GuiDashboard::confirmByTyping(int entriesBefore)
{
    QTRY_VERIFY_WITH_TIMEOUT(m_window->findChild<QLineEdit *>(u"guardWord"_s) != nullptr, Patience);
    auto *accept = child<QPushButton>(u"guardAccept"_s);
    QVERIFY(!accept->isEnabled());
    type(u"guardWord"_s, u"yes"_s);
    QVERIFY(!accept->isEnabled());
    QCOMPARE(otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(),
             entriesBefore);
    QString word;
    for (const QLabel *label : m_window->findChildren<QLabel *>()) {
        if (label->text().startsWith("To make it all the same, type"_L1))
            word = label->text().section(u' ', -1);
    }
    type(u"guardWord"_s, word);
    QVERIFY(accept->isEnabled());
    QTest::mouseClick(accept, Qt::LeftButton);
}

void tst_GuiDashboard::pagesShowARealServer_data()
{
    QTest::addColumn<QString>("page");
    QTest::addColumn<QString>("table");
    QTest::addColumn<QString>("text"); // in one of the cells

    QTest::newRow("clients") << "clients"
                             << "clientTable"
                             << "127.0.0.2";
    QTest::newRow("trust list") << "trust"
                                << "trustEntries"
                                << "127.0.0.3";
    QTest::newRow("rooms") << "rooms"
                           << "rooms"
                           << "lobby";
    QTest::newRow("events") << "events"
                            << "events"
                            << "127.0.0.2";
    QTest::newRow("findings of the diagnosis") << "diagnosis"
                                               << "findings"
                                               << "";
    QTest::newRow("configuration") << "configuration"
                                   << "configuration"
                                   << "trust_proxy";
}

void tst_GuiDashboard::pagesShowARealServer()
{
    QFETCH(QString, page);
    QFETCH(QString, table);
    QFETCH(QString, text);
    openOnPage(page);

    const QAbstractItemModel *model = child<QTableView>(table)->model();
    const auto holds = [&] {
        for (int row = 0; row < model->rowCount(); ++row) {
            for (int column = 0; column < model->columnCount(); ++column) {
                if (model->index(row, column).data().toString().contains(text))
                    return true;
            }
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(holds(), Patience);
}

// A screen reader has to say something of everything that can have the focus.
void tst_GuiDashboard::everythingHasAName()
{
    openOnPage(u"overview"_s);
    for (const QString &page : {u"overview"_s, u"clients"_s, u"trust"_s, u"rooms"_s, u"events"_s,
                                u"diagnosis"_s, u"configuration"_s}) {
        QVERIFY(m_window->showPage(page));
        QCoreApplication::processEvents();
        QStringList nameless;
        for (QWidget *widget : m_window->findChildren<QWidget *>()) {
            if (!widget->isVisible() || widget->focusPolicy() == Qt::NoFocus
                || widget->objectName().startsWith("qt_"_L1))
                continue;
            const QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(widget);
            const bool isFrame = widget->inherits("QTabBar") || widget->inherits("QHeaderView")
                                 || widget->inherits("QSplitterHandle")
                                 || widget->inherits("QTabWidget")
                                 || (widget->inherits("QAbstractScrollArea")
                                     && !widget->inherits("QAbstractItemView"));
            if (!isFrame && interface->text(QAccessible::Name).isEmpty())
                nameless.append(QLatin1StringView(widget->metaObject()->className()) + u' '
                                + widget->objectName());
        }
        QVERIFY2(nameless.isEmpty(), qPrintable(page + u": "_s + nameless.join(u", "_s)));
    }
}

void tst_GuiDashboard::filterNarrowsTheTable()
{
    openOnPage(u"clients"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 3, Patience);
    QSignalSpy resets(child<TableView>(u"clientTable"_s)->model(), &QAbstractItemModel::modelReset);

    EventClient other(m_server->port(), "127.0.0.9"_ba);
    QVERIFY(other.openAs("other/2"_ba));
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 4, Patience);
    type(u"clientFilter"_s, u"ua:other"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn(), QStringList{u"127.0.0.9"_s}, Patience);
    type(u"clientFilter"_s, u"ip:192.0.2.0/24"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 0, Patience);
    click(u"clearFilter"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 4, Patience);
    QCOMPARE(resets.count(), 0);
}

void tst_GuiDashboard::wrongFilterIsExplained()
{
    openOnPage(u"clients"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 3, Patience);
    type(u"clientFilter"_s, u"idle:>soon"_s);
    auto *message = child<QLabel>(u"clientFilterMessage"_s);
    QTRY_VERIFY_WITH_TIMEOUT(message->isVisible() && !message->text().isEmpty(), Patience);
    QCOMPARE(clientColumn().size(), 3);
}

void tst_GuiDashboard::editShowsInTheTableAndIsUndone()
{
    openOnPage(u"clients"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn(), QStringList(3, QString::fromUtf8(Proxy)), Patience);
    auto *table = child<TableView>(u"clientTable"_s);
    QSignalSpy resets(table->model(), &QAbstractItemModel::modelReset);

    // Why is it the proxy's address? Because nobody trusts it; one click leads to the way out.
    table->selectKey(table->model()->index(0, 0).data(KeyRole).toString());
    child<QTabWidget>(u"clientTabs"_s)->setCurrentIndex(1);
    auto *trail = child<TrailView>(u"clientTrail"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!trail->isEmpty(), Patience);
    click(u"clientTrustProxy"_s);
    QCOMPARE(m_window->currentPage(), u"trust"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 2, Patience);

    auto *apply = child<QPushButton>(u"trustApply"_s);
    QTRY_VERIFY_WITH_TIMEOUT(apply->text().remove(u'&').startsWith("Apply to 3 clients"_L1),
                             Patience);
    QCOMPARE(otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(), 1);
    click(u"trustApply"_s);
    auto *result = child<Banner>(u"trustResult"_s);
    QTRY_VERIFY_WITH_TIMEOUT(result->isVisible() && result->text().contains(u"3 clients"_s),
                             Patience);

    const QStringList resolved{u"198.51.100.9"_s, u"203.0.113.7"_s, u"203.0.113.8"_s};
    QVERIFY(m_window->showPage(u"clients"_s));
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn(), resolved, Patience);
    QTRY_VERIFY_WITH_TIMEOUT(trail->plainText().contains(u"X-Forwarded-For"_s), Patience);

    QVERIFY(m_window->showPage(u"trust"_s));
    click(u"trustUndo"_s); // it takes the entry away that all clients come through
    confirmByTyping(2);
    QVERIFY(m_window->showPage(u"clients"_s));
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn(), QStringList(3, QString::fromUtf8(Proxy)), Patience);
    QCOMPARE(resets.count(), 0);
}

void tst_GuiDashboard::lastProxyIsGuardedByTyping()
{
    openOnPage(u"trust"_s);
    otherOperator().object(u"trust.add"_s, {{u"entry"_s, QString::fromUtf8(Proxy)}});
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 2, Patience);
    auto *list = child<TableView>(u"trustEntries"_s);
    list->selectKey(list->model()->index(1, 0).data(KeyRole).toString());
    click(u"trustRemove"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 2, Patience); // it says that it will be removed
    click(u"trustApply"_s);
    confirmByTyping(2);
    if (QTest::currentTestFailed())
        return;
    QTRY_COMPARE_WITH_TIMEOUT(
        otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(), 1, Patience);
}

void tst_GuiDashboard::pastedListBecomesADraft()
{
    openOnPage(u"trust"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 1, Patience);
    QGuiApplication::clipboard()->setText(u"10.0.0.0/8 # load balancers\n192.0.2.1, 192.0.2.2\n"_s);
    auto *edit = child<QLineEdit>(u"trustEntry"_s);
    edit->setFocus();
    QTest::keySequence(edit, QKeySequence::Paste);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 4, Patience);
    click(u"trustApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(
        otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(), 4, Patience);
    const QJsonArray saved = otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray();
    QCOMPARE(findBy(saved, u"entry"_s, u"10.0.0.0/8"_s).value("note"_L1).toString(),
             u"load balancers"_s);
}

void tst_GuiDashboard::conflictIsRebased()
{
    openOnPage(u"trust"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 1, Patience);
    addEntry(u"192.0.2.1"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 2, Patience);

    otherOperator().object(u"trust.add"_s, {{u"entry"_s, u"192.0.2.99"_s}});
    auto *conflict = child<Banner>(u"trustConflict"_s);
    QTRY_VERIFY_WITH_TIMEOUT(conflict->isVisible(), Patience);
    click(u"conflictRebase"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 3, Patience);
    QTRY_VERIFY_WITH_TIMEOUT(!conflict->isVisible(), Patience);
    click(u"trustApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(
        otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(), 3, Patience);
}

void tst_GuiDashboard::draftSurvivesTheServer()
{
    openOnPage(u"trust"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 1, Patience);
    addEntry(u"192.0.2.1"_s);
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 2, Patience);

    m_clients.clear();
    m_server->signal(SIGTERM);
    m_server->signal(SIGTERM);
    QCOMPARE(m_server->waitForExit(), 0);
    auto *lost = child<Banner>(u"lostBanner"_s);
    QTRY_VERIFY_WITH_TIMEOUT(lost->isVisible(), Patience);
    QCOMPARE(entries().size(), 2);
    QTRY_VERIFY_WITH_TIMEOUT(!child<QPushButton>(u"trustApply"_s)->isEnabled(), Patience);

    startServer();
    click(u"retryButton"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!lost->isVisible(), Patience);
    QCOMPARE(entries().size(), 2);
    click(u"trustApply"_s);
    QTRY_COMPARE_WITH_TIMEOUT(
        otherOperator().object(u"trust.get"_s).value("entries"_L1).toArray().size(), 2, Patience);
}

void tst_GuiDashboard::viewerCanOnlyLook()
{
    startServer();
    addClients();
    open(u"r.sock"_s);
    QVERIFY(child<Banner>(u"readOnlyBanner"_s)->isVisible());
    QVERIFY(m_window->showPage(u"clients"_s));
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 3, Patience);
    QVERIFY(m_window->showPage(u"trust"_s));
    QTRY_COMPARE_WITH_TIMEOUT(entries().size(), 1, Patience);
    for (const QString &name : {u"trustAdd"_s, u"trustRemove"_s}) {
        const auto *button = child<QPushButton>(name);
        QVERIFY(!button->isEnabled());
        QVERIFY(button->toolTip().contains(u"operator"_s));
    }
}

void tst_GuiDashboard::maskHidesAddresses()
{
    openOnPage(u"clients"_s);
    QTRY_COMPARE_WITH_TIMEOUT(clientColumn().size(), 3, Patience);
    otherOperator().object(u"trust.add"_s, {{u"entry"_s, QString::fromUtf8(Proxy)}});
    QTRY_VERIFY_WITH_TIMEOUT(clientColumn().contains(u"203.0.113.7"_s), Patience);
    m_window->dashboard().mask().setOn(true);
    QCOMPARE(clientColumn(), (QStringList{u"198.51.100.x"_s, u"203.0.113.x"_s, u"203.0.113.x"_s}));
}

QTEST_MAIN(tst_GuiDashboard)

#include "tst_guidashboard.moc"
