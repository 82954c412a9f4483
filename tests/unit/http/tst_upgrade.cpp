// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"
#include "server/http/upgrade.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr auto Key = "dGhlIHNhbXBsZSBub25jZQ==";

QByteArray handshake(const QByteArray &fields, const QByteArray &line = "GET /chat HTTP/1.1"_ba)
{
    return line + "\r\nHost: a\r\n" + fields + "\r\n";
}

const QByteArray Sound = "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                         "Sec-WebSocket-Version: 13\r\n"_ba;

} // namespace

class tst_Upgrade : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void judgement_data();
    void judgement();
    void acceptedParts();
    void versionRefusalTellsTheVersion();
    void keys_data();
    void keys();
    void acceptKeyOfTheRfc();
};

void tst_Upgrade::judgement_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code"); // 101 accept, 0 plain, else the refusal
    const auto row = [](const char *name, const QByteArray &bytes, int code) {
        QTest::newRow(name) << bytes << code;
    };
    const auto with = [](const QByteArray &before, const QByteArray &after) {
        QByteArray fields = Sound;
        return handshake(fields.replace(before, after));
    };
    const QByteArray connection = "Connection: Upgrade\r\n";
    const QByteArray upgrade = "Upgrade: websocket\r\n";
    const QByteArray version = "Sec-WebSocket-Version: 13\r\n";
    row("6455 4.2.1: a sound handshake", handshake(Sound), 101);
    row("any case", with(upgrade, "uPGRADE: WebSocket\r\n"), 101);
    row("9110 7.8: one of several protocols", with(upgrade, "Upgrade: foo, websocket\r\n"), 101);
    row("9110 7.8: in a second line", with(upgrade, "Upgrade: foo\r\nUpgrade: websocket\r\n"), 101);
    row("Connection over two lines",
        with(connection, "Connection: keep-alive\r\nConnection: upgrade\r\n"), 101);
    row("Connection with a list", with(connection, "Connection: keep-alive, Upgrade\r\n"), 101);
    row("extensions are not our business here",
        handshake(Sound + "Sec-WebSocket-Extensions: permessage-deflate\r\n"), 101);
    row("a length of 0 is no body", handshake(Sound + "Content-Length: 0\r\n"), 101);

    row("a plain GET", handshake(""), 0);
    row("nginx: Connection without Upgrade", handshake("Connection: upgrade\r\n"), 0);
    row("no Upgrade but all the rest", with(upgrade, ""), 0);
    row("9113 3.1: h2c", handshake("Upgrade: h2c\r\nConnection: Upgrade\r\n"), 0);
    row("websocket2", with(upgrade, "Upgrade: websocket2\r\n"), 0);
    row("a version after the name", with(upgrade, "Upgrade: websocket/13\r\n"), 0);
    row("POST", handshake(Sound, "POST /chat HTTP/1.1"), 0);
    row("HEAD", handshake(Sound, "HEAD /chat HTTP/1.1"), 0);

    row("6455 4.2.1: HTTP/1.0", handshake(Sound, "GET /chat HTTP/1.0"), 400);
    row("6455 4.2.1: no Connection", with(connection, ""), 400);
    row("6455 4.2.1: Connection without upgrade", with(connection, "Connection: keep-alive\r\n"),
        400);
    row("6455 4.2.1: upgrade as part of a word", with(connection, "Connection: upgraded\r\n"), 400);
    row("6455 4.4: no version", with(version, ""), 426);
    row("6455 4.4: version 8", with("Version: 13", "Version: 8"), 426);
    row("6455 4.4: version 99", with("Version: 13", "Version: 99"), 426);
    row("6455 4.4: list of versions", with("Version: 13", "Version: 13, 8"), 426);
    row("6455 4.4: leading zero", with("Version: 13", "Version: 013"), 426);
    row("6455 4.4: two versions", handshake(Sound + version), 426);
    row("6455 11.3.1: no key", with("Sec-WebSocket-Key: "_ba + Key + "\r\n", ""), 400);
    row("6455 11.3.1: two keys", handshake(Sound + "Sec-WebSocket-Key: " + Key + "\r\n"), 400);
    row("a body with a length", handshake(Sound + "Content-Length: 5\r\n"), 400);
    row("a body in chunks", handshake(Sound + "Transfer-Encoding: chunked\r\n"), 400);
}

void tst_Upgrade::judgement()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, code);
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    const UpgradeJudgement judgement = judgeUpgrade(head);
    using Verdict = UpgradeJudgement::Verdict;
    if (code == 101) {
        QCOMPARE(judgement.verdict, Verdict::Accept);
        QCOMPARE(judgement.key, Key);
    } else if (code == 0) {
        QCOMPARE(judgement.verdict, Verdict::NotAnUpgrade);
    } else {
        QCOMPARE(judgement.verdict, Verdict::Refuse);
        QCOMPARE(judgement.refusal.status, code);
        QVERIFY(judgement.refusal.close);
        QVERIFY(judgement.refusal.contentType.startsWith("text/plain"));
        QVERIFY(judgement.refusal.body.startsWith("Invalid WebSocket request: "));
    }
}

void tst_Upgrade::acceptedParts()
{
    const QByteArray bytes = handshake(Sound
                                       + "Sec-WebSocket-Protocol: chat, b@d, superchat\r\n"
                                         "sec-websocket-protocol: v2.chat\r\n");
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    const UpgradeJudgement judgement = judgeUpgrade(head);
    const std::vector<QByteArrayView> expected{"chat", "superchat", "v2.chat"};
    QVERIFY(judgement.protocols == expected);
    QVERIFY(judgement.key.data() > bytes.constData() && judgement.key.data() < bytes.constEnd());
}

void tst_Upgrade::versionRefusalTellsTheVersion()
{
    const QByteArray bytes = handshake("Upgrade: websocket\r\nConnection: Upgrade\r\n");
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    QByteArray out;
    serialize(judgeUpgrade(head).refusal, {.keepAlive = true}, out);
    QVERIFY(out.startsWith("HTTP/1.1 426 Upgrade Required\r\n"));
    QVERIFY(out.contains("\r\nSec-WebSocket-Version: 13\r\n"));
    QVERIFY(out.contains("\r\nUpgrade: websocket\r\n"));
    QVERIFY(out.contains("\r\nConnection: Upgrade, close\r\n"));
}

void tst_Upgrade::keys_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<bool>("good");
    QTest::newRow("16 bytes") << QByteArray(Key) << true;
    QTest::newRow("zeros") << "AAAAAAAAAAAAAAAAAAAAAA=="_ba << true;
    QTest::newRow("plus and slash") << "+/+/+/+/+/+/+/+/+/+/+A=="_ba << true;
    QTest::newRow("left-over bits set") << "dGhlIHNhbXBsZSBub25jZR=="_ba << true;
    QTest::newRow("empty") << ""_ba << false;
    QTest::newRow("15 bytes") << "dGhlIHNhbXBsZSBub25j"_ba << false;
    QTest::newRow("17 bytes") << "dGhlIHNhbXBsZSBub25jZTE="_ba << false;
    QTest::newRow("18 bytes") << "dGhlIHNhbXBsZSBub25jZTEy"_ba << false;
    QTest::newRow("no padding") << "dGhlIHNhbXBsZSBub25jZQ"_ba << false;
    QTest::newRow("one sign of padding") << "dGhlIHNhbXBsZSBub25jZQ="_ba << false;
    QTest::newRow("three signs of padding") << "dGhlIHNhbXBsZSBub25jZ==="_ba << false;
    QTest::newRow("alphabet of URLs") << "-_-_-_-_-_-_-_-_-_-_-A=="_ba << false;
    QTest::newRow("inner blank") << "dGhlIHNhbXBs ZSBub25jZQ=="_ba << false;
    QTest::newRow("list") << QByteArray(Key) + ", " + Key << false;
    QTest::newRow("high byte") << "\xffGhlIHNhbXBsZSBub25jZQ=="_ba << false;
}

void tst_Upgrade::keys()
{
    QFETCH(const QByteArray, key);
    QFETCH(const bool, good);
    QByteArray fields = Sound;
    const QByteArray bytes = handshake(fields.replace(Key, key));
    RequestParser parser;
    RequestHead head;
    QCOMPARE(parser.parse(bytes, head), ParseStatus::Complete);
    QCOMPARE(judgeUpgrade(head).verdict == UpgradeJudgement::Verdict::Accept, good);
}

void tst_Upgrade::acceptKeyOfTheRfc()
{
    QCOMPARE(acceptKey(Key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="_ba);
}

QTEST_APPLESS_MAIN(tst_Upgrade)
#include "tst_upgrade.moc"
