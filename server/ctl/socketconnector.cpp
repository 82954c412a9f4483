// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/socketconnector.h"

#include "shared/admin/adminclient.h"
#include "shared/admin/socketpath.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QTimer>

#include <algorithm>
#include <deque>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Patience = std::chrono::milliseconds;

constexpr Patience ForEver = std::chrono::hours(24 * 7);

// Turns the event loop until something calls quit(), at most so long.
class Wait
{
    Q_DISABLE_COPY_MOVE(Wait)

public:
    explicit Wait(Patience patience)
    {
        QObject::connect(&m_timer, &QTimer::timeout, &m_loop, &QEventLoop::quit);
        m_timer.setSingleShot(true);
        m_timer.start(std::min(patience, ForEver));
    }

    QEventLoop &loop() { return m_loop; }
    bool isOver() const { return !m_timer.isActive(); }
    // Until the condition holds, or the time is over.
    template <typename Condition>
    void until(Condition condition)
    {
        while (!condition() && !isOver())
            m_loop.exec();
    }

private:
    QEventLoop m_loop;
    QTimer m_timer;
};

class SocketTransport final : public Transport
{
public:
    explicit SocketTransport(Patience patience);

    // Nothing when there is a session.
    std::optional<AdminFailure> open(const QString &path);

    QJsonObject server() const override { return m_client.server(); }
    RpcResult call(const QString &method, const QJsonObject &params) override;
    std::optional<RpcNotification> next(Patience patience) override;
    bool isConnected() const override { return !m_failure && m_isReady; }

private:
    RpcError unreachable(const QString &message) const
    {
        RpcError error;
        error.code = UnreachableCode;
        error.message = message;
        return error;
    }
    RpcError lost() const
    {
        return unreachable(m_failure ? m_failure->message : u"the server ended the connection"_s);
    }
    static AdminClient::Options optionsFor(Patience patience);

    const Patience m_patience;
    QEventLoop *m_loop = nullptr; // the one that waits now
    bool m_isReady = false;
    std::optional<AdminFailure> m_failure;
    std::deque<RpcNotification> m_notifications;
    AdminClient m_client; // the last member: its answers and signals reach the others
};

AdminClient::Options SocketTransport::optionsFor(Patience patience)
{
    AdminClient::Options options;
    options.name = u"truepeerctl"_s;
    options.helloTimeout = patience;
    // The transport keeps the time itself, to tell a late answer from an error of the server.
    options.callTimeout = Patience(0);
    return options;
}

SocketTransport::SocketTransport(Patience patience)
    : m_patience(patience)
    , m_client(optionsFor(patience))
{
    const auto wake = [this] {
        if (m_loop)
            m_loop->quit();
    };
    QObject::connect(&m_client, &AdminClient::ready, &m_client, [this, wake] {
        m_isReady = true;
        wake();
    });
    QObject::connect(&m_client, &AdminClient::failed, &m_client,
                     [this, wake](const AdminFailure &failure) {
                         m_failure = failure;
                         wake();
                     });
    QObject::connect(&m_client, &AdminClient::notified, &m_client,
                     [this, wake](const QString &method, const QJsonObject &params) {
                         m_notifications.push_back({method, params});
                         wake();
                     });
}

std::optional<AdminFailure> SocketTransport::open(const QString &path)
{
    m_client.connectTo(path);
    Wait wait(ForEver); // the client gives up by itself
    m_loop = &wait.loop();
    wait.until([this] { return m_isReady || m_failure; });
    m_loop = nullptr;
    return m_failure;
}

RpcResult SocketTransport::call(const QString &method, const QJsonObject &params)
{
    if (!isConnected())
        return lost();
    Wait wait(m_patience);
    m_loop = &wait.loop();
    // Outlives this call when the answer comes too late.
    const auto answer = std::make_shared<std::optional<RpcResult>>();
    m_client.call(method, params, [this, answer](const RpcResult &result) {
        *answer = result;
        if (m_loop)
            m_loop->quit();
    });
    wait.until([this, &answer] { return answer->has_value() || m_failure; });
    m_loop = nullptr;
    if (m_failure)
        return lost();
    if (!*answer)
        return unreachable(u"the server did not answer within %1 s (see --timeout)"_s.arg(
            static_cast<double>(m_patience.count()) / 1000));
    return **answer;
}

std::optional<RpcNotification> SocketTransport::next(Patience patience)
{
    if (m_notifications.empty() && patience.count() == 0) {
        QCoreApplication::processEvents();
    } else if (m_notifications.empty() && isConnected()) {
        Wait wait(patience);
        m_loop = &wait.loop();
        wait.until([this] { return !m_notifications.empty() || m_failure; });
        m_loop = nullptr;
    }
    if (m_notifications.empty())
        return std::nullopt;
    RpcNotification first = std::move(m_notifications.front());
    m_notifications.pop_front();
    return first;
}

} // namespace

QStringList SocketConnector::sockets() const
{
    return findAdminSockets(adminSocketDirectories(m_environment));
}

Connector::Outcome SocketConnector::connectTo(const QString &path, Patience patience)
{
    auto transport = std::make_unique<SocketTransport>(patience.count() > 0 ? patience : ForEver);
    if (std::optional<AdminFailure> failure = transport->open(path))
        return *std::move(failure);
    return Outcome(std::unique_ptr<Transport>(std::move(transport)));
}

} // namespace truepeer
