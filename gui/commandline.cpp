// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/commandline.h"

#include "shared/net/ascii.h"

#include <QMap>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Options of Qt that take a value, and those that take none; with one dash or two.
const QStringList QtValues{u"platform"_s,
                           u"platformpluginpath"_s,
                           u"platformtheme"_s,
                           u"plugin"_s,
                           u"style"_s,
                           u"stylesheet"_s,
                           u"display"_s,
                           u"geometry"_s,
                           u"qwindowgeometry"_s,
                           u"qwindowtitle"_s,
                           u"qwindowicon"_s,
                           u"session"_s,
                           u"name"_s,
                           u"title"_s,
                           u"icon"_s};
const QStringList QtFlags{u"reverse"_s, u"nograb"_s, u"widgetcount"_s};

const QStringList OwnValues{u"socket"_s, u"port"_s, u"ssh"_s, u"remote-socket"_s, u"page"_s};
const QStringList OwnFlags{u"help"_s, u"version"_s, u"mask"_s};

struct Scanned
{
    QMap<QString, QString> values; // of flags ""
};

Error usage(const QString &message)
{
    return Error{message + u"; try --help"_s};
}

QString nameOf(const QString &argument)
{
    const QString name = argument.section(u'=', 0, 0);
    if (name == "-h"_L1)
        return u"help"_s;
    if (name == "-V"_L1)
        return u"version"_s;
    return name.startsWith("--"_L1) ? name.mid(2) : QString();
}

bool isOfQt(const QString &argument, bool &takesNext)
{
    if (!argument.startsWith(u'-'))
        return false;
    const QString name = argument.mid(argument.startsWith("--"_L1) ? 2 : 1).section(u'=', 0, 0);
    takesNext = QtValues.contains(name) && !argument.contains(u'=');
    return QtValues.contains(name) || QtFlags.contains(name);
}

Expected<Scanned> scan(const QStringList &arguments)
{
    Scanned scanned;
    for (qsizetype i = 0; i < arguments.size(); ++i) {
        const QString &argument = arguments.at(i);
        bool takesNext = false;
        if (isOfQt(argument, takesNext)) {
            i += takesNext ? 1 : 0;
            continue;
        }
        const QString name = nameOf(argument);
        const bool hasValue = argument.contains(u'=');
        if (OwnFlags.contains(name)) {
            if (hasValue)
                return usage(u"--%1 takes no value"_s.arg(name));
            scanned.values.insert(name, {});
        } else if (OwnValues.contains(name)) {
            if (!hasValue && i + 1 == arguments.size())
                return usage(u"--%1 needs a value"_s.arg(name));
            if (scanned.values.contains(name))
                return usage(u"--%1 is there twice"_s.arg(name));
            const QString value = hasValue ? argument.section(u'=', 1) : arguments.at(++i);
            if (value.isEmpty())
                return usage(u"--%1 needs a value"_s.arg(name));
            scanned.values.insert(name, value);
        } else {
            return usage(u"\"%1\" is not known"_s.arg(argument));
        }
    }
    return scanned;
}

// 0: it is none.
quint16 portOf(const QString &text)
{
    return quint16(ascii::parseUInt(text.toUtf8(), 65535).value_or(0));
}

Expected<ServerAddress> addressOf(const QMap<QString, QString> &values)
{
    const QString socket = values.value(u"socket"_s);
    const QString port = values.value(u"port"_s);
    const QString host = values.value(u"ssh"_s);
    const QString remote = values.value(u"remote-socket"_s);
    const quint16 number = port.isEmpty() ? 6001 : portOf(port);
    if (number == 0)
        return usage(u"--port has to be a number from 1 to 65535, not \"%1\""_s.arg(port));
    if (!socket.isEmpty() && !(host.isEmpty() && port.isEmpty() && remote.isEmpty()))
        return usage(u"--socket excludes --port, --ssh and --remote-socket"_s);
    if (!remote.isEmpty() && (host.isEmpty() || !port.isEmpty()))
        return usage(u"--remote-socket goes with --ssh, and without --port"_s);
    ServerAddress address{socket, host};
    if (!host.isEmpty())
        address.socket = remote.isEmpty() ? systemSocket(number) : remote;
    else if (!port.isEmpty())
        address.socket = socketOfPort(number);
    const QString problem = address.isEmpty() ? QString() : problemOf(address);
    if (!problem.isEmpty())
        return Error{problem};
    return address;
}

} // namespace

Expected<DashboardArguments> parseArguments(const QStringList &arguments)
{
    const Expected<Scanned> scanned = scan(arguments);
    if (!scanned)
        return scanned.error();
    DashboardArguments parsed;
    parsed.wantsHelp = scanned->values.contains(u"help"_s);
    parsed.wantsVersion = scanned->values.contains(u"version"_s);
    parsed.mask = scanned->values.contains(u"mask"_s);
    if (parsed.wantsHelp || parsed.wantsVersion)
        return parsed;
    parsed.page = scanned->values.value(u"page"_s);
    if (!parsed.page.isEmpty() && !pageNames().contains(parsed.page)) {
        return usage(u"--page has to be one of %1, not \"%2\""_s.arg(pageNames().join(u", "_s),
                                                                     parsed.page));
    }
    const Expected<ServerAddress> address = addressOf(scanned->values);
    if (!address)
        return address.error();
    parsed.address = *address;
    return parsed;
}

QString dashboardHelp()
{
    return u"Usage: truepeer-dashboard [OPTION]…\n"
           "\n"
           "Shows a running truepeerd in a window: its clients, whom it trusts, what it\n"
           "found. Without an option it connects to the only server of this machine, or\n"
           "asks.\n"
           "\n"
           "  --socket PATH          the admin socket of the server; also\n"
           "                         TRUEPEER_ADMIN_SOCKET\n"
           "  --port N               the server of this machine with this port; with --ssh\n"
           "                         /run/truepeer/N.sock there\n"
           "  --ssh [USER@]HOST      a server of another machine, through ssh\n"
           "  --remote-socket PATH   its admin socket there (/run/truepeer/6001.sock)\n"
           "  --page NAME            the page to begin with: %1,\n"
           "                         %2\n"
           "  --mask                 hide a part of each address\n"
           "  -h, --help             this text\n"
           "  -V, --version          the version\n"_s.arg(pageNames().mid(0, 4).join(u", "_s),
                                                          pageNames().mid(4).join(u", "_s));
}

const QStringList &pageNames()
{
    static const QStringList names{u"overview"_s, u"clients"_s,   u"trust"_s,        u"rooms"_s,
                                   u"events"_s,   u"diagnosis"_s, u"configuration"_s};
    return names;
}

} // namespace truepeer
