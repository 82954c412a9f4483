// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/params.h"

#include "server/api/apirequest.h"
#include "server/ops/configkeys.h"
#include "shared/net/ascii.h"
#include "shared/trust/explanation.h"

#include <cmath>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxHeaders = 1000;
constexpr qsizetype MaxHeaderBytes = 64 * 1024;
constexpr qsizetype MaxNote = 500;
constexpr qsizetype MaxEntry = 200;

// What trust.get shows of an entry; a list that was read may be sent back.
const QStringList &entryMembers()
{
    static const QStringList members = {u"entry"_s,    u"note"_s,          u"added_by"_s,
                                        u"added_at"_s, u"matched_peers"_s, u"matched_clients"_s,
                                        u"last_used"_s};
    return members;
}

// Whole, and exact in a double.
std::optional<qint64> wholeNumber(const QJsonValue &value)
{
    constexpr double MaxExact = 9007199254740992.0;
    const double number = value.toDouble(std::nan(""));
    if (!value.isDouble() || !(std::abs(number) <= MaxExact) || std::trunc(number) != number)
        return std::nullopt;
    return qint64(number);
}

QString shown(const QString &name)
{
    return u'"' + escapedText(name.toUtf8(), 60) + u'"';
}

} // namespace

bool ParamReader::has(const QString &name)
{
    return !take(name).isUndefined();
}

QJsonValue ParamReader::take(const QString &name)
{
    if (!m_known.contains(name))
        m_known += name;
    const QJsonValue value = m_params.value(name);
    return value.isNull() ? QJsonValue(QJsonValue::Undefined) : value;
}

void ParamReader::fail(const QString &message)
{
    if (m_problem.isEmpty())
        m_problem = message;
}

std::optional<QString> ParamReader::optionalText(const QString &name, qsizetype most)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return std::nullopt;
    if (!value.isString() || value.toString().size() > most
        || value.toString().contains(QChar(0))) {
        fail(name + u": must be a text of at most %1 characters"_s.arg(most));
        return std::nullopt;
    }
    return value.toString();
}

QString ParamReader::text(const QString &name, qsizetype most)
{
    const std::optional<QString> text = optionalText(name, most);
    if (!text || text->isEmpty())
        fail(name + u": must be there"_s);
    return text.value_or(QString());
}

std::optional<qint64> ParamReader::optionalInteger(const QString &name, qint64 least, qint64 most)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return std::nullopt;
    const std::optional<qint64> number = wholeNumber(value);
    if (!number || *number < least || *number > most) {
        fail(name
             + u": must be a whole number from %1 to %2"_s.arg(QString::number(least),
                                                               QString::number(most)));
        return std::nullopt;
    }
    return number;
}

qint64 ParamReader::integer(const QString &name, qint64 fallback, qint64 least, qint64 most)
{
    return optionalInteger(name, least, most).value_or(fallback);
}

quint64 ParamReader::id(const QString &name)
{
    const QJsonValue value = take(name);
    std::optional<quint64> id;
    if (value.isString())
        id = parseClientId(value.toString().toLatin1());
    else if (const auto number = wholeNumber(value); number && *number > 0)
        id = quint64(*number);
    if (!id)
        fail(name + u": must be an id, as \"id\" in a list shows it"_s);
    return id.value_or(0);
}

bool ParamReader::flag(const QString &name)
{
    const QJsonValue value = take(name);
    if (!value.isUndefined() && !value.isBool())
        fail(name + u": must be true or false"_s);
    return value.toBool();
}

QStringList ParamReader::texts(const QString &name, qsizetype mostItems, qsizetype most)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return {};
    const QJsonArray items = value.toArray();
    QStringList texts;
    bool isGood = value.isArray() && items.size() <= mostItems;
    for (const QJsonValue &item : items) {
        isGood = isGood && item.isString() && item.toString().size() <= most;
        texts += item.toString();
    }
    if (!isGood)
        fail(name + u": must be a list of at most %1 texts"_s.arg(mostItems));
    return texts;
}

std::optional<QString> ParamReader::oneOf(const QString &name, const QStringList &words)
{
    const QJsonValue value = take(name);
    if (value.isUndefined())
        return std::nullopt;
    if (!value.isString() || !words.contains(value.toString())) {
        fail(name + u": must be one of "_s + words.join(u", "_s));
        return std::nullopt;
    }
    return value.toString();
}

TrustList ParamReader::trustList()
{
    TrustList list;
    list.mode = TrustMode::List;
    if (const auto mode = oneOf(u"mode"_s, {u"none"_s, u"all"_s, u"list"_s}))
        list.mode = *trustModeFromName(*mode);
    const QJsonValue value = take(u"entries"_s);
    if (value.isUndefined())
        return list;
    if (!value.isArray()) {
        fail(u"entries: must be a list of {\"entry\": TEXT, \"note\": TEXT}"_s);
        return list;
    }
    const QJsonArray entries = value.toArray();
    list.entries.reserve(size_t(entries.size()));
    for (qsizetype i = 0; i < entries.size(); ++i)
        takeEntry(entries.at(i), i, list);
    return list;
}

void ParamReader::takeEntry(const QJsonValue &value, qsizetype index, TrustList &list)
{
    const QString where = u"entries[%1]"_s.arg(index);
    const QJsonObject object = value.toObject();
    if (!value.isObject() || !object.value(u"entry"_s).isString())
        return fail(where + u": must be {\"entry\": TEXT, \"note\": TEXT}"_s);
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!entryMembers().contains(it.key()))
            return fail(where + u": unknown member "_s + shown(it.key()));
    }
    const QJsonValue note = object.value(u"note"_s);
    const bool hasNote = !note.isUndefined() && !note.isNull();
    if (hasNote && (!note.isString() || note.toString().size() > MaxNote))
        return fail(where + u".note: must be a text of at most %1 characters"_s.arg(MaxNote));
    if (object.value(u"entry"_s).toString().size() > MaxEntry)
        return fail(where + u".entry: is longer than any entry can be"_s);
    list.entries.push_back({object.value(u"entry"_s).toString(), note.toString()});
}

std::vector<std::pair<QByteArray, QByteArray>> ParamReader::headers()
{
    std::vector<std::pair<QByteArray, QByteArray>> headers;
    const QJsonValue value = take(u"headers"_s);
    if (value.isUndefined())
        return headers;
    const QJsonArray lines = value.toArray();
    if (!value.isArray() || lines.size() > MaxHeaders) {
        fail(u"headers: must be a list of at most %1 pairs [name, value]"_s.arg(MaxHeaders));
        return headers;
    }
    for (qsizetype i = 0; i < lines.size(); ++i) {
        const QJsonArray pair = lines.at(i).toArray();
        if (pair.size() != 2 || !pair.at(0).isString() || !pair.at(1).isString()) {
            fail(u"headers[%1]: must be a pair [name, value] of texts"_s.arg(i));
            return headers;
        }
        const QByteArray name = pair.at(0).toString().toUtf8();
        const QByteArray content = pair.at(1).toString().toUtf8();
        if (!ascii::isToken(name) || content.size() > MaxHeaderBytes || content.contains('\n')
            || content.contains('\r') || content.contains('\0')) {
            fail(u"headers[%1]: no request can have this line"_s.arg(i));
            return headers;
        }
        headers.emplace_back(name, content);
    }
    return headers;
}

std::optional<RpcError> ParamReader::error()
{
    for (auto it = m_params.begin(); it != m_params.end(); ++it) {
        if (m_known.contains(it.key()))
            continue;
        const QString near = nearestName(it.key(), m_known);
        const QString allowed = m_known.isEmpty() ? u"none"_s : m_known.join(u", "_s);
        const QString hint = near.isEmpty() ? QString(u"; allowed: "_s + allowed)
                                            : QString(u"; did you mean \""_s + near + u"\"?"_s);
        fail(u"unknown parameter "_s + shown(it.key()) + hint);
        break;
    }
    if (m_problem.isEmpty())
        return std::nullopt;
    return RpcError(RpcCode::InvalidParams, m_problem);
}

} // namespace truepeer
