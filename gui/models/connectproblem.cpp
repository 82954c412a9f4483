// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/connectproblem.h"

#include "shared/trust/explanation.h"

#include <QRegularExpression>

#include <algorithm>
#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;
using Kind = AdminFailure::Kind;

namespace {

constexpr auto StartCommand = "sudo systemctl start truepeerd"_L1;
constexpr qsizetype MaxLines = 3;
constexpr qsizetype MaxSaidText = 400;

QString titleOf(Kind kind)
{
    switch (kind) {
    case Kind::NoSocket:
        return u"No server there"_s;
    case Kind::NoPermission:
        return u"No permission"_s;
    case Kind::Stale:
        return u"The server is gone"_s;
    case Kind::Lost:
        return u"Connection lost"_s;
    case Kind::TimedOut:
        return u"No answer"_s;
    case Kind::Incompatible:
        return u"Not a server for this dashboard"_s;
    }
    return {};
}

// The command that the message of a missing permission recommends.
QString permissionCommand(const QString &message)
{
    static const QRegularExpression join(u"sudo usermod -aG \\S+ [^\\s,]+"_s);
    static const QRegularExpression other(u"sudo -u (\\S+) …"_s);
    const QRegularExpressionMatch joined = join.match(message);
    if (joined.hasMatch())
        return joined.captured();
    const QRegularExpressionMatch found = other.match(message);
    return found.hasMatch() ? QString("sudo -u "_L1 + found.captured(1) + " truepeer-dashboard"_L1)
                            : QString();
}

// The messages are those of the command line too, and begin in the middle of a line there.
QString sentence(const QString &message)
{
    QString text = message;
    text.replace("name another socket with --socket or --port"_L1, "choose another server"_L1);
    if (!text.isEmpty())
        text[0] = text.at(0).toUpper();
    return text + u'.';
}

struct SshHint
{
    QLatin1StringView seen; // in what ssh wrote
    Kind kind;
    QLatin1StringView text; // %1 is the host, %2 the path of the socket
    QLatin1StringView command;
};

// The first that fits counts.
constexpr std::array SshHints{
    SshHint{"REMOTE HOST IDENTIFICATION HAS CHANGED"_L1, Kind::NoPermission,
            "The host key of %1 is another one than before. Find out why before you connect: "
            "somebody may be in between. If the machine was set up anew, forget the old key."_L1,
            "ssh-keygen -R %1"_L1},
    SshHint{"Host key verification failed"_L1, Kind::NoPermission,
            "ssh does not know the host key of %1 yet. Connect once in a terminal and check it."_L1,
            "ssh %1"_L1},
    SshHint{"Permission denied"_L1, Kind::NoPermission,
            "%1 does not take your key, and ssh cannot ask for a password here: add your key."_L1,
            "ssh-copy-id %1"_L1},
    SshHint{"Too many authentication failures"_L1,
            Kind::NoPermission,
            "%1 did not take the first of your keys. Name the right one for this host in "
            "~/.ssh/config (IdentityFile, IdentitiesOnly yes)."_L1,
            {}},
    SshHint{"Could not resolve hostname"_L1,
            Kind::NoSocket,
            "The name of the host %1 is not known here."_L1,
            {}},
    SshHint{"administratively prohibited"_L1, Kind::NoPermission,
            "The ssh server of %1 does not pass on unix sockets. In its sshd_config, "
            "AllowStreamLocalForwarding has to be yes, and DisableForwarding no."_L1,
            "ssh %1 \"sudo sshd -T | grep -i forwarding\""_L1},
    SshHint{"open failed"_L1, Kind::NoSocket,
            "Nothing can be reached at %2 on %1: no server has this socket there, your user "
            "there may not use it, or AllowStreamLocalForwarding is off in its sshd_config."_L1,
            "ssh %1 ls -l %2"_L1},
    SshHint{"Connection refused"_L1,
            Kind::NoSocket,
            "%1 runs no ssh server on this port. Another port belongs into ~/.ssh/config."_L1,
            {}},
    SshHint{"timed out"_L1, Kind::TimedOut, "%1 does not answer."_L1, {}},
    SshHint{"No route to host"_L1, Kind::NoSocket, "There is no way to %1 from here."_L1, {}},
    SshHint{"Network is unreachable"_L1, Kind::NoSocket, "There is no way to %1 from here."_L1, {}},
};

QString filled(QLatin1StringView text, const ServerAddress &address)
{
    return QString(text).replace("%1"_L1, address.sshHost).replace("%2"_L1, address.socket);
}

// Without what is there again and again.
QString lastLines(const QString &output)
{
    QStringList lines;
    for (const QString &line : output.split(u'\n', Qt::SkipEmptyParts)) {
        const QString text = line.simplified();
        if (!text.isEmpty()) {
            lines.removeAll(text);
            lines.append(text);
        }
    }
    const QStringList last = lines.mid(std::max<qsizetype>(0, lines.size() - MaxLines));
    return escapedText(last.join(" / "_L1).toUtf8(), MaxSaidText);
}

} // namespace

ConnectProblem problemOfFailure(const AdminFailure &failure)
{
    ConnectProblem problem{failure.kind, titleOf(failure.kind), sentence(failure.message), {}};
    const bool isGone = failure.kind == Kind::NoSocket || failure.kind == Kind::Stale;
    if (isGone && failure.message.contains("systemctl start"_L1))
        problem.command = StartCommand;
    else if (failure.kind == Kind::NoPermission)
        problem.command = permissionCommand(failure.message);
    return problem;
}

ConnectProblem problemOfSsh(const QString &output, const ServerAddress &address)
{
    for (const SshHint &hint : SshHints) {
        if (!output.contains(hint.seen))
            continue;
        return {hint.kind, titleOf(hint.kind),
                filled(hint.text, address) + "\nssh said: "_L1 + lastLines(output),
                filled(hint.command, address)};
    }
    if (output.simplified().isEmpty())
        return {};
    return {Kind::Lost,
            titleOf(Kind::Lost),
            u"The connection to %1 ended.\nssh said: %2"_s.arg(address.sshHost, lastLines(output)),
            {}};
}

ConnectProblem problemOfTunnelled(const AdminFailure &failure, const QString &output,
                                  const ServerAddress &address)
{
    // What the other end of the tunnel says of itself counts; all else is about the tunnel.
    if (failure.kind == Kind::Incompatible || failure.kind == Kind::TimedOut)
        return problemOfFailure(failure);
    const ConnectProblem said = problemOfSsh(output, address);
    if (!said.isEmpty())
        return said;
    return {failure.kind,
            titleOf(Kind::Lost),
            u"The connection to %1 through ssh ended."_s.arg(address.text()),
            {}};
}

} // namespace truepeer
