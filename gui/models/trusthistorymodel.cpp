// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trusthistorymodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/serverlink.h"

#include <QSet>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr const char16_t *HistoryTitles[] = {u"Revision", u"At",      u"By",
                                             u"Added",    u"Removed", u"Comment"};
static_assert(std::size(HistoryTitles) == TrustHistoryModel::ColumnCount);

QString countOrNothing(qint64 count)
{
    return count == 0 ? QString() : countText(count);
}

} // namespace

TrustHistoryModel::TrustHistoryModel(const ModelContext &context, TrustDraft &draft,
                                     QObject *parent)
    : KeyedTable(parent)
    , m_context(context)
    , m_draft(draft)
{
    connect(&draft, &TrustDraft::serverChanged, this, [this] {
        if (m_live && m_draft.server().revision != m_seen)
            reload();
    });
    connect(&context.link, &ServerLink::up, this, [this] {
        if (m_live)
            reload();
    });
    connect(&context.mask, &AddressMask::changed, this, [this] { allChanged(); });
}

TrustHistoryModel::~TrustHistoryModel() = default;

void TrustHistoryModel::setLive(bool live)
{
    const bool starts = live && !m_live;
    m_live = live;
    if (starts)
        reload();
}

void TrustHistoryModel::reload()
{
    if (!m_context.link.isUp())
        return;
    m_seen = m_draft.server().revision;
    m_context.link.call(u"trust.history"_s, {}, this, [this](const RpcResult &result) {
        if (const auto *value = std::get_if<QJsonValue>(&result))
            take(value->toArray());
    });
}

void TrustHistoryModel::take(const QJsonArray &changes)
{
    std::vector<TrustHistoryRow> rows;
    for (const QJsonValue &value : changes) {
        const QJsonObject change = value.toObject();
        TrustHistoryRow row;
        row.revision = change.value("revision"_L1).toInteger();
        row.key = QString::number(row.revision);
        row.at = change.value("at"_L1).toInteger();
        row.by = change.value("by"_L1).toString();
        row.comment = change.value("comment"_L1).toString();
        row.added = textsOf(change.value("added"_L1));
        row.removed = textsOf(change.value("removed"_L1));
        row.moreAdded = change.value("more_added"_L1).toInteger();
        row.moreRemoved = change.value("more_removed"_L1).toInteger();
        row.canRollBack = change.value("can_roll_back"_L1).toBool();
        rows.push_back(std::move(row));
    }
    setRows(std::move(rows));
}

const TrustHistoryRow *TrustHistoryModel::rowOf(const QString &key) const
{
    const auto found = std::find_if(rows().begin(), rows().end(),
                                    [&key](const TrustHistoryRow &row) { return row.key == key; });
    return found == rows().end() ? nullptr : &*found;
}

QString TrustHistoryModel::detailsOf(const TrustHistoryRow &row) const
{
    QStringList lines;
    for (const QString &entry : row.added)
        lines.append(u"+ "_s + m_context.mask.shown(entry));
    if (row.moreAdded > 0)
        lines.append(u"+ %1 more"_s.arg(countText(row.moreAdded)));
    for (const QString &entry : row.removed)
        lines.append(u"− "_s + m_context.mask.shown(entry));
    if (row.moreRemoved > 0)
        lines.append(u"− %1 more"_s.arg(countText(row.moreRemoved)));
    return lines.isEmpty() ? u"No entry came or went: the mode or notes changed."_s
                           : lines.join(u'\n');
}

std::optional<TrustList> TrustHistoryModel::listOf(qint64 revision)
{
    if (rows().empty() || rows().front().revision != m_draft.server().revision
        || !rowOf(QString::number(revision)))
        return std::nullopt;
    TrustList list = m_draft.server().list;
    for (const TrustHistoryRow &row : rows()) {
        if (row.revision <= revision)
            break;
        if (row.moreAdded > 0 || row.moreRemoved > 0)
            return std::nullopt;
        QSet<QString> came;
        for (const QString &entry : row.added)
            came.insert(m_draft.keyOf(entry));
        std::erase_if(list.entries, [&](const TrustEntry &entry) {
            return came.contains(m_draft.keyOf(entry.entry));
        });
        for (const QString &entry : row.removed)
            list.entries.push_back({entry, {}});
    }
    return list;
}

int TrustHistoryModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString TrustHistoryModel::text(const TrustHistoryRow &row, int column) const
{
    switch (column) {
    case RevisionColumn:
        return row.key;
    case AtColumn:
        return dateTimeText(row.at);
    case ByColumn:
        return row.by;
    case AddedColumn:
        return countOrNothing(row.added.size() + row.moreAdded);
    case RemovedColumn:
        return countOrNothing(row.removed.size() + row.moreRemoved);
    case CommentColumn:
        return m_context.mask.shownText(row.comment);
    default:
        break;
    }
    return {};
}

QVariant TrustHistoryModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const TrustHistoryRow &row = rows()[size_t(index.row())];
    switch (role) {
    case Qt::DisplayRole:
        return text(row, index.column());
    case Qt::ToolTipRole:
        return index.column() == CommentColumn ? text(row, CommentColumn).toHtmlEscaped()
                                               : QString();
    case KeyRole:
        return row.key;
    case NumericRole:
        return index.column() == RevisionColumn || index.column() == AddedColumn
               || index.column() == RemovedColumn;
    default:
        break;
    }
    return {};
}

QVariant TrustHistoryModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == NumericRole)
        return section == RevisionColumn || section == AddedColumn || section == RemovedColumn;
    return role == Qt::DisplayRole ? QVariant(QString::fromUtf16(HistoryTitles[section]))
                                   : QVariant();
}

} // namespace truepeer
