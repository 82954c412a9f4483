// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/findingcontent.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"

#include <QJsonArray>

#include <algorithm>
#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

struct FixKind
{
    QLatin1StringView name;
    QLatin1StringView title;
};

constexpr std::array FixKinds = {
    FixKind{"trust"_L1, "Truepeer"_L1},
    FixKind{"nginx"_L1, "nginx"_L1},
    FixKind{"apache"_L1, "Apache"_L1},
    FixKind{"haproxy"_L1, "HAProxy"_L1},
};

constexpr QLatin1StringView AddCommand = "truepeerctl trust add "_L1;
constexpr QLatin1StringView TrustCommand = "truepeerctl trust "_L1;

// Evidence that is said in other words, or together with another one.
bool isSaidElsewhere(const QString &name, const QJsonObject &evidence)
{
    return name == "of"_L1 || name == "claims_at_least"_L1
           || (name == "socket_peer"_L1 && evidence.value(name) == evidence.value("peer"_L1));
}

QString nameText(const QString &name)
{
    QString text = onOneLine(name);
    text.replace(u'_', u' ');
    if (!text.isEmpty())
        text[0] = text[0].toUpper();
    return text;
}

bool isTime(const QString &name)
{
    return name.endsWith("_seen"_L1) || name.endsWith("_at"_L1);
}

QString scalarText(const QString &name, const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"yes"_s : u"no"_s;
    if (value.isDouble())
        return isTime(name) ? dateTimeText(value.toInteger()) : countText(value.toInteger());
    return onOneLine(value.toString());
}

// {"address": "10.0.0.1", "count": 3} is "10.0.0.1 (3)".
QString elementText(const QString &name, const QJsonValue &value)
{
    if (!value.isObject())
        return scalarText(name, value);
    const QJsonObject object = value.toObject();
    const QString count = object.contains("count"_L1)
                              ? u" ("_s + countText(object.value("count"_L1).toInteger()) + u')'
                              : QString();
    QStringList parts;
    for (auto member = object.begin(); member != object.end(); ++member) {
        if (member.key() != "count"_L1)
            parts += scalarText(member.key(), member.value());
    }
    return parts.join(u' ') + count;
}

QString valueText(const QString &name, const QJsonObject &evidence)
{
    const QJsonValue value = evidence.value(name);
    if (name == "seen"_L1 && evidence.contains("of"_L1)) {
        return u"%1 of the last %2 requests"_s.arg(countText(value.toInteger()),
                                                   countText(evidence.value("of"_L1).toInteger()));
    }
    if (name == "claims"_L1 && evidence.value("claims_at_least"_L1).toBool())
        return u"at least "_s + countText(value.toInteger());
    if (value.isArray()) {
        QStringList texts;
        for (const QJsonValue &element : value.toArray())
            texts += elementText(name, element);
        return texts.join(u'\n');
    }
    QString text = elementText(name, value);
    // One header a line.
    if (name == "sample"_L1)
        text.replace(" | "_L1, "\n"_L1);
    return text;
}

std::vector<Fact> factsOf(const QJsonObject &evidence, const AddressMask &mask)
{
    static constexpr std::array First = {"reading"_L1, "peer"_L1, "seen"_L1, "sample"_L1};
    QStringList names;
    for (const QLatin1StringView name : First) {
        if (evidence.contains(name))
            names += name;
    }
    for (auto member = evidence.begin(); member != evidence.end(); ++member) {
        if (!names.contains(member.key()) && !isSaidElsewhere(member.key(), evidence))
            names += member.key();
    }
    std::vector<Fact> facts;
    for (const QString &name : std::as_const(names)) {
        const QJsonValue value = evidence.value(name);
        const bool isWords = name == "reading"_L1 || name == "message"_L1 || name == "problem"_L1;
        facts.push_back({nameText(name), mask.shownText(valueText(name, evidence)),
                         !isWords && (value.isString() || value.isArray())});
    }
    return facts;
}

} // namespace

FindingContent FindingContent::of(const QJsonObject &finding, const AddressMask &mask)
{
    const auto text = [&](QLatin1StringView name) {
        return mask.shownText(onOneLine(finding.value(name).toString()));
    };
    const QString severity = finding.value("severity"_L1).toString();
    FindingContent content{.id = onOneLine(finding.value("id"_L1).toString()),
                           .subject = text("subject"_L1),
                           .severity = severityText(severity),
                           .tone = severityTone(severity),
                           .title = text("title"_L1),
                           .detail = text("detail"_L1),
                           .evidence = factsOf(finding.value("evidence"_L1).toObject(), mask)};
    const QJsonObject fix = finding.value("fix"_L1).toObject();
    for (const FixKind &kind : FixKinds) {
        if (const QString lines = fix.value(kind.name).toString(); !lines.isEmpty())
            content.fixes.push_back({kind.name, kind.title, mask.shownText(lines)});
    }
    for (const QString &line : fix.value("trust"_L1).toString().split(u'\n')) {
        if (line.startsWith(AddCommand))
            content.entries += line.sliced(AddCommand.size()).trimmed();
        else if (line.startsWith(TrustCommand) || line.startsWith("trust_proxy"_L1))
            content.concernsTrustList = true;
    }
    return content;
}

QString severityText(const QString &severity)
{
    if (severity == "error"_L1)
        return u"Error"_s;
    if (severity == "warning"_L1)
        return u"Warning"_s;
    return severity == "info"_L1 ? u"Hint"_s : onOneLine(severity);
}

Tone severityTone(const QString &severity)
{
    if (severity == "error"_L1)
        return Tone::Error;
    return severity == "warning"_L1 ? Tone::Warning : Tone::Notice;
}

} // namespace truepeer
