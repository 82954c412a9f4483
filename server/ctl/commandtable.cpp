// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/commandspec.h"
#include "shared/clients/clientquery.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Kind = ValueSpec::Kind;
using Options = std::vector<OptionSpec>;

ValueSpec text(const QString &name, const QStringList &offers = {})
{
    return {name, Kind::Text, offers};
}

ValueSpec number(qint64 least, qint64 most, const QString &name = u"N"_s)
{
    return {name, Kind::Number, {}, least, most};
}

ValueSpec choice(const QString &name, const QStringList &choices)
{
    return {name, Kind::Choice, choices};
}

ValueSpec file()
{
    return {u"FILE"_s, Kind::File};
}

OptionSpec filterOption()
{
    return {u"filter"_s, u"Only clients that match, for example 'ip:203.0.113.0/24 idle:>5m'."_s,
            text(u"FILTER"_s)};
}

OptionSpec sortOption()
{
    return {u"sort"_s, u"Sort by this column."_s, choice(u"COLUMN"_s, clientColumnNames())};
}

Options clientsOptions()
{
    return {filterOption(),
            sortOption(),
            {u"desc"_s, u"The largest first."_s},
            {u"limit"_s, u"At most so many clients (100)."_s, number(0, 1'000'000)},
            {u"offset"_s, u"Leave out the first so many."_s, number(0, 1'000'000'000)},
            {u"state"_s, u"Open clients, those that were closed lately, or both."_s,
             choice(u"STATE"_s, {u"open"_s, u"closed"_s, u"all"_s})},
            {u"columns"_s, u"Show these columns, joined by commas."_s,
             text(u"A,B,..."_s, clientColumnNames())}};
}

// What every edit of the list takes.
Options editOptions(const Options &more = {})
{
    Options options = more;
    options.push_back({u"comment"_s, u"Why, for the history."_s, text(u"TEXT"_s)});
    options.push_back({u"base-revision"_s,
                       u"Edit only if this is still the revision of the list."_s,
                       number(0, 9'007'199'254'740'991)});
    return options;
}

std::vector<CommandSpec> serverCommands()
{
    return {
        {u"status"_s, {}, u"Show how the server is doing."_s, 0, 0, {}, {}, runStatus},
        {u"health"_s,
         {},
         u"Tell by the exit status whether the server is healthy."_s,
         0,
         0,
         {},
         {{u"ready"_s, u"Whether it takes new clients, too."_s}},
         runHealth},
        {u"top"_s,
         {},
         u"Watch the busiest clients; q ends."_s,
         0,
         0,
         {},
         {filterOption(),
          sortOption(),
          {u"iterations"_s, u"End after so many rounds."_s, number(1, 1'000'000'000), u"n"_s},
          {u"limit"_s, u"At most so many clients."_s, number(1, 500)}},
         runTop},
        {u"events"_s,
         {},
         u"Show what happened."_s,
         0,
         0,
         {},
         {{u"follow"_s, u"Go on with what happens now, until Ctrl-C."_s, {}, u"f"_s},
          {u"limit"_s, u"At most so many (50)."_s, number(0, 1000)},
          {u"types"_s, u"Only these, joined by commas (audit,clients); admin is there, too."_s,
           text(u"A,B,..."_s, {u"audit"_s, u"clients"_s, u"admin"_s})}},
         runEvents},
        {u"doctor"_s,
         {},
         u"Look for what is wrong with the proxies and the list, and say how to mend it."_s,
         0,
         0,
         {},
         {},
         runDoctor,
         true,
         u"Exits with 1 when it found an error."_s},
        {u"config"_s,
         {},
         u"Show the settings in force, and where they come from."_s,
         0,
         0,
         {},
         {{u"changed"_s, u"Only those that are not the default."_s}},
         runConfig},
        {u"proxy-config"_s,
         u"PROXY"_s,
         u"Print a configuration of a proxy that suits this server."_s,
         1,
         1,
         choice(u"PROXY"_s, {u"nginx"_s, u"apache"_s, u"haproxy"_s, u"caddy"_s}),
         {{u"tls"_s, u"With TLS at the proxy."_s},
          {u"upstream"_s,
           u"A server behind the proxy; this one without it."_s,
           text(u"HOST:PORT"_s),
           {},
           true}},
         runProxyConfig},
        {u"drain"_s, {}, u"Send the clients away, and take no new ones."_s, 0, 0, {}, {}, runDrain},
        {u"undrain"_s, {}, u"Take clients again."_s, 0, 0, {}, {}, runUndrain},
        {u"reload"_s, {}, u"Read the configuration again."_s, 0, 0, {}, {}, runReload},
    };
}

std::vector<CommandSpec> clientCommands()
{
    const ValueSpec id = text(u"ID"_s);
    return {
        {u"clients"_s, {}, u"List the clients."_s, 0, 0, {}, clientsOptions(), runClients},
        {u"client"_s,
         u"ID"_s,
         u"Show one client, and why it has its address."_s,
         1,
         1,
         id,
         {},
         runClient},
        {u"explain"_s,
         u"ID|request:ID"_s,
         u"Show hop by hop why a client, or a request, has its address."_s,
         1,
         1,
         id,
         {},
         runExplain},
        {u"kick"_s,
         u"[ID]"_s,
         u"Close the connection of a client, or of all that match a filter."_s,
         0,
         1,
         id,
         {filterOption(),
          {u"reason"_s, u"What the client is told."_s, text(u"TEXT"_s)},
          {u"code"_s, u"The close code (1008)."_s, number(1000, 4999)},
          {u"dry-run"_s, u"Only tell how many there are."_s}},
         runKick},
        {u"send"_s,
         u"ID EVENT [JSON]"_s,
         u"Send an event to a client; - reads the data."_s,
         2,
         3,
         text(u"TEXT"_s),
         {},
         runSend},
        {u"broadcast"_s,
         u"EVENT [JSON]"_s,
         u"Send an event to everybody, a namespace, or a room; - reads the data."_s,
         1,
         2,
         text(u"TEXT"_s),
         {{u"room"_s, u"Only to this room."_s, text(u"NAME"_s)},
          {u"namespace"_s, u"Only to this namespace."_s, text(u"NAME"_s)}},
         runBroadcast},
        {u"rooms"_s,
         u"[NAME]"_s,
         u"List the rooms, or the members of one."_s,
         0,
         1,
         text(u"NAME"_s),
         {{u"namespace"_s, u"The room's namespace (/)."_s, text(u"NAME"_s)},
          {u"limit"_s, u"At most so many (100)."_s, number(0, 500)}},
         runRooms},
        {u"requests"_s,
         {},
         u"List the last HTTP requests."_s,
         0,
         0,
         {},
         {{u"limit"_s, u"At most so many (50)."_s, number(0, 1000)}},
         runRequests},
        {u"request"_s,
         u"ID"_s,
         u"Show one request, and why it has its address."_s,
         1,
         1,
         id,
         {},
         runRequest},
    };
}

std::vector<CommandSpec> trustCommands()
{
    const ValueSpec entry =
        text(u"ENTRY"_s, {u"loopback"_s, u"linklocal"_s, u"uniquelocal"_s, u"private"_s});
    const ValueSpec fileOrEntry{u"FILE"_s, Kind::File, entry.choices};
    const QString form =
        u"A file has one entry a line (or several, joined by commas); what stands after # is the "
        "note of the entries before it. The JSON that \"trust list --json\" prints is taken, too: "
        "then its revision is the base revision."_s;
    return {
        {u"trust list"_s,
         {},
         u"Show whose forwarding headers are believed."_s,
         0,
         0,
         {},
         {},
         runTrustList},
        {u"trust add"_s, u"ENTRY..."_s, u"Believe these, too: addresses, ranges or keywords."_s, 1,
         -1, entry, editOptions({{u"note"_s, u"What the entries are."_s, text(u"TEXT"_s)}}),
         runTrustAdd},
        {u"trust remove"_s, u"ENTRY..."_s, u"No longer believe these."_s, 1, -1, entry,
         editOptions(), runTrustRemove},
        {u"trust set"_s, u"[FILE]"_s, u"Replace the list by that of a file; - is standard input."_s,
         0, 1, file(),
         editOptions({{u"mode"_s, u"Believe nobody, whoever connects, or the list."_s,
                       choice(u"MODE"_s, {u"none"_s, u"all"_s, u"list"_s})}}),
         runTrustSet, true, form + u" With --mode and no file the entries stay."_s},
        {u"trust check"_s,
         u"[FILE|ENTRY...]"_s,
         u"Judge a list without using it; the one in force if none is given."_s,
         0,
         -1,
         fileOrEntry,
         {},
         runTrustCheck,
         true,
         form},
        {u"trust preview"_s,
         u"[FILE]"_s,
         u"Show which clients would change with another list."_s,
         0,
         1,
         file(),
         {{u"add"_s, u"With this entry, too."_s, entry, {}, true},
          {u"remove"_s, u"Without this entry."_s, entry, {}, true}},
         runTrustPreview,
         true,
         form},
        {u"trust test"_s,
         {},
         u"Show hop by hop how a request would be resolved."_s,
         0,
         0,
         {},
         {{u"peer"_s, u"The address that connects."_s, text(u"ADDRESS"_s)},
          {u"header"_s, u"A header of the request."_s, text(u"'NAME: VALUE'"_s), u"H"_s, true},
          {u"entry"_s,
           u"With a list of these entries instead of the one in force."_s,
           entry,
           {},
           true}},
         runTrustTest},
        {u"trust history"_s, {}, u"List the edits of the list."_s, 0, 0, {}, {}, runTrustHistory},
        {u"trust rollback"_s, u"REVISION"_s, u"Go back to the list of that revision."_s, 1, 1,
         number(0, 9'007'199'254'740'991, u"REVISION"_s), editOptions(), runTrustRollback},
        {u"trust suggest"_s,
         {},
         u"List peers that send headers and are not believed."_s,
         0,
         0,
         {},
         {},
         runTrustSuggest},
        {u"trust reset"_s,
         {},
         u"Go back to the list of the configuration."_s,
         0,
         0,
         {},
         editOptions(),
         runTrustReset},
    };
}

std::vector<CommandSpec> ownCommands()
{
    return {
        {u"completion"_s,
         u"SHELL"_s,
         u"Print what makes a shell complete these commands."_s,
         1,
         1,
         choice(u"SHELL"_s, {u"bash"_s, u"zsh"_s, u"fish"_s}),
         {},
         runCompletion,
         false},
        {u"version"_s, {}, u"Print the version."_s, 0, 0, {}, {}, runVersion, false},
        {u"help"_s,
         u"[COMMAND]"_s,
         u"Explain a command."_s,
         0,
         2,
         text(u"COMMAND"_s),
         {},
         nullptr,
         false},
    };
}

std::vector<CommandSpec> allCommands()
{
    std::vector<CommandSpec> all;
    for (const auto &part : {serverCommands(), clientCommands(), trustCommands(), ownCommands()})
        all.insert(all.end(), part.begin(), part.end());
    return all;
}

} // namespace

QString CommandSpec::group() const
{
    const qsizetype blank = name.indexOf(u' ');
    return blank < 0 ? QString() : name.first(blank);
}

const std::vector<CommandSpec> &commandTable()
{
    static const std::vector<CommandSpec> table = allCommands();
    return table;
}

const std::vector<OptionSpec> &globalOptions()
{
    static const std::vector<OptionSpec> options{
        {u"socket"_s, u"The path of the server's admin socket."_s, file()},
        {u"port"_s, u"The port of the server, instead of the path."_s, number(1, 65535)},
        {u"json"_s, u"Print what the server answered, as JSON."_s},
        {u"yes"_s, u"Do not ask."_s},
        {u"no-headers"_s, u"Tables without their first line."_s},
        {u"timeout"_s, u"Wait so long for an answer (30); 0 is for ever."_s,
         ValueSpec{u"SECONDS"_s, Kind::Duration}},
        {u"help"_s, u"Print help, exit."_s, {}, u"h"_s},
        {u"version"_s, u"Print the version, exit."_s},
    };
    return options;
}

const CommandSpec *findCommand(const QString &name)
{
    for (const CommandSpec &command : commandTable()) {
        if (command.name == name)
            return &command;
    }
    return nullptr;
}

QStringList commandWords()
{
    QStringList words;
    for (const CommandSpec &command : commandTable()) {
        const QString word = command.name.section(u' ', 0, 0);
        if (!words.contains(word))
            words.append(word);
    }
    return words;
}

QStringList subcommandWords(const QString &group)
{
    QStringList words;
    for (const CommandSpec &command : commandTable()) {
        if (!group.isEmpty() && command.group() == group)
            words.append(command.name.section(u' ', 1));
    }
    return words;
}

const OptionSpec *findOption(const QString &name, const CommandSpec *command)
{
    const auto among = [&name](const Options &options) -> const OptionSpec * {
        for (const OptionSpec &option : options) {
            if (option.name == name || (!option.letter.isEmpty() && option.letter == name))
                return &option;
        }
        return nullptr;
    };
    const OptionSpec *option = command ? among(command->options) : nullptr;
    return option ? option : among(globalOptions());
}

} // namespace truepeer
