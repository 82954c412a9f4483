// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/session.h"
#include "server/ctl/trail.h"
#include "shared/clients/clientquery.h"

#include <QHash>
#include <QJsonDocument>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

const QStringList &defaultColumns()
{
    static const QStringList columns{u"id"_s,           u"client"_s,      u"peer"_s,
                                     u"hops"_s,         u"namespace"_s,   u"rooms"_s,
                                     u"connected_at"_s, u"idle_s"_s,      u"messages_in"_s,
                                     u"messages_out"_s, u"queue_bytes"_s, u"user_agent"_s};
    return columns;
}

QString titleOf(const QString &column)
{
    static const QHash<QString, QString> titles{{u"idle_s"_s, u"IDLE"_s},
                                                {u"queue_bytes"_s, u"QUEUE"_s},
                                                {u"messages_in"_s, u"MSGS IN"_s},
                                                {u"messages_out"_s, u"MSGS OUT"_s},
                                                {u"at_ms"_s, u"AT"_s}};
    return titles.value(column, QString(column).replace(u'_', u' ').toUpper());
}

// How many characters say what a column has to say.
qsizetype keptWidth(const QString &column)
{
    static const QHash<QString, qsizetype> widths{
        {u"id"_s, 20},        {u"client"_s, 39},     {u"peer"_s, 39},  {u"connected_at"_s, 19},
        {u"closed_at"_s, 19}, {u"user_agent"_s, 12}, {u"at_ms"_s, 23}, {u"url"_s, 20}};
    return widths.value(column, 6);
}

// What is left out of the default columns where space is short: the last one first.
int rankOf(const QString &column)
{
    static const QStringList names{u"at_ms"_s,        u"peer"_s,        u"rooms"_s,
                                   u"queue_bytes"_s,  u"messages_in"_s, u"messages_out"_s,
                                   u"connected_at"_s, u"namespace"_s,   u"hops"_s,
                                   u"detail"_s,       u"source"_s};
    return static_cast<int>(names.indexOf(column)) + 1;
}

bool isNumeric(const QString &column)
{
    static const QStringList names{
        u"peer_port"_s,  u"port"_s,      u"idle_s"_s,      u"messages_in"_s, u"messages_out"_s,
        u"bytes_in"_s,   u"bytes_out"_s, u"queue_bytes"_s, u"hops"_s,        u"trust_revision"_s,
        u"close_code"_s, u"status"_s,    u"duration_us"_s, u"members"_s};
    return names.contains(column);
}

std::vector<TableColumn> tableColumns(const QStringList &names, bool areWanted)
{
    std::vector<TableColumn> columns;
    for (const QString &name : names)
        columns.push_back(
            {titleOf(name), isNumeric(name), keptWidth(name), areWanted ? 0 : rankOf(name)});
    return columns;
}

Colour cellColour(const QString &column, const QJsonObject &row)
{
    if (column != "client"_L1)
        return Colour::None;
    if (row.value("conflict"_L1).toBool())
        return Colour::Bad;
    return row.value("known"_L1).toBool(true) ? Colour::None : Colour::Notice;
}

// `areWanted`: somebody asked for these columns, so none is left out.
Table tableOf(const QStringList &columns, const QJsonArray &rows, bool areWanted)
{
    Table table(tableColumns(columns, areWanted));
    for (const QJsonValue &value : rows) {
        const QJsonObject row = value.toObject();
        std::vector<Cell> cells;
        for (const QString &column : columns)
            cells.push_back({memberText(column, row.value(column)), cellColour(column, row)});
        table.add(std::move(cells));
    }
    return table;
}

// What a result of unknown detail has: these columns as far as some row has them.
Table foundColumns(const QStringList &wanted, const QJsonArray &rows)
{
    QStringList columns;
    for (const QString &name : wanted) {
        if (std::any_of(rows.begin(), rows.end(),
                        [&name](const QJsonValue &row) { return row.toObject().contains(name); }))
            columns.append(name);
    }
    return tableOf(columns, rows, false);
}

// The list of one call, or of several where it is longer than the server gives at once.
std::optional<QJsonObject> listClients(Session &session, QJsonObject params)
{
    qint64 missing = session.number(u"limit"_s, ClientQuery::DefaultLimit);
    qint64 offset = session.number(u"offset"_s, 0);
    std::optional<QJsonObject> whole;
    QJsonArray items;
    for (;;) {
        const qint64 limit = std::min<qint64>(missing, ClientQuery::MaxLimit);
        params.insert("limit"_L1, limit);
        params.insert("offset"_L1, offset);
        std::optional<QJsonObject> page = session.call(u"clients.list"_s, params);
        if (!page)
            return std::nullopt;
        const QJsonArray rows = rowsOf(*page);
        for (const QJsonValue &row : rows)
            items.append(row);
        if (!whole)
            whole = std::move(page);
        missing -= limit;
        offset += limit;
        if (missing <= 0 || rows.size() < limit)
            break;
    }
    whole->insert("items"_L1, items);
    return whole;
}

// The data of an event: an argument, or standard input for "-".
Expected<QJsonValue> eventData(Session &session, const QString &argument)
{
    QByteArray bytes = argument.toUtf8();
    if (argument == "-"_L1) {
        Expected<QByteArray> input = session.console().read(argument);
        if (!input)
            return input.error();
        bytes = *input;
    }
    // QJsonDocument takes only objects and arrays; any value can be an element.
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson('[' + bytes + ']', &error);
    if (document.isNull() || document.array().size() != 1)
        return Error{
            u"the data is no JSON: %1 at character %2 (a text needs quotes of its own, as "
            "in '\"hello\"')"_s
                .arg(document.isNull() ? error.errorString() : u"it is not exactly one value"_s)
                .arg(std::max(error.offset, 1))};
    return document.array().first();
}

// Under a list on a terminal: how much of it that is.
void writeShare(Session &session, const QJsonValue &result)
{
    const qsizetype shown = rowsOf(result).size();
    const QJsonObject counts = result.toObject();
    if (!session.console().isTerminal() || shown == 0 || !counts.contains("total"_L1))
        return;
    session.write(session.paint(u"%1 of %2, %3 in all"_s.arg(shown).arg(
                                    valueText(counts.value("filtered"_L1)),
                                    valueText(counts.value("total"_L1))),
                                Colour::Faint)
                  + u'\n');
}

void writeResolution(Session &session, const QJsonObject &object)
{
    const QJsonValue resolution = object.value("resolution"_L1);
    if (resolution.isObject())
        session.write(resolutionText(resolution.toObject(), session.layout()));
    else
        session.write(u"it is no longer known how its address was found\n"_s);
}

int explain(Session &session, const QString &method, const QString &id)
{
    const std::optional<QJsonObject> result = session.call(method, {{u"id"_s, id}});
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        writeResolution(session, *result);
    return CtlExit::Ok;
}

// What is shown of one thing: all but the resolution, the known names first.
int show(Session &session, const QString &method, const QStringList &names)
{
    const std::optional<QJsonObject> result =
        session.call(method, {{u"id"_s, session.arguments().first()}});
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    QStringList shown = names;
    for (const QString &name : result->keys()) {
        if (!shown.contains(name) && name != "resolution"_L1)
            shown.append(name);
    }
    session.writeMembers(*result, shown);
    session.write(u"\n"_s);
    writeResolution(session, *result);
    return CtlExit::Ok;
}

} // namespace

int runClients(Session &session)
{
    QJsonObject params;
    for (const QString &option : {u"filter"_s, u"sort"_s, u"state"_s})
        session.copyText(option, params);
    if (session.isSet(u"desc"_s))
        params.insert("order"_L1, u"desc"_s);
    const QStringList columns =
        session.isSet(u"columns"_s) ? session.list(u"columns"_s) : defaultColumns();
    for (const QString &column : columns) {
        if (const Expected<ClientColumn> known = clientColumn(column); !known)
            return session.fail(CtlExit::Usage, known.error().message);
    }
    const std::optional<QJsonObject> result = listClients(session, params);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    const QJsonArray rows = rowsOf(*result);
    session.writeTable(tableOf(columns, rows, session.isSet(u"columns"_s)), u"no client matches"_s);
    writeShare(session, *result);
    return CtlExit::Ok;
}

int runClient(Session &session)
{
    return show(session, u"clients.get"_s, clientColumnNames());
}

int runExplain(Session &session)
{
    const QString id = session.arguments().first();
    if (id.startsWith("request:"_L1))
        return explain(session, u"requests.get"_s, id.sliced(8));
    return explain(session, u"clients.get"_s, id);
}

int runKick(Session &session)
{
    QJsonObject params;
    session.copyText(u"filter"_s, params);
    if (session.arguments().isEmpty() != params.contains("filter"_L1))
        return session.fail(CtlExit::Usage, u"kick needs either an ID or --filter"_s);
    if (params.contains("filter"_L1) && params.value("filter"_L1).toString().trimmed().isEmpty())
        return session.fail(CtlExit::Usage, u"an empty filter would close every connection"_s);
    if (!session.arguments().isEmpty())
        params.insert("id"_L1, session.arguments().first());
    session.copyText(u"reason"_s, params);
    session.copyNumber(u"code"_s, params);

    QJsonObject rehearsal = params;
    rehearsal.insert("dry_run"_L1, true);
    const std::optional<QJsonObject> expected = session.call(u"clients.kick"_s, rehearsal);
    if (!expected)
        return session.status();
    const auto count = expected->value("count"_L1).toInteger();
    if (session.isSet(u"dry-run"_s) || count == 0) {
        if (!session.wroteJson(*expected))
            session.write(u"%1 would be closed\n"_s.arg(countText(count, u"client"_s)));
        return CtlExit::Ok;
    }
    if (!session.isConfirmed(u"Kick %1?"_s.arg(countText(count, u"client"_s))))
        return session.status();
    const std::optional<QJsonObject> result = session.call(u"clients.kick"_s, params);
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        session.write(
            u"%1 closed\n"_s.arg(countText(result->value("count"_L1).toInteger(), u"client"_s)));
    return CtlExit::Ok;
}

int runSend(Session &session)
{
    const QStringList &arguments = session.arguments();
    const Expected<QJsonValue> data = eventData(session, arguments.value(2, u"{}"_s));
    if (!data)
        return session.fail(CtlExit::Usage, data.error().message);
    const std::optional<QJsonObject> result =
        session.call(u"clients.send"_s,
                     {{u"id"_s, arguments[0]}, {u"event"_s, arguments[1]}, {u"data"_s, *data}});
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        session.write(u"sent\n"_s);
    return CtlExit::Ok;
}

int runBroadcast(Session &session)
{
    const QStringList &arguments = session.arguments();
    const Expected<QJsonValue> data = eventData(session, arguments.value(1, u"{}"_s));
    if (!data)
        return session.fail(CtlExit::Usage, data.error().message);
    QJsonObject params{{u"event"_s, arguments[0]}, {u"data"_s, *data}};
    session.copyText(u"namespace"_s, params);
    session.copyText(u"room"_s, params);
    const std::optional<QJsonObject> result = session.call(u"broadcast"_s, params);
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        session.write(u"delivered to %1\n"_s.arg(
            countText(result->value("delivered"_L1).toInteger(), u"client"_s)));
    return CtlExit::Ok;
}

int runRooms(Session &session)
{
    QJsonObject params;
    session.copyText(u"namespace"_s, params);
    session.copyNumber(u"limit"_s, params);
    const bool wantsMembers = !session.arguments().isEmpty();
    if (wantsMembers)
        params.insert("room"_L1, session.arguments().first());
    const std::optional<QJsonObject> result =
        session.call(wantsMembers ? u"rooms.members"_s : u"rooms.list"_s, params);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    const QJsonArray rows = rowsOf(*result);
    const QStringList columns =
        wantsMembers ? defaultColumns()
                     : QStringList{u"namespace"_s, u"room"_s, u"name"_s, u"members"_s};
    session.writeTable(foundColumns(columns, rows),
                       wantsMembers ? u"nobody is in it"_s : u"there are no rooms"_s);
    writeShare(session, *result);
    return CtlExit::Ok;
}

int runRequests(Session &session)
{
    const std::optional<QJsonValue> result =
        session.callForList(u"requests.recent"_s, {{u"limit"_s, session.number(u"limit"_s, 50)}});
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    const QJsonArray rows = rowsOf(*result);
    session.writeTable(foundColumns({u"id"_s, u"at_ms"_s, u"method"_s, u"url"_s, u"status"_s,
                                     u"client"_s, u"peer"_s, u"source"_s, u"detail"_s},
                                    rows),
                       u"there were no requests yet"_s);
    return CtlExit::Ok;
}

int runRequest(Session &session)
{
    return show(session, u"requests.get"_s,
                {u"id"_s, u"at_ms"_s, u"method"_s, u"url"_s, u"status"_s, u"detail"_s, u"client"_s,
                 u"peer"_s});
}

} // namespace truepeer
