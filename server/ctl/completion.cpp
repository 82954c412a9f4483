// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/completion.h"

#include "server/ctl/commandspec.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Kind = ValueSpec::Kind;

QStringList dashed(const OptionSpec &option)
{
    QStringList names{u"--"_s + option.name};
    if (!option.letter.isEmpty())
        names.append(u"-"_s + option.letter);
    return names;
}

QStringList optionWords(const std::vector<OptionSpec> &options)
{
    QStringList words;
    for (const OptionSpec &option : options)
        words += dashed(option);
    return words;
}

QString shellQuoted(QString text)
{
    return u'\'' + text.replace(u'\'', u"'\\''"_s) + u'\'';
}

// What stands for a value in the scripts below: words to choose from, or files.
bool hasOffer(const ValueSpec &value)
{
    return value.kind == Kind::File || !value.choices.isEmpty();
}

// What is offered for the arguments of a command.
ValueSpec offerOf(const CommandSpec &command)
{
    ValueSpec offer = command.argument;
    if (command.name == "help"_L1)
        offer.choices = commandWords();
    return offer;
}

// bash

QString bashOffer(const ValueSpec &value)
{
    QString out;
    if (!value.choices.isEmpty())
        out += u"words=%1; "_s.arg(shellQuoted(value.choices.join(u' ')));
    return out + (value.kind == Kind::File ? u"files=yes ;;\n"_s : u";;\n"_s);
}

QString bashValues()
{
    QString out;
    const auto add = [&out](const OptionSpec &option, const QString &command) {
        if (!option.takesValue())
            return;
        for (const QString &name : dashed(option))
            out += u"    '%1:%2') "_s.arg(command, name)
                   + (hasOffer(option.value) ? bashOffer(option.value) : u";;\n"_s);
    };
    for (const CommandSpec &command : commandTable()) {
        for (const OptionSpec &option : command.options)
            add(option, command.name);
    }
    for (const OptionSpec &option : globalOptions()) {
        if (option.takesValue())
            out += u"    *:--%1) "_s.arg(option.name)
                   + (hasOffer(option.value) ? bashOffer(option.value) : u";;\n"_s);
    }
    return out;
}

QString bashWords()
{
    QString out = u"        '') words=%1 ;;\n"_s.arg(shellQuoted(commandWords().join(u' ')));
    for (const QString &word : commandWords()) {
        const QStringList more = subcommandWords(word);
        if (!more.isEmpty())
            out += u"        %1) words=%2 ;;\n"_s.arg(word, shellQuoted(more.join(u' ')));
    }
    for (const CommandSpec &command : commandTable()) {
        if (hasOffer(offerOf(command)))
            out += u"        '%1') "_s.arg(command.name) + bashOffer(offerOf(command));
    }
    return out;
}

QString bashOptions()
{
    QString out;
    for (const CommandSpec &command : commandTable()) {
        if (!command.options.empty())
            out += u"        '%1') words+=%2 ;;\n"_s.arg(
                command.name, shellQuoted(u' ' + optionWords(command.options).join(u' ')));
    }
    return out;
}

QString bashScript()
{
    return uR"(# bash completion for truepeerctl; printed by "truepeerctl completion bash"
# shellcheck shell=bash
_truepeerctl()
{
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local command='' words='' files='' i word
    # Bash makes "=" a word of its own.
    if [ "$cur" = '=' ]; then
        cur=''
    elif [ "$prev" = '=' ]; then
        prev=${COMP_WORDS[COMP_CWORD-2]}
    fi
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in
        '=') i=$((i + 1)) ;;
        @VALUED@) [ "${COMP_WORDS[i+1]}" = '=' ] || i=$((i + 1)) ;;
        -*) ;;
        *)
            case $command in
            '') command=$word ;;
            @GROUPS@) command="$command $word" ;;
            esac
            ;;
        esac
    done
    COMPREPLY=()
    case "$command:$prev" in
@VALUES@    *)
        case $cur in
        -*)
        words=@GLOBAL@
        case $command in
@OPTIONS@        esac
        ;;
        *)
        case $command in
@WORDS@        esac
        ;;
        esac
        ;;
    esac
    if [ -n "$files" ]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$cur")
    fi
    mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -W "$words" -- "$cur")
}
complete -F _truepeerctl truepeerctl
)"_s;
}

QString groupWords(const QString &separator)
{
    QStringList groups;
    for (const QString &word : commandWords()) {
        if (!subcommandWords(word).isEmpty())
            groups.append(word);
    }
    return groups.join(separator);
}

QString bashCompletion()
{
    QString script = bashScript();
    script.replace(u"@VALUED@"_s, valueOptions().join(u'|'));
    script.replace(u"@GROUPS@"_s, groupWords(u"|"_s));
    script.replace(u"@VALUES@"_s, bashValues());
    script.replace(u"@GLOBAL@"_s, shellQuoted(optionWords(globalOptions()).join(u' ')));
    script.replace(u"@OPTIONS@"_s, bashOptions());
    script.replace(u"@WORDS@"_s, bashWords());
    return script;
}

// zsh

QString zshEscaped(QString text)
{
    for (const QChar c : {u'[', u']', u':'})
        text.replace(c, u"\\"_s + c);
    return text;
}

QString zshAction(const ValueSpec &value)
{
    QString out = u':' + zshEscaped(value.name.toLower()) + u':';
    if (value.kind == Kind::File)
        return out + u"_files"_s;
    return value.choices.isEmpty() ? out : out + u'(' + value.choices.join(u' ') + u')';
}

// One argument of _arguments for each spelling.
QString zshOption(const OptionSpec &option, const QString &indent)
{
    QString out;
    for (const QString &name : dashed(option)) {
        QString spec = option.repeats ? u"*"_s : u'(' + dashed(option).join(u' ') + u')';
        spec += name + u'[' + zshEscaped(option.help) + u']';
        if (option.takesValue())
            spec += zshAction(option.value);
        out += indent + shellQuoted(spec) + u" \\\n"_s;
    }
    return out;
}

QString zshOptions(const std::vector<OptionSpec> &options, const QString &indent)
{
    QString out;
    for (const OptionSpec &option : options)
        out += zshOption(option, indent);
    return out;
}

// The case of one command: its options and arguments.
QString zshCase(const CommandSpec &command, const QString &indent)
{
    const QString word = command.name.section(u' ', -1);
    QString out = indent + word + u")\n"_s;
    out += indent + u"    _arguments -s \\\n"_s;
    out += zshOptions(command.options, indent + u"        "_s);
    out += zshOptions(globalOptions(), indent + u"        "_s);
    const QString arguments = command.argument.kind == Kind::None
                                  ? QString()
                                  : shellQuoted(u"*"_s + zshAction(offerOf(command))) + u' ';
    return out + indent + u"        "_s + arguments + u"&& ret=0\n"_s + indent + u"    ;;\n"_s;
}

QString zshDescriptions(const QString &group, const QString &indent)
{
    QString out;
    const QStringList words = group.isEmpty() ? commandWords() : subcommandWords(group);
    for (const QString &word : words) {
        const CommandSpec *command = findCommand(group.isEmpty() ? word : group + u' ' + word);
        const QString help = command ? command->summary : u"More commands."_s;
        out += indent + shellQuoted(word + u':' + zshEscaped(help)) + u'\n';
    }
    return out;
}

// What is below a group, or, without one, below the program.
QString zshLevel(const QString &group, const QString &indent)
{
    QString out =
        indent + u"_arguments -C -s \\\n"_s + zshOptions(globalOptions(), indent + u"    "_s);
    out += indent + u"    '1:command:->command' '*::argument:->argument' && ret=0\n"_s;
    out += indent + u"case $state in\n"_s + indent + u"command)\n"_s;
    out += indent + u"    commands=(\n"_s + zshDescriptions(group, indent + u"        "_s) + indent
           + u"    )\n"_s;
    out += indent + u"    _describe -t commands command commands && ret=0\n"_s + indent
           + u"    ;;\n"_s;
    out += indent + u"argument)\n"_s + indent + u"    case $line[1] in\n"_s;
    for (const CommandSpec &command : commandTable()) {
        if (command.group() == group)
            out += zshCase(command, indent + u"    "_s);
    }
    for (const QString &word : group.isEmpty() ? commandWords() : QStringList()) {
        if (!subcommandWords(word).isEmpty())
            out += indent + u"    "_s + word + u")\n"_s + zshLevel(word, indent + u"        "_s)
                   + indent + u"        ;;\n"_s;
    }
    return out + indent + u"    esac\n"_s + indent + u"    ;;\n"_s + indent + u"esac\n"_s;
}

QString zshCompletion()
{
    return u"#compdef truepeerctl\n"
           "# zsh completion for truepeerctl; printed by \"truepeerctl completion zsh\"\n"
           "_truepeerctl() {\n"
           "    local curcontext=$curcontext state line ret=1\n"
           "    local -a commands\n"
           "    typeset -A opt_args\n"_s
           + zshLevel({}, u"    "_s)
           + u"    return ret\n"
             "}\n"
             "if [ \"$funcstack[1]\" = _truepeerctl ]; then\n"
             "    _truepeerctl \"$@\"\n"
             "else\n"
             "    compdef _truepeerctl truepeerctl\n"
             "fi\n"_s;
}

// fish

QString fishQuoted(QString text)
{
    return u'\'' + text.replace(u'\\', u"\\\\"_s).replace(u'\'', u"\\'"_s) + u'\'';
}

QString fishLine(const QString &condition, const QString &rest)
{
    return u"complete -c truepeerctl "_s
           + (condition.isEmpty() ? QString() : u"-n "_s + fishQuoted(condition) + u' ') + rest
           + u'\n';
}

QString fishValue(const ValueSpec &value)
{
    if (value.kind == Kind::None)
        return {};
    QString out = value.kind == Kind::File ? u" -r -F"_s : u" -x"_s;
    if (!value.choices.isEmpty())
        out += u" -a "_s + fishQuoted(value.choices.join(u' '));
    return out;
}

QString fishOption(const OptionSpec &option, const QString &condition)
{
    QString rest = u"-l "_s + option.name;
    if (!option.letter.isEmpty())
        rest += u" -s "_s + option.letter;
    return fishLine(condition,
                    rest + fishValue(option.value) + u" -d "_s + fishQuoted(option.help));
}

QString fishCommand(const CommandSpec &command)
{
    const QString group = command.group();
    const QString inside = u"__truepeerctl_in '%1'"_s.arg(command.name);
    QString out = fishLine(u"__truepeerctl_at '%1'"_s.arg(group),
                           u"-a "_s + command.name.section(u' ', -1) + u" -d "_s
                               + fishQuoted(command.summary));
    for (const OptionSpec &option : command.options)
        out += fishOption(option, inside);
    const ValueSpec offer = offerOf(command);
    if (offer.kind == Kind::File)
        out += fishLine(inside, u"-F"_s);
    if (!offer.choices.isEmpty())
        out += fishLine(inside, u"-a "_s + fishQuoted(offer.choices.join(u' ')));
    return out;
}

QString fishCompletion()
{
    QString out = uR"(# fish completion for truepeerctl; printed by "truepeerctl completion fish"
function __truepeerctl_words
    set -l words (commandline -opc)
    set -e words[1]
    set -l found
    set -l skip no
    for word in $words
        if test $skip = yes
            set skip no
            continue
        end
        switch $word
            case @VALUED@
                set skip yes
            case '-*'
            case '*'
                set -a found $word
        end
    end
    echo "$found"
end
function __truepeerctl_at
    set -l at (__truepeerctl_words)
    test "$at" = "$argv[1]"
end
function __truepeerctl_in
    set -l at (__truepeerctl_words)
    test "$at" = "$argv[1]"; or string match -q -- "$argv[1] *" "$at"
end
complete -c truepeerctl -f
)"_s;
    out.replace(u"@VALUED@"_s, valueOptions().join(u' '));
    for (const OptionSpec &option : globalOptions())
        out += fishOption(option, {});
    for (const QString &word : commandWords()) {
        if (!subcommandWords(word).isEmpty())
            out += fishLine(u"__truepeerctl_at ''"_s, u"-a "_s + word + u" -d 'More commands.'"_s);
    }
    for (const CommandSpec &command : commandTable())
        out += fishCommand(command);
    return out;
}

} // namespace

QStringList valueOptions()
{
    QStringList names;
    const auto add = [&names](const std::vector<OptionSpec> &options) {
        for (const OptionSpec &option : options) {
            if (option.takesValue())
                names += dashed(option);
        }
    };
    add(globalOptions());
    for (const CommandSpec &command : commandTable())
        add(command.options);
    names.removeDuplicates();
    return names;
}

QString completionScript(const QString &shell)
{
    if (shell == "bash"_L1)
        return bashCompletion();
    return shell == "zsh"_L1 ? zshCompletion() : fishCompletion();
}

} // namespace truepeer
