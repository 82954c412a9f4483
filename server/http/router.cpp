// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/router.h"

#include "shared/net/ascii.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr std::array<QByteArrayView, 8> StandardMethods{"GET",    "HEAD",    "POST",  "PUT",
                                                        "DELETE", "OPTIONS", "PATCH", "TRACE"};

bool isParameter(QByteArrayView segment)
{
    return segment.size() > 2 && segment.startsWith('{') && segment.endsWith('}');
}

// Takes the text up to the next '/' off the front of `path`.
QByteArrayView takeSegment(QByteArrayView &path)
{
    const qsizetype slash = path.indexOf('/');
    const QByteArrayView segment = slash < 0 ? path : path.first(slash);
    path = slash < 0 ? QByteArrayView() : path.sliced(slash);
    return segment;
}

bool matchesPattern(QByteArrayView pattern, QByteArrayView path, PathParameters &parameters)
{
    parameters.clear();
    while (pattern.startsWith('/') && path.startsWith('/')) {
        pattern = pattern.sliced(1);
        path = path.sliced(1);
        const QByteArrayView wanted = takeSegment(pattern);
        const QByteArrayView found = takeSegment(path);
        if (!isParameter(wanted)) {
            if (wanted != found)
                return false;
        } else if (found.isEmpty()) {
            return false;
        } else {
            parameters.add(wanted.sliced(1).chopped(1), found);
        }
    }
    return pattern.isEmpty() && path.isEmpty();
}

bool isPattern(QByteArrayView path)
{
    return path.contains("/{");
}

} // namespace

std::optional<QByteArrayView> PathParameters::value(QByteArrayView name) const
{
    for (std::size_t i = 0; i < m_size; ++i) {
        if (m_parameters.at(i).name == name)
            return m_parameters.at(i).value;
    }
    return std::nullopt;
}

void PathParameters::add(QByteArrayView name, QByteArrayView value)
{
    m_parameters.at(m_size++) = {name, value};
}

void Router::add(QByteArrayView method, QByteArrayView path, RouteHandler handler,
                 RouteOptions options)
{
    Q_ASSERT(path.startsWith('/') && ascii::isToken(method));
    Q_ASSERT(std::count(path.begin(), path.end(), '{') <= qsizetype{PathParameters::Max});
    Q_ASSERT(!contains(method, path));
    Route &route = routeFor(path, options);
    route.entries.push_back({method.toByteArray(), std::move(handler)});
    if (!m_methods.contains(method.toByteArray()))
        m_methods.append(method.toByteArray());
}

bool Router::contains(QByteArrayView method, QByteArrayView path) const
{
    const std::vector<Route> &routes = isPattern(path) ? m_patterns : m_exact;
    return std::any_of(routes.begin(), routes.end(), [&](const Route &route) {
        return route.path == path
               && std::any_of(route.entries.begin(), route.entries.end(),
                              [&](const Entry &entry) { return entry.method == method; });
    });
}

Router::Route &Router::routeFor(QByteArrayView path, RouteOptions options)
{
    std::vector<Route> &routes = isPattern(path) ? m_patterns : m_exact;
    const auto known = std::find_if(routes.begin(), routes.end(),
                                    [path](const Route &route) { return route.path == path; });
    if (known != routes.end())
        return *known;
    // Exact paths are kept sorted for match(); patterns in the order in which they came.
    const auto place = isPattern(path)
                           ? routes.end()
                           : std::find_if(routes.begin(), routes.end(),
                                          [path](const Route &route) { return path < route.path; });
    return *routes.insert(place, {path.toByteArray(), options, {}});
}

const Router::Route *Router::exactRoute(QByteArrayView path) const
{
    const auto found = std::lower_bound(
        m_exact.begin(), m_exact.end(), path,
        [](const Route &route, QByteArrayView wanted) { return route.path < wanted; });
    return found != m_exact.end() && found->path == path ? &*found : nullptr;
}

const RouteHandler *Router::handlerOf(const Route &route, QByteArrayView method)
{
    const RouteHandler *ofGet = nullptr;
    for (const Entry &entry : route.entries) {
        if (entry.method == method)
            return &entry.handler;
        if (entry.method == "GET" && method == "HEAD")
            ofGet = &entry.handler;
    }
    return ofGet;
}

RouteMatch Router::match(QByteArrayView method, QByteArrayView path) const
{
    RouteMatch match;
    const Route *first = nullptr;
    const auto hasHandler = [&](const Route &route) {
        if (!first)
            first = &route;
        match.handler = handlerOf(route, method);
        match.options = route.options;
        return match.handler != nullptr;
    };
    match.status = RouteStatus::Found;
    const Route *exact = exactRoute(path);
    if (exact && hasHandler(*exact))
        return match;
    for (const Route &route : m_patterns) {
        if (matchesPattern(route.path, path, match.parameters) && hasHandler(route))
            return match;
    }
    match.parameters.clear();
    if (first) {
        match.status = RouteStatus::MethodNotAllowed;
        match.options = first->options;
        match.allow = allowedMethods(path);
    } else {
        match.status = isKnownMethod(method) ? RouteStatus::NotFound : RouteStatus::NotImplemented;
    }
    return match;
}

bool Router::knowsPath(QByteArrayView path) const
{
    PathParameters parameters;
    return exactRoute(path)
           || std::any_of(m_patterns.begin(), m_patterns.end(), [&](const Route &route) {
                  return matchesPattern(route.path, path, parameters);
              });
}

Response Router::errorResponse(const RouteMatch &match)
{
    const auto error = [&match](int status, QByteArrayView slug) {
        return Response::error(status, reasonPhrase(status),
                               match.options.bareErrors ? QByteArrayView() : slug);
    };
    if (match.status == RouteStatus::NotImplemented)
        return error(501, "not_implemented");
    if (match.status != RouteStatus::MethodNotAllowed)
        return error(404, "not_found");
    Response response = error(405, "method_not_allowed");
    response.headers.emplace_back("Allow"_ba, match.allow);
    return response;
}

QByteArray Router::allowedMethods(QByteArrayView path) const
{
    QByteArrayList methods;
    const auto collect = [&methods](const Route &route) {
        for (const Entry &entry : route.entries) {
            if (!methods.contains(entry.method))
                methods.append(entry.method);
            if (entry.method == "GET" && !methods.contains("HEAD"))
                methods.append("HEAD"_ba);
        }
    };
    if (const Route *exact = exactRoute(path))
        collect(*exact);
    PathParameters parameters;
    for (const Route &route : m_patterns) {
        if (matchesPattern(route.path, path, parameters))
            collect(route);
    }
    return methods.join(", ");
}

bool Router::isKnownMethod(QByteArrayView method) const
{
    const auto isMethod = [method](QByteArrayView known) { return known == method; };
    return std::any_of(StandardMethods.begin(), StandardMethods.end(), isMethod)
           || std::any_of(m_methods.begin(), m_methods.end(), isMethod);
}

} // namespace truepeer
