// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/adminfailure.h"

#include "shared/admin/socketpath.h"

#include <QFile>
#include <QFileInfo>

#include <array>
#include <system_error>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;
using Kind = AdminFailure::Kind;

namespace {

using NameBuffer = std::array<char, 16 * 1024>;

QString userName(uid_t id)
{
    NameBuffer buffer;
    passwd entry = {};
    passwd *found = nullptr;
    ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? QString::number(id) : QFile::decodeName(found->pw_name);
}

QString groupName(gid_t id)
{
    NameBuffer buffer;
    group entry = {};
    group *found = nullptr;
    ::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found);
    return found == nullptr ? QString::number(id) : QFile::decodeName(found->gr_name);
}

SocketFacts factsOfObstacle(const QString &path)
{
    struct stat status = {};
    QString place = QFileInfo(path).absoluteFilePath();
    while (::stat(QFile::encodeName(place).constData(), &status) != 0) {
        const QString parent = QFileInfo(place).path();
        if (parent == place)
            return {};
        place = parent;
    }
    return {S_ISSOCK(status.st_mode), S_ISDIR(status.st_mode),
            static_cast<quint32>(status.st_mode & 0777), userName(status.st_uid),
            groupName(status.st_gid)};
}

QString permissionMessage(const QString &path, const SocketFacts &facts, const QString &user)
{
    if (facts.owner.isEmpty())
        return u"%1 may not use %2: run it as another user (sudo …)"_s.arg(user, path);
    // To connect is to write to a socket; a directory has to be entered.
    const quint32 groupBit = facts.isDirectory ? 0010 : 0020;
    // Nobody should become a member of the group root for this.
    if ((facts.mode & groupBit) == 0 || facts.group == "root"_L1) {
        return u"only %1 may use %2: run it as %1 (sudo -u %1 …)"_s.arg(facts.owner, path);
    }
    return u"%1 is for members of the group %2, and %3 is none: sudo usermod -aG %2 %3, then log "
           u"in "
           "again"_s.arg(path, facts.group, user);
}

} // namespace

AdminFailure connectFailure(int error, const QString &path, const SocketFacts &facts,
                            const QString &user)
{
    const auto other = u"name another socket with --socket or --port"_s;
    switch (error) {
    case ENOENT:
    case ENOTDIR:
        return {Kind::NoSocket,
                u"no server listens at %1; start it (systemctl start truepeerd), or "
                "%2"_s.arg(path, other)};
    case EACCES:
    case EPERM:
        return {Kind::NoPermission, permissionMessage(path, facts, user)};
    case ECONNREFUSED:
        // The system says the same of files that are no sockets.
        if (!facts.isSocket)
            return {Kind::NoSocket, u"%1 is no socket; %2"_s.arg(path, other)};
        return {Kind::Stale, u"the server that made %1 is gone; start it again (systemctl start "
                             "truepeerd), or %2"_s.arg(path, other)};
    case ENAMETOOLONG:
        return {Kind::NoSocket,
                u"the path %1 is longer than the %2 bytes that a socket's may have; %3"_s.arg(
                    path, QString::number(MaxSocketPath), other)};
    default:
        return {Kind::NoSocket,
                u"cannot connect to %1: %2; %3"_s.arg(
                    path, QString::fromStdString(std::generic_category().message(error)), other)};
    }
}

AdminFailure connectFailure(int error, const QString &path)
{
    return connectFailure(error, path, factsOfObstacle(path), userName(::geteuid()));
}

} // namespace truepeer
