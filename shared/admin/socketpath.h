// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/error.h"

#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace truepeer {

// Where a server with this port has its admin socket unless the configuration says otherwise:
// $RUNTIME_DIRECTORY/<port>.sock, else $XDG_RUNTIME_DIR/truepeer/<port>.sock, else
// /run/truepeer/<port>.sock for root. The error says what to set when none applies. The first of
// several directories in $RUNTIME_DIRECTORY (separated by colons) counts. Directories that are not
// absolute are passed over.
Expected<QString> defaultAdminSocket(quint16 port, const QProcessEnvironment &environment,
                                     bool isRoot);

// Where tools look for sockets, best first: $XDG_RUNTIME_DIR/truepeer and /run/truepeer, and
// the directory of TRUEPEER_ADMIN_SOCKET; each once.
QStringList adminSocketDirectories(const QProcessEnvironment &environment);

// The sockets in these directories, by name in each (6001.sock before 10001.sock); servers that are
// gone may have left some of them. A directory that is not there has none.
QStringList findAdminSockets(const QStringList &directories);

// A path is too long for the system: sockaddr_un has room for 107 bytes.
inline constexpr qsizetype MaxSocketPath = 107;

} // namespace truepeer
