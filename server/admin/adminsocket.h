// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminSocket is a listening Unix socket in the file system that belongs to one server alone: a
// lock beside it keeps a second server off, and tells a socket in use from one that was left
// behind.
//
// Thread: any one.
#pragma once

#include "shared/error.h"

#include <QString>

#include <memory>

namespace truepeer {

class AdminSocket
{
    Q_DISABLE_COPY_MOVE(AdminSocket)

public:
    // Who may connect: the owner (mode 0600), with a group its members too (0660). Makes the
    // directory when it is missing. The error names the path and the way out.
    static Expected<std::unique_ptr<AdminSocket>> open(const QString &path, const QString &group);

    // Removes the socket and the lock.
    ~AdminSocket();

    const QString &path() const { return m_path; }
    // Listening and non-blocking. Whoever takes it closes it.
    int takeDescriptor();

private:
    AdminSocket(const QString &path, int lock, int descriptor);

    const QString m_path;
    const int m_lock;
    int m_descriptor;
};

} // namespace truepeer
