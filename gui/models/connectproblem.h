// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serveraddress.h"
#include "shared/admin/adminfailure.h"

#include <QString>

namespace truepeer {

// Why there is no connection, as the window shows it.
struct ConnectProblem
{
    AdminFailure::Kind kind = AdminFailure::Kind::Lost;
    QString title;   // a few words
    QString text;    // what happened, and the way out
    QString command; // to copy into a terminal; may be empty

    bool isEmpty() const { return text.isEmpty(); }
};

// Of a connection on this machine.
ConnectProblem problemOfFailure(const AdminFailure &failure);

// Of what ssh said at last before it ended, or while a connection through it ended. Empty when
// there is nothing in it that is known and `output` is empty.
ConnectProblem problemOfSsh(const QString &output, const ServerAddress &address);

// Of a connection through ssh that was made and ended: `output` as above.
ConnectProblem problemOfTunnelled(const AdminFailure &failure, const QString &output,
                                  const ServerAddress &address);

} // namespace truepeer
