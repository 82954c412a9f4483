// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/addressmask.h"
#include "gui/models/modelcontext.h"
#include "gui/models/pace.h"
#include "gui/models/serverlink.h"

#include <QHash>
#include <QJsonArray>
#include <QList>
#include <QPointer>

#include <chrono>
#include <functional>

namespace truepeer {

// A server that answers what the test says. Answers come from the event loop, as those of a real
// one. A method without an answer is "no such method".
class FakeLink final : public ServerLink
{
    Q_OBJECT

public:
    struct Call
    {
        QString method;
        QJsonObject params;
    };
    using Handler = std::function<RpcResult(const QJsonObject &params)>;

    explicit FakeLink(QObject *parent = nullptr);
    ~FakeLink() override;

    void setUp(bool up); // emits up() or down()
    void setHello(const QJsonObject &hello);
    void answer(const QString &method, const QJsonValue &result);
    void answer(const QString &method, Handler handler);
    void fail(const QString &method, RpcCode code, const QString &message,
              const QJsonObject &data = {});
    // Until release(), answers of this method wait; the handler is asked at the release.
    void hold(const QString &method);
    void release(const QString &method);
    void notify(const QString &method, const QJsonObject &params);

    const QList<Call> &calls() const { return m_calls; }
    QList<QJsonObject> callsOf(const QString &method) const; // their params
    void forgetCalls() { m_calls.clear(); }

    bool isUp() const override { return m_up; }
    const QJsonObject &hello() const override { return m_hello; }
    void call(const QString &method, const QJsonObject &params, QObject *context,
              Answer answer) override;

private:
    struct Held
    {
        QString method;
        QJsonObject params;
        QPointer<QObject> context;
        Answer answer;
    };
    RpcResult resultOf(const QString &method, const QJsonObject &params) const;
    void deliver(const Held &held);

    QHash<QString, Handler> m_handlers;
    QList<Call> m_calls;
    QList<Held> m_held;
    QStringList m_holding;
    QJsonObject m_hello;
    bool m_up = true;
};

// What a model needs, with a clock that ticks only by pace.tick().
struct FakeServer
{
    FakeLink link;
    Pace pace{std::chrono::hours(24)};
    AddressMask mask;
    ModelContext context{link, pace, mask};
};

} // namespace truepeer
