// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trailcontent.h"

#include "gui/models/addressmask.h"

#include <QJsonArray>
#include <QStringList>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using StepKind = TrailContent::Kind;
using Step = TrailContent::Step;

constexpr QLatin1StringView ProxyProtocol = "PROXY"_L1;

QString ordinal(int number)
{
    const int tens = number / 10 % 10;
    const int ones = tens == 1 ? 0 : number % 10;
    const QLatin1StringView ending = ones == 1   ? "st"_L1
                                     : ones == 2 ? "nd"_L1
                                     : ones == 3 ? "rd"_L1
                                                 : "th"_L1;
    return QString::number(number) + ending;
}

QString placeOf(int index)
{
    return index > 0 ? QString(ordinal(index) + u" from the right"_s) : QString();
}

StepKind stepKindOf(const QString &verdict)
{
    if (verdict == "peer"_L1)
        return StepKind::Peer;
    if (verdict == "trusted"_L1)
        return StepKind::Trusted;
    if (verdict == "client"_L1)
        return StepKind::Client;
    return verdict == "unusable"_L1 ? StepKind::Unusable : StepKind::Unread;
}

QString titleOf(const Step &step, bool isKnown)
{
    switch (step.kind) {
    case StepKind::Peer:
        if (!step.isClient)
            return u"Peer"_s;
        return isKnown ? u"Peer and client"_s : u"Peer, taken for the client"_s;
    case StepKind::Trusted:
        return step.isClient ? u"Hop, taken for the client"_s : u"Trusted hop"_s;
    case StepKind::Client:
        return u"Client"_s;
    case StepKind::Unusable:
        return u"Unusable"_s;
    case StepKind::Unread:
        break;
    }
    return u"Not read"_s;
}

QString whyOf(const QJsonObject &json, StepKind kind, bool trustsPeer)
{
    const QString entry = json.value("entry"_L1).toString();
    QStringList parts;
    if (entry == "true"_L1)
        parts.append(u"trusted by trust_proxy = true"_s);
    else if (!entry.isEmpty())
        parts.append(u"trusted by "_s + entry);
    const QString reason = json.value("reason"_L1).toString();
    if (!reason.isEmpty())
        parts.append(reason);
    if (parts.isEmpty() && kind == StepKind::Peer && !trustsPeer)
        parts.append(u"it is not on the list of trusted proxies"_s);
    return parts.join(u", "_s);
}

// Which step is the resolution's client. Where no step has the verdict, it is the last one that the
// walk believed; in a conflict it is the one before the headers began.
size_t clientStep(const std::vector<Step> &steps, bool isConflict)
{
    size_t found = 0;
    for (size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].kind == StepKind::Client)
            return i;
        const bool announced = steps[i].header == ProxyProtocol;
        if (i > 0 && steps[i].kind == StepKind::Trusted && (announced || !isConflict))
            found = i;
    }
    return found;
}

std::vector<Step> stepsOf(const QJsonObject &resolution, const AddressMask &mask, bool isKnown)
{
    const bool trustsPeer = resolution.value("trusted_peer"_L1).toBool();
    std::vector<Step> steps;
    QString branch; // the header that the walk is in
    const QJsonArray trail = resolution.value("trail"_L1).toArray();
    for (const QJsonValue &value : trail) {
        const QJsonObject json = value.toObject();
        Step step;
        step.kind = stepKindOf(json.value("verdict"_L1).toString());
        step.isAddress = json.contains("address"_L1);
        step.who = step.isAddress ? mask.shown(json.value("address"_L1).toString())
                                  : mask.shownText(json.value("text"_L1).toString());
        step.why = mask.shownText(whyOf(json, step.kind, trustsPeer));
        const QString header = json.value("header"_L1).toString();
        step.header = header;
        if (header != ProxyProtocol) {
            step.place = placeOf(json.value("index"_L1).toInt());
            step.startsBranch = !branch.isEmpty() && header != branch;
            branch = header;
        }
        steps.push_back(step);
    }
    if (steps.empty())
        return steps;
    steps[clientStep(steps, resolution.value("conflict"_L1).toBool())].isClient = true;
    for (Step &step : steps)
        step.title = titleOf(step, isKnown);
    return steps;
}

std::vector<TrailContent::Origin> originsOf(const QJsonObject &resolution, const AddressMask &mask)
{
    const QJsonObject from = resolution.value("from"_L1).toObject();
    const auto origin = [&](const QString &name, QLatin1StringView key, const QString &otherwise) {
        const QJsonValue value = resolution.value(key);
        const QJsonObject where = from.value(key).toObject();
        const QString header = where.value("header"_L1).toString();
        return TrailContent::Origin{
            name,
            value.isDouble() ? QString::number(value.toInt()) : mask.shownText(value.toString()),
            header.isEmpty() ? otherwise : headerPlace(header, where.value("index"_L1).toInt())};
    };
    return {origin(u"Scheme"_s, "scheme"_L1, u"from the connection"_s),
            origin(u"Host"_s, "host"_L1, u"from the Host header"_s),
            origin(u"Port"_s, "port"_L1, u"from the host, or the scheme"_s)};
}

bool hasHeaders(const QJsonObject &resolution)
{
    return !resolution.value("headers"_L1).toArray().isEmpty();
}

QString decisionOf(const QJsonObject &resolution, const std::vector<Step> &steps,
                   const AddressMask &mask)
{
    const QString verdict = resolution.value("verdict"_L1).toString();
    const QString client = mask.shown(resolution.value("client"_L1).toString());
    if (verdict == "conflict"_L1)
        return u"The headers contradict each other, so none of them is believed: %1 is taken for "
               "the client."_s.arg(client);
    if (verdict == "unknown"_L1)
        return u"The client is not known. %1 is the last hop that could be verified, and is taken "
               "for it."_s.arg(client);
    if (verdict == "direct"_L1)
        return u"%1 is the client: it is trusted, but no header names anybody behind it."_s.arg(
            client);
    if (verdict == "untrusted-peer"_L1)
        return (hasHeaders(resolution)
                    ? u"%1 is the client: it is not a trusted proxy, so its headers were ignored."_s
                    : u"%1 is the client: it connected, and it is not a trusted proxy."_s)
            .arg(client);
    for (const Step &step : steps) {
        if (step.isClient && !step.header.isEmpty()) {
            const QString reason = step.why.isEmpty() ? QString() : QString(u": "_s + step.why);
            return u"%1 is the client, named by %2%3."_s.arg(client, step.header, reason);
        }
    }
    return u"%1 is the client."_s.arg(client);
}

} // namespace

QString headerPlace(const QString &header, int index)
{
    const QString place = placeOf(index);
    return place.isEmpty() ? header : QString(header + u", "_s + place);
}

TrailContent TrailContent::of(const QJsonObject &resolution, const AddressMask &mask)
{
    TrailContent content;
    content.isKnown = resolution.value("known"_L1).toBool(true);
    content.steps = stepsOf(resolution, mask, content.isKnown);
    if (content.steps.empty())
        return {};
    content.origins = originsOf(resolution, mask);
    content.decision = decisionOf(resolution, content.steps, mask);
    return content;
}

QString TrailContent::stepText(const Step &step) const
{
    const QString who = step.isAddress ? step.who : QString(u'"' + step.who + u'"');
    QString text = who + u"  "_s + step.title.toLower();
    if (!step.why.isEmpty())
        text += u": "_s + step.why;
    if (!step.header.isEmpty())
        text += u" ("_s + step.header + (step.place.isEmpty() ? QString() : u", "_s + step.place)
                + u')';
    return text;
}

QString TrailContent::plainText() const
{
    if (steps.empty())
        return {};
    QString text;
    for (size_t i = 0; i < steps.size(); ++i) {
        if (steps[i].startsBranch)
            text += u"or, from the peer\n"_s;
        text += (i == 0 ? u"     "_s : u"  -> "_s) + stepText(steps[i]) + u'\n';
    }
    for (const Origin &origin : origins)
        text += origin.name.toLower() + u' ' + origin.value + u" ("_s + origin.from + u")\n"_s;
    return text + decision + u'\n';
}

} // namespace truepeer
