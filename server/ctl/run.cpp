// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/run.h"

#include "server/ctl/commandline.h"
#include "server/ctl/commands.h"
#include "server/ctl/discovery.h"
#include "server/ctl/help.h"
#include "server/ctl/session.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

int complain(Console &console, int status, const QString &message)
{
    QStringList lines = message.split(u'\n');
    lines.first().prepend(u"truepeerctl: "_s);
    for (const QString &line : lines)
        console.complain(printable(line));
    return status;
}

} // namespace

int runCtl(const QStringList &arguments, const Surroundings &surroundings)
{
    Console &console = surroundings.console;
    const Expected<Invocation> invocation = parseInvocation(arguments);
    if (!invocation)
        return complain(console, CtlExit::Usage, invocation.error().message + u" (try --help)"_s);
    if (invocation->wantsHelp) {
        console.write(helpText(invocation->helpTopic));
        return CtlExit::Ok;
    }
    if (invocation->wantsVersion) {
        Session session(*invocation, console, nullptr, surroundings.version);
        return runVersion(session);
    }
    std::unique_ptr<Transport> transport;
    if (invocation->command->needsServer) {
        auto found = findServer(*invocation, surroundings.environment, surroundings.connector);
        if (const NoServer *failure = std::get_if<NoServer>(&found))
            return complain(console, failure->status, failure->message);
        transport = std::get<std::unique_ptr<Transport>>(std::move(found));
    }
    Session session(*invocation, console, transport.get(), surroundings.version);
    return invocation->command->run(session);
}

} // namespace truepeer
