// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/qtwebsocketsession.h"
#include "server/net/tcpstream.h"
#include "server/net/websocketframe.h"
#include "tests/unit/net/epollloop.h"
#include "tests/unit/net/socketpair.h"

#include <QRegularExpression>
#include <QTest>
#include <QtEndian>

#include <array>
#include <memory>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxMessage = 1000;

// A client's frame, masked as RFC 6455 5.3 wants it.
QByteArray clientFrame(int opcode, const QByteArray &payload, bool isFinal = true)
{
    constexpr std::array<char, 4> Mask = {'\x37', '\xfa', '\x21', '\x3d'};
    QByteArray frame;
    frame.append(char((isFinal ? 0x80 : 0) | opcode));
    if (payload.size() <= 125) {
        frame.append(char(0x80 | int(payload.size())));
    } else {
        frame.append(char(0x80 | 126));
        std::array<char, 2> length = {};
        qToBigEndian(quint16(payload.size()), length.data());
        frame.append(length.data(), 2);
    }
    frame.append(Mask.data(), 4);
    for (qsizetype i = 0; i < payload.size(); ++i)
        frame.append(char(payload[i] ^ Mask[size_t(i % 4)]));
    return frame;
}

QByteArray closePayload(int code, const QByteArray &reason = {})
{
    return QByteArray().append(char(code >> 8)).append(char(code & 0xff)) + reason;
}

QByteArray serverClose(int code, const QByteArray &reason = {})
{
    return encodeFrame(Opcode::Close, closePayload(code, reason));
}

// Writes down what it is told, in order.
class RecordingDelegate final : public WebSocketSession::Delegate
{
public:
    void messageReceived(const QByteArray &payload, bool isText) override
    {
        heard += QByteArray((isText ? "text "_ba : "binary "_ba) + payload);
    }
    void sessionClosing() override { heard += "closing"_ba; }
    void frameRefused() override { heard += "refused"_ba; }
    void sessionEnded(const CloseInfo &info) override
    {
        constexpr std::array<const char *, 3> Names = {" client ", " server ", " network "};
        heard += QByteArray("ended "_ba + QByteArray::number(info.code)
                            + Names[size_t(info.initiator)] + info.reason)
                     .trimmed();
    }

    QByteArrayList heard;
};

class FakeHost final : public StreamHost, public TcpStream::Owner
{
public:
    EpollDispatcher &dispatcher() override { return currentLoop(); }
    std::span<char> readBuffer() override { return m_buffer; }
    void flushLater(TcpStream &) override {}
    void forgetStream(TcpStream &) override {}
    void countBytes(qint64, qint64) override {}
    void bytesReceived(QByteArrayView) override {}
    void streamEnded(TcpStream::End) override {}
    void outputDrained() override {}

private:
    std::array<char, 16> m_buffer = {};
};

struct Fixture
{
    Fixture()
        : session(engine->start(stream, delegate, MaxMessage))
    {
    }

    // What the session has sent since the last call.
    QByteArray sent()
    {
        stream.flush();
        return pair.receiveTheirs();
    }

    FakeHost host;
    SocketPair pair;
    TcpStream stream{pair.takeOurs(), host, host};
    RecordingDelegate delegate;
    std::unique_ptr<WebSocketEngine> engine = makeQtWebSocketEngine();
    std::unique_ptr<WebSocketSession> session;
};

} // namespace

class tst_QtWebSocketSession : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void saysNothingAtItsStart();
    void understandsFrames_data();
    void understandsFrames();
    void understandsTheSameHoweverTheInputIsCut();
    void knowsOfAFrameThatHasBegun();
    void sendsFrames();
    void closesWhenThePeerAnswers();
    void dropsWhatComesWhileClosing();
    void endsWithoutACloseFrame();
    void manySessionsOfOneEngine();
};

void tst_QtWebSocketSession::saysNothingAtItsStart()
{
    Fixture f;
    QVERIFY(f.session);
    QCOMPARE(f.sent(), QByteArray()); // the 101 is the caller's
    QVERIFY(!f.session->isClosing());
    QCOMPARE(f.delegate.heard, QByteArrayList());
}

void tst_QtWebSocketSession::understandsFrames_data()
{
    QTest::addColumn<QByteArray>("input");
    QTest::addColumn<QByteArrayList>("heard");
    QTest::addColumn<QByteArray>("sent");
    const QByteArray hello = clientFrame(1, "hello"_ba);
    QTest::newRow("a text") << hello << QByteArrayList{"text hello"} << QByteArray();
    QTest::newRow("bytes") << clientFrame(2, "\x00\xff"_ba) << QByteArrayList{"binary \x00\xff"_ba}
                           << QByteArray();
    QTest::newRow("several at once")
        << QByteArray(hello + hello) << QByteArrayList{"text hello", "text hello"} << QByteArray();
    QTest::newRow("UTF-8") << clientFrame(1, "gr\xc3\xbc\xc3\x9f"_ba)
                           << QByteArrayList{"text gr\xc3\xbc\xc3\x9f"_ba} << QByteArray();
    QTest::newRow("fragments with a ping in between")
        << QByteArray(clientFrame(1, "hel"_ba, false) + clientFrame(9, "p"_ba)
                      + clientFrame(0, "lo"_ba))
        << QByteArrayList{"text hello"} << encodeFrame(Opcode::Pong, "p");
    QTest::newRow("a character split over two fragments")
        << QByteArray(clientFrame(1, "gr\xc3"_ba, false) + clientFrame(0, "\xbc"_ba) + hello)
        << QByteArrayList{"text gr\xc3\xbc"_ba, "text hello"} << QByteArray();
    QTest::newRow("fragments of a text and of bytes")
        << QByteArray(hello + clientFrame(1, "\xe2"_ba, false) + clientFrame(0, "\x82\xac"_ba)
                      + clientFrame(2, "\xff"_ba, false) + clientFrame(0, "\xfe"_ba)
                      + clientFrame(2, "b"_ba) + hello)
        << QByteArrayList{"text hello", "text \xe2\x82\xac"_ba, "binary \xff\xfe"_ba, "binary b",
                          "text hello"}
        << QByteArray();
    QTest::newRow("a text in fragments that is not UTF-8 (1007)")
        << QByteArray(clientFrame(1, "gr\xc3"_ba, false) + clientFrame(0, "x"_ba))
        << QByteArrayList{"refused", "closing"}
        << serverClose(1007, "Invalid UTF-8 code encountered."_ba);
    QTest::newRow("a text inside a fragmented text (1002)")
        << QByteArray(clientFrame(1, "a"_ba, false) + clientFrame(1, "b"_ba, false) + hello)
        << QByteArrayList{"refused", "closing"}
        << serverClose(1002, "All data frames after the initial data frame must have opcode 0 "
                             "(continuation)."_ba);
    QTest::newRow("a pong that nobody asked for")
        << clientFrame(10, "p"_ba) << QByteArrayList() << QByteArray();
    QTest::newRow("a message as big as it may be")
        << clientFrame(2, QByteArray(MaxMessage, 'x'))
        << QByteArrayList{"binary "_ba + QByteArray(MaxMessage, 'x')} << QByteArray();
    QTest::newRow("a close is answered, what follows is not read")
        << QByteArray(clientFrame(8, closePayload(1000, "bye"_ba)) + hello)
        << QByteArrayList{"closing", "ended 1000 client bye"} << serverClose(1000, "bye"_ba);
    QTest::newRow("a message bigger than it may be (1009)")
        << clientFrame(2, QByteArray(MaxMessage + 1, 'x'))
        << QByteArrayList{"refused", "closing", "ended 1009 server message is too big"}
        << serverClose(1009, "message is too big"_ba);
    QTest::newRow("a frame without mask (1002)")
        << encodeFrame(Opcode::Text, "hello")
        << QByteArrayList{"refused", "closing", "ended 1002 server frame is not masked"}
        << serverClose(1002, "frame is not masked"_ba);
}

void tst_QtWebSocketSession::understandsFrames()
{
    QFETCH(const QByteArray, input);
    QFETCH(const QByteArrayList, heard);
    QFETCH(const QByteArray, sent);
    Fixture f;
    f.session->bytesReceived(input);
    QCOMPARE(f.delegate.heard, heard);
    QCOMPARE(f.sent(), sent);
    QCOMPARE(f.session->isClosing(), heard.contains("closing"_ba));
}

void tst_QtWebSocketSession::understandsTheSameHoweverTheInputIsCut()
{
    const QByteArray input = clientFrame(1, "one"_ba) + clientFrame(2, QByteArray(200, 'b'))
                             + clientFrame(1, "\xe2"_ba, false) + clientFrame(9, {})
                             + clientFrame(0, "\x82\xac"_ba) + clientFrame(8, closePayload(1000));
    Fixture whole;
    whole.session->bytesReceived(input);
    const QByteArray sent = whole.sent();
    QCOMPARE(whole.delegate.heard.size(), 5);
    for (qsizetype cut = 1; cut < input.size(); ++cut) {
        Fixture f;
        f.session->bytesReceived(input.first(cut));
        f.session->bytesReceived(input.sliced(cut));
        QCOMPARE(f.delegate.heard, whole.delegate.heard);
        QCOMPARE(f.sent(), sent);
    }
    Fixture f;
    for (const char byte : input)
        f.session->bytesReceived(QByteArrayView(&byte, 1));
    QCOMPARE(f.delegate.heard, whole.delegate.heard);
    QCOMPARE(f.sent(), sent);
}

void tst_QtWebSocketSession::knowsOfAFrameThatHasBegun()
{
    const QByteArray frame = clientFrame(1, "hello"_ba);
    Fixture f;
    QCOMPARE(f.session->partialFrameBytes(), 0);
    f.session->bytesReceived(QByteArray(frame + frame.first(4)));
    QCOMPARE(f.session->partialFrameBytes(), 4);
    f.session->bytesReceived(frame.sliced(4));
    QCOMPARE(f.session->partialFrameBytes(), 0);
    f.session->bytesReceived(frame.first(1));
    f.session->close(1001, {});
    QCOMPARE(f.session->partialFrameBytes(), 0);
}

void tst_QtWebSocketSession::sendsFrames()
{
    Fixture f;
    f.session->sendText("text");
    QCOMPARE(f.sent(), encodeFrame(Opcode::Text, "text"));
    const QByteArray frame = encodeFrame(Opcode::Binary, QByteArray(300, 'x'));
    f.session->sendFrame(frame);
    QVERIFY(!frame.isDetached()); // shared, not copied
    QCOMPARE(f.sent(), frame);
    f.session->close(1001, "going"_ba);
    f.session->sendText("too late");
    f.session->sendFrame(frame);
    QCOMPARE(f.sent(), serverClose(1001, "going"_ba));
}

void tst_QtWebSocketSession::closesWhenThePeerAnswers()
{
    Fixture f;
    f.session->close(1001, "going"_ba);
    f.session->close(1008, "again"_ba);
    QVERIFY(f.session->isClosing());
    QCOMPARE(f.delegate.heard, QByteArrayList{"closing"});
    QCOMPARE(f.sent(), serverClose(1001, "going"_ba));
    f.session->bytesReceived(clientFrame(8, closePayload(1001)));
    QCOMPARE(f.delegate.heard, QByteArrayList({"closing", "ended 1001 server going"}));
    f.session->peerFinished();
    f.session->bytesReceived(clientFrame(1, "x"_ba));
    QCOMPARE(f.delegate.heard.size(), 2);
    QCOMPARE(f.sent(), QByteArray());
}

void tst_QtWebSocketSession::dropsWhatComesWhileClosing()
{
    Fixture f;
    const QByteArray frame = clientFrame(1, QByteArray(900, 'x'));
    f.session->bytesReceived(frame.first(10));
    f.session->close(1001, {});
    // The rest of a frame that began before, more of them, then the answer, cut in two.
    f.session->bytesReceived(frame.sliced(10));
    for (int i = 0; i < 100; ++i)
        f.session->bytesReceived(frame);
    const QByteArray answer = clientFrame(8, closePayload(1001));
    f.session->bytesReceived(answer.first(3));
    QCOMPARE(f.delegate.heard, QByteArrayList{"closing"});
    f.session->bytesReceived(answer.sliced(3));
    QCOMPARE(f.delegate.heard, QByteArrayList({"closing", "ended 1001 server"}));

    // However small its pieces are, only what the peer sends counts.
    Fixture slow;
    slow.session->close(1001, {});
    for (int i = 0; i < 20; ++i) {
        for (const char byte : frame)
            slow.session->bytesReceived(QByteArrayView(&byte, 1));
    }
    QCOMPARE(slow.delegate.heard, QByteArrayList{"closing"});

    // A peer that never answers is not listened to for ever.
    Fixture endless;
    endless.session->close(1001, {});
    for (int i = 0; i < 10'000 && endless.delegate.heard.size() == 1; ++i)
        endless.session->bytesReceived(frame);
    QCOMPARE(endless.delegate.heard, QByteArrayList({"closing", "ended 1001 server"}));
}

void tst_QtWebSocketSession::endsWithoutACloseFrame()
{
    Fixture f;
    f.session->bytesReceived(clientFrame(1, "x"_ba));
    f.session->peerFinished();
    f.session->peerFinished();
    QCOMPARE(f.delegate.heard, QByteArrayList({"text x", "ended 1006 network"}));
    QVERIFY(f.session->isClosing());
}

void tst_QtWebSocketSession::manySessionsOfOneEngine()
{
    FakeHost host;
    const auto engine = makeQtWebSocketEngine();
    std::array<SocketPair, 50> pairs;
    std::array<RecordingDelegate, 50> delegates;
    std::vector<std::unique_ptr<TcpStream>> streams;
    std::vector<std::unique_ptr<WebSocketSession>> sessions;
    for (size_t i = 0; i < pairs.size(); ++i) {
        streams.push_back(std::make_unique<TcpStream>(pairs[i].takeOurs(), host, host));
        sessions.push_back(engine->start(*streams[i], delegates[i], MaxMessage));
        QVERIFY(sessions[i]);
        if (i % 3 == 0)
            sessions[i].reset(); // some go at once
    }
    for (size_t i = 0; i < pairs.size(); ++i) {
        if (sessions[i])
            sessions[i]->bytesReceived(clientFrame(1, QByteArray::number(qsizetype(i))));
    }
    for (size_t i = 0; i < pairs.size(); ++i) {
        const QByteArray text = "text "_ba + QByteArray::number(qsizetype(i));
        QCOMPARE(delegates[i].heard, i % 3 == 0 ? QByteArrayList() : QByteArrayList{text});
    }
}

int main(int argc, char **argv)
{
    return runOnEpoll<tst_QtWebSocketSession>(argc, argv);
}
#include "tst_qtwebsocketsession.moc"
