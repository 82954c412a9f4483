// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/help.h"

#include "server/ctl/commandspec.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype Width = 78;

// A term, and its text wrapped in the column beside it.
QString item(const QString &term, const QString &text, qsizetype column)
{
    QString out = u"  "_s + term;
    out = out.size() + 2 > column && !text.isEmpty() ? out + u'\n' + QString(column, u' ')
                                                     : out.leftJustified(column);
    qsizetype used = column;
    for (const QString &word : text.split(u' ')) {
        if (used > column && used + 1 + word.size() > Width) {
            out += u'\n' + QString(column, u' ');
            used = column;
        }
        if (used > column) {
            out += u' ';
            ++used;
        }
        out += word;
        used += word.size();
    }
    return out + u'\n';
}

QString optionTerm(const OptionSpec &option)
{
    QString term = option.letter.isEmpty() ? QString() : u"-%1, "_s.arg(option.letter);
    term += u"--"_s + option.name;
    if (option.takesValue())
        term += u' ' + option.value.name;
    return term;
}

QString optionHelp(const OptionSpec &option)
{
    QString text = option.help;
    // The columns of the clients are more than help should hold.
    if (option.value.kind == ValueSpec::Kind::Choice && option.value.choices.size() < 8)
        text += u" One of "_s + option.value.choices.join(u", "_s) + u'.';
    if (option.repeats)
        text += u" May be repeated."_s;
    return text;
}

QString optionList(const std::vector<OptionSpec> &options)
{
    QString out;
    for (const OptionSpec &option : options)
        out += item(optionTerm(option), optionHelp(option), 26);
    return out;
}

QString synopsis(const CommandSpec &command)
{
    QString text = command.name;
    if (!command.arguments.isEmpty())
        text += u' ' + command.arguments;
    return text;
}

QString paragraph(const QString &text)
{
    QString out;
    qsizetype used = 0;
    for (const QString &word : text.split(u' ')) {
        if (used > 0 && used + 1 + word.size() > Width) {
            out += u'\n';
            used = 0;
        }
        out += used > 0 ? u' ' + word : word;
        used += word.size() + (used > 0 ? 1 : 0);
    }
    return out + u'\n';
}

QString commandHelp(const CommandSpec &command)
{
    QString out = u"Usage: truepeerctl "_s + synopsis(command)
                  + (command.options.empty() ? QString() : u" [OPTION]..."_s) + u'\n';
    out += paragraph(command.summary);
    if (!command.details.isEmpty())
        out += u'\n' + paragraph(command.details);
    const ValueSpec &argument = command.argument;
    if (argument.kind == ValueSpec::Kind::Choice)
        out += u"\n%1 is one of %2.\n"_s.arg(argument.name, argument.choices.join(u", "_s));
    if (!command.options.empty())
        out += u"\nOptions:\n"_s + optionList(command.options);
    return out + u"\nOptions of all commands: truepeerctl --help.\n"_s;
}

QString commandList(const QString &group)
{
    QString out;
    for (const CommandSpec &command : commandTable()) {
        if (group.isEmpty() || command.group() == group)
            out += item(synopsis(command), command.summary, 26);
    }
    return out;
}

} // namespace

QString helpText(const QString &topic)
{
    if (const CommandSpec *command = findCommand(topic))
        return commandHelp(*command);
    if (!topic.isEmpty())
        return u"Usage: truepeerctl %1 COMMAND [OPTION]...\n\nCommands:\n"_s.arg(topic)
               + commandList(topic)
               + u"\nMore about one of them: truepeerctl help %1 COMMAND.\n"_s.arg(topic);
    return u"Usage: truepeerctl [OPTION]... COMMAND [ARGUMENT]...\n"
           "Asks and steers a running truepeerd through its admin socket.\n\nCommands:\n"_s
           + commandList({})
           + u"\nMore about one of them: truepeerctl help COMMAND.\n\nOptions:\n"_s
           + optionList(globalOptions()) + u'\n'
           + paragraph(
               u"Without --socket, --port and TRUEPEER_ADMIN_SOCKET the only running server "
               "is taken."_s)
           + u'\n'
           + paragraph(u"Exit status: 0 done, 1 failed, 2 usage, 3 server not reachable, 4 not "
                       "found, 5 refused, 6 conflict."_s);
}

} // namespace truepeer
