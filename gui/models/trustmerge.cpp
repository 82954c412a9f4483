// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustmerge.h"

#include <QSet>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Texts that were typed and given up must not add up for ever.
constexpr qsizetype MaxRemembered = 8 * MaxTrustEntries;

using Side = QHash<QString, TrustEntry>;

Side sideOf(const TrustList &list, const QStringList &keys)
{
    Side side;
    side.reserve(keys.size());
    for (qsizetype i = 0; i < keys.size(); ++i)
        side.insert(keys[i], list.entries[size_t(i)]);
    return side;
}

TrustMergeSide entryIn(const Side &side, const QString &key)
{
    return side.contains(key) ? TrustMergeSide(side.value(key)) : TrustMergeSide();
}

// What comes of a row. Theirs where it does not matter.
TrustMergeSide resolve(TrustMergeRow &row, const QHash<QString, TrustSide> &decisions)
{
    if (row.theirs.isSame(row.mine) || row.base.isSame(row.mine))
        return row.theirs;
    if (row.base.isSame(row.theirs))
        return row.mine;
    if (!row.base.isThere) { // both added it; one of them without a note
        if (row.mine.entry.note.isEmpty())
            return row.theirs;
        if (row.theirs.entry.note.isEmpty())
            return row.mine;
    }
    row.isClash = true;
    if (decisions.contains(row.key))
        row.decision = decisions.value(row.key);
    return row.decision == TrustSide::Mine ? row.mine : row.theirs;
}

class Merger
{
public:
    Merger(const QHash<QString, TrustSide> &decisions, TrustMeanings &meanings)
        : m_decisions(decisions)
        , m_meanings(meanings)
    {
    }

    TrustMerge run(const TrustList &base, const TrustList &theirs, const TrustList &mine);

private:
    void mergeMode(TrustMode base, TrustMode theirs, TrustMode mine);
    void mergeEntry(const QString &key);

    const QHash<QString, TrustSide> &m_decisions;
    TrustMeanings &m_meanings;
    TrustMerge m_result;
    Side m_base;
    Side m_theirs;
    Side m_mine;
    QSet<QString> m_done;
};

TrustMerge Merger::run(const TrustList &base, const TrustList &theirs, const TrustList &mine)
{
    const QStringList baseKeys = m_meanings.keysOf(base.entries);
    const QStringList theirKeys = m_meanings.keysOf(theirs.entries);
    const QStringList myKeys = m_meanings.keysOf(mine.entries);
    m_base = sideOf(base, baseKeys);
    m_theirs = sideOf(theirs, theirKeys);
    m_mine = sideOf(mine, myKeys);
    mergeMode(base.mode, theirs.mode, mine.mode);
    for (const QStringList &keys : {theirKeys, myKeys, baseKeys}) {
        for (const QString &key : keys)
            mergeEntry(key);
    }
    return std::move(m_result);
}

void Merger::mergeMode(TrustMode base, TrustMode theirs, TrustMode mine)
{
    m_result.merged.mode = base == theirs ? mine : theirs;
    if (base == theirs && base == mine)
        return;
    TrustMergeRow row{.key = TrustModeRowKey.toString(),
                      .base = TrustEntry{trustModeText(base), {}},
                      .theirs = TrustEntry{trustModeText(theirs), {}},
                      .mine = TrustEntry{trustModeText(mine), {}}};
    row.isClash = base != theirs && base != mine && theirs != mine;
    if (row.isClash && m_decisions.contains(row.key)) {
        row.decision = m_decisions.value(row.key);
        m_result.merged.mode = row.decision == TrustSide::Mine ? mine : theirs;
    }
    m_result.rows.push_back(std::move(row));
}

void Merger::mergeEntry(const QString &key)
{
    if (m_done.contains(key))
        return;
    m_done.insert(key);
    TrustMergeRow row{.key = key,
                      .base = entryIn(m_base, key),
                      .theirs = entryIn(m_theirs, key),
                      .mine = entryIn(m_mine, key)};
    if (const TrustMergeSide side = resolve(row, m_decisions); side.isThere)
        m_result.merged.entries.push_back(side.entry);
    if (!row.base.isSame(row.theirs) || !row.base.isSame(row.mine))
        m_result.rows.push_back(std::move(row));
}

} // namespace

TrustMeaning trustMeaning(const QString &entry)
{
    const TrustListCheck check = validate({TrustMode::List, {{entry, {}}}});
    TrustMeaning meaning;
    for (const TrustListCheck::Remark &warning : check.warnings)
        meaning.warnings.append(warning.message);
    if (!check.valid) {
        meaning.key = entry;
        meaning.problem =
            check.problems.empty() ? u"this is no entry"_s : check.problems.front().message;
        return meaning;
    }
    meaning.ranges = check.normalised.front();
    QStringList sorted = meaning.ranges;
    sorted.sort();
    meaning.key = sorted.join(u' ');
    return meaning;
}

TrustMeaning TrustMeanings::of(const QString &entry)
{
    if (m_known.contains(entry))
        return m_known.value(entry);
    if (m_known.size() >= MaxRemembered)
        m_known.clear();
    const TrustMeaning meaning = trustMeaning(entry);
    m_known.insert(entry, meaning);
    return meaning;
}

QStringList TrustMeanings::keysOf(const std::vector<TrustEntry> &entries)
{
    QStringList keys;
    QHash<QString, int> seen;
    keys.reserve(std::ssize(entries));
    seen.reserve(std::ssize(entries));
    for (const TrustEntry &entry : entries) {
        const QString key = of(entry.entry).key;
        const int number = ++seen[key];
        keys.append(number == 1 ? key : QString(key + u'#' + QString::number(number)));
    }
    return keys;
}

bool TrustMerge::isDecided() const
{
    return std::none_of(rows.begin(), rows.end(),
                        [](const TrustMergeRow &row) { return row.isUndecided(); });
}

bool TrustMerge::theyChanged() const
{
    return std::any_of(rows.begin(), rows.end(), [](const TrustMergeRow &row) {
        return !row.base.isSame(row.theirs)
               || (row.key == TrustModeRowKey && row.base != row.theirs);
    });
}

TrustMerge mergeTrust(const TrustList &base, const TrustList &theirs, const TrustList &mine,
                      const QHash<QString, TrustSide> &decisions, TrustMeanings &meanings)
{
    return Merger(decisions, meanings).run(base, theirs, mine);
}

QString publicRangeRemark(const QStringList &ranges)
{
    static const std::vector<TrustRange> internal =
        validate({TrustMode::List, {{u"private"_s, {}}}}).ranges;
    for (const QString &text : ranges) {
        const std::optional<Cidr> range = Cidr::parse(text.toLatin1()).range;
        if (!range || range->prefix() == (range->isIPv4() ? 32 : 128))
            continue;
        const bool isInternal =
            std::any_of(internal.begin(), internal.end(), [&range](const TrustRange &outer) {
                return outer.range.prefix() <= range->prefix()
                       && outer.range.contains(range->address());
            });
        if (!isInternal)
            return u"%1 holds public addresses: make sure that all of them are your proxies"_s.arg(
                text);
    }
    return {};
}

QString trustModeText(TrustMode mode)
{
    switch (mode) {
    case TrustMode::None:
        return u"nobody"_s;
    case TrustMode::All:
        return u"everybody"_s;
    case TrustMode::List:
        break;
    }
    return u"the list"_s;
}

} // namespace truepeer
