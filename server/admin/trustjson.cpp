// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/admin/trustjson.h"

#include "shared/trust/explanation.h"

#include <QJsonArray>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// Of a list with thousands of bad entries the first ones say enough.
constexpr size_t MaxRemarks = 1000;
constexpr qsizetype MaxEntryShown = 200;

QJsonArray remarks(const std::vector<TrustListCheck::Remark> &remarks)
{
    QJsonArray array;
    for (size_t i = 0; i < std::min(remarks.size(), MaxRemarks); ++i) {
        const TrustListCheck::Remark &remark = remarks[i];
        array.append(QJsonObject{{u"index"_s, qint64(remark.index)},
                                 {u"entry"_s, escapedText(remark.entry.toUtf8(), MaxEntryShown)},
                                 {u"message"_s, remark.message}});
    }
    return array;
}

} // namespace

QJsonObject listObject(const TrustList &list)
{
    QJsonArray entries;
    for (const TrustEntry &entry : list.entries)
        entries.append(QJsonObject{{u"entry"_s, entry.entry}, {u"note"_s, entry.note}});
    return {{u"mode"_s, trustModeName(list.mode)}, {u"entries"_s, entries}};
}

QJsonObject trustObject(const TrustDocument &document, const std::vector<EntryUse> &uses)
{
    QJsonArray entries;
    for (size_t i = 0; i < document.list.entries.size(); ++i) {
        const TrustEntry &entry = document.list.entries[i];
        const TrustAddition added =
            i < document.additions.size() ? document.additions[i] : TrustAddition();
        const EntryUse use = i < uses.size() ? uses[i] : EntryUse();
        entries.append(QJsonObject{
            {u"entry"_s, entry.entry},
            {u"note"_s, entry.note},
            {u"added_by"_s, added.by},
            {u"added_at"_s, qint64(added.at.time_since_epoch().count())},
            {u"matched_peers"_s, use.matchedPeers},
            {u"matched_clients"_s, use.matchedClients},
            {u"last_used"_s, use.lastUsed},
        });
    }
    return {{u"revision"_s, qint64(document.revision)},
            {u"mode"_s, trustModeName(document.list.mode)},
            {u"entries"_s, entries},
            {u"origin"_s, trustOriginName(document.origin)},
            {u"warnings"_s, remarks(validate(document.list).warnings)}};
}

QJsonObject checkObject(const TrustListCheck &check)
{
    QJsonArray normalised;
    for (const QStringList &ranges : check.normalised)
        normalised.append(QJsonArray::fromStringList(ranges));
    return {{u"valid"_s, check.valid},
            {u"problems"_s, remarks(check.problems)},
            {u"warnings"_s, remarks(check.warnings)},
            {u"normalised"_s, normalised}};
}

RpcError invalidList(const TrustListCheck &check)
{
    const QString first = check.problems.empty() ? QString() : check.problems.front().message;
    return RpcError(
        RpcCode::InvalidList, u"the list is not valid: "_s + first,
        {{u"problems"_s, remarks(check.problems)}, {u"warnings"_s, remarks(check.warnings)}});
}

QJsonObject changeObject(const TrustChange &change)
{
    QJsonObject object{{u"revision"_s, qint64(change.revision)},
                       {u"at"_s, qint64(change.at.time_since_epoch().count())},
                       {u"by"_s, change.by},
                       {u"comment"_s, change.comment},
                       {u"added"_s, QJsonArray::fromStringList(change.added)},
                       {u"removed"_s, QJsonArray::fromStringList(change.removed)},
                       {u"can_roll_back"_s, change.snapshot != nullptr}};
    if (change.moreAdded > 0)
        object.insert("more_added"_L1, qint64(change.moreAdded));
    if (change.moreRemoved > 0)
        object.insert("more_removed"_L1, qint64(change.moreRemoved));
    return object;
}

} // namespace truepeer
