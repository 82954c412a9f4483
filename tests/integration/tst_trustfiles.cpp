// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The live trust list on the disk: it outlives the server, however that ends; servers that share a
// directory share it; and what cannot be read or saved is said and changes nothing.
#include "tests/support/admincalls.h"
#include "tests/support/eventclient.h"
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QRandomGenerator>
#include <QRegularExpression>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <chrono>
#include <memory>
#include <thread>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto JsonLog = "[log]\nformat = \"json\"\n";

QJsonObject entry(const QString &text)
{
    return {{u"entry"_s, text}};
}

QStringList entriesOf(AdminCalls &admin)
{
    QStringList texts;
    for (const QJsonValue &one : admin.object(u"trust.get"_s).value("entries"_L1).toArray())
        texts += one["entry"_L1].toString();
    return texts;
}

int revisionOf(AdminCalls &admin)
{
    return admin.object(u"status"_s).value("trust_revision"_L1).toInt();
}

QJsonObject storeFinding(AdminCalls &admin)
{
    return findBy(admin.array(u"diagnose"_s), u"id"_s, u"trust-store"_s);
}

// Adds 50 entries, each on the revision that it knows of; the number that were not added.
int addFifty(const QString &socket, const QString &prefix)
{
    AdminCalls admin(socket);
    qint64 base = 0;
    int missing = 50;
    for (int i = 0; i < 50; ++i) {
        QJsonObject params = entry(prefix + QString::number(i));
        // Each conflict is the other writer's success, of which there are fifty.
        for (int tries = 0; tries <= 51; ++tries) {
            params.insert(u"base_revision"_s, base);
            const RpcResult result = admin.call(u"trust.add"_s, params);
            if (const auto *error = std::get_if<RpcError>(&result)) {
                if (!error->is(RpcCode::Conflict))
                    return missing;
                base = error->data.value("revision"_L1).toInteger();
                continue;
            }
            base = resultObject(result).value("revision"_L1).toInteger();
            --missing;
            break;
        }
    }
    return missing;
}

} // namespace

class tst_TrustFiles : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void liveListOutlivesTheServer();
    void configurationCountsAgainAfterAReset();
    void damagedFileIsSaidAndKept_data();
    void damagedFileIsSaidAndKept();
    void whatCannotBeSavedIsNotInForce_data();
    void whatCannotBeSavedIsNotInForce();
    void editReachesTheOtherServer();
    void fileThatIsDamagedMeanwhileIsSaid();
    void twoWritersLoseNothing_data();
    void twoWritersLoseNothing();
    void killedServerHasTheLastEditOrTheNext();

private:
    std::unique_ptr<ServerProcess> serve(const QByteArray &trust = "false"_ba) const;
    QString state(const QString &name = {}) const { return m_state + name; }

    std::unique_ptr<QTemporaryDir> m_directory;
    QString m_state;
};

void tst_TrustFiles::init()
{
    QTest::failOnWarning(QRegularExpression(u".*"_s));
    m_directory = std::make_unique<QTemporaryDir>();
    m_state = m_directory->filePath(u"state"_s);
}

std::unique_ptr<ServerProcess> tst_TrustFiles::serve(const QByteArray &trust) const
{
    auto server = std::make_unique<ServerProcess>(ServerProcess::Options{
        "threads = 1\nrequest_details_path = \"/who\"\ntrust_proxy = "_ba + trust + '\n' + JsonLog,
        {u"--state-dir"_s, m_state}});
    if (!server->isReady())
        qWarning("%s", server->complaint().constData());
    return server;
}

void tst_TrustFiles::liveListOutlivesTheServer()
{
    auto server = serve();
    {
        AdminCalls admin(server->adminSocket());
        admin.object(u"trust.add"_s, json(R"({"entry": "127.0.0.2", "note": "edge"})"));
        QVERIFY(!server->log().contains("live_trust_list"));
    }
    // The configuration may say what it likes.
    for (const QByteArray &configured : {"false"_ba, "[\"10.0.0.0/8\"]"_ba}) {
        server.reset();
        server = serve(configured);
        AdminCalls admin(server->adminSocket());
        const QJsonObject list = admin.object(u"trust.get"_s);
        QCOMPARE(list.value("revision"_L1).toInt(), 2);
        QCOMPARE(list.value("origin"_L1).toString(), u"live"_s);
        QCOMPARE(list.value("entries"_L1)[0]["note"_L1].toString(), u"edge"_s);
        QCOMPARE(admin.array(u"trust.history"_s).size(), 2);
        const QJsonObject told = server->waitForEvent(u"live_trust_list"_s);
        QCOMPARE(told.value("revision"_L1).toInt(), 2);
        QCOMPARE(told.value("directory"_L1).toString(), m_state);
        RawClient proxy(server->port(), "127.0.0.2"_ba);
        QCOMPARE(proxy.exchange(httpGet("/who", "X-Forwarded-For: 203.0.113.7\r\n"))
                     .json()
                     .value("ip_address"_L1)
                     .toString(),
                 u"203.0.113.7"_s);
    }
}

void tst_TrustFiles::configurationCountsAgainAfterAReset()
{
    auto server = serve("[\"10.0.0.1\"]"_ba);
    {
        AdminCalls admin(server->adminSocket());
        admin.object(u"trust.add"_s, entry(u"10.0.0.2"_s));
        admin.object(u"trust.reset"_s);
        QCOMPARE(entriesOf(admin), QStringList{u"10.0.0.1"_s});
    }
    server.reset();
    server = serve("[\"10.0.0.3\"]"_ba);
    AdminCalls admin(server->adminSocket());
    QCOMPARE(entriesOf(admin), QStringList{u"10.0.0.3"_s});
    QCOMPARE(admin.object(u"trust.get"_s).value("origin"_L1).toString(), u"config"_s);
    QVERIFY(!server->log().contains("live_trust_list"));
    // Revisions go on, so that nobody takes the new list for an old one.
    QVERIFY(revisionOf(admin) >= 3);
}

void tst_TrustFiles::damagedFileIsSaidAndKept_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("it is empty") << ""_ba;
    QTest::newRow("it ends in the middle") << R"({"format": 1, "revision": 7, "mode": "li)"_ba;
    QTest::newRow("it is something else") << R"(["10.0.0.0/8"])"_ba;
    QTest::newRow("it is no text") << QByteArray(1000, '\0');
}

void tst_TrustFiles::damagedFileIsSaidAndKept()
{
    QFETCH(const QByteArray, content);
    QVERIFY(QDir().mkpath(m_state));
    QFile file(state(u"/trust.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(content), content.size());
    file.close();

    const auto server = serve("[\"10.0.0.1\"]"_ba);
    QVERIFY(!server->waitForEvent(u"trust_store"_s).isEmpty());
    AdminCalls admin(server->adminSocket());
    QCOMPARE(entriesOf(admin), QStringList{u"10.0.0.1"_s});
    QVERIFY(admin.object(u"trust.get"_s).value("problem"_L1).toString().contains(u"trust.json"_s));
    QCOMPARE(storeFinding(admin).value("severity"_L1).toString(), u"error"_s);

    const int before = revisionOf(admin);
    QCOMPARE(admin.object(u"trust.add"_s, entry(u"10.0.0.2"_s)).value("revision"_L1).toInt(),
             before + 1);
    QCOMPARE(entriesOf(admin), (QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s}));
    QVERIFY(!admin.object(u"trust.get"_s).contains("problem"_L1));
    QVERIFY(storeFinding(admin).isEmpty());
    const QStringList kept = QDir(m_state).entryList({u"trust.json.damaged-*"_s});
    QCOMPARE(kept.size(), 1);
    QFile aside(state(u'/' + kept.first()));
    QVERIFY(aside.open(QIODevice::ReadOnly));
    QCOMPARE(aside.readAll(), content);
}

void tst_TrustFiles::whatCannotBeSavedIsNotInForce_data()
{
    QTest::addColumn<QString>("obstacle");
    QTest::newRow("the directory is a file") << u""_s;
    QTest::newRow("a directory has the name of the temporary file") << u"/trust.json.tmp"_s;
    QTest::newRow("a directory has the name of the lock") << u"/trust.lock"_s;
}

void tst_TrustFiles::whatCannotBeSavedIsNotInForce()
{
    QFETCH(const QString, obstacle);
    const auto server = serve();
    AdminCalls admin(server->adminSocket());
    admin.object(u"trust.add"_s, entry(u"127.0.0.2"_s));
    EventClient client(server->port(), "127.0.0.2"_ba);
    QVERIFY(client.openAs("kept", "X-Forwarded-For: 203.0.113.7\r\n") && client.isResponsive());
    const auto clientSeen = [&admin] {
        return admin.object(u"clients.list"_s).value("items"_L1)[0]["client"_L1].toString();
    };

    // Not root's permissions, which would not stop anything.
    const QString moved = m_state + u".moved"_s;
    if (obstacle.isEmpty()) {
        QVERIFY(QDir().rename(m_state, moved));
        QFile file(m_state);
        QVERIFY(file.open(QIODevice::WriteOnly));
    } else {
        QFile::remove(state(obstacle));
        QVERIFY(QDir().mkpath(state(obstacle)));
    }
    for (const auto &[method, params] : {std::pair{u"trust.add"_s, entry(u"203.0.113.0/24"_s)},
                                         {u"trust.reset"_s, json(R"({"confirm": true})")}}) {
        const RpcError error = admin.error(method, params);
        QCOMPARE(error.code, int(RpcCode::NotSaved));
        QVERIFY2(error.message.contains(m_state), qPrintable(error.message));
    }
    QCOMPARE(revisionOf(admin), 2);
    QCOMPARE(entriesOf(admin), QStringList{u"127.0.0.2"_s});
    QCOMPARE(clientSeen(), u"203.0.113.7"_s);
    QVERIFY(client.isResponsive());

    if (obstacle.isEmpty()) {
        QVERIFY(QFile::remove(m_state));
        QVERIFY(QDir().rename(moved, m_state));
    } else {
        QVERIFY(QDir().rmdir(state(obstacle)));
    }
    QCOMPARE(admin.object(u"trust.add"_s, entry(u"192.0.2.1"_s)).value("revision"_L1).toInt(), 3);
    QVERIFY(storeFinding(admin).isEmpty());
}

void tst_TrustFiles::editReachesTheOtherServer()
{
    const auto one = serve();
    const auto two = serve();
    AdminCalls first(one->adminSocket());
    AdminCalls second(two->adminSocket());
    AdminCalls watcher(two->adminSocket());
    watcher.object(u"subscribe"_s, json(R"({"topics": ["trust"]})"));
    EventClient client(two->port(), "127.0.0.2"_ba);
    QVERIFY(client.openAs("there", "X-Forwarded-For: 203.0.113.7\r\n") && client.isResponsive());

    first.object(u"trust.add"_s, json(R"({"entry": "127.0.0.2", "comment": "c"})"));
    QVERIFY(QTest::qWaitFor([&] { return revisionOf(second) == 2; }, 5000));
    // It is told when it has reached the clients.
    const QJsonObject changed = watcher.notification(u"trust.changed"_s);
    QCOMPARE(changed.value("revision"_L1).toInt(), 2);
    QCOMPARE(changed.value("changed"_L1).toInt(), 1);
    const QJsonObject row = second.object(u"clients.list"_s).value("items"_L1)[0].toObject();
    QCOMPARE(row.value("client"_L1).toString(), u"203.0.113.7"_s);
    QVERIFY(client.isResponsive());
    QCOMPARE(second.array(u"trust.history"_s), first.array(u"trust.history"_s));
    // And back; with the revision of the other one at once, although nobody looked yet.
    second.object(u"trust.add"_s, json(R"({"entry": "192.0.2.1", "base_revision": 2})"));
    QCOMPARE(first.object(u"trust.add"_s, json(R"({"entry": "192.0.2.2", "base_revision": 3})"))
                 .value("revision"_L1)
                 .toInt(),
             4);
    QCOMPARE(entriesOf(first), (QStringList{u"127.0.0.2"_s, u"192.0.2.1"_s, u"192.0.2.2"_s}));
}

void tst_TrustFiles::fileThatIsDamagedMeanwhileIsSaid()
{
    const auto server = serve();
    AdminCalls admin(server->adminSocket());
    admin.object(u"trust.add"_s, entry(u"10.0.0.1"_s));
    QFile file(state(u"/trust.json"_s));
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    file.write("nonsense");
    file.close();
    QVERIFY(QTest::qWaitFor([&] { return !storeFinding(admin).isEmpty(); }, 20000));
    QVERIFY(!server->waitForEvent(u"trust_store"_s).isEmpty());
    QCOMPARE(entriesOf(admin), QStringList{u"10.0.0.1"_s});
    admin.object(u"trust.add"_s, entry(u"10.0.0.2"_s));
    QCOMPARE(entriesOf(admin), (QStringList{u"10.0.0.1"_s, u"10.0.0.2"_s}));
    QVERIFY(!server->waitForEvent(u"trust_store_recovered"_s).isEmpty());
}

void tst_TrustFiles::twoWritersLoseNothing_data()
{
    QTest::addColumn<bool>("shared");
    QTest::newRow("at one server") << false;
    QTest::newRow("at two servers that share the directory") << true;
}

void tst_TrustFiles::twoWritersLoseNothing()
{
    QFETCH(const bool, shared);
    const auto one = serve();
    const auto two = shared ? serve() : nullptr;
    const QString otherSocket = shared ? two->adminSocket() : one->adminSocket();
    int missing = 50;
    std::thread other([&] { missing = addFifty(otherSocket, u"192.0.2."_s); });
    const int missingHere = addFifty(one->adminSocket(), u"198.51.100."_s);
    other.join();
    QCOMPARE(missing, 0);
    QCOMPARE(missingHere, 0);
    AdminCalls admin(one->adminSocket());
    QVERIFY(QTest::qWaitFor([&] { return revisionOf(admin) == 101; }, 5000));
    const QStringList entries = entriesOf(admin);
    QCOMPARE(entries.size(), 100);
    QCOMPARE(QSet<QString>(entries.begin(), entries.end()).size(), 100);
}

// Each edit writes the number of its revision into the list, so that a list of another edit, or a
// part of one, would be noticed.
void tst_TrustFiles::killedServerHasTheLastEditOrTheNext()
{
    constexpr int Edits = 500;
    int acknowledged = 1;
    const auto edit = [](int revision) {
        const QJsonObject one{{u"entry"_s, u"10.0.%1.%2"_s.arg(revision >> 8).arg(revision & 255)},
                              {u"note"_s, QString::number(revision)}};
        return QJsonObject{{u"mode"_s, u"list"_s}, {u"entries"_s, QJsonArray{one}}};
    };
    for (int kills = 0; acknowledged <= Edits; ++kills) {
        const auto server = serve();
        AdminCalls admin(server->adminSocket());
        const QJsonObject list = admin.object(u"trust.get"_s);
        const int revision = list.value("revision"_L1).toInt();
        QVERIFY2(revision == acknowledged || (kills > 0 && revision == acknowledged + 1),
                 qPrintable(u"%1 after %2"_s.arg(revision).arg(acknowledged)));
        QVERIFY2(!list.contains("problem"_L1), qPrintable(list.value("problem"_L1).toString()));
        if (revision > 1) {
            QCOMPARE(list.value("entries"_L1).toArray().size(), 1);
            QCOMPARE(list.value("entries"_L1)[0]["note"_L1].toString(), QString::number(revision));
        }
        acknowledged = revision;
        const int stop = acknowledged + QRandomGenerator::global()->bounded(20, 80);
        while (acknowledged < stop) {
            acknowledged =
                admin.object(u"trust.set"_s, edit(acknowledged + 1)).value("revision"_L1).toInt();
            QVERIFY(acknowledged > 1);
        }
        // In the middle of one more, or just behind it.
        admin.send(u"trust.set"_s, edit(acknowledged + 1));
        const auto moment = std::chrono::milliseconds(QRandomGenerator::global()->bounded(0, 4));
        if (admin.readLine(moment))
            ++acknowledged;
        server->signal(SIGKILL);
        QCOMPARE(server->waitForExit(), -1);
    }
}

QTEST_GUILESS_MAIN(tst_TrustFiles)
#include "tst_trustfiles.moc"
