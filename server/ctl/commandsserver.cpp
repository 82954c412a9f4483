// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/completion.h"
#include "server/ctl/session.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

bool isHealthy(const QJsonObject &status)
{
    const QString word = status.value("status"_L1).toString();
    return !status.value("draining"_L1).toBool() && (word == "healthy"_L1 || word == "ready"_L1);
}

void writeWarnings(Session &session, const QJsonArray &warnings)
{
    for (const QJsonValue &warning : warnings) {
        const QJsonObject object = warning.toObject();
        const QString text =
            warning.isObject() ? valueText(object.value("message"_L1)) : valueText(warning);
        session.write(session.paint(u"warning: "_s, Colour::Notice) + text + u'\n');
    }
}

Colour severityColour(const QString &severity)
{
    if (severity == "error"_L1)
        return Colour::Bad;
    return severity == "warning"_L1 ? Colour::Notice : Colour::Accent;
}

QString indented(const QString &text, const QString &by, qsizetype width = 0)
{
    const qsizetype room = width > 0 ? std::max<qsizetype>(width - by.size(), 20) : 0;
    QString out;
    for (const QString &line : wrappedLines(printableLines(text).trimmed(), room))
        out += by + line + u'\n';
    return out;
}

void writeFinding(Session &session, const QJsonObject &finding)
{
    const QString severity = valueText(finding.value("severity"_L1));
    QString head = session.paint(severity, severityColour(severity)) + u": "_s
                   + session.paint(valueText(finding.value("title"_L1)), Colour::Strong);
    const QString subject = finding.value("subject"_L1).toString();
    if (!subject.isEmpty() && !finding.value("title"_L1).toString().contains(subject))
        head += u" ("_s + printable(subject) + u')';
    session.write(head + u"  ["_s + valueText(finding.value("id"_L1)) + u"]\n"_s);
    session.write(indented(finding.value("detail"_L1).toString(), u"  "_s, session.layout().width));
    const QJsonObject evidence = finding.value("evidence"_L1).toObject();
    for (auto it = evidence.begin(); it != evidence.end(); ++it)
        session.write(
            u"  "_s
            + session.paint(printable(it.key()) + u": "_s + memberText(it.key(), it.value()),
                            Colour::Faint)
            + u'\n');
    const QJsonObject fix = finding.value("fix"_L1).toObject();
    for (auto it = fix.begin(); it != fix.end(); ++it) {
        if (!it.value().toString().isEmpty())
            session.write(u"  fix ("_s + printable(it.key()) + u"):\n"_s
                          + indented(it.value().toString(), u"    "_s));
    }
    session.write(u"\n"_s);
}

// As the configuration file writes it.
QString settingText(const QJsonValue &value)
{
    return value.isBool() ? (value.toBool() ? u"true"_s : u"false"_s) : valueText(value);
}

int runDraining(Session &session, const QString &method)
{
    const std::optional<QJsonObject> result = session.call(method);
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        session.write(result->value("draining"_L1).toBool() ? u"draining\n"_s
                                                            : u"not draining\n"_s);
    return CtlExit::Ok;
}

} // namespace

int runStatus(Session &session)
{
    const std::optional<QJsonObject> result = session.call(u"status"_s);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    QJsonObject shown = session.server().server();
    for (auto it = result->begin(); it != result->end(); ++it)
        shown.insert(it.key(), it.value());
    if (shown.contains("clients_max"_L1))
        shown.insert("clients"_L1, u"%1 of %2"_s.arg(valueText(shown.value("clients"_L1)),
                                                     valueText(shown.value("clients_max"_L1))));
    QStringList names{u"version"_s,  u"pid"_s,         u"listen"_s,       u"status"_s,
                      u"uptime"_s,   u"clients"_s,     u"connections"_s,  u"connections_total"_s,
                      u"rejected"_s, u"messages_in"_s, u"messages_out"_s, u"bytes_in"_s,
                      u"bytes_out"_s};
    const QJsonObject rates = shown.value("rates"_L1).toObject();
    for (auto it = rates.begin(); it != rates.end(); ++it) {
        const QString name = it.key() + u"/s"_s;
        shown.insert(name, memberText(it.key(), it.value()));
        names.append(name);
    }
    names += {u"queue_bytes"_s, u"threads"_s, u"loop_lag_ms"_s, u"trust_revision"_s, u"draining"_s};
    session.writeMembers(shown, names);
    writeWarnings(session, result->value("warnings"_L1).toArray());
    return CtlExit::Ok;
}

int runHealth(Session &session)
{
    const std::optional<QJsonObject> result = session.call(u"status"_s);
    if (!result)
        return session.status();
    const bool isFine = isHealthy(*result)
                        && (!session.isSet(u"ready"_s) || result->value("ready"_L1).toBool(true));
    if (!session.wroteJson(*result)) {
        const bool isDraining = result->value("draining"_L1).toBool();
        const QString word = isDraining ? u"draining"_s : valueText(result->value("status"_L1));
        session.write((isHealthy(*result) && !isFine ? u"not ready"_s : word) + u'\n');
    }
    return isFine ? CtlExit::Ok : CtlExit::Failed;
}

int runConfig(Session &session)
{
    const std::optional<QJsonValue> result = session.callForList(u"config.get"_s);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    Table table({{u"KEY"_s}, {u"VALUE"_s}, {u"SOURCE"_s}, {u"DEFAULT"_s}});
    for (const QJsonValue &row : rowsOf(*result)) {
        const QJsonObject setting = row.toObject();
        const QJsonValue value = setting.value("value"_L1);
        const QJsonValue otherwise = setting.value("default"_L1);
        const bool isChanged = value != otherwise;
        if (session.isSet(u"changed"_s) && !isChanged)
            continue;
        table.add({{valueText(setting.value("key"_L1))},
                   {settingText(value), isChanged ? Colour::Strong : Colour::None},
                   {valueText(setting.value("source"_L1))},
                   {isChanged ? settingText(otherwise) : QString(), Colour::Faint}});
    }
    session.writeTable(table, u"every setting is the default"_s);
    return CtlExit::Ok;
}

int runDoctor(Session &session)
{
    const std::optional<QJsonValue> result = session.callForList(u"diagnose"_s);
    if (!result)
        return session.status();
    const QJsonArray findings = rowsOf(*result);
    int errors = 0;
    int warnings = 0;
    for (const QJsonValue &finding : findings) {
        const QString severity = finding.toObject().value("severity"_L1).toString();
        errors += severity == "error"_L1 ? 1 : 0;
        warnings += severity == "warning"_L1 ? 1 : 0;
    }
    if (!session.wroteJson(*result)) {
        for (const QJsonValue &finding : findings)
            writeFinding(session, finding.toObject());
        session.write(findings.isEmpty() ? u"nothing is wrong\n"_s
                                         : countText(findings.size(), u"finding"_s) + u": "_s
                                               + countText(errors, u"error"_s) + u", "_s
                                               + countText(warnings, u"warning"_s) + u'\n');
    }
    return errors > 0 ? CtlExit::Failed : CtlExit::Ok;
}

int runProxyConfig(Session &session)
{
    QJsonObject params{{u"proxy"_s, session.arguments().first()}};
    if (session.isSet(u"tls"_s))
        params.insert("tls"_L1, true);
    if (session.isSet(u"upstream"_s))
        params.insert("upstreams"_L1, QJsonArray::fromStringList(session.list(u"upstream"_s)));
    const std::optional<QJsonObject> result = session.call(u"proxy.config"_s, params);
    if (!result)
        return session.status();
    if (!session.wroteJson(*result)) {
        const QString text = printableLines(result->value("text"_L1).toString());
        session.write(text.endsWith(u'\n') ? text : text + u'\n');
    }
    return CtlExit::Ok;
}

int runDrain(Session &session)
{
    return runDraining(session, u"drain"_s);
}

int runUndrain(Session &session)
{
    return runDraining(session, u"undrain"_s);
}

int runReload(Session &session)
{
    const std::optional<QJsonObject> result = session.call(u"reload"_s);
    // What is invalid is the file, not the command line.
    if (!result)
        return session.status() == CtlExit::Usage ? CtlExit::Failed : session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    session.write(u"applied: "_s + valueText(result->value("applied"_L1)) + u'\n');
    const QJsonArray rest = result->value("needs_restart"_L1).toArray();
    if (!rest.isEmpty())
        session.write(session.paint(u"needs a restart: "_s, Colour::Notice) + valueText(rest)
                      + u'\n');
    writeWarnings(session, result->value("warnings"_L1).toArray());
    return CtlExit::Ok;
}

int runVersion(Session &session)
{
    if (!session.wroteJson({{u"version"_s, session.version()}}))
        session.write(u"truepeerctl "_s + session.version() + u'\n');
    return CtlExit::Ok;
}

int runCompletion(Session &session)
{
    session.write(completionScript(session.arguments().first()));
    return CtlExit::Ok;
}

} // namespace truepeer
