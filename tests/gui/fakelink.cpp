// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/gui/fakelink.h"

#include <QTimer>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

FakeLink::FakeLink(QObject *parent)
    : ServerLink(parent)
    , m_hello{{u"role"_s, u"operator"_s}}
{
}

FakeLink::~FakeLink() = default;

void FakeLink::setUp(bool up)
{
    m_up = up;
    if (up)
        Q_EMIT this->up();
    else
        Q_EMIT down();
}

void FakeLink::setHello(const QJsonObject &hello)
{
    m_hello = hello;
}

void FakeLink::answer(const QString &method, const QJsonValue &result)
{
    answer(method, [result](const QJsonObject &) { return RpcResult(result); });
}

void FakeLink::answer(const QString &method, Handler handler)
{
    m_handlers.insert(method, std::move(handler));
}

void FakeLink::fail(const QString &method, RpcCode code, const QString &message,
                    const QJsonObject &data)
{
    answer(method, [error = RpcError(code, message, data)](const QJsonObject &) {
        return RpcResult(error);
    });
}

void FakeLink::hold(const QString &method)
{
    m_holding.append(method);
}

void FakeLink::release(const QString &method)
{
    m_holding.removeAll(method);
    for (const Held &held : std::exchange(m_held, {})) {
        if (held.method == method)
            deliver(held);
        else
            m_held.append(held);
    }
}

void FakeLink::notify(const QString &method, const QJsonObject &params)
{
    Q_EMIT notified(method, params);
}

QList<QJsonObject> FakeLink::callsOf(const QString &method) const
{
    QList<QJsonObject> found;
    for (const Call &call : m_calls) {
        if (call.method == method)
            found.append(call.params);
    }
    return found;
}

void FakeLink::call(const QString &method, const QJsonObject &params, QObject *context,
                    Answer answer)
{
    m_calls.append({method, params});
    const Held held{method, params, context, std::move(answer)};
    if (m_holding.contains(method))
        m_held.append(held);
    else
        deliver(held);
}

RpcResult FakeLink::resultOf(const QString &method, const QJsonObject &params) const
{
    if (!m_up)
        return RpcError(RpcCode::InternalError, u"not connected"_s);
    const auto handler = m_handlers.constFind(method);
    if (handler == m_handlers.constEnd())
        return RpcError(RpcCode::MethodNotFound, u"no such method: "_s + method);
    return (*handler)(params);
}

void FakeLink::deliver(const Held &held)
{
    if (!held.context)
        return;
    QTimer::singleShot(0, held.context,
                       [this, held] { held.answer(resultOf(held.method, held.params)); });
}

} // namespace truepeer
