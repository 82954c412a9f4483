// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustmergemodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/tone.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString nameOf(const TrustMergeRow &row)
{
    if (row.key == TrustModeRowKey)
        return u"Who is trusted"_s;
    for (const auto *side : {&row.base, &row.theirs, &row.mine}) {
        if (side->isThere)
            return side->entry.entry;
    }
    return row.key;
}

QString sideText(const TrustMergeRow &row, const TrustMergeSide &side)
{
    if (!side.isThere)
        return u"not there"_s;
    if (row.key == TrustModeRowKey)
        return side.entry.entry;
    return side.entry.note.isEmpty() ? u"there"_s : QString(u"there: "_s + side.entry.note);
}

} // namespace

QString trustMergeText(const TrustMergeRow &row)
{
    if (row.isClash) {
        if (!row.decision)
            return u"you decide"_s;
        return *row.decision == TrustSide::Mine ? u"keeps yours"_s : u"keeps theirs"_s;
    }
    if (row.key == TrustModeRowKey)
        return row.base != row.theirs ? u"keeps theirs"_s : u"keeps yours"_s;
    const bool theirs = !row.base.isSame(row.theirs);
    const bool mine = !row.base.isSame(row.mine);
    if (theirs && mine)
        return u"both did the same"_s;
    return theirs ? u"keeps theirs"_s : u"keeps yours"_s;
}

TrustMergeModel::TrustMergeModel(const ModelContext &context, const QStringList &titles,
                                 QObject *parent)
    : KeyedTable(parent)
    , m_context(context)
    , m_titles(titles)
{
    connect(&context.mask, &AddressMask::changed, this, [this] { allChanged(); });
}

TrustMergeModel::~TrustMergeModel() = default;

bool TrustMergeModel::isClash(const QString &key) const
{
    return std::any_of(rows().begin(), rows().end(),
                       [&key](const TrustMergeRow &row) { return row.key == key && row.isClash; });
}

int TrustMergeModel::undecidedCount() const
{
    return int(std::count_if(rows().begin(), rows().end(),
                             [](const TrustMergeRow &row) { return row.isUndecided(); }));
}

QString TrustMergeModel::firstUndecided() const
{
    const auto found = std::find_if(rows().begin(), rows().end(),
                                    [](const TrustMergeRow &row) { return row.isUndecided(); });
    return found == rows().end() ? QString() : found->key;
}

int TrustMergeModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_titles.size()) + 1;
}

QString TrustMergeModel::text(const TrustMergeRow &row, int column) const
{
    switch (column) {
    case EntryColumn:
        return m_context.mask.shown(nameOf(row));
    case BaseColumn:
        return m_context.mask.shownText(sideText(row, row.base));
    case TheirsColumn:
        return m_context.mask.shownText(sideText(row, row.theirs));
    case MineColumn:
        return m_context.mask.shownText(sideText(row, row.mine));
    case ResultColumn:
        return trustMergeText(row);
    default:
        break;
    }
    return {};
}

QVariant TrustMergeModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const TrustMergeRow &row = rows()[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return text(row, column).toHtmlEscaped();
    case KeyRole:
        return row.key;
    case MonospaceRole:
        return column == EntryColumn && row.key != TrustModeRowKey;
    case ToneRole: {
        if (column == ResultColumn)
            return int(row.isUndecided() ? Tone::Warning : Tone::Normal);
        const bool isOther = (column == TheirsColumn && !row.base.isSame(row.theirs))
                             || (column == MineColumn && !row.base.isSame(row.mine));
        return int(column == EntryColumn || isOther || row.key == TrustModeRowKey ? Tone::Normal
                                                                                  : Tone::Muted);
    }
    default:
        break;
    }
    return {};
}

QVariant TrustMergeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    return section == EntryColumn ? u"Entry"_s : m_titles.value(section - 1);
}

} // namespace truepeer
