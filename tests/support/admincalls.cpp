// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/admincalls.h"

#include <QDeadlineTimer>
#include <QJsonDocument>

#include <algorithm>
#include <utility>
#include <variant>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype LongestAnswer = 64 * 1024 * 1024;

int milliseconds(const QDeadlineTimer &deadline)
{
    return int(deadline.remainingTime());
}

char typeOf(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::String:
        return 's';
    case QJsonValue::Double:
        return 'n';
    case QJsonValue::Bool:
        return 'b';
    case QJsonValue::Array:
        return 'a';
    case QJsonValue::Object:
        return 'o';
    case QJsonValue::Null:
        return '0';
    case QJsonValue::Undefined:
        break;
    }
    return '-';
}

} // namespace

AdminCalls::AdminCalls(const QString &path, Greeting greeting)
    : m_decoder(LongestAnswer)
{
    m_socket.connectToServer(path);
    if (!m_socket.waitForConnected(int(std::chrono::milliseconds(Patience).count())))
        return;
    if (greeting == Greeting::Hello) {
        m_server = resultObject(
            call(u"hello"_s, {{u"protocol"_s, AdminProtocolVersion}, {u"name"_s, u"test"_s}}));
    }
    m_isReady = greeting == Greeting::None || !m_server.isEmpty();
}

RpcResult AdminCalls::call(const QString &method, const QJsonObject &params)
{
    const qint64 id = send(method, params);
    while (const std::optional<QByteArray> line = readLine()) {
        Expected<RpcMessage> message = decodeMessage(*line);
        if (!message)
            return RpcError(RpcCode::InternalError, message.error().message);
        if (auto *notification = std::get_if<RpcNotification>(&*message))
            m_notifications.push_back(std::move(*notification));
        else if (auto &answer = std::get<RpcAnswer>(*message);
                 answer.id == id || answer.id.isNull())
            return std::move(answer.result);
    }
    return RpcError(RpcCode::InternalError, u"no answer"_s);
}

QJsonObject AdminCalls::object(const QString &method, const QJsonObject &params)
{
    const RpcResult result = call(method, params);
    if (const auto *error = std::get_if<RpcError>(&result))
        qWarning("%s failed: %d %s", qPrintable(method), error->code, qPrintable(error->message));
    return resultObject(result);
}

QJsonArray AdminCalls::array(const QString &method, const QJsonObject &params)
{
    const RpcResult result = call(method, params);
    if (const auto *value = std::get_if<QJsonValue>(&result))
        return value->toArray();
    const auto &error = std::get<RpcError>(result);
    qWarning("%s failed: %d %s", qPrintable(method), error.code, qPrintable(error.message));
    return {};
}

RpcError AdminCalls::error(const QString &method, const QJsonObject &params)
{
    const RpcResult result = call(method, params);
    if (const auto *error = std::get_if<RpcError>(&result))
        return *error;
    qWarning("%s did not fail", qPrintable(method));
    return {};
}

QJsonObject AdminCalls::notification(const QString &method)
{
    const QDeadlineTimer deadline(Patience);
    while (true) {
        const auto found =
            std::find_if(m_notifications.begin(), m_notifications.end(),
                         [&method](const RpcNotification &each) { return each.method == method; });
        if (found != m_notifications.end()) {
            const QJsonObject params = found->params;
            m_notifications.erase(found);
            return params;
        }
        const auto line = readLine(std::chrono::milliseconds(deadline.remainingTime()));
        Expected<RpcMessage> message = line ? decodeMessage(*line) : Error{u"no line came"_s};
        auto *next = message ? std::get_if<RpcNotification>(&*message) : nullptr;
        if (!next)
            return {};
        m_notifications.push_back(std::move(*next));
    }
}

qint64 AdminCalls::send(const QString &method, const QJsonObject &params)
{
    const qint64 id = ++m_lastId;
    sendBytes(encodeRequest({id, method, params}));
    return id;
}

bool AdminCalls::sendBytes(const QByteArray &bytes)
{
    const QDeadlineTimer deadline(Patience);
    m_socket.write(bytes);
    while (m_socket.bytesToWrite() > 0) {
        if (!m_socket.waitForBytesWritten(milliseconds(deadline)))
            return false;
    }
    return true;
}

std::optional<QByteArray> AdminCalls::readLine(std::chrono::milliseconds patience)
{
    const QDeadlineTimer deadline(patience);
    while (true) {
        if (std::optional<QByteArray> line = m_decoder.next())
            return line;
        if (m_socket.bytesAvailable() == 0 && !m_socket.waitForReadyRead(milliseconds(deadline)))
            return std::nullopt;
        m_decoder.append(m_socket.readAll());
    }
}

bool AdminCalls::waitForClosed()
{
    return m_socket.state() == QLocalSocket::UnconnectedState
           || m_socket.waitForDisconnected(int(std::chrono::milliseconds(Patience).count()));
}

QJsonObject json(const QByteArray &text)
{
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson(text, &error);
    if (!document.isObject())
        qFatal("no JSON object: %s: %s", text.constData(), qPrintable(error.errorString()));
    return document.object();
}

QByteArray misfit(const QJsonValue &value, const QByteArray &shape)
{
    if (!value.isObject())
        return "it is no object"_ba;
    const QJsonObject object = value.toObject();
    QByteArrayList faults;
    for (const QByteArray &word : shape.simplified().split(' ')) {
        const qsizetype colon = word.indexOf(':');
        const QJsonValue member = object.value(QString::fromLatin1(word.first(colon)));
        const char type = typeOf(member);
        const bool fits = word[colon + 1] == type || (word.endsWith('?') && member.isNull());
        if (!fits)
            faults += word + " is " + type;
    }
    return faults.join(", ");
}

QJsonObject findBy(const QJsonValue &array, const QString &member, const QJsonValue &value)
{
    for (const QJsonValue &item : array.toArray()) {
        if (item[member] == value)
            return item.toObject();
    }
    return {};
}

} // namespace truepeer
