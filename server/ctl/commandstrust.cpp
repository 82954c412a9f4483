// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/commands.h"
#include "server/ctl/listedit.h"
#include "server/ctl/session.h"
#include "server/ctl/trail.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString originText(const QJsonObject &side)
{
    return valueText(side.value("scheme"_L1)) + u"://"_s + valueText(side.value("host"_L1)) + u':'
           + valueText(side.value("port"_L1));
}

// The client, and what else changes.
QString attributesText(const QJsonObject &side, const QJsonObject &other)
{
    const QString client = valueText(side.value("client"_L1));
    return originText(side) == originText(other) ? client : client + u' ' + originText(side);
}

void writePreview(Session &session, const QJsonObject &result)
{
    const auto share = [](const QJsonObject &counts, const QString &noun) -> QString {
        return valueText(counts.value("changed"_L1)) + u" of "_s
               + countText(counts.value("total"_L1).toInteger(), noun);
    };
    session.write(share(result, u"open client"_s) + u" and "_s
                  + share(result.value("recent"_L1).toObject(), u"recent request"_s)
                  + u" would change\n"_s);
    Table table({{u"ID"_s}, {u"BEFORE"_s}, {u"AFTER"_s}, {u"WHY"_s}});
    for (const QJsonValue &value : result.value("samples"_L1).toArray()) {
        const QJsonObject sample = value.toObject();
        const QJsonObject before = sample.value("before"_L1).toObject();
        const QJsonObject after = sample.value("after"_L1).toObject();
        table.add({{valueText(sample.value("id"_L1))},
                   {attributesText(before, after), Colour::Faint},
                   {attributesText(after, before), Colour::Good},
                   {valueText(sample.value("reason"_L1))}});
    }
    if (!table.isEmpty())
        session.write(table.toText(session.layout()));
    for (const QJsonValue &reason : result.value("confirm"_L1).toArray())
        session.write(session.paint(u"needs a confirmation: "_s, Colour::Notice) + valueText(reason)
                      + u'\n');
}

// What the server thinks of a list; the exit status.
int writeCheck(Session &session, const QJsonObject &result, const TrustInput &input)
{
    for (const QString &line : remarkLines(result.value("problems"_L1).toArray(), input))
        session.write(session.paint(u"error: "_s, Colour::Bad) + line + u'\n');
    for (const QString &line : remarkLines(result.value("warnings"_L1).toArray(), input))
        session.write(session.paint(u"warning: "_s, Colour::Notice) + line + u'\n');
    return result.value("valid"_L1).toBool() ? CtlExit::Ok : CtlExit::Refused;
}

void writeNormalised(Session &session, const QJsonObject &result, const TrustInput &input)
{
    const QJsonArray normalised = result.value("normalised"_L1).toArray();
    Table table({{u"ENTRY"_s}, {u"MEANS"_s}});
    for (qsizetype i = 0; i < normalised.size() && i < std::ssize(input.list.entries); ++i)
        table.add({{printable(input.list.entries[static_cast<size_t>(i)].entry)},
                   {valueText(normalised[i])}});
    session.writeTable(table, u"the list is empty"_s);
}

// The list to judge: a file, entries, or the one in force.
std::optional<TrustInput> inputToCheck(Session &session, int &status)
{
    const QStringList &arguments = session.arguments();
    if (arguments.isEmpty()) {
        std::optional<CurrentTrust> current = currentTrust(session);
        status = session.status();
        return current ? std::optional(TrustInput{std::move(current->list)}) : std::nullopt;
    }
    TrustInput entries = trustInputOf(arguments);
    // A name such as "private" may be that of a file too, but is an entry.
    const bool isFile =
        arguments.size() == 1
        && (arguments[0] == "-"_L1
            || (!validate(entries.list).valid && session.console().read(arguments[0]).ok()));
    return isFile ? readTrustInput(session, arguments[0], status) : std::optional(entries);
}

// Adding and removing several entries is one edit of the whole list, based on the one just seen.
ListEdit editOfWhole(const CurrentTrust &current, TrustList next)
{
    QJsonObject params = toJson(next);
    params.insert("base_revision"_L1, current.revision);
    return {u"trust.set"_s, params, TrustInput{std::move(next)}};
}

void addEntries(TrustList &list, const TrustList &more)
{
    for (const TrustEntry &entry : more.entries) {
        const std::optional<size_t> index = indexOfEntry(list, entry.entry);
        if (!index)
            list.entries.push_back(entry);
        else if (!entry.note.isEmpty())
            list.entries[*index].note = entry.note;
    }
}

// The first entry that was not there to be removed.
std::optional<QString> removeEntries(TrustList &list, const TrustList &fewer)
{
    for (const TrustEntry &entry : fewer.entries) {
        const std::optional<size_t> index = indexOfEntry(list, entry.entry);
        if (!index)
            return entry.entry;
        list.entries.erase(list.entries.begin() + static_cast<qsizetype>(*index));
    }
    return std::nullopt;
}

int failNotThere(Session &session, const QString &entry)
{
    return session.fail(CtlExit::NotFound,
                        printable(entry) + u" is not in the list; \"trust list\" shows it"_s);
}

// The entries that a line of the history added or removed; the server names only the first of many.
QString changeText(const QJsonObject &change, const QString &what)
{
    QStringList texts;
    for (const QJsonValue &entry : change.value(what).toArray())
        texts.append(entry.isObject() ? valueText(entry.toObject().value("entry"_L1))
                                      : valueText(entry));
    QString text = texts.join(u", "_s);
    const int more = change.value(u"more_"_s + what).toInt();
    return more > 0 ? u"%1 and %2 more"_s.arg(text).arg(more) : text;
}

Expected<QJsonArray> headersOf(const QStringList &lines)
{
    QJsonArray headers;
    for (const QString &line : lines) {
        const qsizetype colon = line.indexOf(u':');
        if (colon < 1)
            return Error{
                u"\"%1\" is no header; it has the form 'Name: value'"_s.arg(printable(line))};
        headers.append(QJsonArray{line.first(colon).trimmed(), line.sliced(colon + 1).trimmed()});
    }
    return headers;
}

} // namespace

int runTrustList(Session &session)
{
    const std::optional<QJsonObject> result = session.call(u"trust.get"_s);
    if (!result)
        return session.status();
    if (!session.wroteJson(*result))
        session.write(trustListText(*result, session.layout()));
    return CtlExit::Ok;
}

int runTrustAdd(Session &session)
{
    const TrustInput more = trustInputOf(session.arguments(), session.value(u"note"_s));
    if (more.list.entries.empty())
        return session.fail(CtlExit::Usage, u"trust add: the entry is empty"_s);
    if (more.list.entries.size() == 1) {
        QJsonObject params{{u"entry"_s, more.list.entries.front().entry}};
        session.copyText(u"note"_s, params);
        return runListEdit(session, {u"trust.add"_s, params});
    }
    const std::optional<CurrentTrust> current = currentTrust(session);
    if (!current)
        return session.status();
    TrustList next = current->list;
    if (next.mode == TrustMode::All)
        return session.fail(CtlExit::Refused,
                            u"whoever connects is trusted, so a list does not count; "
                            "\"trust set --mode list\" first"_s);
    next.mode = TrustMode::List;
    addEntries(next, more.list);
    return runListEdit(session, editOfWhole(*current, std::move(next)));
}

int runTrustRemove(Session &session)
{
    const TrustInput fewer = trustInputOf(session.arguments());
    if (fewer.list.entries.empty())
        return session.fail(CtlExit::Usage, u"trust remove: the entry is empty"_s);
    if (fewer.list.entries.size() == 1)
        return runListEdit(session,
                           {u"trust.remove"_s, {{u"entry"_s, fewer.list.entries.front().entry}}});
    const std::optional<CurrentTrust> current = currentTrust(session);
    if (!current)
        return session.status();
    TrustList next = current->list;
    if (const std::optional<QString> missing = removeEntries(next, fewer.list))
        return failNotThere(session, *missing);
    return runListEdit(session, editOfWhole(*current, std::move(next)));
}

int runTrustSet(Session &session)
{
    const bool hasFile = !session.arguments().isEmpty();
    if (!hasFile && !session.isSet(u"mode"_s))
        return session.fail(CtlExit::Usage, u"trust set needs a FILE (- is standard input), or "
                                            "--mode"_s);
    std::optional<TrustInput> input;
    if (hasFile) {
        int status = CtlExit::Ok;
        input = readTrustInput(session, session.arguments().first(), status);
        if (!input)
            return status;
    }
    qint64 revision = 0;
    if (input && input->revision) {
        revision = *input->revision;
    } else {
        std::optional<CurrentTrust> current = currentTrust(session);
        if (!current)
            return session.status();
        revision = current->revision;
        if (!input)
            input = TrustInput{std::move(current->list)};
    }
    if (const auto mode = trustModeFromName(session.value(u"mode"_s)))
        input->list.mode = *mode;
    QJsonObject params = toJson(input->list);
    params.insert("base_revision"_L1, revision);
    return runListEdit(session, {u"trust.set"_s, params, input});
}

int runTrustCheck(Session &session)
{
    int status = CtlExit::Ok;
    const std::optional<TrustInput> input = inputToCheck(session, status);
    if (!input)
        return status;
    const std::optional<QJsonObject> result = session.call(u"trust.check"_s, toJson(input->list));
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return result->value("valid"_L1).toBool() ? CtlExit::Ok : CtlExit::Refused;
    writeNormalised(session, *result, *input);
    return writeCheck(session, *result, *input);
}

int runTrustPreview(Session &session)
{
    const bool edits = session.isSet(u"add"_s) || session.isSet(u"remove"_s);
    if (session.arguments().isEmpty() != edits)
        return session.fail(CtlExit::Usage,
                            u"trust preview needs either a FILE, or --add and --remove"_s);
    std::optional<TrustInput> input;
    if (edits) {
        std::optional<CurrentTrust> current = currentTrust(session);
        if (!current)
            return session.status();
        input = TrustInput{std::move(current->list)};
        if (session.isSet(u"add"_s))
            input->list.mode = TrustMode::List;
        const TrustList fewer = trustInputOf(session.values(u"remove"_s)).list;
        if (const std::optional<QString> missing = removeEntries(input->list, fewer))
            return failNotThere(session, *missing);
        addEntries(input->list, trustInputOf(session.values(u"add"_s)).list);
    } else {
        int status = CtlExit::Ok;
        input = readTrustInput(session, session.arguments().first(), status);
        if (!input)
            return status;
    }
    const std::optional<QJsonObject> result = session.call(u"trust.preview"_s, toJson(input->list));
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return result->value("valid"_L1).toBool(true) ? CtlExit::Ok : CtlExit::Refused;
    const int status =
        result->contains("valid"_L1) ? writeCheck(session, *result, *input) : CtlExit::Ok;
    if (status == CtlExit::Ok)
        writePreview(session, *result);
    return status;
}

int runTrustTest(Session &session)
{
    if (!session.isSet(u"peer"_s))
        return session.fail(CtlExit::Usage, u"trust test needs --peer ADDRESS"_s);
    const Expected<QJsonArray> headers = headersOf(session.values(u"header"_s));
    if (!headers)
        return session.fail(CtlExit::Usage, headers.error().message);
    QJsonObject params{{u"peer"_s, session.value(u"peer"_s)}, {u"headers"_s, *headers}};
    ListEdit edit{u"trust.test"_s, params};
    if (session.isSet(u"entry"_s)) {
        edit.wanted = trustInputOf(session.values(u"entry"_s));
        params.insert("mode"_L1, u"list"_s);
        params.insert("entries"_L1, entriesToJson(edit.wanted->list));
    }
    const RpcResult result = session.server().call(edit.method, params);
    if (const RpcError *error = std::get_if<RpcError>(&result)) {
        const int status = session.report(*error, params);
        for (const QString &line :
             remarkLines(error->data.value("problems"_L1).toArray(), edit.wanted))
            session.console().complain(u"  "_s + line);
        return status;
    }
    const QJsonObject resolution = resultObject(result);
    if (!session.wroteJson(resolution))
        session.write(resolutionText(resolution, session.layout()));
    return CtlExit::Ok;
}

int runTrustHistory(Session &session)
{
    const std::optional<QJsonValue> result = session.callForList(u"trust.history"_s);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    Table table({{u"REVISION"_s, true},
                 {u"AT"_s, false, 19},
                 {u"BY"_s, false, 13},
                 {u"ADDED"_s},
                 {u"REMOVED"_s},
                 {u"COMMENT"_s}});
    for (const QJsonValue &value : rowsOf(*result)) {
        const QJsonObject row = value.toObject();
        table.add({{valueText(row.value("revision"_L1))},
                   {memberText(u"at"_s, row.value("at"_L1))},
                   {valueText(row.value("by"_L1))},
                   {changeText(row, u"added"_s), Colour::Good},
                   {changeText(row, u"removed"_s), Colour::Bad},
                   {printable(row.value("comment"_L1).toString())}});
    }
    session.writeTable(table, u"the list was never edited"_s);
    return CtlExit::Ok;
}

int runTrustRollback(Session &session)
{
    return runListEdit(session, {u"trust.rollback"_s,
                                 {{u"revision"_s, session.arguments().first().toLongLong()}}});
}

int runTrustSuggest(Session &session)
{
    const std::optional<QJsonValue> result = session.callForList(u"trust.suggestions"_s);
    if (!result)
        return session.status();
    if (session.wroteJson(*result))
        return CtlExit::Ok;
    Table table({{u"PEER"_s, false, 39},
                 {u"REQUESTS"_s, true},
                 {u"FIRST SEEN"_s, false, 19, 2},
                 {u"LAST SEEN"_s, false, 19, 1},
                 {u"ENTRY"_s, false, 39, 3},
                 {u"SAMPLE"_s, false, 20}});
    for (const QJsonValue &value : rowsOf(*result)) {
        const QJsonObject row = value.toObject();
        table.add({{valueText(row.value("peer"_L1))},
                   {valueText(row.value("hits"_L1))},
                   {memberText(u"first_seen"_s, row.value("first_seen"_L1))},
                   {memberText(u"last_seen"_s, row.value("last_seen"_L1))},
                   {valueText(row.value("entry"_L1)), Colour::Accent},
                   {valueText(row.value("sample"_L1)), Colour::Faint}});
    }
    session.writeTable(table, u"no peer that is not trusted sent forwarding headers"_s);
    return CtlExit::Ok;
}

int runTrustReset(Session &session)
{
    return runListEdit(session, {u"trust.reset"_s, {}});
}

} // namespace truepeer
