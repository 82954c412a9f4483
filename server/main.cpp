// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/serverconfigdata.h"
#include "server/ops/commandline.h"
#include "server/ops/configload.h"
#include "server/ops/exitcode.h"

#include <QCoreApplication>

#include <truepeer/server.h>

#include <cstdio>

namespace {

using namespace truepeer;

void print(std::FILE *stream, const QString &text)
{
    std::fputs(text.toUtf8().constData(), stream);
    if (!text.endsWith(u'\n'))
        std::fputc('\n', stream);
    std::fflush(stream);
}

} // namespace

int main(int argc, char *argv[])
{
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(QStringLiteral("truepeerd"));
    QCoreApplication::setApplicationVersion(QStringLiteral(TRUEPEER_VERSION));

    const CommandLine commandLine = parseCommandLine(application.arguments().mid(1));
    if (commandLine.action == CommandLine::Action::Help) {
        print(stdout, helpText());
        return ExitCode::Ok;
    }
    if (commandLine.action == CommandLine::Action::Version) {
        print(stdout, QStringLiteral("truepeerd " TRUEPEER_VERSION));
        return ExitCode::Ok;
    }
    const auto load = [commandLine] {
        return loadConfig(commandLine, QProcessEnvironment::systemEnvironment());
    };
    const LoadedConfig loaded = load();
    if (commandLine.action == CommandLine::Action::CheckConfig) {
        print(loaded.ok() ? stdout : stderr, checkReport(loaded));
        return loaded.exitCode;
    }
    if (!loaded.ok()) {
        for (const QString &error : loaded.errors)
            print(stderr, QStringLiteral("truepeerd: ") + error);
        return loaded.exitCode;
    }
    if (commandLine.action == CommandLine::Action::PrintConfig) {
        print(stdout, printConfig(loaded));
        return ExitCode::Ok;
    }
    Server server(ServerConfigData::from(loaded, load));
    server.setReadyHandler(
        [](const QByteArray &readyLine) { print(stdout, QString::fromUtf8(readyLine)); });
    return server.run();
}
