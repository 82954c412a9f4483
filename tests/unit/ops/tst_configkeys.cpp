// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configkeys.h"

#include <QRegularExpression>
#include <QSet>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

// The errors of a value as one text; empty when it is fine.
QString errorsOf(const QString &name, const ConfigValue &value)
{
    const ConfigKey *key = findConfigKey(name);
    if (!key)
        return u"no such key"_s;
    QStringList texts;
    for (const ValueProblem &problem : judgeValue(*key, value)) {
        if (problem.isError)
            texts += QString::number(problem.index) + u": "_s + problem.message;
    }
    return texts.join(u'\n');
}

} // namespace

Q_DECLARE_METATYPE(truepeer::ConfigValue)

class tst_ConfigKeys : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void theTableIsSound();
    void defaultsObeyTheirRules();
    void valuesSurviveStoreAndLoad();
    void rangesHoldAtTheirEnds();
    void goodValues_data();
    void goodValues();
    void badValues_data();
    void badValues();
    void secretsAreNotRepeated();
    void warnings_data();
    void warnings();
    void valuesFromText_data();
    void valuesFromText();
    void integers_data();
    void integers();
    void tomlText_data();
    void tomlText();
    void nearest_data();
    void nearest();
};

void tst_ConfigKeys::theTableIsSound()
{
    QSet<QString> names;
    QSet<QString> variables;
    QSet<QString> flags;
    static const QRegularExpression Name(u"^[a-z_]+(\\.[a-z_]+){0,2}$"_s);
    for (const ConfigKey &key : configKeys()) {
        QVERIFY2(Name.match(key.qname()).hasMatch(), key.name);
        QVERIFY2(!names.contains(key.qname()), key.name);
        QVERIFY2(!variables.contains(key.environmentName()), key.name);
        names += key.qname();
        variables += key.environmentName();
        if (key.flag) {
            QVERIFY2(!flags.contains(QString::fromLatin1(key.flag)), key.flag);
            flags += QString::fromLatin1(key.flag);
            QVERIFY(key.flagValue);
        }
        QVERIFY2(QByteArrayView(key.doc).endsWith('.'), key.name);
        QCOMPARE(findConfigKey(key.qname()), &key);
        QCOMPARE(key.type == ConfigType::Choice, !key.words.empty());
        if (key.type == ConfigType::Integer)
            QVERIFY2(key.minimum < key.maximum, key.name);
    }
    QCOMPARE(findConfigKey(u"limits"_s), nullptr);
    QCOMPARE(findConfigKey(u"port "_s), nullptr);
    QCOMPARE(findConfigKey(u"limits.max_connections"_s)->environmentName(),
             u"TRUEPEER_LIMITS_MAX_CONNECTIONS"_s);
    QVERIFY(findConfigKey(u"auth_key"_s)->secret);
    QVERIFY(findConfigKey(u"trust_proxy"_s)->reloadable);
    QVERIFY(!findConfigKey(u"port"_s)->reloadable);
    QVERIFY(findConfigKey(u"rate_limit.enabled"_s)->inForce);
    QVERIFY(!findConfigKey(u"cluster.node_id"_s)->inForce);
}

void tst_ConfigKeys::defaultsObeyTheirRules()
{
    for (const ConfigKey &key : configKeys())
        QVERIFY2(judgeValue(key, key.defaultValue()).empty(), key.name);
}

// Each key has a member of its own: setting one changes that one and no other.
void tst_ConfigKeys::valuesSurviveStoreAndLoad()
{
    for (const ConfigKey &key : configKeys()) {
        ConfigValue value = key.defaultValue();
        if (key.type == ConfigType::Boolean) {
            value = !std::get<bool>(value);
        } else if (key.type == ConfigType::Integer) {
            value = std::get<qint64>(value) == key.minimum ? key.maximum : key.minimum;
        } else if (key.type == ConfigType::Choice) {
            value = QString::fromLatin1(key.words.back());
            if (value == key.defaultValue())
                value = QString::fromLatin1(key.words.front());
        } else if (key.type == ConfigType::Text) {
            value = key.check ? u"/x"_s : u"x"_s;
            if (!judgeValue(key, value).empty())
                value = u"xyz"_s;
        } else if (key.type == ConfigType::TextOrList) {
            value = QStringList{u"::1"_s, u"127.0.0.1"_s};
        } else {
            value = QStringList{u"10.0.0.1"_s};
            if (!judgeValue(key, value).empty())
                value = QStringList{u"self"_s};
        }
        QVERIFY2(judgeValue(key, value).empty(), key.name);
        Config config;
        key.store(config, value);
        QVERIFY2(key.load(config) == value, key.name);
        QVERIFY2(value != key.defaultValue(), key.name);
        for (const ConfigKey &other : configKeys())
            QVERIFY2(&other == &key || other.load(config) == other.defaultValue(), other.name);
    }
}

void tst_ConfigKeys::rangesHoldAtTheirEnds()
{
    for (const ConfigKey &key : configKeys()) {
        if (key.type != ConfigType::Integer)
            continue;
        for (const qint64 good : {key.minimum, key.maximum}) {
            QVERIFY2(judgeValue(key, good).empty(), key.name);
            Config config;
            key.store(config, good);
            QVERIFY2(key.load(config) == ConfigValue(good), key.name);
        }
        for (const qint64 bad : {key.minimum - 1, key.maximum + 1})
            QVERIFY2(judgeValue(key, bad).size() == 1, key.name);
    }
}

void tst_ConfigKeys::goodValues_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<ConfigValue>("value");
    const auto row = [](const char *sentence, const QString &key, const ConfigValue &value) {
        QTest::newRow(sentence) << key << value;
    };
    row("host: IPv6 with brackets", u"host"_s, u"[::1]"_s);
    row("host: localhost", u"host"_s, u"localhost"_s);
    row("host: dual stack", u"host"_s, u"::"_s);
    row("host: all of IPv4 beside IPv6", u"host"_s, QStringList{u"0.0.0.0"_s, u"::1"_s});
    row("trust_proxy: false", u"trust_proxy"_s, false);
    row("trust_proxy: no entry", u"trust_proxy"_s, QStringList());
    row("trust_proxy: range and keyword", u"trust_proxy"_s,
        QStringList{u"10.0.0.0/8"_s, u"loopback"_s});
    row("path: off", u"health_check_path"_s, QString());
    row("path: several segments", u"request_details_path"_s, u"/api/v1/request-details"_s);
    row("allowed_hosts: name, wildcard, IPv6", u"allowed_hosts"_s,
        QStringList{u"example.com"_s, u"*.example.com"_s, u"[2001:db8::1]"_s});
    row("origins: words and an origin with a port", u"cors.allowed_origins"_s,
        QStringList{u"*"_s, u"self"_s, u"null"_s, u"https://example.com:8443"_s});
    row("origins: an application's", u"cors.allowed_origins"_s,
        QStringList{u"capacitor://localhost"_s, u"file://"_s});
    row("state_dir: absolute", u"state_dir"_s, u"/var/lib/truepeer"_s);
    row("header name: a token", u"proxy_headers.real_ip"_s, u"CF-Connecting-IP"_s);
    row("header name: the letters of the stand-ins", u"proxy_headers.real_ip"_s, u"A"_s);
    row("relay: a prefix and all", u"relay.events"_s, QStringList{u"chat.*"_s, u"*"_s});
    row("redis host: IPv6 without brackets", u"cluster.redis.host"_s, u"::1"_s);
    row("admin.socket: the longest path", u"admin.socket"_s, QString(u'/' + QString(106, u'a')));
}

void tst_ConfigKeys::goodValues()
{
    QFETCH(const QString, key);
    QFETCH(const ConfigValue, value);
    QCOMPARE(errorsOf(key, value), QString());
}

void tst_ConfigKeys::badValues_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<ConfigValue>("value");
    QTest::addColumn<QString>("part"); // of the message
    const auto row = [](const char *sentence, const QString &key, const ConfigValue &value,
                        const QString &part) { QTest::newRow(sentence) << key << value << part; };
    row("integer: a string", u"port"_s, u"6001"_s,
        u"-1: expected an integer, 0 to 65535, found a string"_s);
    row("integer: out of range", u"port"_s, qint64{70000},
        u"-1: 70000 is out of range; allowed: 0 to 65535"_s);
    row("boolean: an integer", u"log.access"_s, qint64{1},
        u"expected true or false, found an integer"_s);
    row("list: a string", u"allowed_hosts"_s, u"a"_s,
        u"expected a list of strings, found a string"_s);
    row("trust: a string", u"trust_proxy"_s, u"loopback"_s,
        u"expected true, false or a list of strings, found a string"_s);
    row("choice: an unknown word", u"headers"_s, u"x-forwarded-for"_s,
        u"\"x-forwarded-for\" is unknown; allowed: auto, x-forwarded, forwarded, x-real-ip; did "
        "you mean \"x-forwarded\"?"_s);
    row("choice: other letter case", u"log.format"_s, u"JSON"_s, u"did you mean \"json\"?"_s);
    row("trust: the index and the entry are named", u"trust_proxy"_s,
        QStringList{u"10.0.0.0/8"_s, u"10.0.0.0/33"_s}, u"1: \"10.0.0.0/33\": "_s);
    row("trust: a host name", u"trust_proxy"_s, QStringList{u"proxy.example.com"_s}, u"0: "_s);
    row("whitelist: the rules of the trust list", u"rate_limit.whitelist"_s,
        QStringList{u"10.0.0.1:80"_s}, u"0: "_s);
    row("proxy protocol: the rules of the trust list", u"proxy_protocol.from"_s,
        QStringList{u"0.0.0.0/0"_s}, u"0: "_s);
    row("host: a name", u"host"_s, u"example.com"_s, u"0: \"example.com\": is no address"_s);
    row("host: a number that some parsers take", u"host"_s, u"127.1"_s, u"is no address"_s);
    row("host: IPv4 in brackets", u"host"_s, u"[127.0.0.1]"_s, u"is no address"_s);
    row("host: empty text", u"host"_s, QString(), u"is no address"_s);
    row("host: empty list", u"host"_s, QStringList(), u"the list is empty"_s);
    row("host: twice the same", u"host"_s, QStringList{u"::1"_s, u"0:0::1"_s},
        u"\"::1\" stands in the list twice"_s);
    row("host: dual stack with another", u"host"_s, QStringList{u"127.0.0.1"_s, u"::"_s},
        u"\"::\" takes IPv4 and IPv6"_s);
    row("host: all of IPv4 with another of IPv4", u"host"_s,
        QStringList{u"0.0.0.0"_s, u"127.0.0.1"_s}, u"\"0.0.0.0\" takes all of IPv4"_s);
    row("path: relative", u"health_check_path"_s, u"health"_s, u"is no plain path"_s);
    row("path: the root", u"health_check_path"_s, u"/"_s, u"is no plain path"_s);
    row("path: a slash at the end", u"health_check_path"_s, u"/health/"_s, u"is no plain path"_s);
    row("path: an empty segment", u"metrics_path"_s, u"/a//b"_s, u"is no plain path"_s);
    row("path: dot segments", u"metrics_path"_s, u"/a/../b"_s, u"is no plain path"_s);
    row("path: a query", u"request_details_path"_s, u"/a?b"_s, u"is no plain path"_s);
    row("path: a pattern", u"request_details_path"_s, u"/{id}"_s, u"is no plain path"_s);
    row("path: percent-encoding", u"request_details_path"_s, u"/a%20b"_s, u"is no plain path"_s);
    row("path: not ASCII", u"request_details_path"_s, u"/caf\u00e9"_s, u"\"/caf\\u00e9\""_s);
    row("state_dir: relative", u"state_dir"_s, u"var/lib"_s, u"is no absolute path"_s);
    row("state_dir: a line break", u"state_dir"_s, u"/var\n/lib"_s, u"\"/var\\n/lib\""_s);
    row("admin.socket: too long", u"admin.socket"_s, QString(u'/' + QString(107, u'a')),
        u"at most 107 bytes"_s);
    row("allowed_hosts: a port", u"allowed_hosts"_s, QStringList{u"a.example:80"_s},
        u"0: \"a.example:80\": is no host"_s);
    row("allowed_hosts: an empty port", u"allowed_hosts"_s, QStringList{u"a.example:"_s},
        u"is no host"_s);
    row("allowed_hosts: a bare star", u"allowed_hosts"_s, QStringList{u"*"_s}, u"is no host"_s);
    row("origin: a slash at the end", u"cors.allowed_origins"_s,
        QStringList{u"self"_s, u"https://example.com/"_s}, u"1: \"https://example.com/\""_s);
    row("origin: no scheme", u"cors.allowed_origins"_s, QStringList{u"example.com"_s},
        u"is no origin"_s);
    row("origin: no host", u"cors.allowed_origins"_s, QStringList{u"https://"_s},
        u"is no origin"_s);
    row("header name: a blank", u"proxy_headers.for"_s, u"X For"_s, u"is no header name"_s);
    row("header name: empty", u"proxy_headers.for"_s, QString(), u"is no header name"_s);
    row("header name: one that frames the message", u"proxy_headers.for"_s, u"content-length"_s,
        u"has another meaning"_s);
    row("methods: a blank", u"cors.allowed_methods"_s, QStringList{u"GET "_s}, u"is no token"_s);
    row("relay: a star in the middle", u"relay.events"_s, QStringList{u"a*b"_s}, u"is no event"_s);
    row("relay: empty", u"relay.events"_s, QStringList{QString()}, u"is no event"_s);
    row("group: a slash", u"admin.group"_s, u"a/b"_s, u"is no group"_s);
    row("node_id: a blank", u"cluster.node_id"_s, u"a b"_s, u"is no node id"_s);
    row("redis host: a port", u"cluster.redis.host"_s, u"redis:6379"_s, u"is no host"_s);
    row("redis host: a wildcard", u"cluster.redis.host"_s, u"*.example.com"_s, u"is no host"_s);
    row("channel: empty", u"cluster.redis.channel"_s, QString(), u"is no channel"_s);
}

void tst_ConfigKeys::badValues()
{
    QFETCH(const QString, key);
    QFETCH(const ConfigValue, value);
    QFETCH(const QString, part);
    const QString errors = errorsOf(key, value);
    QVERIFY2(errors.contains(part), qPrintable(errors));
    for (const QChar c : errors)
        QVERIFY2(c >= u' ' && c < u'\x7f', qPrintable(errors));
}

void tst_ConfigKeys::secretsAreNotRepeated()
{
    const QString secret = u"s\u00e9cret"_s;
    QVERIFY(!errorsOf(u"api_keys"_s, QStringList{secret}).isEmpty());
    QVERIFY(!errorsOf(u"api_keys"_s, QStringList{secret}).contains(u"cret"));
    const QString broken = u"secret\n"_s;
    for (const QString &key : {u"auth_key"_s, u"cluster.redis.password"_s}) {
        QVERIFY(!errorsOf(key, broken).isEmpty());
        QVERIFY(!errorsOf(key, broken).contains(u"secret"));
    }
}

void tst_ConfigKeys::warnings_data()
{
    QTest::addColumn<ConfigValue>("value");
    QTest::newRow("true is for development") << ConfigValue(true);
    QTest::newRow("bits behind the prefix") << ConfigValue(QStringList{u"10.1.2.3/16"_s});
    QTest::newRow("a very broad range") << ConfigValue(QStringList{u"8.0.0.0/5"_s});
}

void tst_ConfigKeys::warnings()
{
    QFETCH(const ConfigValue, value);
    const auto problems = judgeValue(*findConfigKey(u"trust_proxy"_s), value);
    QCOMPARE(problems.size(), size_t{1});
    QVERIFY(!problems[0].isError);
}

void tst_ConfigKeys::valuesFromText_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("toml"); // empty: a problem
    QTest::newRow("a boolean") << u"log.access"_s << u"false"_s << u"false"_s;
    QTest::newRow("no boolean") << u"log.access"_s << u"yes"_s << QString();
    QTest::newRow("no boolean: a number") << u"log.access"_s << u"1"_s << QString();
    QTest::newRow("an integer") << u"port"_s << u"8080"_s << u"8080"_s;
    QTest::newRow("no integer") << u"port"_s << u"80a"_s << QString();
    QTest::newRow("no integer: empty") << u"port"_s << QString() << QString();
    QTest::newRow("a text is taken as it is") << u"auth_key"_s << u" a,b "_s << u"\" a,b \""_s;
    QTest::newRow("a list, blanks trimmed")
        << u"allowed_hosts"_s << u"a.example , b.example"_s << u"[\"a.example\", \"b.example\"]"_s;
    QTest::newRow("an empty list") << u"allowed_hosts"_s << QString() << u"[]"_s;
    QTest::newRow("a comma too many is kept, to be refused")
        << u"trust_proxy"_s << u"10.0.0.1,"_s << u"[\"10.0.0.1\", \"\"]"_s;
    QTest::newRow("trust: true") << u"trust_proxy"_s << u"true"_s << u"true"_s;
    QTest::newRow("trust: false") << u"trust_proxy"_s << u"false"_s << u"false"_s;
    QTest::newRow("trust: a list") << u"trust_proxy"_s << u"loopback"_s << u"[\"loopback\"]"_s;
}

void tst_ConfigKeys::valuesFromText()
{
    QFETCH(const QString, key);
    QFETCH(const QString, text);
    QFETCH(const QString, toml);
    const auto value = valueFromText(*findConfigKey(key), text);
    QCOMPARE(std::holds_alternative<ConfigValue>(value), !toml.isEmpty());
    if (!toml.isEmpty())
        QCOMPARE(toToml(std::get<ConfigValue>(value)), toml);
}

void tst_ConfigKeys::integers_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<bool>("isGood");
    QTest::newRow("zero") << u"0"_s << true;
    QTest::newRow("negative") << u"-5"_s << true;
    QTest::newRow("the greatest") << u"9223372036854775807"_s << true;
    QTest::newRow("one more") << u"9223372036854775808"_s << false;
    QTest::newRow("a plus sign") << u"+5"_s << false;
    QTest::newRow("a blank in front") << u" 5"_s << false;
    QTest::newRow("a blank behind") << u"5 "_s << false;
    QTest::newRow("a needless zero") << u"05"_s << false;
    QTest::newRow("a needless zero after a sign") << u"-05"_s << false;
    QTest::newRow("hexadecimal") << u"0x5"_s << false;
    QTest::newRow("other digits") << u"\u0665"_s << false;
    QTest::newRow("only a sign") << u"-"_s << false;
}

void tst_ConfigKeys::integers()
{
    QFETCH(const QString, text);
    QFETCH(const bool, isGood);
    const auto value = parseInteger(text);
    QCOMPARE(value.has_value(), isGood);
    if (value)
        QCOMPARE(QString::number(*value), text);
}

void tst_ConfigKeys::tomlText_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("toml");
    QTest::newRow("plain") << u"a b"_s << u"\"a b\""_s;
    QTest::newRow("quote and backslash") << u"\"\\"_s << u"\"\\\"\\\\\""_s;
    QTest::newRow("line break and tab") << u"\n\t\r"_s << u"\"\\n\\t\\r\""_s;
    QTest::newRow("control") << u"\x1b"_s << u"\"\\u001b\""_s;
    QTest::newRow("beyond ASCII") << u"\u00e9"_s << u"\"\\u00e9\""_s;
    QTest::newRow("beyond 16 bits") << u"\U0001f600"_s << u"\"\\U0001f600\""_s;
}

void tst_ConfigKeys::tomlText()
{
    QFETCH(const QString, text);
    QFETCH(const QString, toml);
    QCOMPARE(toToml(text), toml);
    QCOMPARE(quotedForMessage(text), toml);
}

void tst_ConfigKeys::nearest_data()
{
    QTest::addColumn<QString>("word");
    QTest::addColumn<QString>("expected");
    QTest::newRow("a wrong letter") << u"trust_proxi"_s << u"trust_proxy"_s;
    QTest::newRow("two letters swapped") << u"prot"_s << u"port"_s;
    QTest::newRow("the form of the names in Sockeon")
        << u"rate_limit.maxHttpRequestsPerIp"_s << u"rate_limit.max_http_requests_per_ip"_s;
    QTest::newRow("hyphens") << u"health-check-path"_s << u"health_check_path"_s;
    QTest::newRow("without its table") << u"max_connections"_s << u"limits.max_connections"_s;
    QTest::newRow("in another table")
        << u"cors.burst_allowance"_s << u"rate_limit.burst_allowance"_s;
    QTest::newRow("a misspelling beats another table") << u"log.levle"_s << u"log.level"_s;
    QTest::newRow("nothing is near") << u"colour"_s << QString();
    QTest::newRow("nothing is near in the table") << u"cluster.redis.abc"_s << QString();
    QTest::newRow("far too long") << QString(5000, u'x') << QString();
    QTest::newRow("empty") << QString() << QString();
}

void tst_ConfigKeys::nearest()
{
    QFETCH(const QString, word);
    QFETCH(const QString, expected);
    QStringList names;
    for (const ConfigKey &key : configKeys())
        names += key.qname();
    QCOMPARE(nearestName(word, names), expected);
}

QTEST_APPLESS_MAIN(tst_ConfigKeys)
#include "tst_configkeys.moc"
