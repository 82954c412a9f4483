// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commandline.h"

#include "server/ctl/format.h"

#include <QRegularExpression>

#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString quoted(const QString &text)
{
    return u'"' + printable(text) + u'"';
}

QString suggestion(const QString &word, const QStringList &names)
{
    const QString near = nearestOf(word, names);
    return near.isEmpty() ? QString() : u"; did you mean \"%1\"?"_s.arg(near);
}

QStringList optionNames(const CommandSpec *command)
{
    QStringList names;
    for (const OptionSpec &option : globalOptions())
        names.append(option.name);
    if (command) {
        for (const OptionSpec &option : command->options)
            names.append(option.name);
    }
    return names;
}

// What is wrong with a value; nothing when it is fine.
std::optional<QString> complaint(const ValueSpec &spec, const QString &value)
{
    static const QRegularExpression digits(u"\\A[0-9]{1,16}\\z"_s);
    static const QRegularExpression seconds(u"\\A[0-9]{1,6}(\\.[0-9]{1,3})?\\z"_s);
    switch (spec.kind) {
    case ValueSpec::Kind::Number:
        if (!digits.match(value).hasMatch() || value.toLongLong() < spec.least
            || value.toLongLong() > spec.most)
            return u"%1 is no number from %2 to %3"_s.arg(quoted(value))
                .arg(spec.least)
                .arg(spec.most);
        break;
    case ValueSpec::Kind::Duration:
        if (!seconds.match(value).hasMatch())
            return u"%1 is no number of seconds"_s.arg(quoted(value));
        break;
    case ValueSpec::Kind::Choice:
        if (!spec.choices.contains(value))
            return quoted(value) + u" is none of "_s + spec.choices.join(u", "_s)
                   + suggestion(value, spec.choices);
        break;
    case ValueSpec::Kind::File:
        if (value.isEmpty())
            return u"the name of the file is empty"_s;
        break;
    case ValueSpec::Kind::None:
    case ValueSpec::Kind::Text:
        break;
    }
    return std::nullopt;
}

class Parser
{
public:
    explicit Parser(const QStringList &arguments)
        : m_words(arguments)
    {
    }

    Expected<Invocation> parse();

private:
    using Complaint = std::optional<QString>;

    Complaint takeOption(const QString &word);
    Complaint takeLongOption(const QString &word);
    Complaint takeLetter(const QString &word);
    Complaint store(const OptionSpec &option, const QString &shown,
                    const std::optional<QString> &value);
    Complaint unknownOption(const QString &name) const;
    Complaint takeWord(const QString &word);
    Complaint takeHelp();
    Complaint checkArguments() const;
    Complaint missingCommand() const;

    const QStringList m_words;
    qsizetype m_next = 0;
    QString m_group; // "trust", while its second word is still to come
    Invocation m_result;
};

Parser::Complaint Parser::unknownOption(const QString &name) const
{
    QString text = u"unknown option "_s + quoted(u"--"_s + name);
    const CommandSpec *command = m_result.command;
    if (!command) {
        for (const CommandSpec &other : commandTable()) {
            if (findOption(name, &other))
                return text
                       + u"; it belongs after a command that knows it, such as \"%1\""_s.arg(
                           other.name);
        }
    }
    const QString near = nearestOf(name, optionNames(command));
    if (!near.isEmpty())
        text += u"; did you mean \"--%1\"?"_s.arg(near);
    return text;
}

Parser::Complaint Parser::store(const OptionSpec &option, const QString &shown,
                                const std::optional<QString> &value)
{
    if (!option.takesValue()) {
        if (value)
            return shown + u" takes no value"_s;
        m_result.options[option.name] = QStringList{QString()};
        return std::nullopt;
    }
    if (!value && m_next == m_words.size())
        return shown + u" needs a value: "_s + option.value.name;
    const QString text = value ? *value : m_words[m_next++];
    if (const Complaint wrong = complaint(option.value, text))
        return shown + u": "_s + *wrong;
    QStringList &values = m_result.options[option.name];
    if (!option.repeats)
        values.clear();
    values.append(text);
    return std::nullopt;
}

Parser::Complaint Parser::takeLongOption(const QString &word)
{
    const qsizetype equals = word.indexOf(u'=');
    const QString name = word.sliced(2, (equals < 0 ? word.size() : equals) - 2);
    const OptionSpec *option = name.size() > 1 ? findOption(name, m_result.command) : nullptr;
    if (!option)
        return unknownOption(name);
    return store(*option, u"--"_s + name,
                 equals < 0 ? std::nullopt : std::optional(word.sliced(equals + 1)));
}

Parser::Complaint Parser::takeLetter(const QString &word)
{
    const OptionSpec *option = findOption(word.sliced(1, 1), m_result.command);
    if (!option)
        return u"unknown option "_s + quoted(word);
    return store(*option, word.first(2),
                 word.size() == 2 ? std::nullopt : std::optional(word.sliced(2)));
}

Parser::Complaint Parser::takeOption(const QString &word)
{
    return word.startsWith("--"_L1) ? takeLongOption(word) : takeLetter(word);
}

Parser::Complaint Parser::takeWord(const QString &word)
{
    if (m_result.command) {
        m_result.arguments.append(word);
        return std::nullopt;
    }
    const QString name = m_group.isEmpty() ? word : m_group + u' ' + word;
    m_result.command = findCommand(name);
    if (m_result.command)
        return std::nullopt;
    if (m_group.isEmpty() && !subcommandWords(word).isEmpty()) {
        m_group = word;
        return std::nullopt;
    }
    return u"unknown command "_s + quoted(name)
           + suggestion(word, m_group.isEmpty() ? commandWords() : subcommandWords(m_group));
}

// "help trust list" is "trust list --help".
Parser::Complaint Parser::takeHelp()
{
    const QString topic = m_result.arguments.join(u' ');
    if (!topic.isEmpty() && !findCommand(topic) && subcommandWords(topic).isEmpty())
        return u"there is no command "_s + quoted(topic)
               + suggestion(m_result.arguments.first(), commandWords());
    m_result.wantsHelp = true;
    m_result.helpTopic = topic;
    return std::nullopt;
}

Parser::Complaint Parser::missingCommand() const
{
    if (m_group.isEmpty())
        return u"no command; \"truepeerctl help\" lists them"_s;
    return u"%1 needs one of %2"_s.arg(m_group, subcommandWords(m_group).join(u", "_s));
}

Parser::Complaint Parser::checkArguments() const
{
    const CommandSpec &command = *m_result.command;
    const qsizetype count = m_result.arguments.size();
    if (count < command.least)
        return u"%1 needs %2"_s.arg(command.name, command.arguments);
    if (command.most >= 0 && count > command.most)
        return u"%1: unexpected argument %2"_s.arg(command.name,
                                                   quoted(m_result.arguments[command.most]));
    for (const QString &argument : m_result.arguments) {
        if (const Complaint wrong = complaint(command.argument, argument))
            return u"%1: %2"_s.arg(command.name, *wrong);
    }
    return std::nullopt;
}

Expected<Invocation> Parser::parse()
{
    bool onlyWords = false; // after --
    Complaint wrong;
    while (m_next < m_words.size() && !wrong) {
        const QString word = m_words[m_next++];
        if (!onlyWords && word == "--"_L1)
            onlyWords = true;
        else if (!onlyWords && word.size() > 1 && word.startsWith(u'-'))
            wrong = takeOption(word);
        else
            wrong = takeWord(word);
    }
    if (wrong)
        return Error{*wrong};
    m_result.wantsVersion = m_result.isSet(u"version"_s);
    if (m_result.isSet(u"help"_s)) {
        m_result.wantsHelp = true;
        m_result.helpTopic = m_result.command ? m_result.command->name : m_group;
    } else if (!m_result.wantsVersion) {
        if (!m_result.command)
            wrong = missingCommand();
        else
            wrong = checkArguments();
        if (!wrong && m_result.command->name == "help"_L1)
            wrong = takeHelp();
    }
    if (wrong)
        return Error{*wrong};
    return std::move(m_result);
}

} // namespace

Expected<Invocation> parseInvocation(const QStringList &arguments)
{
    return Parser(arguments).parse();
}

} // namespace truepeer
