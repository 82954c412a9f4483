// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/commandline.h"
#include "gui/composition.h"
#include "gui/dashboard.h"
#include "gui/termination.h"
#include "gui/views/window/mainwindow.h"
#include "gui/views/window/windows.h"
#include "gui/widgets/icons.h"
#include "shared/admin/socketpath.h"

#include <QApplication>
#include <QFile>
#include <QProcessEnvironment>

#include <algorithm>
#include <cstdio>
#include <utility>

namespace {

using namespace truepeer;
using namespace Qt::StringLiterals;

constexpr int UsageError = 2;
constexpr int NoDisplay = 1;

void print(std::FILE *stream, const QString &text)
{
    std::fputs(text.toLocal8Bit().constData(), stream);
    std::fflush(stream);
}

// Qt ends with an abort and a list of plug-ins, which helps nobody on a server.
bool hasDisplay(const QStringList &arguments)
{
    for (const char *variable : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"}) {
        if (!qEnvironmentVariableIsEmpty(variable))
            return true;
    }
    return std::any_of(arguments.begin(), arguments.end(), [](const QString &argument) {
        return argument.startsWith("-platform"_L1) || argument.startsWith("--platform"_L1)
               || argument.startsWith("-display"_L1) || argument.startsWith("--display"_L1);
    });
}

int run(QApplication &application, const DashboardArguments &arguments)
{
    QApplication::setWindowIcon(applicationIcon());
    Windows::Options options;
    options.compose = composePages;
    options.socketDirectories = adminSocketDirectories(QProcessEnvironment::systemEnvironment());
    options.page = arguments.page;
    Windows windows(std::move(options));
    ServerAddress address = arguments.address;
    if (address.isEmpty())
        address.socket = qEnvironmentVariable("TRUEPEER_ADMIN_SOCKET");
    if (!problemOf(address).isEmpty())
        address = {};
    MainWindow *window = windows.open(address);
    if (arguments.mask)
        window->dashboard().mask().setOn(true);
    const Termination termination;
    QObject::connect(&termination, &Termination::wanted, &windows, [&windows] {
        windows.saveState();
        QCoreApplication::exit();
    });
    return application.exec();
}

} // namespace

int main(int argc, char *argv[])
{
    QStringList given;
    for (int i = 1; i < argc; ++i)
        given.append(QFile::decodeName(argv[i]));
    const Expected<DashboardArguments> arguments = parseArguments(given);
    if (!arguments) {
        print(stderr, u"truepeer-dashboard: %1\n"_s.arg(arguments.error().message));
        return UsageError;
    }
    if (arguments->wantsHelp || arguments->wantsVersion) {
        print(stdout, arguments->wantsHelp
                          ? dashboardHelp()
                          : QStringLiteral("truepeer-dashboard " TRUEPEER_VERSION "\n"));
        return 0;
    }
    if (!hasDisplay(given)) {
        print(stderr, u"truepeer-dashboard: there is no display (DISPLAY and WAYLAND_DISPLAY are "
                      "not set). Run it on your own machine with --ssh HOST, or use truepeerctl "
                      "here.\n"_s);
        return NoDisplay;
    }
    QCoreApplication::setOrganizationName(u"Truepeer"_s);
    QCoreApplication::setApplicationName(u"truepeer-dashboard"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(TRUEPEER_VERSION));
    QGuiApplication::setApplicationDisplayName(u"Truepeer"_s);
    QGuiApplication::setDesktopFileName(u"io.truepeer.Dashboard"_s);
    QApplication application(argc, argv);
    return run(application, *arguments);
}
