// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/requestdetails.h"

#include "shared/trust/explanationsource.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QRegularExpression>
#include <QStringDecoder>

#include <algorithm>
#include <array>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Fields whose values are nobody's business but the application's.
constexpr std::array<const char *, 7> SecretFields = {
    "authorization",     "cookie",       "proxy-authorization", "set-cookie", "x-api-key",
    "sec-websocket-key", "x-auth-token",
};

bool isSecret(const QByteArray &lowerName)
{
    return std::any_of(SecretFields.begin(), SecretFields.end(),
                       [&](const char *name) { return lowerName == name; });
}

// Field values have no encoding; most are ASCII or UTF-8.
QString fieldText(QByteArrayView value)
{
    QStringDecoder decoder(QStringDecoder::Utf8);
    const QString text = decoder.decode(value);
    return decoder.hasError() ? QString::fromLatin1(value) : text;
}

// A page's address may hold its key, and comes along as Referer.
QString withoutKeys(QString text)
{
    if (!text.contains(u"key="_s, Qt::CaseInsensitive))
        return text;
    const QRegularExpression keyValue(u"([?&]key=)[^&#]*"_s,
                                      QRegularExpression::CaseInsensitiveOption);
    return text.replace(keyValue, u"\\1***"_s);
}

// A name that came once has a text, one that came several times a list.
void addField(QJsonObject &fields, const QString &name, const QString &value)
{
    const auto existing = fields.constFind(name);
    if (existing == fields.constEnd()) {
        fields.insert(name, value);
        return;
    }
    QJsonArray values = existing->isArray() ? existing->toArray() : QJsonArray{*existing};
    values.append(value);
    fields.insert(name, values);
}

QJsonObject headersOf(const RequestHead &head)
{
    QJsonObject fields;
    for (const HeaderLine &line : head.headers) {
        const QByteArray name = line.name.toByteArray().toLower();
        if (!isSecret(name))
            addField(fields, QString::fromLatin1(name), withoutKeys(fieldText(line.value)));
    }
    return fields;
}

} // namespace

Response requestDetails(const HttpRequest &request)
{
    const Resolution &who = request.resolution;
    QJsonObject body = toJson(who, request.explanation->explain(), request.head.target);
    body.insert(u"header_decisions"_s, body.take(u"headers"_s));
    body.insert(u"headers"_s, headersOf(request.head));
    body.insert(u"ip_address"_s, body.take(u"client"_s));
    body.insert(u"peer_address"_s, body.take(u"peer"_s));
    Response response = Response::json(body);
    response.headers.emplace_back("Cache-Control", "no-store");
    return response;
}

} // namespace truepeer
