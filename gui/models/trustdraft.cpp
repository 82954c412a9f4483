// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustdraft.h"

#include "gui/models/format.h"
#include "gui/models/serverlink.h"
#include "gui/models/trusttext.h"

#include <QSet>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int UseTicks = 5; // the server counts the use of the entries that seldom

TrustDraft::Use useFromJson(const QJsonObject &entry)
{
    return {.addedBy = entry.value("added_by"_L1).toString(),
            .addedAt = entry.value("added_at"_L1).toInteger(),
            .peers = entry.value("matched_peers"_L1).toInteger(),
            .clients = entry.value("matched_clients"_L1).toInteger(),
            .lastUsed = entry.value("last_used"_L1).toInteger()};
}

QHash<QString, TrustEntry> entriesByKey(const TrustList &list, const QStringList &keys)
{
    QHash<QString, TrustEntry> entries;
    entries.reserve(keys.size());
    for (qsizetype i = 0; i < keys.size(); ++i)
        entries.insert(keys[i], list.entries[size_t(i)]);
    return entries;
}

TrustDraft::Changes changesBetween(const TrustList &base, const QStringList &baseKeys,
                                   const TrustList &wanted, const QStringList &wantedKeys)
{
    TrustDraft::Changes changes;
    changes.mode = base.mode != wanted.mode;
    QHash<QString, TrustEntry> old = entriesByKey(base, baseKeys);
    QSet<QString> kept;
    for (qsizetype i = 0; i < wantedKeys.size(); ++i) {
        const TrustEntry &entry = wanted.entries[size_t(i)];
        const auto before = old.constFind(wantedKeys[i]);
        if (before == old.constEnd()) {
            changes.added.append(entry.entry);
            continue;
        }
        kept.insert(wantedKeys[i]);
        if (before->note != entry.note)
            ++changes.notes;
    }
    for (qsizetype i = 0; i < baseKeys.size(); ++i) {
        if (!kept.contains(baseKeys[i]))
            changes.removed.append(base.entries[size_t(i)].entry);
    }
    return changes;
}

} // namespace

QString TrustDraft::Changes::text() const
{
    QStringList parts;
    if (!added.isEmpty())
        parts.append(countText(added.size()) + u" added"_s);
    if (!removed.isEmpty())
        parts.append(countText(removed.size()) + u" removed"_s);
    if (notes > 0)
        parts.append(countText(notes, "note changed", "notes changed"));
    if (mode)
        parts.append(u"mode changed"_s);
    return parts.join(u", "_s);
}

TrustDraft::TrustDraft(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_poller(context, UseTicks, this)
{
    connect(&m_poller, &Poller::due, this, &TrustDraft::ask);
    // Somebody who has a draft wants to know at once, whatever page they look at.
    connect(&context.link, &ServerLink::notified, this,
            [this](const QString &method, const QJsonObject &params) {
                if (method != "trust.changed"_L1)
                    return;
                m_changedBy = params.value("by"_L1).toString();
                reload();
            });
    connect(&context.link, &ServerLink::up, this, [this] {
        if (m_hasEdits)
            reload();
    });
}

TrustDraft::~TrustDraft() = default;

void TrustDraft::setLive(bool live)
{
    m_poller.setLive(live);
}

bool TrustDraft::canEdit() const
{
    return m_loaded && m_context.link.isUp() && m_context.link.isOperator();
}

void TrustDraft::reload()
{
    ask();
}

void TrustDraft::ask()
{
    if (!m_context.link.isUp())
        return;
    if (m_isAsking || m_isHeld) {
        m_askAgain = true;
        return;
    }
    m_isAsking = true;
    m_askAgain = false;
    m_context.link.call(u"trust.get"_s, {}, this, [this](const RpcResult &result) {
        m_isAsking = false;
        if (m_isHeld) {
            m_askAgain = true;
            return;
        }
        if (const auto *error = std::get_if<RpcError>(&result)) {
            if (m_context.link.isUp()) {
                m_failure = error->message;
                Q_EMIT serverChanged();
            }
        } else {
            take(resultObject(result));
        }
        if (m_askAgain)
            ask();
    });
}

void TrustDraft::take(const QJsonObject &object)
{
    m_server = {};
    m_server.revision = object.value("revision"_L1).toInteger();
    m_server.list = trustListFromJson(object);
    m_server.configured = trustListFromJson(object.value("configured"_L1).toObject());
    m_server.isLive = object.value("origin"_L1).toString() == "live"_L1;
    m_server.problem = object.value("problem"_L1).toString();
    const QStringList keys = m_meanings.keysOf(m_server.list.entries);
    const QJsonArray entries = object.value("entries"_L1).toArray();
    for (qsizetype i = 0; i < keys.size(); ++i)
        m_server.uses.insert(keys[i], useFromJson(entries.at(i).toObject()));
    m_failure.clear();
    m_loaded = true;
    compareWithServer();
    Q_EMIT serverChanged();
}

void TrustDraft::compareWithServer()
{
    const bool isSame = m_base == m_server.list && m_baseRevision == m_server.revision;
    if (isSame && !m_isConflict)
        return;
    TrustList wanted = m_server.list;
    if (m_hasEdits) {
        const TrustMerge merged = mergeTrust(m_base, m_server.list, m_wanted, {}, m_meanings);
        const bool isDoneAlready = merged.isDecided() && merged.merged == m_server.list;
        if (merged.theyChanged() && !isDoneAlready)
            return setConflict(true);
        wanted = merged.merged;
    }
    setBase(m_server.list, m_server.revision);
    setWanted(std::move(wanted));
    setConflict(false);
    Q_EMIT edited();
}

void TrustDraft::setConflict(bool conflict)
{
    if (!conflict)
        m_decisions.clear();
    if (conflict || m_isConflict) {
        m_isConflict = conflict;
        Q_EMIT conflictChanged();
    }
}

void TrustDraft::setBase(const TrustList &list, qint64 revision)
{
    m_base = list;
    m_baseRevision = revision;
    m_baseKeys = m_meanings.keysOf(list.entries);
}

// Entries of the base stay in its order, and new ones follow.
void TrustDraft::setWanted(TrustList list)
{
    const QStringList keys = m_meanings.keysOf(list.entries);
    const QHash<QString, TrustEntry> wanted = entriesByKey(list, keys);
    m_wanted = {list.mode, {}};
    m_wanted.entries.reserve(list.entries.size());
    m_wantedKeys.clear();
    const auto take = [this](const QString &key, const TrustEntry &entry) {
        m_wantedKeys.append(key);
        m_wanted.entries.push_back(entry);
    };
    for (const QString &key : std::as_const(m_baseKeys)) {
        if (const auto kept = wanted.constFind(key); kept != wanted.constEnd())
            take(key, *kept);
    }
    const QSet<QString> base(m_baseKeys.cbegin(), m_baseKeys.cend());
    for (qsizetype i = 0; i < keys.size(); ++i) {
        if (!base.contains(keys[i]))
            take(keys[i], list.entries[size_t(i)]);
    }
    m_owners.clear();
    m_changes = changesBetween(m_base, m_baseKeys, m_wanted, m_wantedKeys);
    m_hasEdits = !m_changes.text().isEmpty();
}

TrustDraft::Added TrustDraft::add(const std::vector<TrustEntry> &entries)
{
    Added result;
    TrustList list = m_wanted;
    QHash<QString, size_t> places;
    for (qsizetype i = 0; i < m_wantedKeys.size(); ++i)
        places.insert(m_wantedKeys[i], size_t(i));
    for (const TrustEntry &entry : entries) {
        const TrustMeaning meaning = m_meanings.of(entry.entry);
        if (!meaning.problem.isEmpty())
            continue;
        const auto known = places.constFind(meaning.key);
        if (known != places.constEnd()) {
            ++result.known;
            if (!entry.note.isEmpty())
                list.entries[*known].note = entry.note;
        } else if (std::ssize(list.entries) >= MaxTrustEntries) {
            ++result.tooMany;
        } else {
            places.insert(meaning.key, list.entries.size());
            const qsizetype old = m_baseKeys.indexOf(meaning.key);
            list.entries.push_back(entry);
            if (old >= 0 && entry.note.isEmpty())
                list.entries.back() = m_base.entries[size_t(old)];
            result.entries.append(list.entries.back().entry);
        }
    }
    if (!result.entries.isEmpty() && list.mode == TrustMode::None)
        list.mode = TrustMode::List;
    load(list);
    return result;
}

void TrustDraft::setRemoved(const QStringList &keys, bool removed)
{
    const QSet<QString> chosen(keys.begin(), keys.end());
    TrustList list{m_wanted.mode, {}};
    for (qsizetype i = 0; i < m_wantedKeys.size(); ++i) {
        if (!removed || !chosen.contains(m_wantedKeys[i]))
            list.entries.push_back(m_wanted.entries[size_t(i)]);
    }
    const QSet<QString> wanted(m_wantedKeys.cbegin(), m_wantedKeys.cend());
    for (qsizetype i = 0; i < m_baseKeys.size() && !removed; ++i) {
        if (chosen.contains(m_baseKeys[i]) && !wanted.contains(m_baseKeys[i])
            && std::ssize(list.entries) < MaxTrustEntries)
            list.entries.push_back(m_base.entries[size_t(i)]);
    }
    load(list);
}

void TrustDraft::setNote(const QString &key, const QString &note)
{
    const qsizetype row = m_wantedKeys.indexOf(key);
    if (row < 0)
        return;
    TrustList list = m_wanted;
    list.entries[size_t(row)].note = note.simplified().left(MaxTrustNoteLength);
    load(list);
}

void TrustDraft::setMode(TrustMode mode)
{
    TrustList list = m_wanted;
    list.mode = mode;
    load(list);
}

void TrustDraft::load(const TrustList &list)
{
    const TrustList before = m_wanted;
    setWanted(list);
    if (m_wanted == before)
        return;
    if (m_isConflict)
        compareWithServer();
    Q_EMIT edited();
}

void TrustDraft::discard()
{
    setBase(m_server.list, m_server.revision);
    setWanted(m_server.list);
    setConflict(false);
    Q_EMIT edited();
}

bool TrustDraft::contains(const QString &entry)
{
    return m_wantedKeys.contains(keyOf(entry));
}

TrustDraft::Judgement TrustDraft::judge(const QString &entry)
{
    const TrustMeaning meaning = m_meanings.of(entry);
    Judgement judgement;
    judgement.ranges = meaning.ranges;
    judgement.warnings = meaning.warnings;
    if (!meaning.problem.isEmpty()) {
        judgement.kind = Judgement::Kind::Bad;
        judgement.message = meaning.problem;
        return judgement;
    }
    if (m_wantedKeys.contains(meaning.key)) {
        judgement.kind = Judgement::Kind::Known;
        judgement.message = u"is in the list already"_s;
        return judgement;
    }
    if (std::ssize(m_wanted.entries) >= MaxTrustEntries) {
        judgement.kind = Judgement::Kind::Bad;
        judgement.message = u"the list is full: it has "_s + countText(MaxTrustEntries)
                            + u" entries, and more are not allowed"_s;
        return judgement;
    }
    if (m_baseKeys.contains(meaning.key))
        judgement.message = u"takes back that it will be removed"_s;
    for (const QString &range : meaning.ranges) {
        if (const QString &cover = coverOf(range); !cover.isEmpty()) {
            judgement.warnings.append(range + u" is in the list already, as a part of "_s + cover);
            break;
        }
    }
    if (const QString remark = publicRangeRemark(meaning.ranges);
        !remark.isEmpty() && meaning.warnings.isEmpty())
        judgement.warnings.append(remark);
    return judgement;
}

// The entry that holds this range and more.
QString TrustDraft::coverOf(const QString &range)
{
    if (m_owners.isEmpty()) {
        for (const TrustEntry &entry : m_wanted.entries) {
            for (const QString &own : m_meanings.of(entry.entry).ranges)
                m_owners.insert(own, entry.entry);
        }
    }
    const std::optional<Cidr> inner = Cidr::parse(range.toLatin1()).range;
    for (int prefix = inner ? inner->prefix() : 0; prefix > 0; --prefix) {
        const QString outer = QString::fromLatin1(Cidr(inner->address(), prefix).toText());
        if (const QString owner = m_owners.value(outer); !owner.isEmpty())
            return owner;
    }
    return {};
}

TrustMerge TrustDraft::merge()
{
    return mergeTrust(m_base, m_server.list, m_wanted, m_decisions, m_meanings);
}

void TrustDraft::decide(const QString &key, TrustSide side)
{
    m_decisions.insert(key, side);
    Q_EMIT conflictChanged();
}

bool TrustDraft::rebase()
{
    const TrustMerge merged = merge();
    if (!m_isConflict || !merged.isDecided())
        return false;
    setBase(m_server.list, m_server.revision);
    setWanted(merged.merged);
    setConflict(false);
    Q_EMIT edited();
    return true;
}

void TrustDraft::hold()
{
    m_isHeld = true;
}

void TrustDraft::settle()
{
    m_isHeld = false;
    reload();
}

void TrustDraft::settle(qint64 revision, const TrustList &sent)
{
    // What was edited while the server was at it stays a draft.
    const TrustList wanted = m_wanted;
    m_server.revision = revision;
    m_server.list = sent;
    setBase(sent, revision);
    setWanted(wanted);
    setConflict(false);
    Q_EMIT edited();
    settle();
}

QJsonArray trustEntriesToJson(const TrustList &list, bool withNotes)
{
    QJsonArray entries;
    for (const TrustEntry &entry : list.entries) {
        QJsonObject object{{u"entry"_s, entry.entry}};
        if (withNotes && !entry.note.isEmpty())
            object.insert("note"_L1, entry.note);
        entries.append(object);
    }
    return entries;
}

TrustList trustListFromJson(const QJsonObject &object)
{
    TrustList list;
    list.mode = trustModeFromName(object.value("mode"_L1).toString()).value_or(TrustMode::None);
    const QJsonArray entries = object.value("entries"_L1).toArray();
    list.entries.reserve(size_t(entries.size()));
    for (const QJsonValue &value : entries)
        list.entries.push_back({value.toObject().value("entry"_L1).toString(),
                                value.toObject().value("note"_L1).toString()});
    return list;
}

} // namespace truepeer
