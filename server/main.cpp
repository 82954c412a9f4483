// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/application.h"
#include "server/ops/commandline.h"
#include "server/ops/configload.h"
#include "server/ops/exitcode.h"
#include "shared/log.h"

#include <QCoreApplication>

#include <csignal>
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

int serve(QCoreApplication &qtApplication, const LoadedConfig &loaded)
{
    Log::Options options;
    options.format = loaded.config.log.format;
    options.level = loaded.config.log.level;
    options.priorityPrefix = qEnvironmentVariableIsSet("JOURNAL_STREAM");
    Log log(options);
    const QtLogBridge bridge(log);
    for (const QString &warning : loaded.warnings) {
        log.write(LogLevel::Warning, "truepeer.config", "configuration",
                  {{"warning", warning.toUtf8()}});
    }

    Application application(loaded.config, log);
    const int result = application.start();
    if (result != ExitCode::Ok)
        return result;
    QObject::connect(&application, &Application::finished, &qtApplication,
                     [](int exitCode) { QCoreApplication::exit(exitCode); });
    print(stdout, QString::fromUtf8(application.readyLine()));
    return QCoreApplication::exec();
}

} // namespace

int main(int argc, char *argv[])
{
    // A reader of our output that went away is no reason to die.
    std::signal(SIGPIPE, SIG_IGN);
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
    const LoadedConfig loaded = loadConfig(commandLine, QProcessEnvironment::systemEnvironment());
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
    return serve(application, loaded);
}
