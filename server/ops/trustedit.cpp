// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/trustedit.h"

#include "server/ops/configvalue.h"
#include "shared/net/ascii.h"

#include <QHash>
#include <QSet>

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString trimmed(const QString &entry)
{
    const QByteArray bytes = entry.toUtf8();
    return QString::fromUtf8(ascii::trimBlanks(bytes));
}

// What makes two entries the same. A bad entry is only the same as itself.
QStringList keysOf(const TrustList &list, const TrustListCheck &check)
{
    QStringList keys;
    for (size_t i = 0; i < list.entries.size(); ++i) {
        const QStringList &ranges = check.normalised[i];
        keys += ranges.isEmpty() ? list.entries[i].entry : ranges.join(u' ');
    }
    return keys;
}

class Editor
{
public:
    Editor(const TrustDocument &document, const TrustList &configured, const TrustEdit &edit,
           std::chrono::sys_seconds now)
        : m_old(document)
        , m_configured(configured)
        , m_edit(edit)
        , m_now(now)
    {
    }

    TrustResult run();

private:
    // Make m_list and m_origin, or fail.
    void build();
    void set();
    void add();
    void remove();
    void rollback();

    bool judge();
    bool changesNothing() const;
    void commit();
    void addNames(TrustChange &change, const QStringList &keys) const;
    void fail(TrustResult::Failure failure, const QString &message);
    void invalid(qsizetype index, const QString &entry, const QString &message);
    bool failIfInvalid();
    const QStringList &oldKeys();

    const TrustDocument &m_old;
    const TrustList &m_configured;
    const TrustEdit &m_edit;
    const std::chrono::sys_seconds m_now;
    QStringList m_oldKeys; // see oldKeys()
    TrustList m_list;
    TrustOrigin m_origin = TrustOrigin::Live;
    TrustResult m_result;
};

void Editor::fail(TrustResult::Failure failure, const QString &message)
{
    m_result.failure = failure;
    m_result.message = message;
}

// Adds to what is wrong with the list. The first problem speaks for all in the message.
void Editor::invalid(qsizetype index, const QString &entry, const QString &message)
{
    m_result.check.valid = false;
    m_result.check.problems.push_back({index, entry, message});
}

bool Editor::failIfInvalid()
{
    if (m_result.check.valid)
        return false;
    const TrustListCheck::Remark &problem = m_result.check.problems.front();
    const auto more = std::ssize(m_result.check.problems) - 1;
    fail(TrustResult::Failure::Invalid,
         (problem.index < 0 ? QString() : quotedForMessage(problem.entry) + u": "_s)
             + problem.message + (more > 0 ? u"; and %1 more"_s.arg(more) : QString()));
    return true;
}

const QStringList &Editor::oldKeys()
{
    if (m_oldKeys.isEmpty())
        m_oldKeys = keysOf(m_old.list, validate(m_old.list));
    return m_oldKeys;
}

void Editor::set()
{
    m_list = m_edit.list;
    for (TrustEntry &entry : m_list.entries)
        entry.entry = trimmed(entry.entry);
}

void Editor::add()
{
    if (m_old.list.mode == TrustMode::All) {
        invalid(-1, {}, u"whoever connects is believed now; set the mode to list first"_s);
        failIfInvalid();
        return;
    }
    m_list = m_old.list;
    m_list.mode = TrustMode::List;
    const TrustEntry entry{trimmed(m_edit.entry), m_edit.note.value_or(QString())};
    const TrustList alone{TrustMode::List, {entry}};
    const qsizetype there = oldKeys().indexOf(keysOf(alone, validate(alone)).front());
    if (there < 0)
        m_list.entries.push_back(entry);
    else if (m_edit.note)
        m_list.entries[size_t(there)].note = entry.note;
}

void Editor::remove()
{
    const QString entry = trimmed(m_edit.entry);
    const TrustList alone{TrustMode::List, {{entry, {}}}};
    const QString key = keysOf(alone, validate(alone)).front();
    m_list.mode = m_old.list.mode;
    // All that are the same: what was removed must not stay trusted by another spelling.
    for (qsizetype i = 0; i < oldKeys().size(); ++i) {
        if (oldKeys()[i] != key)
            m_list.entries.push_back(m_old.list.entries[size_t(i)]);
    }
    if (m_list.entries.size() == m_old.list.entries.size())
        fail(TrustResult::Failure::NotFound,
             u"%1 is no entry of the list"_s.arg(quotedForMessage(entry)));
}

void Editor::rollback()
{
    const auto change =
        std::find_if(m_old.history.begin(), m_old.history.end(),
                     [this](const TrustChange &line) { return line.revision == m_edit.revision; });
    if (change == m_old.history.end()) {
        fail(TrustResult::Failure::NotFound,
             u"the history has no revision %1"_s.arg(m_edit.revision));
        return;
    }
    if (!change->snapshot) {
        fail(TrustResult::Failure::NotFound,
             u"the list of revision %1 is no longer kept: the history is too large"_s.arg(
                 m_edit.revision));
        return;
    }
    m_list = change->snapshot->list;
    // With the origin Config the list of today's configuration would come back instead.
    if (change->snapshot->origin == TrustOrigin::Config && m_list == m_configured)
        m_origin = TrustOrigin::Config;
}

void Editor::build()
{
    switch (m_edit.kind) {
    case TrustEdit::Kind::Set:
        set();
        break;
    case TrustEdit::Kind::Add:
        add();
        break;
    case TrustEdit::Kind::Remove:
        remove();
        break;
    case TrustEdit::Kind::Reset:
        m_list = m_configured;
        m_origin = TrustOrigin::Config;
        break;
    case TrustEdit::Kind::Rollback:
        rollback();
        break;
    }
}

bool Editor::judge()
{
    m_result.check = validate(m_list);
    const bool isRead = m_result.check.valid;
    for (size_t i = 0; isRead && i < m_list.entries.size(); ++i) {
        const TrustEntry &entry = m_list.entries[i];
        if (entry.note.size() > MaxTrustNote)
            invalid(qsizetype(i), entry.entry,
                    u"the note is too long; allowed are %1 characters"_s.arg(MaxTrustNote));
    }
    if (m_edit.comment.size() > MaxTrustNote)
        invalid(-1, {}, u"the comment is too long; allowed are %1 characters"_s.arg(MaxTrustNote));
    return !failIfInvalid();
}

bool Editor::changesNothing() const
{
    const bool choosesOrigin =
        m_edit.kind == TrustEdit::Kind::Reset || m_edit.kind == TrustEdit::Kind::Rollback;
    return m_list == m_old.list && (!choosesOrigin || m_origin == m_old.origin);
}

void Editor::addNames(TrustChange &change, const QStringList &keys) const
{
    const auto addMissing = [](const TrustList &from, const QStringList &fromKeys,
                               const QStringList &in, QStringList &names, qsizetype &more) {
        const QSet<QString> known(in.begin(), in.end());
        for (qsizetype i = 0; i < fromKeys.size(); ++i) {
            if (known.contains(fromKeys[i]))
                continue;
            if (names.size() < MaxTrustNames)
                names += from.entries[size_t(i)].entry;
            else
                ++more;
        }
    };
    addMissing(m_list, keys, m_oldKeys, change.added, change.moreAdded);
    addMissing(m_old.list, m_oldKeys, keys, change.removed, change.moreRemoved);
}

void Editor::commit()
{
    const QStringList keys = keysOf(m_list, m_result.check);
    QHash<QString, qsizetype> survivors;
    for (qsizetype i = oldKeys().size() - 1; i >= 0; --i)
        survivors.insert(oldKeys()[i], i);

    TrustDocument &next = m_result.document;
    next.revision = m_old.revision + 1;
    next.origin = m_origin;
    next.list = m_list;
    next.additions = configuredAdditions(m_list);
    for (qsizetype i = 0; m_origin == TrustOrigin::Live && i < keys.size(); ++i) {
        const auto old = survivors.constFind(keys[i]);
        next.additions[size_t(i)] = old == survivors.constEnd() ? TrustAddition{m_edit.by, m_now}
                                                                : m_old.additions[size_t(*old)];
    }
    TrustChange change{
        .revision = next.revision, .at = m_now, .by = m_edit.by, .comment = m_edit.comment};
    addNames(change, keys);
    change.snapshot = std::make_shared<const TrustSnapshot>(TrustSnapshot{m_origin, m_list});
    next.history.push_back(std::move(change));
    limitHistory(next.history);
    m_result.changed = true;
}

TrustResult Editor::run()
{
    m_result.document = m_old;
    if (m_edit.baseRevision && *m_edit.baseRevision != m_old.revision)
        fail(TrustResult::Failure::Conflict,
             u"the list was edited meanwhile: it is revision %1 now, not %2"_s.arg(m_old.revision)
                 .arg(*m_edit.baseRevision));
    else
        build();
    if (m_result.ok() && judge() && !changesNothing())
        commit();
    return std::move(m_result);
}

} // namespace

TrustResult editTrust(const TrustDocument &document, const TrustList &configured,
                      const TrustEdit &edit, std::chrono::sys_seconds now)
{
    return Editor(document, configured, edit, now).run();
}

} // namespace truepeer
