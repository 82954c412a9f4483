// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tests/gui/fakelink.h"

#include <QDateTime>
#include <QJsonArray>

namespace truepeer {

using namespace Qt::StringLiterals;

// A server with clients, in the order in which it lists them.
struct FakeClients : FakeServer
{
    QStringList open;
    QList<QJsonObject> closed;
    QJsonObject changed; // id to a client that is not as all others

    FakeClients()
    {
        link.setHello({{u"role"_s, u"operator"_s},
                       {u"instance"_s, u"first"_s},
                       {u"listen"_s, u"http://0.0.0.0:6001"_s}});
        link.answer(u"clients.list"_s, [this](const QJsonObject &params) { return list(params); });
        link.answer(u"clients.get"_s, [this](const QJsonObject &params) {
            const QString id = params.value("id"_L1).toString();
            QJsonObject json = client(id);
            json.insert("resolution"_L1, untrusted());
            return open.contains(id) ? RpcResult(json)
                                     : RpcResult(RpcError(RpcCode::NotFound, u"no client"_s));
        });
    }

    QJsonObject client(const QString &id) const
    {
        if (changed.contains(id))
            return changed.value(id).toObject();
        return {{u"id"_s, id},
                {u"client"_s, u"203.0.113.9"_s},
                {u"peer"_s, u"10.0.0.7"_s},
                {u"scheme"_s, u"https"_s},
                {u"host"_s, u"chat.example.com"_s},
                {u"port"_s, 443},
                {u"namespace"_s, u"/game"_s},
                {u"rooms"_s, QJsonArray{u"lobby"_s, u"/game:hall"_s}},
                {u"connected_at"_s, QDateTime::currentSecsSinceEpoch() - 7260},
                {u"idle_s"_s, 3},
                {u"messages_in"_s, 5},
                {u"known"_s, true},
                {u"trusted_peer"_s, true},
                {u"hops"_s, 1}};
    }

    void change(const QString &id, const QString &name, const QJsonValue &value)
    {
        QJsonObject json = client(id);
        json.insert(name, value);
        changed.insert(id, json);
    }

    void close(const QString &id)
    {
        QJsonObject json = client(id);
        json.insert("closed_at"_L1, QDateTime::currentSecsSinceEpoch());
        json.insert("close_code"_L1, 1001);
        json.insert("close_reason"_L1, u"the server drains"_s);
        closed.prepend(json);
        open.removeAll(id);
    }

    RpcResult list(const QJsonObject &params) const
    {
        QList<QJsonObject> rows = closed;
        if (params.value("state"_L1).toString() == "open"_L1) {
            rows.clear();
            for (const QString &id : open)
                rows.append(client(id));
        }
        const qint64 total = rows.size();
        if (params.value("filter"_L1).toString() == "nobody"_L1)
            rows.clear();
        QJsonArray items;
        for (const QJsonObject &row :
             rows.mid(params.value("offset"_L1).toInteger(), params.value("limit"_L1).toInteger()))
            items.append(row);
        return QJsonObject{{u"total"_s, total}, {u"filtered"_s, rows.size()}, {u"items"_s, items}};
    }

    static QJsonObject step(const QString &who, const QString &verdict, const QString &header = {},
                            int index = 0, const QString &entry = {}, const QString &reason = {})
    {
        const bool isText = verdict == "unread"_L1 || reason == "it is no address"_L1;
        QJsonObject json{{isText ? u"text"_s : u"address"_s, who},
                         {u"verdict"_s, verdict},
                         {u"header"_s, header.isEmpty() ? QJsonValue() : QJsonValue(header)},
                         {u"index"_s, index}};
        if (!entry.isEmpty())
            json.insert("entry"_L1, entry);
        if (!reason.isEmpty())
            json.insert("reason"_L1, reason);
        return json;
    }

    static QJsonObject resolution(const QString &verdict, const QString &client,
                                  const QJsonArray &trail, const QJsonArray &headers = {},
                                  const QJsonValue &scheme = {})
    {
        return {{u"verdict"_s, verdict},
                {u"client"_s, client},
                {u"peer"_s, trail.first().toObject().value("address"_L1)},
                {u"trusted_peer"_s, verdict != "untrusted-peer"_L1},
                {u"known"_s, verdict != "unknown"_L1 && verdict != "conflict"_L1},
                {u"conflict"_s, verdict == "conflict"_L1},
                {u"scheme"_s, u"https"_s},
                {u"host"_s, u"chat.example.com"_s},
                {u"port"_s, 443},
                {u"trail"_s, trail},
                {u"headers"_s, headers},
                {u"notes"_s, QJsonArray{u"A note about 203.0.113.9."_s}},
                {u"from"_s, QJsonObject{{u"scheme"_s, scheme}}}};
    }

    static QJsonObject untrusted()
    {
        const QJsonObject header{{u"name"_s, u"X-Forwarded-For"_s},
                                 {u"value"_s, u"1.2.3.4"_s},
                                 {u"used"_s, false},
                                 {u"reason"_s, u"198.51.100.4 is not a trusted proxy"_s}};
        return resolution(u"untrusted-peer"_s, u"198.51.100.4"_s,
                          {step(u"198.51.100.4"_s, u"peer"_s)}, {header});
    }
};

} // namespace truepeer
