// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/serveraddress.h"

#include "shared/admin/socketpath.h"

#include <QFile>
#include <QFileInfo>
#include <QRegularExpression>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxHost = 255;

bool matches(const QString &text, const QString &pattern)
{
    return QRegularExpression(QRegularExpression::anchoredPattern(pattern)).match(text).hasMatch();
}

QString problemOfRemote(const ServerAddress &address)
{
    const auto host = u"([A-Za-z0-9_][A-Za-z0-9_.-]*@)?([A-Za-z0-9][A-Za-z0-9_.-]*|"
                      "[0-9A-Fa-f]*:[0-9A-Fa-f:.]+)"_s;
    if (address.sshHost.size() > MaxHost || !matches(address.sshHost, host)) {
        return u"\"%1\" is no host for ssh: write HOST or USER@HOST. Ports and keys belong into "
               "~/.ssh/config."_s.arg(address.sshHost.left(MaxHost));
    }
    if (!matches(address.socket, u"/[A-Za-z0-9_./@+=,-]*"_s)) {
        return u"The socket on %1 has to be an absolute path of letters, digits and "
               "_ . / @ + = , -"_s.arg(address.sshHost);
    }
    return {};
}

} // namespace

QString ServerAddress::text() const
{
    return isRemote() ? QString(sshHost + u':' + socket) : socket;
}

QString problemOf(const ServerAddress &address)
{
    if (address.isEmpty())
        return u"Name the admin socket of the server."_s;
    if (QFile::encodeName(address.socket).size() > MaxSocketPath) {
        return u"The path of the socket is longer than the %1 bytes that it may have."_s.arg(
            MaxSocketPath);
    }
    return address.isRemote() ? problemOfRemote(address) : QString();
}

QString settingText(const ServerAddress &address)
{
    return address.isRemote() ? QString("ssh "_L1 + address.sshHost + u' ' + address.socket)
                              : QString("local "_L1 + address.socket);
}

ServerAddress addressOfSetting(const QString &text)
{
    ServerAddress address;
    if (text.startsWith("local "_L1))
        address.socket = text.mid(6);
    else if (text.startsWith("ssh "_L1))
        address = {text.section(u' ', 2), text.section(u' ', 1, 1)};
    return problemOf(address).isEmpty() ? address : ServerAddress();
}

QString socketOfPort(quint16 port)
{
    const QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    const QStringList directories = adminSocketDirectories(environment);
    const QString name = u'/' + QString::number(port) + ".sock"_L1;
    for (const QString &directory : directories) {
        if (QFileInfo::exists(directory + name))
            return directory + name;
    }
    return directories.isEmpty() ? systemSocket(port) : QString(directories.first() + name);
}

QString systemSocket(quint16 port)
{
    return u"/run/truepeer/%1.sock"_s.arg(port);
}

} // namespace truepeer
