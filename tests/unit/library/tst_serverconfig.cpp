// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/serverconfigdata.h"
#include "server/ops/configkeys.h"
#include "server/ops/exitcode.h"

#include <QFile>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <truepeer/server.h>

#include <limits>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// What a key holds in the end, as TOML; the complaints when there are some.
QString valueOf(const ServerConfig &config, const QString &key)
{
    const LoadedConfig loaded = ServerConfigData::load(config);
    if (!loaded.ok())
        return loaded.errors.join(u'\n');
    return toToml(findConfigKey(key)->load(loaded.config));
}

QStringList errorsOf(const ServerConfig &config)
{
    return ServerConfigData::load(config).errors;
}

// A value that the key allows and that is not its default.
QVariant otherValue(const ConfigKey &key)
{
    const ConfigValue standard = key.defaultValue();
    if (key.type == ConfigType::Boolean)
        return !std::get<bool>(standard);
    if (key.type == ConfigType::Integer)
        return std::get<qint64>(standard) == key.minimum ? key.minimum + 1 : key.minimum;
    if (key.type == ConfigType::Choice)
        return QString::fromLatin1(key.words.back());
    return {};
}

} // namespace

class tst_ServerConfig : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void withoutAnythingTheDefaultsHold();
    void everyNumberChoiceAndSwitchCanBeSet();
    void values_data();
    void values();
    void setters_data();
    void setters();
    void setterResults();
    void oneTrustedAddressIsAList();
    void problems_data();
    void problems();
    void allProblemsAreTold();
    void theLastOneHolds();
    void fileAndOverrides();
    void environmentHasNoSay();
    void copiesAreIndependent();
    void fromALoadedOne();
    void serverTellsAllProblems();
};

void tst_ServerConfig::withoutAnythingTheDefaultsHold()
{
    const ServerConfig config;
    QVERIFY(errorsOf(config).isEmpty());
    for (const ConfigKey &key : configKeys())
        QCOMPARE(valueOf(config, key.qname()), toToml(key.defaultValue()));
}

void tst_ServerConfig::everyNumberChoiceAndSwitchCanBeSet()
{
    int tried = 0;
    for (const ConfigKey &key : configKeys()) {
        const QVariant value = otherValue(key);
        if (!value.isValid())
            continue;
        ServerConfig config;
        // A switch that needs another key.
        config.set("proxy_protocol.from", QStringList{u"10.0.0.1"_s});
        config.set(key.name, value);
        QVERIFY2(errorsOf(config).isEmpty(), key.name);
        QVERIFY2(valueOf(config, key.qname()) != toToml(key.defaultValue()), key.name);
        ++tried;
    }
    QVERIFY(tried > 40);
}

void tst_ServerConfig::values_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("toml");
    const auto row = [](const char *name, const char *key, const QVariant &value,
                        const QString &toml) {
        QTest::newRow(name) << QString::fromLatin1(key) << value << toml;
    };
    row("a switch", "log.access", false, u"false"_s);
    row("an int", "limits.idle_ping_s", 30, u"30"_s);
    row("a qint64", "max_message_size", qint64{1'000'000}, u"1000000"_s);
    row("an unsigned", "port", 8080U, u"8080"_s);
    row("a quint16", "port", QVariant::fromValue(quint16{65535}), u"65535"_s);
    row("a size_t", "limits.body_bytes", QVariant::fromValue(size_t{4096}), u"4096"_s);
    row("a text", "metrics_path", u"/metrics"_s, u"\"/metrics\""_s);
    row("an empty text", "health_check_path", QString(), u"\"\""_s);
    row("a word", "log.level", u"warning"_s, u"\"warning\""_s);
    row("a list", "api_keys", QStringList{u"one"_s, u"two"_s}, u"[\"one\", \"two\"]"_s);
    row("an empty list", "cors.allowed_origins", QStringList(), u"[]"_s);
    row("a text where a list may be", "host", u"::1"_s, u"\"::1\""_s);
    row("a list where a text may be", "host", QStringList{u"127.0.0.1"_s, u"::1"_s},
        u"[\"127.0.0.1\", \"::1\"]"_s);
    row("a trust list", "trust_proxy", QStringList{u"10.0.0.0/8"_s, u"loopback"_s},
        u"[\"10.0.0.0/8\", \"loopback\"]"_s);
    row("an empty trust list", "trust_proxy", QStringList(), u"[]"_s);
    row("trust as a switch", "trust_proxy", true, u"true"_s);
}

void tst_ServerConfig::values()
{
    QFETCH(const QString, key);
    QFETCH(const QVariant, value);
    QFETCH(const QString, toml);
    QCOMPARE(valueOf(ServerConfig().set(key, value), key), toml);
}

void tst_ServerConfig::setters_data()
{
    QTest::addColumn<ServerConfig>("config");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("toml");
    const auto row = [](const char *key, const ServerConfig &config, const QString &toml) {
        QTest::newRow(key) << config << QString::fromLatin1(key) << toml;
    };
    row("trust_proxy", ServerConfig().setTrustProxy({u"10.0.0.1"_s, u"private"_s}),
        u"[\"10.0.0.1\", \"private\"]"_s);
    row("host", ServerConfig().setHost(u"127.0.0.1"_s), u"\"127.0.0.1\""_s);
    row("port", ServerConfig().setPort(1), u"1"_s);
    row("threads", ServerConfig().setThreads(3), u"3"_s);
    row("health_check_path", ServerConfig().setHealthCheckPath(u"/alive"_s), u"\"/alive\""_s);
    row("request_details_path", ServerConfig().setRequestDetailsPath(u"/me"_s), u"\"/me\""_s);
    row("metrics_path", ServerConfig().setMetricsPath(u"/m"_s), u"\"/m\""_s);
    row("auth_key", ServerConfig().setAuthKey(u"k"_s), u"\"k\""_s);
    row("api_keys", ServerConfig().setApiKeys({u"a"_s}), u"[\"a\"]"_s);
    row("cors.allowed_origins", ServerConfig().setAllowedOrigins({u"self"_s}), u"[\"self\"]"_s);
    row("max_message_size", ServerConfig().setMaxMessageSize(1024), u"1024"_s);
}

void tst_ServerConfig::setters()
{
    QFETCH(const ServerConfig, config);
    QFETCH(const QString, key);
    QFETCH(const QString, toml);
    QCOMPARE(valueOf(config, key), toml);
    for (const ConfigKey &other : configKeys()) {
        if (other.qname() != key)
            QCOMPARE(valueOf(config, other.qname()), toToml(other.defaultValue()));
    }
}

void tst_ServerConfig::setterResults()
{
    ServerConfig config;
    const ServerConfig &same = config.setPort(1).setThreads(2).set("log.access", false);
    QCOMPARE(&same, &config);
    QCOMPARE(valueOf(config, u"port"_s), u"1"_s);
    QCOMPARE(valueOf(config, u"threads"_s), u"2"_s);
}

// {"127.0.0.1"} can also be a bool, which would believe everybody.
void tst_ServerConfig::oneTrustedAddressIsAList()
{
    ServerConfig config;
    config.setTrustProxy({u"127.0.0.1"_s});
    LoadedConfig loaded = ServerConfigData::load(config);
    QCOMPARE(loaded.config.trust.list.mode, TrustMode::List);
    QCOMPARE(loaded.config.trust.list.entries.size(), size_t{1});

    config.setTrustEverybody(true);
    QCOMPARE(ServerConfigData::load(config).config.trust.list.mode, TrustMode::All);
    config.setTrustEverybody(false);
    QCOMPARE(ServerConfigData::load(config).config.trust.list.mode, TrustMode::None);
}

void tst_ServerConfig::problems_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QVariant>("value");
    QTest::addColumn<QString>("problem");
    const auto row = [](const char *name, const char *key, const QVariant &value,
                        const QString &problem) {
        QTest::newRow(name) << QString::fromUtf8(key) << value << problem;
    };
    row("a letter too many", "ports", 1, u"set(\"ports\"): unknown key; did you mean port?"_s);
    row("the spelling of C++", "maxMessageSize", 1,
        u"set(\"maxMessageSize\"): unknown key; did you mean max_message_size?"_s);
    row("without its table", "idle_ping_s", 1,
        u"set(\"idle_ping_s\"): unknown key; did you mean limits.idle_ping_s?"_s);
    row("a table", "limits", 1, u"set(\"limits\"): unknown key"_s);
    row("near nothing", "entirely_unlike_any", 1, u"set(\"entirely_unlike_any\"): unknown key"_s);
    row("no name", "", 1, u"set(\"\"): unknown key"_s);
    row("a name with a control character", "a\nb", 1, u"set(\"a\\nb\"): unknown key"_s);

    const QString number = u"set(\"port\"): must be an integer, 0 to 65535"_s;
    row("a text for a number", "port", u"6001"_s, number);
    row("a fraction for a number", "port", 6001.0, number);
    row("a switch for a number", "port", true, number);
    row("bytes for a number", "port", QByteArray("6001"), number);
    row("a list for a number", "port", QStringList{u"6001"_s}, number);
    row("nothing for a number", "port", QVariant(), number);
    row("a number for a switch", "log.access", 1, u"set(\"log.access\"): must be true or false"_s);
    row("a text for a switch", "log.access", u"true"_s,
        u"set(\"log.access\"): must be true or false"_s);
    row("a number for a text", "auth_key", 1, u"set(\"auth_key\"): must be a string"_s);
    row("a number for a word", "log.format", 1,
        u"set(\"log.format\"): must be one of text, json"_s);
    row("a text for a list", "api_keys", u"k"_s, u"set(\"api_keys\"): must be a list of strings"_s);
    row("a number for a text or list", "host", 1,
        u"set(\"host\"): must be a string or a list of strings"_s);
    row("a text for trust", "trust_proxy", u"true"_s,
        u"set(\"trust_proxy\"): must be true, false or a list of strings"_s);
    row("a number for trust", "trust_proxy", 1,
        u"set(\"trust_proxy\"): must be true, false or a list of strings"_s);
}

void tst_ServerConfig::problems()
{
    QFETCH(const QString, key);
    QFETCH(const QVariant, value);
    QFETCH(const QString, problem);
    const LoadedConfig loaded = ServerConfigData::load(ServerConfig().set(key, value));
    QCOMPARE(loaded.errors, QStringList{problem});
    QCOMPARE(loaded.exitCode, ExitCode::Configuration);
}

// Keys, types, values of the right type, and what does not go together.
void tst_ServerConfig::allProblemsAreTold()
{
    ServerConfig config;
    config.setPort(70000).set("prot", 1).setTrustProxy({u"10.0.0.1"_s, u"proxy.example"_s});
    config.set("port", u"x"_s).set("log.level", u"loud"_s);
    config.set("limits.body_bytes", std::numeric_limits<quint64>::max());
    const QStringList errors = errorsOf(config);
    QCOMPARE(errors.size(), 6);
    QCOMPARE(errors[0], u"set(\"prot\"): unknown key; did you mean port?"_s);
    QCOMPARE(errors[1], u"set(\"port\"): must be an integer, 0 to 65535"_s);
    QVERIFY2(errors[2].startsWith(u"set(\"port\"): "_s), qPrintable(errors[2]));
    QVERIFY2(errors[2].contains(u"65535"_s), qPrintable(errors[2]));
    QVERIFY2(errors[3].startsWith(u"set(\"trust_proxy\")[1]: "_s), qPrintable(errors[3]));
    QVERIFY2(errors[4].startsWith(u"set(\"log.level\"): "_s), qPrintable(errors[4]));
    QVERIFY2(errors[5].startsWith(u"set(\"limits.body_bytes\"): "_s), qPrintable(errors[5]));

    config = ServerConfig().setHealthCheckPath(u"/x"_s).setMetricsPath(u"/x"_s);
    QCOMPARE(errorsOf(config).size(), 1);
    QVERIFY(errorsOf(config)[0].contains(u"each route needs a path of its own"_s));
}

void tst_ServerConfig::theLastOneHolds()
{
    QCOMPARE(valueOf(ServerConfig().setPort(1).setPort(2), u"port"_s), u"2"_s);
}

void tst_ServerConfig::fileAndOverrides()
{
    const QTemporaryDir directory;
    const QString path = directory.filePath(u"t.toml"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("port = 1001\nthreads = 2\n[limits]\nidle_ping_s = 7\n");
    file.close();

    // The order of the calls does not matter.
    ServerConfig config;
    config.setPort(1002).setFile(path).set("limits.pong_timeout_s", 8);
    QCOMPARE(valueOf(config, u"port"_s), u"1002"_s);
    QCOMPARE(valueOf(config, u"threads"_s), u"2"_s);
    QCOMPARE(valueOf(config, u"limits.idle_ping_s"_s), u"7"_s);
    QCOMPARE(valueOf(config, u"limits.pong_timeout_s"_s), u"8"_s);

    // The file is read at the start.
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("threads = \"many\"\nhots = \"::\"\n");
    file.close();
    const QStringList errors = errorsOf(config);
    QCOMPARE(errors.size(), 2);
    QVERIFY2(errors[0].startsWith(path + u":1:"_s), qPrintable(errors[0]));
    QVERIFY2(errors[1].contains(u"did you mean"_s), qPrintable(errors[1]));

    config.setFile(directory.filePath(u"none.toml"_s));
    QCOMPARE(errorsOf(config).size(), 1);
    QVERIFY(errorsOf(config)[0].contains(u"none.toml"_s));
}

void tst_ServerConfig::environmentHasNoSay()
{
    qputenv("TRUEPEER_PORT", "1003");
    qputenv("TRUEPEER_NONSENSE", "1");
    const QString port = valueOf(ServerConfig(), u"port"_s);
    qunsetenv("TRUEPEER_PORT");
    qunsetenv("TRUEPEER_NONSENSE");
    QCOMPARE(port, u"6001"_s);
}

void tst_ServerConfig::copiesAreIndependent()
{
    ServerConfig original;
    original.setPort(1);
    ServerConfig copy = original;
    copy.setPort(2).set("nonsense", 1);
    QCOMPARE(valueOf(original, u"port"_s), u"1"_s);
    original.setPort(3);
    QCOMPARE(errorsOf(copy).size(), 1);

    ServerConfig assigned;
    assigned.setThreads(5);
    assigned = original;
    original.setPort(4);
    QCOMPARE(valueOf(assigned, u"port"_s), u"3"_s);
    QCOMPARE(valueOf(assigned, u"threads"_s), u"0"_s);

    const ServerConfig moved = std::move(assigned);
    QCOMPARE(valueOf(moved, u"port"_s), u"3"_s);
    assigned = moved;
    QCOMPARE(valueOf(assigned, u"port"_s), u"3"_s);
}

void tst_ServerConfig::fromALoadedOne()
{
    LoadedConfig loaded;
    loaded.config.port = 7;
    loaded.warnings = {u"careful"_s};
    const ServerConfig config = ServerConfigData::from(loaded);
    QCOMPARE(valueOf(config, u"port"_s), u"7"_s);
    QCOMPARE(ServerConfigData::load(config).warnings, loaded.warnings);
}

void tst_ServerConfig::serverTellsAllProblems()
{
    ServerConfig config;
    config.set("prot", 1).setPort(-1);
    Server server(config);
    QCOMPARE(server.errorString(), QString());
    QVERIFY(!server.start());
    QVERIFY(!server.isRunning());
    const QStringList errors = errorsOf(config);
    QCOMPARE(errors.size(), 2);
    QCOMPARE(server.errorString(), errors.join(u'\n'));
    // The configuration was copied.
    QCOMPARE(Server(config.setPort(1)).errorString(), QString());
}

QTEST_GUILESS_MAIN(tst_ServerConfig)
#include "tst_serverconfig.moc"
