// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/format.h"
#include "tests/unit/ctl/fakeserver.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_CtlCommands : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { qputenv("TZ", "UTC"); }
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void badArguments_data();
    void badArguments();
    void commands_data();
    void commands();
    void refusals_data();
    void refusals();
    void confirmations_data();
    void confirmations();
    void findsTheServer_data();
    void findsTheServer();
    void listsInFiles_data();
    void listsInFiles();
    void numbersForPeople_data();
    void numbersForPeople();
    void jsonIsTheResultAsItIs();
    void followsEvents();
    void drawsTheTop();
    void theTopEndsWithTheServer();
    void cutsTablesToTheTerminal();
    void leavesOutColumnsBeforeItCuts();
    void breaksLongTexts();
    void coloursOnlyWhereTheyAreWanted();
    void neverPrintsControlCharacters();
    void optionsStandAnywhere();
};

namespace {

// The words of a command line; 'a b' is one word.
QStringList words(const QString &line)
{
    static const QRegularExpression word(u"'([^']*)'|(\\S+)"_s);
    QStringList result;
    for (auto it = word.globalMatch(line); it.hasNext();) {
        const QRegularExpressionMatch match = it.next();
        result.append(match.hasCaptured(2) ? match.captured(2) : match.captured(1));
    }
    return result;
}

constexpr const char *Resolution = R"({
    "client": "1.2.3.4", "scheme": "https", "host": "pub.example", "port": 443,
    "url": "https://pub.example/", "peer": "10.0.0.5", "trusted_peer": true, "known": true,
    "conflict": false, "source": "x-forwarded-for", "hops": 2, "trust_revision": 7,
    "headers": [
        {"name": "X-Forwarded-For", "value": "6.6.6.6, 1.2.3.4, 10.0.0.1", "used": true,
         "reason": "it names the client"},
        {"name": "Forwarded", "value": "for=9.9.9.9", "used": false, "reason": "pinned"}],
    "from": {"scheme": {"header": "X-Forwarded-Proto", "index": 1}, "host": null, "port": null},
    "trail": [
        {"address": "10.0.0.5", "verdict": "peer", "entry": "10.0.0.0/8", "header": null,
         "index": 0},
        {"address": "10.0.0.1", "verdict": "trusted", "entry": "10.0.0.0/8",
         "header": "X-Forwarded-For", "index": 1},
        {"address": "1.2.3.4", "verdict": "client", "reason": "it is not on the list",
         "header": "X-Forwarded-For", "index": 2},
        {"text": "6.6.6.6", "verdict": "unread", "header": "X-Forwarded-For", "index": 3}],
    "notes": ["The proxy sent no X-Forwarded-Host."]})";

constexpr const char *ResolutionText = R"(trail
    10.0.0.5   peer     trusted by 10.0.0.0/8
->  10.0.0.1   trusted  trusted by 10.0.0.0/8  X-Forwarded-For #1
->  1.2.3.4    client   it is not on the list  X-Forwarded-For #2
->  "6.6.6.6"  unread                          X-Forwarded-For #3
headers
  X-Forwarded-For  used     it names the client  6.6.6.6, 1.2.3.4, 10.0.0.1
  Forwarded        ignored  pinned               for=9.9.9.9
taken from
  scheme  https        from X-Forwarded-Proto #1
  host    pub.example  from the Host header
  port    443          from the host, or the scheme
notes
  The proxy sent no X-Forwarded-Host.
result
  client 1.2.3.4 (https://pub.example/), from x-forwarded-for, trust revision 7
)";

constexpr const char *Trust = R"({
    "revision": 7, "mode": "list", "origin": "live",
    "entries": [
        {"entry": "10.0.0.0/8", "note": "office", "added_by": "uid 0 / root",
                     "added_at" : 1764032709, "matched_peers" : 2, "matched_clients" : 30,
                     "last_used" : 1764032719
},
        {"entry": "127.0.0.1", "note": "", "added_by": "configuration", "added_at": 0,
         "matched_peers": 0, "matched_clients": 0, "last_used": null}],
    "warnings": [{"index": 0, "entry": "10.0.0.0/8", "message": "is broad"}]
})";

QByteArray replaced(QByteArray text)
{
    return text.replace("@RESOLUTION@", Resolution).replace("@TRUST@", Trust);
}

} // namespace

void tst_CtlCommands::badArguments_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("complaint");
    const auto row = [](const char *name, const QString &line, const QString &complaint) {
        QTest::newRow(name) << line << u"truepeerctl: "_s + complaint + u'\n';
    };
    row("nothing at all", u""_s, u"no command; \"truepeerctl help\" lists them (try --help)"_s);
    row("a command with swapped letters", u"stauts"_s,
        u"unknown command \"stauts\"; did you mean \"status\"? (try --help)"_s);
    row("a command like no other", u"xyzzyx"_s, u"unknown command \"xyzzyx\" (try --help)"_s);
    row("a control character in a command", u"st\x1b[2Jatus"_s,
        u"unknown command \"st\ufffd[2Jatus\"; did you mean \"status\"? (try --help)"_s);
    row("a subcommand that is nearly one", u"trust lst"_s,
        u"unknown command \"trust lst\"; did you mean \"list\"? (try --help)"_s);
    row("a group alone", u"trust"_s,
        u"trust needs one of list, add, remove, set, check, preview, test, history, rollback, "
        "suggest, reset (try --help)"_s);
    row("an option that is nearly one", u"clients --fliter x"_s,
        u"unknown option \"--fliter\"; did you mean \"--filter\"? (try --help)"_s);
    row("an option of another command", u"status --filter x"_s,
        u"unknown option \"--filter\" (try --help)"_s);
    row("an option of the command before it", u"--filter x clients"_s,
        u"unknown option \"--filter\"; it belongs after a command that knows it, such as \"top\" "
        "(try --help)"_s);
    row("an unknown letter", u"status -x"_s, u"unknown option \"-x\" (try --help)"_s);
    row("an option without its value", u"clients --limit"_s,
        u"--limit needs a value: N (try --help)"_s);
    row("a flag with a value", u"--json=yes status"_s, u"--json takes no value (try --help)"_s);
    row("no number", u"clients --limit ten"_s,
        u"--limit: \"ten\" is no number from 0 to 1000000 (try --help)"_s);
    row("a number with a sign", u"--port +1 status"_s,
        u"--port: \"+1\" is no number from 1 to 65535 (try --help)"_s);
    row("a port that is too large", u"--port 65536 status"_s,
        u"--port: \"65536\" is no number from 1 to 65535 (try --help)"_s);
    row("a number that overflows", u"kick 1 --code 99999999999999999999"_s,
        u"--code: \"99999999999999999999\" is no number from 1000 to 4999 (try --help)"_s);
    row("no time", u"--timeout 1s status"_s,
        u"--timeout: \"1s\" is no number of seconds (try --help)"_s);
    row("a word that is no choice", u"clients --state opne"_s,
        u"--state: \"opne\" is none of open, closed, all; did you mean \"open\"? (try --help)"_s);
    row("a proxy that is not known", u"proxy-config ngnix"_s,
        u"proxy-config: \"ngnix\" is none of nginx, apache, haproxy, caddy; did you mean "
        "\"nginx\"? (try --help)"_s);
    row("no shell", u"completion"_s, u"completion needs SHELL (try --help)"_s);
    row("too many arguments", u"client 1 2"_s, u"client: unexpected argument \"2\" (try --help)"_s);
    row("an argument where none is", u"status now"_s,
        u"status: unexpected argument \"now\" (try --help)"_s);
    row("a revision that is none", u"trust rollback last"_s,
        u"trust rollback: \"last\" is no number from 0 to 9007199254740991 (try --help)"_s);
    row("an empty file name", u"trust set ''"_s,
        u"trust set: the name of the file is empty (try --help)"_s);
    row("help about nothing", u"help clint"_s,
        u"there is no command \"clint\"; did you mean \"client\"? (try --help)"_s);
    row("socket and port", u"--socket /x --port 1 status"_s,
        u"--socket and --port exclude each other"_s);
    row("a column that is not there", u"clients --columns id,ip"_s,
        u"There is no column \"ip\". Allowed are id, client, peer, peer_port, scheme, host, port, "
        "url, user_agent, origin, namespace, rooms, connected_at, idle_s, messages_in, "
        "messages_out, bytes_in, bytes_out, queue_bytes, trusted_peer, known, conflict, source, "
        "hops, trust_revision, closed_at, close_code, close_reason, initiator."_s);
    row("kick nobody", u"kick"_s, u"kick needs either an ID or --filter"_s);
    row("kick both ways", u"kick 1 --filter x"_s, u"kick needs either an ID or --filter"_s);
    row("kick everybody", u"kick --filter ' '"_s,
        u"an empty filter would close every connection"_s);
    row("data without quotes", u"broadcast news hello"_s,
        u"the data is no JSON: illegal number at character 1 (a text needs quotes of its own, as "
        u"in "
        "'\"hello\"')"_s);
    row("two values as data", u"send 1 news 1,2"_s,
        u"the data is no JSON: it is not exactly one value at character 1 (a text needs quotes of "
        "its own, as in '\"hello\"')"_s);
    row("a set of nothing", u"trust set"_s,
        u"trust set needs a FILE (- is standard input), or --mode"_s);
    row("a preview of nothing", u"trust preview"_s,
        u"trust preview needs either a FILE, or --add and --remove"_s);
    row("an entry of blanks", u"trust add ' , '"_s, u"trust add: the entry is empty"_s);
    row("a test without a peer", u"trust test"_s, u"trust test needs --peer ADDRESS"_s);
    row("a header without a colon", u"trust test --peer 10.0.0.1 -H Forwarded"_s,
        u"\"Forwarded\" is no header; it has the form 'Name: value'"_s);
}

void tst_CtlCommands::badArguments()
{
    QFETCH(const QString, line);
    FakeWorld world;
    FakeConsole console;
    QCOMPARE(run(words(line), world, console), 2);
    QTEST(console.err, "complaint");
    QCOMPARE(console.out, u""_s);
    QCOMPARE(world.calls, QJsonArray());
}

void tst_CtlCommands::commands_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("answers"); // [[method, result]…]
    QTest::addColumn<QByteArray>("calls");   // [[method, params]…]
    QTest::addColumn<QString>("out");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *line, const QByteArray &answers,
                        const QByteArray &calls, const char *out, int status = 0) {
        QTest::newRow(name) << QString::fromUtf8(line) << replaced(answers) << replaced(calls)
                            << QString::fromUtf8(out) << status;
    };
    // The server
    row("status", "status",
        R"([["status", {"status": "healthy", "uptime": 11000, "clients": 12, "clients_max": 10000,
            "bytes_in": 1234567, "rates": {"connects": 0.5}, "warnings": ["headers are not pinned"],
            "trust_revision": 7, "draining": false}]])",
        R"([["status", {}]])", R"(version         9.9.9
pid             4711
listen          0.0.0.0:6001
status          healthy
uptime          3h 3m
clients         12 of 10000
bytes_in        1.2 MB
connects/s      0.5
trust_revision  7
draining        no
warning: headers are not pinned
)");
    row("health of a healthy server", "health", R"([["status", {"status": "healthy"}]])",
        R"([["status", {}]])", "healthy\n");
    row("health of a draining server", "health",
        R"([["status", {"status": "draining", "draining": true}]])", R"([["status", {}]])",
        "draining\n", 1);
    row("health of a sick server", "health", R"([["status", {"status": "unhealthy"}]])",
        R"([["status", {}]])", "unhealthy\n", 1);
    row("health of a server that says nothing", "health", R"([["status", {}]])",
        R"([["status", {}]])", "-\n", 1);
    row("a ready server", "health --ready", R"([["status", {"status": "healthy"}]])",
        R"([["status", {}]])", "healthy\n");
    row("a healthy server that is not ready", "health --ready",
        R"([["status", {"status": "healthy", "ready": false}]])", R"([["status", {}]])",
        "not ready\n", 1);
    row("a drain", "drain", R"([["drain", {"draining": true}]])", R"([["drain", {}]])",
        "draining\n");
    row("a drain that is taken back", "undrain", R"([["undrain", {"draining": false}]])",
        R"([["undrain", {}]])", "not draining\n");
    row("reload", "reload",
        R"([["reload", {"applied": ["log.level"], "needs_restart": ["port", "threads"]}]])",
        R"([["reload", {}]])", "applied: log.level\nneeds a restart: port, threads\n");
    row("reload of what cannot be used yet", "reload",
        R"([["reload", {"applied": [], "warnings": ["trust_proxy is edited live"]}]])",
        R"([["reload", {}]])", "applied: -\nwarning: trust_proxy is edited live\n");
    row("the configuration", "config",
        R"([["config.get", [
            {"key": "port", "value": 7000, "default": 6001, "source": "flag"},
            {"key": "host", "value": ["::"], "default": ["::"], "source": "default"}]]])",
        R"([["config.get", {}]])",
        "KEY   VALUE  SOURCE   DEFAULT\nport  7000   flag     6001\nhost  ::     default\n");
    row("what is not the default", "config --changed --no-headers",
        R"([["config.get", {"items": [
            {"key": "port", "value": 7000, "default": true, "source": "flag"},
            {"key": "host", "value": "::", "default": "::", "source": "default"}]}]])",
        R"([["config.get", {}]])", "port  7000  flag  true\n");
    row("a doctor who finds an error", "doctor",
        R"([["diagnose", {"findings": [{"id": "untrusted-headers", "subject": "10.0.0.5",
            "severity": "error", "title": "Headers of a stranger", "detail": "One.\nTwo.",
            "evidence": {"requests": 12, "first_seen": 1764032709},
            "fix": {"nginx": "", "trust": "truepeerctl trust add 10.0.0.5"}}]}]])",
        R"([["diagnose", {}]])", R"(error: Headers of a stranger (10.0.0.5)  [untrusted-headers]
  One.
  Two.
  first_seen: 2025-11-25 01:05:09
  requests: 12
  fix (trust):
    truepeerctl trust add 10.0.0.5

1 finding: 1 error, 0 warnings
)",
        1);
    row("a doctor who only warns", "doctor",
        R"([["diagnose", {"findings": [{"id": "a", "severity": "warning", "title": "T",
            "detail": "D"}]}]])",
        R"([["diagnose", {}]])", "warning: T  [a]\n  D\n\n1 finding: 0 errors, 1 warning\n");
    row("a doctor who finds nothing", "doctor", R"([["diagnose", []]])", R"([["diagnose", {}]])",
        "nothing is wrong\n");
    row("a configuration of a proxy", "proxy-config nginx --tls --upstream a:1 --upstream b:2",
        R"([["proxy.config", {"text": "server {\n\tlisten 80;\n}"}]])",
        R"([["proxy.config", {"proxy": "nginx", "tls": true, "upstreams": ["a:1", "b:2"]}]])",
        "server {\n\tlisten 80;\n}\n");
    row("the version", "version", "[]", "[]", "truepeerctl 1.2.3\n");
    row("the version as an option", "--version", "[]", "[]", "truepeerctl 1.2.3\n");

    // Clients
    const QByteArray client = R"({"id": "5", "client": "1.2.3.4", "peer": "10.0.0.5", "hops": 1,
        "namespace": "/", "rooms": ["lobby", "chat:x"], "connected_at": 1764032709, "idle_s": 200,
        "messages_in": 3, "messages_out": 4, "queue_bytes": 64000, "user_agent": "curl"})";
    row("clients", "clients",
        R"([["clients.list", {"total": 1, "filtered": 1, "items": [)" + client + "]}]]",
        R"([["clients.list", {"limit": 100, "offset": 0}]])",
        R"(ID  CLIENT   PEER      HOPS  NAMESPACE  ROOMS          CONNECTED AT           IDLE  MSGS IN  MSGS OUT    QUEUE  USER AGENT
5   1.2.3.4  10.0.0.5     1  /          lobby, chat:x  2025-11-25 01:05:09  3m 20s        3         4  64.0 kB  curl
)");
    row("clients as they are wanted",
        "clients --filter '-ip:10.0.0.0/8 idle:>5m' --sort idle_s --desc --limit 7 --offset 3 "
        "--state all --columns id,idle_s --no-headers",
        R"([["clients.list", {"items": [)" + client + "]}]]",
        R"([["clients.list", {"filter": "-ip:10.0.0.0/8 idle:>5m", "sort": "idle_s",
            "order": "desc", "limit": 7, "offset": 3, "state": "all"}]])",
        "5  3m 20s\n");
    row("no clients", "clients", R"([["clients.list", {"items": []}]])",
        R"([["clients.list", {"limit": 100, "offset": 0}]])", "");
    row("a client", "client 5",
        R"([["clients.get", {"id": "5", "client": "1.2.3.4", "idle_s": 61,
            "resolution": @RESOLUTION@}]])",
        R"([["clients.get", {"id": "5"}]])",
        QByteArray(QByteArray("id      5\nclient  1.2.3.4\nidle_s  1m 1s\n\n") + ResolutionText)
            .constData());
    row("why a client has its address", "explain 5",
        R"([["clients.get", {"id": "5", "resolution": @RESOLUTION@}]])",
        R"([["clients.get", {"id": "5"}]])", ResolutionText);
    row("why a request has its address", "explain request:77",
        R"([["requests.get", {"id": "77", "resolution": @RESOLUTION@}]])",
        R"([["requests.get", {"id": "77"}]])", ResolutionText);
    row("requests", "requests --limit 1",
        R"([["requests.recent", [{"id": "77", "at_ms": 1764032709123, "method": "GET",
            "url": "http://a/x?key=***", "status": 200, "client": "1.2.3.4", "peer": "10.0.0.5",
            "source": "peer"}]]])",
        R"([["requests.recent", {"limit": 1}]])",
        R"(ID  AT                       METHOD  URL                 STATUS  CLIENT   PEER      SOURCE
77  2025-11-25 01:05:09.123  GET     http://a/x?key=***     200  1.2.3.4  10.0.0.5  peer
)");
    row("an event for one", "send 5 chat.message '{\"text\": 1}'", R"([["clients.send", {}]])",
        R"([["clients.send", {"id": "5", "event": "chat.message", "data": {"text": 1}}]])",
        "sent\n");
    row("an event for a room", "broadcast news '\"hi\"' --room lobby --namespace /chat",
        R"([["broadcast", {"delivered": 3}]])",
        R"([["broadcast", {"event": "news", "data": "hi", "room": "lobby",
            "namespace": "/chat"}]])",
        "delivered to 3 clients\n");
    row("data from standard input", "broadcast news -", R"([["broadcast", {"delivered": 1}]])",
        R"([["broadcast", {"event": "news", "data": [1, null]}]])", "delivered to 1 client\n");
    row("rooms", "rooms",
        R"([["rooms.list", {"items": [{"namespace": "/", "room": "lobby", "members": 12}]}]])",
        R"([["rooms.list", {}]])", "NAMESPACE  ROOM   MEMBERS\n/          lobby       12\n");
    row("members of a room", "rooms lobby --namespace /chat",
        R"([["rooms.members", {"items": [{"id": "5", "client": "1.2.3.4"}]}]])",
        R"([["rooms.members", {"room": "lobby", "namespace": "/chat"}]])",
        "ID  CLIENT\n5   1.2.3.4\n");
    row("how many would be kicked", "kick --filter room:x --dry-run",
        R"([["clients.kick", {"count": 12}]])",
        R"([["clients.kick", {"filter": "room:x", "dry_run": true}]])",
        "12 clients would be closed\n");
    row("nobody to kick", "kick --filter room:x", R"([["clients.kick", {"count": 0}]])",
        R"([["clients.kick", {"filter": "room:x", "dry_run": true}]])",
        "0 clients would be closed\n");
    row("events", "events --limit 2 --types audit,client.closed",
        R"([["events.recent", {"items": [
            {"seq": 9, "at_ms": 1764032709123, "type": "trust.changed", "actor": "uid 0 / root",
             "detail": "1 entry added", "count": 1
},
            {"seq": 8, "at_ms": 1764032709000, "type": "client.closed", "client_id": "5",
             "code": 1001}]
}]])",
        R"([["events.recent", {"limit": 2, "types": ["audit", "client.closed"]}]])",
        "2025-11-25 01:05:09.000  client.closed     client_id=5  code=1001\n"
        "2025-11-25 01:05:09.123  trust.changed     actor=uid 0 / root  count=1  1 entry added\n");
    row("events without those of operators' sessions", "events", R"([["events.recent", []]])",
        R"([["events.recent", {"limit": 50, "types": ["audit", "clients"]}]])", "");

    // The list
    row("the list", "trust list", R"([["trust.get", @TRUST@]])", R"([["trust.get", {}]])",
        R"(revision 7, 2 trusted ranges; edited live, so the configuration does not count until "trust reset"
ENTRY       NOTE    PEERS  CLIENTS  LAST USED            ADDED BY       ADDED AT
10.0.0.0/8  office      2       30  2025-11-25 01:05:19  uid 0 / root   2025-11-25 01:05:09
127.0.0.1   -           0        0  -                    configuration  -
warning: 10.0.0.0/8: is broad
)");
    row("a list of nobody", "trust list",
        R"([["trust.get", {"revision": 1, "mode": "none", "entries": [], "origin": "config"}]])",
        R"([["trust.get", {}]])", "revision 1, nobody is trusted; from the configuration\n");
    row("a list that could not be read", "trust list --no-headers",
        R"([["trust.get", {"revision": 1, "mode": "none", "entries": [], "problem": "damaged"}]])",
        R"([["trust.get", {}]])", "error: damaged\n");
    row("one entry more", "trust add 10.1.0.0/16 --note 'the office' --comment why --yes",
        R"([["trust.add", {"revision": 8, "changed": 3, "took_ms": 1.5}]])",
        R"([["trust.add", {"entry": "10.1.0.0/16", "note": "the office", "comment": "why",
            "confirm": true}]])",
        "revision 8, 3 clients changed, took 1.5 ms\n");
    row("two entries more are one edit", "trust add 10.0.0.0/255 192.0.2.1,127.0.0.1/32 --note new",
        R"([["trust.get", @TRUST@], ["trust.set", {"revision": 8, "changed": 0}]])",
        R"([["trust.get", {}], ["trust.set", {"mode": "list", "base_revision": 7, "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1", "note": "new"},
            {"entry": "10.0.0.0/255", "note": "new"}, {"entry": "192.0.2.1", "note": "new"}]}]])",
        "revision 8, no client changed\n");
    row("an entry that is there already", "trust add 10.1.0.0/16",
        R"([["trust.add", {"revision": 7, "changed": 0, "edited": false}]])",
        R"([["trust.add", {"entry": "10.1.0.0/16"}]])",
        "revision 7 stays: the list is that already\n");
    row("one entry less", "trust remove 10.0.0.0/8 --base-revision 7",
        R"([["trust.remove", {"revision": 8, "changed": 1}]])",
        R"([["trust.remove", {"entry": "10.0.0.0/8", "base_revision": 7}]])",
        "revision 8, 1 client changed\n");
    row("two entries less", "trust remove 127.0.0.1/32 10.255.0.0/8",
        R"([["trust.get", @TRUST@], ["trust.set", {"revision": 8, "changed": 0}]])",
        R"([["trust.get", {}], ["trust.set", {"mode": "list", "base_revision": 7,
            "entries": []}]])",
        "revision 8, no client changed\n");
    row("a removed entry that is not there", "trust remove 127.0.0.1 192.0.2.1",
        R"([["trust.get", @TRUST@]])", R"([["trust.get", {}]])", "", 4);
    row("a list from a file", "trust set list.txt",
        R"([["trust.get", @TRUST@], ["trust.set", {"revision": 8, "changed": 0,
            "warnings": [{"index": 1, "entry": "10.0.0.1/8", "message": "host bits"}]}]])",
        R"([["trust.get", {}], ["trust.set", {"mode": "list", "base_revision": 7, "entries": [
            {"entry": "192.0.2.1", "note": "edge"}, {"entry": "10.0.0.1/8"}]}]])",
        "revision 8, no client changed\nwarning: line 4: 10.0.0.1/8: host bits\n");
    row("a list as JSON has its revision", "trust set list.json",
        R"([["trust.set", {"revision": 8, "changed": 0}]])",
        R"([["trust.set", {"mode": "list", "base_revision": 7, "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1"}]}]])",
        "revision 8, no client changed\n");
    row("another revision wins over that of the JSON", "trust set list.json --base-revision 6",
        R"([["trust.set", {"revision": 8, "changed": 0}]])",
        R"([["trust.set", {"mode": "list", "base_revision": 6, "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1"}]}]])",
        "revision 8, no client changed\n");
    row("the URL stays", "trust preview --add 192.0.2.1",
        R"([["trust.get", @TRUST@], ["trust.preview", {"valid": true, "changed": 1, "total": 1,
            "recent": {"changed": 0, "total": 0}, "samples": [{"id": "5",
            "before": {"client": "192.0.2.1", "scheme": "http", "host": "a", "port": 80},
            "after": {"client": "1.2.3.4", "scheme": "http", "host": "a", "port": 80},
            "reason": "why"}]}]])",
        R"([["trust.get", {}], ["trust.preview", {"mode": "list", "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1"},
            {"entry": "192.0.2.1"}]}]])",
        R"(1 of 1 open client and 0 of 0 recent requests would change
ID  BEFORE     AFTER    WHY
5   192.0.2.1  1.2.3.4  why
)");
    row("another mode", "trust set --mode none",
        R"([["trust.get", @TRUST@], ["trust.set", {"revision": 8, "changed": 0}]])",
        R"([["trust.get", {}], ["trust.set", {"mode": "none", "base_revision": 7, "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1"}]}]])",
        "revision 8, no client changed\n");
    row("back to a revision", "trust rollback 3",
        R"([["trust.rollback", {"revision": 9, "changed": 0}]])",
        R"([["trust.rollback", {"revision": 3}]])", "revision 9, no client changed\n");
    row("back to the configuration", "trust reset",
        R"([["trust.reset", {"revision": 9, "changed": 0}]])", R"([["trust.reset", {}]])",
        "revision 9, no client changed\n");
    row("entries that are judged", "trust check 10.0.0.1/8 300.1.1.1",
        R"([["trust.check", {"valid": false, "normalised": [["10.0.0.0/8"], []],
            "warnings": [{"index": 0, "entry": "10.0.0.1/8", "message": "host bits"}],
            "problems": [{"index": 1, "entry": "300.1.1.1", "message": "no address"}]}]])",
        R"([["trust.check", {"mode": "list", "entries": [{"entry": "10.0.0.1/8"},
            {"entry": "300.1.1.1"}]}]])",
        "ENTRY       MEANS\n10.0.0.1/8  10.0.0.0/8\n300.1.1.1   -\nerror: 300.1.1.1: no address\n"
        "warning: 10.0.0.1/8: host bits\n",
        5);
    row("a file that is judged", "trust check list.txt --no-headers",
        R"([["trust.check", {"valid": true, "normalised": [["192.0.2.1/32"], ["10.0.0.0/8"]],
            "warnings": [{"index": 1, "entry": "10.0.0.1/8", "message": "host bits"}],
            "problems": []}]])",
        R"([["trust.check", {"mode": "list", "entries": [{"entry": "192.0.2.1", "note": "edge"},
            {"entry": "10.0.0.1/8"}]}]])",
        "192.0.2.1   192.0.2.1/32\n10.0.0.1/8  10.0.0.0/8\nwarning: line 4: 10.0.0.1/8: host "
        "bits\n");
    row("the list in force is judged", "trust check",
        R"([["trust.get", @TRUST@], ["trust.check", {"valid": true, "normalised": [[], []]}]])",
        R"([["trust.get", {}], ["trust.check", {"mode": "list", "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "127.0.0.1"}]}]])",
        "ENTRY       MEANS\n10.0.0.0/8  -\n127.0.0.1   -\n");
    row("a preview", "trust preview --add 192.0.2.1 --remove 127.0.0.1",
        R"([["trust.get", @TRUST@], ["trust.preview", {"valid": true, "changed": 1, "total": 12,
            "recent": {"changed": 2, "total": 900}, "samples": [{"id": "5",
            "before": {"client": "192.0.2.1", "scheme": "http", "host": "a", "port": 80},
            "after": {"client": "1.2.3.4", "scheme": "https", "host": "b", "port": 443},
            "reason": "192.0.2.1 is trusted now"}], "confirm": ["It is broad."]}]])",
        R"([["trust.get", {}], ["trust.preview", {"mode": "list", "entries": [
            {"entry": "10.0.0.0/8", "note": "office"}, {"entry": "192.0.2.1"}]}]])",
        R"(1 of 12 open clients and 2 of 900 recent requests would change
ID  BEFORE                 AFTER                  WHY
5   192.0.2.1 http://a:80  1.2.3.4 https://b:443  192.0.2.1 is trusted now
needs a confirmation: It is broad.
)");
    row("a preview of an invalid list", "trust preview list.txt",
        R"([["trust.preview", {"valid": false, "problems": [{"index": 0, "entry": "192.0.2.1",
            "message": "bad"}]}]])",
        R"([["trust.preview", {"mode": "list", "entries": [{"entry": "192.0.2.1", "note": "edge"},
            {"entry": "10.0.0.1/8"}]}]])",
        "error: line 2: 192.0.2.1: bad\n", 5);
    row("a walk",
        "trust test --peer 10.0.0.5 -H 'X-Forwarded-For: 1.2.3.4, 10.0.0.1' "
        "'-Hx-empty:' --entry 10.0.0.0/8 --entry loopback",
        R"([["trust.test", @RESOLUTION@]])",
        R"([["trust.test", {"peer": "10.0.0.5", "headers": [["X-Forwarded-For",
            "1.2.3.4, 10.0.0.1"], ["x-empty", ""]], "mode": "list", "entries": [
            {"entry": "10.0.0.0/8"}, {"entry": "loopback"}]}]])",
        ResolutionText);
    row("the history", "trust history",
        R"([["trust.history", {"items": [{"revision": 8, "at": 1764032709, "by": "uid 0 / root",
            "comment": "", "added": ["10.0.0.0/8"], "more_added": 12, "removed": []
    }]
    }]])",
        R"([["trust.history", {}]])",
        R"(REVISION  AT                   BY            ADDED                   REMOVED  COMMENT
       8  2025-11-25 01:05:09  uid 0 / root  10.0.0.0/8 and 12 more
)");
    row("suggestions", "trust suggest",
        R"([["trust.suggestions", {"items": [{"peer": "10.0.0.5", "hits": 12,
            "first_seen": 1764032709, "last_seen": 1764032710, "entry": "10.0.0.5",
            "sample": "X-Forwarded-For: 1.2.3.4"}]}]])",
        R"([["trust.suggestions", {}]])",
        R"(PEER      REQUESTS  FIRST SEEN           LAST SEEN            ENTRY     SAMPLE
10.0.0.5        12  2025-11-25 01:05:09  2025-11-25 01:05:10  10.0.0.5  X-Forwarded-For: 1.2.3.4
)");
}

void tst_CtlCommands::commands()
{
    QFETCH(const QString, line);
    QFETCH(const QByteArray, answers);
    QFETCH(const QByteArray, calls);
    FakeWorld world;
    world.answers = arrayOf(answers);
    FakeConsole console;
    console.files = {{u"-"_s, "[1, null]"},
                     {u"list.txt"_s, "# mine\n192.0.2.1 # edge\n\n 10.0.0.1/8 ,\r\n"},
                     {u"list.json"_s, Trust}};
    const int status = run(words(line), world, console);
    QTEST(console.out, "out");
    QCOMPARE(world.calls, arrayOf(calls));
    QVERIFY2(world.answers.isEmpty(), "a call is missing");
    QTEST(status, "status");
}

void tst_CtlCommands::refusals_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QByteArray>("error"); // of the first call
    QTest::addColumn<QString>("complaint");
    QTest::addColumn<int>("status");
    const auto row = [](const char *name, const char *line, const char *error,
                        const QString &complaint, int status) {
        QTest::newRow(name) << QString::fromUtf8(line) << QByteArray(error)
                            << u"truepeerctl: "_s + complaint << status;
    };
    row("no such client", "client 5", R"({"code": -32003, "message": "there is no client 5"})",
        u"there is no client 5\n"_s, 4);
    row("a reader may not drain", "drain", R"({"code": -32004, "message": "read-only"})",
        u"read-only\n"_s, 5);
    row("something broke", "status", R"({"code": -32603, "message": "internal error"})",
        u"internal error\n"_s, 1);
    row("a configuration with errors", "reload",
        R"({"code": -32603, "message": "nothing was changed", "data": {"errors": ["a:1: b"]}})",
        u"nothing was changed\n  a:1: b\n"_s, 1);
    row("a busy server", "status", R"({"code": -32000, "message": "busy"})", u"busy\n"_s, 1);
    row("a full disk", "trust add 10.0.0.1", R"({"code": -32005, "message": "no space"})",
        u"no space\n"_s, 1);
    row("a code of a newer server", "status", R"({"code": -32099, "message": "odd"})", u"odd\n"_s,
        1);
    row("an older server", "doctor", R"({"code": -32601, "message": "unknown method"})",
        u"unknown method; the server is another version (9.9.9)\n"_s, 1);
    row("the connection ends", "status", R"({"code": 1, "message": "the server went away"})",
        u"the server went away\n"_s, 3);
    row("a filter that cannot be read", "clients --filter 'room:a ip:x'",
        R"({"code": -32602, "message": "filter: no address",
            "data": {"position": 10, "message": "no address"}})",
        u"filter: no address\n  room:a ip:x\n            ^\n"_s, 2);
    row("a position beyond the filter", "clients --filter a",
        R"({"code": -32602, "message": "invalid filter", "data": {"position": 10}})",
        u"invalid filter\n"_s, 2);
    row("an invalid entry", "trust add 300.1.1.1",
        R"({"code": -32002, "message": "the list is invalid", "data": {"problems": [
            {"index": 2, "entry": "300.1.1.1", "message": "no address"}]}})",
        u"the list is invalid\n  300.1.1.1: no address\n"_s, 5);
    row("invalid lines of a file", "trust set list.json",
        R"({"code": -32002, "message": "the list is invalid", "data": {"problems": [
            {"index": -1, "entry": "", "message": "too many"}]}})",
        u"the list is invalid\n  too many\n"_s, 5);
    row("an invalid list in a test", "trust test --peer 10.0.0.5 --entry x",
        R"({"code": -32002, "message": "the list is invalid", "data": {"problems": [
            {"index": 0, "entry": "x", "message": "no address"}]}})",
        u"the list is invalid\n  x: no address\n"_s, 5);
    row("somebody was faster", "trust set list.json",
        R"({"code": -32001, "message": "revision 8 is in force", "data": {"current": {
            "revision": 8, "mode": "all", "origin": "live", "entries": [{"entry": "127.0.0.1"},
            {"entry": "192.0.2.1"}]}}})",
        u"revision 8 is in force\n"
        "  revision 8, whoever connects is trusted for one hop; edited live, so the "
        "configuration "
        "does not count until \"trust reset\"\n"
        "  ENTRY      NOTE  PEERS  CLIENTS  LAST USED  ADDED BY  ADDED AT\n"
        "  127.0.0.1  -         -        -  -          -         -\n"
        "  192.0.2.1  -         -        -  -          -         -\n"
        "from that list to yours:\n"
        "  mode all -> list\n"
        "  - 192.0.2.1\n"
        "  + 10.0.0.0/8\n"_s,
        6);
    row("somebody was faster than one entry", "trust add 10.0.0.1 --base-revision 3",
        R"({"code": -32001, "message": "revision 8 is in force", "data": {"revision": 8,
            "mode": "none", "entries": []}})",
        u"revision 8 is in force\n  revision 8, nobody is trusted\n"_s, 6);
    row("a conflict without its list", "trust reset", R"({"code": -32001, "message": "conflict"})",
        u"conflict\n"_s, 6);
    row("control characters in a message", "status",
        R"({"code": -32603, "message": "a\u001b[31mb\nc"})", u"a\ufffd[31mb\ufffdc\n"_s, 1);
}

void tst_CtlCommands::refusals()
{
    QFETCH(const QString, line);
    QFETCH(const QByteArray, error);
    FakeWorld world;
    const QStringList arguments = words(line);
    // The method is not the point here: whatever is called first is refused.
    for (const char *method : {"clients.get", "drain", "reload", "status", "trust.add", "diagnose",
                               "clients.list", "trust.set", "trust.test", "trust.reset"}) {
        FakeConsole console;
        console.files = {{u"list.json"_s, Trust}};
        world.calls = {};
        world.answers = arrayOf("[[\"" + QByteArray(method) + "\", {\"error\": " + error + "}]]");
        const int status = run(arguments, world, console);
        if (world.calls.at(0).toArray().at(0) != QString::fromLatin1(method))
            continue;
        QTEST(console.err, "complaint");
        QCOMPARE(console.out, u""_s);
        QTEST(status, "status");
        return;
    }
    QFAIL("no call was refused");
}

void tst_CtlCommands::confirmations_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("said");
    QTest::addColumn<QByteArray>("answers");
    QTest::addColumn<QByteArray>("calls");
    QTest::addColumn<QStringList>("questions");
    QTest::addColumn<QString>("out");
    QTest::addColumn<QString>("err");
    QTest::addColumn<int>("status");

    const QByteArray kicked =
        R"([["clients.kick", {"count": 12}], ["clients.kick", {"count": 11}]])";
    const QByteArray onlyTried =
        R"([["clients.kick", {"filter": "room:x", "reason": "bye", "code": 4000,
            "dry_run": true}]])";
    const QByteArray bothCalls =
        R"([["clients.kick", {"filter": "room:x", "reason": "bye", "code": 4000,
            "dry_run": true}], ["clients.kick", {"filter": "room:x", "reason": "bye",
            "code": 4000}]])";
    const QString kick = u"kick --filter room:x --reason bye --code 4000"_s;
    const QStringList kickQuestion{u"Kick 12 clients? [y/N] "_s};
    QTest::newRow("a kick that is agreed to")
        << kick << QStringList{u"y\n"_s} << kicked << bothCalls << kickQuestion
        << u"11 clients closed\n"_s << u""_s << 0;
    QTest::newRow("a kick that was agreed to before")
        << kick + u" --yes"_s << QStringList() << kicked << bothCalls << QStringList()
        << u"11 clients closed\n"_s << u""_s << 0;
    QTest::newRow("a kick that is not agreed to")
        << kick << QStringList{u"\n"_s} << kicked << onlyTried << kickQuestion << u""_s
        << u"truepeerctl: nothing was done\n"_s << 5;
    QTest::newRow("a kick that nobody can agree to")
        << kick << QStringList() << kicked << onlyTried << kickQuestion << u""_s
        << u"truepeerctl: this needs a confirmation; repeat it with --yes\n"_s << 5;

    const QByteArray doubted = R"([["trust.remove", {"error": {"code": -32006,
        "message": "needs confirmation", "data": {"reasons": ["All traffic comes through it.",
        {"message": "It is broad."}]}}}], ["trust.remove", {"revision": 8, "changed": 2}]])";
    const QByteArray once = R"([["trust.remove", {"entry": "10.0.0.0/8"}]])";
    const QByteArray twice = R"([["trust.remove", {"entry": "10.0.0.0/8"}],
        ["trust.remove", {"entry": "10.0.0.0/8", "confirm": true}]])";
    const QString remove = u"trust remove 10.0.0.0/8"_s;
    const QString reasons = u"This edit needs a confirmation:\n  All traffic comes through it.\n"
                            "  It is broad.\n"_s;
    const QStringList question{u"Do it anyway? [y/N] "_s};
    QTest::newRow("an edit that is agreed to")
        << remove << QStringList{u"YES\n"_s} << doubted << twice << question
        << u"revision 8, 2 clients changed\n"_s << reasons << 0;
    QTest::newRow("an edit that is not agreed to")
        << remove << QStringList{u"no\n"_s} << doubted << once << question << u""_s
        << reasons + u"truepeerctl: nothing was done\n"_s << 5;
    QTest::newRow("an edit that nobody can agree to")
        << remove << QStringList() << doubted << once << question << u""_s
        << reasons + u"truepeerctl: this needs a confirmation; repeat it with --yes\n"_s << 5;
    QTest::newRow("an edit that is agreed to and refused all the same")
        << remove + u" --yes"_s << QStringList{u"y"_s}
        << QByteArray(R"([["trust.remove", {"error": {"code": -32006, "message": "no"}}]])")
        << QByteArray(R"([["trust.remove", {"entry": "10.0.0.0/8", "confirm": true}]])")
        << QStringList() << u""_s << u"truepeerctl: no\n"_s << 5;
}

void tst_CtlCommands::confirmations()
{
    QFETCH(const QString, line);
    QFETCH(const QStringList, said);
    QFETCH(const QByteArray, answers);
    QFETCH(const QByteArray, calls);
    FakeWorld world;
    world.answers = arrayOf(answers);
    FakeConsole console;
    console.answers = said;
    const int status = run(words(line), world, console);
    QCOMPARE(world.calls, arrayOf(calls));
    QTEST(console.questions, "questions");
    QTEST(console.out, "out");
    QTEST(console.err, "err");
    QTEST(status, "status");
}

void tst_CtlCommands::findsTheServer_data()
{
    using Failures = QMap<QString, AdminFailure>;
    QTest::addColumn<QString>("line");
    QTest::addColumn<QString>("variable");
    QTest::addColumn<QStringList>("sockets");
    QTest::addColumn<Failures>("failures");
    QTest::addColumn<QStringList>("opened");
    QTest::addColumn<QString>("err");
    QTest::addColumn<int>("status");
    const AdminFailure stale{AdminFailure::Kind::Stale, u"gone"_s};
    const AdminFailure missing{AdminFailure::Kind::NoSocket, u"not there"_s};
    const AdminFailure denied{AdminFailure::Kind::NoPermission, u"sudo usermod -aG truepeer you"_s};
    const QString a = u"/run/truepeer/6001.sock"_s;
    const QString b = u"/run/truepeer/6002.sock"_s;
    QTest::newRow("the only one") << u""_s << u""_s << QStringList{a} << Failures()
                                  << QStringList{a} << u""_s << 0;
    QTest::newRow("the only live one") << u""_s << u""_s << QStringList{a, b}
                                       << Failures{{a, stale}} << QStringList{a, b} << u""_s << 0;
    QTest::newRow("one beside one that is closed to us")
        << u""_s << u""_s << QStringList{a, b} << Failures{{a, denied}} << QStringList{a, b}
        << u""_s << 0;
    QTest::newRow("two of them")
        << u""_s << u""_s << QStringList{a, b} << Failures() << QStringList{a, b}
        << u"truepeerctl: several servers are running; choose one with --port or --socket:\n"
           "SOCKET                   LISTENS ON     PID  VERSION\n"
           "/run/truepeer/6001.sock  0.0.0.0:6001  4711  9.9.9\n"
           "/run/truepeer/6002.sock  0.0.0.0:6001  4711  9.9.9\n"_s
        << 2;
    QTest::newRow("none") << u""_s << u""_s << QStringList() << Failures() << QStringList()
                          << u"truepeerctl: no server is running: there is no live admin socket in "
                             "/xdg/truepeer and /run/truepeer; start one (systemctl start "
                             "truepeerd, or truepeerd --config FILE), or name its socket with "
                             "--socket\n"_s
                          << 3;
    QTest::newRow("none that lives")
        << u""_s << u""_s << QStringList{a} << Failures{{a, stale}} << QStringList{a}
        << u"truepeerctl: no server is running: there is no live admin socket in /xdg/truepeer "
           u"and "
           "/run/truepeer; start one (systemctl start truepeerd, or truepeerd --config FILE), "
           "or "
           "name its socket with --socket\n"_s
        << 3;
    QTest::newRow("only one that is closed to us")
        << u""_s << u""_s << QStringList{a, b} << Failures{{a, stale}, {b, denied}}
        << QStringList{a, b} << u"truepeerctl: sudo usermod -aG truepeer you\n"_s << 3;
    QTest::newRow("by its path") << u"--socket /x.sock"_s << b << QStringList{a, b} << Failures()
                                 << QStringList{u"/x.sock"_s} << u""_s << 0;
    QTest::newRow("by a path where none is")
        << u"--socket /x.sock"_s << b << QStringList{a} << Failures{{u"/x.sock"_s, missing}}
        << QStringList{u"/x.sock"_s} << u"truepeerctl: not there\n"_s << 3;
    QTest::newRow("by a path where one was")
        << u"--socket /x.sock"_s << b << QStringList{a} << Failures{{u"/x.sock"_s, stale}}
        << QStringList{u"/x.sock"_s} << u"truepeerctl: gone\n"_s << 3;
    QTest::newRow("by its port") << u"--port 6002"_s << a << QStringList{a, b} << Failures()
                                 << QStringList{b} << u""_s << 0;
    QTest::newRow("by a port with zeros in front")
        << u"--port 06002"_s << u""_s << QStringList{a, b} << Failures() << QStringList{b} << u""_s
        << 0;
    QTest::newRow("by the port of one that is gone")
        << u"--port 6001"_s << u""_s << QStringList{a, b} << Failures{{a, stale}} << QStringList{a}
        << u"truepeerctl: gone\n"_s << 3;
    QTest::newRow("by a port that nobody has")
        << u"--port 600"_s << u""_s << QStringList{a, b} << Failures() << QStringList()
        << u"truepeerctl: no server with port 600 has an admin socket in /xdg/truepeer and "
           "/run/truepeer; start one (systemctl start truepeerd, or truepeerd --port 600), or "
           "name "
           "its socket with --socket\n"_s
        << 3;
    QTest::newRow("by the environment")
        << u""_s << u"/run/truepeer/env.sock"_s << QStringList{a, b} << Failures()
        << QStringList{u"/run/truepeer/env.sock"_s} << u""_s << 0;
}

void tst_CtlCommands::findsTheServer()
{
    using Failures = QMap<QString, AdminFailure>;
    QFETCH(const QString, line);
    QFETCH(const QString, variable);
    QFETCH(const QStringList, sockets);
    QFETCH(const Failures, failures);
    FakeWorld world;
    world.answers = arrayOf(R"([["status", {"status": "healthy"}]])");
    world.sockets = sockets;
    world.failures = failures;
    QProcessEnvironment environment;
    environment.insert(u"XDG_RUNTIME_DIR"_s, u"/xdg"_s);
    environment.insert(u"TRUEPEER_ADMIN_SOCKET"_s, variable);
    FakeConsole console;
    const int status = run(words(line + u" health"_s), world, console, environment);
    QTEST(console.err, "err");
    QTEST(world.opened, "opened");
    QTEST(status, "status");
    QCOMPARE(console.out, status == 0 ? u"healthy\n"_s : u""_s);
}

void tst_CtlCommands::listsInFiles_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QByteArray>("params"); // of trust.check; empty: refused
    QTest::addColumn<QString>("complaint");
    const auto good = [](const char *name, const QByteArray &file, const char *params) {
        QTest::newRow(name) << file << QByteArray(params) << u""_s;
    };
    const auto bad = [](const char *name, const QByteArray &file, const QString &complaint) {
        QTest::newRow(name) << file << QByteArray() << u"truepeerctl: -: "_s + complaint + u'\n';
    };
    good("an empty file", "", R"({"mode": "list", "entries": []})");
    good("only a remark", "# 10.0.0.1\n", R"({"mode": "list", "entries": []})");
    good("the ends of lines of elsewhere", "a\r\nb\r\n",
         R"({"mode": "list", "entries": [{"entry": "a"}, {"entry": "b"}]})");
    good("no end of the last line", "a\nb",
         R"({"mode": "list", "entries": [{"entry": "a"}, {"entry": "b"}]})");
    good("a mark of the byte order",
         "\xef\xbb\xbf"
         "a",
         R"({"mode": "list", "entries": [{"entry": "a"}]})");
    good("a note for all of its line", "a, b # both # of them",
         R"({"mode": "list", "entries": [{"entry": "a", "note": "both # of them"},
             {"entry": "b", "note": "both # of them"}]})");
    good("JSON with texts", R"( ["a", {"entry": "b", "note": "n"}])",
         R"({"mode": "list", "entries": [{"entry": "a"}, {"entry": "b", "note": "n"}]})");
    good("JSON with a mode", R"({"mode": "none", "entries": []})",
         R"({"mode": "none", "entries": []})");
    bad("bytes that are no text", "10.0.0.1\xff", u"the list is not UTF-8"_s);
    bad("JSON that ends too soon", R"({"entries": [)",
        u"the JSON is broken at byte 13: unterminated array"_s);
    bad("JSON without entries", "{}", u"the JSON has no list \"entries\""_s);
    bad("JSON with another mode", R"({"mode": "some", "entries": []})",
        u"the \"mode\" in the JSON is none of none, all, list"_s);
    bad("JSON with a number", R"(["a", 7])",
        u"entry 2 is neither a text nor an object with the member \"entry\""_s);
}

void tst_CtlCommands::listsInFiles()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QByteArray, params);
    FakeConsole console;
    console.files = {{u"-"_s, file}};
    FakeWorld world;
    world.answers = arrayOf(R"([["trust.check", {"valid": true}]])");
    QCOMPARE(run({u"trust"_s, u"check"_s, u"-"_s}, world, console), params.isEmpty() ? 5 : 0);
    QTEST(console.err, "complaint");
    QCOMPARE(world.calls,
             params.isEmpty() ? QJsonArray() : arrayOf("[[\"trust.check\", " + params + "]]"));
    if (!file.trimmed().startsWith('{') && !file.trimmed().startsWith('['))
        return;
    // No part of a JSON list is a list.
    const QByteArray whole = file.trimmed();
    for (qsizetype cut = 1; cut < whole.size(); ++cut) {
        console.files = {{u"-"_s, whole.first(cut)}};
        QCOMPARE(run({u"trust"_s, u"check"_s, u"-"_s}, world, console), 5);
    }
}

void tst_CtlCommands::numbersForPeople_data()
{
    QTest::addColumn<QString>("member");
    QTest::addColumn<double>("value");
    QTest::addColumn<QString>("text");
    QTest::newRow("no time") << u"idle_s"_s << 0.0 << u"0s"_s;
    QTest::newRow("a time below zero") << u"idle_s"_s << -5.0 << u"0s"_s;
    QTest::newRow("seconds") << u"idle_s"_s << 59.0 << u"59s"_s;
    QTest::newRow("whole minutes") << u"idle_s"_s << 60.0 << u"1m"_s;
    QTest::newRow("minutes and seconds") << u"uptime"_s << 200.0 << u"3m 20s"_s;
    QTest::newRow("hours without minutes") << u"uptime"_s << 3605.0 << u"1h"_s;
    QTest::newRow("days and hours") << u"uptime"_s << 273845.0 << u"3d 4h"_s;
    QTest::newRow("bytes") << u"bytes_in"_s << 999.0 << u"999 B"_s;
    QTest::newRow("kilobytes") << u"bytes_in"_s << 1000.0 << u"1.0 kB"_s;
    QTest::newRow("nearly a megabyte") << u"bytes_in"_s << 999'949.0 << u"999.9 kB"_s;
    QTest::newRow("what rounds to a megabyte") << u"bytes_in"_s << 999'950.0 << u"1.0 MB"_s;
    QTest::newRow("more than there is") << u"queue_bytes"_s << 1e21 << u"1000000.0 PB"_s;
    QTest::newRow("a whole number") << u"clients"_s << 12345678.0 << u"12345678"_s;
    QTest::newRow("a fraction") << u"clients"_s << 0.26 << u"0.3"_s;
    QTest::newRow("a point in time") << u"added_at"_s << 1764032709.0 << u"2025-11-25 01:05:09"_s;
    QTest::newRow("a time that is too long") << u"idle_s"_s << 1e300 << u"11574074074d 1h"_s;
    QTest::newRow("no point in time") << u"last_used"_s << 0.0 << u"never"_s;
}

void tst_CtlCommands::numbersForPeople()
{
    QFETCH(const QString, member);
    QFETCH(const double, value);
    QTEST(memberText(member, value), "text");
}

void tst_CtlCommands::jsonIsTheResultAsItIs()
{
    FakeWorld world;
    world.answers =
        arrayOf(R"([["trust.history", {"items": [{"comment": "\u0085\u202e"}], "new": 1}]])");
    FakeConsole console;
    QCOMPARE(run({u"--json"_s, u"trust"_s, u"history"_s}, world, console), 0);
    QCOMPARE(console.out, uR"({
    "items": [
        {
            "comment": "\u0085\u202e"
        }
    ],
    "new": 1
}
)"_s);

    // More than the server gives at once is fetched in pages, and shown as one list.
    QJsonArray page;
    for (int i = 0; i < 500; ++i)
        page.append(QJsonObject{{u"id"_s, QString::number(i)}});
    world.answers = {
        QJsonArray{u"clients.list"_s, QJsonObject{{u"total"_s, 502}, {u"items"_s, page}}},
        QJsonArray{u"clients.list"_s,
                   QJsonObject{{u"total"_s, 502}, {u"items"_s, QJsonArray{1, 2}}}}};
    world.calls = {};
    console.out.clear();
    QCOMPARE(run(words(u"clients --limit 700 --json"_s), world, console), 0);
    QCOMPARE(world.calls, arrayOf(R"([["clients.list", {"limit": 500, "offset": 0}],
                                      ["clients.list", {"limit": 200, "offset": 500}]])"));
    const QJsonObject whole = QJsonDocument::fromJson(console.out.toUtf8()).object();
    QCOMPARE(whole.value("items"_L1).toArray().size(), 502);
    QCOMPARE(whole.value("total"_L1), QJsonValue(502));
}

void tst_CtlCommands::followsEvents()
{
    const char *answers = R"([["subscribe", {}],
        ["events.recent", {"items": [{"seq": 2, "at_ms": 0, "type": "b"},
                                     {"seq": 1, "at_ms": 0, "type": "a"}]}],
        ["events.recent", {"items": [{"seq": 4, "at_ms": 0, "type": "d"},
                                     {"seq": 3, "at_ms": 0, "type": "c"},
                                     {"seq": 2, "at_ms": 0, "type": "b"}]}],
        ["events.recent", {"items": [{"seq": 4, "at_ms": 0, "type": "d"}]}]])";
    FakeWorld world;
    world.answers = arrayOf(answers);
    world.notifications = 2;
    FakeConsole console;
    QCOMPARE(run(words(u"events --follow --types audit --json --limit 2"_s), world, console), 3);
    QCOMPARE(console.err, u"truepeerctl: the server ended the connection\n"_s);
    QCOMPARE(console.out, uR"({"at_ms":0,"seq":1,"type":"a"}
{"at_ms":0,"seq":2,"type":"b"}
{"at_ms":0,"seq":3,"type":"c"}
{"at_ms":0,"seq":4,"type":"d"}
)"_s);
    QCOMPARE(world.calls, arrayOf(R"([
        ["subscribe", {"topics": ["events"], "interval_ms": 250}],
        ["events.recent", {"limit": 2, "types": ["audit"]}],
        ["events.recent", {"limit": 1000, "types": ["audit"]}],
        ["events.recent", {"limit": 1000, "types": ["audit"]}]])"));
}

namespace {

QJsonArray topAnswers(int rounds)
{
    QJsonArray answers;
    for (int i = 0; i < rounds; ++i) {
        const QJsonArray round =
            arrayOf(R"([["status", {"status": "healthy", "uptime": 65, "clients": 1,
                "clients_max": 10, "trust_revision": 7, "loop_lag_ms": 0, "rates":
                {"messages_in": 2.5, "messages_out": 1, "bytes_in": 1500, "bytes_out": 0,
                 "connects": 0}}], ["clients.list", {"items": [{"id": "5", "client": "1.2.3.4",
                 "namespace": "/", "messages_out": 1, "queue_bytes": 0, "idle_s": 1,
                 "user_agent": "curl"}]}]])");
        QJsonArray list = round.at(1).toArray();
        QJsonObject result = list.at(1).toObject();
        QJsonObject row = result.value("items"_L1).toArray().at(0).toObject();
        row.insert("messages_in"_L1, 10 * i);
        result.insert("items"_L1, QJsonArray{row});
        list[1] = result;
        answers.append(round.at(0));
        answers.append(list);
    }
    return answers;
}

} // namespace

void tst_CtlCommands::drawsTheTop()
{
    const QString head = u"0.0.0.0:6001  healthy  up 1m 5s  clients 1 of 10  trust revision 7\n"
                         "messages in 2.5/s  out 1/s  bytes in 1.5 kB/s  out 0 B/s  connects 0/s  "
                         "lag 0 ms\n\n"_s;
    const QString first =
        head + uR"(ID  CLIENT   NAMESPACE  IN/S  OUT/S  IN  OUT  QUEUE  IDLE  USER AGENT
5   1.2.3.4  /             -      -   0    1    0 B    1s  curl
)"_s;
    const QString second =
        head + uR"(ID  CLIENT   NAMESPACE  IN/S  OUT/S  IN  OUT  QUEUE  IDLE  USER AGENT
5   1.2.3.4  /            10      0  10    1    0 B    1s  curl
)"_s;
    FakeWorld world;
    world.answers = topAnswers(2);
    FakeConsole console;
    console.pauses = 100;
    QCOMPARE(run(words(u"top -n 2 --sort queue_bytes --filter x"_s), world, console), 0);
    QCOMPARE(console.out, first + u'\n' + second);
    QCOMPARE(console.screens, 0);
    QCOMPARE(world.calls.at(1).toArray(),
             arrayOf(R"(["clients.list", {"sort": "queue_bytes", "order": "desc", "filter": "x",
                 "limit": 20}])"));

    // On a terminal: one picture over the other, until the operator leaves.
    world.answers = topAnswers(2);
    world.calls = {};
    FakeConsole terminal;
    terminal.terminal = true;
    terminal.lines = 12;
    terminal.columns = 200;
    terminal.pauses = 1;
    QCOMPARE(run({u"top"_s}, world, terminal), 0);
    const auto drawn = [](QString picture) -> QString {
        return u"\x1b[H"_s + picture.replace(u"\n"_s, u"\x1b[K\n"_s) + u"\x1b[J"_s;
    };
    QCOMPARE(terminal.out, drawn(first) + drawn(second) + second);
    QCOMPARE(terminal.screens, 1);
    QVERIFY(!terminal.isOnScreen);
    QCOMPARE(world.calls.at(1).toArray(),
             arrayOf(R"(["clients.list", {"sort": "messages_in", "order": "desc", "limit": 7}])"));
}

void tst_CtlCommands::theTopEndsWithTheServer()
{
    FakeWorld world;
    world.answers = topAnswers(1);
    world.answers.append(QJsonArray{
        u"status"_s,
        QJsonObject{{u"error"_s, QJsonObject{{u"code"_s, 1}, {u"message"_s, u"gone"_s}}}}});
    FakeConsole console;
    console.terminal = true;
    console.pauses = 100;
    QCOMPARE(run({u"top"_s}, world, console), 3);
    QCOMPARE(console.err, u"truepeerctl: gone\n"_s);
    QVERIFY(!console.isOnScreen);
}

void tst_CtlCommands::cutsTablesToTheTerminal()
{
    const char *answers = R"([["config.get", {"items": [{"key": "allowed_hosts",
        "value": "a.example, b.example, c.example, d.example", "default": "", "source": "file"}]}]])";
    FakeWorld world;
    FakeConsole console;
    console.terminal = true;
    for (int width = 1; width < 100; ++width) {
        world.answers = arrayOf(answers);
        console.out.clear();
        console.columns = width;
        QCOMPARE(run({u"config"_s}, world, console), 0);
        // No column is cut to less than six characters.
        const qsizetype least = 6 * 3 + 7 + 3 * 2;
        for (const QString &line : console.out.split(u'\n'))
            QVERIFY2(line.size() <= std::max<qsizetype>(width, least), qPrintable(line));
        QCOMPARE(console.out.contains(u'\u2026'), width < 74);
    }
    QCOMPARE(console.out.count(u'\n'), 2);
}

void tst_CtlCommands::leavesOutColumnsBeforeItCuts()
{
    const char *answers = R"([["clients.list", {"items": [{"id": "5", "hops": 1, "queue_bytes": 0,
        "client": "2001:db8:1234:5678:9abc:def0:1234:5678", "peer": "10.0.0.5", "idle_s": 3,
        "user_agent": "Mozilla/5.0 X11 and a long tail", "connected_at": 1764032709}]
}]])";
    FakeWorld world;
    FakeConsole console;
    console.terminal = true;
    for (int width = 80; width < 200; ++width) {
        world.answers = arrayOf(answers);
        console.out.clear();
        console.columns = width;
        QCOMPARE(run({u"clients"_s}, world, console), 0);
        for (const QString &line : console.out.split(u'\n'))
            QVERIFY2(line.size() <= width, qPrintable(line));
        QVERIFY(console.out.contains(u" 2001:db8:1234:5678:9abc:def0:1234:5678  10.0.0.5 "_s));
        QCOMPARE(console.out.contains(u"\ntoo narrow for hops"_s),
                 !console.out.contains(u" HOPS "_s));
    }
    QVERIFY(console.out.contains(u" HOPS "_s));
    // Those that were asked for stay.
    world.answers = arrayOf(answers);
    console.out.clear();
    console.columns = 80;
    QCOMPARE(run(words(u"clients --columns id,client,peer,hops,connected_at,queue_bytes"_s), world,
                 console),
             0);
    QVERIFY2(console.out.contains(u" HOPS "_s), qPrintable(console.out));
    QVERIFY(!console.out.contains(u"too narrow"_s));
}

void tst_CtlCommands::breaksLongTexts()
{
    FakeWorld world;
    world.answers = arrayOf(R"([["diagnose", [{"id": "a", "severity": "warning", "title": "T",
        "detail": "one two three four five six seven\neight",
        "fix": {"nginx": "one two three four five six seven"}}]]])");
    FakeConsole console;
    console.terminal = true;
    console.columns = 24;
    QCOMPARE(run({u"doctor"_s}, world, console), 0);
    QCOMPARE(console.out, u"warning: T  [a]\n  one two three four\n  five six seven\n  eight\n"
                          "  fix (nginx):\n    one two three four five six seven\n\n"
                          "1 finding: 0 errors, 1 warning\n"_s);
}

void tst_CtlCommands::coloursOnlyWhereTheyAreWanted()
{
    FakeWorld world;
    world.answers = arrayOf(replaced("[[\"trust.test\", @RESOLUTION@]]"));
    FakeConsole console;
    console.terminal = true;
    console.colours = true;
    console.columns = 200;
    QCOMPARE(run(words(u"trust test --peer 10.0.0.5"_s), world, console), 0);
    QString text = console.out;
    QVERIFY(text.contains(u"\x1b[32m1.2.3.4\x1b[0m"_s));
    // Without the colours, and with the arrow of a file, it is the same text.
    static const QRegularExpression colour(u"\x1b\\[[0-9]+m"_s);
    text.remove(colour).replace(u"\u2192 "_s, u"->"_s);
    QString plain = QString::fromUtf8(ResolutionText).replace(u"->  "_s, u"-> "_s);
    static const QRegularExpression firstHop(u"\n    10.0.0.5"_s);
    plain.replace(firstHop, u"\n   10.0.0.5"_s);
    QCOMPARE(text, plain);
}

void tst_CtlCommands::neverPrintsControlCharacters()
{
    // Whatever a server says: these texts are everywhere in its answers.
    const QString evil = u"a\x1b[2J\x07\u009b31m\u202e\nb"_s;
    const QJsonObject row{{u"id"_s, evil},    {u"client"_s, evil},   {u"user_agent"_s, evil},
                          {u"key"_s, evil},   {u"type"_s, evil},     {u"detail"_s, evil},
                          {u"entry"_s, evil}, {u"severity"_s, evil}, {u"title"_s, evil},
                          {u"url"_s, evil},   {u"peer"_s, evil},     {u"room"_s, evil},
                          {evil, evil},       {u"reason"_s, evil},   {u"message"_s, evil}};
    const QJsonObject answer{{u"items"_s, QJsonArray{row, row}},
                             {u"entries"_s, QJsonArray{row}},
                             {u"warnings"_s, QJsonArray{row, evil}},
                             {u"status"_s, evil},
                             {u"text"_s, evil},
                             {evil, evil},
                             {u"resolution"_s, QJsonObject{{u"trail"_s, QJsonArray{row}},
                                                           {u"headers"_s, QJsonArray{row}},
                                                           {u"notes"_s, QJsonArray{evil}},
                                                           {u"url"_s, evil}}}};
    const QMap<QString, QString> lines{{u"status"_s, u"status"_s},
                                       {u"health"_s, u"status"_s},
                                       {u"clients"_s, u"clients.list"_s},
                                       {u"client 1"_s, u"clients.get"_s},
                                       {u"config"_s, u"config.get"_s},
                                       {u"doctor"_s, u"diagnose"_s},
                                       {u"events"_s, u"events.recent"_s},
                                       {u"trust list"_s, u"trust.get"_s},
                                       {u"trust history"_s, u"trust.history"_s},
                                       {u"trust suggest"_s, u"trust.suggestions"_s},
                                       {u"requests"_s, u"requests.recent"_s},
                                       {u"rooms"_s, u"rooms.list"_s},
                                       {u"proxy-config nginx"_s, u"proxy.config"_s},
                                       {u"status --json"_s, u"status"_s}};
    for (auto it = lines.begin(); it != lines.end(); ++it) {
        FakeWorld world;
        world.answers.append(QJsonArray{it.value(), answer});
        FakeConsole console;
        run(words(it.key()), world, console);
        QVERIFY2(world.answers.isEmpty(), qPrintable(it.key()));
        QVERIFY2(!console.out.isEmpty(), qPrintable(it.key()));
        for (const QChar c : console.out) {
            QVERIFY2(c == u'\n' || (c >= u' ' && (c < u'\x7f' || c > u'\u009f') && c != u'\u202e'),
                     qPrintable(it.key()));
        }
    }
}

void tst_CtlCommands::optionsStandAnywhere()
{
    for (const QString &line : {u"--timeout 2.5 --no-headers clients --limit=1"_s,
                                u"clients --no-headers --limit 1 --timeout=2.5"_s,
                                u"--no-headers clients --timeout 2.5 --limit 9 --limit 1"_s,
                                u"clients --limit 1 --timeout 2.5 --no-headers --"_s}) {
        FakeWorld world;
        world.answers = arrayOf(R"([["clients.list", {"items": [{"id": "5"}]}]])");
        FakeConsole console;
        QCOMPARE(run(words(line), world, console), 0);
        QCOMPARE(world.calls, arrayOf(R"([["clients.list", {"limit": 1, "offset": 0}]])"));
        QCOMPARE(world.patience, std::chrono::milliseconds(2500));
        QVERIFY(console.out.startsWith(u"5  "_s));
    }
}

QTEST_APPLESS_MAIN(tst_CtlCommands)
#include "tst_ctlcommands.moc"
