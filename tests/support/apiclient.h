// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A backend that calls the HTTP API, over one connection that stays open, and reads the metrics.
#pragma once

#include "tests/support/rawclient.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>
#include <QString>

namespace truepeer {

class ApiClient
{
    Q_DISABLE_COPY_MOVE(ApiClient)

public:
    ApiClient(quint16 port, const QByteArray &key, const QByteArray &source = "127.0.0.1")
        : m_raw(port, source)
        , m_key(key)
    {
    }

    // A request with a JSON body, as curl would send it. `key` may be empty.
    static QByteArray request(const QByteArray &method, const QByteArray &target,
                              const QByteArray &key, const QByteArray &body = {});
    // The line that gives the key.
    static QByteArray authorization(const QByteArray &key);

    HttpResponse get(const QByteArray &target);
    HttpResponse post(const QByteArray &target, const QByteArray &body);
    HttpResponse post(const QByteArray &target, const QJsonObject &body);

    // Broadcasts; how many got it, or -1 when the answer is no success.
    int broadcast(const QJsonObject &body);

    // The id of the only client with this text in its User-Agent; empty when there is no such one.
    QString idOf(const QByteArray &userAgent);
    // The value of a metric, with its labels as in the text; -1 when there is none. Needs the
    // setting metrics_path = "/metrics".
    double metric(QByteArrayView name);

    RawClient &raw() { return m_raw; }

private:
    RawClient m_raw;
    const QByteArray m_key;
};

} // namespace truepeer
