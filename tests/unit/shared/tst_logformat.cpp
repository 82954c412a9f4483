// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/logformat.h"

#include <QJsonDocument>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryFile>
#include <QTest>

#include <functional>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// 2026-11-23T15:14:57.123Z, as in the description of the format.
std::chrono::system_clock::time_point fixedTime()
{
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + 15h + 14min + 57s + 123ms;
}

Log::Options fixedOptions(int descriptor, LogFormat format = LogFormat::Text)
{
    Log::Options options;
    options.descriptor = descriptor;
    options.format = format;
    options.level = LogLevel::Debug;
    options.clock = fixedTime;
    return options;
}

// What a Log writes while `use` has it, to the last byte.
QByteArray logged(const Log::Options &options, const std::function<void(Log &)> &use)
{
    QTemporaryFile file;
    if (!file.open())
        return "no temporary file";
    Log::Options toFile = options;
    toFile.descriptor = file.handle();
    {
        Log log(toFile);
        use(log);
    }
    file.seek(0);
    return file.readAll();
}

QByteArray textOf(QByteArrayView value)
{
    std::string line;
    appendTextLine(line, {{}, LogLevel::Info, "c", "e"}, {{"v", value}});
    const QByteArray bytes = QByteArray::fromStdString(line);
    return bytes.sliced(bytes.indexOf("v=") + 2).chopped(1);
}

} // namespace

class tst_LogFormat : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void lines_data();
    void lines();
    void levels_data();
    void levels();
    void textEscaping_data();
    void textEscaping();
    void jsonEscaping_data();
    void jsonEscaping();
    void everyByteStaysOnItsLine();
    void longValuesAreCut();
    void timesAreUtc_data();
    void timesAreUtc();
};

void tst_LogFormat::lines_data()
{
    QTest::addColumn<LogFormat>("format");
    QTest::addColumn<bool>("prefix");
    QTest::addColumn<QByteArray>("expected");

    QTest::newRow("text: head, then key=value of each type")
        << LogFormat::Text << false
        << "2026-11-23T15:14:57.123Z info truepeer.net upgrade peer=10.0.0.1 hops=2 port=6001 "
           "size=-9 big=9223372036854775807 known=true ratio=0.5 agent=\"a \\\"b\\\"\"\n"_ba;
    QTest::newRow("text with the syslog priority for journald")
        << LogFormat::Text << true
        << "<6>2026-11-23T15:14:57.123Z info truepeer.net upgrade peer=10.0.0.1 hops=2 port=6001 "
           "size=-9 big=9223372036854775807 known=true ratio=0.5 agent=\"a \\\"b\\\"\"\n"_ba;
    QTest::newRow("json: one object, numbers and booleans are no strings")
        << LogFormat::Json << false
        << "{\"time\":\"2026-11-23T15:14:57.123Z\",\"level\":\"info\",\"category\":\"truepeer."
           "net\","
           "\"event\":\"upgrade\",\"peer\":\"10.0.0.1\",\"hops\":2,\"port\":6001,\"size\":-9,"
           "\"big\":9223372036854775807,\"known\":true,\"ratio\":0.5,\"agent\":\"a \\\"b\\\"\"}\n"_ba;
}

void tst_LogFormat::lines()
{
    QFETCH(const LogFormat, format);
    QFETCH(const bool, prefix);
    QFETCH(const QByteArray, expected);
    Log::Options options = fixedOptions(-1, format);
    options.priorityPrefix = prefix;
    const QByteArray line = logged(options, [](Log &log) {
        const QByteArray peer = "10.0.0.1";
        log.write(LogLevel::Info, "truepeer.net", "upgrade",
                  {{"peer", peer},
                   {"hops", 2},
                   {"port", quint16{6001}},
                   {"size", qint64{-9}},
                   {"big", std::numeric_limits<quint64>::max()},
                   {"known", true},
                   {"ratio", 0.5},
                   {"agent", "a \"b\""}});
    });
    QCOMPARE(line, expected);
}

void tst_LogFormat::levels_data()
{
    QTest::addColumn<LogLevel>("level");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("debug lets all through")
        << LogLevel::Debug << "<7>debug <6>info <4>warning <3>error"_ba;
    QTest::newRow("info hides debug") << LogLevel::Info << "<6>info <4>warning <3>error"_ba;
    QTest::newRow("warning hides info") << LogLevel::Warning << "<4>warning <3>error"_ba;
    QTest::newRow("error hides warning") << LogLevel::Error << "<3>error"_ba;
}

void tst_LogFormat::levels()
{
    QFETCH(const LogLevel, level);
    QFETCH(const QByteArray, expected);
    Log::Options options = fixedOptions(-1);
    options.priorityPrefix = true;
    const QByteArray text = logged(options, [level](Log &log) {
        log.setLevel(level);
        QCOMPARE(log.level(), level);
        for (const LogLevel each :
             {LogLevel::Debug, LogLevel::Info, LogLevel::Warning, LogLevel::Error}) {
            QCOMPARE(log.isEnabled(each), each >= level);
            log.write(each, "c", "e");
        }
    });
    QByteArrayList seen;
    for (const QByteArray &line : text.trimmed().split('\n')) {
        const QByteArrayList words = line.split(' ');
        seen += words[0].first(3) + words[1];
    }
    QCOMPARE(seen.join(' '), expected);
}

void tst_LogFormat::textEscaping_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("a word stands bare") << "203.0.113.7:80/x?y"_ba
                                        << "203.0.113.7:80/x?y"_ba;
    QTest::newRow("nothing is an empty string") << ""_ba
                                                << "\"\""_ba;
    QTest::newRow("a blank needs quotes") << "a b"_ba
                                          << "\"a b\""_ba;
    QTest::newRow("an equals sign needs quotes") << "a=b"_ba
                                                 << "\"a=b\""_ba;
    QTest::newRow("a quote is escaped") << "a\"b"_ba
                                        << "\"a\\\"b\""_ba;
    QTest::newRow("a backslash is escaped") << "a\\b"_ba
                                            << "\"a\\\\b\""_ba;
    QTest::newRow("a forged line stays in its value")
        << "x\n2026-11-23T15:14:57.123Z info truepeer.net ok"_ba
        << "\"x\\n2026-11-23T15:14:57.123Z info truepeer.net ok\""_ba;
    QTest::newRow("carriage return and tab") << "\r\t"_ba
                                             << "\"\\r\\t\""_ba;
    QTest::newRow("NUL, escape and delete")
        << QByteArray("\0\x1b\x7f", 3) << "\"\\x00\\x1b\\x7f\""_ba;
    QTest::newRow("bytes outside ASCII") << "\xc3\xa9\xff"_ba
                                         << "\"\\xc3\\xa9\\xff\""_ba;
}

void tst_LogFormat::textEscaping()
{
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, expected);
    QCOMPARE(textOf(value), expected);
}

void tst_LogFormat::jsonEscaping_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("raw");
    QTest::newRow("plain") << "a b=c"_ba
                           << "\"a b=c\""_ba;
    QTest::newRow("quote and backslash") << "\"\\"_ba
                                         << "\"\\\"\\\\\""_ba;
    QTest::newRow("a line break") << "a\nb"_ba
                                  << "\"a\\nb\""_ba;
    QTest::newRow("NUL and delete") << QByteArray("\0\x7f", 2) << "\"\\u0000\\u007f\""_ba;
    QTest::newRow("UTF-8 of two bytes") << "\xc3\xa9"_ba
                                        << "\"\\u00e9\""_ba;
    QTest::newRow("UTF-8 of four bytes is a surrogate pair") << "\xf0\x9f\x98\x80"_ba
                                                             << "\"\\ud83d\\ude00\""_ba;
    QTest::newRow("a byte that is no UTF-8") << "a\xff"_ba
                                             << "\"a\\ufffd\""_ba;
    QTest::newRow("the override of writing direction") << "\xe2\x80\xae"_ba
                                                       << "\"\\u202e\""_ba;
}

void tst_LogFormat::jsonEscaping()
{
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, raw);
    std::string line;
    appendJsonLine(line, {{}, LogLevel::Info, "c", "e"}, {{"v", value}});
    const QByteArray bytes = QByteArray::fromStdString(line);
    QVERIFY2(bytes.endsWith(QByteArray("\"v\":" + raw + "}\n")), bytes.constData());
    const QJsonObject object = QJsonDocument::fromJson(bytes).object();
    QCOMPARE(object.value(u"v"_s).toString(), QString::fromUtf8(value));
}

void tst_LogFormat::everyByteStaysOnItsLine()
{
    for (int byte = 0; byte < 256; ++byte) {
        const QByteArray value(3, static_cast<char>(byte));
        for (const bool isJson : {false, true}) {
            std::string line;
            const LogHead head = {{}, LogLevel::Info, "c", value};
            if (isJson)
                appendJsonLine(line, head, {{"v", value}});
            else
                appendTextLine(line, head, {{"v", value}});
            const QByteArray bytes = QByteArray::fromStdString(line);
            QCOMPARE(bytes.count('\n'), 1);
            QVERIFY(bytes.endsWith('\n'));
            for (const char c : bytes.chopped(1))
                QVERIFY2(c >= 0x20 && c < 0x7f, bytes.toHex().constData());
            if (isJson)
                QVERIFY2(QJsonDocument::fromJson(bytes).isObject(), bytes.constData());
        }
    }
}

void tst_LogFormat::longValuesAreCut()
{
    const QByteArray longest(Log::MaxValueBytes, 'x');
    QCOMPARE(textOf(longest), longest);
    const QByteArray tooLong = longest + 'y';
    const QByteArray cut = "\"" + longest + "...\"";
    QCOMPARE(textOf(tooLong), cut);
    std::string line;
    appendJsonLine(line, {{}, LogLevel::Info, "c", "e"}, {{"v", tooLong}});
    QVERIFY(QByteArray::fromStdString(line).endsWith(QByteArray(cut + "}\n")));
}

void tst_LogFormat::timesAreUtc_data()
{
    QTest::addColumn<qint64>("milliseconds");
    QTest::addColumn<QByteArray>("expected");
    QTest::newRow("the epoch") << qint64{0} << "1970-01-01T00:00:00.000Z"_ba;
    QTest::newRow("the last millisecond of a leap day")
        << qint64{1709251199999} << "2024-02-29T23:59:59.999Z"_ba;
    QTest::newRow("one millisecond before the epoch")
        << qint64{-1} << "1969-12-31T23:59:59.999Z"_ba;
    QTest::newRow("small parts are padded")
        << qint64{1767323045006} << "2026-01-02T03:04:05.006Z"_ba;
}

void tst_LogFormat::timesAreUtc()
{
    QFETCH(const qint64, milliseconds);
    QFETCH(const QByteArray, expected);
    std::string line;
    const std::chrono::sys_time<std::chrono::milliseconds> time{
        std::chrono::milliseconds(milliseconds)};
    appendTextLine(line, {time, LogLevel::Info, "c", "e"}, {});
    QCOMPARE(QByteArray::fromStdString(line), expected + " info c e\n");
}

QTEST_APPLESS_MAIN(tst_LogFormat)
#include "tst_logformat.moc"
