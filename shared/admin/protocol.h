// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The messages of the admin socket: JSON-RPC 2.0, one object a line (UTF-8, ended by \n). Each call
// has an id; the server answers each call once, in any order, and sends notifications (no id) to
// sessions that subscribed. Batches are not part of the protocol.
#pragma once

#include "shared/error.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>

#include <utility>
#include <variant>

namespace truepeer {

inline constexpr int AdminProtocolVersion = 1;

// The longest line that a server takes, without the \n.
inline constexpr qsizetype MaxAdminLine = 4 * 1024 * 1024;

// The codes of error objects: those of JSON-RPC 2.0, section 5.1, and ours.
enum class RpcCode : int {
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InvalidParams = -32602,
    InternalError = -32603,
    Busy = -32000, // too many calls at once; try again
    Conflict = -32001,
    InvalidList = -32002,
    NotFound = -32003,
    ReadOnly = -32004,
    NotSaved = -32005,
    NeedsConfirmation = -32006,
};

struct RpcError
{
    int code = 0; // an RpcCode, or one of a newer server
    QString message;
    QJsonObject data = {}; // the particulars; may be empty

    RpcError() = default;
    RpcError(RpcCode rpcCode, QString text, QJsonObject particulars = {})
        : code(int(rpcCode))
        , message(std::move(text))
        , data(std::move(particulars))
    {
    }
    bool is(RpcCode rpcCode) const { return code == int(rpcCode); }
};

struct RpcRequest
{
    // Number or string; Undefined: a notification, which gets no answer.
    QJsonValue id = QJsonValue::Undefined;
    QString method;
    QJsonObject params;

    bool wantsAnswer() const { return !id.isUndefined(); }
};

// What a call came to: mostly an object, for some methods an array; or an error.
using RpcResult = std::variant<QJsonValue, RpcError>;

// The object; empty when it is none.
inline QJsonObject resultObject(const RpcResult &result)
{
    const auto *value = std::get_if<QJsonValue>(&result);
    return value ? value->toObject() : QJsonObject();
}

// A line that is no call. The id is null when it could not be read.
struct RpcFault
{
    QJsonValue id;
    RpcError error;
};

// The longest method name, and the longest id that is a string, in characters.
inline constexpr qsizetype MaxRpcMethod = 100;
inline constexpr qsizetype MaxRpcId = 200;

// What a server receives. Strict: UTF-8 without NUL, one object, "jsonrpc" is "2.0", params are an
// object or absent, the id is an integer or a string or absent, nothing else is in it. Of a member
// that is there twice the last one counts. Nesting is limited to 1024 levels.
std::variant<RpcRequest, RpcFault> decodeRequest(QByteArrayView line);

// What a client receives: an answer, or a notification.
struct RpcAnswer
{
    QJsonValue id;
    RpcResult result;
};
struct RpcNotification
{
    QString method;
    QJsonObject params;
};
using RpcMessage = std::variant<RpcAnswer, RpcNotification>;
// Members that it does not know are those of a newer server, and ignored. The id is null in an
// answer to what the server could not read.
Expected<RpcMessage> decodeMessage(QByteArrayView line);

// One line each, with the \n. Numbers that JSON has not (NaN, infinity) become null, and a result
// that is null becomes an empty object.
QByteArray encodeRequest(const RpcRequest &request);
QByteArray encodeAnswer(const QJsonValue &id, const RpcResult &result);
QByteArray encodeNotification(const QString &method, const QJsonObject &params);

} // namespace truepeer
