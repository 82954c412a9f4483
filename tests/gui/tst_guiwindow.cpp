// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The shell of the dashboard: the connection and what becomes of it, with real servers, with some
// that are none, and through an ssh that is a script; the window with pages of the test.
#include "gui/commandline.h"
#include "gui/dashboard.h"
#include "gui/models/recentservers.h"
#include "gui/models/serverfinder.h"
#include "gui/views/window/connectpage.h"
#include "gui/views/window/connectpanel.h"
#include "gui/views/window/mainwindow.h"
#include "gui/views/window/rail.h"
#include "gui/views/window/statepill.h"
#include "gui/views/window/statusline.h"
#include "gui/views/window/windows.h"
#include "gui/widgets/banner.h"
#include "gui/widgets/codebox.h"
#include "gui/widgets/elidedlabel.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/page.h"
#include "tests/support/childprocess.h"
#include "tests/support/serverprocess.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QClipboard>
#include <QDialog>
#include <QJsonDocument>
#include <QLabel>
#include <QLineEdit>
#include <QListView>
#include <QLocalServer>
#include <QLocalSocket>
#include <QMessageBox>
#include <QProcess>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QStackedWidget>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>

#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = AdminFailure::Kind;
using Phase = ServerState::Phase;
using Health = ServerState::Health;

namespace {

constexpr int Patience = 20000; // ms

class TestPage final : public Page
{
public:
    TestPage(const QString &title, QWidget *parent = nullptr)
        : Page(title, Glyph::Clients, parent)
        , edit(new QLineEdit(this))
    {
        edit->setAccessibleName(title);
    }

    void refresh() override { ++refreshed; }
    void focusFilter() override { edit->setFocus(); }
    bool canExport() const override { return exports; }
    void exportData() override { ++exported; }
    bool hasUnsavedWork() const override { return unsaved; }
    QByteArray saveLayout() const override { return layoutText; }
    void restoreLayout(const QByteArray &layout) override { layoutText = layout; }

    QLineEdit *edit;
    QByteArray layoutText;
    int refreshed = 0;
    int exported = 0;
    bool exports = false;
    bool unsaved = false;
};

// The socket of a server that crashed.
void leaveStaleSocket(const QString &path)
{
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    const QByteArray name = path.toLocal8Bit();
    std::copy(name.begin(), name.end(), address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    QVERIFY(::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0);
    ::close(fd);
}

// Answers each line with this one; where it says ID, with that of the call.
class LineServer final : public QLocalServer
{
public:
    explicit LineServer(const QByteArray &answer)
    {
        connect(this, &QLocalServer::newConnection, this, [this, answer] {
            QLocalSocket *socket = nextPendingConnection();
            connect(socket, &QLocalSocket::readyRead, socket, [socket, answer] {
                while (socket->canReadLine()) {
                    const QJsonValue id =
                        QJsonDocument::fromJson(socket->readLine()).object().value("id"_L1);
                    socket->write(
                        QByteArray(answer).replace("ID", QByteArray::number(id.toInteger()))
                        + '\n');
                }
            });
        });
    }
};

QByteArray helloAnswer(const QByteArray &members)
{
    return R"({"jsonrpc":"2.0","id":ID,"result":{"version":"9.8.7","instance":"i","pid":7,)"
           R"("listen":"127.0.0.1:1","started":1,"role":"operator",)"
           + members + "}}";
}

QByteArray serverConfig(const QString &socket, const QByteArray &more = {})
{
    return "trust_proxy = false\n[admin]\nsocket = \""_ba + socket.toUtf8() + "\"\n"_ba + more;
}

TestPage *pageOf(const QObject &window, const QString &title)
{
    const QList<TestPage *> pages = window.findChildren<TestPage *>();
    const auto found = std::find_if(pages.begin(), pages.end(),
                                    [&](const TestPage *page) { return page->title() == title; });
    return found == pages.end() ? nullptr : *found;
}

template <typename T>
T *child(const QObject &parent, const QString &name)
{
    T *found = parent.findChild<T *>(name);
    if (found == nullptr)
        qWarning("there is no %s", qPrintable(name));
    return found;
}

const QByteArray FakeSsh = R"(#!/usr/bin/env python3
import os, socket, sys, threading
open(__file__ + ".new", "w").write("\n".join([str(os.getpid())] + sys.argv[1:]))
os.rename(__file__ + ".new", __file__ + ".args")
local, remote = sys.argv[sys.argv.index("-L") + 1].split(":")
host = sys.argv[-1]
if host == "denied":
    sys.exit("user@denied: Permission denied (publickey,password).")
if host == "mute":
    sys.exit(255)
server = socket.socket(socket.AF_UNIX)
server.bind(local)
server.listen()
def copy(source, target):
    while True:
        data = source.recv(65536)
        if not data:
            break
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)
while True:
    near, _ = server.accept()
    far = socket.socket(socket.AF_UNIX)
    try:
        far.connect(remote)
    except OSError:
        print("channel 2: open failed: connect failed: open failed", file=sys.stderr, flush=True)
        near.close()
        continue
    for pair in ((near, far), (far, near)):
        threading.Thread(target=copy, args=pair, daemon=True).start()
)"_ba;

} // namespace

class tst_GuiWindow : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void addressIsChecked_data();
    void addressIsChecked();
    void addressSurvivesTheSettings_data();
    void addressSurvivesTheSettings();
    void argumentsAreRead_data();
    void argumentsAreRead();
    void wrongArgumentsAreRefused_data();
    void wrongArgumentsAreRefused();
    void programAnswersWithoutDisplay_data();
    void programAnswersWithoutDisplay();
    void programEndsWithSignals();
    void sshOutputIsExplained_data();
    void sshOutputIsExplained();
    void recentServersAreKept();

    void brokenServerIsExplained_data();
    void brokenServerIsExplained();
    void missingPermissionIsExplained();
    void answersEndWithTheirContext();
    void stateFollowsTheServer();
    void silentServerIsNotCalledReady();
    void viewerSeesThatItIsOne();

    void hostIsNeverAnOption();
    void tunnelLeadsToTheServer();
    void tunnelSaysWhatToDo_data();
    void tunnelSaysWhatToDo();
    void tunnelDoesNotOutliveTheDashboard();

    void finderListsWhatIsThere();
    void finderHasOneSessionEach();

    void windowExplainsAndRegains();
    void windowConnectsByItself();
    void windowAsksWhenThereAreSeveral();
    void typedAddressesAreChecked();
    void pagesAreChosenByKeysAndRail();
    void actionsReachThePageThatIsShown();
    void pageWithoutMethodIsReplaced();
    void reloadShowsItsResult();
    void drainAsksAndCanBeCancelled();
    void pauseAndMinimisedStopTheClock();
    void unsavedWorkIsAskedFor();
    void windowRemembersItself();
    void maskIsSharedByWindows();
    void freeWindowIsReused();

private:
    QString socketPath(const QString &name) const { return m_directory->filePath(name); }
    Windows::Options windowOptions() const;

    QTemporaryDir m_settings;
    std::unique_ptr<QTemporaryDir> m_directory; // a new one for each function
};

void tst_GuiWindow::initTestCase()
{
    QCoreApplication::setOrganizationName(u"Truepeer"_s);
    QCoreApplication::setApplicationName(u"tst_guiwindow"_s);
    QApplication::setQuitOnLastWindowClosed(false);
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, m_settings.path());
}

void tst_GuiWindow::init()
{
    // But for what the platform without a screen says of dialogs.
    QTest::failOnWarning(QRegularExpression(u"^(?!This plugin does not support).*"_s));
    m_directory = std::make_unique<QTemporaryDir>();
    QVERIFY(m_directory->isValid());
    QSettings().clear();
}

void tst_GuiWindow::cleanup()
{
    m_directory.reset();
}

// One page each of two names.
Windows::Options tst_GuiWindow::windowOptions() const
{
    Windows::Options options;
    options.compose = [](MainWindow &window, Dashboard &) {
        window.addPage(u"first"_s, new TestPage(u"First"_s));
        window.addPage(u"second"_s, new TestPage(u"Second"_s));
    };
    options.socketDirectories = {m_directory->path()};
    return options;
}

void tst_GuiWindow::addressIsChecked_data()
{
    QTest::addColumn<QString>("socket");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isGood");

    const QString there = u"/run/truepeer/6001.sock"_s;
    QTest::newRow("a path here") << u"/tmp/a b:c.sock"_s << QString() << true;
    QTest::newRow("no path") << QString() << QString() << false;
    QTest::newRow("a path that is too long here")
        << QString("/tmp/"_L1 + QString(103, u'x')) << QString() << false;
    QTest::newRow("a host") << there << u"example.com"_s << true;
    QTest::newRow("a user") << there << u"root@example.com"_s << true;
    QTest::newRow("an IPv6 address") << there << u"me@2001:db8::7"_s << true;
    QTest::newRow("a host that is an option") << there << u"-oProxyCommand=id"_s << false;
    QTest::newRow("a host after the user that is an option") << there << u"me@-oX"_s << false;
    QTest::newRow("a user that is an option") << there << u"-l@host"_s << false;
    QTest::newRow("a host with a blank") << there << u"host -v"_s << false;
    QTest::newRow("a host with a command") << there << u"host;id"_s << false;
    QTest::newRow("a host of two lines") << there << u"host\n"_s << false;
    QTest::newRow("a host with a port") << there << u"host:22"_s << false;
    QTest::newRow("a path there that is relative") << u"6001.sock"_s << u"host"_s << false;
    QTest::newRow("a path there with a colon") << u"/tmp/a:b"_s << u"host"_s << false;
    QTest::newRow("a path there that ssh would fill in") << u"/tmp/%h"_s << u"host"_s << false;
    QTest::newRow("a path there with a variable") << u"/tmp/${HOME}"_s << u"host"_s << false;
}

void tst_GuiWindow::addressIsChecked()
{
    QFETCH(const QString, socket);
    QFETCH(const QString, host);
    QFETCH(const bool, isGood);
    QCOMPARE(problemOf({socket, host}).isEmpty(), isGood);
    if (!isGood)
        QVERIFY(addressOfSetting(settingText({socket, host})).isEmpty());
}

void tst_GuiWindow::addressSurvivesTheSettings_data()
{
    QTest::addColumn<QString>("socket");
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("text");

    QTest::newRow("here, with blanks")
        << u"/tmp/ssh a  b.sock"_s << QString() << u"/tmp/ssh a  b.sock"_s;
    QTest::newRow("there") << u"/run/t.sock"_s << u"me@host"_s << u"me@host:/run/t.sock"_s;
}

void tst_GuiWindow::addressSurvivesTheSettings()
{
    QFETCH(const QString, socket);
    QFETCH(const QString, host);
    QFETCH(const QString, text);
    const ServerAddress address{socket, host};
    QCOMPARE(address.text(), text);
    QVERIFY(addressOfSetting(settingText(address)) == address);
    QVERIFY(addressOfSetting(u"http "_s + socket).isEmpty());
}

void tst_GuiWindow::argumentsAreRead_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("address"); // as settingText()
    QTest::addColumn<QString>("page");
    QTest::addColumn<bool>("mask");

    QTest::newRow("none") << QStringList() << u"local "_s << QString() << false;
    QTest::newRow("a socket") << QStringList{u"--socket"_s, u"/tmp/x.sock"_s}
                              << u"local /tmp/x.sock"_s << QString() << false;
    QTest::newRow("a socket behind =") << QStringList{u"--socket=/tmp/a=b.sock"_s}
                                       << u"local /tmp/a=b.sock"_s << QString() << false;
    QTest::newRow("ssh") << QStringList{u"--ssh"_s, u"me@host"_s}
                         << u"ssh me@host /run/truepeer/6001.sock"_s << QString() << false;
    QTest::newRow("ssh and a port") << QStringList{u"--ssh"_s, u"host"_s, u"--port"_s, u"7"_s}
                                    << u"ssh host /run/truepeer/7.sock"_s << QString() << false;
    QTest::newRow("ssh and a socket")
        << QStringList{u"--ssh=host"_s, u"--remote-socket=/run/t.sock"_s}
        << u"ssh host /run/t.sock"_s << QString() << false;
    QTest::newRow("page and mask")
        << QStringList{u"--mask"_s, u"--page"_s, u"trust"_s} << u"local "_s << u"trust"_s << true;
    QTest::newRow("options of Qt")
        << QStringList{u"-platform"_s, u"--mask"_s, u"--style=fusion"_s, u"-reverse"_s}
        << u"local "_s << QString() << false;
}

void tst_GuiWindow::argumentsAreRead()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, address);
    QFETCH(const QString, page);
    QFETCH(const bool, mask);
    const Expected<DashboardArguments> parsed = parseArguments(arguments);
    QVERIFY2(parsed.ok(), parsed.ok() ? "" : qPrintable(parsed.error().message));
    QCOMPARE(settingText(parsed->address), address);
    QCOMPARE(parsed->page, page);
    QCOMPARE(parsed->mask, mask);
}

void tst_GuiWindow::wrongArgumentsAreRefused_data()
{
    QTest::addColumn<QStringList>("arguments");

    QTest::newRow("an unknown option") << QStringList{u"--sockets=/tmp/x"_s};
    QTest::newRow("no option") << QStringList{u"/tmp/x.sock"_s};
    QTest::newRow("a value that is missing") << QStringList{u"--mask"_s, u"--port"_s};
    QTest::newRow("an empty value") << QStringList{u"--socket="_s};
    QTest::newRow("a flag with a value") << QStringList{u"--mask=yes"_s};
    QTest::newRow("port 0") << QStringList{u"--port=0"_s};
    QTest::newRow("a port with a sign") << QStringList{u"--port=+1"_s};
    QTest::newRow("a port that is too large") << QStringList{u"--port=65536"_s};
    QTest::newRow("socket and port") << QStringList{u"--socket=/x"_s, u"--port=1"_s};
    QTest::newRow("a remote socket without ssh") << QStringList{u"--remote-socket=/x"_s};
    QTest::newRow("a host that is an option") << QStringList{u"--ssh=-oProxyCommand=id"_s};
    QTest::newRow("a page that is none") << QStringList{u"--page=start"_s};
    QTest::newRow("twice") << QStringList{u"--page=trust"_s, u"--page=rooms"_s};
}

void tst_GuiWindow::wrongArgumentsAreRefused()
{
    QFETCH(const QStringList, arguments);
    const Expected<DashboardArguments> parsed = parseArguments(arguments);
    QVERIFY(!parsed.ok());
    QVERIFY(!parsed.error().message.isEmpty());
}

void tst_GuiWindow::programAnswersWithoutDisplay_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("out");
    QTest::addColumn<QByteArray>("error");

    QTest::newRow("--help") << QStringList{u"--help"_s} << 0 << "Usage: truepeer-dashboard"_ba
                            << ""_ba;
    QTest::newRow("--version") << QStringList{u"--version"_s} << 0 << "truepeer-dashboard "_ba
                               << ""_ba;
    QTest::newRow("a wrong option") << QStringList{u"--verbose"_s} << 2 << ""_ba
                                    << "\"--verbose\" is not known; try --help"_ba;
    QTest::newRow("a window") << QStringList() << 1 << ""_ba
                              << "there is no display"_ba;
}

void tst_GuiWindow::programAnswersWithoutDisplay()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const int, exitCode);
    QFETCH(const QByteArray, out);
    QFETCH(const QByteArray, error);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const char *name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        environment.remove(QString::fromLatin1(name));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.start(QStringLiteral(TRUEPEER_BIN_DIR "/truepeer-dashboard"), arguments);
    QVERIFY(process.waitForFinished(Patience));
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), exitCode);
    const QByteArray said = process.readAllStandardError();
    QVERIFY2(said.contains(error) && said.isEmpty() == error.isEmpty(), said.constData());
    QVERIFY(process.readAllStandardOutput().startsWith(out));
}

// It leaves nothing behind, and asks nobody.
void tst_GuiWindow::programEndsWithSignals()
{
    const QString program = m_directory->filePath(u"ssh"_s);
    writeFile(program, FakeSsh);
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    environment.insert(u"XDG_CONFIG_HOME"_s, m_directory->path());
    environment.insert(u"PATH"_s,
                       QString(m_directory->path() + u':' + environment.value(u"PATH"_s)));
    QProcess process;
    process.setProcessEnvironment(environment);
    process.setChildProcessModifier(dieWithTheTest);
    process.start(QStringLiteral(TRUEPEER_BIN_DIR "/truepeer-dashboard"),
                  {u"--ssh"_s, u"host"_s, u"--page"_s, u"rooms"_s});
    QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(program + u".args"_s), Patience);
    const QByteArrayList arguments = contentOf(program + u".args"_s).split('\n');
    const QString local = QString::fromUtf8(arguments.value(arguments.indexOf("-L") + 1));
    const QString directory = local.section(u'/', 0, 2);
    QVERIFY(directory.startsWith(u"/tmp/truepeer-"_s) && QFile::exists(directory));
    process.terminate();
    QTRY_COMPARE_WITH_TIMEOUT(process.state(), QProcess::NotRunning, Patience);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QVERIFY(!QFile::exists(directory));
    QVERIFY(contentOf(m_directory->filePath(u"Truepeer/truepeer-dashboard.conf"_s))
                .contains("page=rooms"));
}

void tst_GuiWindow::sshOutputIsExplained_data()
{
    QTest::addColumn<QString>("output");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("command");

    QTest::newRow("a host that is not known")
        << u"Host key verification failed.\r\n"_s << u"does not know the host key of me@host"_s
        << u"ssh me@host"_s;
    QTest::newRow("a host that has changed")
        << u"@  WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!  @\nHost key verification failed."_s
        << u"somebody may be in between"_s << u"ssh-keygen -R me@host"_s;
    QTest::newRow("a key that is missing")
        << u"me@host: Permission denied (publickey,password)."_s
        << u"ssh cannot ask for a password here"_s << u"ssh-copy-id me@host"_s;
    QTest::newRow("a name that is not known")
        << u"ssh: Could not resolve hostname host: Name or service not known"_s
        << u"is not known here"_s << QString();
    QTest::newRow("no socket there")
        << u"channel 1: open failed: connect failed: open failed"_s << u"/run/t.sock on me@host"_s
        << u"ssh me@host ls -l /run/t.sock"_s;
    QTest::newRow("no forwarding")
        << u"channel 1: open failed: administratively prohibited: open failed"_s
        << u"AllowStreamLocalForwarding has to be yes"_s
        << u"ssh me@host \"sudo sshd -T | grep -i forwarding\""_s;
    QTest::newRow("what is said again")
        << u"a\nchannel 1: open failed\nchannel 1: open failed\n"_s
        << u"ssh said: a / channel 1: open failed"_s << u"ssh me@host ls -l /run/t.sock"_s;
    QTest::newRow("what nobody knows")
        << u"kex_exchange_identification:\nreset\x1b[2J"_s
        << u"ssh said: kex_exchange_identification: / reset\\x1b[2J"_s << QString();
}

void tst_GuiWindow::sshOutputIsExplained()
{
    QFETCH(const QString, output);
    QFETCH(const QString, text);
    QFETCH(const QString, command);
    const ConnectProblem problem = problemOfSsh(output, {u"/run/t.sock"_s, u"me@host"_s});
    QVERIFY2(problem.text.contains(text), qPrintable(problem.text));
    QCOMPARE(problem.command, command);
    QVERIFY(!problem.title.isEmpty());
}

void tst_GuiWindow::recentServersAreKept()
{
    {
        RecentServers recent;
        const QAbstractItemModelTester tester(
            &recent, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const QSignalSpy reset(&recent, &QAbstractItemModel::modelReset);
        for (int i = 0; i < RecentServers::Max + 2; ++i)
            recent.remember({u"/tmp/%1.sock"_s.arg(i), {}});
        recent.remember({u"/run/x.sock"_s, u"host"_s});
        recent.remember({u"/tmp/5.sock"_s, {}});
        recent.remember({u"/tmp/5.sock"_s, {}});
        recent.forget({u"/tmp/11.sock"_s, {}});
        QCOMPARE(reset.count(), 0);
    }
    RecentServers recent;
    QCOMPARE(recent.rowCount(), RecentServers::Max - 1);
    QCOMPARE(recent.index(0).data().toString(), u"/tmp/5.sock"_s);
    QCOMPARE(recent.index(1).data().toString(), u"host:/run/x.sock"_s);
    QCOMPARE(recent.index(2).data().toString(), u"/tmp/10.sock"_s);
}

void tst_GuiWindow::brokenServerIsExplained_data()
{
    QTest::addColumn<QByteArray>("answer"); // of the server; "-": none, "~": it is gone
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("command");

    const auto start = u"sudo systemctl start truepeerd"_s;
    QTest::newRow("no socket") << "-"_ba << Kind::NoSocket << u"No server listens at"_s << start;
    QTest::newRow("a socket that was left") << "~"_ba << Kind::Stale << u"is gone"_s << start;
    QTest::newRow("another program") << "SSH-2.0-nonsense"_ba << Kind::Incompatible
                                     << u"is no server of Truepeer"_s << QString();
    QTest::newRow("a newer protocol")
        << helloAnswer(R"("protocol":2)") << Kind::Incompatible
        << u"speaks version 2 of the protocol, and this program 1"_s << QString();
    QTest::newRow("a server without hello")
        << R"({"jsonrpc":"2.0","id":ID,"error":{"code":-32601,"message":"no such method"}})"_ba
        << Kind::Incompatible << u"refused the session: no such method"_s << QString();
}

void tst_GuiWindow::brokenServerIsExplained()
{
    QFETCH(const QByteArray, answer);
    QFETCH(const Kind, kind);
    QFETCH(const QString, text);
    QFETCH(const QString, command);
    const QString path = socketPath(u"s"_s);
    LineServer server(answer);
    if (answer == "~")
        leaveStaleSocket(path);
    else if (answer != "-")
        QVERIFY(server.listen(path));
    Dashboard dashboard;
    const ServerState &state = dashboard.state();
    dashboard.open({path, {}});
    QCOMPARE(state.phase(), Phase::Connecting);
    QTRY_VERIFY(!state.problem().isEmpty());
    QCOMPARE(state.phase(), Phase::NoServer);
    QCOMPARE(state.health(), Health::None);
    QCOMPARE(int(state.problem().kind), int(kind));
    QVERIFY2(state.problem().text.contains(text), qPrintable(state.problem().text));
    QCOMPARE(state.problem().command, command);
    QVERIFY(!state.hasData());
    QVERIFY(!dashboard.link().isUp());
    QTRY_VERIFY(state.secondsUntilRetry().has_value());
    dashboard.close();
    QVERIFY(state.address().isEmpty() && state.problem().isEmpty());
    QVERIFY(!state.secondsUntilRetry());
}

void tst_GuiWindow::missingPermissionIsExplained()
{
    const QString text =
        u"/run/t.sock is for members of the group web, and me is none: sudo usermod "
        "-aG web me, then log in again"_s;
    QCOMPARE(problemOfFailure({Kind::NoPermission, text}).command, u"sudo usermod -aG web me"_s);
    QCOMPARE(problemOfFailure(
                 {Kind::NoPermission, u"only web may use /s: run it as web (sudo -u web …)"_s})
                 .command,
             u"sudo -u web truepeer-dashboard"_s);
    if (::geteuid() == 0)
        QSKIP("root may use all sockets");
    const QString path = socketPath(u"s"_s);
    LineServer server("x"_ba);
    QVERIFY(server.listen(path));
    QVERIFY(::chmod(path.toLocal8Bit().constData(), 0) == 0);
    Dashboard dashboard;
    dashboard.open({path, {}});
    QTRY_VERIFY(!dashboard.state().problem().isEmpty());
    QCOMPARE(int(dashboard.state().problem().kind), int(Kind::NoPermission));
}

void tst_GuiWindow::answersEndWithTheirContext()
{
    ServerProcess server(serverConfig(socketPath(u"s"_s)));
    QVERIFY2(server.isReady(), server.complaint().constData());
    AdminLink link;
    const QSignalSpy up(&link, &ServerLink::up);
    const QSignalSpy down(&link, &ServerLink::down);
    const QSignalSpy measured(&link, &AdminLink::roundTripMeasured);
    link.connectTo(server.adminSocket());
    QVERIFY(!link.isUp());
    QTRY_COMPARE(up.count(), 1);
    QCOMPARE(link.hello().value("pid"_L1).toInteger(), server.pid());
    QVERIFY(link.knows(u"trust.get") && !link.knows(u"trust.guess"));
    QTRY_VERIFY(measured.count() == 1);
    QVERIFY(measured.at(0).at(0).toDouble() > 0);

    auto gone = std::make_unique<QObject>();
    QObject here;
    int goneAnswers = 0;
    int hereAnswers = 0;
    link.call(u"status"_s, {}, gone.get(), [&](const RpcResult &) { ++goneAnswers; });
    link.call(u"status"_s, {}, &here, [&](const RpcResult &result) {
        QVERIFY(!resultObject(result).isEmpty());
        ++hereAnswers;
    });
    gone.reset();
    QTRY_COMPARE(hereAnswers, 1);
    QCOMPARE(goneAnswers, 0);

    link.close();
    QCOMPARE(down.count(), 1);
    bool failed = false;
    link.call(u"status"_s, {}, &here,
              [&](const RpcResult &result) { failed = std::holds_alternative<RpcError>(result); });
    QVERIFY(!failed);
    QTRY_VERIFY(failed);
    QVERIFY(!link.hello().isEmpty());
}

void tst_GuiWindow::stateFollowsTheServer()
{
    const QByteArray config = serverConfig(socketPath(u"s"_s));
    auto server = std::make_unique<ServerProcess>(config);
    QVERIFY2(server->isReady(), server->complaint().constData());
    Dashboard dashboard;
    const ServerState &state = dashboard.state();
    const QSignalSpy restarted(&state, &ServerState::restarted);
    dashboard.open({server->adminSocket(), {}});
    QTRY_COMPARE(state.phase(), Phase::Up);
    QCOMPARE(state.hello().pid, server->pid());
    QVERIFY(state.hello().isOperator);
    QTRY_VERIFY(state.dataAgeSeconds().has_value());
    QTRY_COMPARE(state.health(), Health::Ready);
    QTRY_VERIFY(state.roundTripMs().has_value());
    // The reports that it asked for come by themselves.
    QTRY_VERIFY_WITH_TIMEOUT(state.status().uptime >= 2, Patience);

    server->signal(SIGTERM);
    QVERIFY(server->exitsCleanly());
    QTRY_COMPARE_WITH_TIMEOUT(state.phase(), Phase::Lost, Patience);
    QCOMPARE(state.health(), Health::Disconnected);
    QVERIFY(state.hasData());
    QVERIFY(!state.problem().isEmpty());
    QVERIFY(!state.roundTripMs().has_value());
    QVERIFY(state.status().uptime >= 2); // old data is kept
    QTRY_VERIFY(state.secondsUntilRetry().has_value());
    QCOMPARE(restarted.count(), 0);

    server = std::make_unique<ServerProcess>(config);
    QVERIFY2(server->isReady(), server->complaint().constData());
    dashboard.retry();
    QTRY_COMPARE_WITH_TIMEOUT(state.phase(), Phase::Up, Patience);
    QCOMPARE(restarted.count(), 1);
    QVERIFY(state.problem().isEmpty());
    QCOMPARE(state.hello().pid, server->pid());
}

void tst_GuiWindow::silentServerIsNotCalledReady()
{
    LineServer server(helloAnswer(R"("protocol":1)"));
    QVERIFY(server.listen(socketPath(u"s"_s)));
    Dashboard dashboard;
    const ServerState &state = dashboard.state();
    dashboard.open({socketPath(u"s"_s), {}});
    QTRY_COMPARE(state.phase(), Phase::Up);
    QVERIFY(state.health() != Health::Silent);
    QTRY_COMPARE_WITH_TIMEOUT(state.health(), Health::Silent, Patience);
}

void tst_GuiWindow::viewerSeesThatItIsOne()
{
    const QString viewers = socketPath(u"view"_s);
    ServerProcess server(serverConfig(socketPath(u"s"_s),
                                      "read_only_socket = \""_ba + viewers.toUtf8() + "\"\n"_ba));
    QVERIFY2(server.isReady(), server.complaint().constData());
    Windows windows(windowOptions());
    MainWindow *window = windows.open({viewers, {}});
    const ServerState &state = window->dashboard().state();
    QTRY_COMPARE(state.phase(), Phase::Up);
    QVERIFY(!state.hello().isOperator);
    auto *banner = child<Banner>(*window, u"readOnlyBanner"_s);
    QTRY_VERIFY(banner->isVisible());
    QVERIFY(child<StatePill>(*window, u"readOnlyPill"_s)->isVisible());
    QCOMPARE(child<QLabel>(*window, u"role"_s)->text(), u"viewer"_s);
    for (const char *name : {"reloadAction", "drainAction", "cancelDrainAction"}) {
        auto *action = child<QAction>(*window, QString::fromLatin1(name));
        QVERIFY(!action->isEnabled());
        QVERIFY2(action->toolTip().contains(u"operator"_s), qPrintable(action->toolTip()));
    }
}

void tst_GuiWindow::hostIsNeverAnOption()
{
    const QStringList arguments =
        SshTunnel::argumentsFor({u"/run/t.sock"_s, u"me@host"_s}, u"/tmp/l.sock"_s);
    QCOMPARE(arguments.mid(arguments.size() - 4),
             (QStringList{u"-L"_s, u"/tmp/l.sock:/run/t.sock"_s, u"--"_s, u"me@host"_s}));
    for (const char *option :
         {"-N", "BatchMode=yes", "ExitOnForwardFailure=yes", "StreamLocalBindUnlink=yes"})
        QVERIFY(arguments.contains(QString::fromLatin1(option)));
}

void tst_GuiWindow::tunnelLeadsToTheServer()
{
    const QString program = m_directory->filePath(u"ssh"_s);
    writeFile(program, FakeSsh);
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner));
    const QString remote = socketPath(u"s"_s);
    const QByteArray config = serverConfig(remote);
    SshTunnel::Options ssh;
    ssh.program = program;
    ssh.firstDelay = 50ms;
    Dashboard dashboard(ssh);
    const ServerState &state = dashboard.state();
    dashboard.open({remote, u"me@there"_s});
    QCOMPARE(state.phase(), Phase::TunnelStarting);
    // The tunnel is there, and nothing at its other end.
    QTRY_VERIFY_WITH_TIMEOUT(state.problem().command.contains(u"ls -l"_s), Patience);
    QVERIFY(state.problem().text.contains(remote));
    QVERIFY(!state.problem().text.contains(u"/tmp/truepeer-"_s));

    auto server = std::make_unique<ServerProcess>(config);
    QVERIFY2(server->isReady(), server->complaint().constData());
    dashboard.retry();
    QTRY_COMPARE_WITH_TIMEOUT(state.phase(), Phase::Up, Patience);
    QCOMPARE(state.hello().pid, server->pid());
    QCOMPARE(state.address().text(), QString(u"me@there:"_s + remote));
    QVERIFY(contentOf(program + u".args"_s).endsWith("\n--\nme@there"));

    // ssh ends, and is started again.
    const pid_t pid = contentOf(program + u".args"_s).split('\n').value(0).toInt();
    QVERIFY(pid > 1);
    QVERIFY(::kill(pid, SIGTERM) == 0);
    QTRY_COMPARE_WITH_TIMEOUT(state.phase(), Phase::Lost, Patience);
    QTRY_COMPARE_WITH_TIMEOUT(state.phase(), Phase::Up, Patience);
    QVERIFY(contentOf(program + u".args"_s).split('\n').value(0).toInt() != pid);
}

void tst_GuiWindow::tunnelSaysWhatToDo_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("program");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("command");

    QTest::newRow("no key there") << u"denied"_s << QString()
                                  << u"ssh cannot ask for a password here"_s
                                  << u"ssh-copy-id denied"_s;
    QTest::newRow("without a word")
        << u"mute"_s << QString() << u"ssh ended without a word"_s << QString();
    QTest::newRow("no ssh") << u"host"_s << u"/nonexistent/ssh"_s << u"apt install openssh-client"_s
                            << QString();
}

void tst_GuiWindow::tunnelSaysWhatToDo()
{
    QFETCH(const QString, host);
    QFETCH(const QString, program);
    QFETCH(const QString, text);
    QFETCH(const QString, command);
    SshTunnel::Options ssh;
    ssh.program = program;
    if (program.isEmpty()) {
        ssh.program = m_directory->filePath(u"ssh"_s);
        writeFile(ssh.program, FakeSsh);
        QVERIFY(QFile::setPermissions(ssh.program, QFile::ReadOwner | QFile::ExeOwner));
    }
    Dashboard dashboard(ssh);
    const ServerState &state = dashboard.state();
    dashboard.open({u"/run/t.sock"_s, host});
    QTRY_VERIFY_WITH_TIMEOUT(!state.problem().isEmpty(), Patience);
    QCOMPARE(state.phase(), Phase::NoServer);
    QVERIFY2(state.problem().text.contains(text), qPrintable(state.problem().text));
    QCOMPARE(state.problem().command, command);
    QVERIFY(state.secondsUntilRetry().has_value());
}

void tst_GuiWindow::tunnelDoesNotOutliveTheDashboard()
{
    // It writes its process id, makes the socket, and does not want to go.
    const QString program = m_directory->filePath(u"ssh"_s);
    writeFile(program, "#!/usr/bin/env python3\n"
                       "import os, signal, sys\n"
                       "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
                       "open(__file__ + '.tmp', 'w').write(str(os.getpid()))\n"
                       "os.rename(__file__ + '.tmp', __file__ + '.pid')\n"
                       "signal.pause()\n"_ba);
    QVERIFY(QFile::setPermissions(program, QFile::ReadOwner | QFile::ExeOwner));
    SshTunnel::Options ssh;
    ssh.program = program;
    pid_t pid = 0;
    {
        Dashboard dashboard(ssh);
        dashboard.open({u"/run/t.sock"_s, u"host"_s});
        QTRY_VERIFY_WITH_TIMEOUT(QFile::exists(program + u".pid"_s), Patience);
        pid = pid_t(contentOf(program + u".pid"_s).toInt());
        QVERIFY(pid > 1 && ::kill(pid, 0) == 0);
        dashboard.close();
    }
    QVERIFY(::kill(pid, 0) != 0);
}

void tst_GuiWindow::finderListsWhatIsThere()
{
    ServerProcess second(serverConfig(socketPath(u"10001.sock"_s)));
    QVERIFY2(second.isReady(), second.complaint().constData());
    leaveStaleSocket(socketPath(u"6001.sock"_s));

    ServerFinder finder({m_directory->path(), u"/nonexistent"_s});
    const QAbstractItemModelTester tester(&finder,
                                          QAbstractItemModelTester::FailureReportingMode::QtTest);
    const QSignalSpy reset(&finder, &QAbstractItemModel::modelReset);
    finder.setActive(true);
    QVERIFY(!finder.isSettled());
    QTRY_VERIFY(finder.isSettled());
    QCOMPARE(finder.rowCount(), 2);
    QCOMPARE(finder.index(0).data(KeyRole).toString(), socketPath(u"6001.sock"_s));
    QVERIFY(!finder.index(0).data(ServerFinder::ReachableRole).toBool());
    QVERIFY(finder.index(0).data(ServerFinder::DetailRole).toString().contains(u"gone"_s));
    QVERIFY(finder.index(0).data(Qt::ToolTipRole).toString().contains(u"start it again"_s));
    QVERIFY(finder.index(1).data(ServerFinder::ReachableRole).toBool());
    const QString detail = finder.index(1).data(ServerFinder::DetailRole).toString();
    QVERIFY2(detail.contains(u"pid %1"_s.arg(second.pid())), qPrintable(detail));
    QCOMPARE(finder.reachable(), QStringList{socketPath(u"10001.sock"_s)});

    // What comes and goes is seen without being asked for.
    auto first = std::make_unique<ServerProcess>(serverConfig(socketPath(u"7.sock"_s)));
    QVERIFY2(first->isReady(), first->complaint().constData());
    QTRY_COMPARE_WITH_TIMEOUT(finder.reachable().size(), 2, Patience);
    QCOMPARE(finder.index(0).data(KeyRole).toString(), socketPath(u"7.sock"_s));
    first.reset();
    QTRY_COMPARE_WITH_TIMEOUT(finder.rowCount(), 2, Patience);
    finder.setActive(false);
    QCOMPARE(finder.rowCount(), 0);
    QCOMPARE(reset.count(), 0);
}

// Looking again and again would fill the events of the server.
void tst_GuiWindow::finderHasOneSessionEach()
{
    LineServer server(helloAnswer(R"("protocol":1)"));
    QVERIFY(server.listen(socketPath(u"1.sock"_s)));
    int sessions = 0;
    connect(&server, &QLocalServer::newConnection, this, [&sessions] { ++sessions; });
    ServerFinder finder({m_directory->path()});
    finder.setActive(true);
    QTRY_COMPARE(finder.reachable().size(), 1);
    const QSignalSpy settled(&finder, &ServerFinder::settled);
    QTRY_VERIFY_WITH_TIMEOUT(settled.count() >= 2, Patience); // two more looks
    QCOMPARE(sessions, 1);
}

void tst_GuiWindow::windowExplainsAndRegains()
{
    const QString path = socketPath(u"6001.sock"_s);
    Windows windows(windowOptions());
    MainWindow *window = windows.open({path, {}});
    auto *root = qobject_cast<QStackedWidget *>(window->centralWidget());
    QTRY_COMPARE(child<QLabel>(*window, u"connectTitle"_s)->text(), u"No server there"_s);
    QVERIFY(child<QLabel>(*window, u"connectText"_s)->text().contains(path));
    auto *command = child<CodeBox>(*window, u"connectCommand"_s);
    QVERIFY(command->isVisible());
    QCOMPARE(command->text(), u"sudo systemctl start truepeerd"_s);
    QCOMPARE(root->currentIndex(), 0);

    auto server = std::make_unique<ServerProcess>(serverConfig(path));
    QVERIFY2(server->isReady(), server->complaint().constData());
    QTRY_COMPARE_WITH_TIMEOUT(root->currentIndex(), 1, Patience);
    auto *pill = child<StatePill>(*window, u"statePill"_s);
    QTRY_COMPARE_WITH_TIMEOUT(pill->text(), u"Ready"_s, Patience);
    const QString listen = window->dashboard().state().hello().listen;
    QCOMPARE(child<ElidedLabel>(*window, u"serverName"_s)->text(), listen);
    QVERIFY(window->windowTitle().startsWith(listen));
    QCOMPARE(child<ElidedLabel>(*window, u"socketPath"_s)->text(), path);
    QCOMPARE(child<QLabel>(*window, u"role"_s)->text(), u"operator"_s);
    QTRY_COMPARE(child<QLabel>(*window, u"dataAge"_s)->text(), u"live"_s);
    auto *banner = child<Banner>(*window, u"lostBanner"_s);
    QVERIFY(!banner->isVisible());
    const auto *veil = child<QWidget>(*window, u"veil"_s);
    QVERIFY(!veil->isVisible());
    auto *reload = child<QAction>(*window, u"reloadAction"_s);
    QTRY_VERIFY(reload->isEnabled());

    server->signal(SIGTERM);
    QVERIFY(server->exitsCleanly());
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), Patience);
    QVERIFY(veil->isVisible());
    QCOMPARE(veil->size(), pageOf(*window, u"First"_s)->size());
    QCOMPARE(pill->text(), u"Disconnected"_s);
    QVERIFY(!reload->isEnabled());
    QCOMPARE(root->currentIndex(), 1);
    QTRY_VERIFY2(banner->text().contains(u"Next try in"_s), qPrintable(banner->text()));
    QVERIFY(child<QLabel>(*window, u"dataAge"_s)->text() != u"live"_s);

    server = std::make_unique<ServerProcess>(serverConfig(path));
    QVERIFY2(server->isReady(), server->complaint().constData());
    child<QPushButton>(*window, u"retryButton"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), Patience);
    QVERIFY(!veil->isVisible());
    QTRY_VERIFY(child<ElidedLabel>(*window, u"message"_s)->text().contains(u"started again"_s));
    QVERIFY(reload->isEnabled());
    QCOMPARE(RecentServers().addresses().value(0).socket, path);
}

void tst_GuiWindow::windowConnectsByItself()
{
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    QCOMPARE(child<QLabel>(*window, u"connectTitle"_s)->text(), u"Not connected"_s);
    QTRY_VERIFY(child<QLabel>(*window, u"nothingFound"_s)->isVisible());
    ServerProcess server(serverConfig(socketPath(u"6001.sock"_s)));
    QVERIFY2(server.isReady(), server.complaint().constData());
    QTRY_COMPARE_WITH_TIMEOUT(window->dashboard().state().phase(), Phase::Up, Patience);
    // Who disconnects does not want to be connected again.
    child<QAction>(*window, u"disconnectAction"_s)->trigger();
    QVERIFY(window->isFree());
    const ServerFinder &finder = window->findChild<ConnectPanel *>()->finder();
    QTRY_COMPARE_WITH_TIMEOUT(finder.reachable().size(), 1, Patience);
    QVERIFY(window->isFree());
}

void tst_GuiWindow::windowAsksWhenThereAreSeveral()
{
    LineServer one(helloAnswer(R"("protocol":1)"));
    LineServer two(helloAnswer(R"("protocol":1)"));
    QVERIFY(one.listen(socketPath(u"1.sock"_s)));
    QVERIFY(two.listen(socketPath(u"2.sock"_s)));
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    const ServerFinder &finder = window->findChild<ConnectPanel *>()->finder();
    QTRY_COMPARE(finder.reachable().size(), 2);
    QVERIFY(window->isFree());
    auto *list = child<QListView>(*window, u"foundServers"_s);
    QTRY_VERIFY(list->isVisible());
    list->setFocus();
    list->setCurrentIndex(finder.index(1));
    QTest::keyClick(list, Qt::Key_Return);
    QCOMPARE(window->dashboard().state().address().socket, socketPath(u"2.sock"_s));
}

void tst_GuiWindow::typedAddressesAreChecked()
{
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    auto *problem = child<QLabel>(*window, u"addressProblem"_s);
    child<QLineEdit>(*window, u"hostEdit"_s)->setText(u"-oProxyCommand=id"_s);
    child<QPushButton>(*window, u"sshButton"_s)->click();
    QVERIFY(problem->isVisible());
    QVERIFY(problem->text().contains(u"no host for ssh"_s));
    QVERIFY(window->isFree());
    child<QPushButton>(*window, u"connectButton"_s)->click();
    QVERIFY(window->isFree());
    auto *path = child<QLineEdit>(*window, u"pathEdit"_s);
    path->setText(socketPath(u"typed.sock"_s));
    QTest::keyClick(path, Qt::Key_Return);
    QCOMPARE(window->dashboard().state().address().socket, socketPath(u"typed.sock"_s));
    QTRY_COMPARE(child<QLabel>(*window, u"connectTitle"_s)->text(), u"No server there"_s);
    child<QPushButton>(*window, u"stopTryingButton"_s)->click();
    QVERIFY(window->isFree());
    QCOMPARE(child<QLabel>(*window, u"connectTitle"_s)->text(), u"Not connected"_s);
}

void tst_GuiWindow::pagesAreChosenByKeysAndRail()
{
    LineServer server(helloAnswer(R"("protocol":1)"));
    QVERIFY(server.listen(socketPath(u"s"_s)));
    Windows windows(windowOptions());
    MainWindow *window = windows.open({socketPath(u"s"_s), {}});
    QVERIFY(QTest::qWaitForWindowActive(window));
    QTRY_COMPARE(window->dashboard().state().phase(), Phase::Up);
    const QList<TestPage *> pages{pageOf(*window, u"First"_s), pageOf(*window, u"Second"_s)};
    QCOMPARE(window->currentPage(), u"first"_s);
    QVERIFY(pages.at(0)->isVisible() && !pages.at(1)->isVisible());
    QSignalSpy shown(pages.at(1), &Page::shownChanged);
    QTest::keyClick(window, Qt::Key_2, Qt::ControlModifier);
    QCOMPARE(window->currentPage(), u"second"_s);
    QVERIFY(pages.at(1)->isVisible() && !pages.at(0)->isVisible());
    QCOMPARE(shown.count(), 1);

    auto *rail = child<Rail>(*window, u"rail"_s);
    const QList<QToolButton *> buttons = rail->findChildren<QToolButton *>();
    QCOMPARE(buttons.at(1)->focusPolicy(), Qt::TabFocus);
    buttons.at(1)->setFocus();
    QTest::keyClick(buttons.at(1), Qt::Key_Down);
    QCOMPARE(window->currentPage(), u"first"_s);
    QVERIFY(buttons.at(0)->hasFocus());
    QVERIFY(!window->showPage(u"third"_s));
    // An & is no mnemonic, neither before nor after the page was shown.
    window->addPage(u"both"_s, new TestPage(u"This & that"_s));
    auto *both = rail->findChildren<QToolButton *>().last();
    QCOMPARE(both->text(), u"This & that"_s);
    window->showPage(u"both"_s);
    QCOMPARE(both->text(), u"This & that"_s);

    window->resize(1200, 700);
    QTRY_VERIFY(!rail->isCollapsed());
    const int wide = rail->sizeHint().width();
    window->resize(800, 600);
    QTRY_VERIFY(rail->isCollapsed());
    QVERIFY(rail->sizeHint().width() < wide);
    QVERIFY(buttons.at(0)->toolTip().contains(u"First"_s));
}

void tst_GuiWindow::actionsReachThePageThatIsShown()
{
    LineServer server(helloAnswer(R"("protocol":1)"));
    QVERIFY(server.listen(socketPath(u"s"_s)));
    Windows windows(windowOptions());
    MainWindow *window = windows.open({socketPath(u"s"_s), {}});
    QTRY_COMPARE(window->dashboard().state().phase(), Phase::Up);
    window->showPage(u"second"_s);
    const QList<TestPage *> pages{pageOf(*window, u"First"_s), pageOf(*window, u"Second"_s)};
    child<QAction>(*window, u"refreshAction"_s)->trigger();
    QCOMPARE(pages.at(0)->refreshed, 0);
    QCOMPARE(pages.at(1)->refreshed, 1);
    auto *exportData = child<QAction>(*window, u"exportAction"_s);
    exportData->trigger();
    QCOMPARE(pages.at(1)->exported, 0);
    QVERIFY(child<ElidedLabel>(*window, u"message"_s)->text().contains(u"nothing to export"_s));
    pages.at(1)->exports = true;
    exportData->trigger();
    QCOMPARE(pages.at(1)->exported, 1);
    child<QAction>(*window, u"filterAction"_s)->trigger();
    QCOMPARE(window->focusWidget(), pages.at(1)->edit);
    pages.at(1)->edit->setText(u"copied"_s);
    pages.at(1)->edit->selectAll();
    QVERIFY(QTest::qWaitForWindowActive(window));
    child<QAction>(*window, u"copyAction"_s)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), u"copied"_s);
    child<QAction>(*window, u"copyAddressAction"_s)->trigger();
    QCOMPARE(QGuiApplication::clipboard()->text(), socketPath(u"s"_s));
    child<QAction>(*window, u"shortcutsAction"_s)->trigger();
    auto *shortcuts = child<QDialog>(*window, u"shortcutsDialog"_s);
    QTRY_VERIFY(shortcuts->isVisible());
    shortcuts->reject();
    Q_EMIT pages.at(1)->messageWanted(u"done"_s);
    QCOMPARE(child<ElidedLabel>(*window, u"message"_s)->text(), u"done"_s);
}

void tst_GuiWindow::pageWithoutMethodIsReplaced()
{
    LineServer server(helloAnswer(R"("protocol":1,"features":["status","clients.list"])"));
    QVERIFY(server.listen(socketPath(u"s"_s)));
    Windows::Options options = windowOptions();
    options.compose = [](MainWindow &window, Dashboard &) {
        window.addPage(u"clients"_s, new TestPage(u"First"_s), {u"clients.list"_s});
        window.addPage(u"rooms"_s, new TestPage(u"Second"_s), {u"rooms.list"_s});
    };
    Windows windows(options);
    MainWindow *window = windows.open({socketPath(u"s"_s), {}});
    QTRY_COMPARE(window->dashboard().state().phase(), Phase::Up);
    const QList<TestPage *> pages{pageOf(*window, u"First"_s), pageOf(*window, u"Second"_s)};
    QTRY_VERIFY(pages.at(0)->isVisible());
    window->showPage(u"rooms"_s);
    QVERIFY(!pages.at(1)->isVisible());
    auto *missing = child<EmptyState>(*window, u"roomsMissing"_s);
    QVERIFY(missing->isVisible());
    const QList<QLabel *> labels = missing->findChildren<QLabel *>();
    QVERIFY(std::any_of(labels.begin(), labels.end(), [](const QLabel *label) {
        return label->text().contains(u"This server (version 9.8.7) has no rooms.list"_s);
    }));
}

void tst_GuiWindow::reloadShowsItsResult()
{
    QTemporaryDir state;
    const QString file = state.filePath(u"t.toml"_s);
    const QByteArray config = serverConfig(socketPath(u"s"_s));
    writeFile(file, "host = \"127.0.0.1\"\n"_ba + config);
    ServerProcess server(ServerProcess::Options{config, {u"--config"_s, file}, {}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    Windows windows(windowOptions());
    MainWindow *window = windows.open({socketPath(u"s"_s), {}});
    QTRY_COMPARE(window->dashboard().state().phase(), Phase::Up);
    writeFile(file, "host = \"127.0.0.1\"\nmax_hops = 3\nthreads = 3\n"_ba + config);
    auto *reload = child<QAction>(*window, u"reloadAction"_s);
    reload->trigger();
    QTRY_VERIFY(window->findChild<QMessageBox *>(u"reloadedBox"_s) != nullptr);
    auto *box = child<QMessageBox>(*window, u"reloadedBox"_s);
    QVERIFY2(box->informativeText().contains(u"max_hops"_s), qPrintable(box->informativeText()));
    QVERIFY(box->informativeText().contains(u"Only after a restart of the server:\n    threads"_s));
    box->reject();
    writeFile(file, "max_hops = \"many\"\n"_ba + config);
    reload->trigger();
    QTRY_VERIFY(window->findChild<QMessageBox *>(u"failureBox"_s) != nullptr);
    auto *failure = child<QMessageBox>(*window, u"failureBox"_s);
    QVERIFY2(failure->informativeText().contains(u"max_hops"_s),
             qPrintable(failure->informativeText()));
}

void tst_GuiWindow::drainAsksAndCanBeCancelled()
{
    ServerProcess server(ServerProcess::Options{
        serverConfig(socketPath(u"s"_s)), {}, {{u"TRUEPEER_DRAIN_DELAY_S"_s, u"60"_s}}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    Windows windows(windowOptions());
    MainWindow *window = windows.open({socketPath(u"s"_s), {}});
    const ServerState &state = window->dashboard().state();
    QTRY_COMPARE(state.health(), Health::Ready);
    auto *drain = child<QAction>(*window, u"drainAction"_s);
    drain->trigger();
    auto *box = child<QMessageBox>(*window, u"drainBox"_s);
    QVERIFY(box->informativeText().contains(u"the server process ends"_s));
    QVERIFY(!state.status().draining);
    child<QPushButton>(*box, u"confirmButton"_s)->click();
    auto *banner = child<Banner>(*window, u"drainBanner"_s);
    QTRY_VERIFY_WITH_TIMEOUT(banner->isVisible(), Patience);
    QCOMPARE(child<StatePill>(*window, u"statePill"_s)->text(), u"Draining"_s);
    QVERIFY(!drain->isEnabled());
    child<QPushButton>(*window, u"cancelDrainButton"_s)->click();
    QTRY_VERIFY_WITH_TIMEOUT(!banner->isVisible(), Patience);
    QTRY_COMPARE(state.health(), Health::Ready);
    QVERIFY(drain->isEnabled());
    // Not by a drain, which would take its time.
    server.signal(SIGKILL);
    server.waitForExit();
}

void tst_GuiWindow::pauseAndMinimisedStopTheClock()
{
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    Pace &pace = window->dashboard().pace();
    QSignalSpy tick(&pace, &Pace::tick);
    QVERIFY(tick.wait(5000));
    window->showMinimized();
    QTRY_VERIFY(window->isMinimized());
    tick.clear();
    QVERIFY(!tick.wait(1500));
    QVERIFY(!pace.isPaused());
    window->showNormal();
    QTRY_COMPARE(tick.count(), 1); // at once
    auto *pause = child<QAction>(*window, u"pauseAction"_s);
    pause->trigger();
    QVERIFY(pace.isPaused());
    QVERIFY(pause->isChecked());
    QCOMPARE(child<QToolButton>(*window, u"pauseButton"_s)->text(), u"Resume"_s);
    pause->trigger();
    QVERIFY(!pace.isPaused());
}

void tst_GuiWindow::unsavedWorkIsAskedFor()
{
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    auto *page = pageOf(*window, u"Second"_s);
    page->unsaved = true;
    QVERIFY(!window->close());
    auto *box = child<QMessageBox>(*window, u"unsavedBox"_s);
    QVERIFY(box->informativeText().contains(u"Second"_s));
    box->reject();
    QVERIFY(window->isVisible());
    QTRY_VERIFY(window->findChild<QMessageBox *>(u"unsavedBox"_s) == nullptr);
    child<QAction>(*window, u"closeAction"_s)->trigger();
    child<QPushButton>(*window, u"confirmButton"_s)->click();
    QTRY_COMPARE(windows.count(), 0);
}

void tst_GuiWindow::windowRemembersItself()
{
    {
        Windows windows(windowOptions());
        MainWindow *window = windows.open({});
        window->resize(900, 640);
        window->showPage(u"second"_s);
        pageOf(*window, u"First"_s)->layoutText = "wide"_ba;
        child<QAction>(*window, u"maskAction"_s)->setChecked(true);
        QVERIFY(window->dashboard().mask().isOn());
        QVERIFY(window->close());
    }
    Windows windows(windowOptions());
    MainWindow *window = windows.open({});
    QCOMPARE(window->size(), QSize(900, 640));
    QCOMPARE(window->currentPage(), u"second"_s);
    QCOMPARE(pageOf(*window, u"First"_s)->layoutText, "wide"_ba);
    QVERIFY(window->dashboard().mask().isOn());
    Windows::Options options = windowOptions();
    options.page = u"first"_s;
    Windows others(options);
    QCOMPARE(others.open({})->currentPage(), u"first"_s);
}

void tst_GuiWindow::maskIsSharedByWindows()
{
    Windows windows(windowOptions());
    MainWindow *first = windows.open({});
    child<QAction>(*first, u"newWindowAction"_s)->trigger();
    QCOMPARE(windows.count(), 2);
    MainWindow *second = windows.open({});
    QCOMPARE(windows.count(), 3);
    child<QAction>(*second, u"maskAction"_s)->setChecked(true);
    QVERIFY(first->dashboard().mask().isOn());
    QVERIFY(child<QAction>(*first, u"maskAction"_s)->isChecked());
}

void tst_GuiWindow::freeWindowIsReused()
{
    Windows windows(windowOptions());
    MainWindow *first = windows.open({});
    const ServerAddress one{socketPath(u"1.sock"_s), {}};
    const ServerAddress two{socketPath(u"2.sock"_s), {}};
    Q_EMIT first->windowWanted(one);
    QCOMPARE(windows.count(), 1);
    QVERIFY(first->dashboard().state().address() == one);
    Q_EMIT first->windowWanted(two);
    QCOMPARE(windows.count(), 2);
    QVERIFY(first->dashboard().state().address() == one);
}

QTEST_MAIN(tst_GuiWindow)
#include "tst_guiwindow.moc"
