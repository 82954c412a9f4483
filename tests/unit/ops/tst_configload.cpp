// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configfile.h"
#include "server/ops/configjson.h"
#include "server/ops/configkeys.h"
#include "server/ops/configload.h"
#include "server/ops/statedir.h"

#include <QDir>
#include <QFile>
#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <sys/stat.h>

using namespace truepeer;
using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

// A file system with one file.
ConfigFileReader fileWith(const QByteArray &text)
{
    return [text](const QString &path) -> Expected<QByteArray> {
        if (path != u"t.toml"_s)
            return Error{u"No such file or directory"_s};
        return text;
    };
}

QProcessEnvironment variables(const QStringList &assignments)
{
    QProcessEnvironment environment;
    for (const QString &assignment : assignments) {
        const qsizetype equals = assignment.indexOf(u'=');
        environment.insert(assignment.left(equals), assignment.sliced(equals + 1));
    }
    return environment;
}

LoadedConfig load(const QStringList &arguments, const QStringList &assignments = {},
                  const QByteArray &file = {})
{
    return loadConfig(arguments, variables(assignments), fileWith(file));
}

QStringList valuesOf(const Config &config)
{
    QStringList values;
    for (const ConfigKey &key : configKeys())
        values += key.qname() + u" = "_s + toToml(key.load(config));
    return values;
}

// One row of what config.get returns.
QJsonObject rowOf(const QJsonArray &rows, const QString &key)
{
    for (const QJsonValue &row : rows) {
        if (row[u"key"_s].toString() == key)
            return row.toObject();
    }
    return {};
}

} // namespace

class tst_ConfigLoad : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void withoutAnythingTheDefaultsHold();
    void withoutKeysThePathsOfTheApiAreFree();
    void precedence_data();
    void precedence();
    void typedMembers();
    void whichFile_data();
    void whichFile();
    void problems_data();
    void problems();
    void allSourcesAreReportedTogether();
    void sourcesThatAreOverriddenAreJudgedToo();
    void usageErrors();
    void notYetInForce();
    void printedConfigurationParsesAgain();
    void printedConfigurationNamesSources();
    void secretsAreMasked();
    void checkReports();
    void realFiles();
    void largeFiles();
    void asJson_data();
    void asJson();
    void asJsonWithALiveList();
    void stateDirectories_data();
    void stateDirectories();
};

void tst_ConfigLoad::withoutAnythingTheDefaultsHold()
{
    const LoadedConfig loaded = load({}, {u"HOME=/root"_s, u"TRUEPEERX=1"_s});
    QVERIFY(loaded.ok());
    QCOMPARE(loaded.exitCode, 0);
    QCOMPARE(loaded.file, QString());
    QVERIFY(loaded.warnings.isEmpty());
    QVERIFY(loaded.origins.empty());
    QCOMPARE(valuesOf(loaded.config), valuesOf(Config()));
    QCOMPARE(loaded.config.port, quint16{6001});
    QCOMPARE(loaded.config.trust.list.mode, TrustMode::None);
    QCOMPARE(loaded.config.healthCheckPath, "/health"_ba);
}

void tst_ConfigLoad::withoutKeysThePathsOfTheApiAreFree()
{
    const LoadedConfig loaded =
        load({u"--config=t.toml"_s}, {},
             "metrics_path = \"/api/clients\"\nrequest_details_path = \"/api/broadcast\"\n");
    QCOMPARE(loaded.errors, QStringList());
}

void tst_ConfigLoad::precedence_data()
{
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QStringList>("flags");
    QTest::addColumn<int>("port");
    QTest::addColumn<QString>("origin");
    const QByteArray file = "port = 1001";
    const QStringList none;
    const QStringList environment = {u"TRUEPEER_PORT=1002"_s};
    const QStringList flags = {u"--port"_s, u"1003"_s};
    QTest::newRow("nothing") << ""_ba << none << none << 6001 << u"default "_s;
    QTest::newRow("file over default") << file << none << none << 1001 << u"file t.toml:1:8"_s;
    QTest::newRow("environment over file")
        << file << environment << none << 1002 << u"env TRUEPEER_PORT"_s;
    QTest::newRow("flag over environment and file")
        << file << environment << flags << 1003 << u"flag --port"_s;
    QTest::newRow("flag over file") << file << none << flags << 1003 << u"flag --port"_s;
    QTest::newRow("environment over default")
        << ""_ba << environment << none << 1002 << u"env TRUEPEER_PORT"_s;
    QTest::newRow("a source counts even if it says the default")
        << ""_ba << QStringList{u"TRUEPEER_PORT=6001"_s} << none << 6001 << u"env TRUEPEER_PORT"_s;
}

void tst_ConfigLoad::precedence()
{
    QFETCH(const QByteArray, file);
    QFETCH(const QStringList, environment);
    QFETCH(const QStringList, flags);
    QFETCH(const int, port);
    QFETCH(const QString, origin);
    const LoadedConfig loaded =
        load(QStringList{u"--config"_s, u"t.toml"_s} + flags, environment, file);
    QVERIFY2(loaded.ok(), qPrintable(loaded.errors.join(u'\n')));
    QCOMPARE(int{loaded.config.port}, port);
    const ConfigOrigin actual = loaded.origin(u"port"_s);
    QCOMPARE(QString(configSourceName(actual.source) + u' ' + actual.where), origin);
}

void tst_ConfigLoad::typedMembers()
{
    const LoadedConfig loaded =
        load({u"--trust-proxy"_s, u"10.0.0.0/8,loopback"_s, u"--host=[::1]"_s},
             {u"TRUEPEER_DRAIN_DELAY_S=7"_s, u"TRUEPEER_PROXY_PROTOCOL_FROM=10.0.0.5"_s,
              u"TRUEPEER_CORS_ALLOWED_ORIGINS=self, null"_s, u"TRUEPEER_CONFIG=t.toml"_s},
             "headers = \"x-real-ip\"\non_conflict = \"reject\"\n"
             "[proxy_protocol]\naccept = \"required\"\n"
             "[proxy_headers]\nreal_ip = \"CF-Connecting-IP\"\n"
             "[limits]\nhandshake_timeout_ms = 1500\n"
             "[log]\nformat = \"json\"\nlevel = \"warning\"\n");
    QVERIFY2(loaded.ok(), qPrintable(loaded.errors.join(u'\n')));
    const Config &config = loaded.config;
    QCOMPARE(config.trust.list.mode, TrustMode::List);
    QCOMPARE(config.trust.list.entries.size(), size_t{2});
    QCOMPARE(config.trust.list.entries[1].entry, u"loopback"_s);
    QCOMPARE(config.trust.headers, HeaderPin::XRealIp);
    QCOMPARE(config.trust.onConflict, OnConflict::Reject);
    QCOMPARE(config.trust.names.realIp, "CF-Connecting-IP"_ba);
    QCOMPARE(config.hosts.size(), size_t{1});
    QCOMPARE(config.hosts[0].toText(), "::1"_ba);
    QCOMPARE(config.drain.delay, 7s);
    QCOMPARE(config.limits.handshakeTimeout, 1500ms);
    QVERIFY(config.proxyProtocol.required);
    QCOMPARE(config.proxyProtocol.from.size(), size_t{1});
    QCOMPARE(config.cors.allowedOrigins, (QByteArrayList{"self", "null"}));
    QCOMPARE(config.log.format, LogFormat::Json);
    QCOMPARE(config.log.level, LogLevel::Warning);
    QVERIFY(TrustPolicy::compile(config.trust, 1).ok());
    QVERIFY(ProxyProtocolPolicy::compile(config.proxyProtocol).ok());
}

void tst_ConfigLoad::whichFile_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QString>("file");
    QTest::newRow("none") << QStringList() << QStringList() << QString();
    QTest::newRow("the flag") << QStringList{u"--config=t.toml"_s} << QStringList() << u"t.toml"_s;
    QTest::newRow("the variable") << QStringList() << QStringList{u"TRUEPEER_CONFIG=t.toml"_s}
                                  << u"t.toml"_s;
    QTest::newRow("the flag wins") << QStringList{u"--config=t.toml"_s}
                                   << QStringList{u"TRUEPEER_CONFIG=x.toml"_s} << u"t.toml"_s;
    QTest::newRow("an empty variable is none")
        << QStringList() << QStringList{u"TRUEPEER_CONFIG="_s} << QString();
}

void tst_ConfigLoad::whichFile()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QStringList, environment);
    QFETCH(const QString, file);
    const LoadedConfig loaded = load(arguments, environment, "port = 7");
    QVERIFY(loaded.ok());
    QCOMPARE(loaded.file, file);
    QCOMPARE(loaded.config.port, quint16(file.isEmpty() ? 6001 : 7));
}

void tst_ConfigLoad::problems_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QByteArray>("file");
    QTest::addColumn<QString>("expected");
    const QStringList none;
    const QStringList fromFile = {u"--config"_s, u"t.toml"_s};
    QTest::newRow("no such file") << QStringList{u"--config"_s, u"other\n.toml"_s} << none << ""_ba
                                  << u"other\\n.toml: No such file or directory"_s;
    QTest::newRow("variable: form")
        << none << QStringList{u"TRUEPEER_PORT=+5"_s} << ""_ba
        << u"TRUEPEER_PORT: expected an integer, 0 to 65535, found \"+5\""_s;
    QTest::newRow("variable: range")
        << none << QStringList{u"TRUEPEER_PORT=70000"_s} << ""_ba
        << u"TRUEPEER_PORT: 70000 is out of range; allowed: 0 to 65535"_s;
    QTest::newRow("variable: unknown")
        << none << QStringList{u"TRUEPEER_TRUSTPROXY=1"_s} << ""_ba
        << u"TRUEPEER_TRUSTPROXY: unknown variable; did you mean \"TRUEPEER_TRUST_PROXY\"?"_s;
    QTest::newRow("variable: unknown, near the one of the file")
        << none << QStringList{u"TRUEPEER_CONFG=a"_s} << ""_ba
        << u"TRUEPEER_CONFG: unknown variable; did you mean \"TRUEPEER_CONFIG\"?"_s;
    QTest::newRow("variable: unknown, nothing near")
        << none << QStringList{u"TRUEPEER_COLOUR=1"_s} << ""_ba
        << u"TRUEPEER_COLOUR: unknown variable"_s;
    QTest::newRow("variable: bad entry of a list")
        << none << QStringList{u"TRUEPEER_TRUST_PROXY=::1,10.0.0.0/33"_s} << ""_ba
        << u"TRUEPEER_TRUST_PROXY[1]: \"10.0.0.0/33\": the prefix is too long: at most /32 for "
           "IPv4 and /128 for IPv6"_s;
    QTest::newRow("flag: a bad trust entry is a configuration error")
        << QStringList{u"--trust-proxy"_s, u"::1"_s, u"--trust-proxy=10.0.0.0/33"_s} << none
        << ""_ba
        << u"--trust-proxy[1]: \"10.0.0.0/33\": the prefix is too long: at most /32 for IPv4 and "
           "/128 for IPv6"_s;
    QTest::newRow("two routes with one path")
        << fromFile << none << "request_details_path = \"/a\"\nmetrics_path = \"/a\"\n"_ba
        << u"t.toml:2:16: metrics_path: \"/a\" is taken by request_details_path; each route needs "
           u"a "
           "path of its own"_s;
    QTest::newRow("a route below the health path")
        << fromFile << none << "metrics_path = \"/health/ready\"\n"_ba
        << u"t.toml:1:16: metrics_path: \"/health/ready\" is taken by health_check_path; each "
           u"route "
           "needs a path of its own"_s;
    QTest::newRow("a route with a path of the API")
        << fromFile << none << "metrics_path = \"/api/clients\"\napi_keys = [\"k1\"]\n"_ba
        << u"t.toml:1:16: metrics_path: \"/api/clients\" is taken by api_keys; each route needs a "
           "path of its own"_s;
    QTest::newRow("a health check with a path of the API")
        << fromFile << none << "health_check_path = \"/api/broadcast\"\napi_keys = [\"k1\"]\n"_ba
        << u"t.toml:1:21: health_check_path: \"/api/broadcast\" is taken by api_keys; each route "
           "needs a path of its own"_s;
    QTest::newRow("API keys of a stronger source than the route")
        << fromFile << QStringList{u"TRUEPEER_API_KEYS=k1"_s}
        << "request_details_path = \"/api/clients\"\n"_ba
        << u"TRUEPEER_API_KEYS: api_keys: \"/api/clients\" is taken by request_details_path; each "
           "route needs a path of its own"_s;
    QTest::newRow("of two routes the stronger source is named")
        << QStringList{u"--config=t.toml"_s, u"--health-path=/a"_s} << none
        << "metrics_path = \"/a\"\n"_ba
        << u"--health-path: health_check_path: \"/a\" is taken by metrics_path; each route needs a "
           "path of its own"_s;
    QTest::newRow("header names that collide with a default, letter case aside")
        << fromFile << none << "[proxy_headers]\nfor = \"x-real-ip\"\n"_ba
        << u"t.toml:2:7: proxy_headers.for: \"X-Real-IP\" is the name of proxy_headers.real_ip "
           "too; each header needs a name of its own"_s;
    QTest::newRow("PROXY protocol required of nobody")
        << fromFile << none << "[proxy_protocol]\naccept = \"required\"\n"_ba
        << u"t.toml:2:10: proxy_protocol.accept: \"required\" needs proxy_protocol.from; list the "
           "addresses of the proxies that send the header"_s;
}

void tst_ConfigLoad::problems()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QStringList, environment);
    QFETCH(const QByteArray, file);
    QFETCH(const QString, expected);
    const LoadedConfig loaded = load(arguments, environment, file);
    QCOMPARE(loaded.errors, QStringList{expected});
    QCOMPARE(loaded.exitCode, 78);
    QVERIFY(!loaded.ok());
}

void tst_ConfigLoad::allSourcesAreReportedTogether()
{
    const LoadedConfig loaded =
        load({u"--config=t.toml"_s, u"--trust-proxy=x"_s},
             {u"TRUEPEER_PORT=x"_s, u"TRUEPEER_THREADS=-1"_s}, "port = -1\nzzz = 1\n");
    QCOMPARE(loaded.errors.size(), 5);
    QVERIFY(loaded.errors[0].startsWith(u"t.toml:1:8: port: "_s));
    QVERIFY(loaded.errors[1].startsWith(u"t.toml:2:1: zzz: "_s));
    QVERIFY(loaded.errors[2].startsWith(u"TRUEPEER_PORT: "_s));
    QVERIFY(loaded.errors[3].startsWith(u"TRUEPEER_THREADS: "_s));
    QVERIFY(loaded.errors[4].startsWith(u"--trust-proxy[0]: "_s));
}

void tst_ConfigLoad::sourcesThatAreOverriddenAreJudgedToo()
{
    const LoadedConfig loaded = load({u"--config=t.toml"_s, u"--port=1"_s}, {}, "port = -1\n");
    QCOMPARE(loaded.errors.size(), 1);
    QCOMPARE(loaded.exitCode, 78);
}

void tst_ConfigLoad::usageErrors()
{
    const LoadedConfig loaded = load({u"--port=x"_s}, {u"TRUEPEER_THREADS=x"_s});
    QCOMPARE(loaded.exitCode, 2);
    QCOMPARE(loaded.errors,
             QStringList{u"--port: expected an integer, 0 to 65535, found \"x\" (try --help)"_s});
}

void tst_ConfigLoad::notYetInForce()
{
    QVERIFY(Config().notYetInForce().empty());
    const LoadedConfig loaded =
        load({u"--config=t.toml"_s}, {u"TRUEPEER_CLUSTER_NODE_ID=a"_s, u"TRUEPEER_PORT=1"_s},
             "[relay]\nevents = [\"chat.*\"]\n[cluster]\npublisher = \"local\"\n"
             "[cluster.redis]\nport = 7000\n");
    QVERIFY(loaded.ok());
    const std::vector<QString> expected = {u"cluster.node_id"_s, u"cluster.redis.port"_s};
    QVERIFY(loaded.config.notYetInForce() == expected);
}

void tst_ConfigLoad::printedConfigurationParsesAgain()
{
    const QByteArray file = "host = [\"::1\", \"127.0.0.1\"]\ntrust_proxy = [\"10.0.0.0/8\"]\n"
                            "auth_key = \"caf\xc3\xa9 \\\"\\\\\"\n[cors]\nallowed_methods = []\n";
    LoadedConfig loaded = load({u"--config=t.toml"_s, u"--threads=3"_s}, {}, file);
    QVERIFY2(loaded.ok(), qPrintable(loaded.errors.join(u'\n')));
    const LoadedConfig again = load({u"--config=t.toml"_s}, {}, printConfig(loaded).toUtf8());
    QVERIFY2(again.ok(), qPrintable(again.errors.join(u'\n')));
    QCOMPARE(again.origins.size(), configKeys().size());
    loaded.config.authKey = "***";
    QCOMPARE(valuesOf(again.config), valuesOf(loaded.config));
}

void tst_ConfigLoad::printedConfigurationNamesSources()
{
    const QString text =
        printConfig(load({u"--config=t.toml"_s, u"--log-level=debug"_s}, {u"TRUEPEER_THREADS=2"_s},
                         "[limits]\nmax_connections = 5\n"));
    for (const QString &line :
         {u"port = 6001  # default\n"_s, u"threads = 2  # env TRUEPEER_THREADS\n"_s,
          u"\n[limits]\nmax_connections = 5  # file t.toml:2:19\n"_s,
          u"level = \"debug\"  # flag --log-level\n"_s, u"\n[cluster.redis]\nhost = "_s})
        QVERIFY2(text.contains(line), qPrintable(line));
}

void tst_ConfigLoad::secretsAreMasked()
{
    const LoadedConfig loaded =
        load({}, {u"TRUEPEER_AUTH_KEY=hush1"_s, u"TRUEPEER_API_KEYS=hush2,hush3"_s,
                  u"TRUEPEER_CLUSTER_REDIS_PASSWORD=hush4"_s});
    const QString text = printConfig(loaded);
    QVERIFY(!text.contains(u"hush"));
    QVERIFY(text.contains(u"auth_key = \"***\"  # env TRUEPEER_AUTH_KEY\n"_s));
    QVERIFY(text.contains(u"api_keys = [\"***\", \"***\"]  # env"_s));
    QVERIFY(printConfig(load({})).contains(u"auth_key = \"\"  # default\n"_s));
    QVERIFY(loaded.warnings.isEmpty());
    // The mask is no key: whoever starts a server with printed text is told.
    const LoadedConfig again = load({u"--config=t.toml"_s}, {}, text.toUtf8());
    QVERIFY(again.ok());
    QCOMPARE(again.warnings.size(), 3);
}

void tst_ConfigLoad::checkReports()
{
    QCOMPARE(checkReport(load({})), u"configuration ok\n"_s);
    const QString warned =
        checkReport(load({u"--trust-proxy=true"_s}, {u"TRUEPEER_CLUSTER_NODE_ID=m"_s}));
    QVERIFY2(warned.startsWith(u"warning: --trust-proxy: "_s), qPrintable(warned));
    QVERIFY(warned.endsWith(u"warning: cluster.node_id has no effect in this version\n"
                            "configuration ok\n"_s));
    QCOMPARE(checkReport(load({}, {u"TRUEPEER_PORT=x"_s, u"TRUEPEER_THREADS=x"_s})),
             u"error: TRUEPEER_PORT: expected an integer, 0 to 65535, found \"x\"\n"
             "error: TRUEPEER_THREADS: expected an integer, 0 to 1024, found \"x\"\n"_s);
    QVERIFY(checkReport(load({u"--config=t.toml"_s}, {}, "[proxy_protocol]\nfrom = [\"10.0.0.1\"]"))
                .startsWith(u"warning: proxy_protocol.from has no effect while "_s));
}

void tst_ConfigLoad::realFiles()
{
    const QTemporaryDir folder;
    QVERIFY(folder.isValid());
    const QString path = folder.filePath(u"t.toml"_s);
    QCOMPARE(readConfigFile(path).error().message, u"No such file or directory"_s);
    QCOMPARE(readConfigFile(folder.path()).error().message, u"Is a directory"_s);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("port = 7\n");
    file.close();
    QCOMPARE(readConfigFile(path).value(), "port = 7\n"_ba);
    QCOMPARE(readConfigFile(path + u"/x"_s).error().message, u"Not a directory"_s);
    const QString pipe = folder.filePath(u"pipe"_s);
    QCOMPARE(::mkfifo(QFile::encodeName(pipe).constData(), 0600), 0);
    QCOMPARE(readConfigFile(pipe).error().message, u"Not a regular file"_s);
    QCOMPARE(loadConfig(QStringList{u"--config"_s, path}, QProcessEnvironment()).config.port,
             quint16{7});
}

void tst_ConfigLoad::largeFiles()
{
    const QTemporaryDir folder;
    QFile file(folder.filePath(u"t.toml"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const QByteArray comment(MaxConfigFileBytes, '#');
    file.write(comment);
    file.flush();
    QVERIFY(readConfigFile(file.fileName()).ok());
    QVERIFY(load({u"--config=t.toml"_s}, {}, comment).ok());
    file.write("#");
    file.flush();
    QCOMPARE(readConfigFile(file.fileName()).error().message,
             u"the file is too large; allowed: at most 1 MiB"_s);
}

// ---- what is made of it -----------------------------------------------------------------------

void tst_ConfigLoad::asJson_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QJsonValue>("value");
    QTest::addColumn<QJsonValue>("byDefault");
    QTest::addColumn<QString>("source");
    QTest::addColumn<QString>("where");
    const auto row = [](const char *name, const QString &key, const QJsonValue &value,
                        const QJsonValue &byDefault, const QString &source, const QString &where) {
        QTest::newRow(name) << key << value << byDefault << source << where;
    };
    row("a default", u"health_check_path"_s, u"/health"_s, u"/health"_s, u"default"_s, {});
    row("a number of a flag", u"threads"_s, 3, 0, u"flag"_s, u"--threads"_s);
    row("a number of the environment", u"port"_s, 7000, 6001, u"env"_s, u"TRUEPEER_PORT"_s);
    row("a truth of the file", u"rate_limit.enabled"_s, true, false, u"file"_s, u"t.toml:2:11"_s);
    row("a list", u"trust_proxy"_s, QJsonArray{u"10.0.0.0/8"_s}, false, u"env"_s,
        u"TRUEPEER_TRUST_PROXY"_s);
    row("a secret", u"auth_key"_s, u"***"_s, QString(), u"env"_s, u"TRUEPEER_AUTH_KEY"_s);
    row("secrets", u"api_keys"_s, QJsonArray{u"***"_s, u"***"_s}, QJsonArray(), u"env"_s,
        u"TRUEPEER_API_KEYS"_s);
    row("a secret that is not set", u"cluster.redis.password"_s, QString(), QString(), u"default"_s,
        {});
}

void tst_ConfigLoad::asJson()
{
    QFETCH(const QString, key);
    QFETCH(const QJsonValue, value);
    QFETCH(const QJsonValue, byDefault);
    QFETCH(const QString, source);
    QFETCH(const QString, where);
    const LoadedConfig loaded =
        load({u"--config=t.toml"_s, u"--threads=3"_s},
             {u"TRUEPEER_PORT=7000"_s, u"TRUEPEER_TRUST_PROXY=10.0.0.0/8"_s,
              u"TRUEPEER_AUTH_KEY=hush1"_s, u"TRUEPEER_API_KEYS=hush2,hush3"_s},
             "[rate_limit]\nenabled = true\n");
    QVERIFY2(loaded.ok(), qPrintable(loaded.errors.join(u'\n')));
    const QJsonArray rows = configToJson(loaded, nullptr);
    QCOMPARE(rows.size(), qsizetype(configKeys().size()));
    const QJsonObject row = rowOf(rows, key);
    QCOMPARE(row[u"value"_s], value);
    QCOMPARE(row[u"default"_s], byDefault);
    QCOMPARE(row[u"source"_s].toString(), source);
    QCOMPARE(row[u"where"_s].toString(), where);
    QVERIFY(row[u"reloadable"_s].isBool());
}

void tst_ConfigLoad::asJsonWithALiveList()
{
    const LoadedConfig loaded = load({u"--trust-proxy=10.0.0.0/8"_s});
    const TrustList live{TrustMode::List, {{u"192.0.2.1"_s, u"a note"_s}}};
    const TrustList none{TrustMode::None, {}};
    const QJsonArray before = configToJson(loaded, nullptr);
    const QJsonArray after = configToJson(loaded, &live);
    const QJsonObject row = rowOf(after, u"trust_proxy"_s);
    QCOMPARE(row[u"value"_s], QJsonArray{u"192.0.2.1"_s});
    QCOMPARE(row[u"source"_s].toString(), u"live"_s);
    QCOMPARE(rowOf(configToJson(loaded, &none), u"trust_proxy"_s)[u"value"_s], QJsonValue(false));
    // Other lists of addresses are those of the configuration.
    for (qsizetype i = 0; i < before.size(); ++i) {
        if (before[i][u"key"_s] != u"trust_proxy"_s)
            QCOMPARE(after[i], before[i]);
    }
}

void tst_ConfigLoad::stateDirectories_data()
{
    QTest::addColumn<QStringList>("arguments");
    QTest::addColumn<QStringList>("environment");
    QTest::addColumn<QString>("directory");
    const QString given = u"STATE_DIRECTORY=/var/lib/truepeer"_s;
    const QString base = u"XDG_STATE_HOME=/x"_s;
    const QString home = u"HOME=/home/a"_s;
    const auto row = [](const char *name, const QStringList &arguments,
                        const QStringList &environment, const QString &directory) {
        QTest::newRow(name) << arguments << environment << directory;
    };
    row("the setting", {u"--state-dir=/s"_s}, {given, base, home}, u"/s"_s);
    row("that of the service", {}, {given, base, home}, u"/var/lib/truepeer"_s);
    row("the first one of the service", {}, {u"STATE_DIRECTORY=/a:/b"_s, base}, u"/a"_s);
    row("that of the service is not absolute", {}, {u"STATE_DIRECTORY=a"_s, base},
        u"/x/truepeer/6001"_s);
    row("that of the user", {}, {base, home}, u"/x/truepeer/6001"_s);
    row("that of the user, for another port", {u"--port=7000"_s}, {base, home},
        u"/x/truepeer/7000"_s);
    row("that of the user is not absolute", {}, {u"XDG_STATE_HOME=x"_s, home},
        u"/home/a/.local/state/truepeer/6001"_s);
    row("that of the user is empty", {}, {u"XDG_STATE_HOME="_s, home},
        u"/home/a/.local/state/truepeer/6001"_s);
    row("below the home", {}, {home}, u"/home/a/.local/state/truepeer/6001"_s);
    row("a home that is not absolute", {}, {u"HOME=a"_s}, {});
    row("no home", {}, {}, {});
    row("any port has none of its own", {u"--port=0"_s}, {base, home}, {});
    row("any port, with that of the service", {u"--port=0"_s}, {given}, u"/var/lib/truepeer"_s);
    row("any port, with the setting", {u"--port=0"_s, u"--state-dir=/s"_s}, {}, u"/s"_s);
}

void tst_ConfigLoad::stateDirectories()
{
    QFETCH(const QStringList, arguments);
    QFETCH(const QStringList, environment);
    QFETCH(const QString, directory);
    const LoadedConfig loaded = load(arguments);
    QVERIFY2(loaded.ok(), qPrintable(loaded.errors.join(u'\n')));
    QCOMPARE(stateDirectory(loaded.config, variables(environment)), directory);
}

QTEST_APPLESS_MAIN(tst_ConfigLoad)
#include "tst_configload.moc"
