// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminSession is one connection to the admin socket: lines in, answers and notifications out, each
// within a cap. Calls may be answered in any order.
//
// Thread: the main thread; replies may be given from any.
#pragma once

#include "server/admin/adminmethods.h"
#include "server/admin/subscription.h"
#include "server/net/mailbox.h"
#include "shared/admin/linecodec.h"

#include <QLocalSocket>
#include <QObject>
#include <QTimer>

#include <functional>
#include <memory>

namespace truepeer {

class AdminSession final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdminSession)

public:
    static constexpr int MaxOpenCalls = 32;
    static constexpr qint64 MaxQueue = 64 * 1024 * 1024; // answers that the peer does not read
    // Above this, notifications are left out; answers never are.
    static constexpr qint64 CalmQueue = 256 * 1024;

    struct Links
    {
        const AdminMethods &methods;
        Mailbox &home;
        // The result of hello, for this caller.
        std::function<QJsonObject(const AdminCaller &)> greeting;
        SubscriptionSources sources;
    };

    // Takes the socket, which is connected.
    AdminSession(std::unique_ptr<QLocalSocket> socket, AdminCaller caller, const Links &links);
    ~AdminSession() override;

    const AdminCaller &caller() const { return m_caller; }
    // What it calls itself in hello; empty before.
    const QString &name() const { return m_name; }
    bool isWatching(const QString &topic) const { return m_subscription.has(topic); }
    // False: left out, because the session does not read.
    bool notify(const QString &method, const QJsonObject &params);

Q_SIGNALS:
    // After this nothing more comes; destroy it later.
    void ended(const QString &reason);

private:
    void readLines();
    void takeLine(QByteArrayView line);
    void dispatch(const RpcRequest &request);
    RpcResult sayHello(const QJsonObject &params);
    RpcResult subscribe(const QJsonObject &params);
    void answer(const QJsonValue &id, const RpcResult &result);
    void finish(const QByteArray &line);
    void write(const QByteArray &line);
    void end(const QString &reason);

    const AdminCaller m_caller;
    const Links m_links;
    const std::unique_ptr<QLocalSocket> m_socket;
    // What replies in other threads know of the session: whether it is still there.
    const std::shared_ptr<AdminSession *> m_self;
    LineDecoder m_decoder;
    QTimer m_helloTimer;
    Subscription m_subscription;
    QString m_name;
    int m_openCalls = 0;
    bool m_greeted = false;
    bool m_ended = false;
};

} // namespace truepeer
