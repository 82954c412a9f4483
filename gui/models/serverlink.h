// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ServerLink is what the models of the dashboard know of the connection to one server: whether it
// is there, what it allows, and how to call it. The dashboard implements it over an AdminClient,
// tests with answers of their own.
//
// Thread: the GUI thread.
#pragma once

#include "shared/admin/protocol.h"

#include <QJsonObject>
#include <QObject>
#include <QString>

#include <functional>

namespace truepeer {

class ServerLink : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ServerLink)

public:
    using Answer = std::function<void(const RpcResult &)>;

    explicit ServerLink(QObject *parent = nullptr);
    ~ServerLink() override;

    // Whether calls can be made: connected, and the server said hello.
    virtual bool isUp() const = 0;
    // The result of hello of the last connection; empty before the first one.
    virtual const QJsonObject &hello() const = 0;
    // The answer comes once, never before call() returned, and not at all when `context` is
    // destroyed before. Without a connection it is an error.
    virtual void call(const QString &method, const QJsonObject &params, QObject *context,
                      Answer answer) = 0;

    // Whether the server has this method: older servers lack some. True before the first hello.
    bool knows(QStringView method) const;
    // Whether this session may change something.
    bool isOperator() const;

Q_SIGNALS:
    void up();   // calls can be made; what models hold may be of another run of the server
    void down(); // what models hold is stale from now on
    void notified(const QString &method, const QJsonObject &params);
};

} // namespace truepeer
