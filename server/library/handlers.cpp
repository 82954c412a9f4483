// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/handlers.h"

#include "server/ops/configvalue.h"
#include "server/rooms/member.h"
#include "shared/net/ascii.h"

#include <QJsonArray>

#include <algorithm>
#include <exception>
#include <set>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Category = "truepeer.handler";
constexpr char FailedText[] = "Internal server error processing message";
constexpr char BusyText[] = "The server is too busy";

// A list becomes an object with the members "0", "1" and so on.
QJsonObject objectOf(const QJsonValue &data)
{
    if (!data.isArray())
        return data.toObject();
    QJsonObject object;
    const QJsonArray list = data.toArray();
    for (qsizetype i = 0; i < list.size(); ++i)
        object.insert(QString::number(i), list.at(i));
    return object;
}

// Runs what the application wrote. False: it threw, which is logged.
template <typename Call>
bool runGuarded(Log &log, QByteArrayView what, Call call)
{
    try {
        call();
        return true;
    } catch (const std::exception &error) {
        log.write(LogLevel::Error, Category, "handler_failed",
                  {{"handler", what}, {"reason", QByteArrayView(error.what())}});
    } catch (...) {
        log.write(LogLevel::Error, Category, "handler_failed",
                  {{"handler", what}, {"reason", "an exception of an unknown type"}});
    }
    return false;
}

Response failedResponse()
{
    return Response::error(500, "Internal Server Error", "internal_error");
}

Disconnect disconnectOf(const CloseInfo &info)
{
    const char *initiator = info.initiator == Initiator::Client   ? "client"
                            : info.initiator == Initiator::Server ? "server"
                                                                  : "network";
    return {info.code, QString::fromUtf8(info.reason), initiator};
}

QString routeText(const Handlers::Route &route)
{
    return u"route(\"%1\")"_s.arg(
        printableForMessage(QString::fromUtf8(route.method + ' ' + route.path)));
}

// Routes of one shape answer the same paths: the names in braces do not matter.
QByteArray shapeOf(const QByteArray &path)
{
    QByteArrayList segments = path.split('/');
    for (QByteArray &segment : segments) {
        if (segment.size() > 2 && segment.startsWith('{') && segment.endsWith('}'))
            segment = QByteArray(1, '\0'); // in no path
    }
    return segments.join('/');
}

// Nothing when the route is one.
QString routeProblem(const Handlers::Route &route)
{
    if (!ascii::isToken(route.method))
        return u"the method is no token"_s;
    if (!route.path.startsWith('/'))
        return u"the path must start with /"_s;
    if (route.path.count('{') > qsizetype(PathParameters::Max))
        return u"more than %1 parts in braces"_s.arg(PathParameters::Max);
    return route.handler ? QString() : u"the handler is empty"_s;
}

template <typename Function>
void findEmpty(QStringList &problems, const std::vector<Function> &functions, const QString &adder)
{
    for (const Function &function : functions) {
        if (!function)
            problems.append(adder + u": the function is empty"_s);
    }
}

} // namespace

QStringList Handlers::problems() const
{
    QStringList problems;
    std::set<std::pair<QByteArray, QByteArray>> seen;
    for (const Route &route : routes) {
        QString problem = routeProblem(route);
        if (problem.isEmpty() && !seen.insert({route.method, shapeOf(route.path)}).second)
            problem = u"a route for the same paths was added before"_s;
        if (!problem.isEmpty())
            problems.append(routeText(route) + u": "_s + problem);
    }
    for (const Event &event : events) {
        const QString name =
            u"on(\"%1\")"_s.arg(printableForMessage(QString::fromUtf8(event.name)));
        if (!isEventName(event.name))
            problems.append(name + u": no event; allowed: letters, digits and ._-"_s);
        else if (!event.handler)
            problems.append(name + u": the handler is empty"_s);
    }
    findEmpty(problems, requestMiddleware, u"use()"_s);
    findEmpty(problems, eventMiddleware, u"useForEvents()"_s);
    findEmpty(problems, handshakeMiddleware, u"useForHandshakes()"_s);
    findEmpty(problems, connectHooks, u"onConnect()"_s);
    findEmpty(problems, disconnectHooks, u"onDisconnect()"_s);
    return problems;
}

// With other methods, too: the options of a path hold for all of them.
QStringList Handlers::conflicts(const Router &router) const
{
    QStringList conflicts;
    for (const Route &route : routes) {
        if (router.knowsPath(route.path)) {
            conflicts.append(routeText(route)
                             + u": the server answers this path itself (see health_check_path, "
                               "request_details_path, metrics_path, api_keys)"_s);
        }
    }
    return conflicts;
}

// ---- requests ---------------------------------------------------------------------------------

Response Handlers::serve(const Route &route, const HttpRequest &request, Log &log) const
{
    Response response = failedResponse();
    const QByteArray name = route.method + ' ' + route.path;
    runGuarded(log, name, [&] {
        const Request asked(request);
        for (const Server::RequestMiddleware &middleware : requestMiddleware) {
            if (std::optional<Response> early = middleware(asked)) {
                response = std::move(*early);
                return;
            }
        }
        response = route.handler(asked);
    });
    return response;
}

void Handlers::addRoutes(Router &router, ServerCore &core, Log &log) const
{
    TaskPool &tasks = core.application().tasks();
    for (const Route &route : routes) {
        const RouteOptions options{.takesBody = true};
        if (route.where == Server::RunOn::ConnectionThread) {
            router.add(
                route.method, route.path,
                [this, &route, &log](const HttpRequest &request) {
                    return serve(route, request, log);
                },
                options);
            continue;
        }
        router.add(
            route.method, route.path,
            [this, &route, &log, &tasks](const std::shared_ptr<const HttpRequest> &request,
                                         const Responder &respond) {
                const bool accepted = tasks.post([this, &route, &log, request, respond] {
                    respond(serve(route, *request, log));
                });
                if (accepted)
                    return;
                Response response = Response::error(503, BusyText, "busy");
                response.headers.emplace_back("Retry-After", "1");
                respond(std::move(response));
            },
            options);
    }
}

AdmitClient Handlers::admitClient(Log &log) const
{
    if (handshakeMiddleware.empty())
        return {};
    return [this, &log](const HttpRequest &request) {
        std::optional<Response> refusal;
        const bool done = runGuarded(log, "handshake", [&] {
            const Request asked(request);
            for (const Server::RequestMiddleware &middleware : handshakeMiddleware) {
                refusal = middleware(asked);
                if (refusal)
                    return;
            }
        });
        // Nobody comes in through a fault.
        return done ? refusal : std::optional<Response>(failedResponse());
    };
}

// ---- events -----------------------------------------------------------------------------------

void Handlers::addEvents(EventRouter &router, ServerCore &core, Log &log) const
{
    for (const Server::EventMiddleware &middleware : eventMiddleware) {
        router.addGuard([&middleware, &core, &log](Member &member, const EventMessage &message) {
            bool goesOn = false;
            const bool done = runGuarded(log, message.event, [&] {
                Client client = core.makeClient(member.record());
                goesOn = middleware(client, QString::fromLatin1(message.event),
                                    objectOf(message.data()));
            });
            if (!done)
                member.sendError(FailedText);
            return goesOn;
        });
    }
    for (const Event &event : events)
        addEvent(router, event, core, log);
    addHooks(router, core, log);
}

void Handlers::addHooks(EventRouter &router, ServerCore &core, Log &log) const
{
    const auto run = [&core, &log](const std::vector<Server::ConnectHook> &hooks,
                                   const QByteArray &what, Member &member) {
        for (const Server::ConnectHook &hook : hooks) {
            runGuarded(log, what, [&] {
                Client client = core.makeClient(member.record());
                hook(client);
            });
        }
    };
    router.onOpened([this, run](Member &member) { run(connectHooks, "connect"_ba, member); });
    router.onResolutionChanged([this, run](Member &member, const Resolution &) {
        run(changeHooks, "resolution change"_ba, member);
    });
    router.onEnded([this, &core, &log](Member &member, const CloseInfo &info) {
        for (const Server::DisconnectHook &hook : disconnectHooks) {
            runGuarded(log, "disconnect", [&] {
                Client client = core.makeClient(member.record());
                hook(client, disconnectOf(info));
            });
        }
    });
}

void Handlers::addEvent(EventRouter &router, const Event &event, ServerCore &core, Log &log) const
{
    if (event.where == Server::RunOn::ConnectionThread) {
        router.on(event.name, [&event, &core, &log](Member &member, const EventMessage &message) {
            const bool done = runGuarded(log, event.name, [&] {
                Client client = core.makeClient(member.record());
                event.handler(client, objectOf(message.data()));
            });
            if (!done)
                member.sendError(FailedText);
        });
        return;
    }
    TaskPool &tasks = core.application().tasks();
    router.on(event.name,
              [&event, &core, &log, &tasks](Member &member, const EventMessage &message) {
                  const auto work = [&event, &core, &log, record = member.record(), message] {
                      Client client = core.makeClient(record);
                      const bool done = runGuarded(log, event.name, [&] {
                          event.handler(client, objectOf(message.data()));
                      });
                      if (done)
                          return;
                      core.hub().withMember(*record, [](Member *failed) {
                          if (failed)
                              failed->sendError(FailedText);
                      });
                  };
                  if (!tasks.post(work))
                      member.sendError(BusyText);
              });
}

} // namespace truepeer
