// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/websocketframe.h"

#include <QTest>
#include <QtEndian>

using namespace truepeer;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(truepeer::FrameScanner::Fault)

namespace {

constexpr qsizetype Cap = 1000;

// A client's frame; the mask is zero, so that the payload can be read.
QByteArray clientFrame(int opcode, qsizetype size, bool isFinal = true, bool masked = true)
{
    QByteArray frame;
    frame.append(char((isFinal ? 0x80 : 0) | opcode));
    const int maskBit = masked ? 0x80 : 0;
    if (size <= 125) {
        frame.append(char(maskBit | int(size)));
    } else if (size <= 0xffff) {
        frame.append(char(maskBit | 126));
        char length[2];
        qToBigEndian(quint16(size), length);
        frame.append(length, 2);
    } else {
        frame.append(char(maskBit | 127));
        char length[8];
        qToBigEndian(quint64(size), length);
        frame.append(length, 8);
    }
    if (masked)
        frame.append(4, '\0');
    return frame.append(QByteArray(size, 'x'));
}

} // namespace

class tst_WebSocketFrame : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void encodesAsRfc6455Says_data();
    void encodesAsRfc6455Says();
    void findsFaults_data();
    void findsFaults();
    void refusesAHugeFrameFromItsHeaderAlone();
    void findsTheSameBoundariesHoweverTheInputIsCut();
    void stopsBehindACloseFrame();
    void countsFragmentsOfOneMessageOnly();
};

void tst_WebSocketFrame::encodesAsRfc6455Says_data()
{
    QTest::addColumn<int>("size");
    QTest::addColumn<QByteArray>("header");
    QTest::newRow("empty") << 0 << "\x81\x00"_ba;
    QTest::newRow("125: one byte") << 125 << "\x81\x7d"_ba;
    QTest::newRow("126: two bytes more") << 126 << "\x81\x7e\x00\x7e"_ba;
    QTest::newRow("65535: two bytes more") << 65535 << "\x81\x7e\xff\xff"_ba;
    QTest::newRow("65536: eight bytes more")
        << 65536 << "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"_ba;
}

void tst_WebSocketFrame::encodesAsRfc6455Says()
{
    QFETCH(const int, size);
    QFETCH(const QByteArray, header);
    const QByteArray payload(size, 'p');
    QCOMPARE(encodeFrame(Opcode::Text, payload), QByteArray(header + payload));
}

void tst_WebSocketFrame::findsFaults_data()
{
    using Fault = FrameScanner::Fault;
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<FrameScanner::Fault>("fault");
    QTest::addColumn<qsizetype>("used");

    const QByteArray good = clientFrame(1, 10);
    QTest::newRow("a text frame") << good << Fault::None << good.size();
    QTest::newRow("a ping") << clientFrame(9, 5) << Fault::None << clientFrame(9, 5).size();
    QTest::newRow("unmasked (5.1)")
        << clientFrame(1, 10, true, false) << Fault::Unmasked << qsizetype(0);
    QTest::newRow("unmasked behind a good one")
        << QByteArray(good + clientFrame(1, 1, true, false)) << Fault::Unmasked << good.size();
    QTest::newRow("at the cap") << clientFrame(2, Cap) << Fault::None << clientFrame(2, Cap).size();
    QTest::newRow("above the cap") << clientFrame(2, Cap + 1) << Fault::TooBig << qsizetype(0);
    const QByteArray half = clientFrame(1, 600, false);
    QTest::newRow("fragments above the cap together")
        << QByteArray(half + clientFrame(0, 600)) << Fault::TooBig << half.size();
    const QByteArray around = half + clientFrame(9, 100) + clientFrame(0, 400);
    QTest::newRow("a ping between fragments does not count")
        << around << Fault::None << around.size();
    const QByteArray two = clientFrame(1, 600) + clientFrame(1, 600);
    QTest::newRow("two messages are counted apart") << two << Fault::None << two.size();
}

void tst_WebSocketFrame::findsFaults()
{
    QFETCH(const QByteArray, input);
    QFETCH(const FrameScanner::Fault, fault);
    QFETCH(const qsizetype, used);
    FrameScanner scanner(Cap);
    QCOMPARE(scanner.scan(input), used);
    QCOMPARE(scanner.fault(), fault);
}

void tst_WebSocketFrame::refusesAHugeFrameFromItsHeaderAlone()
{
    QByteArray header = "\x82\xff"_ba;
    char length[8];
    qToBigEndian(std::numeric_limits<quint64>::max(), length);
    header.append(length, 8).append(4, '\0');
    FrameScanner scanner(Cap);
    QCOMPARE(scanner.scan(header), 0);
    QCOMPARE(scanner.fault(), FrameScanner::Fault::TooBig);
}

void tst_WebSocketFrame::findsTheSameBoundariesHoweverTheInputIsCut()
{
    const QByteArray input = clientFrame(1, 3) + clientFrame(9, 0) + clientFrame(1, 200, false)
                             + clientFrame(0, 300) + clientFrame(2, 126);
    FrameScanner whole(Cap);
    QCOMPARE(whole.scan(input), input.size());
    for (qsizetype cut = 0; cut <= input.size(); ++cut) {
        FrameScanner scanner(Cap);
        const qsizetype first = scanner.scan(QByteArrayView(input).first(cut));
        QVERIFY(first <= cut);
        const qsizetype second = scanner.scan(QByteArrayView(input).sliced(first));
        QCOMPARE(first + second, input.size());
        QCOMPARE(scanner.fault(), FrameScanner::Fault::None);
    }
}

void tst_WebSocketFrame::stopsBehindACloseFrame()
{
    const QByteArray close = clientFrame(8, 2);
    FrameScanner scanner(Cap);
    QCOMPARE(scanner.scan(QByteArray(close + clientFrame(1, 5))), close.size());
    QVERIFY(scanner.sawClose());
}

void tst_WebSocketFrame::countsFragmentsOfOneMessageOnly()
{
    FrameScanner scanner(Cap);
    const QByteArray message = clientFrame(1, 0, false) + clientFrame(0, 0, true);
    for (int i = 0; i < FrameScanner::MaxFragments; ++i)
        QCOMPARE(scanner.scan(message), message.size());
    QCOMPARE(scanner.fault(), FrameScanner::Fault::None);

    QByteArray flood = clientFrame(1, 0, false);
    for (int i = 0; i <= FrameScanner::MaxFragments; ++i)
        flood += clientFrame(0, 0, false);
    scanner.scan(flood);
    QCOMPARE(scanner.fault(), FrameScanner::Fault::TooManyFragments);
}

QTEST_APPLESS_MAIN(tst_WebSocketFrame)
#include "tst_websocketframe.moc"
