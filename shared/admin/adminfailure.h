// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// Why there is no connection, in a sentence with the way out.
struct AdminFailure
{
    enum class Kind : quint8 {
        NoSocket,     // ENOENT: no server has this path; or another errno of connect()
        NoPermission, // EACCES
        Stale,        // ECONNREFUSED: the socket of a server that is gone
        Lost,         // the connection ended
        TimedOut,     // no answer to hello in time
        Incompatible, // no hello, or of another protocol version
    };
    Kind kind = Kind::Lost;
    QString message;
};

// What the system knows of the file that stands in the way: the socket, or the nearest directory
// above it that can be looked at. All of it is empty when that is not known.
struct SocketFacts
{
    bool isSocket = false;
    bool isDirectory = false;
    quint32 mode = 0; // the permission bits
    QString owner;
    QString group;
};

// What an errno of connect() means. `user` is who tried. Pure.
AdminFailure connectFailure(int error, const QString &path, const SocketFacts &facts,
                            const QString &user);

// The same with what the system says now.
AdminFailure connectFailure(int error, const QString &path);

} // namespace truepeer
