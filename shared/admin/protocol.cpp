// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/protocol.h"

#include "shared/trust/explanation.h"

#include <QJsonDocument>

#include <limits>
#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype ShownText = 40; // of what was wrong, in a message

QString quoted(const QString &text)
{
    return u'"' + escapedText(text.toUtf8(), ShownText) + u'"';
}

std::variant<QJsonObject, RpcError> parseObject(QByteArrayView line)
{
    // QJsonDocument takes some of these.
    if (!line.isValidUtf8())
        return RpcError(RpcCode::ParseError, u"The line is no UTF-8."_s);
    if (line.contains('\0'))
        return RpcError(RpcCode::ParseError, u"The line has a NUL byte in it."_s);
    QJsonParseError error;
    const QJsonDocument document =
        QJsonDocument::fromJson(QByteArray::fromRawData(line.data(), line.size()), &error);
    if (error.error != QJsonParseError::NoError) {
        return RpcError(RpcCode::ParseError,
                        u"The line is no JSON: %1, at byte %2."_s.arg(
                            error.errorString(), QString::number(error.offset)));
    }
    if (!document.isObject()) {
        return RpcError(RpcCode::InvalidRequest,
                        u"The line is an array. It must be one object; there are no batches."_s);
    }
    return document.object();
}

bool isInteger(const QJsonValue &value)
{
    return value.isDouble() && value.toInteger(0) == value.toInteger(1);
}

// The id, undefined when there is none; nothing when it may not be one.
std::optional<QJsonValue> readId(const QJsonObject &object)
{
    const QJsonValue id = object.value("id"_L1);
    if (id.isUndefined())
        return id;
    if (isInteger(id))
        return QJsonValue(id.toInteger());
    if (id.isString() && id.toString().size() <= MaxRpcId)
        return id;
    return {};
}

std::optional<RpcError> problemOfMembers(const QJsonObject &object)
{
    for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
        const QString key = it.key();
        if (key != "jsonrpc"_L1 && key != "id"_L1 && key != "method"_L1 && key != "params"_L1) {
            return RpcError(RpcCode::InvalidRequest,
                            u"There is no member %1. Allowed are jsonrpc, id, method and "
                            "params."_s.arg(quoted(key)));
        }
    }
    if (object.value("jsonrpc"_L1) != QJsonValue("2.0"_L1))
        return RpcError(RpcCode::InvalidRequest, u"The member jsonrpc must be \"2.0\"."_s);
    return {};
}

std::optional<RpcError> problemOfCall(const QJsonObject &object)
{
    const QJsonValue method = object.value("method"_L1);
    if (!method.isString() || method.toString().isEmpty()
        || method.toString().size() > MaxRpcMethod) {
        return RpcError(
            RpcCode::InvalidRequest,
            u"The member method must be a text of 1 to %1 characters."_s.arg(MaxRpcMethod));
    }
    const QJsonValue params = object.value("params"_L1);
    if (!params.isUndefined() && !params.isObject()) {
        return RpcError(RpcCode::InvalidParams,
                        u"The member params of %1 must be an object, or absent."_s.arg(
                            quoted(method.toString())));
    }
    return {};
}

Expected<RpcMessage> readNotification(const QJsonObject &object)
{
    const QJsonValue method = object.value("method"_L1);
    const QJsonValue params = object.value("params"_L1);
    if (!method.isString() || object.contains("id"_L1))
        return Error{u"A notification must have a method that is a text, and no id."_s};
    if (!params.isUndefined() && !params.isObject())
        return Error{u"The params of a notification must be an object, or absent."_s};
    return RpcMessage(RpcNotification{method.toString(), params.toObject()});
}

Expected<RpcError> readError(const QJsonValue &value)
{
    const QJsonObject object = value.toObject();
    const QJsonValue code = object.value("code"_L1);
    const QJsonValue message = object.value("message"_L1);
    constexpr std::numeric_limits<int> Limits;
    if (!isInteger(code) || code.toInteger() < Limits.min() || code.toInteger() > Limits.max()
        || !message.isString()) {
        return Error{u"An error must be an object with an integer code and a message that is a "
                     "text."_s};
    }
    RpcError error;
    error.code = static_cast<int>(code.toInteger());
    error.message = message.toString();
    error.data = object.value("data"_L1).toObject();
    return error;
}

Expected<RpcMessage> readAnswer(const QJsonObject &object)
{
    const QJsonValue result = object.value("result"_L1);
    const QJsonValue error = object.value("error"_L1);
    if (result.isUndefined() == error.isUndefined())
        return Error{u"An answer must have a result or an error."_s};
    std::optional<QJsonValue> id = readId(object);
    if (object.value("id"_L1).isNull() && result.isUndefined())
        id = QJsonValue();
    if (!id || id->isUndefined())
        return Error{u"An answer must have the id of its call."_s};
    if (error.isUndefined()) {
        if (!result.isObject() && !result.isArray())
            return Error{u"A result must be an object or an array."_s};
        return RpcMessage(RpcAnswer{*id, result});
    }
    const Expected<RpcError> particulars = readError(error);
    if (!particulars)
        return particulars.error();
    return RpcMessage(RpcAnswer{*id, *particulars});
}

QJsonObject errorObject(const RpcError &error)
{
    QJsonObject object{{u"code"_s, error.code}, {u"message"_s, error.message}};
    if (!error.data.isEmpty())
        object.insert("data"_L1, error.data);
    return object;
}

// A method that has nothing to say may leave its result null.
QJsonValue resultValue(const QJsonValue &result)
{
    return result.isNull() || result.isUndefined() ? QJsonObject() : result;
}

QByteArray lineOf(QJsonObject object)
{
    object.insert("jsonrpc"_L1, "2.0"_L1);
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

} // namespace

std::variant<RpcRequest, RpcFault> decodeRequest(QByteArrayView line)
{
    const auto parsed = parseObject(line);
    if (const auto *error = std::get_if<RpcError>(&parsed))
        return RpcFault{QJsonValue(), *error};
    const auto &object = std::get<QJsonObject>(parsed);
    const std::optional<QJsonValue> id = readId(object);
    if (!id) {
        return RpcFault{QJsonValue(),
                        {RpcCode::InvalidRequest,
                         u"The member id must be an integer, a text of at most %1 characters, or "
                         "absent."_s.arg(MaxRpcId)}};
    }
    std::optional<RpcError> problem = problemOfMembers(object);
    if (!problem)
        problem = problemOfCall(object);
    if (problem)
        return RpcFault{id->isUndefined() ? QJsonValue() : *id, *problem};
    return RpcRequest{*id, object.value("method"_L1).toString(),
                      object.value("params"_L1).toObject()};
}

Expected<RpcMessage> decodeMessage(QByteArrayView line)
{
    const auto parsed = parseObject(line);
    if (const auto *error = std::get_if<RpcError>(&parsed))
        return Error{error->message};
    const auto &object = std::get<QJsonObject>(parsed);
    if (object.value("jsonrpc"_L1) != QJsonValue("2.0"_L1))
        return Error{u"The member jsonrpc must be \"2.0\"."_s};
    return object.contains("method"_L1) ? readNotification(object) : readAnswer(object);
}

QByteArray encodeRequest(const RpcRequest &request)
{
    QJsonObject object{{u"method"_s, request.method}};
    if (request.wantsAnswer())
        object.insert("id"_L1, request.id);
    if (!request.params.isEmpty())
        object.insert("params"_L1, request.params);
    return lineOf(object);
}

QByteArray encodeAnswer(const QJsonValue &id, const RpcResult &result)
{
    QJsonObject object{{u"id"_s, id.isUndefined() ? QJsonValue() : id}};
    if (const auto *error = std::get_if<RpcError>(&result))
        object.insert("error"_L1, errorObject(*error));
    else
        object.insert("result"_L1, resultValue(std::get<QJsonValue>(result)));
    return lineOf(object);
}

QByteArray encodeNotification(const QString &method, const QJsonObject &params)
{
    return lineOf({{u"method"_s, method}, {u"params"_s, params}});
}

} // namespace truepeer
