// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/unit/http/parseoutcome.h"

#include <QRegularExpression>
#include <QTest>

#include <array>
#include <limits>
#include <vector>

using namespace truepeer;
using namespace truepeer::test;
using namespace Qt::StringLiterals;

namespace {

using Framing = RequestHead::Framing;

constexpr std::array<qsizetype, 0> Whole{};

HttpLimits smallLimits()
{
    HttpLimits limits;
    limits.bodyBytes = 20;
    limits.chunkLineBytes = 24;
    limits.trailerBytes = 30;
    return limits;
}

} // namespace

class tst_BodyDecoder : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void chunks_data();
    void chunks();
    void lengths_data();
    void lengths();
    void noBody();
    void discardCountsButKeepsNothing();
    void theBodyIsAppended();
    void theEndIsFinal();
    void huge();
};

void tst_BodyDecoder::chunks_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("code");
    QTest::addColumn<QByteArray>("body");
    const auto good = [](const char *name, const QByteArray &bytes, const QByteArray &body) {
        QTest::newRow(name) << bytes << 0 << body;
    };
    const auto bad = [](const char *name, const QByteArray &bytes, int code = 400) {
        QTest::newRow(name) << bytes << code << QByteArray();
    };
    good("9112 7.1: one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello");
    good("9112 7.1: two chunks", "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", "hello");
    good("9112 7.1: no chunk", "0\r\n\r\n", "");
    good("9112 7.1: several zeros", "000\r\n\r\n", "");
    good("9112 7.1: leading zeros", "0005\r\nhello\r\n0\r\n\r\n", "hello");
    good("9112 7.1: 16 digits", "0000000000000005\r\nhello\r\n0\r\n\r\n", "hello");
    good("9112 7.1: digits of both cases", "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
         "01234567890123456789");
    good("9112 7.1: data that looks like framing", "7\r\n0\r\n\r\n\r\n\r\n0\r\n\r\n",
         "0\r\n\r\n\r\n");
    bad("9112 7.1: 17 digits", "00000000000000005\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: no size", "\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: not hexadecimal", "g\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: prefix 0x", "0x5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: plus", "+5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: minus", "-5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: underscore", "0_5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: blank before the size", " 5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: blank after the size", "5 \r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: second number", "5 5\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: NUL after the size", "5"_ba + '\0' + "\r\nhello\r\n0\r\n\r\n");
    bad("9112 2.2: LF after the size", "5\nhello\r\n0\r\n\r\n");
    bad("9112 2.2: CR after the size", "5\rhello\r\n0\r\n\r\n");
    bad("9112 2.2: CR CR LF after the size", "5\r\r\nhello\r\n0\r\n\r\n");
    bad("9112 2.2: LF after the data", "5\r\nhello\n0\r\n\r\n");
    bad("9112 2.2: CR and no LF after the data", "5\r\nhello\r0\r\n\r\n");
    bad("9112 7.1: data longer than its size", "4\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: data shorter than its size", "6\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1: nothing after the data", "5\r\nhello0\r\n\r\n");
    bad("9112 2.2: the last line is LF", "0\r\n\n");
    bad("9112 2.2: the last line is CR", "0\r\n\rx");
    good("9112 7.1.1: extension", "5;a=b\r\nhello\r\n0;c\r\n\r\n", "hello");
    good("9112 7.1.1: blanks around the semicolon", "5 \t; a=b\r\nhello\r\n0\r\n\r\n", "hello");
    good("9112 7.1.1: quoted extension", "5;a=\"b;c\"\r\nhello\r\n0\r\n\r\n", "hello");
    good("9112 7.1.1: extension at the cap", "5;" + QByteArray(21, 'a') + "\r\nhello\r\n0\r\n\r\n",
         "hello");
    bad("9112 7.1.1: extension above the cap", "5;" + QByteArray(22, 'a') + "\r\nhello\r\n0\r\n");
    bad("9112 7.1.1: blanks without end", "5" + QByteArray(40, ' '));
    bad("9112 7.1.1: LF in an extension", "5;a\nb\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1.1: LF in a quoted extension", "5;a=\"\n\"\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1.1: CR in an extension", "5;a\rb\r\nhello\r\n0\r\n\r\n");
    bad("9112 7.1.1: NUL in an extension", "5;a"_ba + '\0' + "\r\nhello\r\n0\r\n\r\n");
    good("9112 7.1.2: trailers are dropped", "0\r\nA: b\r\nC:\r\n\r\n", "");
    good("9110 6.5.1: framing fields in trailers mean nothing",
         "2\r\nhi\r\n0\r\nContent-Length: 9\r\n\r\n", "hi");
    bad("9112 5.1: blank before the colon of a trailer", "0\r\nA : b\r\n\r\n");
    bad("9112 5: trailer without a colon", "0\r\nA\r\n\r\n");
    bad("9112 5: trailer without a name", "0\r\n: b\r\n\r\n");
    bad("9112 5.2: folded trailer", "0\r\nA: b\r\n c\r\n\r\n");
    bad("9110 5.5: control in a trailer", "0\r\nA: \x01\r\n\r\n");
    bad("9112 2.2: LF in a trailer", "0\r\nA: b\nC: d\r\n\r\n");
    bad("9112 2.2: CR in a trailer", "0\r\nA: b\rC: d\r\n\r\n");
    good("trailers at the cap", "0\r\nA: " + QByteArray(25, 'a') + "\r\n\r\n", "");
    bad("trailers above the cap", "0\r\nA: " + QByteArray(26, 'a') + "\r\n\r\n", 431);
    bad("many trailers above the cap", "0\r\n" + QByteArray("A:\r\n").repeated(8) + "\r\n", 431);
    good("a body at the cap", "14\r\n" + QByteArray(20, 'x') + "\r\n0\r\n\r\n",
         QByteArray(20, 'x'));
    bad("a chunk above the cap", "15\r\n", 413);
    bad("two chunks above the cap", "14\r\n" + QByteArray(20, 'x') + "\r\n1\r\nx\r\n", 413);
    bad("2^64-1 bytes", "ffffffffffffffff\r\n", 413);
    bad("2^64-1 bytes after the first chunk", "1\r\nx\r\nffffffffffffffff\r\n", 413);
    bad("2^68 and 5 bytes", "100000000000000005\r\nhello\r\n0\r\n\r\n");
}

void tst_BodyDecoder::chunks()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, code);
    QFETCH(const QByteArray, body);
    const BodyDecoder decoder(Framing::Chunked, 0, smallLimits());
    const QByteArray input = code == 0 ? bytes + "GET / HTTP/1.1" : bytes;
    const Outcome whole = decodePieces(input, Whole, decoder);
    QCOMPARE(whole.code, code);
    if (code == 0) {
        QCOMPARE(whole.status, ParseStatus::Complete);
        QCOMPARE(whole.text, body + '/' + QByteArray::number(body.size()));
        QCOMPARE(whole.used, bytes.size());
        // Not a byte earlier.
        QCOMPARE(decodePieces(bytes.chopped(1), Whole, decoder).status, ParseStatus::Incomplete);
    } else {
        QCOMPARE(whole.status, ParseStatus::Refused);
        QVERIFY(!whole.text.isEmpty());
    }
    for (qsizetype cut = 0; cut <= input.size(); ++cut)
        QCOMPARE(decodePieces(input, std::array{cut}, decoder), whole);
    const std::vector<qsizetype> single(std::size_t(input.size()), 1);
    QCOMPARE(decodePieces(input, single, decoder), whole);
}

void tst_BodyDecoder::lengths_data()
{
    QTest::addColumn<quint64>("length");
    QTest::addColumn<int>("code");
    QTest::newRow("one byte") << quint64{1} << 0;
    QTest::newRow("some bytes") << quint64{5} << 0;
    QTest::newRow("the cap") << quint64{20} << 0;
    QTest::newRow("above the cap") << quint64{21} << 413;
    QTest::newRow("2^64-1") << std::numeric_limits<quint64>::max() << 413;
}

void tst_BodyDecoder::lengths()
{
    QFETCH(const quint64, length);
    QFETCH(const int, code);
    const BodyDecoder decoder(Framing::Length, length, smallLimits());
    const QByteArray bytes = "0123456789abcdefghijGET / HTTP/1.1";
    const Outcome whole = decodePieces(bytes, Whole, decoder);
    QCOMPARE(whole.code, code);
    if (code == 0) {
        const auto size = static_cast<qsizetype>(length);
        QCOMPARE(whole.status, ParseStatus::Complete);
        QCOMPARE(whole.used, size);
        QCOMPARE(whole.text, bytes.first(size) + '/' + QByteArray::number(size));
        QCOMPARE(decodePieces(bytes.first(size - 1), Whole, decoder).status,
                 ParseStatus::Incomplete);
    }
    for (qsizetype cut = 0; cut <= bytes.size(); ++cut)
        QCOMPARE(decodePieces(bytes, std::array{cut}, decoder), whole);
    const std::vector<qsizetype> single(std::size_t(bytes.size()), 1);
    QCOMPARE(decodePieces(bytes, single, decoder), whole);
}

void tst_BodyDecoder::noBody()
{
    const Outcome nothing{ParseStatus::Complete, 0, 0, "/0"_ba};
    RequestHead head;
    QCOMPARE(decodePieces("GET", Whole, BodyDecoder(head, smallLimits())), nothing);
    QCOMPARE(decodePieces("", Whole, BodyDecoder()), nothing);
    head.framing = Framing::Length;
    QCOMPARE(decodePieces("GET", Whole, BodyDecoder(head, smallLimits())), nothing);
}

void tst_BodyDecoder::discardCountsButKeepsNothing()
{
    const auto discard = BodyDecoder::Mode::Discard;
    const BodyDecoder chunked(Framing::Chunked, 0, smallLimits(), discard);
    QCOMPARE(decodePieces("5\r\nhello\r\n0\r\n\r\n", Whole, chunked).text, "/5"_ba);
    QCOMPARE(decodePieces("15\r\n", Whole, chunked).code, 413);
    QCOMPARE(decodePieces("5\r\nhelloX", Whole, chunked).code, 400);
    const BodyDecoder length(Framing::Length, 5, smallLimits(), discard);
    QCOMPARE(decodePieces("hello", Whole, length).text, "/5"_ba);
}

void tst_BodyDecoder::theBodyIsAppended()
{
    QByteArray body = "before:"_ba;
    qsizetype consumed = -1;
    BodyDecoder decoder(Framing::Chunked, 0, smallLimits());
    QCOMPARE(decoder.feed("2\r\nhe", body, &consumed), ParseStatus::Incomplete);
    QCOMPARE(consumed, 5);
    QCOMPARE(decoder.received(), 2U);
    QCOMPARE(decoder.feed("\r\n0\r\n\r\n", body, &consumed), ParseStatus::Complete);
    QCOMPARE(body, "before:he"_ba);
}

void tst_BodyDecoder::theEndIsFinal()
{
    QByteArray body;
    qsizetype consumed = -1;
    BodyDecoder complete(Framing::Length, 2, smallLimits());
    QCOMPARE(complete.feed("abcd", body, &consumed), ParseStatus::Complete);
    QCOMPARE(consumed, 2);
    QCOMPARE(complete.feed("cd", body, &consumed), ParseStatus::Complete);
    QCOMPARE(consumed, 0);
    QCOMPARE(body, "ab"_ba);

    BodyDecoder refused(Framing::Chunked, 0, smallLimits());
    QCOMPARE(refused.feed("x", body, &consumed), ParseStatus::Refused);
    QCOMPARE(refused.feed("5\r\nhello\r\n0\r\n\r\n", body, &consumed), ParseStatus::Refused);
    QCOMPARE(consumed, 0);
    QCOMPARE(refused.refusal().status, 400);
    QCOMPARE(body, "ab"_ba);
}

void tst_BodyDecoder::huge()
{
    // A megabyte in chunks of one byte, in odd pieces.
    constexpr qsizetype Size = 1048576;
    QByteArray wire = QByteArray("1;x\r\ny\r\n").repeated(Size);
    wire += "0\r\n\r\n";
    BodyDecoder decoder(Framing::Chunked, 0, HttpLimits());
    QByteArray body;
    ParseStatus status = ParseStatus::Incomplete;
    for (qsizetype at = 0; at < wire.size(); at += 4099) {
        qsizetype consumed = 0;
        const QByteArrayView piece =
            QByteArrayView(wire).sliced(at).first(std::min<qsizetype>(4099, wire.size() - at));
        QCOMPARE(status, ParseStatus::Incomplete);
        status = decoder.feed(piece, body, &consumed);
        QCOMPARE(consumed, piece.size());
    }
    QCOMPARE(status, ParseStatus::Complete);
    QCOMPARE(body, QByteArray(Size, 'y'));
}

QTEST_APPLESS_MAIN(tst_BodyDecoder)
#include "tst_bodydecoder.moc"
