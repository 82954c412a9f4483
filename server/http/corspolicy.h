// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/http/originpolicy.h"
#include "server/http/requesthead.h"
#include "server/http/response.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QByteArrayList>

#include <chrono>
#include <optional>

namespace truepeer {

// [cors] without the origins, which are OriginPolicy's.
struct CorsSettings
{
    QByteArrayList allowedMethods = {"GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "HEAD"};
    QByteArrayList allowedHeaders = {"Content-Type", "X-Requested-With", "Authorization"};
    bool allowCredentials = false;
    std::chrono::seconds maxAge{86400};
};

// The page that may read a response.
struct CorsGrant
{
    QByteArray origin;
    // Also when the browser sent cookies with the request.
    bool credentials = false;

    friend bool operator==(const CorsGrant &a, const CorsGrant &b) = default;
};

// What responses of plain HTTP tell browsers about pages of other origins (the CORS protocol of the
// Fetch standard, 3.2). Nothing is refused here: without a grant the response has no CORS fields,
// and the browser keeps it from the page. Upgrades are not its business.
//
// Credentials go only to origins that somebody named: with "*" alone, or with "null", which any
// page can make itself, every site could read with the cookies of its visitors. A page of "self"
// whose scheme nobody stated may be an http page that reads from https, so it gets none either.
//
// Immutable, so it may be shared by threads.
class CorsPolicy
{
public:
    explicit CorsPolicy(const OriginPolicy &origins = OriginPolicy(),
                        const CorsSettings &settings = {});

    // Nothing: no Origin or an empty one, several Origin lines, or an origin that is not allowed.
    std::optional<CorsGrant> grant(const RequestHead &head, const Resolution &resolution) const;

    // A browser asks before it sends the real request.
    static bool isPreflight(const RequestHead &head);

    // 204, complete: decorate() adds nothing to it.
    Response preflight(const std::optional<CorsGrant> &grant) const;

    // Makes the response readable for the granted origin, and tells caches, with or without a
    // grant, that it depends on Origin. A handler that wrote Access-Control-Allow-Origin has
    // decided for itself: it gets the Vary only. To decorate twice is the same as once.
    void decorate(Response &response, const std::optional<CorsGrant> &grant) const;

private:
    OriginPolicy m_origins;
    bool m_allowCredentials;
    // Field values; an empty one is not sent.
    QByteArray m_methods;
    QByteArray m_headers;
    QByteArray m_maxAge;
};

} // namespace truepeer
