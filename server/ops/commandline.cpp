// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/commandline.h"

#include "server/ops/configkeys.h"

#include <QCommandLineParser>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

void addOptions(QCommandLineParser &parser)
{
    parser.addOption(QCommandLineOption(u"config"_s, QString(), u"FILE"_s));
    for (const ConfigKey &key : configKeys()) {
        if (key.flag)
            parser.addOption(QCommandLineOption(QString::fromLatin1(key.flag), QString(),
                                                QString::fromLatin1(key.flagValue)));
    }
    for (const QString &name : {u"check-config"_s, u"print-config"_s, u"version"_s, u"help"_s})
        parser.addOption(QCommandLineOption(name));
}

QStringList flagNames()
{
    QStringList names = {u"config"_s, u"check-config"_s, u"print-config"_s, u"version"_s,
                         u"help"_s};
    for (const ConfigKey &key : configKeys()) {
        if (key.flag)
            names += QString::fromLatin1(key.flag);
    }
    return names;
}

CommandLine usageError(const QString &message)
{
    CommandLine commandLine;
    commandLine.action = CommandLine::Action::UsageError;
    commandLine.message = message + u" (try --help)"_s;
    return commandLine;
}

// What is wrong with the arguments as such: unknown flags, missing values, stray words.
std::optional<QString> grammarComplaint(const QCommandLineParser &parser, bool isParsed)
{
    const QStringList unknown = parser.unknownOptionNames();
    if (!unknown.isEmpty()) {
        const QString &name = unknown.first();
        const QString near = nearestName(name, flagNames());
        const QString dashes = name.size() == 1 ? u"-"_s : u"--"_s;
        return u"unknown option "_s + printableForMessage(dashes + name)
               + (near.isEmpty() ? QString() : u"; did you mean \"--"_s + near + u"\"?"_s);
    }
    if (!isParsed) {
        // "Missing value after '--port'." has the form of a sentence; ours are without.
        QString text = printableForMessage(parser.errorText());
        if (text.endsWith(u'.'))
            text.chop(1);
        return text.isEmpty() ? text : text.first(1).toLower() + text.sliced(1);
    }
    if (!parser.positionalArguments().isEmpty())
        return u"unexpected argument "_s + quotedForMessage(parser.positionalArguments().first());
    return std::nullopt;
}

bool isRepeatable(const ConfigKey &key)
{
    return key.type == ConfigType::TextOrList || key.type == ConfigType::Trust;
}

// The last value of a flag, or all of them for a list.
QString textOf(const ConfigKey &key, const QStringList &values)
{
    return isRepeatable(key) ? values.join(u',') : values.last();
}

// Appends the setting of a flag; says what is wrong with its value otherwise.
std::optional<QString> addSetting(const ConfigKey &key, const QStringList &values,
                                  CommandLine &commandLine)
{
    ConfigSetting setting;
    setting.key = &key;
    setting.source = ConfigSource::Flag;
    setting.where = u"--"_s + QString::fromLatin1(key.flag);
    const auto value = valueFromText(key, textOf(key, values));
    if (const ValueProblem *problem = std::get_if<ValueProblem>(&value))
        return setting.where + u": "_s + problem->message;
    setting.value = std::get<ConfigValue>(value);
    if (key.type != ConfigType::Trust) {
        for (const ValueProblem &problem : judgeValue(key, setting.value)) {
            if (problem.isError)
                return setting.where + u": "_s + problem.message;
        }
    }
    commandLine.settings.push_back(std::move(setting));
    return std::nullopt;
}

CommandLine::Action actionOf(const QCommandLineParser &parser)
{
    if (parser.isSet(u"help"_s))
        return CommandLine::Action::Help;
    if (parser.isSet(u"version"_s))
        return CommandLine::Action::Version;
    if (parser.isSet(u"check-config"_s))
        return CommandLine::Action::CheckConfig;
    if (parser.isSet(u"print-config"_s))
        return CommandLine::Action::PrintConfig;
    return CommandLine::Action::Run;
}

void appendOption(QString &out, const QString &option, const QString &text)
{
    constexpr qsizetype Column = 32;
    constexpr qsizetype Width = 78;
    QString line = u"  "_s + option;
    line = line.size() + 2 > Column ? line + u'\n' + QString(Column, u' ')
                                    : line.leftJustified(Column);
    qsizetype used = Column;
    for (const QString &word : text.split(u' ')) {
        if (used > Column && used + 1 + word.size() > Width) {
            line += u'\n' + QString(Column, u' ');
            used = Column;
        }
        if (used > Column) {
            line += u' ';
            ++used;
        }
        line += word;
        used += word.size();
    }
    out += line + u'\n';
}

QString flagText(const ConfigKey &key)
{
    QString text = QString::fromUtf8(key.doc);
    if (isRepeatable(key))
        text += u" May be repeated."_s;
    if (!key.inForce)
        text += u" Without effect in this version."_s;
    return text;
}

} // namespace

CommandLine parseCommandLine(const QStringList &arguments)
{
    QCommandLineParser parser;
    addOptions(parser);
    // The parser skips the first argument, the name of the program.
    const bool isParsed = parser.parse(QStringList{u"truepeerd"_s} + arguments);
    if (const std::optional<QString> complaint = grammarComplaint(parser, isParsed))
        return usageError(*complaint);

    CommandLine commandLine;
    commandLine.action = actionOf(parser);
    if (commandLine.action == CommandLine::Action::Help
        || commandLine.action == CommandLine::Action::Version)
        return commandLine;
    commandLine.configFile = parser.value(u"config"_s);
    if (parser.isSet(u"config"_s) && commandLine.configFile.isEmpty())
        return usageError(u"--config: the name of the file is empty"_s);
    for (const ConfigKey &key : configKeys()) {
        const QString flag = QString::fromLatin1(key.flag);
        if (!key.flag || !parser.isSet(flag))
            continue;
        if (const auto complaint = addSetting(key, parser.values(flag), commandLine))
            return usageError(*complaint);
    }
    return commandLine;
}

QString helpText()
{
    QString out = u"Usage: truepeerd [OPTION]...\n"
                  "A WebSocket and HTTP server that knows who is calling behind reverse proxies.\n"
                  "\nOptions:\n"_s;
    appendOption(out, u"--config FILE"_s, u"Read the configuration from this file."_s);
    for (const ConfigKey &key : configKeys()) {
        if (key.flag)
            appendOption(out,
                         u"--"_s + QString::fromLatin1(key.flag) + u' '
                             + QString::fromLatin1(key.flagValue),
                         flagText(key));
    }
    appendOption(out, u"--check-config"_s, u"Judge the configuration, say what is wrong, exit."_s);
    appendOption(out, u"--print-config"_s, u"Print the configuration in force as TOML, exit."_s);
    appendOption(out, u"--version"_s, u"Print the version, exit."_s);
    appendOption(out, u"--help"_s, u"Print this text, exit."_s);
    out += u"\nFlags override the environment (TRUEPEER_PORT and the like), which overrides the\n"
           "file, which overrides the defaults. All keys: truepeer.toml(5).\n"_s;
    return out;
}

} // namespace truepeer
