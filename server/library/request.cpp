// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/queryparam.h"
#include "server/http/router.h"
#include "server/library/calling.h"
#include "shared/trust/explanationsource.h"

#include <QJsonDocument>

#include <truepeer/request.h>

namespace truepeer {

QString Request::ipAddress() const
{
    return m_request.resolution.client.toString();
}

QString Request::scheme() const
{
    return schemeName(m_request.resolution.scheme);
}

QString Request::host() const
{
    return QString::fromUtf8(m_request.resolution.host);
}

int Request::port() const
{
    return m_request.resolution.port;
}

QString Request::url() const
{
    return QString::fromUtf8(effectiveUrl(m_request.resolution, m_request.head.target));
}

QString Request::peerAddress() const
{
    return m_request.resolution.peer.toString();
}

bool Request::isPeerTrusted() const
{
    return m_request.resolution.trustedPeer;
}

bool Request::isKnown() const
{
    return m_request.resolution.known;
}

QJsonObject Request::resolution() const
{
    return toJson(m_request.resolution, m_request.explanation->explain(), m_request.head.target);
}

QByteArray Request::method() const
{
    return m_request.head.method.toByteArray();
}

QByteArray Request::path() const
{
    return m_request.head.path.toByteArray();
}

QString Request::parameter(QAnyStringView name) const
{
    const auto value = m_request.parameters.value(name.toString().toUtf8());
    return value ? QString::fromUtf8(QByteArray::fromPercentEncoding(value->toByteArray()))
                 : QString();
}

QString Request::query(QAnyStringView name) const
{
    const auto value = queryParameter(m_request.head.query, name.toString().toUtf8());
    return value ? QString::fromUtf8(*value) : QString();
}

QByteArray Request::header(QAnyStringView name) const
{
    return headerValue(m_request.head.headers, name);
}

QList<std::pair<QByteArray, QByteArray>> Request::headers() const
{
    return headerList(m_request.head.headers);
}

QByteArray Request::body() const
{
    return m_request.body.toByteArray();
}

QJsonObject Request::json() const
{
    return QJsonDocument::fromJson(body()).object();
}

} // namespace truepeer
