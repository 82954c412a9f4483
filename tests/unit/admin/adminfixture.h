// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// An AdminServer in the event loop of the test, and its clients.
#pragma once

#include "server/admin/adminserver.h"
#include "tests/unit/admin/adminpeer.h"

#include <QJsonArray>
#include <QTemporaryDir>

#include <memory>
#include <thread>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

inline QJsonObject hello()
{
    return {{u"protocol"_s, 1}, {u"name"_s, u"test"_s}};
}

inline QJsonObject number(int value)
{
    return {{u"n"_s, value}};
}

inline QJsonObject topics(const QStringList &names)
{
    return {{u"topics"_s, QJsonArray::fromStringList(names)}, {u"interval_ms"_s, 250}};
}

// A server with a few methods, and a socket for viewers.
struct AdminFixture
{
    AdminFixture()
    {
        home.attach();
        methods.add(u"echo"_s, [](const AdminCall &call) { call.reply(call.params); });
        methods.addChange(u"change"_s, [](const AdminCall &call) { call.reply(QJsonObject()); });
        methods.add(u"keep"_s, [this](const AdminCall &call) { kept.push_back(call.reply); });
        // Six bytes a character, as JSON.
        methods.add(u"big"_s, [](const AdminCall &call) {
            call.reply(QJsonObject{{u"text"_s, QString(call.params[u"n"_s].toInt(), QChar(1))}});
        });
        methods.add(u"caller"_s, [this](const AdminCall &call) {
            caller = call.caller;
            call.reply(QJsonObject());
        });
        server = std::make_unique<AdminServer>(AdminSession::Links{
            methods,
            home,
            [](const AdminCaller &who) {
                return QJsonObject{{u"role"_s, who.readOnly ? u"viewer"_s : u"operator"_s}};
            },
            {&events,
             [] {
                 return QJsonObject{{u"status"_s, u"healthy"_s}};
             },
             [] { return number(7); }}});
        const auto error = server->listen({path, {}, viewersPath});
        if (error)
            qFatal("%s", qPrintable(error->message));
    }
    ~AdminFixture() { home.detach(); }

    // Says hello.
    AdminPeer &connect(bool asViewer = false)
    {
        peers.push_back(std::make_unique<AdminPeer>(asViewer ? viewersPath : path));
        if (resultOf(peers.back()->call(u"hello"_s, hello())).isEmpty())
            qFatal("the server of the test does not say hello");
        return *peers.back();
    }
    // From a thread of its own.
    void answer(size_t index, const RpcResult &result) const
    {
        std::thread thread([&] { kept[index](result); });
        thread.join();
    }

    QTemporaryDir folder;
    const QString path = folder.filePath(u"a.sock"_s);
    const QString viewersPath = folder.filePath(u"v.sock"_s);
    Mailbox home;
    AdminMethods methods;
    EventLog events;
    std::vector<AdminReply> kept;
    AdminCaller caller;
    std::unique_ptr<AdminServer> server;
    std::vector<std::unique_ptr<AdminPeer>> peers;
};

} // namespace truepeer
