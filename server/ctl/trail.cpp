// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/trail.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

Colour verdictColour(const QString &verdict)
{
    if (verdict == "client"_L1)
        return Colour::Good;
    if (verdict == "unusable"_L1)
        return Colour::Bad;
    if (verdict == "unread"_L1)
        return Colour::Faint;
    return verdict == "trusted"_L1 ? Colour::Accent : Colour::None;
}

// "X-Forwarded-For #2": the second element from the right.
QString placeText(const QJsonObject &object)
{
    const QString header = object.value("header"_L1).toString();
    if (header.isEmpty())
        return {};
    const int index = object.value("index"_L1).toInt();
    return printable(header) + (index > 0 ? u" #%1"_s.arg(index) : QString());
}

QString textOf(const QJsonObject &object, QLatin1StringView name)
{
    return printable(object.value(name).toString());
}

Layout inner(const Layout &layout)
{
    Layout result = layout;
    result.hasHeaders = false;
    return result;
}

// The arrows need a terminal that can show them; files and pipes get ASCII.
QString arrow(const Layout &layout)
{
    return layout.width > 0 ? u"\u2192"_s : u"->"_s;
}

QString trailTable(const QJsonArray &trail, const Layout &layout)
{
    Table table({{}, {}, {}, {}, {}});
    bool isFirst = true;
    for (const QJsonValue &value : trail) {
        const QJsonObject step = value.toObject();
        const QString verdict = textOf(step, "verdict"_L1);
        const Colour colour = verdictColour(verdict);
        const bool hasAddress = step.contains("address"_L1);
        const QString who =
            hasAddress ? textOf(step, "address"_L1) : u'"' + textOf(step, "text"_L1) + u'"';
        const QString entry = textOf(step, "entry"_L1);
        QStringList why;
        if (!entry.isEmpty())
            why.append(u"trusted by "_s + entry);
        if (const QString reason = textOf(step, "reason"_L1); !reason.isEmpty())
            why.append(reason);
        table.add({{isFirst ? QString() : arrow(layout), Colour::Faint},
                   {who, colour},
                   {verdict, colour},
                   {why.join(u", "_s)},
                   {placeText(step), Colour::Faint}});
        isFirst = false;
    }
    // What is asked for must not be cut, even if a line is too long for the terminal.
    Layout uncut = inner(layout);
    uncut.width = 0;
    return table.toText(uncut);
}

QString headerTable(const QJsonArray &headers, const Layout &layout)
{
    Table table({{{}, false, 20}, {{}, false, 7}, {{}, false, 60}, {}});
    for (const QJsonValue &value : headers) {
        const QJsonObject header = value.toObject();
        const bool isUsed = header.value("used"_L1).toBool();
        table.add({{u"  "_s + textOf(header, "name"_L1)},
                   {isUsed ? u"used"_s : u"ignored"_s, isUsed ? Colour::Good : Colour::Notice},
                   {textOf(header, "reason"_L1)},
                   {textOf(header, "value"_L1), Colour::Faint}});
    }
    return table.toText(inner(layout));
}

QString originTable(const QJsonObject &resolution, const Layout &layout)
{
    const QJsonObject from = resolution.value("from"_L1).toObject();
    Table table({{}, {}, {}});
    const auto add = [&](QLatin1StringView name, const QString &otherwise) {
        const QString place = placeText(from.value(name).toObject());
        table.add({{u"  "_s + name},
                   {valueText(resolution.value(name))},
                   {u"from "_s + (place.isEmpty() ? otherwise : place), Colour::Faint}});
    };
    add("scheme"_L1, u"the connection"_s);
    add("host"_L1, u"the Host header"_s);
    add("port"_L1, u"the host, or the scheme"_s);
    return table.toText(inner(layout));
}

QString resultLine(const QJsonObject &resolution, const Layout &layout)
{
    const bool isKnown = resolution.value("known"_L1).toBool(true);
    const bool isConflict = resolution.value("conflict"_L1).toBool();
    QString text = u"client "_s
                   + painted(textOf(resolution, "client"_L1),
                             isKnown ? Colour::Good : Colour::Notice, layout.hasColours)
                   + u" ("_s + textOf(resolution, "url"_L1) + u')';
    text += u", from "_s + textOf(resolution, "source"_L1);
    if (!isKnown)
        text +=
            u", "_s + painted(u"not known beyond this hop"_s, Colour::Notice, layout.hasColours);
    if (isConflict)
        text += u", "_s + painted(u"the headers disagree"_s, Colour::Bad, layout.hasColours);
    if (resolution.contains("trust_revision"_L1))
        text += u", trust revision "_s + valueText(resolution.value("trust_revision"_L1));
    return text + u'\n';
}

} // namespace

QString resolutionText(const QJsonObject &resolution, const Layout &layout)
{
    const auto title = [&layout](const QString &text) -> QString {
        return painted(text, Colour::Strong, layout.hasColours) + u'\n';
    };
    QString out = title(u"trail"_s);
    out += trailTable(resolution.value("trail"_L1).toArray(), layout);
    const QJsonArray headers = resolution.value("headers"_L1).toArray();
    if (!headers.isEmpty())
        out += title(u"headers"_s) + headerTable(headers, layout);
    out += title(u"taken from"_s) + originTable(resolution, layout);
    const QJsonArray notes = resolution.value("notes"_L1).toArray();
    if (!notes.isEmpty())
        out += title(u"notes"_s);
    for (const QJsonValue &note : notes) {
        for (const QString &line :
             wrappedLines(printable(note.toString()), std::max(layout.width - 2, 0)))
            out += u"  "_s + line + u'\n';
    }
    return out + title(u"result"_s) + u"  "_s + resultLine(resolution, layout);
}

} // namespace truepeer
