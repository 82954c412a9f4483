// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/adminlink.h"

#include <QPointer>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto MeasureInterval = 5s;
// Of the first one: not while all models ask for their data.
constexpr auto MeasureDelay = 1s;

AdminClient::Options clientOptions()
{
    AdminClient::Options options;
    options.name = u"dashboard"_s;
    options.reconnect = true;
    options.callTimeout = 30s;
    return options;
}

} // namespace

AdminLink::AdminLink(QObject *parent)
    : ServerLink(parent)
    , m_client(clientOptions())
{
    connect(&m_measureTimer, &QTimer::timeout, this, &AdminLink::measure);
    connect(&m_client, &AdminClient::ready, this, &AdminLink::takeReady);
    connect(&m_client, &AdminClient::notified, this, &ServerLink::notified);
    connect(&m_client, &AdminClient::failed, this, [this](const AdminFailure &failure) {
        goDown();
        Q_EMIT failed(failure);
    });
}

AdminLink::~AdminLink() = default;

void AdminLink::connectTo(const QString &path)
{
    goDown();
    m_client.connectTo(path);
}

void AdminLink::retry()
{
    m_client.retry();
}

void AdminLink::close()
{
    m_client.close();
    goDown();
}

void AdminLink::call(const QString &method, const QJsonObject &params, QObject *context,
                     Answer answer)
{
    Q_ASSERT(context != nullptr && answer);
    m_client.call(
        method, params,
        [guard = QPointer<QObject>(context), given = std::move(answer)](const RpcResult &result) {
            if (guard)
                given(result);
        });
}

void AdminLink::takeReady()
{
    m_hello = m_client.server();
    m_isUp = true;
    m_isMeasuring = false;
    m_measureTimer.start(MeasureDelay);
    Q_EMIT up();
}

void AdminLink::goDown()
{
    m_measureTimer.stop();
    if (!std::exchange(m_isUp, false))
        return;
    Q_EMIT down();
}

void AdminLink::measure()
{
    m_measureTimer.start(MeasureInterval);
    if (std::exchange(m_isMeasuring, true))
        return;
    QElapsedTimer watch;
    watch.start();
    m_client.call(u"status"_s, {}, [this, watch](const RpcResult &result) {
        m_isMeasuring = false;
        if (std::holds_alternative<QJsonValue>(result))
            Q_EMIT roundTripMeasured(static_cast<double>(watch.nsecsElapsed()) / 1e6);
    });
}

} // namespace truepeer
