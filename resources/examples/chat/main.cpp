// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A chat with a web page. Each message shows the address of its sender as the server resolved it,
// so behind a proxy that is trusted it is the client's, and nobody can make one up.
//
//   chat [PORT] [TRUSTED-PROXY]
//   open http://localhost:6001/
#include "page.h"

#include <truepeer/server.h>

#include <cstdio>
#include <cstdlib>

namespace {

constexpr auto Lobby = "lobby";
constexpr qsizetype MaxCharacters = 500;

// How others see a client.
QJsonObject sender(const truepeer::Client &client)
{
    return {{"id", client.id()},
            {"name", client.value("name").toString()},
            {"ip_address", client.ipAddress()}};
}

void sendCount(const truepeer::Room &room)
{
    room.broadcast("chat.members", {{"count", room.memberCount()}});
}

void connected(truepeer::Client &client)
{
    client.setValue("name", "guest " + client.id());
    client.join(Lobby);
    client.send("chat.welcome", sender(client));
    sendCount(client.room(Lobby));
}

void disconnected(truepeer::Client &client, const truepeer::Disconnect &)
{
    sendCount(client.room(Lobby));
}

void named(truepeer::Client &client, const QJsonObject &data)
{
    const QString name = data["name"].toString().simplified().left(40);
    if (!name.isEmpty())
        client.setValue("name", name);
    client.send("chat.welcome", sender(client));
}

void said(truepeer::Client &client, const QJsonObject &data)
{
    const QString text = data["text"].toString().trimmed().left(MaxCharacters);
    if (text.isEmpty())
        return;
    client.room(Lobby).broadcast("chat.message", {{"from", sender(client)}, {"text", text}});
}

} // namespace

int main(int argc, char *argv[])
{
    truepeer::ServerConfig config;
    config.setHost("127.0.0.1");
    config.setPort(argc > 1 ? std::atoi(argv[1]) : 6001);
    config.setTrustProxy({argc > 2 ? argv[2] : "127.0.0.1"});
    config.set("headers", "x-forwarded");
    config.setAllowedOrigins({"self"});

    truepeer::Server server(config);
    server.route("GET", "/",
                 [](const truepeer::Request &) { return truepeer::Response::html(Page); });
    server.onConnect(connected);
    server.onDisconnect(disconnected);
    server.on("chat.name", named);
    server.on("chat.message", said);
    server.setReadyHandler([](const QByteArray &line) {
        std::puts(line.constData());
        std::fflush(stdout);
    });
    return server.run();
}
