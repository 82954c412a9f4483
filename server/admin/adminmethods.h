// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The methods of the admin socket, by name. What they do is in the handlers beside; who may call
// them is decided here and by the session.
#pragma once

#include "shared/admin/protocol.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <functional>
#include <map>
#include <vector>

#include <sys/types.h>

namespace truepeer {

// Who is at the other end of a session (SO_PEERCRED).
struct AdminCaller
{
    uid_t uid = 0;
    pid_t pid = 0;
    QString user;          // the name of the uid; may be empty
    bool readOnly = false; // came through the read-only socket

    QString toText() const; // "uid 1000 (alice)", as audit log and history show it
};

// Answers a call, once, from any thread.
using AdminReply = std::function<void(const RpcResult &)>;

struct AdminCall
{
    QJsonObject params;
    AdminCaller caller;
    AdminReply reply;
};

struct AdminMethod
{
    // Called in the main thread, which must not wait.
    std::function<void(const AdminCall &)> handler;
    bool changes = false; // viewers may not call it
};

class AdminMethods
{
public:
    using Handler = std::function<void(const AdminCall &)>;

    void add(const QString &name, Handler handler)
    {
        m_methods[name] = {std::move(handler), false};
    }
    // For a method that changes something.
    void addChange(const QString &name, Handler handler)
    {
        m_methods[name] = {std::move(handler), true};
    }

    // Told of each change before it is tried.
    using Audit = std::function<void(const QString &name, const AdminCaller &caller)>;
    void setAudit(Audit audit) { m_audit = std::move(audit); }

    // Answers with an error itself when there is no such method, or the caller may not.
    void call(const QString &name, const AdminCall &call) const;
    QStringList names() const;

private:
    std::map<QString, AdminMethod> m_methods;
    Audit m_audit;
};

} // namespace truepeer
