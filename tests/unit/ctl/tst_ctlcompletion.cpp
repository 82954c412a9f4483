// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commandspec.h"
#include "server/ctl/completion.h"
#include "server/ctl/help.h"

#include <QDir>
#include <QFile>
#include <QMap>
#include <QProcess>
#include <QRegularExpression>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

struct Run
{
    int status = -1;
    QString out;
    QString err;
};

Run runShell(const QString &shell, const QStringList &arguments, const QString &directory)
{
    QProcess process;
    process.setWorkingDirectory(directory);
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    // fish and zsh keep things in the home directory.
    environment.insert(u"HOME"_s, directory);
    environment.insert(u"XDG_CONFIG_HOME"_s, directory);
    environment.insert(u"XDG_DATA_HOME"_s, directory);
    environment.insert(u"LC_ALL"_s, u"C.UTF-8"_s);
    process.setProcessEnvironment(environment);
    process.start(shell, arguments);
    if (!process.waitForFinished(30'000))
        return {};
    return {process.exitCode(), QString::fromUtf8(process.readAllStandardOutput()),
            QString::fromUtf8(process.readAllStandardError())};
}

// The words of a command line as bash cuts them: "=" is one of its own.
QStringList bashWords(const QString &line)
{
    QStringList words;
    for (const QString &word : line.split(u' ')) {
        if (!word.startsWith("--"_L1) || !word.contains(u'=')) {
            words.append(word);
            continue;
        }
        words += {word.section(u'=', 0, 0), u"="_s};
        if (!word.endsWith(u'='))
            words.append(word.section(u'=', 1));
    }
    return words;
}

struct Offer
{
    const char *name;
    QString line;
    QStringList words; // in any order
};

QList<Offer> offers()
{
    return {
        {"a command", u"truepeerctl tru"_s, {u"trust"_s}},
        {"two commands", u"truepeerctl client"_s, {u"client"_s, u"clients"_s}},
        {"a command after an option with a value", u"truepeerctl --port 6001 dr"_s, {u"drain"_s}},
        {"a command after a value that is a command",
         u"truepeerctl --port trust dr"_s,
         {u"drain"_s}},
        {"a command after a value behind an equals sign",
         u"truepeerctl --port=6001 dr"_s,
         {u"drain"_s}},
        {"a subcommand", u"truepeerctl trust r"_s, {u"remove"_s, u"reset"_s, u"rollback"_s}},
        {"no subcommand of another", u"truepeerctl status r"_s, {}},
        {"an option of a command", u"truepeerctl clients --f"_s, {u"--filter"_s}},
        {"an option of a subcommand", u"truepeerctl trust set --b"_s, {u"--base-revision"_s}},
        {"no option of another command", u"truepeerctl status --f"_s, {}},
        {"an option for all commands", u"truepeerctl trust set --js"_s, {u"--json"_s}},
        {"an option for all commands before them", u"truepeerctl --js"_s, {u"--json"_s}},
        {"a value", u"truepeerctl clients --state "_s, {u"all"_s, u"closed"_s, u"open"_s}},
        {"a part of a value", u"truepeerctl trust set --mode l"_s, {u"list"_s}},
        {"a column", u"truepeerctl top --sort messages_"_s, {u"messages_in"_s, u"messages_out"_s}},
        {"a value that nobody knows", u"truepeerctl kick --reason "_s, {}},
        {"an argument",
         u"truepeerctl proxy-config "_s,
         {u"apache"_s, u"caddy"_s, u"haproxy"_s, u"nginx"_s}},
        {"a shell", u"truepeerctl completion z"_s, {u"zsh"_s}},
        {"a keyword of the list", u"truepeerctl trust add 10.0.0.1 pri"_s, {u"private"_s}},
        {"a command to be helped with", u"truepeerctl help doc"_s, {u"doctor"_s}},
        {"a file", u"truepeerctl trust set my"_s, {u"my list.txt"_s}},
        {"a file as a value", u"truepeerctl --socket my"_s, {u"my list.txt"_s}},
        {"every command", u"truepeerctl "_s, commandWords()},
        {"every subcommand", u"truepeerctl trust "_s, subcommandWords(u"trust"_s)},
        {"a value behind an equals sign", u"truepeerctl clients --state=c"_s, {u"closed"_s}},
    };
}

} // namespace

class tst_CtlCompletion : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { QTest::failOnWarning(QRegularExpression(u".*"_s)); }
    void everyCommandIsWhole();
    void helpNamesEverything();
    void bashAndFish_data();
    void bashAndFish();
    void zshCompletes();

private:
    QString scriptPath(const QString &shell) const { return m_directory.filePath(shell); }
    void complete(const QString &shell, const QStringList &arguments, const QStringList &lines,
                  QMap<QString, QStringList> &answers);
    void completeInBash(const QStringList &lines);
    void completeInFish(const QStringList &lines);

    QMap<QString, QStringList> m_bash; // by line
    QMap<QString, QStringList> m_fish; // empty when there is no fish
    QTemporaryDir m_directory;
};

void tst_CtlCompletion::initTestCase()
{
    QVERIFY(m_directory.isValid());
    for (const QString &shell : {u"bash"_s, u"zsh"_s, u"fish"_s}) {
        QFile file(scriptPath(shell));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(completionScript(shell).toUtf8());
    }
    QVERIFY(QDir(m_directory.path()).mkdir(u"here"_s));
    QFile file(m_directory.filePath(u"here/my list.txt"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.close();
    QStringList lines;
    for (const Offer &offer : offers())
        lines.append(offer.line);
    completeInBash(lines);
    if (!QStandardPaths::findExecutable(u"fish"_s).isEmpty())
        completeInFish(lines);
}

// A shell starts slowly, so all lines are completed by one: each answer ends with a line "==".
void tst_CtlCompletion::complete(const QString &shell, const QStringList &arguments,
                                 const QStringList &lines, QMap<QString, QStringList> &answers)
{
    const Run run = runShell(shell, arguments, m_directory.filePath(u"here"_s));
    QCOMPARE(run.err, u""_s);
    QCOMPARE(run.status, 0);
    QStringList parts = run.out.split(u"==\n"_s);
    QCOMPARE(parts.size(), lines.size() + 1);
    for (qsizetype i = 0; i < lines.size(); ++i)
        answers.insert(lines[i], parts[i].split(u'\n', Qt::SkipEmptyParts));
}

void tst_CtlCompletion::completeInBash(const QStringList &lines)
{
    QString script = u"set -u; . '%1'\n"_s.arg(scriptPath(u"bash"_s));
    for (const QString &line : lines) {
        QString quoted;
        for (const QString &word : bashWords(line))
            quoted += u" '"_s + word + u'\'';
        script += u"COMP_WORDS=(%1); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()\n"
                  "_truepeerctl; printf '%s\\n' \"${COMPREPLY[@]}\"; echo ==\n"_s.arg(quoted);
    }
    complete(u"bash"_s, {u"--norc"_s, u"-c"_s, script}, lines, m_bash);
}

void tst_CtlCompletion::completeInFish(const QStringList &lines)
{
    QString script = u"source '%1'\n"_s.arg(scriptPath(u"fish"_s));
    for (const QString &line : lines)
        script += u"complete -C '%1'\necho ==\n"_s.arg(line);
    complete(u"fish"_s, {u"--no-config"_s, u"-c"_s, script}, lines, m_fish);
}

// What the scripts and the parser rely on.
void tst_CtlCompletion::everyCommandIsWhole()
{
    QMap<QString, bool> takesValue;
    const auto check = [&takesValue](const OptionSpec &option, const QString &command) {
        const QString where = command + u" --"_s + option.name;
        QVERIFY2(option.help.endsWith(u'.'), qPrintable(where));
        for (const QString &name : {option.name, option.letter}) {
            if (name.isEmpty())
                continue;
            // The scripts tell options with a value apart by their name alone.
            QVERIFY2(takesValue.value(name, option.takesValue()) == option.takesValue(),
                     qPrintable(where));
            takesValue.insert(name, option.takesValue());
        }
    };
    for (const OptionSpec &option : globalOptions())
        check(option, {});
    for (const CommandSpec &command : commandTable()) {
        QVERIFY2(command.run || command.name == "help"_L1, qPrintable(command.name));
        QVERIFY2(command.summary.endsWith(u'.'), qPrintable(command.name));
        QCOMPARE(command.arguments.isEmpty(), command.most == 0);
        QCOMPARE(command.argument.kind == ValueSpec::Kind::None, command.most == 0);
        for (const OptionSpec &option : command.options) {
            check(option, command.name);
            for (const OptionSpec &global : globalOptions())
                QVERIFY2(option.name != global.name && option.letter != u"h"_s,
                         qPrintable(command.name));
        }
    }
}

void tst_CtlCompletion::helpNamesEverything()
{
    const QString all = helpText();
    const auto isNarrow = [](const QString &text) {
        for (const QString &line : text.split(u'\n')) {
            if (line.size() > 80)
                return false;
        }
        return true;
    };
    QVERIFY(isNarrow(all));
    QVERIFY(helpText(u"trust"_s).contains(u"trust rollback REVISION"_s));
    QFile page(QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/man/truepeerctl.1"));
    QVERIFY(page.open(QIODevice::ReadOnly));
    const QString manual = QString::fromUtf8(page.readAll());
    for (const CommandSpec &command : commandTable()) {
        QVERIFY2(all.contains(u"\n  "_s + command.name), qPrintable(command.name));
        const QString help = helpText(command.name);
        QVERIFY2(help.startsWith(u"Usage: truepeerctl "_s + command.name),
                 qPrintable(command.name));
        QVERIFY2(isNarrow(help), qPrintable(help));
        const QString item = u"\n.It Ic "_s + command.name;
        const qsizetype start =
            manual.indexOf(QRegularExpression(QRegularExpression::escape(item) + u"( |\n)"_s));
        QVERIFY2(start >= 0, qPrintable(item));
        const QString entry = manual.mid(start, manual.indexOf(u"\n.It Ic "_s, start + 1) - start);
        for (const OptionSpec &option : command.options) {
            QVERIFY2(help.contains(u"--"_s + option.name), qPrintable(help));
            QVERIFY2(entry.contains(u"Fl Fl "_s + option.name),
                     qPrintable(command.name + u" --"_s + option.name));
        }
    }
    for (const OptionSpec &option : globalOptions()) {
        QVERIFY2(all.contains(u"--"_s + option.name), qPrintable(option.name));
        QVERIFY2(manual.contains(u"\n.It Fl Fl "_s + option.name), qPrintable(option.name));
    }
}

void tst_CtlCompletion::bashAndFish_data()
{
    QTest::addColumn<QString>("line");
    QTest::addColumn<QStringList>("expected");
    for (const Offer &offer : offers())
        QTest::newRow(offer.name) << offer.line << offer.words;
}

void tst_CtlCompletion::bashAndFish()
{
    QFETCH(const QString, line);
    QFETCH(QStringList, expected);
    expected.sort();
    QStringList bash = m_bash.value(line);
    bash.sort();
    QCOMPARE(bash, expected);
    if (m_fish.isEmpty())
        QSKIP("fish is not installed");
    QStringList fish;
    for (const QString &offer : m_fish.value(line))
        fish.append(offer.section(u'\t', 0, 0).replace(u"\\ "_s, u" "_s).remove(u"--state="_s));
    fish.sort();
    QCOMPARE(fish, expected);
}

// A terminal of its own for zsh, in which each line is typed and completed.
void tst_CtlCompletion::zshCompletes()
{
    if (QStandardPaths::findExecutable(u"zsh"_s).isEmpty())
        QSKIP("zsh is not installed");
    const QList<std::pair<QString, QString>> lines{
        {u"truepeerctl unr"_s, u"truepeerctl unr"_s},
        {u"truepeerctl und"_s, u"truepeerctl undrain "_s},
        {u"truepeerctl --port 6001 und"_s, u"truepeerctl --port 6001 undrain "_s},
        {u"truepeerctl --po"_s, u"truepeerctl --port "_s},
        {u"truepeerctl trust rol"_s, u"truepeerctl trust rollback "_s},
        {u"truepeerctl clients --fil"_s, u"truepeerctl clients --filter "_s},
        {u"truepeerctl status --fil"_s, u"truepeerctl status --fil"_s},
        {u"truepeerctl trust set --bas"_s, u"truepeerctl trust set --base-revision "_s},
        {u"truepeerctl clients --state clo"_s, u"truepeerctl clients --state closed "_s},
        {u"truepeerctl proxy-config ngi"_s, u"truepeerctl proxy-config nginx "_s},
        {u"truepeerctl trust add 10.0.0.1 pri"_s, u"truepeerctl trust add 10.0.0.1 private "_s},
        {u"truepeerctl help doc"_s, u"truepeerctl help doctor "_s},
        {u"truepeerctl trust set my"_s, u"truepeerctl trust set my\\ list.txt "_s},
    };
    QFile driver(m_directory.filePath(u"driver"_s));
    QVERIFY(driver.open(QIODevice::WriteOnly));
    driver.write(R"(zmodload zsh/zpty
script=$1
shift
zpty shell zsh -f -i
zpty -w shell "PS1=; PROMPT_EOL_MARK=; unsetopt zle_bracketed_paste beep
autoload -Uz compinit; compinit -u -D; source $script
show() { print -r -- \"<<\$BUFFER>>\"; BUFFER=; zle accept-line }
zle -N show; bindkey '^G' show; print READY''NOW"
zpty -r shell out '*READYNOW*'
for line; do
    zpty -w -n shell "$line"$'\t\x07'
    zpty -r shell out '*<<*>>*'
    out=${out##*<<}
    print -r -- "${out%%>>*}|"
done
zpty -d shell
)");
    driver.close();
    QStringList arguments{u"-f"_s, driver.fileName(), scriptPath(u"zsh"_s)};
    QString expected;
    for (const auto &[typed, completed] : lines) {
        arguments.append(typed);
        expected += completed + u"|\n"_s;
    }
    const Run run = runShell(u"zsh"_s, arguments, m_directory.filePath(u"here"_s));
    QCOMPARE(run.err, u""_s);
    QCOMPARE(run.out, expected);
}

QTEST_GUILESS_MAIN(tst_CtlCompletion)
#include "tst_ctlcompletion.moc"
