// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/clientsquery.h"

#include "server/http/queryparam.h"
#include "shared/net/ascii.h"

#include <QString>

#include <functional>
#include <limits>
#include <map>
#include <set>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Problem = std::optional<Error>;

Problem setFilter(ClientQuery &query, const QByteArray &value)
{
    const QString text = QString::fromUtf8(value);
    const ClientFilter::Parsed parsed = ClientFilter::parse(text);
    if (!parsed.filter) {
        return Error{u"filter, at character %1: %2"_s.arg(
            QString::number(parsed.problem.position + 1), parsed.problem.message)};
    }
    query.filter = *parsed.filter;
    return std::nullopt;
}

Problem setSort(ClientQuery &query, const QByteArray &value)
{
    const Expected<ClientColumn> column = clientColumn(QString::fromUtf8(value));
    if (!column)
        return Error{u"sort: %1"_s.arg(column.error().message)};
    query.sort = *column;
    return std::nullopt;
}

Problem setOrder(ClientQuery &query, const QByteArray &value)
{
    if (value != "asc" && value != "desc")
        return Error{u"order must be asc or desc"_s};
    query.descending = value == "desc";
    return std::nullopt;
}

Problem setLimit(ClientQuery &query, const QByteArray &value)
{
    const auto limit = ascii::parseUInt(value, ClientQuery::MaxLimit);
    if (!limit)
        return Error{u"limit must be a number from 0 to %1"_s.arg(ClientQuery::MaxLimit)};
    query.limit = int(*limit);
    return std::nullopt;
}

Problem setOffset(ClientQuery &query, const QByteArray &value)
{
    const auto offset = ascii::parseUInt(value, std::numeric_limits<qint32>::max());
    if (!offset)
        return Error{u"offset must be a number from 0"_s};
    query.offset = *offset;
    return std::nullopt;
}

} // namespace

Expected<ClientQuery> parseClientsQuery(QByteArrayView text)
{
    using Setter = std::function<Problem(ClientQuery &, const QByteArray &)>;
    static const std::map<QByteArray, Setter> setters = {{"filter", setFilter},
                                                         {"sort", setSort},
                                                         {"order", setOrder},
                                                         {"limit", setLimit},
                                                         {"offset", setOffset}};
    ClientQuery query;
    std::set<QByteArray> seen;
    for (const auto &[name, value] : queryParameters(text)) {
        const auto setter = setters.find(name);
        if (setter == setters.end()) {
            return Error{
                u"unknown parameter \"%1\"; allowed: filter, sort, order, limit, offset"_s.arg(
                    QString::fromUtf8(name).left(40))};
        }
        if (!seen.insert(name).second)
            return Error{u"%1 is there twice"_s.arg(QString::fromUtf8(name))};
        if (const Problem problem = setter->second(query, value))
            return *problem;
    }
    return query;
}

} // namespace truepeer
