// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAnyStringView>
#include <QByteArray>
#include <QJsonObject>
#include <QList>
#include <QString>

#include <truepeer/global.h>

#include <utility>

namespace truepeer {

struct HttpRequest;

// One HTTP request, and who made it. Lives until the handler returns.
class TRUEPEER_EXPORT Request
{
public:
    explicit Request(const HttpRequest &request)
        : m_request(request)
    {
    }
    Request(const Request &) = delete;
    Request &operator=(const Request &) = delete;

    // The client: what trusted proxies say of it, else the peer. Canonical text (RFC 5952), IPv4 as
    // dotted quad.
    QString ipAddress() const;
    QString scheme() const; // "http" or "https"
    QString host() const;   // lower case, without port, IPv6 in brackets
    int port() const;
    // scheme://host[:port unless default]path?query; the value of a parameter "key" is ***.
    QString url() const;

    // Who connected to us: the nearest proxy, or the client itself.
    QString peerAddress() const;
    bool isPeerTrusted() const;
    // False: the peer is trusted, but nobody could say who the client is.
    bool isKnown() const;
    // How it was found out, hop by hop: the object "resolution" of the documentation.
    QJsonObject resolution() const;

    QByteArray method() const;
    QByteArray path() const; // as it was sent, still percent-encoded
    // The value of {name} in the path of the route, decoded.
    QString parameter(QAnyStringView name) const;
    // A parameter of the query, decoded; of several values the last. Null when there is none.
    QString query(QAnyStringView name) const;
    // The first line of that name, in any case. Null when there is none.
    QByteArray header(QAnyStringView name) const;
    // All of them in order, with names as they were sent.
    QList<std::pair<QByteArray, QByteArray>> headers() const;

    QByteArray body() const;
    // The body as a JSON object; empty when it is none.
    QJsonObject json() const;

private:
    const HttpRequest &m_request;
};

} // namespace truepeer
