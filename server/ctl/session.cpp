// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/session.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

int exitStatusOf(const RpcError &error)
{
    if (error.code == UnreachableCode)
        return CtlExit::Unreachable;
    switch (static_cast<RpcCode>(error.code)) {
    case RpcCode::InvalidParams:
        return CtlExit::Usage;
    case RpcCode::Conflict:
        return CtlExit::Conflict;
    case RpcCode::InvalidList:
    case RpcCode::ReadOnly:
    case RpcCode::NeedsConfirmation:
        return CtlExit::Refused;
    case RpcCode::NotFound:
        return CtlExit::NotFound;
    case RpcCode::ParseError:
    case RpcCode::InvalidRequest:
    case RpcCode::MethodNotFound:
    case RpcCode::InternalError:
    case RpcCode::Busy:
    case RpcCode::NotSaved:
        break;
    }
    return CtlExit::Failed;
}

QString memberName(QString option)
{
    return option.replace(u'-', u'_');
}

} // namespace

QStringList Session::list(const QString &option) const
{
    QStringList all;
    for (const QString &value : values(option)) {
        for (const QString &part : value.split(u',')) {
            if (!part.trimmed().isEmpty())
                all.append(part.trimmed());
        }
    }
    return all;
}

qint64 Session::number(const QString &option, qint64 fallback) const
{
    return isSet(option) ? value(option).toLongLong() : fallback;
}

void Session::copyText(const QString &option, QJsonObject &params) const
{
    if (isSet(option))
        params.insert(memberName(option), value(option));
}

void Session::copyNumber(const QString &option, QJsonObject &params) const
{
    if (isSet(option))
        params.insert(memberName(option), number(option, 0));
}

Layout Session::layout() const
{
    return {m_console.isTerminal() ? m_console.width() : 0, m_console.hasColours(),
            !isSet(u"no-headers"_s)};
}

bool Session::wroteJson(const QJsonValue &result)
{
    if (wantsJson())
        write(jsonText(result));
    return wantsJson();
}

void Session::writeTable(const Table &table, const QString &whenEmpty)
{
    if (!table.isEmpty())
        write(table.toText(layout()) + table.leftOutText(layout()));
    else if (m_console.isTerminal())
        write(whenEmpty + u'\n');
}

void Session::writeMembers(const QJsonObject &object, const QStringList &names)
{
    Table table({{}, {}});
    for (const QString &name : names) {
        if (object.contains(name))
            table.add({{printable(name), Colour::Faint}, {memberText(name, object.value(name))}});
    }
    Layout plain = layout();
    plain.hasHeaders = false;
    plain.width = 0;
    write(table.toText(plain));
}

std::optional<QJsonObject> Session::call(const QString &method, const QJsonObject &params)
{
    const std::optional<QJsonValue> result = callForList(method, params);
    return result ? std::optional(result->toObject()) : std::nullopt;
}

std::optional<QJsonValue> Session::callForList(const QString &method, const QJsonObject &params)
{
    RpcResult result = m_server->call(method, params);
    if (const RpcError *error = std::get_if<RpcError>(&result)) {
        m_status = report(*error, params);
        return std::nullopt;
    }
    return std::get<QJsonValue>(std::move(result));
}

int Session::report(const RpcError &error, const QJsonObject &params)
{
    const QString particular = error.data.value("message"_L1).toString();
    QString message = printable(error.message);
    if (!particular.isEmpty() && !error.message.contains(particular))
        message += u": "_s + printable(particular);
    if (error.is(RpcCode::MethodNotFound))
        message += u"; the server is another version ("_s
                   + valueText(m_server->server().value("version"_L1)) + u')';
    fail(CtlExit::Failed, message);
    for (const QJsonValue &reason : error.data.value("errors"_L1).toArray())
        m_console.complain(u"  "_s + valueText(reason));
    const QString filter = params.value("filter"_L1).toString();
    const int position = error.data.value("position"_L1).toInt(-1);
    if (error.is(RpcCode::InvalidParams) && position >= 0 && position <= filter.size()
        && !filter.isEmpty()) {
        m_console.complain(u"  "_s + printable(filter));
        m_console.complain(u"  "_s + QString(position, u' ') + u'^');
    }
    return exitStatusOf(error);
}

int Session::fail(int status, const QString &message)
{
    m_console.complain(u"truepeerctl: "_s + message);
    return status;
}

bool Session::isConfirmed(const QString &question)
{
    if (isSet(u"yes"_s))
        return true;
    const std::optional<QString> answer = m_console.ask(question + u" [y/N] "_s);
    if (!answer) {
        m_status = fail(CtlExit::Refused, u"this needs a confirmation; repeat it with --yes"_s);
        return false;
    }
    const QString word = answer->trimmed().toLower();
    if (word == "y"_L1 || word == "yes"_L1)
        return true;
    m_status = fail(CtlExit::Refused, u"nothing was done"_s);
    return false;
}

} // namespace truepeer
