// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The real truepeerctl against the real truepeerd.
#include "tests/support/admincalls.h"
#include "tests/support/ctlprocess.h"
#include "tests/support/eventclient.h"
#include "tests/support/serverprocess.h"

#include <QFile>
#include <QJsonArray>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <memory>
#include <vector>

#include <sys/stat.h>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

using Run = CtlProcess::Run;

constexpr auto Config = "request_details_path = \"/who\"\n"
                        "[limits]\n"
                        "idle_ping_s = 0\n";

// The members of a result, and what they are: numbers change from one call to the next.
QJsonValue shapeOf(const QJsonValue &value)
{
    if (value.isArray()) {
        QJsonArray shapes;
        for (const QJsonValue &element : value.toArray())
            shapes.append(shapeOf(element));
        return shapes;
    }
    if (value.isObject()) {
        QJsonObject shapes;
        const QJsonObject object = value.toObject();
        for (auto it = object.begin(); it != object.end(); ++it)
            shapes.insert(it.key(), shapeOf(it.value()));
        return shapes;
    }
    return int(value.type());
}

QByteArrayList valuesOf(const QJsonValue &clients, const QString &name)
{
    QByteArrayList values;
    for (const QJsonValue &client : clients["items"_L1].toArray())
        values.append(client[name].toString().toUtf8());
    std::sort(values.begin(), values.end());
    return values;
}

} // namespace

class tst_TruepeerCtl : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void cleanupTestCase();

    void clientsGetTheirAddresses();
    void exitCodes_data();
    void exitCodes();
    void findsTheServer();
    void tellsWhyItCannotConnect();
    void jsonIsTheResult_data();
    void jsonIsTheResult();
    void takesListsFromFiles();
    void kicks();
    void sendsEvents();
    void drains();
    void reloads();
    void followsEvents();
    void printsTheTop();

private:
    Run ctl(const QStringList &arguments, const QByteArray &input = {}) const
    {
        return CtlProcess::run(*m_server, arguments, input);
    }
    QJsonArray entriesInForce() const
    {
        QJsonArray entries;
        for (const QJsonValue &entry :
             ctl({u"trust"_s, u"list"_s, u"--json"_s}).json()["entries"_L1].toArray())
            entries.append(entry["entry"_L1]);
        return entries;
    }

    std::unique_ptr<ServerProcess> m_server;
    // A server with three clients in a room.
    std::unique_ptr<ServerProcess> m_busy;
    std::vector<std::unique_ptr<EventClient>> m_clients;
};

void tst_TruepeerCtl::initTestCase()
{
    m_server = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_server->isReady(), m_server->complaint().constData());
}

void tst_TruepeerCtl::cleanupTestCase()
{
    m_clients.clear();
    m_busy.reset();
    m_server.reset();
}

void tst_TruepeerCtl::clientsGetTheirAddresses()
{
    ServerProcess server{QByteArray(Config)};
    QVERIFY2(server.isReady(), server.complaint().constData());
    const auto ctlOf = [&server](const QString &line) {
        return CtlProcess::run(server, line.split(u' '));
    };
    std::vector<std::unique_ptr<EventClient>> clients;
    for (const QByteArray &address : {"203.0.113.7"_ba, "2001:db8::7"_ba}) {
        clients.push_back(std::make_unique<EventClient>(server.port(), "127.0.0.2"_ba));
        QVERIFY(clients.back()->open("/"_ba, "X-Forwarded-For: " + address + "\r\n"));
    }
    const QByteArrayList asPeers{"127.0.0.2"_ba, "127.0.0.2"_ba};
    const QByteArrayList asClients{"2001:db8::7"_ba, "203.0.113.7"_ba};
    const auto addresses = [&ctlOf] {
        return valuesOf(ctlOf(u"clients --json"_s).json(), u"client"_s);
    };
    QCOMPARE(addresses(), asPeers);
    Run run = ctlOf(u"explain 1"_s);
    VERIFY_RUN(run, run.exitCode == 0 && run.out.contains("client 127.0.0.2 (")
                        && run.out.contains("X-Forwarded-For  ignored"));

    run = ctlOf(u"trust add 127.0.0.2"_s);
    VERIFY_RUN(run, run.exitCode == 0 && run.out.startsWith("revision 2, 2 clients changed"));
    QCOMPARE(addresses(), asClients);
    run = ctlOf(u"clients"_s);
    VERIFY_RUN(run, run.out.contains(" 203.0.113.7 ") && run.out.contains(" 2001:db8::7 "));
    run = ctlOf(u"explain 1"_s);
    VERIFY_RUN(run, run.out.contains("client 203.0.113.7 (")
                        && run.out.contains("127.0.0.2    peer    trusted by 127.0.0.2")
                        && run.out.contains("X-Forwarded-For  used"));

    // Not without a word: the clients would lose their addresses.
    run = ctlOf(u"trust rollback 1"_s);
    VERIFY_RUN(run, run.exitCode == 5 && run.err.contains("--yes"));
    QCOMPARE(addresses(), asClients);
    run = ctlOf(u"trust rollback 1 --yes"_s);
    VERIFY_RUN(run, run.exitCode == 0 && run.out.startsWith("revision 3, 2 clients changed"));
    QCOMPARE(addresses(), asPeers);
    for (const auto &client : clients)
        QVERIFY(client->isResponsive());
    QCOMPARE(valuesOf(ctlOf(u"clients --state closed --json"_s).json(), u"id"_s), {});
}

void tst_TruepeerCtl::exitCodes_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArray>("text"); // in what it prints
    const auto row = [](const char *name, const QString &line, int exitCode,
                        const QByteArray &text) {
        QTest::newRow(name) << line << exitCode << text;
    };
    row("all is well", u"health"_s, 0, "healthy\n");
    row("it is ready, too", u"health --ready"_s, 0, "healthy\n");
    row("it can be asked how it is", u"status"_s, 0, "trust_revision");
    row("nobody to kick", u"kick --filter ip:203.0.113.1 --dry-run"_s, 0,
        "0 clients would be closed\n");
    row("an empty list on a pipe", u"clients --no-headers"_s, 0, "");
    row("a file that is not there", u"trust set /nonexistent"_s, 1, "cannot read /nonexistent: ");
    row("no command", u"frobnicate"_s, 2, "frobnicate");
    row("a filter that is none", u"clients --filter ip:x"_s, 2, "  ip:x\n     ^\n");
    row("a value that the server does not take", u"trust test --peer x"_s, 2, "peer");
    row("a column that there is not", u"clients --columns id,x"_s, 2, "x");
    row("no socket at that place", u"--socket /nonexistent status"_s, 3, "/nonexistent");
    row("no server with that port", u"--port 1 status"_s, 3, "no server with port 1");
    row("no such client", u"client 999"_s, 4, "999");
    row("no such request", u"explain request:999"_s, 4, "999");
    row("no such entry", u"trust remove 192.0.2.99"_s, 4, "192.0.2.99");
    row("no such revision", u"trust rollback 999"_s, 4, "999");
    row("an entry that is none", u"trust add 300.1.1.1"_s, 5, "300.1.1.1");
    row("everybody is trusted, without a confirmation", u"trust set --mode all"_s, 5, "--yes");
    row("a list that is not valid", u"trust check 300.1.1.1"_s, 5, "error: 300.1.1.1");
    row("somebody else was faster", u"trust add 192.0.2.1 --base-revision 0"_s, 6, "revision");
    row("a configuration for nginx", u"proxy-config nginx --tls --upstream 127.0.0.1:1234"_s, 0,
        "server 127.0.0.1:1234;");
    row("and with the port of TLS", u"proxy-config nginx --tls"_s, 0, "listen 443 ssl");
    row("a configuration for no proxy", u"proxy-config iis"_s, 2, "nginx");
    row("an upstream that is none", u"proxy-config nginx --upstream a;b"_s, 2, "upstream 1 ");
    row("the version", u"version"_s, 0, "truepeerctl ");
}

void tst_TruepeerCtl::exitCodes()
{
    QFETCH(const QString, line);
    QFETCH(const int, exitCode);
    QFETCH(const QByteArray, text);
    QStringList arguments = line.split(u' ');
    if (!line.startsWith(u"--"_s))
        arguments = QStringList{u"--socket"_s, m_server->adminSocket()} + arguments;
    const Run run = CtlProcess::run({.arguments = arguments});
    VERIFY_RUN(run, run.exitCode == exitCode);
    const bool isFine = exitCode == 0 || line.startsWith(u"trust check"_s);
    VERIFY_RUN(run, (isFine ? run.out : run.err).contains(text));
    VERIFY_RUN(run, (isFine ? run.err : run.out).isEmpty());
    // A failure changes nothing.
    QCOMPARE(entriesInForce(), QJsonArray());
}

void tst_TruepeerCtl::findsTheServer()
{
    QTemporaryDir directory;
    const QHash<QString, QString> place{{u"XDG_RUNTIME_DIR"_s, directory.path()}};
    const auto status = [&place](const QStringList &options = {},
                                 const QHash<QString, QString> &more = {}) {
        QHash<QString, QString> environment = place;
        environment.insert(more);
        return CtlProcess::run({.arguments = options + QStringList{u"status"_s, u"--json"_s},
                                .environment = environment});
    };
    Run run = status();
    VERIFY_RUN(run, run.exitCode == 3 && run.err.contains("no server is running"));

    // One that crashed has left its socket.
    ServerProcess crashed({Config, {}, place});
    QVERIFY2(crashed.isReady(), crashed.complaint().constData());
    const QString stale = crashed.adminSocket();
    crashed.signal(SIGKILL);
    crashed.waitForExit();
    QVERIFY(QFile::exists(stale));
    run = status();
    VERIFY_RUN(run, run.exitCode == 3 && run.err.contains("no server is running"));
    run = status({u"--socket"_s, stale});
    VERIFY_RUN(run, run.exitCode == 3 && run.err.contains(stale.toUtf8()));

    ServerProcess first({Config, {}, place});
    QVERIFY2(first.isReady(), first.complaint().constData());
    QVERIFY(first.adminSocket().startsWith(directory.path()));
    run = status();
    VERIFY_RUN(run, run.exitCode == 0 && run.json()["status"_L1] == u"healthy"_s);

    ServerProcess second({Config, {}, place});
    QVERIFY2(second.isReady(), second.complaint().constData());
    run = status();
    VERIFY_RUN(run, run.exitCode == 2 && run.err.contains("several servers"));
    const QString port = QString::number(second.port());
    for (const ServerProcess *server : {&first, &second})
        VERIFY_RUN(run, run.err.contains(server->adminSocket().toUtf8()));
    const auto isSecond = [&port](const Run &asked) {
        return asked.exitCode == 0
               && asked.out.contains(
                   QByteArray("listen             http://127.0.0.1:"_ba + port.toLatin1() + '\n'));
    };
    for (const QStringList &options :
         {QStringList{u"--port"_s, port}, QStringList{u"--socket"_s, second.adminSocket()}}) {
        run = CtlProcess::run(
            {.arguments = options + QStringList{u"status"_s}, .environment = place});
        VERIFY_RUN(run, isSecond(run));
    }
    QHash<QString, QString> named = place;
    named.insert(u"TRUEPEER_ADMIN_SOCKET"_s, second.adminSocket());
    run = CtlProcess::run({.arguments = {u"status"_s}, .environment = named});
    VERIFY_RUN(run, isSecond(run));
}

void tst_TruepeerCtl::tellsWhyItCannotConnect()
{
    const QByteArray path = m_server->adminSocket().toUtf8();
    QCOMPARE(::chmod(path.constData(), 0), 0);
    const Run run =
        CtlProcess::run({.arguments = {u"--socket"_s, m_server->adminSocket(), u"status"_s},
                         .obeysFileModes = true});
    QCOMPARE(::chmod(path.constData(), 0600), 0);
    VERIFY_RUN(run, run.exitCode == 3 && run.err.contains(QByteArray(" may use "_ba + path)));
}

void tst_TruepeerCtl::jsonIsTheResult_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("method");
    QTest::addColumn<QJsonObject>("params");
    m_busy = std::make_unique<ServerProcess>(QByteArray(Config));
    QVERIFY2(m_busy->isReady(), m_busy->complaint().constData());
    for (int i = 0; i < 3; ++i) {
        m_clients.push_back(std::make_unique<EventClient>(m_busy->port(), "127.0.0.2"_ba));
        QVERIFY(m_clients.back()->openAs("agent"_ba, "X-Forwarded-For: 203.0.113.7\r\n"_ba));
        QVERIFY(m_clients.back()->join(u"lobby"_s));
    }
    const auto row = [](const QString &line, const QString &method,
                        const QJsonObject &params = {}) {
        QTest::newRow(qPrintable(line)) << line << method << params;
    };
    const QJsonObject id{{u"id"_s, u"1"_s}};
    const QJsonArray loopback{QJsonObject{{u"entry"_s, u"127.0.0.2"_s}}};
    const QJsonObject list{{u"mode"_s, u"list"_s}, {u"entries"_s, loopback}};
    row(u"status"_s, u"status"_s);
    row(u"clients"_s, u"clients.list"_s);
    row(u"client 1"_s, u"clients.get"_s, id);
    row(u"explain 1"_s, u"clients.get"_s, id);
    row(u"rooms"_s, u"rooms.list"_s);
    row(u"rooms lobby"_s, u"rooms.members"_s, {{u"room"_s, u"lobby"_s}});
    row(u"requests"_s, u"requests.recent"_s);
    row(u"request 1"_s, u"requests.get"_s, id);
    row(u"trust list"_s, u"trust.get"_s);
    row(u"trust history"_s, u"trust.history"_s);
    row(u"trust suggest"_s, u"trust.suggestions"_s);
    row(u"trust check 127.0.0.2"_s, u"trust.check"_s, list);
    row(u"trust preview --add 127.0.0.2"_s, u"trust.preview"_s, list);
    row(u"trust test --peer 127.0.0.2"_s, u"trust.test"_s,
        {{u"peer"_s, u"127.0.0.2"_s}, {u"headers"_s, QJsonArray()}});
    row(u"doctor"_s, u"diagnose"_s);
    row(u"config"_s, u"config.get"_s);
    row(u"events --limit 100"_s, u"events.recent"_s,
        {{u"types"_s, QJsonArray{u"audit"_s, u"clients"_s}}});
    row(u"kick 1 --dry-run"_s, u"clients.kick"_s, {{u"id"_s, u"1"_s}, {u"dry_run"_s, true}});
    row(u"proxy-config caddy"_s, u"proxy.config"_s, {{u"proxy"_s, u"caddy"_s}});
}

void tst_TruepeerCtl::jsonIsTheResult()
{
    QFETCH(const QString, line);
    QFETCH(const QString, method);
    QFETCH(const QJsonObject, params);
    AdminCalls admin(m_busy->adminSocket());
    const RpcResult answer = admin.call(method, params);
    QVERIFY(std::holds_alternative<QJsonValue>(answer));
    const QJsonValue result = std::get<QJsonValue>(answer);
    QVERIFY(result.isArray() ? !result.toArray().isEmpty() : result.isObject());
    const Run run = CtlProcess::run(*m_busy, QStringList{u"--json"_s} + line.split(u' '));
    const QJsonValue printed = run.json();
    VERIFY_RUN(run, run.exitCode == (line == u"doctor"_s ? 1 : 0) && run.err.isEmpty());
    VERIFY_RUN(run, shapeOf(printed) == shapeOf(result));
}

void tst_TruepeerCtl::takesListsFromFiles()
{
    QTemporaryDir directory;
    QFile file(directory.filePath(u"list"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write("# our proxies\n192.0.2.1, 192.0.2.2   # the edge\n\n10.9.0.0/16\n") > 0);
    file.close();
    const QStringList check{u"trust"_s, u"check"_s, file.fileName()};
    Run run = ctl(check);
    VERIFY_RUN(run, run.exitCode == 0 && run.out.contains("192.0.2.2    192.0.2.2/32"));
    run = ctl({u"trust"_s, u"preview"_s, file.fileName()});
    VERIFY_RUN(run, run.exitCode == 0 && run.out.startsWith("0 of 0 open clients"));
    QCOMPARE(entriesInForce(), QJsonArray());

    run = ctl({u"trust"_s, u"set"_s, file.fileName(), u"--comment"_s, u"moved"_s});
    VERIFY_RUN(run, run.exitCode == 0);
    QCOMPARE(entriesInForce(), (QJsonArray{u"192.0.2.1"_s, u"192.0.2.2"_s, u"10.9.0.0/16"_s}));
    const Run list = ctl({u"trust"_s, u"list"_s, u"--json"_s});
    QCOMPARE(list.json()["entries"_L1][1]["note"_L1], QJsonValue(u"the edge"_s));
    run = ctl({u"trust"_s, u"history"_s});
    VERIFY_RUN(run, run.out.contains("  moved\n"));

    // What it prints it takes, but not when the list is another one by then.
    run = ctl({u"trust"_s, u"add"_s, u"192.0.2.3"_s});
    VERIFY_RUN(run, run.exitCode == 0);
    run = ctl({u"trust"_s, u"set"_s, u"-"_s}, list.out);
    VERIFY_RUN(run, run.exitCode == 6 && run.err.contains("+ ") == false
                        && run.err.contains("- 192.0.2.3"));
    run = ctl({u"trust"_s, u"set"_s, u"-"_s}, "10.9.9.0/24 # less\n300.1.1.1\n");
    VERIFY_RUN(run, run.exitCode == 5 && run.err.contains("line 2: 300.1.1.1"));
    run = ctl({u"trust"_s, u"set"_s, u"-"_s}, "10.9.9.0/24 # less\n");
    VERIFY_RUN(run, run.exitCode == 0);
    QCOMPARE(entriesInForce(), QJsonArray{u"10.9.9.0/24"_s});
    run = ctl({u"trust"_s, u"reset"_s});
    VERIFY_RUN(run, run.exitCode == 0);
    QCOMPARE(entriesInForce(), QJsonArray());
}

void tst_TruepeerCtl::kicks()
{
    EventClient first(m_server->port(), "127.0.0.3"_ba);
    EventClient second(m_server->port(), "127.0.0.4"_ba);
    QVERIFY(first.openAs("first"_ba) && second.openAs("second"_ba));
    const QStringList kick{u"kick"_s, u"--filter"_s, u"ip:127.0.0.3"_s};
    Run run = ctl(kick + QStringList{u"--dry-run"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "1 client would be closed\n");
    run = ctl(kick);
    VERIFY_RUN(run, run.exitCode == 5 && run.out.isEmpty());
    QVERIFY(first.isResponsive());
    run = ctl(kick + QStringList{u"--yes"_s, u"--reason"_s, u"enough"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "1 client closed\n");
    const auto frame = first.readFrame();
    QVERIFY(frame && frame->closeCode() == 1008);
    QCOMPARE(frame->closeReason(), "enough"_ba);
    QVERIFY(second.isResponsive());
    // Two filters would be one too many, and none as well.
    for (const QString &line :
         {u"kick 1 --filter ip:127.0.0.4 --yes"_s, u"kick --yes"_s, u"kick --filter= --yes"_s}) {
        run = ctl(line.split(u' '));
        VERIFY_RUN(run, run.exitCode == 2);
    }
    QVERIFY(second.isResponsive());
}

void tst_TruepeerCtl::sendsEvents()
{
    EventClient client(m_server->port());
    QVERIFY(client.openAs("listener"_ba) && client.join(u"lobby"_s));
    const QJsonValue found =
        ctl({u"clients"_s, u"--json"_s, u"--filter"_s, u"ua:listener"_s}).json();
    const QString id = found["items"_L1][0]["id"_L1].toString();
    Run run = ctl({u"send"_s, id, u"news"_s, u"{\"n\": 1}"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "sent\n");
    QCOMPARE(client.readEvent(), EventClient::event(u"news"_s, QJsonObject{{u"n"_s, 1}}));
    run = ctl({u"broadcast"_s, u"news"_s, u"-"_s, u"--room"_s, u"lobby"_s}, "[1, \"\u00e9\"]");
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "delivered to 1 client\n");
    QCOMPARE(client.readEvent(), EventClient::event(u"news"_s, QJsonArray{1, u"\u00e9"_s}));
    run = ctl({u"broadcast"_s, u"news"_s, u"hello"_s});
    VERIFY_RUN(run, run.exitCode == 2 && run.err.contains("no JSON"));
}

void tst_TruepeerCtl::drains()
{
    ServerProcess server({"", {}, {{u"TRUEPEER_DRAIN_DELAY_S"_s, u"60"_s}}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    const auto ctlOf = [&server](const QStringList &arguments) {
        return CtlProcess::run(server, arguments);
    };
    Run run = ctlOf({u"undrain"_s});
    VERIFY_RUN(run, run.exitCode == 1 && run.err.contains("not draining"));
    run = ctlOf({u"drain"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "draining\n");
    run = ctlOf({u"health"_s});
    VERIFY_RUN(run, run.exitCode == 1 && run.out == "draining\n");
    run = ctlOf({u"health"_s, u"--ready"_s});
    VERIFY_RUN(run, run.exitCode == 1);
    run = ctlOf({u"undrain"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "not draining\n");
    run = ctlOf({u"health"_s, u"--ready"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "healthy\n");
    server.signal(SIGKILL); // or it waits for the minute
    server.waitForExit();
}

void tst_TruepeerCtl::reloads()
{
    QTemporaryDir directory;
    const QString path = directory.filePath(u"truepeer.toml"_s);
    const auto write = [&path](const QByteArray &text) {
        QFile file(path);
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    QVERIFY(write("host = \"127.0.0.1\"\n"));
    ServerProcess server({"", {u"--config"_s, path}, {}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    Run run = CtlProcess::run(server, {u"reload"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out == "applied: -\n");
    QVERIFY(write("host = \"127.0.0.1\"\nthreads = 3\ntrust_proxy = [\"10.0.0.1\"]\n"
                  "[log]\nlevel = \"debug\"\n"));
    run = CtlProcess::run(server, {u"reload"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out.contains("log.level")
                        && run.out.contains("needs a restart: threads"));
    QVERIFY(write("max_hop = 7\n"));
    run = CtlProcess::run(server, {u"reload"_s});
    VERIFY_RUN(run, run.exitCode == 1 && run.err.contains("max_hop"));
    run = CtlProcess::run(server, {u"config"_s, u"--changed"_s});
    VERIFY_RUN(run, run.out.contains("log.level") && !run.out.contains("threads"));
}

void tst_TruepeerCtl::followsEvents()
{
    CtlProcess follower(
        {.arguments = {u"--socket"_s, m_server->adminSocket(), u"events"_s, u"--follow"_s,
                       u"--types"_s, u"audit"_s, u"--limit"_s, u"1000"_s}});
    QVERIFY(follower.waitForOutput("server.started"));
    Run run = ctl({u"trust"_s, u"add"_s, u"192.0.2.77"_s});
    VERIFY_RUN(run, run.exitCode == 0);
    QVERIFY(follower.waitForOutput("added 192.0.2.77\n"));
    follower.signal(SIGINT);
    QVERIFY(follower.waitForEnd());
    run = ctl({u"trust"_s, u"reset"_s});
    VERIFY_RUN(run, run.exitCode == 0);
}

void tst_TruepeerCtl::printsTheTop()
{
    EventClient client(m_server->port());
    QVERIFY(client.openAs("busy"_ba));
    const Run run = ctl({u"top"_s, u"-n"_s, u"2"_s});
    VERIFY_RUN(run, run.exitCode == 0 && run.out.count("USER AGENT") == 2
                        && run.out.count(" busy\n") == 2 && !run.out.contains('\x1b'));
}

QTEST_GUILESS_MAIN(tst_TruepeerCtl)
#include "tst_truepeerctl.moc"
