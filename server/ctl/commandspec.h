// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <limits>
#include <vector>

namespace truepeer {

class Session;

// What a value may be: the parser checks it, help names it, and completion offers it.
struct ValueSpec
{
    enum class Kind : quint8 { None, Text, Number, Duration, File, Choice };

    QString name; // in help: "FILE"
    Kind kind = Kind::None;
    QStringList choices = {}; // of Choice; of Text and File: words that are worth an offer
    qint64 least = 0;         // of Number
    qint64 most = std::numeric_limits<int>::max();
};

struct OptionSpec
{
    QString name; // without the dashes
    QString help;
    ValueSpec value = {}; // None: a flag
    QString letter = {};  // "n" for -n; may be empty
    bool repeats = false; // else the last one counts

    bool takesValue() const { return value.kind != ValueSpec::Kind::None; }
};

// One command. Parser, help and completion are made from the table of these.
struct CommandSpec
{
    using Runner = int (*)(Session &); // to the exit status

    QString name;            // "status", or "trust list"
    QString arguments;       // in help: "ENTRY..."
    QString summary;         // one sentence
    int least = 0;           // arguments
    int most = 0;            // -1: any number
    ValueSpec argument = {}; // each of them; None where there are none
    std::vector<OptionSpec> options = {};
    Runner run = nullptr;
    bool needsServer = true;
    QString details = {}; // more help, may be empty

    // "trust" of "trust list"; empty for "status".
    QString group() const;
};

const std::vector<CommandSpec> &commandTable();
// Those that may stand before and after every command.
const std::vector<OptionSpec> &globalOptions();

const CommandSpec *findCommand(const QString &name);
// The first words of all commands, each once, in the order of the table; and the second ones.
QStringList commandWords();
QStringList subcommandWords(const QString &group);
// The global option or the command's own; the command may be null.
const OptionSpec *findOption(const QString &name, const CommandSpec *command);

} // namespace truepeer
