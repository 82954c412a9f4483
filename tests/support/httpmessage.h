// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// HTTP as tests see it: responses taken apart from the bytes that came, and requests written by
// hand. Independent of server/http, so that a mistake there does not hide itself.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonObject>

#include <optional>
#include <utility>
#include <vector>

namespace truepeer {

struct HttpResponse
{
    int status = 0; // 0: there was none; -1: the bytes are no HTTP response
    QByteArray reason;
    std::vector<std::pair<QByteArray, QByteArray>> headers; // names in lower case
    QByteArray body;

    // All values of a field, joined with ", "; a null array when there is none.
    QByteArray header(QByteArrayView lowerName) const;
    bool has(QByteArrayView lowerName) const { return !header(lowerName).isNull(); }
    // The body; an empty object when it is no JSON object.
    QJsonObject json() const;
};

// Takes one response off the front of `bytes`; nothing while it is not complete. One without
// Content-Length is complete when the connection `isClosed`. `isHead`: the answer to HEAD.
std::optional<HttpResponse> takeResponse(QByteArray &bytes, bool isHead, bool isClosed);

// An HTTP/1.1 request. `headerLines` are whole lines, each with its CRLF. There is a Host line
// unless they bring one.
QByteArray httpRequest(const QByteArray &method, const QByteArray &target,
                       const QByteArray &headerLines = {}, const QByteArray &body = {});
QByteArray httpGet(const QByteArray &target, const QByteArray &headerLines = {});

// The trail of request details in one line, such as "127.0.0.1 peer by 127.0.0.1; 203.0.113.7
// client X-Forwarded-For#1; 6.6.6.6 unread X-Forwarded-For#2".
QByteArray trailText(const QJsonObject &details);

} // namespace truepeer
