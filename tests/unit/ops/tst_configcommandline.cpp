// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/commandline.h"
#include "server/ops/configkeys.h"

#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

Q_DECLARE_METATYPE(truepeer::CommandLine::Action)

class tst_ConfigCommandLine : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void actions_data();
    void actions();
    void settings_data();
    void settings();
    void usageErrors_data();
    void usageErrors();
    void theFile();
    void help();
};

void tst_ConfigCommandLine::actions_data()
{
    using Action = CommandLine::Action;
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<CommandLine::Action>("action");
    QTest::newRow("nothing runs") << QStringList() << Action::Run;
    QTest::newRow("settings run") << QStringList{u"--port"_s, u"0"_s} << Action::Run;
    QTest::newRow("check") << QStringList{u"--check-config"_s} << Action::CheckConfig;
    QTest::newRow("print") << QStringList{u"--print-config"_s} << Action::PrintConfig;
    QTest::newRow("version") << QStringList{u"--version"_s} << Action::Version;
    QTest::newRow("help") << QStringList{u"--help"_s} << Action::Help;
    QTest::newRow("help wins over all")
        << QStringList{u"--version"_s, u"--check-config"_s, u"--help"_s} << Action::Help;
    QTest::newRow("version wins over check")
        << QStringList{u"--check-config"_s, u"--version"_s} << Action::Version;
    QTest::newRow("help is given although a value is wrong")
        << QStringList{u"--port=x"_s, u"--help"_s} << Action::Help;
}

void tst_ConfigCommandLine::actions()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const CommandLine::Action, action);
    const CommandLine commandLine = parseCommandLine(arguments);
    QCOMPARE(commandLine.action, action);
    QCOMPARE(commandLine.message, QString());
}

void tst_ConfigCommandLine::settings_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("expected");
    QTest::newRow("each flag, both ways of writing a value")
        << QStringList{u"--host"_s,
                       u"::1"_s,
                       u"--port=7"_s,
                       u"--threads"_s,
                       u"2"_s,
                       u"--trust-proxy=loopback"_s,
                       u"--health-path"_s,
                       u"/h"_s,
                       u"--request-details-path=/d"_s,
                       u"--admin-socket=/run/a.sock"_s,
                       u"--state-dir"_s,
                       u"/var/x"_s,
                       u"--log-format"_s,
                       u"json"_s,
                       u"--log-level=error"_s}
        << QStringList{u"host [\"::1\"]"_s,
                       u"port 7"_s,
                       u"threads 2"_s,
                       u"trust_proxy [\"loopback\"]"_s,
                       u"health_check_path \"/h\""_s,
                       u"request_details_path \"/d\""_s,
                       u"state_dir \"/var/x\""_s,
                       u"admin.socket \"/run/a.sock\""_s,
                       u"log.format \"json\""_s,
                       u"log.level \"error\""_s};
    QTest::newRow("lists are repeated and joined")
        << QStringList{u"--trust-proxy"_s, u"10.0.0.1,10.0.0.2"_s, u"--trust-proxy"_s,
                       u"::1"_s,           u"--host=127.0.0.1"_s,  u"--host=::1"_s}
        << QStringList{u"host [\"127.0.0.1\", \"::1\"]"_s,
                       u"trust_proxy [\"10.0.0.1\", \"10.0.0.2\", \"::1\"]"_s};
    QTest::newRow("of the others the last counts")
        << QStringList{u"--port=1"_s, u"--port=2"_s} << QStringList{u"port 2"_s};
    QTest::newRow("trust is a boolean or a list")
        << QStringList{u"--trust-proxy=true"_s} << QStringList{u"trust_proxy true"_s};
    QTest::newRow("an empty path turns a route off")
        << QStringList{u"--health-path="_s} << QStringList{u"health_check_path \"\""_s};
    QTest::newRow("bad trust entries are left to the loader")
        << QStringList{u"--trust-proxy=10.0.0.0/33"_s}
        << QStringList{u"trust_proxy [\"10.0.0.0/33\"]"_s};
}

void tst_ConfigCommandLine::settings()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QStringList, expected);
    const CommandLine commandLine = parseCommandLine(arguments);
    QVERIFY2(commandLine.action == CommandLine::Action::Run, qPrintable(commandLine.message));
    QStringList actual;
    for (const ConfigSetting &setting : commandLine.settings) {
        QCOMPARE(setting.source, ConfigSource::Flag);
        QCOMPARE(setting.where, QString(u"--"_s + QString::fromLatin1(setting.key->flag)));
        actual += setting.key->qname() + u' ' + toToml(setting.value);
    }
    QCOMPARE(actual, expected);
}

void tst_ConfigCommandLine::usageErrors_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *sentence, const QStringList &arguments,
                        const QString &message) {
        QTest::newRow(sentence) << arguments << message;
    };
    row("unknown flag, one is near", {u"--prot=1"_s},
        u"unknown option --prot; did you mean \"--port\"?"_s);
    row("unknown flag, none is near", {u"--colour"_s}, u"unknown option --colour"_s);
    row("unknown letter", {u"-v"_s}, u"unknown option -v"_s);
    row("escape sequences are shown", {u"--\x1b[31m"_s}, u"unknown option --\\u001b[31m"_s);
    row("a stray word", {u"truepeer.toml"_s}, u"unexpected argument \"truepeer.toml\""_s);
    row("a value is missing", {u"--port"_s}, u"missing value after '--port'"_s);
    row("a value where none belongs", {u"--help=x"_s}, u"unexpected value after '--help'"_s);
    row("an empty file name", {u"--config="_s}, u"--config: the name of the file is empty"_s);
    row("port: no number", {u"--port=http"_s},
        u"--port: expected an integer, 0 to 65535, found \"http\""_s);
    row("port: out of range", {u"--port=70000"_s},
        u"--port: 70000 is out of range; allowed: 0 to 65535"_s);
    row("host: a name", {u"--host=example.com"_s},
        u"--host: \"example.com\": is no address; allowed: an IPv4 address, an IPv6 address, "
        "localhost"_s);
    row("log level: unknown", {u"--log-level=warn"_s},
        u"--log-level: \"warn\" is unknown; allowed: debug, info, warning, error"_s);
    row("state directory: relative", {u"--state-dir=x"_s},
        u"--state-dir: \"x\": is no absolute path; allowed: \"\" for the default, or a path that "
        "starts with /"_s);
    row("trust: an empty list next to a word is no word", {u"--threads="_s},
        u"--threads: expected an integer, 0 to 1024, found \"\""_s);
}

void tst_ConfigCommandLine::usageErrors()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QString, message);
    const CommandLine commandLine = parseCommandLine(arguments);
    QCOMPARE(commandLine.action, CommandLine::Action::UsageError);
    QCOMPARE(commandLine.message, QString(message + u" (try --help)"_s));
}

void tst_ConfigCommandLine::theFile()
{
    QCOMPARE(parseCommandLine({}).configFile, QString());
    QCOMPARE(parseCommandLine({u"--config"_s, u"a.toml"_s}).configFile, u"a.toml"_s);
    QCOMPARE(parseCommandLine({u"--config=a.toml"_s, u"--config=b.toml"_s}).configFile,
             u"b.toml"_s);
}

void tst_ConfigCommandLine::help()
{
    const QString text = helpText();
    for (const QString &line : text.split(u'\n'))
        QVERIFY2(line.size() <= 80, qPrintable(line));
    for (const ConfigKey &key : configKeys()) {
        if (key.flag)
            QVERIFY2(text.contains(QString(u"\n  --"_s + QString::fromLatin1(key.flag) + u' ')),
                     key.flag);
    }
    for (const QString &flag :
         {u"config FILE"_s, u"check-config"_s, u"print-config"_s, u"version"_s, u"help"_s})
        QVERIFY2(text.contains(QString(u"\n  --"_s + flag)), qPrintable(flag));
}

QTEST_APPLESS_MAIN(tst_ConfigCommandLine)
#include "tst_configcommandline.moc"
