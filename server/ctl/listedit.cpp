// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/listedit.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString textOfReason(const QJsonValue &reason)
{
    return reason.isObject() ? valueText(reason.toObject().value("message"_L1)) : valueText(reason);
}

void complainLines(Session &session, const QStringList &lines)
{
    for (const QString &line : lines)
        session.console().complain(u"  "_s + line);
}

// The list in the particulars of a conflict: themselves, or a member of theirs.
QJsonObject listInConflict(const QJsonObject &data)
{
    if (data.contains("entries"_L1))
        return data;
    for (const QJsonValue &member : data) {
        if (member.toObject().contains("entries"_L1))
            return member.toObject();
    }
    return {};
}

void explainConflict(Session &session, const ListEdit &edit, const QJsonObject &data)
{
    const QJsonObject current = listInConflict(data);
    if (current.isEmpty())
        return;
    Layout layout;
    complainLines(session, trustListText(current, layout).trimmed().split(u'\n'));
    if (!edit.wanted)
        return;
    const QString difference = differenceText(trustListFromJson(current), edit.wanted->list);
    session.console().complain(difference.isEmpty() ? u"it has the same entries as yours"_s
                                                    : u"from that list to yours:"_s);
    if (!difference.isEmpty())
        complainLines(session, difference.trimmed().split(u'\n'));
}

// To the exit status of an edit that was refused for good.
int explainRefusal(Session &session, const ListEdit &edit, const RpcError &error)
{
    const int status = session.report(error);
    if (error.is(RpcCode::InvalidList))
        complainLines(session, remarkLines(error.data.value("problems"_L1).toArray(), edit.wanted));
    else if (error.is(RpcCode::Conflict))
        explainConflict(session, edit, error.data);
    return status;
}

void writeOutcome(Session &session, const ListEdit &edit, const QJsonObject &result)
{
    QString text = u"revision "_s + valueText(result.value("revision"_L1));
    const auto changed = result.value("changed"_L1).toInteger();
    if (!result.value("edited"_L1).toBool(true))
        text += u" stays: the list is that already"_s;
    else
        text += changed == 0 ? u", no client changed"_s
                             : u", "_s + countText(changed, u"client"_s) + u" changed"_s;
    if (result.contains("took_ms"_L1))
        text += u", took "_s + valueText(result.value("took_ms"_L1)) + u" ms"_s;
    session.write(text + u'\n');
    for (const QString &line : remarkLines(result.value("warnings"_L1).toArray(), edit.wanted))
        session.write(session.paint(u"warning: "_s, Colour::Notice) + line + u'\n');
}

bool agreesWith(Session &session, const RpcError &error)
{
    const QJsonArray reasons = error.data.value("reasons"_L1).toArray();
    QStringList lines;
    for (const QJsonValue &reason : reasons)
        lines.append(textOfReason(reason));
    session.console().complain(lines.isEmpty() ? printable(error.message)
                                               : u"This edit needs a confirmation:"_s);
    complainLines(session, lines);
    return session.isConfirmed(u"Do it anyway?"_s);
}

} // namespace

int runListEdit(Session &session, ListEdit edit)
{
    session.copyText(u"comment"_s, edit.params);
    session.copyNumber(u"base-revision"_s, edit.params);
    if (session.isSet(u"yes"_s))
        edit.params.insert("confirm"_L1, true);
    RpcResult result = session.server().call(edit.method, edit.params);
    if (const RpcError *error = std::get_if<RpcError>(&result);
        error && error->is(RpcCode::NeedsConfirmation) && !session.isSet(u"yes"_s)) {
        if (!agreesWith(session, *error))
            return session.status();
        edit.params.insert("confirm"_L1, true);
        result = session.server().call(edit.method, edit.params);
    }
    if (const RpcError *error = std::get_if<RpcError>(&result))
        return explainRefusal(session, edit, *error);
    const QJsonObject outcome = resultObject(result);
    if (!session.wroteJson(outcome))
        writeOutcome(session, edit, outcome);
    return CtlExit::Ok;
}

std::optional<CurrentTrust> currentTrust(Session &session)
{
    const std::optional<QJsonObject> trust = session.call(u"trust.get"_s);
    if (!trust)
        return std::nullopt;
    return CurrentTrust{trustListFromJson(*trust), trust->value("revision"_L1).toInteger()};
}

std::optional<TrustInput> readTrustInput(Session &session, const QString &path, int &status)
{
    const Expected<QByteArray> bytes = session.console().read(path);
    if (!bytes) {
        status = session.fail(CtlExit::Failed, bytes.error().message);
        return std::nullopt;
    }
    Expected<TrustInput> input = parseTrustInput(*bytes);
    if (!input) {
        status = session.fail(CtlExit::Refused,
                              printable(path) + u": "_s + printable(input.error().message));
        return std::nullopt;
    }
    return *std::move(input);
}

QString trustListText(const QJsonObject &trust, const Layout &layout)
{
    const QString mode = trust.value("mode"_L1).toString();
    QString head = u"revision "_s + valueText(trust.value("revision"_L1)) + u", "_s;
    if (mode == "none"_L1)
        head += u"nobody is trusted"_s;
    else if (mode == "all"_L1)
        head += painted(u"whoever connects is trusted for one hop"_s, Colour::Notice,
                        layout.hasColours);
    else
        head += countText(trust.value("entries"_L1).toArray().size(), u"trusted range"_s);
    if (trust.value("origin"_L1) == "live"_L1)
        head += u"; edited live, so the configuration does not count until \"trust reset\""_s;
    else if (trust.contains("origin"_L1))
        head += u"; from the configuration"_s;
    QString out = layout.hasHeaders ? head + u'\n' : QString();

    Table table({{u"ENTRY"_s, false, 43},
                 {u"NOTE"_s, false, 8},
                 {u"PEERS"_s, true},
                 {u"CLIENTS"_s, true},
                 {u"LAST USED"_s, false, 19},
                 {u"ADDED BY"_s, false, 13, 1},
                 {u"ADDED AT"_s, false, 19, 2}});
    for (const QJsonValue &value : trust.value("entries"_L1).toArray()) {
        const QJsonObject entry = value.toObject();
        const auto cell = [&entry](QLatin1StringView name) {
            return Cell{memberText(name, entry.value(name))};
        };
        table.add(
            {{cell("entry"_L1).text, Colour::Accent},
             cell("note"_L1),
             cell("matched_peers"_L1),
             cell("matched_clients"_L1),
             cell("last_used"_L1),
             cell("added_by"_L1),
             // What the configuration says was there at all times.
             entry.value("added_at"_L1).toInteger() > 0 ? cell("added_at"_L1) : Cell{u"-"_s}});
    }
    if (!table.isEmpty())
        out += table.toText(layout) + table.leftOutText(layout);
    const QString problem = trust.value("problem"_L1).toString();
    if (!problem.isEmpty())
        out += painted(u"error: "_s, Colour::Bad, layout.hasColours) + printable(problem) + u'\n';
    for (const QString &line : remarkLines(trust.value("warnings"_L1).toArray(), {}))
        out += painted(u"warning: "_s, Colour::Notice, layout.hasColours) + line + u'\n';
    return out;
}

QStringList remarkLines(const QJsonArray &remarks, const std::optional<TrustInput> &input)
{
    QStringList lines;
    for (const QJsonValue &value : remarks) {
        const QJsonObject remark = value.toObject();
        const int index = remark.value("index"_L1).toInt(-1);
        QString line;
        if (input && index >= 0 && index < std::ssize(input->lines))
            line += u"line %1: "_s.arg(input->lines[static_cast<size_t>(index)]);
        const QString entry = remark.value("entry"_L1).toString();
        if (!entry.isEmpty())
            line += printable(entry) + u": "_s;
        lines.append(line + textOfReason(value));
    }
    return lines;
}

} // namespace truepeer
