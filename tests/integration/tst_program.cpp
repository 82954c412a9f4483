// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// truepeerd as a program: flags, files, environment, messages and exit codes.
#include "tests/support/rawclient.h"
#include "tests/support/serverprocess.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

enum ExitCode { Ok = 0, Usage = 2, CannotListen = 69, Configuration = 78 };

using Run = ServerProcess::Run;

} // namespace

class tst_Program : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void versionAndHelp();
    void badFlags_data();
    void badFlags();
    void badConfiguration_data();
    void badConfiguration();
    void allProblemsAreReported();
    void unreadableFile();
    void badEnvironment();
    void checkConfigAccepts();
    void printedConfigParsesAgain();
    void precedence();
    void secretsAreMasked();

    void portInUse();
    void addressThatIsNotThere();
    void trustingEveryoneIsWarnedAbout();
    void settingsWithoutEffectAreNamed();
    void jsonLogFromTheFirstLine();

private:
    QString fileWith(const QByteArray &text);

    QTemporaryDir m_directory;
};

void tst_Program::initTestCase()
{
    QVERIFY(m_directory.isValid());
}

QString tst_Program::fileWith(const QByteArray &text)
{
    const QString path = m_directory.filePath(u"t.toml"_s);
    QFile file(path);
    if (!file.open(QIODevice::WriteOnly) || file.write(text) != text.size())
        qFatal("cannot write %s", qPrintable(path));
    return path;
}

void tst_Program::versionAndHelp()
{
    const Run version = ServerProcess::run({u"--version"_s});
    QCOMPARE(version.exitCode, Ok);
    QVERIFY(version.out.startsWith("truepeerd "));
    QCOMPARE(version.err, QByteArray());
    const Run help = ServerProcess::run({u"--help"_s});
    QCOMPARE(help.exitCode, Ok);
    for (const char *flag :
         {"--config FILE", "--host ADDR", "--port N", "--threads N", "--trust-proxy",
          "--health-path PATH", "--request-details-path PATH", "--admin-socket PATH",
          "--state-dir DIR", "--log-format", "--log-level", "--check-config", "--print-config",
          "--version", "--help"})
        QVERIFY2(help.out.contains(flag), flag);
}

void tst_Program::badFlags_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<int>("exitCode");
    QTest::addColumn<QByteArrayList>("words");
    QTest::newRow("an unknown one") << QStringList{u"--prot"_s, u"1"_s} << int(Usage)
                                    << QByteArrayList{"--prot"_ba, "did you mean \"--port\""_ba};
    QTest::newRow("without its value")
        << QStringList{u"--port"_s} << int(Usage) << QByteArrayList{"--port"_ba};
    QTest::newRow("no number") << QStringList{u"--port"_s, u"+5"_s} << int(Usage)
                               << QByteArrayList{"--port"_ba, "+5"_ba};
    QTest::newRow("out of range") << QStringList{u"--port"_s, u"65536"_s} << int(Usage)
                                  << QByteArrayList{"--port"_ba, "65535"_ba};
    QTest::newRow("a stray word") << QStringList{u"stray"_s} << int(Usage)
                                  << QByteArrayList{"stray"_ba};
    QTest::newRow("a bad trust list is a bad configuration")
        << QStringList{u"--trust-proxy"_s, u"10.0.0.0/33"_s} << int(Configuration)
        << QByteArrayList{"--trust-proxy"_ba, "10.0.0.0/33"_ba};
    QTest::newRow("a host name in the trust list")
        << QStringList{u"--trust-proxy"_s, u"proxy.internal"_s} << int(Configuration)
        << QByteArrayList{"proxy.internal"_ba};
}

void tst_Program::badFlags()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const int, exitCode);
    QFETCH(const QByteArrayList, words);
    const Run run = ServerProcess::run(arguments);
    QCOMPARE(run.exitCode, exitCode);
    QCOMPARE(run.out, QByteArray());
    for (const QByteArray &word : words)
        QVERIFY2(run.err.contains(word), run.err.constData());
}

void tst_Program::badConfiguration_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArrayList>("words");
    QTest::newRow("an unknown key")
        << "port = 1\ntrust_proxi = true\n"_ba
        << QByteArrayList{"t.toml:2:1"_ba, "trust_proxi"_ba, "\"trust_proxy\""_ba};
    QTest::newRow("an unknown key in a table")
        << "[limits]\nmax_conections = 5\n"_ba
        << QByteArrayList{"t.toml:2:1"_ba, "max_conections"_ba, "max_connections"_ba};
    QTest::newRow("a malformed entry")
        << "trust_proxy = [\"127.0.0.1\", \"10.0.0.0/33\"]\n"_ba
        << QByteArrayList{"t.toml:1:29"_ba, "trust_proxy[1]"_ba, "10.0.0.0/33"_ba};
    QTest::newRow("everyone by a range")
        << "trust_proxy = [\"0.0.0.0/0\"]\n"_ba << QByteArrayList{"t.toml:1:"_ba, "0.0.0.0/0"_ba};
    QTest::newRow("a number out of range")
        << "port = 70000\n"_ba << QByteArrayList{"t.toml:1:8"_ba, "port"_ba, "0 to 65535"_ba};
    QTest::newRow("a wrong type") << "port = \"6001\"\n"_ba
                                  << QByteArrayList{"t.toml:1:8"_ba, "port"_ba};
    QTest::newRow("another word") << "headers = \"all\"\n"_ba
                                  << QByteArrayList{"t.toml:1:11"_ba, "headers"_ba,
                                                    "x-forwarded"_ba};
    QTest::newRow("no TOML") << "port: 6001\n"_ba << QByteArrayList{"t.toml:1:"_ba};
    QTest::newRow("a key twice") << "port = 1\nport = 2\n"_ba
                                 << QByteArrayList{"t.toml:2:"_ba, "port"_ba};
    QTest::newRow("a path twice") << "request_details_path = \"/health\"\n"_ba
                                  << QByteArrayList{"request_details_path"_ba};
    QTest::newRow("a bad PROXY list")
        << "[proxy_protocol]\naccept = \"required\"\nfrom = [\"nobody\"]\n"_ba
        << QByteArrayList{"t.toml:3:"_ba, "proxy_protocol.from"_ba};
}

void tst_Program::badConfiguration()
{
    QFETCH(const QByteArray, text);
    QFETCH(const QByteArrayList, words);
    const QString file = fileWith(text);
    const Run run = ServerProcess::run({u"--config"_s, file});
    const Run check = ServerProcess::run({u"--config"_s, file, u"--check-config"_s});
    QCOMPARE(run.exitCode, Configuration);
    QCOMPARE(check.exitCode, Configuration);
    for (const QByteArray &word : words) {
        QVERIFY2(run.err.contains(word), run.err.constData());
        QVERIFY2(check.err.contains(word), check.err.constData());
    }
    QCOMPARE(run.out, QByteArray());
}

void tst_Program::allProblemsAreReported()
{
    const Run run = ServerProcess::run(
        {u"--config"_s, fileWith("port = -1\nheaders = \"x\"\nnonsense = 1\n"_ba)});
    QCOMPARE(run.exitCode, Configuration);
    for (const char *place : {"t.toml:1:", "t.toml:2:", "t.toml:3:"})
        QVERIFY2(run.err.contains(place), run.err.constData());
}

void tst_Program::unreadableFile()
{
    const Run missing = ServerProcess::run({u"--config"_s, m_directory.filePath(u"none.toml"_s)});
    QCOMPARE(missing.exitCode, Configuration);
    QVERIFY2(missing.err.contains("none.toml"), missing.err.constData());
    const Run folder = ServerProcess::run({u"--config"_s, m_directory.path()});
    QCOMPARE(folder.exitCode, Configuration);
    QVERIFY(!folder.err.isEmpty());
}

void tst_Program::badEnvironment()
{
    const Run value = ServerProcess::run({}, {{u"TRUEPEER_PORT"_s, u"x"_s}});
    QCOMPARE(value.exitCode, Configuration);
    QVERIFY2(value.err.contains("TRUEPEER_PORT"), value.err.constData());
    const Run name = ServerProcess::run({}, {{u"TRUEPEER_PROT"_s, u"1"_s}});
    QCOMPARE(name.exitCode, Configuration);
    QVERIFY2(name.err.contains("TRUEPEER_PORT"), name.err.constData());
}

void tst_Program::checkConfigAccepts()
{
    const Run run = ServerProcess::run(
        {u"--check-config"_s, u"--config"_s, fileWith("trust_proxy = [\"10.0.0.1/8\"]\n"_ba)});
    QCOMPARE(run.exitCode, Ok);
    QVERIFY2(run.out.contains("configuration ok"), run.out.constData());
    // Host bits are masked, and said so.
    QVERIFY2(run.out.contains("10.0.0.0/8"), run.out.constData());
    for (const char *name : {"quickstart.toml", "truepeer.example.toml"}) {
        const QString file =
            QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/config/") + QString::fromLatin1(name);
        QCOMPARE(ServerProcess::run({u"--check-config"_s, u"--config"_s, file}).exitCode, Ok);
    }
}

void tst_Program::printedConfigParsesAgain()
{
    const QString original = fileWith("port = 7001\ntrust_proxy = [\"127.0.0.1\", \"private\"]\n"
                                      "host = [\"127.0.0.1\", \"::1\"]\n"
                                      "request_details_path = \"/a\"\n"
                                      "[limits]\nheader_bytes = 2048\n"_ba);
    const Run first = ServerProcess::run({u"--config"_s, original, u"--print-config"_s});
    QCOMPARE(first.exitCode, Ok);
    QCOMPARE(first.err, QByteArray());
    const Run second =
        ServerProcess::run({u"--config"_s, fileWith(first.out), u"--print-config"_s});
    QCOMPARE(second.exitCode, Ok);
    // All but the remarks on where a value comes from is the same.
    const auto values = [](const QByteArray &text) {
        QByteArrayList lines;
        for (const QByteArray &line : text.split('\n'))
            lines += line.left(line.indexOf("  # ")).trimmed();
        return lines.mid(1).join('\n');
    };
    QCOMPARE(values(second.out), values(first.out));
    QVERIFY(first.out.contains("\nport = 7001"));
    QVERIFY(first.out.contains("\nheader_bytes = 2048"));
}

void tst_Program::precedence()
{
    const QString file = fileWith("port = 1001\nthreads = 1\n[log]\nformat = \"json\"\n"_ba);
    const QHash<QString, QString> environment = {{u"TRUEPEER_PORT"_s, u"1002"_s},
                                                 {u"TRUEPEER_THREADS"_s, u"2"_s},
                                                 {u"TRUEPEER_MAX_HOPS"_s, u"7"_s}};
    const Run run = ServerProcess::run(
        {u"--config"_s, file, u"--port"_s, u"1003"_s, u"--print-config"_s}, environment);
    QCOMPARE(run.exitCode, Ok);
    for (const char *line : {"\nport = 1003 ", "\nthreads = 2 ", "\nmax_hops = 7 ",
                             "\nformat = \"json\" ", "\nheaders = \"auto\" "})
        QVERIFY2(run.out.contains(line), run.out.constData());
}

void tst_Program::secretsAreMasked()
{
    const Run run = ServerProcess::run(
        {u"--config"_s, fileWith("auth_key = \"open-sesame\"\n"_ba), u"--print-config"_s});
    QCOMPARE(run.exitCode, Ok);
    QVERIFY(!run.out.contains("open-sesame"));
    QVERIFY(run.out.contains("auth_key = \""));
}

void tst_Program::portInUse()
{
    ServerProcess first(QByteArray{});
    QVERIFY2(first.isReady(), first.complaint().constData());
    const QString port = QString::number(first.port());
    const Run second = ServerProcess::run({u"--host"_s, u"127.0.0.1"_s, u"--port"_s, port});
    QCOMPARE(second.exitCode, CannotListen);
    QVERIFY2(second.err.contains(QByteArray("127.0.0.1:" + port.toLatin1())),
             second.err.constData());
    QVERIFY2(second.err.contains("in use"), second.err.constData());
    QCOMPARE(second.out, QByteArray());
    RawClient client(first.port());
    QCOMPARE(client.exchange(httpGet("/health")).status, 200);
}

void tst_Program::addressThatIsNotThere()
{
    // TEST-NET-1 is nobody's.
    const Run run = ServerProcess::run({u"--host"_s, u"192.0.2.1"_s, u"--port"_s, u"0"_s});
    QCOMPARE(run.exitCode, CannotListen);
    QVERIFY2(run.err.contains("192.0.2.1"), run.err.constData());
}

void tst_Program::trustingEveryoneIsWarnedAbout()
{
    ServerProcess server("trust_proxy = true\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    QVERIFY(!server.waitForLine({"warning", "trust_everyone", "development only"}).isEmpty());
    ServerProcess careful("trust_proxy = [\"127.0.0.1\"]\n");
    QVERIFY2(careful.isReady(), careful.complaint().constData());
    QVERIFY(!careful.waitForLine({"listening"}).isEmpty());
    QVERIFY(!careful.log().contains("trust_everyone"));
}

void tst_Program::settingsWithoutEffectAreNamed()
{
    ServerProcess server("[cluster]\nnode_id = \"a\"\n");
    QVERIFY2(server.isReady(), server.complaint().constData());
    QVERIFY(
        !server.waitForLine({"warning", "settings_without_effect", "cluster.node_id"}).isEmpty());
}

void tst_Program::jsonLogFromTheFirstLine()
{
    ServerProcess server(
        ServerProcess::Options{"trust_proxy = true\n"_ba, {u"--log-format"_s, u"json"_s}, {}});
    QVERIFY2(server.isReady(), server.complaint().constData());
    QVERIFY(!server.waitForEvent(u"trust_everyone"_s, {{u"level"_s, u"warning"_s}}).isEmpty());
    QVERIFY(!server.waitForEvent(u"listening"_s, {{u"port"_s, server.port()}}).isEmpty());
}

QTEST_GUILESS_MAIN(tst_Program)
#include "tst_program.moc"
