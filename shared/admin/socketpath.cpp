// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/socketpath.h"

#include "shared/net/ascii.h"

#include <QDir>
#include <QFile>
#include <QFileInfo>

#include <algorithm>

#include <sys/stat.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr QLatin1StringView SystemDirectory = "/run/truepeer"_L1;

// Empty when it is not set, or not absolute.
QString directoryOf(const QProcessEnvironment &environment, const QString &variable)
{
    const QString directory = environment.value(variable).section(u':', 0, 0);
    return directory.startsWith(u'/') ? QDir::cleanPath(directory) : QString();
}

QString userDirectory(const QProcessEnvironment &environment)
{
    const QString runtime = directoryOf(environment, u"XDG_RUNTIME_DIR"_s);
    return runtime.isEmpty() ? QString() : QString(runtime + "/truepeer"_L1);
}

bool isSocket(const QString &path)
{
    struct stat status = {};
    return ::lstat(QFile::encodeName(path).constData(), &status) == 0 && S_ISSOCK(status.st_mode);
}

bool isDigit(QChar c)
{
    return c >= u'0' && c <= u'9';
}

// The digits at the start of the text, without leading zeros.
QStringView takeNumber(QStringView &text)
{
    const auto end = std::find_if_not(text.begin(), text.end(), isDigit);
    QStringView number = text.first(end - text.begin());
    text = text.sliced(number.size());
    while (number.startsWith(u'0'))
        number = number.sliced(1);
    return number;
}

// By the numbers in the names, whatever the locale.
bool isBefore(const QString &a, const QString &b)
{
    QStringView left = a;
    QStringView right = b;
    while (!left.isEmpty() && !right.isEmpty()) {
        if (isDigit(left.front()) && isDigit(right.front())) {
            const QStringView x = takeNumber(left);
            const QStringView y = takeNumber(right);
            if (x != y)
                return x.size() == y.size() ? x < y : x.size() < y.size();
        } else if (left.front() != right.front()) {
            return left.front() < right.front();
        } else {
            left = left.sliced(1);
            right = right.sliced(1);
        }
    }
    return left.isEmpty() == right.isEmpty() ? a < b : left.isEmpty();
}

} // namespace

Expected<QString> defaultAdminSocket(quint16 port, const QProcessEnvironment &environment,
                                     bool isRoot)
{
    QString directory = directoryOf(environment, u"RUNTIME_DIRECTORY"_s);
    if (directory.isEmpty())
        directory = userDirectory(environment);
    if (directory.isEmpty() && isRoot)
        directory = SystemDirectory;
    if (directory.isEmpty()) {
        return Error{u"There is no directory for the admin socket: XDG_RUNTIME_DIR and "
                     "RUNTIME_DIRECTORY are not set to an absolute path. Set one of them, or name "
                     "the socket with --admin-socket or the key admin.socket."_s};
    }
    const QString path = directory + u'/' + QString::number(port) + ".sock"_L1;
    if (QFile::encodeName(path).size() > MaxSocketPath) {
        return Error{
            u"The path of the admin socket, %1, is longer than %2 bytes, which is all that "
            "the system takes. Name a shorter one with --admin-socket or the key "
            "admin.socket."_s.arg(path, QString::number(MaxSocketPath))};
    }
    return path;
}

QStringList adminSocketDirectories(const QProcessEnvironment &environment)
{
    QStringList directories{userDirectory(environment), SystemDirectory};
    const QString socket = environment.value(u"TRUEPEER_ADMIN_SOCKET"_s);
    if (!socket.isEmpty())
        directories.append(QFileInfo(socket).absolutePath());
    directories.removeAll(QString());
    directories.removeDuplicates();
    return directories;
}

QStringList findAdminSockets(const QStringList &directories)
{
    QStringList sockets;
    for (const QString &directory : directories) {
        const QDir dir(directory);
        QStringList names = dir.entryList(QDir::System, QDir::Unsorted);
        std::sort(names.begin(), names.end(), isBefore);
        for (const QString &name : qAsConst(names)) {
            const QString path = dir.filePath(name);
            if (isSocket(path))
                sockets.append(path);
        }
    }
    return sockets;
}

} // namespace truepeer
