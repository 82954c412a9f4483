// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configfile.h"
#include "server/ops/configkeys.h"
#include "server/ops/configload.h"

#include <QFile>
#include <QRegularExpression>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

QString textOf(const QString &path)
{
    QFile file(QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/") + path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

QString meaning(const ConfigKey &key)
{
    const QString doc = QString::fromUtf8(key.doc);
    return key.inForce ? doc : doc + u" No effect in this version."_s;
}

} // namespace

// The table of keys and what is written about it for people must not drift apart.
class tst_ConfigDocs : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }

    void theReferenceHasEachKey();
    void theManPageHasEachKey();
    void theManPageHasEachFlag();
    void theExampleHasEachKey();
    void theQuickstartLoads();
};

void tst_ConfigDocs::theReferenceHasEachKey()
{
    const QString text = textOf(u"docs/configuration.md"_s);
    for (const ConfigKey &key : configKeys()) {
        const QString row = u"\n| `%1` | %2 | `%3` | %4 |\n"_s.arg(
            key.qname(), key.typeText(), toToml(key.defaultValue()), meaning(key));
        QVERIFY2(text.contains(row), qPrintable(row));
        if (key.flag) {
            static const QRegularExpression Flag(
                u"\\| `--([a-z-]+)[^|]*(\\\\\\|[^|]*)*\\| `([a-z_.]+)`"_s);
            bool isListed = false;
            for (auto matches = Flag.globalMatch(text); matches.hasNext();) {
                const auto match = matches.next();
                isListed = isListed
                           || (match.captured(1) == QLatin1StringView(key.flag)
                               && match.captured(3) == key.qname());
            }
            QVERIFY2(isListed, key.flag);
        }
    }
    static const QRegularExpression Row(u"\n\\| `[a-z_.]+` \\| [^|]+ \\| `[^`]*` \\|"_s);
    qsizetype rows = 0;
    for (auto matches = Row.globalMatch(text); matches.hasNext(); matches.next())
        ++rows;
    QCOMPARE(rows, static_cast<qsizetype>(configKeys().size())); // and none besides
}

void tst_ConfigDocs::theManPageHasEachKey()
{
    QString text = textOf(u"man/truepeer.toml.5"_s);
    text.replace(u"\\(dq"_s, u"\""_s);
    qsizetype entries = text.count(u"\n.It Ic "_s);
    for (const ConfigKey &key : configKeys()) {
        const qsizetype start = text.indexOf(QString(u"\n.It Ic "_s + key.qname() + u'\n'));
        QVERIFY2(start >= 0, key.name);
        // The entry ends where the next request that opens or closes one begins.
        static const QRegularExpression End(u"\n\\.(It|El)\\b"_s);
        QString entry = text.mid(start, text.indexOf(End, start + 1) - start);
        entry.replace(u'\n', u' ');
        const QString expected = u"%1 Value: %2. Default: .Ql %3"_s.arg(
            meaning(key), key.typeText(), toToml(key.defaultValue()));
        QVERIFY2(entry.endsWith(expected), qPrintable(entry));
        --entries;
    }
    QCOMPARE(entries, 0);
}

void tst_ConfigDocs::theManPageHasEachFlag()
{
    const QString text = textOf(u"man/truepeerd.8"_s);
    QStringList flags = {u"config"_s, u"check-config"_s, u"print-config"_s, u"version"_s,
                         u"help"_s};
    for (const ConfigKey &key : configKeys()) {
        if (key.flag)
            flags += QString::fromLatin1(key.flag);
    }
    for (const QString &flag : flags)
        QVERIFY2(text.contains(QString(u"\n.It Fl Fl "_s + flag)), qPrintable(flag));
    QCOMPARE(text.count(u"\n.It Fl Fl "_s), flags.size());
}

void tst_ConfigDocs::theExampleHasEachKey()
{
    const QString example = textOf(u"config/truepeer.example.toml"_s);
    const ConfigFileContent asItIs = parseConfigFile(u"example"_s, example.toUtf8());
    QCOMPARE(asItIs.errors, QStringList());
    QVERIFY(asItIs.settings.empty());

    // With every key switched on it says the defaults, each once.
    QString switchedOn = example;
    static const QRegularExpression Key(u"^#([a-z_]+ = )"_s, QRegularExpression::MultilineOption);
    switchedOn.replace(Key, u"\\1"_s);
    const ConfigFileContent content = parseConfigFile(u"example"_s, switchedOn.toUtf8());
    QCOMPARE(content.errors, QStringList());
    QCOMPARE(content.settings.size(), configKeys().size());
    for (const ConfigSetting &setting : content.settings)
        QCOMPARE(toToml(setting.value), toToml(setting.key->defaultValue()));

    QString words = example;
    words.replace(u"\n# "_s, u" "_s);
    for (const ConfigKey &key : configKeys())
        QVERIFY2(words.contains(QString::fromUtf8(key.doc)), key.name);
}

void tst_ConfigDocs::theQuickstartLoads()
{
    const QString path = QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/config/quickstart.toml");
    const LoadedConfig loaded = loadConfig(QStringList{u"--config"_s, path}, QProcessEnvironment());
    QCOMPARE(loaded.errors, QStringList());
    QCOMPARE(loaded.warnings, QStringList());
    QVERIFY(loaded.config.notYetInForce().empty());
    QCOMPARE(loaded.config.trust.list.entries.size(), size_t{1});
    QCOMPARE(loaded.config.trust.list.entries[0].entry, u"127.0.0.1"_s);
    QCOMPARE(loaded.config.trust.headers, HeaderPin::XForwarded);
    QCOMPARE(loaded.config.requestDetailsPath, "/api/request-details"_ba);
    QCOMPARE(loaded.config.healthCheckPath, "/health"_ba);
}

QTEST_APPLESS_MAIN(tst_ConfigDocs)
#include "tst_configdocs.moc"
