// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustdocument.h"

#include "server/ops/configvalue.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 Format = 1;
constexpr qint64 MaxNumber = qint64{1} << 53; // what every reader of JSON can hold

// An upper bound of the bytes of a text in JSON.
qsizetype jsonBytes(const QString &text)
{
    qsizetype bytes = 2;
    for (const QChar c : text) {
        const char16_t unit = c.unicode();
        if (unit < 0x20)
            bytes += 6;
        else if (unit < 0x80)
            bytes += unit == u'"' || unit == u'\\' ? 2 : 1;
        else
            bytes += 3;
    }
    return bytes;
}

qsizetype jsonBytes(const TrustSnapshot &snapshot)
{
    qsizetype bytes = 64;
    for (const TrustEntry &entry : snapshot.list.entries) {
        bytes += jsonBytes(entry.entry) + 1;
        if (!entry.note.isEmpty())
            bytes += jsonBytes(entry.note) + 18;
    }
    return bytes;
}

qint64 seconds(std::chrono::sys_seconds time)
{
    return time.time_since_epoch().count();
}

QJsonObject snapshotToJson(const TrustSnapshot &snapshot)
{
    QJsonArray entries;
    for (const TrustEntry &entry : snapshot.list.entries) {
        if (entry.note.isEmpty())
            entries.append(entry.entry);
        else
            entries.append(QJsonObject{{u"entry"_s, entry.entry}, {u"note"_s, entry.note}});
    }
    return {{u"origin"_s, trustOriginName(snapshot.origin)},
            {u"mode"_s, trustModeName(snapshot.list.mode)},
            {u"entries"_s, entries}};
}

QJsonObject changeToJson(const TrustChange &change)
{
    QJsonObject object{{u"revision"_s, qint64(change.revision)},
                       {u"at"_s, seconds(change.at)},
                       {u"by"_s, change.by},
                       {u"comment"_s, change.comment},
                       {u"added"_s, QJsonArray::fromStringList(change.added)},
                       {u"removed"_s, QJsonArray::fromStringList(change.removed)},
                       {u"more_added"_s, change.moreAdded},
                       {u"more_removed"_s, change.moreRemoved}};
    if (change.snapshot)
        object.insert(u"list"_s, snapshotToJson(*change.snapshot));
    return object;
}

QString typeName(const QJsonValue &value)
{
    switch (value.type()) {
    case QJsonValue::Undefined:
        return u"is missing"_s;
    case QJsonValue::Null:
        return u"is null"_s;
    case QJsonValue::Bool:
        return u"is a boolean"_s;
    case QJsonValue::Double:
        return u"is a number"_s;
    case QJsonValue::String:
        return u"is text"_s;
    case QJsonValue::Array:
        return u"is a list"_s;
    case QJsonValue::Object:
        break;
    }
    return u"is an object"_s;
}

// Reads the JSON form. Keeps the first problem; what is read after it does not matter.
class Parser
{
public:
    Expected<TrustDocument> run(const QByteArray &json);

private:
    // The place in the document, for the message.
    struct Step
    {
        QLatin1StringView name;
        qsizetype index = -1;
    };

    bool failed() const { return !m_error.isEmpty(); }
    void fail(QLatin1StringView name, const QString &what);
    void failType(QLatin1StringView name, const QString &wanted, const QJsonValue &value);
    QString text(const QJsonObject &object, QLatin1StringView name);
    qint64 number(const QJsonObject &object, QLatin1StringView name, qint64 least);
    std::chrono::sys_seconds time(const QJsonObject &object, QLatin1StringView name);
    QStringList texts(const QJsonObject &object, QLatin1StringView name);
    TrustMode mode(const QJsonObject &object);
    TrustOrigin origin(const QJsonObject &object);
    template <typename Read>
    void each(const QJsonObject &object, QLatin1StringView name, Read read);
    QJsonObject asObject(const QJsonValue &value);
    TrustEntry noted(const QJsonObject &object);
    TrustSnapshot snapshot(const QJsonObject &object);
    TrustChange change(const QJsonObject &object);
    void checkHistory(const TrustDocument &document);
    void checkList(const TrustList &list);

    std::vector<Step> m_path;
    QString m_error;
};

void Parser::fail(QLatin1StringView name, const QString &what)
{
    if (failed())
        return;
    for (const Step &step : m_path) {
        m_error += m_error.isEmpty() ? QString() : u"."_s;
        m_error += step.name;
        if (step.index >= 0)
            m_error += u"[%1]"_s.arg(step.index);
    }
    if (!name.isEmpty())
        m_error += (m_error.isEmpty() ? QString() : u"."_s) + name;
    m_error += u": "_s + what;
}

void Parser::failType(QLatin1StringView name, const QString &wanted, const QJsonValue &value)
{
    fail(name, u"must be %1, %2"_s.arg(wanted, typeName(value)));
}

QString Parser::text(const QJsonObject &object, QLatin1StringView name)
{
    const QJsonValue value = object.value(name);
    if (!value.isString())
        failType(name, u"text"_s, value);
    return value.toString();
}

qint64 Parser::number(const QJsonObject &object, QLatin1StringView name, qint64 least)
{
    const QJsonValue value = object.value(name);
    const qint64 result = value.toInteger(least - 1);
    if (!value.isDouble())
        failType(name, u"a whole number"_s, value);
    else if (result < least || result > MaxNumber)
        fail(name, u"must be a whole number from %1 to %2"_s.arg(least).arg(MaxNumber));
    return result;
}

std::chrono::sys_seconds Parser::time(const QJsonObject &object, QLatin1StringView name)
{
    return std::chrono::sys_seconds(std::chrono::seconds(number(object, name, 0)));
}

template <typename Read>
void Parser::each(const QJsonObject &object, QLatin1StringView name, Read read)
{
    const QJsonValue value = object.value(name);
    if (!value.isArray()) {
        failType(name, u"a list"_s, value);
        return;
    }
    m_path.push_back({name, 0});
    for (const QJsonValue item : value.toArray()) {
        if (failed())
            break;
        read(item);
        ++m_path.back().index;
    }
    m_path.pop_back();
}

QStringList Parser::texts(const QJsonObject &object, QLatin1StringView name)
{
    QStringList result;
    each(object, name, [&](const QJsonValue &value) {
        if (!value.isString())
            failType({}, u"text"_s, value);
        result += value.toString();
    });
    return result;
}

TrustMode Parser::mode(const QJsonObject &object)
{
    const std::optional<TrustMode> mode = trustModeFromName(text(object, "mode"_L1));
    if (!mode)
        fail("mode"_L1, u"must be none, all or list"_s);
    return mode.value_or(TrustMode::None);
}

TrustOrigin Parser::origin(const QJsonObject &object)
{
    const QString name = text(object, "origin"_L1);
    if (name == trustOriginName(TrustOrigin::Live))
        return TrustOrigin::Live;
    if (name != trustOriginName(TrustOrigin::Config))
        fail("origin"_L1, u"must be config or live"_s);
    return TrustOrigin::Config;
}

QJsonObject Parser::asObject(const QJsonValue &value)
{
    if (!value.isObject())
        failType({}, u"an object"_s, value);
    return value.toObject();
}

TrustEntry Parser::noted(const QJsonObject &object)
{
    return {text(object, "entry"_L1), text(object, "note"_L1)};
}

TrustSnapshot Parser::snapshot(const QJsonObject &object)
{
    TrustSnapshot result{origin(object), {mode(object), {}}};
    each(object, "entries"_L1, [&](const QJsonValue &value) {
        if (value.isString())
            result.list.entries.push_back({value.toString(), {}});
        else
            result.list.entries.push_back(noted(asObject(value)));
    });
    return result;
}

TrustChange Parser::change(const QJsonObject &object)
{
    TrustChange result;
    result.revision = quint64(number(object, "revision"_L1, 1));
    result.at = time(object, "at"_L1);
    result.by = text(object, "by"_L1);
    result.comment = text(object, "comment"_L1);
    result.added = texts(object, "added"_L1);
    result.removed = texts(object, "removed"_L1);
    result.moreAdded = number(object, "more_added"_L1, 0);
    result.moreRemoved = number(object, "more_removed"_L1, 0);
    if (object.contains("list"_L1)) {
        m_path.push_back({"list"_L1});
        result.snapshot =
            std::make_shared<const TrustSnapshot>(snapshot(asObject(object.value("list"_L1))));
        m_path.pop_back();
    }
    return result;
}

void Parser::checkHistory(const TrustDocument &document)
{
    quint64 before = 0;
    for (size_t i = 0; i < document.history.size(); ++i) {
        const quint64 revision = document.history[i].revision;
        m_path.push_back({"history"_L1, qsizetype(i)});
        if (revision <= before || revision > document.revision)
            fail("revision"_L1, u"must be more than the one before it, and not more than the one "
                                "of the document"_s);
        m_path.pop_back();
        before = revision;
    }
}

void Parser::checkList(const TrustList &list)
{
    const TrustListCheck check = validate(list);
    if (check.valid)
        return;
    const TrustListCheck::Remark &problem = check.problems.front();
    if (problem.index < 0) {
        fail("entries"_L1, problem.message);
        return;
    }
    m_path.push_back({"entries"_L1, problem.index});
    fail({}, quotedForMessage(problem.entry) + u": "_s + problem.message);
    m_path.pop_back();
}

Expected<TrustDocument> Parser::run(const QByteArray &json)
{
    QJsonParseError status;
    const QJsonDocument parsed = QJsonDocument::fromJson(json, &status);
    if (status.error != QJsonParseError::NoError)
        return Error{u"at byte %1: %2"_s.arg(status.offset).arg(status.errorString())};
    if (!parsed.isObject())
        return Error{u"it must be an object"_s};
    const QJsonObject object = parsed.object();
    const qint64 format = number(object, "format"_L1, 1);
    if (format != Format)
        fail("format"_L1, u"is %1; known is %2"_s.arg(format).arg(Format));
    TrustDocument document;
    document.revision = quint64(number(object, "revision"_L1, 1));
    document.origin = origin(object);
    document.list.mode = mode(object);
    each(object, "entries"_L1, [&](const QJsonValue &value) {
        const QJsonObject entry = asObject(value);
        document.list.entries.push_back(noted(entry));
        document.additions.push_back({text(entry, "added_by"_L1), time(entry, "added_at"_L1)});
    });
    each(object, "history"_L1,
         [&](const QJsonValue &value) { document.history.push_back(change(asObject(value))); });
    checkHistory(document);
    checkList(document.list);
    if (failed())
        return Error{m_error};
    limitHistory(document.history);
    return document;
}

} // namespace

bool operator==(const TrustChange &a, const TrustChange &b)
{
    const bool sameList =
        a.snapshot && b.snapshot ? *a.snapshot == *b.snapshot : a.snapshot == b.snapshot;
    return sameList && a.revision == b.revision && a.at == b.at && a.by == b.by
           && a.comment == b.comment && a.added == b.added && a.removed == b.removed
           && a.moreAdded == b.moreAdded && a.moreRemoved == b.moreRemoved;
}

QString trustOriginName(TrustOrigin origin)
{
    return origin == TrustOrigin::Config ? u"config"_s : u"live"_s;
}

TrustDocument firstTrustDocument(const TrustList &configured, std::chrono::sys_seconds now)
{
    TrustDocument document;
    TrustChange first{.at = now, .by = TrustByConfiguration};
    for (const TrustEntry &entry : configured.entries) {
        if (first.added.size() < MaxTrustNames)
            first.added += entry.entry;
        else
            ++first.moreAdded;
    }
    document.history.push_back(first);
    adoptConfigured(document, configured);
    return document;
}

void adoptConfigured(TrustDocument &document, const TrustList &configured)
{
    if (document.origin != TrustOrigin::Config)
        return;
    document.list = configured;
    document.additions = configuredAdditions(configured);
    // So that a rollback to this revision brings back what was in force here.
    if (!document.history.empty() && document.history.back().revision == document.revision)
        document.history.back().snapshot =
            std::make_shared<const TrustSnapshot>(TrustSnapshot{TrustOrigin::Config, configured});
}

std::vector<TrustAddition> configuredAdditions(const TrustList &configured)
{
    return std::vector<TrustAddition>(configured.entries.size(), {TrustByConfiguration, {}});
}

void limitHistory(std::vector<TrustChange> &history)
{
    if (std::ssize(history) > MaxTrustHistory)
        history.erase(history.begin(), history.end() - MaxTrustHistory);
    qsizetype bytes = 0;
    for (auto change = history.rbegin(); change != history.rend(); ++change) {
        if (change->snapshot && bytes <= MaxTrustHistoryBytes)
            bytes += jsonBytes(*change->snapshot);
        if (bytes > MaxTrustHistoryBytes)
            change->snapshot.reset();
    }
}

QByteArray trustDocumentToJson(const TrustDocument &document)
{
    QJsonArray entries;
    for (size_t i = 0; i < document.list.entries.size(); ++i) {
        const TrustEntry &entry = document.list.entries[i];
        const TrustAddition &addition = document.additions[i];
        entries.append(QJsonObject{{u"entry"_s, entry.entry},
                                   {u"note"_s, entry.note},
                                   {u"added_by"_s, addition.by},
                                   {u"added_at"_s, seconds(addition.at)}});
    }
    QJsonArray history;
    for (const TrustChange &change : document.history)
        history.append(changeToJson(change));
    const QJsonObject object{{u"format"_s, Format},
                             {u"revision"_s, qint64(document.revision)},
                             {u"origin"_s, trustOriginName(document.origin)},
                             {u"mode"_s, trustModeName(document.list.mode)},
                             {u"entries"_s, entries},
                             {u"history"_s, history}};
    return QJsonDocument(object).toJson(QJsonDocument::Compact) + '\n';
}

Expected<TrustDocument> parseTrustDocument(const QByteArray &json)
{
    return Parser().run(json);
}

} // namespace truepeer
