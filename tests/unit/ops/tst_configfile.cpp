// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configfile.h"
#include "server/ops/configkeys.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

class tst_ConfigFile : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void settings_data();
    void settings();
    void errors_data();
    void errors();
    void syntaxErrors_data();
    void syntaxErrors();
    void warningsHaveAPlace();
    void allErrorsInOrder();
    void foreignTextIsEscaped();
    void cutAnywhere();
};

void tst_ConfigFile::settings_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QStringList>("expected"); // place key value
    QTest::newRow("nothing") << ""_ba << QStringList();
    QTest::newRow("comments only") << "# a\n\n  # b"_ba << QStringList();
    QTest::newRow("each type")
        << "port = 1\nheaders = \"forwarded\"\ntrust_proxy = true\nallowed_hosts = [\"a\"]\n"_ba
        << QStringList{u"t.toml:4:17 allowed_hosts [\"a\"]"_s,
                       u"t.toml:2:11 headers \"forwarded\""_s, u"t.toml:1:8 port 1"_s,
                       u"t.toml:3:15 trust_proxy true"_s};
    QTest::newRow("tables and tables in tables")
        << "[limits]\nmax_connections = 5\n[cluster]\nnode_id = \"a\"\n[cluster.redis]\nport = 7\n"_ba
        << QStringList{u"t.toml:4:11 cluster.node_id \"a\""_s, u"t.toml:6:8 cluster.redis.port 7"_s,
                       u"t.toml:2:19 limits.max_connections 5"_s};
    QTest::newRow("dotted keys and inline tables")
        << "limits.max_connections = 5\nlog = { level = \"debug\" }\n"_ba
        << QStringList{u"t.toml:1:26 limits.max_connections 5"_s,
                       u"t.toml:2:17 log.level \"debug\""_s};
    QTest::newRow("a list over several lines")
        << "trust_proxy = [\n  \"10.0.0.1\", # one\n  \"10.0.0.2\",\n]\n"_ba
        << QStringList{u"t.toml:1:15 trust_proxy [\"10.0.0.1\", \"10.0.0.2\"]"_s};
    QTest::newRow("CR LF and a byte order mark")
        << "\xef\xbb\xbfport = 1\r\nthreads = 2\r\n"_ba
        << QStringList{u"t.toml:1:8 port 1"_s, u"t.toml:2:11 threads 2"_s};
    QTest::newRow("numbers in other forms")
        << "port = 0x1F90\nthreads = 1_0\n"_ba
        << QStringList{u"t.toml:1:8 port 8080"_s, u"t.toml:2:11 threads 10"_s};
    QTest::newRow("a bad value is left out, the others stay")
        << "port = 70000\nthreads = 2\n"_ba << QStringList{u"t.toml:2:11 threads 2"_s};
}

void tst_ConfigFile::settings()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QStringList, expected);
    const ConfigFileContent content = parseConfigFile(u"t.toml"_s, text);
    QStringList actual;
    for (const ConfigSetting &setting : content.settings) {
        QCOMPARE(setting.source, ConfigSource::File);
        actual += setting.where + u' ' + setting.key->qname() + u' ' + toToml(setting.value);
    }
    QCOMPARE(actual, expected);
}

void tst_ConfigFile::errors_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *sentence, const QByteArray &text, const QString &expected) {
        QTest::newRow(sentence) << text << expected;
    };
    row("unknown key", "\n\ntrust_proxi = []",
        u"t.toml:3:1: trust_proxi: unknown key; did you mean \"trust_proxy\"?"_s);
    row("unknown key, nothing near", "colour = 1", u"t.toml:1:1: colour: unknown key"_s);
    row("unknown key in a table", "[limits]\nmax_conections = 1",
        u"t.toml:2:1: limits.max_conections: unknown key; did you mean \"limits.max_connections\"?"_s);
    row("key in the wrong table", "[log]\nport = 1",
        u"t.toml:2:1: log.port: unknown key; did you mean \"port\"?"_s);
    row("unknown table", "[limit]\nmax_connections = 1",
        u"t.toml:1:2: limit: unknown table; did you mean \"limits\"?"_s);
    row("table where a value belongs", "[port]",
        u"t.toml:1:1: port: expected an integer, 0 to 65535, found a table"_s);
    row("value where a table belongs", "limits = 1",
        u"t.toml:1:10: limits: expected a table, found an integer; write [limits] and its keys "
        "below it"_s);
    row("array of tables", "[[limits]]\nmax_connections = 1",
        u"t.toml:1:1: limits: expected a table, found a list; write [limits] and its keys below "
        "it"_s);
    row("wrong type", "port = \"6001\"",
        u"t.toml:1:8: port: expected an integer, 0 to 65535, found a string"_s);
    row("fraction", "port = 6001.0",
        u"t.toml:1:8: port: expected an integer, 0 to 65535, found a fraction"_s);
    row("date", "auth_key = 2026-01-01",
        u"t.toml:1:12: auth_key: expected a string, found a date or time"_s);
    row("out of range", "# a\n\n\nport = 70000",
        u"t.toml:4:8: port: 70000 is out of range; allowed: 0 to 65535"_s);
    row("wrong type in a list", "host = [\"::1\", 5]",
        u"t.toml:1:16: host[1]: expected a string, found an integer"_s);
    row("bad entry of a list over several lines",
        "trust_proxy = [\n  \"10.0.0.1\",\n  \"10.0.0.0/8\",\n  \"10.0.0.0/33\",\n]",
        u"t.toml:4:3: trust_proxy[2]: \"10.0.0.0/33\": the prefix is too long: at most /32 for "
        "IPv4 and /128 for IPv6"_s);
    row("key in quotes with a dot is no path", "\"limits.max_connections\" = 1",
        u"t.toml:1:1: \"limits.max_connections\": unknown key; did you mean "
        "\"limits.max_connections\"?"_s);
    row("not UTF-8, after good characters", "port = 1\n# caf\xc3\xa9 \xe9\n",
        u"t.toml:2:9: the file is not UTF-8"_s);
    row("UTF-8 cut off at the end", "# \xc3", u"t.toml:1:3: the file is not UTF-8"_s);
}

void tst_ConfigFile::errors()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, expected);
    const ConfigFileContent content = parseConfigFile(u"t.toml"_s, text);
    QCOMPARE(content.errors, QStringList{expected});
    QVERIFY(content.settings.empty());
}

void tst_ConfigFile::syntaxErrors_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("place");
    QTest::newRow("key twice") << "port = 1\nport = 2"_ba << u"t.toml:2:"_s;
    QTest::newRow("table twice") << "[log]\n[log]"_ba << u"t.toml:2:"_s;
    QTest::newRow("no value") << "port =\n"_ba << u"t.toml:1:"_s;
    QTest::newRow("open string") << "auth_key = \"a\n"_ba << u"t.toml:1:"_s;
    QTest::newRow("open list") << "host = [\"a\","_ba << u"t.toml:1:"_s;
    QTest::newRow("control character") << "port = \x01"_ba << u"t.toml:1:"_s;
    QTest::newRow("NUL") << QByteArray("port = 1\n\0", 10) << u"t.toml:2:"_s;
    QTest::newRow("number too large") << "port = 9999999999999999999"_ba << u"t.toml:1:"_s;
    QTest::newRow("nested without end") << "host = "_ba.append(5000, '[') << u"t.toml:1:"_s;
}

void tst_ConfigFile::syntaxErrors()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QString, place);
    const ConfigFileContent content = parseConfigFile(u"t.toml"_s, text);
    QCOMPARE(content.errors.size(), 1);
    const QString &error = content.errors.first();
    QVERIFY2(error.startsWith(place) && error.contains(u": not valid TOML: "_s), qPrintable(error));
    for (const QChar c : error)
        QVERIFY2(c >= u' ' && c < u'\x7f', qPrintable(error));
    QVERIFY(content.settings.empty());
}

void tst_ConfigFile::warningsHaveAPlace()
{
    const ConfigFileContent content =
        parseConfigFile(u"t.toml"_s, "trust_proxy = [\"10.1.2.3/8\"]");
    QVERIFY(content.errors.isEmpty());
    QCOMPARE(content.settings.size(), size_t{1});
    QCOMPARE(content.warnings.size(), 1);
    QVERIFY2(
        content.warnings.first().startsWith(u"t.toml:1:16: trust_proxy[0]: \"10.1.2.3/8\": "_s),
        qPrintable(content.warnings.first()));
}

void tst_ConfigFile::allErrorsInOrder()
{
    const ConfigFileContent content =
        parseConfigFile(u"t.toml"_s, "zzz = 1\n"
                                     "port = -1\n"
                                     "host = [5, \"x\", 6]\n"
                                     "[limits]\n"
                                     "zzz = 1\n"
                                     "header_count = 1\n"
                                     "[cors]\n"
                                     "allowed_origins = [\"x\", \"y\"]\n");
    QStringList places;
    for (const QString &error : content.errors)
        places += error.left(error.indexOf(u": "_s)).sliced(7);
    const QStringList expected = {u"1:1"_s, u"2:8"_s,  u"3:9"_s,  u"3:17"_s,
                                  u"5:1"_s, u"6:16"_s, u"8:20"_s, u"8:25"_s};
    QCOMPARE(places, expected);
}

void tst_ConfigFile::foreignTextIsEscaped()
{
    const ConfigFileContent content = parseConfigFile(
        u"a\nb.toml"_s, "\"evil\\nkey\\u001b[31m\" = 1\nheaders = \"\\u001b[31mred\\nline\"\n");
    QCOMPARE(content.errors.size(), 2);
    for (const QString &error : content.errors) {
        for (const QChar c : error)
            QVERIFY2(c >= u' ' && c < u'\x7f', qPrintable(error));
        QVERIFY(error.startsWith(u"a\\nb.toml:"_s));
    }
}

// A file that was cut off anywhere is read without harm: what is complete is judged as before.
void tst_ConfigFile::cutAnywhere()
{
    const QByteArray text = "port = 6001\ntrust_proxy = [\"10.0.0.0/8\", \"::1\"] # caf\xc3\xa9\n"
                            "[limits]\nmax_connections = 100\n[cluster.redis]\nhost = \"h\"\n";
    QCOMPARE(parseConfigFile(u"t.toml"_s, text).settings.size(), size_t{4});
    for (qsizetype size = 0; size <= text.size(); ++size) {
        const ConfigFileContent content = parseConfigFile(u"t.toml"_s, text.first(size));
        QVERIFY(content.errors.size() <= 1);
        const bool isWholeLine = size == 0 || text[size - 1] == '\n';
        if (isWholeLine)
            QVERIFY2(content.errors.isEmpty(), text.first(size).constData());
        QVERIFY(content.settings.size() <= static_cast<size_t>(text.first(size).count('=')));
    }
}

QTEST_APPLESS_MAIN(tst_ConfigFile)
#include "tst_configfile.moc"
