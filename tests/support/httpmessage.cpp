// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/httpmessage.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QStringList>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// The status line and the fields of a head without its empty line; false when it is none.
bool parseHead(const QByteArray &head, HttpResponse &response)
{
    const QByteArrayList lines = QByteArray(head).replace("\r\n", "\n").split('\n');
    const QByteArray &first = lines.first();
    bool isNumber = false;
    response.status = first.mid(9, 3).toInt(&isNumber);
    response.reason = first.mid(13);
    if (!first.startsWith("HTTP/1.") || !isNumber || first.mid(12, 1) != " ")
        return false;
    for (const QByteArray &line : lines.mid(1)) {
        const qsizetype colon = line.indexOf(':');
        if (colon <= 0)
            return false;
        response.headers.emplace_back(line.first(colon).toLower(),
                                      line.sliced(colon + 1).trimmed());
    }
    return true;
}

HttpResponse unreadable(QByteArray &bytes)
{
    HttpResponse response;
    response.status = -1;
    response.body = std::exchange(bytes, QByteArray());
    return response;
}

// The decoded body and how many bytes it took; nothing while it is not complete.
std::optional<std::pair<QByteArray, qsizetype>> takeChunks(QByteArrayView bytes)
{
    QByteArray body;
    qsizetype position = 0;
    while (true) {
        const qsizetype lineEnd = bytes.indexOf("\r\n", position);
        if (lineEnd < 0)
            return std::nullopt;
        const QByteArray size = bytes.sliced(position, lineEnd - position).toByteArray();
        const qsizetype length = size.toLongLong(nullptr, 16);
        position = lineEnd + 2;
        if (bytes.size() < position + length + 2)
            return std::nullopt;
        body.append(bytes.sliced(position, length));
        position += length + 2;
        if (length == 0)
            return std::pair(body, position);
    }
}

} // namespace

QByteArray HttpResponse::header(QByteArrayView lowerName) const
{
    QByteArray joined;
    for (const auto &[name, value] : headers) {
        if (name == lowerName)
            joined =
                joined.isNull() ? QByteArray(""_ba + value) : QByteArray(joined + ", " + value);
    }
    return joined;
}

QJsonObject HttpResponse::json() const
{
    return QJsonDocument::fromJson(body).object();
}

std::optional<HttpResponse> takeResponse(QByteArray &bytes, bool isHead, bool isClosed)
{
    const qsizetype end = bytes.indexOf("\r\n\r\n");
    if (end < 0)
        return std::nullopt;
    HttpResponse response;
    if (!parseHead(bytes.first(end), response))
        return unreadable(bytes);
    const QByteArrayView rest = QByteArrayView(bytes).sliced(end + 4);
    qsizetype length = rest.size();
    const bool isInterim = response.status < 200;
    if (isHead || isInterim || response.status == 204 || response.status == 304) {
        length = 0;
    } else if (response.header("transfer-encoding") == "chunked") {
        const auto chunks = takeChunks(rest);
        if (!chunks)
            return std::nullopt;
        response.body = chunks->first;
        bytes.remove(0, end + 4 + chunks->second);
        return response;
    } else if (response.has("content-length")) {
        length = response.header("content-length").toLongLong();
    } else if (!isClosed) {
        return std::nullopt;
    }
    if (rest.size() < length)
        return std::nullopt;
    response.body = rest.first(length).toByteArray();
    bytes.remove(0, end + 4 + length);
    return response;
}

QByteArray httpRequest(const QByteArray &method, const QByteArray &target,
                       const QByteArray &headerLines, const QByteArray &body)
{
    QByteArray request = method + ' ' + target + " HTTP/1.1\r\n";
    if (!headerLines.startsWith("Host:") && !headerLines.contains("\r\nHost:"))
        request += "Host: app.example\r\n";
    request += headerLines + "\r\n" + body;
    return request;
}

QByteArray httpGet(const QByteArray &target, const QByteArray &headerLines)
{
    return httpRequest("GET", target, headerLines);
}

QByteArray trailText(const QJsonObject &details)
{
    QStringList steps;
    for (const QJsonValue &value : details.value("trail"_L1).toArray()) {
        const QJsonObject step = value.toObject();
        const QString what = step.contains("address"_L1) ? step.value("address"_L1).toString()
                                                         : step.value("text"_L1).toString();
        QString text = what + u' ' + step.value("verdict"_L1).toString();
        if (step.contains("entry"_L1))
            text += u" by "_s + step.value("entry"_L1).toString();
        const QString header = step.value("header"_L1).toString();
        if (!header.isEmpty()) {
            text += u' ' + header + u'#' + QString::number(step.value("index"_L1).toInt());
        }
        steps += text;
    }
    return steps.join(u"; "_s).toUtf8();
}

} // namespace truepeer
