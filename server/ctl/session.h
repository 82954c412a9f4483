// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/commandline.h"
#include "server/ctl/console.h"
#include "server/ctl/exitstatus.h"
#include "server/ctl/format.h"
#include "server/ctl/table.h"
#include "server/ctl/transport.h"

#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <utility>

namespace truepeer {

// One command while it runs: what was asked for, where to write, and the server.
class Session
{
public:
    // The server is null for commands that need none.
    Session(const Invocation &invocation, Console &console, Transport *server, QString version)
        : m_invocation(invocation)
        , m_console(console)
        , m_server(server)
        , m_version(std::move(version))
    {
    }

    Console &console() { return m_console; }
    Transport &server() { return *m_server; }
    const QString &version() const { return m_version; }

    const QStringList &arguments() const { return m_invocation.arguments; }
    bool isSet(const QString &option) const { return m_invocation.isSet(option); }
    QString value(const QString &option) const { return m_invocation.value(option); }
    QStringList values(const QString &option) const { return m_invocation.options.value(option); }
    // The values of an option, each of which may hold several, joined by commas.
    QStringList list(const QString &option) const;
    qint64 number(const QString &option, qint64 fallback) const;
    // Copies an option into the params, under its name with _ for -; not when it is not set.
    void copyText(const QString &option, QJsonObject &params) const;
    void copyNumber(const QString &option, QJsonObject &params) const;
    bool wantsJson() const { return isSet(QStringLiteral("json")); }

    Layout layout() const;
    QString paint(const QString &text, Colour colour) const
    {
        return painted(text, colour, m_console.hasColours());
    }

    void write(const QString &text) { m_console.write(text); }
    // With --json the result as it is; true when that was asked for, and there is no more to do.
    bool wroteJson(const QJsonValue &result);
    void writeTable(const Table &table, const QString &whenEmpty);
    // "name  value" lines of these members, as far as they are there.
    void writeMembers(const QJsonObject &object, const QStringList &names);

    // The result of a method. When there is none the reason was printed, and status() is what the
    // command must return.
    std::optional<QJsonObject> call(const QString &method, const QJsonObject &params = {});
    // The same for a method whose result is a list; see rowsOf().
    std::optional<QJsonValue> callForList(const QString &method, const QJsonObject &params = {});
    int status() const { return m_status; }
    // Prints what the server refused; the exit status that belongs to it.
    int report(const RpcError &error, const QJsonObject &params = {});
    int fail(int status, const QString &message);

    // Whether the operator agrees: --yes, or asked on a terminal. Otherwise status() is Refused,
    // and the reason was printed.
    bool isConfirmed(const QString &question);

private:
    const Invocation &m_invocation;
    Console &m_console;
    Transport *m_server;
    QString m_version;
    int m_status = CtlExit::Ok;
};

} // namespace truepeer
