// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/requesthead.h"
#include "server/http/response.h"

#include <QByteArray>
#include <QByteArrayList>
#include <QByteArrayView>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace truepeer {

struct Resolution;
class ExplanationSource;

// The values of the {name} parts of a path pattern: views into the request's path, still
// percent-encoded. Router::add() asserts that a pattern has no more than Max of them.
class PathParameters
{
public:
    static constexpr std::size_t Max = 8;

    std::optional<QByteArrayView> value(QByteArrayView name) const;
    std::size_t size() const { return m_size; }
    void add(QByteArrayView name, QByteArrayView value);
    void clear() { m_size = 0; }

private:
    struct Parameter
    {
        QByteArrayView name;
        QByteArrayView value;
    };
    std::array<Parameter, Max> m_parameters;
    std::size_t m_size = 0;
};

// What a handler is given. All of it lives until the handler returns, no longer; a deferred handler
// is given one that owns what it refers to.
struct HttpRequest
{
    const RequestHead &head;
    QByteArrayView body;
    const Resolution &resolution;
    const PathParameters &parameters;
    // How the resolution came about; set for every request that came over a connection.
    const ExplanationSource *explanation = nullptr;
};

using Handler = std::function<Response(const HttpRequest &)>;

// Takes the answer of a request that was deferred. May be called from any thread, once.
using Responder = std::function<void(Response)>;

// A handler that answers later. The request lives as long as somebody holds it.
using DeferredHandler =
    std::function<void(const std::shared_ptr<const HttpRequest> &, const Responder &)>;

using RouteHandler = std::variant<Handler, DeferredHandler>;

// How the connection treats the requests of one path, before its handler is asked.
struct RouteOptions
{
    // The handler reads the body; without it the body is checked and thrown away.
    bool takesBody = false;
    // Answered without allowed host, key or limit: health checks.
    bool exempt = false;
    // Error bodies of this path are {"error":"text"} without "code", as the original answers.
    bool bareErrors = false;
};

enum class RouteStatus : quint8 {
    Found,
    // 404: no such path.
    NotFound,
    // 405: the path is known, not with this method, be it a standard one or not.
    MethodNotAllowed,
    // 501: neither the path is known nor the method.
    NotImplemented,
};

struct RouteMatch
{
    RouteStatus status = RouteStatus::NotFound;
    // Set with Found; owned by the router.
    const RouteHandler *handler = nullptr;
    // Of the path; also with MethodNotAllowed.
    RouteOptions options;
    // With Found only.
    PathParameters parameters;
    // The value of Allow, with MethodNotAllowed only.
    QByteArray allow;
};

// From method and path to handler. The path is compared byte for byte as it was sent: nothing is
// decoded, merged or normalised, "/a" is not "/a/", and "/a/../b" and "/%61" are paths of their
// own. A pattern segment `{name}` stands for one non-empty segment. Exact paths are tried first,
// then patterns in the order of registration. HEAD is answered by the handler of GET unless it has
// its own.
//
// Built once, then only read: match() may be called from several threads, and does not allocate
// when it finds a handler.
class Router
{
public:
    // REQUIRES: `path` starts with '/', `method` is a token, and the pair was not added before.
    // Options are per path: those of the first add() count.
    void add(QByteArrayView method, QByteArrayView path, RouteHandler handler,
             RouteOptions options = {});

    // The pair was added.
    bool contains(QByteArrayView method, QByteArrayView path) const;

    RouteMatch match(QByteArrayView method, QByteArrayView path) const;

    // An exact route or a pattern answers this path, with whatever method. WebSocket upgrades are
    // accepted on all other paths.
    bool knowsPath(QByteArrayView path) const;

    // The answer for a match without handler: 404, 405 with Allow, 501.
    static Response errorResponse(const RouteMatch &match);

private:
    struct Entry
    {
        QByteArray method;
        RouteHandler handler;
    };
    struct Route
    {
        QByteArray path;
        RouteOptions options;
        std::vector<Entry> entries;
    };

    Route &routeFor(QByteArrayView path, RouteOptions options);
    const Route *exactRoute(QByteArrayView path) const;
    static const RouteHandler *handlerOf(const Route &route, QByteArrayView method);
    QByteArray allowedMethods(QByteArrayView path) const;
    bool isKnownMethod(QByteArrayView method) const;

    std::vector<Route> m_exact; // sorted by path
    std::vector<Route> m_patterns;
    QByteArrayList m_methods; // of all routes
};

} // namespace truepeer
