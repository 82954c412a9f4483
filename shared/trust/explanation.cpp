// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/trust/explanation.h"

#include "shared/net/ascii.h"

#include <QLatin1StringView>

#include <string_view>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QLatin1StringView verdictName(TrailStep::Verdict verdict)
{
    switch (verdict) {
    case TrailStep::Verdict::Peer:
        return "peer"_L1;
    case TrailStep::Verdict::Trusted:
        return "trusted"_L1;
    case TrailStep::Verdict::Client:
        return "client"_L1;
    case TrailStep::Verdict::Unusable:
        return "unusable"_L1;
    case TrailStep::Verdict::Unread:
        break;
    }
    return "unread"_L1;
}

QJsonObject toJson(const TrailStep &step)
{
    QJsonObject json;
    if (step.address)
        json.insert("address"_L1, step.address->toString());
    else
        json.insert("text"_L1, escapedText(step.text));
    json.insert("verdict"_L1, verdictName(step.verdict));
    if (!step.entry.isEmpty())
        json.insert("entry"_L1, step.entry);
    if (!step.reason.isEmpty())
        json.insert("reason"_L1, step.reason);
    json.insert("header"_L1,
                step.header.isEmpty() ? QJsonValue() : QJsonValue(escapedText(step.header)));
    json.insert("index"_L1, step.index);
    return json;
}

QJsonObject toJson(const HeaderUse &use)
{
    return {{u"name"_s, escapedText(use.name)},
            {u"value"_s, escapedText(use.value)},
            {u"used"_s, use.used},
            {u"reason"_s, use.reason}};
}

QJsonValue toJson(const std::optional<AttributeOrigin> &origin)
{
    if (!origin)
        return {};
    return QJsonObject{{u"header"_s, escapedText(origin->header)}, {u"index"_s, origin->index}};
}

} // namespace

QString escapedText(QByteArrayView text, qsizetype limit)
{
    constexpr std::string_view HexDigits = "0123456789abcdef";
    constexpr QLatin1StringView Mark = "..."_L1;
    QString result;
    qsizetype cutAt = 0; // how much of the result leaves room for the mark
    for (const char c : text) {
        if (c == '\\') {
            result += R"(\\)"_L1;
        } else if (ascii::isPrintable(c)) {
            result += QLatin1Char(c);
        } else {
            const auto byte = static_cast<quint8>(c);
            result += R"(\x)"_L1;
            result += QLatin1Char(HexDigits[byte >> 4]);
            result += QLatin1Char(HexDigits[byte & 0xf]);
        }
        if (result.size() > limit) {
            result.truncate(cutAt);
            result += Mark;
            return result;
        }
        if (result.size() <= limit - Mark.size())
            cutAt = result.size();
    }
    return result;
}

QJsonArray trailToJson(const Explanation &explanation)
{
    QJsonArray trail;
    for (const TrailStep &step : explanation.trail)
        trail.append(toJson(step));
    return trail;
}

QJsonObject toJson(const Resolution &resolution, const Explanation &explanation,
                   QByteArrayView targetForUrl)
{
    QJsonArray headers;
    for (const HeaderUse &use : explanation.headers)
        headers.append(toJson(use));
    const QJsonObject from{{u"scheme"_s, toJson(explanation.scheme)},
                           {u"host"_s, toJson(explanation.host)},
                           {u"port"_s, toJson(explanation.port)}};
    return {{u"client"_s, resolution.client.toString()},
            {u"scheme"_s, schemeName(resolution.scheme)},
            {u"host"_s, QString::fromLatin1(resolution.host)},
            {u"port"_s, resolution.port},
            {u"url"_s, QString::fromLatin1(effectiveUrl(resolution, targetForUrl))},
            {u"peer"_s, resolution.peer.toString()},
            {u"trusted_peer"_s, resolution.trustedPeer},
            {u"known"_s, resolution.known},
            {u"conflict"_s, resolution.conflict},
            {u"source"_s, sourceName(resolution.source)},
            {u"hops"_s, resolution.hops},
            {u"verdict"_s, verdict(resolution)},
            {u"trust_revision"_s, static_cast<qint64>(resolution.policyRevision)},
            {u"headers"_s, headers},
            {u"from"_s, from},
            {u"trail"_s, trailToJson(explanation)},
            {u"notes"_s, QJsonArray::fromStringList(explanation.notes)}};
}

} // namespace truepeer
