// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configkeys.h"
#include "server/ops/configload.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// The input is a configuration file. Whatever it says: messages are printable lines that begin with
// the file's name; a file without errors gives a configuration that obeys every rule of the table,
// and its printed form parses again to the same, masked secrets aside.

using namespace truepeer;
using namespace Qt::StringLiterals;

namespace {

void require(bool holds)
{
    if (!holds)
        std::abort();
}

LoadedConfig load(const QByteArray &bytes)
{
    CommandLine commandLine;
    commandLine.configFile = u"f.toml"_s;
    return loadConfig(commandLine, QProcessEnvironment(),
                      [&bytes](const QString &) -> Expected<QByteArray> { return bytes; });
}

void checkMessages(const LoadedConfig &loaded)
{
    const QStringList messages = loaded.errors + loaded.warnings;
    for (const QString &message : messages) {
        for (const QChar c : message)
            require(c >= u' ' && c < u'\x7f');
    }
    for (const QString &error : loaded.errors)
        require(error.startsWith(u"f.toml:"_s));
    require(loaded.exitCode == (loaded.ok() ? 0 : 78));
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArray bytes(reinterpret_cast<const char *>(data), static_cast<qsizetype>(size));
    const LoadedConfig loaded = load(bytes);
    checkMessages(loaded);
    if (!loaded.ok())
        return 0;
    const LoadedConfig again = load(printConfig(loaded).toUtf8());
    require(again.ok());
    for (const ConfigKey &key : configKeys()) {
        const ConfigValue value = key.load(loaded.config);
        for (const ValueProblem &problem : judgeValue(key, value))
            require(!problem.isError);
        require(key.secret || key.load(again.config) == value);
    }
    return 0;
}
