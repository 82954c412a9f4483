// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AdminLink is the ServerLink of a real server: an AdminClient that connects again by itself, and
// measures how long the server takes to answer.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/serverlink.h"
#include "shared/admin/adminclient.h"

#include <QElapsedTimer>
#include <QTimer>

#include <chrono>

namespace truepeer {

class AdminLink final : public ServerLink
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AdminLink)

public:
    explicit AdminLink(QObject *parent = nullptr);
    ~AdminLink() override;

    // Then up() or failed(), but not before it returned; and again each time when the connection
    // ended, until close().
    void connectTo(const QString &path);
    void retry(); // at once, instead of waiting for the next try
    void close(); // down(), if it was up

    std::chrono::milliseconds untilRetry() const { return m_client.untilRetry(); }

    bool isUp() const override { return m_isUp; }
    const QJsonObject &hello() const override { return m_hello; }
    void call(const QString &method, const QJsonObject &params, QObject *context,
              Answer answer) override;

Q_SIGNALS:
    void failed(const truepeer::AdminFailure &failure); // after down()
    void roundTripMeasured(double milliseconds);

private:
    void takeReady();
    void goDown();
    void measure();

    AdminClient m_client;
    QJsonObject m_hello;
    QTimer m_measureTimer;
    bool m_isUp = false;
    bool m_isMeasuring = false;
};

} // namespace truepeer
