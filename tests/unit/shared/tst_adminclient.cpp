// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/adminclient.h"
#include "shared/admin/socketpath.h"

#include <QEventLoop>
#include <QFile>
#include <QLocalServer>
#include <QPointer>
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <memory>
#include <optional>

#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;
using Kind = AdminFailure::Kind;
using State = AdminClient::State;

namespace {

QByteArray hello(const RpcRequest &request)
{
    return encodeAnswer(request.id, QJsonObject{{u"protocol"_s, 1}, {u"version"_s, u"9"_s}});
}

// A server for one client at a time: says hello, and keeps the calls.
class Server
{
    Q_DISABLE_COPY_MOVE(Server)

public:
    explicit Server(QString path)
        : m_path(std::move(path))
    {
        QObject::connect(&m_server, &QLocalServer::newConnection, &m_server, [this] { accept(); });
        start();
    }

    const QString &path() const { return m_path; }
    void start() { QVERIFY2(m_server.listen(m_path), qPrintable(m_server.errorString())); }
    void stop()
    {
        m_server.close();
        m_socket.reset();
    }
    void send(const QByteArray &bytes) { m_socket->write(bytes); }
    void sendAndHangUp(const QByteArray &bytes)
    {
        send(bytes);
        m_socket->disconnectFromServer();
    }
    void hangUp() { m_socket->abort(); }
    bool isConnected() const
    {
        return m_socket && m_socket->state() == QLocalSocket::ConnectedState;
    }

    std::function<QByteArray(const RpcRequest &)> onHello = hello;
    QByteArray greeting; // sent before anything was read
    QList<RpcRequest> calls;
    int hellos = 0;

private:
    void accept()
    {
        m_socket.reset(m_server.nextPendingConnection());
        m_socket->setParent(nullptr);
        QObject::connect(m_socket.get(), &QLocalSocket::readyRead, &m_server, [this] { read(); });
        m_socket->write(greeting);
    }
    void read()
    {
        while (m_socket->canReadLine()) {
            const auto decoded = decodeRequest(m_socket->readLine().chopped(1));
            QVERIFY(std::holds_alternative<RpcRequest>(decoded));
            const auto &request = std::get<RpcRequest>(decoded);
            if (request.method != "hello"_L1) {
                calls.append(request);
                continue;
            }
            ++hellos;
            m_socket->write(onHello(request));
        }
    }

    const QString m_path;
    QLocalServer m_server;
    std::unique_ptr<QLocalSocket> m_socket;
};

// A listening socket, or one that is bound only.
int rawListener(const QString &path, bool listens)
{
    const QByteArray name = QFile::encodeName(path);
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    std::copy(name.begin(), name.end(), address.sun_path);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    const bool isBound =
        ::bind(fd, reinterpret_cast<const sockaddr *>(&address), sizeof address) == 0;
    return isBound && (!listens || ::listen(fd, 0) == 0) ? fd : -1;
}

AdminClient::Options impatient()
{
    AdminClient::Options options;
    options.name = u"test"_s;
    options.helloTimeout = 100ms;
    return options;
}

AdminClient::Options persistent()
{
    AdminClient::Options options;
    options.reconnect = true;
    options.firstDelay = 1ms;
    options.longestDelay = 8ms;
    return options;
}

AdminFailure failureIn(const QSignalSpy &spy)
{
    return spy.last().at(0).value<AdminFailure>();
}

bool isInternalError(const RpcResult &result, const QString &message)
{
    const auto *error = std::get_if<RpcError>(&result);
    return error != nullptr && error->is(RpcCode::InternalError) && error->message == message;
}

} // namespace

class tst_AdminClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        QTest::failOnWarning(QRegularExpression(u".*"_s));
        m_dir = std::make_unique<QTemporaryDir>();
    }
    void failureMessages_data();
    void failureMessages();
    void noConnection_data();
    void noConnection();
    void noPermission();
    void badHello_data();
    void badHello();
    void silentServer();
    void fullBacklog();
    void badMessages_data();
    void badMessages();
    void endlessLine();
    void saysHello();
    void longAnswer();
    void matchesAnswersToCalls();
    void passesNotificationsOn();
    void refusesCallsThatCannotBe();
    void expiresCalls();
    void lostConnection();
    void readsWhatCameBeforeTheEnd();
    void closesWithoutASignal();
    void connectsAgain();
    void waitsLongerEachTime();
    void retriesAtOnce();
    void mayBeDestroyedAnywhere_data();
    void mayBeDestroyedAnywhere();
    void mayConnectElsewhereAnywhere();
    void answersMayRunAnEventLoop();

private:
    QString pathOf(const QString &name) const { return m_dir->filePath(name); }

    std::unique_ptr<QTemporaryDir> m_dir;
};

void tst_AdminClient::failureMessages_data()
{
    QTest::addColumn<int>("error");
    QTest::addColumn<SocketFacts>("facts");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("message");
    const auto socket = [](quint32 mode, const QString &owner, const QString &group) {
        return SocketFacts{true, false, mode, owner, group};
    };
    const auto directory = [](quint32 mode, const QString &owner, const QString &group) {
        return SocketFacts{false, true, mode, owner, group};
    };
    const QString ours = u"truepeer"_s;
    const QString other = u"name another socket with --socket or --port"_s;
    QTest::newRow("no file")
        << ENOENT << directory(0755, u"root"_s, u"root"_s) << Kind::NoSocket
        << u"no server listens at /s; start it (systemctl start truepeerd), or "_s + other;
    QTest::newRow("no directory")
        << ENOTDIR << SocketFacts() << Kind::NoSocket
        << u"no server listens at /s; start it (systemctl start truepeerd), or "_s + other;
    QTest::newRow("a group may") << EACCES << socket(0660, ours, u"adm"_s) << Kind::NoPermission
                                 << u"/s is for members of the group adm, and eve is none: sudo "
                                    u"usermod -aG adm eve, then log "
                                    "in again"_s;
    QTest::newRow("the owner alone may") << EACCES << socket(0600, ours, ours) << Kind::NoPermission
                                         << u"only truepeer may use /s: run it as truepeer (sudo "
                                            "-u truepeer …)"_s;
    QTest::newRow("a group may read, which is no use")
        << EACCES << socket(0640, ours, ours) << Kind::NoPermission
        << u"only truepeer may use /s: run it as truepeer (sudo -u truepeer …)"_s;
    QTest::newRow("the group root is not recommended")
        << EACCES << socket(0660, u"root"_s, u"root"_s) << Kind::NoPermission
        << u"only root may use /s: run it as root (sudo -u root …)"_s;
    QTest::newRow("a directory of a group")
        << EACCES << directory(0750, u"root"_s, ours) << Kind::NoPermission
        << u"/s is for members of the group truepeer, and eve is none: sudo usermod -aG truepeer "
           u"eve, "
           "then log in again"_s;
    QTest::newRow("a directory of its owner")
        << EACCES << directory(0700, ours, ours) << Kind::NoPermission
        << u"only truepeer may use /s: run it as truepeer (sudo -u truepeer …)"_s;
    QTest::newRow("nothing is known") << EPERM << SocketFacts() << Kind::NoPermission
                                      << u"eve may not use /s: run it as another user (sudo …)"_s;
    QTest::newRow("stale") << ECONNREFUSED << socket(0600, ours, ours) << Kind::Stale
                           << u"the server that made /s is gone; start it again (systemctl start "
                              "truepeerd), or "_s
                                  + other;
    QTest::newRow("no socket") << ECONNREFUSED << SocketFacts{false, false, 0644, ours, ours}
                               << Kind::NoSocket << u"/s is no socket; "_s + other;
    QTest::newRow("too long") << ENAMETOOLONG << SocketFacts() << Kind::NoSocket
                              << u"the path /s is longer than the 107 bytes that a socket's may "
                                 "have; "_s
                                     + other;
    QTest::newRow("anything else")
        << EPROTOTYPE << SocketFacts() << Kind::NoSocket
        << u"cannot connect to /s: Protocol wrong type for socket; "_s + other;
}

void tst_AdminClient::failureMessages()
{
    QFETCH(const int, error);
    QFETCH(const SocketFacts, facts);
    QFETCH(const Kind, kind);
    QFETCH(const QString, message);
    const AdminFailure failure = connectFailure(error, u"/s"_s, facts, u"eve"_s);
    QCOMPARE(failure.message, message);
    QCOMPARE(failure.kind, kind);
}

void tst_AdminClient::noConnection_data()
{
    QTest::addColumn<QString>("name");
    QTest::addColumn<Kind>("kind");
    QTest::addColumn<QString>("message");
    QTest::newRow("no such socket") << u"none"_s << Kind::NoSocket << u"no server listens at"_s;
    QTest::newRow("no such directory") << u"no/ne"_s << Kind::NoSocket << u"no server listens at"_s;
    QTest::newRow("a file for a directory")
        << u"file/x"_s << Kind::NoSocket << u"no server listens at"_s;
    QTest::newRow("a file") << u"file"_s << Kind::NoSocket << u"is no socket"_s;
    QTest::newRow("a directory") << u"."_s << Kind::NoSocket << u"is no socket"_s;
    QTest::newRow("a server that is gone") << u"stale"_s << Kind::Stale << u"is gone"_s;
    QTest::newRow("a long path") << QString(108, u'x') << Kind::NoSocket << u"longer than"_s;
}

void tst_AdminClient::noConnection()
{
    QFETCH(const QString, name);
    QFETCH(const Kind, kind);
    QFETCH(const QString, message);
    QFile file(pathOf(u"file"_s));
    QVERIFY(file.open(QFile::WriteOnly));
    const int stale = rawListener(pathOf(u"stale"_s), false);
    QVERIFY(stale >= 0);
    ::close(stale);

    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(pathOf(name));
    QCOMPARE(client.state(), State::Connecting);
    QCOMPARE(failed.count(), 0);
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY2(failureIn(failed).message.contains(message), qPrintable(failureIn(failed).message));
    QVERIFY(failureIn(failed).message.contains(pathOf(name)));
    QCOMPARE(failureIn(failed).kind, kind);
    QCOMPARE(client.state(), State::Idle);
    QCOMPARE(client.untilRetry(), 0ms);

    client.connectTo({});
    QTRY_COMPARE(failed.count(), 2);
    QCOMPARE(failureIn(failed).kind, Kind::NoSocket);
}

void tst_AdminClient::noPermission()
{
    const Server server(pathOf(u"s"_s));
    QCOMPARE(::chmod(QFile::encodeName(m_dir->path()).constData(), 0755), 0);
    QCOMPARE(::chmod(QFile::encodeName(server.path()).constData(), 0000), 0);
    const bool isRoot = ::geteuid() == 0;
    if (isRoot && ::seteuid(65534) != 0)
        QSKIP("root, and cannot be anybody else");
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    const bool hasFailed = QTest::qWaitFor([&failed] { return !failed.isEmpty(); });
    if (isRoot)
        QCOMPARE(::seteuid(0), 0);
    QVERIFY(hasFailed);
    QCOMPARE(failureIn(failed).kind, Kind::NoPermission);
    QVERIFY2(failureIn(failed).message.startsWith("only "_L1),
             qPrintable(failureIn(failed).message));
}

void tst_AdminClient::badHello_data()
{
    QTest::addColumn<QByteArray>("reply"); // with the id that came for 77
    QTest::addColumn<QByteArray>("greeting");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, const QByteArray &reply, const QString &message,
                        const QByteArray &greeting = {}) {
        QTest::newRow(name) << reply << greeting << message;
    };
    row("HTTP", "HTTP/1.1 400 Bad Request\r\n\r\n", u"is no server of Truepeer"_s);
    row("no UTF-8", "\xff\n", u"is no server of Truepeer"_s);
    row("a list", "[]\n", u"is no server of Truepeer"_s);
    row("a greeting of something else", {}, u"is no server of Truepeer"_s, "SSH-2.0-x\r\n");
    row("a result that is a text", "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":\"ok\"}\n",
        u"is no server of Truepeer"_s);
    row("a result that is a list", "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":[]}\n",
        u"speaks version 0 of the protocol"_s);
    row("an answer to another call", "{\"jsonrpc\":\"2.0\",\"id\":78,\"result\":{}}\n",
        u"answered a call that was not made"_s);
    row("an answer to a text", "{\"jsonrpc\":\"2.0\",\"id\":\"77\",\"result\":{\"protocol\":1}}\n",
        u"answered a call that was not made"_s);
    row("no version", "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{}}\n",
        u"speaks version 0 of the protocol"_s);
    row("a version that is a text",
        "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{\"protocol\":\"1\"}}\n",
        u"speaks version 0 of the protocol"_s);
    row("a newer version",
        "{\"jsonrpc\":\"2.0\",\"id\":77,\"result\":{\"protocol\":2,\"version\":\"8\\u001b\"}}\n",
        uR"(speaks version 2 of the protocol, and this program 1: use the program that belongs to )"
        uR"(the server (its version is "8\x1b"))"_s);
    row("refused",
        "{\"jsonrpc\":\"2.0\",\"id\":77,\"error\":{\"code\":-32000,\"message\":\"too many\\n\"}}\n",
        uR"(refused the session: too many\x0a)"_s);
    row("refused before hello", {}, u"refused the session: full"_s,
        "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32000,\"message\":\"full\"}}\n");
}

void tst_AdminClient::badHello()
{
    QFETCH(const QByteArray, reply);
    QFETCH(const QByteArray, greeting);
    QFETCH(const QString, message);
    Server server(pathOf(u"s"_s));
    server.greeting = greeting;
    server.onHello = [&reply](const RpcRequest &request) {
        return QByteArray(reply).replace("77", QByteArray::number(request.id.toInteger()));
    };
    AdminClient client({});
    const QSignalSpy ready(&client, &AdminClient::ready);
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failureIn(failed).kind, Kind::Incompatible);
    QVERIFY2(failureIn(failed).message.contains(message), qPrintable(failureIn(failed).message));
    QCOMPARE(client.state(), State::Idle);
    QCOMPARE(ready.count(), 0);
    QVERIFY(client.server().isEmpty());
}

void tst_AdminClient::silentServer()
{
    Server server(pathOf(u"s"_s));
    server.onHello = [](const RpcRequest & /*request*/) { return QByteArray(); };
    AdminClient client(impatient());
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(failureIn(failed).kind, Kind::TimedOut);
    QCOMPARE(failureIn(failed).message,
             u"the server at %1 did not answer within 0.1 s"_s.arg(server.path()));
    QTRY_VERIFY(!server.isConnected());

    client.retry();
    QTRY_COMPARE(server.hellos, 2);
    server.hangUp();
    QTRY_COMPARE(failed.count(), 2);
    QCOMPARE(failureIn(failed).kind, Kind::Lost);
    QVERIFY(failureIn(failed).message.contains(u"before it said hello"_s));
}

// The system refuses connections while too many wait to be accepted.
void tst_AdminClient::fullBacklog()
{
    const QString path = pathOf(u"s"_s);
    const int listener = rawListener(path, true);
    QVERIFY(listener >= 0);
    QLocalSocket first;
    first.connectToServer(path);
    QCOMPARE(first.state(), QLocalSocket::ConnectedState);

    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(path);
    QCoreApplication::processEvents();
    const int accepted = ::accept(listener, nullptr, nullptr);
    QVERIFY(accepted >= 0);
    int other = ::accept(listener, nullptr, nullptr);
    QCOMPARE(other, -1);
    QVERIFY(QTest::qWaitFor([&] { return (other = ::accept(listener, nullptr, nullptr)) >= 0; }));
    QCOMPARE(client.state(), State::Connecting);
    QCOMPARE(failed.count(), 0);
    for (const int fd : {listener, accepted, other})
        ::close(fd);
}

void tst_AdminClient::badMessages_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    QTest::newRow("nonsense") << "hello\n"_ba << u"is no server of Truepeer"_s;
    QTest::newRow("an answer that nobody waits for")
        << encodeAnswer(99, QJsonObject()) << u"answered a call that was not made"_s;
    QTest::newRow("hello again") << encodeAnswer(1, QJsonObject())
                                 << u"answered a call that was not made"_s;
    QTest::newRow("an error that has no call")
        << encodeAnswer(QJsonValue(), RpcError(RpcCode::ParseError, u"bad"_s))
        << u"refused the session: bad"_s;
}

void tst_AdminClient::badMessages()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const QString, message);
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    const QSignalSpy notified(&client, &AdminClient::notified);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    QStringList order;
    client.call(u"a"_s, {}, [&](const RpcResult &result) {
        QVERIFY(isInternalError(result, u"connection lost"_s));
        QCOMPARE(failed.count(), 0);
        order.append(u"a"_s);
    });
    server.send(bytes + encodeNotification(u"late"_s, {}));
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(order, QStringList{u"a"_s});
    QCOMPARE(failureIn(failed).kind, Kind::Incompatible);
    QVERIFY2(failureIn(failed).message.contains(message), qPrintable(failureIn(failed).message));
    QTRY_VERIFY(!server.isConnected());
    QCOMPARE(notified.count(), 0);
}

void tst_AdminClient::endlessLine()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    server.send(QByteArray(64 * 1024 * 1024 + 2, 'x'));
    QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, 60'000);
    QCOMPARE(failureIn(failed).kind, Kind::Incompatible);
    QVERIFY(failureIn(failed).message.contains(u"a line of more than 67108864 bytes"_s));
}

void tst_AdminClient::saysHello()
{
    Server server(pathOf(u"s"_s));
    RpcRequest said;
    server.onHello = [&said](const RpcRequest &request) {
        said = request;
        return hello(request);
    };
    server.greeting = encodeNotification(u"early"_s, {});
    AdminClient client(impatient());
    const QSignalSpy ready(&client, &AdminClient::ready);
    const QSignalSpy notified(&client, &AdminClient::notified);
    QCOMPARE(client.state(), State::Idle);
    client.connectTo(server.path());
    QCOMPARE(client.path(), server.path());
    QTRY_COMPARE(ready.count(), 1);
    QCOMPARE(client.state(), State::Ready);
    QVERIFY(said.wantsAnswer());
    QCOMPARE(said.params, QJsonObject({{u"protocol"_s, 1}, {u"name"_s, u"test"_s}}));
    QCOMPARE(client.server().value(u"version"_s), QJsonValue(u"9"_s));
    QCOMPARE(notified.count(), 0);

    client.retry();
    QCOMPARE(client.state(), State::Ready);
}

void tst_AdminClient::longAnswer()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    const QJsonObject large{{u"text"_s, QString(MaxAdminLine + 1, u'x')}};
    bool isEqual = false;
    client.call(u"a"_s, {},
                [&](const RpcResult &result) { isEqual = resultObject(result) == large; });
    QTRY_COMPARE(server.calls.size(), 1);
    server.send(encodeAnswer(server.calls[0].id, large));
    QTRY_VERIFY(isEqual);
}

void tst_AdminClient::matchesAnswersToCalls()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    QStringList order;
    for (const QString &name : {u"one"_s, u"two"_s, u"three"_s}) {
        client.call(name, {{u"of"_s, name}}, [&order, name](const RpcResult &result) {
            if (const auto *error = std::get_if<RpcError>(&result))
                order.append(name + u'!' + error->message);
            else
                order.append(name + u'=' + resultObject(result).value(u"a"_s).toString());
        });
    }
    client.call(u"four"_s, {}, {});
    QTRY_COMPARE(server.calls.size(), 4);
    QCOMPARE(server.calls[1].method, u"two"_s);
    QCOMPARE(server.calls[1].params, QJsonObject({{u"of"_s, u"two"_s}}));
    QCOMPARE(server.calls[3].params, QJsonObject());
    QByteArray answers;
    for (const qsizetype i : {3, 2, 0})
        answers += encodeAnswer(server.calls[i].id, QJsonObject{{u"a"_s, QString::number(i)}});
    answers += encodeAnswer(server.calls[1].id, RpcError(RpcCode::NotFound, u"none"_s));
    server.send(answers);
    QTRY_COMPARE(order, QStringList({u"three=2"_s, u"one=0"_s, u"two!none"_s}));
}

void tst_AdminClient::passesNotificationsOn()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    const QSignalSpy notified(&client, &AdminClient::notified);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    server.send(encodeNotification(u"status"_s, {{u"clients"_s, 3}})
                + encodeNotification(u"event"_s, {}));
    QTRY_COMPARE(notified.count(), 2);
    QCOMPARE(notified[0], QVariantList({u"status"_s, QJsonObject{{u"clients"_s, 3}}}));
    QCOMPARE(notified[1], QVariantList({u"event"_s, QJsonObject()}));
}

void tst_AdminClient::refusesCallsThatCannotBe()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    QList<RpcResult> results;
    const auto keep = [&results](const RpcResult &result) { results.append(result); };
    client.call(u"a"_s, {}, keep);
    QCOMPARE(results.size(), 0);
    QTRY_COMPARE(results.size(), 1);
    QVERIFY(isInternalError(results[0], u"not connected"_s));

    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    client.call(u"a"_s, {{u"text"_s, QString(MaxAdminLine, u'x')}}, keep);
    QCOMPARE(results.size(), 1);
    QTRY_COMPARE(results.size(), 2);
    QVERIFY(std::get<RpcError>(results[1]).is(RpcCode::InvalidRequest));
    QVERIFY(std::get<RpcError>(results[1]).message.contains(u"longer than the 4194304 bytes"_s));

    client.call(u"b"_s, {}, keep);
    QTRY_COMPARE(server.calls.size(), 1);
    QCOMPARE(server.calls[0].method, u"b"_s);
}

void tst_AdminClient::expiresCalls()
{
    Server server(pathOf(u"s"_s));
    AdminClient::Options options;
    options.callTimeout = 50ms;
    AdminClient client(options);
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    int expired = 0;
    const auto expire = [&expired](const RpcResult &result) {
        QVERIFY(isInternalError(result, u"no answer to slow within 0.05 s"_s));
        ++expired;
    };
    client.call(u"slow"_s, {}, expire);
    client.call(u"slow"_s, {}, expire);
    QTRY_COMPARE(expired, 2);

    int answered = 0;
    client.call(u"fast"_s, {}, [&answered](const RpcResult &result) {
        QVERIFY(std::holds_alternative<QJsonValue>(result));
        ++answered;
    });
    QTRY_COMPARE(server.calls.size(), 3);
    for (const qsizetype i : {0, 2}) // one of them too late
        server.send(encodeAnswer(server.calls[i].id, QJsonObject()));
    QTRY_COMPARE(answered, 1);
    QCOMPARE(expired, 2);
    QCOMPARE(failed.count(), 0);
    QCOMPARE(client.state(), State::Ready);
}

void tst_AdminClient::lostConnection()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    int answers = 0;
    for (int i = 0; i < 3; ++i) {
        client.call(u"a"_s, {}, [&](const RpcResult &result) {
            QVERIFY(isInternalError(result, u"connection lost"_s));
            QCOMPARE(client.state(), State::Idle);
            QCOMPARE(failed.count(), 0);
            ++answers;
        });
    }
    QTRY_COMPARE(server.calls.size(), 3);
    server.stop();
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(answers, 3);
    QCOMPARE(failureIn(failed).kind, Kind::Lost);
    QCOMPARE(failureIn(failed).message,
             u"the connection to the server at %1 ended"_s.arg(server.path()));
    QVERIFY(!client.server().isEmpty());
}

void tst_AdminClient::readsWhatCameBeforeTheEnd()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    bool isAnswered = false;
    client.call(u"a"_s, {}, [&](const RpcResult &result) {
        isAnswered = std::holds_alternative<QJsonValue>(result) && failed.isEmpty();
    });
    QTRY_COMPARE(server.calls.size(), 1);
    const QJsonObject large{{u"text"_s, QString(3'000'000, u'x')}};
    server.sendAndHangUp(encodeAnswer(server.calls[0].id, large));
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(isAnswered);
    QCOMPARE(failureIn(failed).kind, Kind::Lost);
}

void tst_AdminClient::closesWithoutASignal()
{
    Server server(pathOf(u"s"_s));
    AdminClient client(persistent());
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    bool isLost = false;
    client.call(u"a"_s, {}, [&isLost](const RpcResult &result) {
        isLost = isInternalError(result, u"connection lost"_s);
    });
    client.close();
    QVERIFY(isLost);
    QCOMPARE(client.state(), State::Idle);
    QTRY_VERIFY(!server.isConnected());
    QCOMPARE(failed.count(), 0);
    QCOMPARE(server.hellos, 1);

    client.retry();
    QTRY_COMPARE(client.state(), State::Ready);
}

void tst_AdminClient::connectsAgain()
{
    Server server(pathOf(u"s"_s));
    server.stop();
    AdminClient client(persistent());
    const QSignalSpy ready(&client, &AdminClient::ready);
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    QTRY_VERIFY(failed.count() >= 3);
    for (const QList<QVariant> &arguments : failed)
        QCOMPARE(arguments[0].value<AdminFailure>().kind, Kind::NoSocket);
    server.start();
    QTRY_COMPARE(ready.count(), 1);

    server.hangUp();
    QTRY_COMPARE(ready.count(), 2);
    QCOMPARE(failureIn(failed).kind, Kind::Lost);
    bool isAnswered = false;
    client.call(u"a"_s, {}, [&isAnswered](const RpcResult & /*result*/) { isAnswered = true; });
    QTRY_COMPARE(server.calls.size(), 1);
    server.send(encodeAnswer(server.calls[0].id, QJsonObject()));
    QTRY_VERIFY(isAnswered);
}

void tst_AdminClient::waitsLongerEachTime()
{
    Server server(pathOf(u"s"_s));
    server.stop();
    AdminClient::Options options;
    options.reconnect = true;
    options.firstDelay = 10s;
    options.longestDelay = 100s;
    AdminClient client(options);
    const QSignalSpy failed(&client, &AdminClient::failed);
    client.connectTo(server.path());
    int count = 0;
    for (const std::chrono::milliseconds delay : {10s, 20s, 40s, 80s, 100s, 100s}) {
        ++count;
        QTRY_COMPARE(failed.count(), count);
        QCOMPARE(client.state(), State::Waiting);
        // A second for the time since then; a coarse timer may be 5 % late.
        QVERIFY2(client.untilRetry() >= delay * 3 / 4 - 1s,
                 qPrintable(QString::number(client.untilRetry().count())));
        QVERIFY(client.untilRetry() <= std::min(delay * 5 / 4, options.longestDelay) * 106 / 100);
        client.retry();
        QCOMPARE(client.untilRetry(), 0ms);
    }
    QTRY_COMPARE(failed.count(), count + 1);
    server.start();
    client.retry();
    QTRY_COMPARE(client.state(), State::Ready);
    server.stop();
    QTRY_COMPARE(client.state(), State::Waiting);
    QVERIFY(client.untilRetry() <= 14s);
}

void tst_AdminClient::retriesAtOnce()
{
    Server server(pathOf(u"s"_s));
    server.stop();
    AdminClient::Options options;
    options.reconnect = true;
    options.firstDelay = 1h;
    options.longestDelay = 1h;
    AdminClient client(options);
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Waiting);
    server.start();
    client.retry();
    QCOMPARE(client.state(), State::Connecting);
    QTRY_COMPARE(client.state(), State::Ready);
}

void tst_AdminClient::mayBeDestroyedAnywhere_data()
{
    QTest::addColumn<QString>("where");
    for (const char *where : {"ready", "failed", "notified", "answer", "lost answer", "late answer",
                              "closed answer", "answer without connection"})
        QTest::newRow(where) << QString::fromLatin1(where);
}

void tst_AdminClient::mayBeDestroyedAnywhere()
{
    QFETCH(const QString, where);
    Server server(pathOf(u"s"_s));
    AdminClient::Options options;
    options.callTimeout = where == "late answer"_L1 ? 20ms : 0ms;
    auto *const client = new AdminClient(options);
    const QPointer<AdminClient> alive = client;
    int called = 0;
    const auto destroy = [client, &called] {
        ++called;
        delete client;
    };
    const auto answer = [&destroy](const RpcResult & /*result*/) { destroy(); };
    if (where == "answer without connection"_L1)
        client->call(u"a"_s, {}, answer);
    if (where == "ready"_L1)
        connect(client, &AdminClient::ready, client, destroy);
    if (where == "failed"_L1)
        connect(client, &AdminClient::failed, client, destroy);
    if (where == "notified"_L1)
        connect(client, &AdminClient::notified, client, destroy);
    client->connectTo(server.path());
    QTRY_VERIFY(!alive || client->state() == State::Ready);
    if (alive && where.endsWith("answer"_L1)) {
        client->call(u"a"_s, {}, answer);
        client->call(u"b"_s, {}, answer); // not called any more
        QTRY_COMPARE(server.calls.size(), 2);
    }
    if (alive && where == "closed answer"_L1)
        client->close();
    if (alive && where == "answer"_L1) {
        server.send(encodeAnswer(server.calls[0].id, QJsonObject())
                    + encodeAnswer(server.calls[1].id, QJsonObject()));
    }
    if (alive && where == "notified"_L1)
        server.send(encodeNotification(u"a"_s, {}) + encodeNotification(u"b"_s, {}));
    if (alive && (where == "failed"_L1 || where == "lost answer"_L1))
        server.hangUp();
    QTRY_VERIFY(!alive);
    QCOMPARE(called, 1);
    QTRY_VERIFY(!server.isConnected());
}

void tst_AdminClient::mayConnectElsewhereAnywhere()
{
    Server first(pathOf(u"1"_s));
    Server second(pathOf(u"2"_s));
    AdminClient client({});
    const QSignalSpy failed(&client, &AdminClient::failed);
    const auto goTo = [&client](const Server &server) {
        return [&client, path = server.path()] { client.connectTo(path); };
    };
    // In an answer that says that the connection is lost; then nothing failed.
    client.connectTo(first.path());
    QTRY_COMPARE(client.state(), State::Ready);
    const auto go = goTo(second);
    client.call(u"a"_s, {}, [go](const RpcResult & /*result*/) { go(); });
    QTRY_COMPARE(first.calls.size(), 1);
    first.hangUp();
    QTRY_COMPARE(second.hellos, 1);
    QTRY_COMPARE(client.state(), State::Ready);
    QCOMPARE(failed.count(), 0);

    // In failed().
    const auto connection = connect(&client, &AdminClient::failed, &client, goTo(first));
    second.hangUp();
    QTRY_COMPARE(first.hellos, 2);
    QTRY_COMPARE(client.state(), State::Ready);
    QCOMPARE(failed.count(), 1);
    disconnect(connection);

    // In notified(), with more of the old server to read.
    connect(&client, &AdminClient::notified, &client, goTo(second));
    first.send(encodeNotification(u"a"_s, {}) + "nonsense\n");
    QTRY_COMPARE(second.hellos, 2);
    QTRY_COMPARE(client.state(), State::Ready);
    QCOMPARE(failed.count(), 1);
    QTRY_VERIFY(!first.isConnected());
}

void tst_AdminClient::answersMayRunAnEventLoop()
{
    Server server(pathOf(u"s"_s));
    AdminClient client({});
    client.connectTo(server.path());
    QTRY_COMPARE(client.state(), State::Ready);
    QEventLoop loop;
    QStringList order;
    client.call(u"a"_s, {}, [&](const RpcResult & /*result*/) {
        client.call(u"b"_s, {}, [&](const RpcResult & /*result*/) {
            order.append(u"b"_s);
            loop.quit();
        });
        QTRY_COMPARE(server.calls.size(), 2);
        server.send(encodeAnswer(server.calls[1].id, QJsonObject()));
        loop.exec();
        order.append(u"a"_s);
    });
    QTRY_COMPARE(server.calls.size(), 1);
    server.send(encodeAnswer(server.calls[0].id, QJsonObject()));
    QTRY_COMPARE(order, QStringList({u"b"_s, u"a"_s}));
}

QTEST_GUILESS_MAIN(tst_AdminClient)
#include "tst_adminclient.moc"
