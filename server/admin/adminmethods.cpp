// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/adminmethods.h"

#include "server/ops/configkeys.h"
#include "shared/trust/explanation.h"

namespace truepeer {

using namespace Qt::StringLiterals;

QString AdminCaller::toText() const
{
    const QString text = u"uid "_s + QString::number(uid);
    return user.isEmpty() ? text : text + u" (" + user + u')';
}

void AdminMethods::call(const QString &name, const AdminCall &call) const
{
    const auto found = m_methods.find(name);
    if (found == m_methods.end()) {
        const QString near = nearestName(name, names());
        const QString hint = near.isEmpty() ? QString() : u"; did you mean \"" + near + u"\"?";
        call.reply(
            RpcError(RpcCode::MethodNotFound,
                     u"there is no method \"" + escapedText(name.toUtf8(), 60) + u'"' + hint));
        return;
    }
    if (found->second.changes && call.caller.readOnly) {
        call.reply(RpcError(RpcCode::ReadOnly,
                            u"this socket is for viewers; use the admin socket for "_s + name));
        return;
    }
    if (found->second.changes && m_audit)
        m_audit(name, call.caller);
    found->second.handler(call);
}

QStringList AdminMethods::names() const
{
    QStringList names;
    for (const auto &[name, method] : m_methods)
        names += name;
    return names;
}

} // namespace truepeer
