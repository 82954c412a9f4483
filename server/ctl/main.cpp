// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/exitstatus.h"
#include "server/ctl/posixconsole.h"
#include "server/ctl/run.h"
#include "server/ctl/socketconnector.h"

#include <QCoreApplication>

using namespace truepeer;

int main(int argc, char *argv[])
{
    const QCoreApplication application(argc, argv);
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    PosixConsole console(environment);
    SocketConnector connector(environment);
    const int status = runCtl(QCoreApplication::arguments().mid(1),
                              {console, connector, environment, QStringLiteral(TRUEPEER_VERSION)});
    if (!console.flush()) {
        console.complain(QStringLiteral("truepeerctl: the output could not be written"));
        return status == CtlExit::Ok ? CtlExit::Failed : status;
    }
    return status;
}
