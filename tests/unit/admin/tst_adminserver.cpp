// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The admin socket and its sessions, over real sockets: the server and its clients share the event
// loop of the test.
#include "shared/admin/socketpath.h"
#include "tests/unit/admin/adminfixture.h"

#include <QDir>
#include <QRegularExpression>
#include <QSignalSpy>

#include <functional>

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>

using namespace truepeer;

using Fixture = AdminFixture;

namespace {

// What a place for a socket looks like before the server comes.
using Preparation = std::function<void(const QDir &)>;

void writeFile(const QString &path, const QByteArray &bytes)
{
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size())
        qFatal("cannot write a file of the test");
}

// A socket that nobody listens at any more.
void leaveSocket(const QString &path)
{
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::bind(descriptor, reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        qFatal("cannot bind a socket of the test");
    ::close(descriptor);
}

struct stat statusOf(const QString &path)
{
    struct stat status = {};
    ::lstat(QFile::encodeName(path).constData(), &status);
    return status;
}

QStringList namesIn(const QDir &directory)
{
    return directory.entryList(QDir::AllEntries | QDir::System | QDir::Hidden
                               | QDir::NoDotAndDotDot);
}

bool canConnect(const QString &path)
{
    const int descriptor = connectTo(path);
    if (descriptor >= 0)
        ::close(descriptor);
    return descriptor >= 0;
}

QString groupName(gid_t gid)
{
    const group *entry = ::getgrgid(gid);
    return entry ? QString::fromLocal8Bit(entry->gr_name) : QString();
}

} // namespace

Q_DECLARE_METATYPE(Preparation)
Q_DECLARE_METATYPE(truepeer::RpcCode)

class tst_AdminServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void opensASocket_data();
    void opensASocket();
    void refusesAPlace_data();
    void refusesAPlace();
    void belongsToOneServer();
    void servesBothSockets();

    void helloComesFirst_data();
    void helloComesFirst();
    void badLines_data();
    void badLines();
    void theLongestLine();
    void aLineThatIsTooLong();
    void knowsItsCallers();
    void viewersOnlyLook();
    void answersInAnyOrder();
    void callsWithoutAnIdGetNoAnswer();
    void openCallsAreBounded();
    void sessionsAreBounded();
    void anAnswerMayComeTooLate();
    void aSessionMayEndWithTheServer();
    void whoDoesNotReadGetsNoNotifications();
    void whoDoesNotReadIsSentAway();

    void badSubscriptions_data();
    void badSubscriptions();
    void tellsSubscribersOnly();
    void tellsInEachInterval();
    void tellsAllEvents();
    void tellsHowManyEventsAreMissed();
};

// ---- the socket -------------------------------------------------------------------------------

void tst_AdminServer::opensASocket_data()
{
    QTest::addColumn<Preparation>("prepare");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("group");
    QTest::addColumn<int>("mode");
    const QString ours = groupName(::getegid());
    const auto row = [](const char *what, const QString &name, const QString &group, int mode,
                        const Preparation &prepare) {
        QTest::newRow(what) << prepare << name << group << mode;
    };
    row("for its owner", u"a.sock"_s, {}, 0600, [](const QDir &) {});
    row("for a group", u"a.sock"_s, ours, 0660, [](const QDir &) {});
    row("in a directory that is missing", u"run/truepeer/a.sock"_s, {}, 0600, [](const QDir &) {});
    row("in the place of one that was left behind", u"a.sock"_s, {}, 0600,
        [](const QDir &folder) { leaveSocket(folder.filePath(u"a.sock"_s)); });
    row("with the lock of a server that was killed", u"a.sock"_s, {}, 0600, [](const QDir &folder) {
        leaveSocket(folder.filePath(u"a.sock"_s));
        writeFile(folder.filePath(u"a.sock.lock"_s), "4194304000\n");
    });
    row("at the longest path", QString(200, u'x'), {}, 0600, [](const QDir &) {});
}

void tst_AdminServer::opensASocket()
{
    QFETCH(const Preparation, prepare);
    QFETCH(const QString, name);
    QFETCH(const QString, group);
    QFETCH(const int, mode);
    const QTemporaryDir folder;
    prepare(QDir(folder.path()));
    const QString path = folder.filePath(name).first(
        std::min<qsizetype>(MaxSocketPath, folder.filePath(name).size()));
    Expected<std::unique_ptr<AdminSocket>> opened = AdminSocket::open(path, group);
    QVERIFY2(opened.ok(), qPrintable(opened.ok() ? QString() : opened.error().message));
    std::unique_ptr<AdminSocket> socket = std::move(opened).value();
    QCOMPARE(socket->path(), path);
    QVERIFY(S_ISSOCK(statusOf(path).st_mode));
    QCOMPARE(int(statusOf(path).st_mode & 0777), mode);
    QCOMPARE(statusOf(path).st_uid, ::geteuid());
    if (!group.isEmpty())
        QCOMPARE(statusOf(path).st_gid, ::getegid());
    QVERIFY(canConnect(path));
    QFile lock(path + u".lock"_s);
    QVERIFY(lock.open(QIODevice::ReadOnly));
    QCOMPARE(lock.readAll(), QByteArray::number(::getpid()) + '\n');
    socket.reset();
    QCOMPARE(namesIn(QFileInfo(path).dir()), QStringList());
}

void tst_AdminServer::refusesAPlace_data()
{
    QTest::addColumn<Preparation>("prepare");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("message"); // %1: the path, %2: the directory
    const auto row = [](const char *what, const QString &name, const QString &group,
                        const QString &message, const Preparation &prepare) {
        QTest::newRow(what) << prepare << name << group << message;
    };
    const QString noSocket =
        u"%1 is there and is no socket; remove it, or choose another admin.socket"_s;
    row("a file", u"a.sock"_s, {}, noSocket,
        [](const QDir &folder) { writeFile(folder.filePath(u"a.sock"_s), "precious"); });
    row("a directory", u"a.sock"_s, {}, noSocket,
        [](const QDir &folder) { folder.mkdir(u"a.sock"_s); });
    row("a link", u"a.sock"_s, {}, noSocket, [](const QDir &folder) {
        leaveSocket(folder.filePath(u"other"_s));
        QFile::link(folder.filePath(u"other"_s), folder.filePath(u"a.sock"_s));
    });
    row("a lock that is a link", u"a.sock"_s, {},
        u"cannot create the lock %1.lock: Too many levels of symbolic links; the server needs a "
        "directory of its own for its admin socket"_s,
        [](const QDir &folder) {
            writeFile(folder.filePath(u"other"_s), "precious");
            QFile::link(folder.filePath(u"other"_s), folder.filePath(u"a.sock.lock"_s));
        });
    row("a directory that cannot be made", u"file/a.sock"_s, {},
        u"cannot create the directory %2: File exists; set admin.socket, or --admin-socket, to "
        "a path that can be written"_s,
        [](const QDir &folder) { writeFile(folder.filePath(u"file"_s), "precious"); });
    row("a path that is too long", QString(MaxSocketPath, u'x'), {},
        u"the path of the admin socket is too long: %1 (at most 107 bytes)"_s, [](const QDir &) {});
    row("a group that is not there", u"a.sock"_s, u"no-such-group"_s,
        u"admin.group: there is no group \"no-such-group\"; create it with: groupadd --system "
        "no-such-group"_s,
        [](const QDir &) {});
}

void tst_AdminServer::refusesAPlace()
{
    QFETCH(const Preparation, prepare);
    QFETCH(const QString, name);
    QFETCH(const QString, group);
    QFETCH(const QString, message);
    const QTemporaryDir folder;
    prepare(QDir(folder.path()));
    const QStringList before = namesIn(QDir(folder.path()));
    const QString path = folder.filePath(name);
    const auto opened = AdminSocket::open(path, group);
    QVERIFY(!opened.ok());
    QString expected = message;
    expected.replace(u"%1"_s, path).replace(u"%2"_s, QFileInfo(path).absolutePath());
    QCOMPARE(opened.error().message, expected);
    // Nothing is lost, and nothing left behind.
    QCOMPARE(namesIn(QDir(folder.path())), before);
    for (const QString &file : before) {
        QFile content(folder.filePath(file));
        if (statusOf(content.fileName()).st_size == 8 && content.open(QIODevice::ReadOnly))
            QCOMPARE(content.readAll(), "precious"_ba);
    }
}

void tst_AdminServer::belongsToOneServer()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(u"a.sock"_s);
    auto first = AdminSocket::open(path, {});
    QVERIFY(first.ok());
    const auto second = AdminSocket::open(path, {});
    QVERIFY(!second.ok());
    QCOMPARE(second.error().message,
             u"another server has the admin socket %1 (pid %2); stop it, or give this one another "
             "admin.socket"_s.arg(path, QString::number(::getpid())));
    QVERIFY(canConnect(path));
    QCOMPARE(namesIn(QDir(folder.path())), QStringList({u"a.sock"_s, u"a.sock.lock"_s}));
    first = Error{};
    QVERIFY(AdminSocket::open(path, {}).ok());
}

void tst_AdminServer::servesBothSockets()
{
    Fixture f;
    QCOMPARE(f.server->path(), f.path);
    QCOMPARE(int(statusOf(f.path).st_mode & 0777), 0600);
    QCOMPARE(int(statusOf(f.viewersPath).st_mode & 0777), 0600);
    {
        AdminServer other(AdminSession::Links{f.methods, f.home, {}, {&f.events, {}, {}}});
        const QString path = f.folder.filePath(u"b.sock"_s);
        QVERIFY(other.listen({path, {}, f.viewersPath}).has_value());
    }
    QCOMPARE(f.connect(true).call(u"echo"_s)[u"id"_s].toInt(), 2);
    f.peers.clear();
    f.server.reset();
    QCOMPARE(namesIn(QDir(f.folder.path())), QStringList());
}

// ---- sessions ---------------------------------------------------------------------------------

void tst_AdminServer::helloComesFirst_data()
{
    QTest::addColumn<QString>("method");
    QTest::addColumn<QJsonObject>("params");
    QTest::addColumn<RpcCode>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *what, const QString &method, const QJsonObject &params,
                        RpcCode code, const QString &message) {
        QTest::newRow(what) << method << params << code << message;
    };
    const QString other =
        u"protocol: this server speaks version 1; use the tools that came with it"_s;
    const QJsonObject bad{{u"protocol"_s, 1}, {u"nam"_s, u"x"_s}};
    row("another call", u"echo"_s, {}, RpcCode::InvalidRequest, u"the first call must be hello"_s);
    row("a subscription", u"subscribe"_s, {}, RpcCode::InvalidRequest,
        u"the first call must be hello"_s);
    row("a call that is not there", u"explode"_s, {}, RpcCode::InvalidRequest,
        u"the first call must be hello"_s);
    row("hello without a protocol", u"hello"_s, {}, RpcCode::InvalidParams, other);
    row("hello with another protocol", u"hello"_s, {{u"protocol"_s, 2}}, RpcCode::InvalidParams,
        other);
    row("hello with a text for a protocol", u"hello"_s, {{u"protocol"_s, u"1"_s}},
        RpcCode::InvalidParams, u"protocol: must be a whole number from 0 to 1000000"_s);
    row("hello with a long name", u"hello"_s, {{u"protocol"_s, 1}, {u"name"_s, QString(101, u'x')}},
        RpcCode::InvalidParams, u"name: must be a text of at most 100 characters"_s);
    row("hello with more than it takes", u"hello"_s, bad, RpcCode::InvalidParams,
        u"unknown parameter \"nam\"; did you mean \"name\"?"_s);
}

void tst_AdminServer::helloComesFirst()
{
    QFETCH(const QString, method);
    QFETCH(const QJsonObject, params);
    QFETCH(const RpcCode, code);
    QFETCH(const QString, message);
    Fixture f;
    AdminPeer peer(f.path);
    const QJsonObject answer = peer.call(method, params);
    QCOMPARE(errorCodeOf(answer), int(code));
    QCOMPARE(errorTextOf(answer), message);
    QCOMPARE(errorCodeOf(peer.call(u"echo"_s)), int(RpcCode::InvalidRequest));
    QCOMPARE(resultOf(peer.call(u"hello"_s, hello()))[u"role"_s].toString(), u"operator"_s);
    QCOMPARE(resultOf(peer.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::badLines_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<RpcCode>("code");
    QTest::newRow("no JSON") << "what?"_ba << RpcCode::ParseError;
    QTest::newRow("no UTF-8") << "{\"\xff\":1}"_ba << RpcCode::ParseError;
    QTest::newRow("with NUL") << QByteArray("{}\0", 3) << RpcCode::ParseError;
    QTest::newRow("a batch") << "[]"_ba << RpcCode::InvalidRequest;
    QTest::newRow("another version")
        << R"({"jsonrpc":"1.0","id":null,"method":"echo"})"_ba << RpcCode::InvalidRequest;
    QTest::newRow("no method") << R"({"jsonrpc":"2.0"})"_ba << RpcCode::InvalidRequest;
}

void tst_AdminServer::badLines()
{
    QFETCH(const QByteArray, line);
    QFETCH(const RpcCode, code);
    Fixture f;
    AdminPeer &peer = f.connect();
    peer.send(QByteArray(line + "\r\n\n"));
    const QJsonObject answer = peer.read();
    QCOMPARE(errorCodeOf(answer), int(code));
    QVERIFY(answer[u"id"_s].isNull());
    QCOMPARE(resultOf(peer.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::theLongestLine()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    QByteArray line = encodeRequest({1, u"echo"_s, {{u"t"_s, u""_s}}}).chopped(1);
    const QByteArray text(MaxAdminLine - line.size(), 'x');
    line.insert(line.indexOf("\"t\":\"") + 5, text);
    QCOMPARE(line.size(), MaxAdminLine);
    line += '\n';
    peer.send(line);
    QCOMPARE(resultOf(peer.read())[u"t"_s].toString().toLatin1(), text);
}

void tst_AdminServer::aLineThatIsTooLong()
{
    Fixture f;
    AdminPeer &other = f.connect();
    AdminPeer &peer = f.connect();
    QSignalSpy closed(f.server.get(), &AdminServer::sessionClosed);
    peer.sendCall(1, u"echo"_s);
    peer.send(QByteArray(MaxAdminLine + 1, 'x'));
    QCOMPARE(peer.read()[u"id"_s].toInt(), 1);
    const QJsonObject answer = peer.read();
    QCOMPARE(errorCodeOf(answer), int(RpcCode::InvalidRequest));
    QCOMPARE(errorTextOf(answer), u"a line has more than 4194304 bytes"_s);
    QCOMPARE(peer.readLine(), QByteArray());
    QCOMPARE(closed.size(), 1);
    QCOMPARE(closed[0][2].toString(), u"a line has more than 4194304 bytes"_s);
    QCOMPARE(f.server->sessions(), 1);
    QCOMPARE(resultOf(other.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::knowsItsCallers()
{
    Fixture f;
    QSignalSpy opened(f.server.get(), &AdminServer::sessionOpened);
    QSignalSpy closed(f.server.get(), &AdminServer::sessionClosed);
    AdminPeer &peer = f.connect();
    QVERIFY(!peer.call(u"caller"_s).isEmpty());
    QCOMPARE(f.caller.uid, ::geteuid());
    QCOMPARE(f.caller.pid, ::getpid());
    const passwd *entry = ::getpwuid(::geteuid());
    QCOMPARE(f.caller.user, entry ? QString::fromLocal8Bit(entry->pw_name) : QString());
    QVERIFY(!f.caller.readOnly);
    QCOMPARE(opened.size(), 1);
    QCOMPARE(opened[0][0].value<AdminCaller>().toText(), f.caller.toText());
    peer.hangUp();
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed[0][0].value<AdminCaller>().toText(), f.caller.toText());
    QCOMPARE(closed[0][1].toString(), u"test"_s);
    QCOMPARE(closed[0][2].toString(), u"the client closed it"_s);
    QCOMPARE(f.server->sessions(), 0);
}

void tst_AdminServer::viewersOnlyLook()
{
    Fixture f;
    AdminPeer viewer(f.viewersPath);
    QCOMPARE(resultOf(viewer.call(u"hello"_s, hello()))[u"role"_s].toString(), u"viewer"_s);
    QCOMPARE(resultOf(viewer.call(u"echo"_s, number(5))), number(5));
    QCOMPARE(errorCodeOf(viewer.call(u"change"_s)), int(RpcCode::ReadOnly));
    QVERIFY(viewer.call(u"caller"_s).contains(u"result"_s));
    QVERIFY(f.caller.readOnly);
    QVERIFY(f.connect().call(u"change"_s).contains(u"result"_s));
}

void tst_AdminServer::answersInAnyOrder()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    AdminPeer &other = f.connect();
    for (const int id : {11, 12, 13})
        peer.sendCall(id, u"keep"_s);
    QTRY_COMPARE(f.kept.size(), 3);
    QCOMPARE(resultOf(other.call(u"echo"_s, number(5))), number(5));
    f.answer(2, number(1));
    f.answer(0, RpcError(RpcCode::NotFound, u"gone"_s, number(2)));
    f.answer(1, QJsonArray{3});
    QCOMPARE(peer.readLine(), R"({"id":13,"jsonrpc":"2.0","result":{"n":1}})"_ba);
    QCOMPARE(
        peer.readLine(),
        R"({"error":{"code":-32003,"data":{"n":2},"message":"gone"},"id":11,"jsonrpc":"2.0"})"_ba);
    QCOMPARE(peer.readLine(), R"({"id":12,"jsonrpc":"2.0","result":[3]})"_ba);
}

void tst_AdminServer::callsWithoutAnIdGetNoAnswer()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    for (int i = 0; i < 2 * AdminSession::MaxOpenCalls; ++i) {
        peer.send(encodeRequest({QJsonValue::Undefined, u"keep"_s, {}}));
        QTRY_COMPARE(f.kept.size(), size_t(i + 1));
        f.answer(size_t(i), number(i));
    }
    peer.send(encodeRequest({QJsonValue::Undefined, u"explode"_s, {}}));
    peer.send(encodeRequest({QJsonValue::Undefined, u"hello"_s, {}}));
    QCOMPARE(resultOf(peer.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::openCallsAreBounded()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    for (int i = 0; i < AdminSession::MaxOpenCalls; ++i)
        peer.sendCall(i, u"keep"_s);
    const QJsonObject refused = peer.call(u"echo"_s);
    QCOMPARE(errorCodeOf(refused), int(RpcCode::Busy));
    QCOMPARE(errorTextOf(refused), u"32 calls are open; wait for their answers"_s);
    QCOMPARE(f.kept.size(), size_t(AdminSession::MaxOpenCalls));
    // Others have their own, and subscribing is no work.
    QVERIFY(!f.connect().call(u"echo"_s).contains(u"error"_s));
    QVERIFY(!peer.call(u"subscribe"_s, topics({})).contains(u"error"_s));
    f.answer(7, number(7));
    QCOMPARE(peer.read()[u"id"_s].toInt(), 7);
    QCOMPARE(resultOf(peer.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::sessionsAreBounded()
{
    Fixture f;
    for (size_t i = 0; i < AdminServer::MaxSessions; ++i)
        f.connect(i % 2 == 1);
    AdminPeer late(f.path);
    const QJsonObject answer = late.read();
    QCOMPARE(errorCodeOf(answer), int(RpcCode::Busy));
    QCOMPARE(errorTextOf(answer), u"16 sessions are open; close one of them"_s);
    QVERIFY(answer[u"id"_s].isNull());
    QCOMPARE(late.readLine(), QByteArray());
    QCOMPARE(f.server->refused(), 1);
    QCOMPARE(f.server->sessions(), qint64(AdminServer::MaxSessions));
    for (const auto &peer : f.peers)
        QCOMPARE(resultOf(peer->call(u"echo"_s, number(5))), number(5));
    f.peers.back()->hangUp();
    QTRY_COMPARE(f.server->sessions(), qint64(AdminServer::MaxSessions) - 1);
    f.connect();
    QCOMPARE(f.server->refused(), 1);
}

void tst_AdminServer::anAnswerMayComeTooLate()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    peer.sendCall(1, u"keep"_s);
    peer.sendCall(2, u"keep"_s);
    QTRY_COMPARE(f.kept.size(), 2);
    QVERIFY(!peer.call(u"subscribe"_s, topics({u"trust"_s})).isEmpty());
    peer.hangUp();
    // Before the server sees the end, and after it.
    f.answer(0, number(1));
    QTRY_COMPARE(f.server->sessions(), 0);
    f.answer(1, number(2));
    f.server->notify(u"trust"_s, u"trust.changed"_s, {});
    QCOMPARE(resultOf(f.connect().call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::aSessionMayEndWithTheServer()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    peer.sendCall(1, u"keep"_s);
    QTRY_COMPARE(f.kept.size(), 1);
    f.answer(0, number(1));
    f.server.reset();
    QCOMPARE(peer.readLine(), QByteArray());
    f.answer(0, number(2));
    QCoreApplication::processEvents();
    QVERIFY(!canConnect(f.path));
}

void tst_AdminServer::whoDoesNotReadGetsNoNotifications()
{
    Fixture f;
    AdminPeer &reader = f.connect();
    AdminPeer &other = f.connect();
    for (AdminPeer *peer : {&reader, &other})
        QVERIFY(!peer->call(u"subscribe"_s, topics({u"trust"_s})).isEmpty());
    constexpr int Size = 500'000; // characters, six bytes each
    other.sendCall(1, u"big"_s, number(Size));
    other.sendCall(2, u"keep"_s);
    QTRY_COMPARE(f.kept.size(), 1);
    f.answer(0, number(5));
    QCOMPARE(resultOf(reader.call(u"echo"_s)), QJsonObject());
    f.server->notify(u"trust"_s, u"trust.changed"_s, number(1));
    QCOMPARE(reader.read()[u"params"_s].toObject(), number(1));
    // Its answers are all there, and what comes once it has read them.
    QCOMPARE(resultOf(other.read())[u"text"_s].toString().size(), Size);
    QCOMPARE(resultOf(other.read()), number(5));
    f.server->notify(u"trust"_s, u"trust.changed"_s, number(2));
    QCOMPARE(other.read()[u"params"_s].toObject(), number(2));
    QCOMPARE(reader.read()[u"params"_s].toObject(), number(2));
}

void tst_AdminServer::whoDoesNotReadIsSentAway()
{
    Fixture f;
    QSignalSpy closed(f.server.get(), &AdminServer::sessionClosed);
    AdminPeer &other = f.connect();
    AdminPeer &peer = f.connect();
    constexpr int Size = AdminSession::MaxQueue / 6 / 4;
    for (int i = 0; i < 3; ++i)
        peer.sendCall(i, u"big"_s, number(Size));
    peer.sendCall(3, u"keep"_s);
    QTRY_COMPARE(f.kept.size(), 1);
    QCOMPARE(resultOf(other.call(u"echo"_s, number(5))), number(5));
    QCOMPARE(f.server->sessions(), 2);
    for (int i = 0; i < 2; ++i)
        peer.sendCall(i, u"big"_s, number(Size));
    QTRY_COMPARE(closed.size(), 1);
    QCOMPARE(closed[0][2].toString(), u"it does not read its answers"_s);
    QCOMPARE(f.server->sessions(), 1);
    f.answer(0, number(5));
    QCOMPARE(resultOf(other.call(u"echo"_s, number(5))), number(5));
}

// ---- subscriptions ----------------------------------------------------------------------------

void tst_AdminServer::badSubscriptions_data()
{
    QTest::addColumn<QByteArray>("params");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *what, const QByteArray &params, const QString &message) {
        QTest::newRow(what) << params << message;
    };
    const QString allowed = u"topics: allowed are status, trust, events, clients"_s;
    const QString interval = u"interval_ms: must be a whole number from 250 to 3600000"_s;
    row("another topic", R"({"topics":["status","rooms"]})", allowed);
    row("a topic in another case", R"({"topics":["Status"]})", allowed);
    row("a text for topics", R"({"topics":"status"})",
        u"topics: must be a list of at most 10 texts"_s);
    row("a number among them", R"({"topics":["status",1]})",
        u"topics: must be a list of at most 10 texts"_s);
    row("too often", R"({"topics":["status"],"interval_ms":249})", interval);
    row("too seldom", R"({"topics":["status"],"interval_ms":3600001})", interval);
    row("half an interval", R"({"topics":["status"],"interval_ms":250.5})", interval);
    row("a text for an interval", R"({"topics":["status"],"interval_ms":"250"})", interval);
    row("something else", R"({"topic":["status"]})",
        u"unknown parameter \"topic\"; did you mean \"topics\"?"_s);
}

void tst_AdminServer::badSubscriptions()
{
    QFETCH(const QByteArray, params);
    QFETCH(const QString, message);
    Fixture f;
    AdminPeer &peer = f.connect();
    QVERIFY(!peer.call(u"subscribe"_s, topics({u"trust"_s})).contains(u"error"_s));
    const QJsonObject answer = peer.call(u"subscribe"_s, QJsonDocument::fromJson(params).object());
    QCOMPARE(errorCodeOf(answer), int(RpcCode::InvalidParams));
    QCOMPARE(errorTextOf(answer), message);
    // What was before stays.
    f.server->notify(u"trust"_s, u"trust.changed"_s, number(1));
    QCOMPARE(peer.readLine(), R"({"jsonrpc":"2.0","method":"trust.changed","params":{"n":1}})"_ba);
}

void tst_AdminServer::tellsSubscribersOnly()
{
    Fixture f;
    AdminPeer &subscriber = f.connect(true);
    AdminPeer &another = f.connect();
    AdminPeer &silent = f.connect();
    QCOMPARE(resultOf(subscriber.call(u"subscribe"_s, topics({u"trust"_s}))), topics({u"trust"_s}));
    const QJsonObject slow{{u"topics"_s, QJsonArray{u"status"_s}}, {u"interval_ms"_s, 3'600'000}};
    QCOMPARE(resultOf(another.call(u"subscribe"_s, slow)), slow);
    f.server->notify(u"trust"_s, u"trust.changed"_s, number(1));
    QCOMPARE(subscriber.read()[u"method"_s].toString(), u"trust.changed"_s);
    // A notification before the answer would not be an answer.
    for (AdminPeer *peer : {&another, &silent})
        QCOMPARE(resultOf(peer->call(u"echo"_s, number(5))), number(5));
    QCOMPARE(resultOf(subscriber.call(u"subscribe"_s))[u"interval_ms"_s].toInt(), 1000);
    f.server->notify(u"trust"_s, u"trust.changed"_s, number(2));
    QCOMPARE(resultOf(subscriber.call(u"echo"_s, number(5))), number(5));
}

void tst_AdminServer::tellsInEachInterval()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    QVERIFY(!peer.call(u"subscribe"_s, topics({u"clients"_s, u"status"_s})).isEmpty());
    for (int i = 0; i < 2; ++i) {
        QCOMPARE(peer.readLine(),
                 R"({"jsonrpc":"2.0","method":"status","params":{"status":"healthy"}})"_ba);
        QCOMPARE(peer.readLine(),
                 R"({"jsonrpc":"2.0","method":"clients.changed","params":{"n":7}})"_ba);
    }
}

void tst_AdminServer::tellsAllEvents()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    f.events.add({.type = EventType::ServerStarted, .detail = "before"});
    QVERIFY(!peer.call(u"subscribe"_s, topics({u"events"_s})).isEmpty());
    // More than a session is sent at once, and than one interval has.
    constexpr int Count = Subscription::MaxEvents + 100;
    const QByteArray text(Event::MaxText, '\x01');
    for (int i = 0; i < Count; ++i) {
        f.events.add({.type = EventType::TrustChanged,
                      .detail = text,
                      .actor = text,
                      .reason = text,
                      .count = i});
    }
    for (int i = 0; i < Count; ++i) {
        const QJsonObject told = peer.read();
        QCOMPARE(told[u"method"_s].toString(), u"event"_s);
        QCOMPARE(told[u"params"_s][u"count"_s].toInt(-1), i);
    }
}

void tst_AdminServer::tellsHowManyEventsAreMissed()
{
    Fixture f;
    AdminPeer &peer = f.connect();
    QVERIFY(!peer.call(u"subscribe"_s, topics({u"events"_s})).isEmpty());
    constexpr int Kept = int(EventLog::ClientCapacity);
    for (int i = 0; i < Kept + 600; ++i)
        f.events.add({.type = EventType::ClientConnected, .count = i});
    const QJsonObject missed = peer.read();
    QCOMPARE(missed[u"method"_s].toString(), u"events.missed"_s);
    QCOMPARE(missed[u"params"_s].toObject(), QJsonObject({{u"count"_s, 600}}));
    for (int i = 600; i < Kept + 600; ++i)
        QCOMPARE(peer.read()[u"params"_s][u"count"_s].toInt(), i);
}

QTEST_GUILESS_MAIN(tst_AdminServer)
#include "tst_adminserver.moc"
