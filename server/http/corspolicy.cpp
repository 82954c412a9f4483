// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/corspolicy.h"

#include "server/http/grammar.h"

#include <algorithm>
#include <vector>

namespace truepeer {

namespace {

constexpr auto AllowOrigin = "Access-Control-Allow-Origin";
constexpr auto AllowCredentials = "Access-Control-Allow-Credentials";

bool hasField(const Response &response, QByteArrayView name)
{
    return std::any_of(response.headers.begin(), response.headers.end(), [&](const auto &field) {
        return ascii::equalsIgnoringCase(field.first, name);
    });
}

void addGrant(Response &response, const CorsGrant &grant)
{
    response.headers.emplace_back(AllowOrigin, grant.origin);
    if (grant.credentials)
        response.headers.emplace_back(AllowCredentials, "true");
}

void addVaryOrigin(Response &response)
{
    QByteArray *vary = nullptr;
    for (auto &[name, value] : response.headers) {
        // A value with controls is not going to be sent.
        if (!ascii::equalsIgnoringCase(name, "vary")
            || findForbiddenControl(value, 0) < value.size())
            continue;
        const bool coversOrigin = anyListMember(value, [](QByteArrayView member) {
            return member == "*" || ascii::equalsIgnoringCase(member, "origin");
        });
        if (coversOrigin)
            return;
        vary = &value;
    }
    if (vary == nullptr)
        response.headers.emplace_back("Vary", "Origin");
    else
        *vary += vary->isEmpty() ? "Origin" : ", Origin";
}

} // namespace

CorsPolicy::CorsPolicy(const OriginPolicy &origins, const CorsSettings &settings)
    : m_origins(origins)
    , m_allowCredentials(settings.allowCredentials)
    , m_methods(settings.allowedMethods.join(", "))
    , m_headers(settings.allowedHeaders.join(", "))
    , m_maxAge(QByteArray::number(static_cast<qint64>(settings.maxAge.count())))
{
}

std::optional<CorsGrant> CorsPolicy::grant(const RequestHead &head,
                                           const Resolution &resolution) const
{
    using Match = OriginPolicy::Match;
    const std::optional<QByteArrayView> origin = head.find("origin");
    if (!origin || origin->isEmpty() || head.count("origin") > 1)
        return std::nullopt;
    const Match match = m_origins.match(*origin, resolution.scheme, resolution.schemeStated,
                                        resolution.host, resolution.port);
    if (match == Match::None)
        return std::nullopt;
    const bool isNamed = (match == Match::Listed && *origin != "null")
                         || (match == Match::Self && resolution.schemeStated);
    return CorsGrant{origin->toByteArray(), m_allowCredentials && isNamed};
}

bool CorsPolicy::isPreflight(const RequestHead &head)
{
    return head.method == "OPTIONS" && head.find("origin")
           && head.find("access-control-request-method");
}

Response CorsPolicy::preflight(const std::optional<CorsGrant> &grant) const
{
    Response response;
    response.status = 204;
    response.headers.emplace_back(
        "Vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
    if (!grant)
        return response;
    addGrant(response, *grant);
    if (!m_methods.isEmpty())
        response.headers.emplace_back("Access-Control-Allow-Methods", m_methods);
    if (!m_headers.isEmpty())
        response.headers.emplace_back("Access-Control-Allow-Headers", m_headers);
    response.headers.emplace_back("Access-Control-Max-Age", m_maxAge);
    return response;
}

void CorsPolicy::decorate(Response &response, const std::optional<CorsGrant> &grant) const
{
    addVaryOrigin(response);
    if (!grant || hasField(response, AllowOrigin))
        return;
    // Beside an echoed origin this field must be ours: it would let in whom "*" let in.
    std::erase_if(response.headers, [](const auto &field) {
        return ascii::equalsIgnoringCase(field.first, AllowCredentials);
    });
    addGrant(response, *grant);
    // A second line adds to that of a handler.
    response.headers.emplace_back(
        "Access-Control-Expose-Headers",
        "Retry-After, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset");
}

} // namespace truepeer
