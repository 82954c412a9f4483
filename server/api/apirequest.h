// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What the calls of the HTTP API have in common: the key, the body, and how a mistake is answered.
// Pure functions.
#pragma once

#include "server/http/router.h"
#include "shared/error.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <variant>
#include <vector>

namespace truepeer {

// 401 unless the request has "Authorization: Bearer KEY" with one of the keys (RFC 6750 2.1). Takes
// the same time whichever key it is.
std::optional<Response> refuseWithoutKey(const RequestHead &head, const QByteArrayList &keys);

// Either a value, or the response that says what is wrong with the request.
template <typename T>
using OrRefusal = std::variant<T, Response>;

// The body as a JSON object that has no members but these; an empty body is an empty object.
OrRefusal<QJsonObject> apiBody(const HttpRequest &request, const QStringList &members);

// 400 with {"error","code":"invalid_request"}.
Response invalidRequest(const QString &message);

// The text of a member; nothing when it is missing or null. An error when it is no text, or longer.
Expected<std::optional<QString>> textMember(const QJsonObject &body, const QString &name,
                                            qsizetype mostBytes);

// "event", which must be the name of one.
Expected<QByteArray> eventMember(const QJsonObject &body);
// "data", which must be an object or an array; missing, it is {}.
Expected<QJsonValue> dataMember(const QJsonObject &body);
// The ids of clients in a list, sorted, as texts or numbers.
Expected<std::vector<quint64>> idsMember(const QJsonObject &body, const QString &name);
// The id of a client; nothing when the text is none.
std::optional<quint64> parseClientId(QByteArrayView text);

} // namespace truepeer
