// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/apirequest.h"

#include "server/http/queryparam.h"
#include "server/rooms/eventmessage.h"
#include "shared/net/ascii.h"

#include <QJsonArray>
#include <QJsonDocument>

#include <algorithm>
#include <charconv>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxExcepted = 10'000;
constexpr qint64 MaxExactNumber = qint64(1) << 53; // beyond it JSON numbers lose digits

bool isJsonType(QByteArrayView contentType)
{
    const qsizetype semicolon = contentType.indexOf(';');
    const QByteArrayView type = semicolon < 0 ? contentType : contentType.first(semicolon);
    return ascii::equalsIgnoringCase(type.trimmed(), "application/json");
}

// The members that are not allowed here, for the message.
QStringList unknownMembers(const QJsonObject &body, const QStringList &members)
{
    QStringList unknown;
    for (auto it = body.constBegin(); it != body.constEnd() && unknown.size() < 5; ++it) {
        if (!members.contains(it.key()))
            unknown.append(u'"' + it.key().left(40) + u'"');
    }
    return unknown;
}

std::optional<quint64> clientIdOf(const QJsonValue &value)
{
    if (value.isString())
        return parseClientId(value.toString().toLatin1());
    const qint64 number = value.toInteger(0);
    if (number <= 0 || number > MaxExactNumber || value.toDouble() != double(number))
        return std::nullopt;
    return quint64(number);
}

} // namespace

std::optional<Response> refuseWithoutKey(const RequestHead &head, const QByteArrayList &keys)
{
    constexpr QByteArrayView Scheme = "bearer ";
    const QByteArrayView field = head.find("authorization").value_or(QByteArrayView());
    const bool isBearer = head.count("authorization") == 1 && field.size() > Scheme.size()
                          && ascii::equalsIgnoringCase(field.first(Scheme.size()), Scheme);
    const QByteArrayView given =
        isBearer ? field.sliced(Scheme.size()).trimmed() : QByteArrayView();
    bool matches = false;
    for (const QByteArray &key : keys)
        matches = secretsEqual(given, key) || matches;
    if (matches)
        return std::nullopt;
    Response response = isBearer
                            ? Response::error(401, "The key is not one of api_keys", "invalid_key")
                            : Response::error(401,
                                              "Send Authorization: Bearer KEY, with one of "
                                              "api_keys",
                                              "missing_key");
    response.headers.emplace_back("WWW-Authenticate",
                                  isBearer ? R"(Bearer realm="truepeer", error="invalid_token")"
                                           : R"(Bearer realm="truepeer")");
    return response;
}

Response invalidRequest(const QString &message)
{
    return Response::error(400, message.toUtf8(), "invalid_request");
}

OrRefusal<QJsonObject> apiBody(const HttpRequest &request, const QStringList &members)
{
    if (request.body.isEmpty())
        return QJsonObject();
    const QByteArrayView type = request.head.find("content-type").value_or("application/json");
    if (!isJsonType(type)) {
        return Response::error(415, "The body must be JSON: send Content-Type: application/json",
                               "unsupported_media_type");
    }
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(request.body.toByteArray(), &error);
    if (error.error != QJsonParseError::NoError) {
        return Response::error(400,
                               u"The body is not JSON: %1 at byte %2"_s
                                   .arg(error.errorString(), QString::number(error.offset))
                                   .toUtf8(),
                               "invalid_json");
    }
    if (!document.isObject())
        return Response::error(400, "The body must be a JSON object", "invalid_json");
    const QStringList unknown = unknownMembers(document.object(), members);
    if (!unknown.isEmpty()) {
        return invalidRequest(
            u"unknown member %1; allowed: %2"_s.arg(unknown.join(u", "_s), members.join(u", "_s)));
    }
    return document.object();
}

Expected<std::optional<QString>> textMember(const QJsonObject &body, const QString &name,
                                            qsizetype mostBytes)
{
    const QJsonValue value = body.value(name);
    if (value.isUndefined() || value.isNull())
        return std::optional<QString>();
    if (!value.isString())
        return Error{u"\"%1\" must be a text"_s.arg(name)};
    if (value.toString().toUtf8().size() > mostBytes)
        return Error{u"\"%1\" has more than %2 bytes"_s.arg(name, QString::number(mostBytes))};
    return std::optional<QString>(value.toString());
}

Expected<QByteArray> eventMember(const QJsonObject &body)
{
    const QJsonValue value = body.value(u"event"_s);
    if (value.isUndefined())
        return Error{u"\"event\" is missing"_s};
    const QByteArray event = value.toString().toUtf8();
    if (!isEventName(event)) {
        return Error{u"\"event\" is no event; allowed: at most 255 letters, digits and ._-"_s};
    }
    return event;
}

Expected<QJsonValue> dataMember(const QJsonObject &body)
{
    const QJsonValue value = body.value(u"data"_s);
    if (value.isUndefined() || value.isNull())
        return QJsonValue(QJsonObject());
    if (!value.isObject() && !value.isArray())
        return Error{u"\"data\" must be an object or a list"_s};
    return value;
}

Expected<std::vector<quint64>> idsMember(const QJsonObject &body, const QString &name)
{
    const QJsonValue value = body.value(name);
    if (value.isUndefined() || value.isNull())
        return std::vector<quint64>();
    if (!value.isArray())
        return Error{u"\"%1\" must be a list of ids"_s.arg(name)};
    const QJsonArray list = value.toArray();
    if (list.size() > MaxExcepted) {
        return Error{u"\"%1\" has more than %2 ids"_s.arg(name, QString::number(MaxExcepted))};
    }
    std::vector<quint64> ids;
    for (qsizetype i = 0; i < list.size(); ++i) {
        const std::optional<quint64> id = clientIdOf(list.at(i));
        if (!id)
            return Error{u"\"%1\"[%2] is no id of a client"_s.arg(name, QString::number(i))};
        ids.push_back(*id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
}

std::optional<quint64> parseClientId(QByteArrayView text)
{
    quint64 id = 0;
    const auto [end, error] = std::from_chars(text.begin(), text.end(), id);
    // Each client has one text: no leading zeros.
    if (error != std::errc() || end != text.end() || text.startsWith('0'))
        return std::nullopt;
    return id;
}

} // namespace truepeer
