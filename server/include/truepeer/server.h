// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A WebSocket and HTTP server that knows who is calling behind reverse proxies:
//
//   truepeer::ServerConfig config;
//   config.setTrustProxy({"127.0.0.1", "10.0.0.0/8"});
//   truepeer::Server server(config);
//   server.route("GET", "/hello", [](const truepeer::Request &request) {
//       return truepeer::Response::json({{"ip_address", request.ipAddress()}});
//   });
//   return server.run();
//
// Handlers run in the I/O thread of their connection, several at a time: they must not block, and
// what they share is theirs to lock. Slow work goes to a pool (Server::RunOn::Pool). A handler may
// throw: the caller gets 500, or an event "error", and the exception is logged.
#pragma once

#include <QAnyStringView>
#include <QByteArray>
#include <QJsonObject>
#include <QString>

#include <truepeer/client.h>
#include <truepeer/global.h>
#include <truepeer/request.h>
#include <truepeer/response.h>
#include <truepeer/room.h>
#include <truepeer/serverconfig.h>

#include <functional>
#include <memory>
#include <optional>

namespace truepeer {

// How a client went.
struct Disconnect
{
    int code = 1006; // RFC 6455 7.4; 1006: without a close frame
    QString reason;
    QByteArray initiator; // "client", "server" or "network"
};

class TRUEPEER_EXPORT Server
{
public:
    enum class RunOn {
        ConnectionThread,
        // For slow work. Events of one client may overtake each other there. When too much waits,
        // requests get 503 and events an event "error".
        Pool,
    };

    using RequestHandler = std::function<Response(const Request &)>;
    // A response ends the request there.
    using RequestMiddleware = std::function<std::optional<Response>(const Request &)>;
    // Data that is a list comes as an object with the members "0", "1" and so on.
    using EventHandler = std::function<void(Client &, const QJsonObject &)>;
    // False: the event is not handled any further.
    using EventMiddleware =
        std::function<bool(Client &, const QString &event, const QJsonObject &data)>;
    using ConnectHook = std::function<void(Client &)>;
    using DisconnectHook = std::function<void(Client &, const Disconnect &)>;

    explicit Server(const ServerConfig &config = ServerConfig());
    // Stops it. Threads of your own may still have clients and rooms, but not the server.
    ~Server();
    Server(const Server &) = delete;
    Server &operator=(const Server &) = delete;

    // ---- before the start -----------------------------------------------------------------------

    // A path may have parts in braces, "/users/{name}", that stand for one segment each. HEAD is
    // answered by the handler of GET. WebSocket clients may connect on all other paths. The paths
    // of the server itself, such as that of health, cannot be had.
    void route(QAnyStringView method, QAnyStringView path, RequestHandler handler,
               RunOn where = RunOn::ConnectionThread);
    // Before each handler of route(), in the order in which they were added.
    void use(RequestMiddleware middleware);

    // The handler of an event; it replaces one of the server itself, such as that of "join_room".
    void on(QAnyStringView event, EventHandler handler, RunOn where = RunOn::ConnectionThread);
    // Before each event that is handled, those of the server itself included.
    void useForEvents(EventMiddleware middleware);
    // Before a WebSocket client is accepted, behind the checks of Origin and key.
    void useForHandshakes(RequestMiddleware middleware);
    void onConnect(ConnectHook hook);
    // An edit of the trust list made the client another caller: what ipAddress(), scheme(), host()
    // or port() say has changed.
    void onResolutionChange(ConnectHook hook);
    // The client is in no room any more, and nothing can be sent to it.
    void onDisconnect(DisconnectHook hook);

    // ---- running --------------------------------------------------------------------------------

    // Runs until SIGTERM or SIGINT has drained it; returns an exit code, 0 when all went well.
    // Makes a QCoreApplication when there is none. Problems go to the log, which is standard error.
    int run();
    // Called by run() when the server accepts connections, with the line that truepeerd prints.
    void setReadyHandler(std::function<void(const QByteArray &readyLine)> handler);

    // For a program with an event loop of its own: starts and returns. REQUIRES: a
    // QCoreApplication, whose loop runs in this thread. False: see errorString().
    bool start();
    // Closes all clients with 1001 and ends; what is done with clients and rooms then has no
    // effect. It cannot be started again.
    void stop();
    bool isRunning() const;
    // What is wrong, a problem in each line; empty when nothing is.
    QString errorString() const;
    quint16 port() const;

    // ---- clients, from any thread ---------------------------------------------------------------

    Room room(QAnyStringView name, QAnyStringView nameSpace = "/") const;
    // To everybody; with a namespace to all that are in it. False as in Room::broadcast().
    bool broadcast(QAnyStringView event, const QJsonObject &data = {},
                   QAnyStringView nameSpace = {}) const;
    std::optional<Client> client(QAnyStringView id) const;
    qint64 clientCount() const;

private:
    class Private;

    std::unique_ptr<Private> m_private;
};

} // namespace truepeer
