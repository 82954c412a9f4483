// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/apiclient.h"

#include <QJsonArray>
#include <QJsonDocument>

namespace truepeer {

using namespace Qt::StringLiterals;

QByteArray ApiClient::authorization(const QByteArray &key)
{
    return "Authorization: Bearer "_ba + key + "\r\n"_ba;
}

QByteArray ApiClient::request(const QByteArray &method, const QByteArray &target,
                              const QByteArray &key, const QByteArray &body)
{
    QByteArray lines = key.isEmpty() ? QByteArray() : authorization(key);
    if (!body.isEmpty() || method == "POST") {
        lines += "Content-Type: application/json\r\nContent-Length: "_ba
                 + QByteArray::number(body.size()) + "\r\n"_ba;
    }
    return httpRequest(method, target, lines, body);
}

HttpResponse ApiClient::get(const QByteArray &target)
{
    return m_raw.exchange(request("GET"_ba, target, m_key));
}

HttpResponse ApiClient::post(const QByteArray &target, const QByteArray &body)
{
    return m_raw.exchange(request("POST"_ba, target, m_key, body));
}

HttpResponse ApiClient::post(const QByteArray &target, const QJsonObject &body)
{
    return post(target, QJsonDocument(body).toJson(QJsonDocument::Compact));
}

int ApiClient::broadcast(const QJsonObject &body)
{
    const HttpResponse response = post("/api/broadcast"_ba, body);
    const QJsonObject answer = response.json();
    const bool isDone = response.status == 200 && answer.value("success"_L1) == true;
    return isDone ? answer.value("delivered"_L1).toInt(-1) : -1;
}

QString ApiClient::idOf(const QByteArray &userAgent)
{
    const QByteArray filter = QByteArray("ua:\"" + userAgent + '"').toPercentEncoding();
    const QJsonArray items =
        get("/api/clients?filter=" + filter).json().value("items"_L1).toArray();
    return items.size() == 1 ? items[0]["id"_L1].toString() : QString();
}

double ApiClient::metric(QByteArrayView name)
{
    for (const QByteArray &line : get("/metrics"_ba).body.split('\n')) {
        if (line.startsWith(name) && line.mid(name.size(), 1) == " ")
            return line.mid(name.size() + 1).toDouble();
    }
    return -1;
}

} // namespace truepeer
