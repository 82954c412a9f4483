// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What an edit would change, which edits need a confirmation, and how the entries are used.
#include "server/ops/trustguard.h"
#include "server/ops/trustpreview.h"
#include "server/ops/trustusage.h"
#include "tests/unit/ops/trustclients.h"
#include "tests/unit/ops/trustrows.h"

#include <QJsonDocument>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <memory>
#include <vector>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QList<quint64> idsOf(const TrustPreview &preview)
{
    QList<quint64> ids;
    for (const TrustPreview::Sample &sample : preview.samples)
        ids.append(sample.id);
    return ids;
}

// "entry peers/clients last" for each; the time is counted from Now.
QStringList textOf(const std::vector<EntryUse> &uses)
{
    QStringList texts;
    for (const EntryUse &use : uses) {
        const QString last = use.lastUsed == 0 ? u"never"_s : QString::number(use.lastUsed - Now);
        texts.append(u"%1 %2/%3 %4"_s.arg(use.entry, QString::number(use.matchedPeers),
                                          QString::number(use.matchedClients), last));
    }
    return texts;
}

} // namespace

class tst_TrustPreview : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void reasons_data();
    void reasons();
    void changesNothing_data();
    void changesNothing();
    void tellsWhatWasCut();
    void aClientIsWhatTheServerTakesItFor();
    void samplesAreOfDifferentKinds();
    void samplesOfInnerHops();
    void samplesAreFew();
    void shared_data();
    void shared();
    void recentRequests();
    void writesJson();

    void confirmations_data();
    void confirmations();
    void namesFewBroadRanges();

    void uses_data();
    void uses();
    void usesOfRequestsAndPeers();
    void remembersTheLastUse();
    void tellsWhenEntriesWereAdded();
};

void tst_TrustPreview::reasons_data()
{
    addReasonRows();
}

void tst_TrustPreview::reasons()
{
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    QFETCH(const QByteArray, client);
    QFETCH(const QByteArray, was);
    QFETCH(const QByteArray, is);
    QFETCH(const QString, reason);
    const auto current = policyOf(before);
    const auto next = policyOf(after, 8);
    const TestClients clients = clientsOf({client}, *current);
    const TrustPreview preview = previewTrust(clients, {}, *current, *next, 0);
    QCOMPARE(preview.clients.changed, 1);
    QCOMPARE(preview.samples.size(), 1);
    const TrustPreview::Sample &sample = preview.samples.front();
    QCOMPARE(sample.id, 1);
    QCOMPARE(sample.before.client.toText(), was);
    QCOMPARE(sample.after.client.toText(), is);
    QCOMPARE(sample.reason, reason);
    QCOMPARE(clients.front()->resolution(), sample.before); // it is only a question
}

void tst_TrustPreview::changesNothing_data()
{
    QTest::addColumn<QString>("before");
    QTest::addColumn<QString>("after");
    QTest::addColumn<QByteArray>("client");
    QTest::newRow("a client that nobody forwards") << u"none"_s << u"10.0.0.0/8"_s << "10.0.0.5"_ba;
    QTest::newRow("a client from elsewhere")
        << u"10.0.0.5"_s << u"10.0.0.6"_s << "10.0.0.7 < 203.0.113.7"_ba;
    QTest::newRow("another entry for the same proxy")
        << u"10.0.0.5"_s << u"10.0.0.0/8"_s << "10.0.0.5 < 203.0.113.7"_ba;
    QTest::newRow("a hop that the walk does not reach")
        << u"10.0.0.5"_s << u"10.0.0.5 198.51.100.20"_s
        << "10.0.0.5 < 198.51.100.20, 203.0.113.7"_ba;
    QTest::newRow("a client that becomes trusted itself")
        << u"10.0.0.5"_s << u"10.0.0.5 203.0.113.7"_s << "10.0.0.5 < 203.0.113.7"_ba;
}

void tst_TrustPreview::changesNothing()
{
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    QFETCH(const QByteArray, client);
    const auto current = policyOf(before);
    const std::vector<RecentRequest> requests = {recentOf(client, *current)};
    const TrustPreview preview =
        previewTrust(clientsOf({client}, *current), requests, *current, *policyOf(after, 8), 1);
    QCOMPARE(preview.clients.changed, 0);
    QCOMPARE(preview.clients.total, 1);
    QCOMPARE(preview.recent.changed, 0);
    QCOMPARE(preview.recent.total, 1);
    QVERIFY(preview.samples.empty());
    QCOMPARE(preview.shared.addresses, 0);
}

// Two headers that name many hops do not fit into the record.
void tst_TrustPreview::tellsWhatWasCut()
{
    const auto policy = policyOf(u"2001:db8::/32"_s);
    const QByteArray hop = "2001:0db8:0000:0000:0000:0000:0000:0001"_ba;
    TestRequest request;
    request.peer = hop;
    request.headers = {
        {"X-Forwarded-For", "203.0.113.7"_ba + QByteArray(", "_ba + hop).repeated(30)},
        {"Forwarded",
         "for=203.0.113.7"_ba + QByteArray(", for=\"["_ba + hop + "]\""_ba).repeated(30)}};
    const TestClients clients = {makeRecord(1, request, *policy)};
    QVERIFY(clients.front()->resolution().known);
    const TrustPreview preview = previewTrust(clients, {}, *policy, *policy, 0);
    QCOMPARE(preview.samples.size(), 1);
    QCOMPARE(preview.samples.front().reason,
             u"its headers were too long to be kept as a whole, so the client can no longer be "
             "told"_s);
}

// Not for what the policy would make of it.
void tst_TrustPreview::aClientIsWhatTheServerTakesItFor()
{
    const auto policy = policyOf(u"10.0.0.5"_s);
    const TestClients clients = clientsOf({"10.0.0.5 < 203.0.113.7"}, *policy);
    Resolution other = clients.front()->resolution();
    other.client = testAddress("203.0.113.99");
    clients.front()->setResolution(other);
    const TrustPreview preview = previewTrust(clients, {}, *policy, *policy, 0);
    QCOMPARE(preview.samples.size(), 1);
    QCOMPARE(preview.samples.front().before, other);
    QCOMPARE(preview.samples.front().after.client, testAddress("203.0.113.7"));
    QCOMPARE(preview.samples.front().reason,
             u"its headers are read once more, and name another caller"_s);
}

void tst_TrustPreview::samplesAreOfDifferentKinds()
{
    const auto current = policyOf(u"10.0.0.5 10.0.0.6"_s);
    QByteArrayList texts(30, "10.0.0.5 < 203.0.113.7"_ba); // 1 to 30
    texts += QByteArrayList(2, "10.0.0.6 < unknown"_ba);   // 31 and 32
    texts += QByteArrayList(3, "10.0.0.6 < 203.0.113.7"_ba);
    texts += "10.0.0.7 < 203.0.113.7"_ba; // 36
    texts += "10.0.0.8"_ba;
    TestClients clients = clientsOf(texts, *current);
    const auto next = policyOf(u"10.0.0.7"_s, 8);
    const TrustPreview preview = previewTrust(clients, {}, *current, *next, 0);
    QCOMPARE(preview.clients.changed, 36);
    QCOMPARE(preview.clients.total, 37);
    const QList<quint64> expected = {1, 33, 31, 36, 2, 34, 32, 3, 35, 4, 5};
    QCOMPARE(idsOf(preview), expected);

    std::reverse(clients.begin(), clients.end());
    QCOMPARE(idsOf(previewTrust(clients, {}, *current, *next, 0)), expected);
}

// Clients of one peer differ by the hop that is lost or gained.
void tst_TrustPreview::samplesOfInnerHops()
{
    const auto few = policyOf(u"10.0.0.5"_s);
    const auto more = policyOf(u"10.0.0.5 198.51.100.20 198.51.100.21"_s, 8);
    QByteArrayList texts(9, "10.0.0.5 < 203.0.113.7, 198.51.100.20"_ba);
    texts += "10.0.0.5 < 203.0.113.7, 198.51.100.21"_ba;
    const QList<quint64> expected = {1, 10, 2, 3, 4, 5};
    QCOMPARE(idsOf(previewTrust(clientsOf(texts, *few), {}, *few, *more, 0)), expected);
    QCOMPARE(idsOf(previewTrust(clientsOf(texts, *more), {}, *more, *few, 0)), expected);
}

void tst_TrustPreview::samplesAreFew()
{
    QByteArrayList texts;
    QStringList entries;
    for (int i = 0; i < 30; ++i) {
        const QByteArray peer = "10.0.0."_ba + QByteArray::number(i);
        entries += QString::fromLatin1(peer);
        texts += peer + " < 203.0.113.7"_ba;
    }
    texts += texts.last(); // the kind with the most clients
    const auto current = policyOf(entries.join(u' '));
    const TrustPreview preview =
        previewTrust(clientsOf(texts, *current), {}, *current, *policyOf(u"none"_s), 0);
    QCOMPARE(preview.clients.changed, 31);
    QList<quint64> expected = {30};
    for (quint64 id = 1; id < TrustPreview::MaxSamples; ++id)
        expected += id;
    QCOMPARE(idsOf(preview), expected);
}

void tst_TrustPreview::shared_data()
{
    QTest::addColumn<QByteArrayList>("clients");
    QTest::addColumn<int>("limit");
    QTest::addColumn<QString>("expected"); // clients addresses overLimit, largest
    const auto row = [](const char *what, const QByteArrayList &clients, int limit,
                        const QString &expected) {
        QTest::newRow(what) << clients << limit << expected;
    };
    // 10.0.0.5 and 10.0.0.6 lose the trust, 10.0.0.7 gains it.
    const QByteArray five = "10.0.0.5 < 203.0.113.7"_ba;
    const QByteArray six = "10.0.0.6 < 203.0.113.8"_ba;
    row("nobody", {}, 1, u"0 0 0"_s);
    row("one alone", {five}, 1, u"0 0 0"_s);
    row("each alone", {five, six}, 1, u"0 0 0"_s);
    row("two of one proxy", {five, five, six}, 2, u"2 1 0, 2 of 10.0.0.5"_s);
    row("more than the limit", {five, five, five, six}, 2, u"3 1 1, 3 of 10.0.0.5"_s);
    row("without a limit", {five, five, five}, 0, u"3 1 0, 3 of 10.0.0.5"_s);
    row("of two crowds the larger one", {five, five, six, six, six}, 1, u"5 2 2, 3 of 10.0.0.6"_s);
    row("of two equal crowds the lower address", {six, six, five, five}, 3,
        u"4 2 0, 2 of 10.0.0.5"_s);
    row("those who were there already count, but did not change", {five, "10.0.0.5", "10.0.0.5"}, 2,
        u"1 1 1, 3 of 10.0.0.5"_s);
    row("a crowd that nobody joins", {"10.0.0.9", "10.0.0.9", five}, 1, u"0 0 0"_s);
    row("those who part", {"10.0.0.7 < 203.0.113.7", "10.0.0.7 < 203.0.113.8"}, 1, u"0 0 0"_s);
    row("those who are not known share nothing", {"10.0.0.7 < unknown", "10.0.0.7 < unknown"}, 1,
        u"0 0 0"_s);
}

void tst_TrustPreview::shared()
{
    QFETCH(const QByteArrayList, clients);
    QFETCH(const int, limit);
    QFETCH(const QString, expected);
    const auto current = policyOf(u"10.0.0.5 10.0.0.6"_s);
    const TrustPreview::Shared shared =
        previewTrust(clientsOf(clients, *current), {}, *current, *policyOf(u"10.0.0.7"_s), limit)
            .shared;
    QString text = u"%1 %2 %3"_s.arg(shared.clients).arg(shared.addresses).arg(shared.overLimit);
    if (shared.largest)
        text += u", %1 of %2"_s.arg(QString::number(shared.largest->clients),
                                    shared.largest->client.toString());
    QCOMPARE(text, expected);
}

void tst_TrustPreview::recentRequests()
{
    const auto older = policyOf(u"none"_s, 6);
    const auto current = policyOf(u"10.0.0.5 10.0.0.6"_s);
    const auto next = policyOf(u"10.0.0.5"_s, 8);
    std::vector<RecentRequest> requests = {
        recentOf("10.0.0.6 < 203.0.113.7", *current),
        recentOf("+10.0.0.6 < 203.0.113.7", *current),
        recentOf("10.0.0.6 < 203.0.113.7", *older), // the same today
        recentOf("10.0.0.5 < 203.0.113.7", *current),
        recentOf("10.0.0.5 < 203.0.113.7", *older), // not by this edit
        recentOf("10.0.0.6", *current),
        recentOf("10.0.0.6 < 203.0.113.7", *current),
    };
    requests.back().method.clear(); // it could not be read
    const TrustPreview preview = previewTrust({}, requests, *current, *next, 0);
    QCOMPARE(preview.recent.changed, 3);
    QCOMPARE(preview.recent.total, 7);
    QCOMPARE(preview.clients.total, 0);
}

void tst_TrustPreview::writesJson()
{
    const auto text = [](const TrustPreview &preview) {
        return QJsonDocument(toJson(preview)).toJson(QJsonDocument::Compact);
    };
    const auto current = policyOf(u"10.0.0.5"_s);
    const auto next = policyOf(u"none"_s, 8);
    const std::vector<RecentRequest> requests = {recentOf("10.0.0.5 < 203.0.113.7", *current)};
    const QByteArray client =
        "10.0.0.5 < X-Forwarded-For: 203.0.113.7\nX-Forwarded-Proto: https"_ba;
    const TrustPreview preview =
        previewTrust(clientsOf({client, "10.0.0.5"}, *current), requests, *current, *next, 1);
    QCOMPARE(text(preview),
             R"({"changed":1,"recent":{"changed":1,"total":1},"samples":[{)"
             R"("after":{"client":"10.0.0.5","host":"app.example.com","port":80,"scheme":"http"},)"
             R"("before":{"client":"203.0.113.7","host":"app.example.com","port":443,)"
             R"("scheme":"https"},"id":"1",)"
             R"("reason":"10.0.0.5 is no longer trusted, so its headers are ignored"}],)"
             R"("shared":{"addresses":1,"clients":1,"largest":{"client":"10.0.0.5","clients":2},)"
             R"("over_limit":1},"total":2})"_ba);
    QCOMPARE(text(previewTrust({}, {}, *current, *next, 1)),
             R"({"changed":0,"recent":{"changed":0,"total":0},"samples":[],)"
             R"("shared":{"addresses":0,"clients":0,"largest":null,"over_limit":0},"total":0})"_ba);
}

void tst_TrustPreview::confirmations_data()
{
    addConfirmationRows();
}

void tst_TrustPreview::confirmations()
{
    QFETCH(const QString, before);
    QFETCH(const QString, after);
    QFETCH(const QByteArrayList, clients);
    QFETCH(const QStringList, expected);
    const auto current = policyOf(before);
    const TrustList next = listOf(after);
    QCOMPARE(confirmationReasons(*current, *policyOf(next, 8), validate(next),
                                 clientsOf(clients, *current)),
             expected);
}

void tst_TrustPreview::namesFewBroadRanges()
{
    QStringList entries;
    for (int i = 20; i < 32; ++i)
        entries += u"%1.0.0.0/8"_s.arg(i);
    const TrustList list = testList(entries);
    const QStringList reasons =
        confirmationReasons(*policyOf(u"none"_s), *policyOf(list), validate(list), {});
    QCOMPARE(reasons.size(), 11);
    QVERIFY(reasons[9].startsWith(u"29.0.0.0/8 "_s));
    QCOMPARE(reasons[10], u"2 more entries are very broad ranges of public addresses"_s);
}

void tst_TrustPreview::uses_data()
{
    QTest::addColumn<QString>("list");
    QTest::addColumn<QByteArrayList>("clients");
    QTest::addColumn<QStringList>("expected");
    const auto row = [](const char *what, const QString &list, const QByteArrayList &clients,
                        const QStringList &expected) {
        QTest::newRow(what) << list << clients << expected;
    };
    const QString two = u"10.0.0.0/8 198.51.100.0/24"_s;
    const QString unused = u"198.51.100.0/24 0/0 never"_s;
    row("nobody", two, {}, {u"10.0.0.0/8 0/0 never"_s, unused});
    row("a stranger", two, {"203.0.113.9 < 10.0.0.1"}, {u"10.0.0.0/8 0/0 never"_s, unused});
    row("two clients of one peer", two, {"10.0.0.5 < 203.0.113.7", "10.0.0.5 < 203.0.113.8"},
        {u"10.0.0.0/8 1/2 0"_s, unused});
    row("clients of two peers", two, {"10.0.0.5 < 203.0.113.7", "10.0.0.6 < 203.0.113.7"},
        {u"10.0.0.0/8 2/2 0"_s, unused});
    row("a peer that names nobody", two, {"10.0.0.5"}, {u"10.0.0.0/8 1/1 0"_s, unused});
    row("a source that was announced", two, {"+10.0.0.5 < 203.0.113.7"},
        {u"10.0.0.0/8 1/1 0"_s, unused});
    row("a hop behind the peer", two, {"10.0.0.5 < 203.0.113.7, 198.51.100.20"},
        {u"10.0.0.0/8 1/1 0"_s, u"198.51.100.0/24 1/1 0"_s});
    row("two hops of one entry are one client", two, {"10.0.0.5 < 203.0.113.7, 10.0.0.7, 10.0.0.6"},
        {u"10.0.0.0/8 3/1 0"_s, unused});
    row("hops of two entries by turns", two,
        {"10.0.0.5 < 203.0.113.7, 198.51.100.20, 10.0.0.6, 198.51.100.21"},
        {u"10.0.0.0/8 2/1 0"_s, u"198.51.100.0/24 2/1 0"_s});
    row("what the client claims is no hop", two, {"10.0.0.5 < 198.51.100.20, 203.0.113.7"},
        {u"10.0.0.0/8 1/1 0"_s, unused});
    row("a trusted client is no hop", two, {"10.0.0.5 < 198.51.100.20"},
        {u"10.0.0.0/8 1/1 0"_s, unused});
    row("a hop before an element that is no address", two, {"10.0.0.5 < unknown, 198.51.100.20"},
        {u"10.0.0.0/8 1/1 0"_s, u"198.51.100.0/24 1/1 0"_s});
    row("a hop in a conflict", two,
        {"10.0.0.5 < X-Forwarded-For: 203.0.113.7, 198.51.100.20\nForwarded: for=203.0.113.8"},
        {u"10.0.0.0/8 1/1 0"_s, u"198.51.100.0/24 1/1 0"_s});
    row("the more specific entry counts", u"10.0.0.0/8 10.0.0.5"_s, {"10.0.0.5 < 203.0.113.7"},
        {u"10.0.0.0/8 0/0 never"_s, u"10.0.0.5 1/1 0"_s});
    row("an entry that is there twice is one", u"10.0.0.0/8 10.1.2.3/8"_s,
        {"10.0.0.5 < 203.0.113.7"}, {u"10.0.0.0/8 1/1 0"_s, u"10.1.2.3/8 0/0 0"_s});
    row("a keyword", u"private"_s, {"10.0.0.5 < 203.0.113.7", "fd00::1 < 203.0.113.7"},
        {u"private 2/2 0"_s});
    row("no list", u"all"_s, {"10.0.0.5 < 203.0.113.7"}, {});
}

void tst_TrustPreview::uses()
{
    QFETCH(const QString, list);
    QFETCH(const QByteArrayList, clients);
    QFETCH(const QStringList, expected);
    const auto policy = policyOf(list);
    TrustUsage usage;
    QCOMPARE(textOf(usage.update(*policy, nullptr, clientsOf(clients, *policy), {}, {}, Now)),
             expected);
}

void tst_TrustPreview::usesOfRequestsAndPeers()
{
    const auto policy = policyOf(u"10.0.0.5 10.0.0.6 198.51.100.0/24 10.0.0.8"_s);
    const std::vector<PeerFacts> peers = {peerOf("10.0.0.5", Now - 60), peerOf("10.0.0.6", Now - 9),
                                          peerOf("203.0.113.9", Now)};
    std::vector<RecentRequest> requests = {
        recentOf("10.0.0.5 < 203.0.113.7, 198.51.100.20", *policy, Now - 50),
        recentOf("10.0.0.5 < 203.0.113.7, 198.51.100.20", *policy, Now - 70),
        recentOf("10.0.0.6 < 203.0.113.7", *policy, Now - 10),
        recentOf("+10.0.0.8 < 203.0.113.7", *policy, Now - 5),
        recentOf("10.0.0.6 < 203.0.113.7", *policy, Now - 3),
    };
    requests.back().method.clear(); // it could not be read, but it came from there
    TrustUsage usage;
    const QStringList expected = {u"10.0.0.5 1/0 -50"_s, u"10.0.0.6 1/0 -3"_s,
                                  u"198.51.100.0/24 1/0 -50"_s, u"10.0.0.8 1/0 -5"_s};
    QCOMPARE(textOf(usage.update(*policy, nullptr, {}, peers, requests, Now)), expected);
}

void tst_TrustPreview::remembersTheLastUse()
{
    const auto list = policyOf(u"10.0.0.0/8 198.51.100.0/24"_s);
    const auto respelled = policyOf(u"198.51.100.0/24 10.1.2.3/8"_s, 8);
    const auto without = policyOf(u"198.51.100.0/24"_s, 9);
    TrustList offList = listOf(u"10.0.0.0/8 198.51.100.0/24"_s);
    offList.mode = TrustMode::None;
    const auto off = policyOf(offList, 10);
    TrustUsage usage;
    const auto seen = [&usage](const TrustPolicy &policy, const std::vector<PeerFacts> &peers) {
        return textOf(usage.update(policy, nullptr, {}, peers, {}, Now));
    };
    const QString unused = u"198.51.100.0/24 0/0 never"_s;
    QCOMPARE(seen(*list, {peerOf("10.0.0.5", Now - 60)}),
             QStringList({u"10.0.0.0/8 1/0 -60"_s, unused}));
    QCOMPARE(seen(*list, {peerOf("10.0.0.5", Now - 70)}),
             QStringList({u"10.0.0.0/8 1/0 -60"_s, unused}));
    QCOMPARE(seen(*respelled, {}), QStringList({unused, u"10.1.2.3/8 0/0 -60"_s}));
    QCOMPARE(seen(*off, {peerOf("10.0.0.5", Now)}), QStringList({u"10.0.0.0/8 0/0 -60"_s, unused}));
    QCOMPARE(seen(*list, {peerOf("10.0.0.5", Now - 50)}),
             QStringList({u"10.0.0.0/8 1/0 -50"_s, unused}));
    QCOMPARE(seen(*without, {}), QStringList({unused}));
    QCOMPARE(seen(*list, {}), QStringList({u"10.0.0.0/8 0/0 never"_s, unused}));
}

void tst_TrustPreview::tellsWhenEntriesWereAdded()
{
    const auto policy = policyOf(u"10.0.0.5 10.0.0.6"_s);
    TrustDocument document;
    document.revision = 7;
    document.list = policy->settings().list;
    document.additions = {{u"configuration"_s, {}},
                          {u"uid 1000"_s, std::chrono::sys_seconds(std::chrono::seconds(Now))}};
    TrustUsage usage;
    const auto addedAt = [&](const TrustDocument *from) {
        QList<qint64> times;
        for (const EntryUse &use : usage.update(*policy, from, {}, {}, {}, Now))
            times += use.addedAt;
        return times;
    };
    QCOMPARE(addedAt(&document), QList<qint64>({0, Now}));
    QCOMPARE(addedAt(nullptr), QList<qint64>({0, 0}));
    document.revision = 6; // of another list
    QCOMPARE(addedAt(&document), QList<qint64>({0, 0}));
}

QTEST_APPLESS_MAIN(tst_TrustPreview)
#include "tst_trustpreview.moc"
