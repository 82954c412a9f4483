// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ctl/trustinput.h"

#include "server/ctl/format.h"

#include <QJsonDocument>
#include <QStringDecoder>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

Expected<TrustEntry> entryFromJson(const QJsonValue &value, qsizetype index)
{
    if (value.isString())
        return TrustEntry{value.toString(), {}};
    const QJsonObject object = value.toObject();
    if (!object.value("entry"_L1).isString())
        return Error{
            u"entry %1 is neither a text nor an object with the member \"entry\""_s.arg(index + 1)};
    return TrustEntry{object.value("entry"_L1).toString(), object.value("note"_L1).toString()};
}

Expected<TrustInput> parseJson(const QByteArray &bytes)
{
    QJsonParseError problem;
    const QJsonDocument document = QJsonDocument::fromJson(bytes, &problem);
    if (document.isNull())
        return Error{
            u"the JSON is broken at byte %1: %2"_s.arg(problem.offset).arg(problem.errorString())};
    TrustInput input;
    const QJsonObject object = document.object();
    if (document.isObject() && !object.value("entries"_L1).isArray())
        return Error{u"the JSON has no list \"entries\""_s};
    if (object.contains("mode"_L1)) {
        const auto mode = trustModeFromName(object.value("mode"_L1).toString());
        if (!mode)
            return Error{u"the \"mode\" in the JSON is none of none, all, list"_s};
        input.list.mode = *mode;
    }
    if (object.value("revision"_L1).isDouble())
        input.revision = object.value("revision"_L1).toInteger();
    const QJsonArray entries =
        document.isArray() ? document.array() : object.value("entries"_L1).toArray();
    for (qsizetype i = 0; i < entries.size(); ++i) {
        Expected<TrustEntry> entry = entryFromJson(entries[i], i);
        if (!entry)
            return entry.error();
        input.list.entries.push_back(*std::move(entry));
    }
    return input;
}

TrustInput parseText(const QString &text)
{
    TrustInput input;
    int number = 0;
    for (const QString &line : text.split(u'\n')) {
        ++number;
        const qsizetype mark = line.indexOf(u'#');
        const QString note = mark < 0 ? QString() : line.sliced(mark + 1).trimmed();
        for (const QString &part : line.first(mark < 0 ? line.size() : mark).split(u',')) {
            if (part.trimmed().isEmpty())
                continue;
            input.list.entries.push_back({part.trimmed(), note});
            input.lines.push_back(number);
        }
    }
    return input;
}

// Equal for entries that mean the same; an invalid entry is only equal to its own text.
QStringList meaningOf(const QString &entry)
{
    const TrustListCheck check = validate({TrustMode::List, {{entry, {}}}});
    QStringList ranges = check.valid ? check.normalised.front() : QStringList{entry};
    ranges.sort();
    return ranges;
}

} // namespace

Expected<TrustInput> parseTrustInput(const QByteArray &bytes)
{
    QStringDecoder decode(QStringDecoder::Utf8);
    const QString text = decode(bytes);
    if (decode.hasError())
        return Error{u"the list is not UTF-8"_s};
    const QString trimmed = text.trimmed();
    if (trimmed.startsWith(u'{') || trimmed.startsWith(u'['))
        return parseJson(trimmed.toUtf8());
    return parseText(text);
}

TrustInput trustInputOf(const QStringList &entries, const QString &note)
{
    TrustInput input;
    for (const QString &word : entries) {
        for (const QString &part : word.split(u',')) {
            if (!part.trimmed().isEmpty())
                input.list.entries.push_back({part.trimmed(), note});
        }
    }
    return input;
}

QJsonArray entriesToJson(const TrustList &list)
{
    QJsonArray entries;
    for (const TrustEntry &entry : list.entries) {
        QJsonObject object{{u"entry"_s, entry.entry}};
        if (!entry.note.isEmpty())
            object.insert("note"_L1, entry.note);
        entries.append(object);
    }
    return entries;
}

QJsonObject toJson(const TrustList &list)
{
    return {{u"mode"_s, trustModeName(list.mode)}, {u"entries"_s, entriesToJson(list)}};
}

TrustList trustListFromJson(const QJsonObject &object)
{
    TrustList list;
    list.mode = trustModeFromName(object.value("mode"_L1).toString()).value_or(TrustMode::List);
    for (const QJsonValue &value : object.value("entries"_L1).toArray()) {
        const QJsonObject entry = value.toObject();
        list.entries.push_back(
            {entry.value("entry"_L1).toString(), entry.value("note"_L1).toString()});
    }
    return list;
}

std::optional<size_t> indexOfEntry(const TrustList &list, const QString &entry)
{
    const QStringList wanted = meaningOf(entry);
    for (size_t i = 0; i < list.entries.size(); ++i) {
        if (list.entries[i].entry == entry || meaningOf(list.entries[i].entry) == wanted)
            return i;
    }
    return std::nullopt;
}

QString differenceText(const TrustList &from, const TrustList &to)
{
    const auto lacks = [](const TrustList &list, const QString &entry) {
        return std::none_of(list.entries.begin(), list.entries.end(),
                            [&entry](const TrustEntry &other) { return other.entry == entry; });
    };
    QString out;
    if (from.mode != to.mode)
        out += u"mode %1 -> %2\n"_s.arg(trustModeName(from.mode), trustModeName(to.mode));
    for (const TrustEntry &entry : from.entries) {
        if (lacks(to, entry.entry))
            out += u"- "_s + printable(entry.entry) + u'\n';
    }
    for (const TrustEntry &entry : to.entries) {
        if (lacks(from, entry.entry))
            out += u"+ "_s + printable(entry.entry) + u'\n';
    }
    return out;
}

} // namespace truepeer
