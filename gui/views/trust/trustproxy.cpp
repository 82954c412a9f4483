// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/trustproxy.h"

#include "gui/models/trustmodel.h"
#include "gui/models/trusttext.h"
#include "gui/widgets/icons.h"

#include <QLineEdit>

#include <array>

namespace truepeer {

namespace {

QIcon stateIcon(TrustModel::State state)
{
    switch (state) {
    case TrustModel::State::Added:
        return icon(Glyph::Add, Tone::Ok);
    case TrustModel::State::Removed:
        return icon(Glyph::Remove, Tone::Error);
    case TrustModel::State::NoteChanged:
        return icon(Glyph::Edit, Tone::Notice);
    case TrustModel::State::Unchanged:
        break;
    }
    return {};
}

TrustModel::State stateOf(const QModelIndex &index)
{
    return static_cast<TrustModel::State>(index.data(TrustModel::StateRole).toInt());
}

} // namespace

TrustProxy::TrustProxy(QObject *parent)
    : QSortFilterProxyModel(parent)
{
    setDynamicSortFilter(false);
    setSortRole(TrustModel::SortRole);
    setSortCaseSensitivity(Qt::CaseInsensitive);
}

TrustProxy::~TrustProxy() = default;

void TrustProxy::setSearch(const QString &text)
{
    m_search = text.trimmed();
    invalidateFilter();
}

int TrustProxy::rowOf(const QString &key) const
{
    const auto *model = qobject_cast<const TrustModel *>(sourceModel());
    const int row = model ? model->rowOf(key) : -1;
    return row < 0 ? -1 : mapFromSource(model->index(row, 0)).row();
}

QVariant TrustProxy::data(const QModelIndex &index, int role) const
{
    if (role == Qt::DecorationRole && index.column() == TrustModel::ChangeColumn) {
        const QIcon mark = stateIcon(stateOf(index));
        return mark.isNull() ? QVariant() : QVariant(mark);
    }
    if (role == Qt::DecorationRole && index.column() == TrustModel::RemarksColumn) {
        const bool isEmpty = index.data().toString().isEmpty();
        return isEmpty ? QVariant() : QVariant(icon(Glyph::Warning, Tone::Warning));
    }
    return QSortFilterProxyModel::data(index, role);
}

bool TrustProxy::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    if (m_search.isEmpty())
        return true;
    static constexpr std::array Columns{TrustModel::EntryColumn,   TrustModel::NoteColumn,
                                        TrustModel::RangesColumn,  TrustModel::ChangeColumn,
                                        TrustModel::AddedByColumn, TrustModel::RemarksColumn};
    return std::any_of(Columns.begin(), Columns.end(), [&](int column) {
        const QString text = sourceModel()->index(row, column, parent).data().toString();
        return text.contains(m_search, Qt::CaseInsensitive);
    });
}

TrustDelegate::TrustDelegate(QObject *parent)
    : CellDelegate(parent)
{
}

TrustDelegate::~TrustDelegate() = default;

QWidget *TrustDelegate::createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                                     const QModelIndex &index) const
{
    QWidget *editor = CellDelegate::createEditor(parent, option, index);
    if (auto *line = qobject_cast<QLineEdit *>(editor))
        line->setMaxLength(int(MaxTrustNoteLength));
    return editor;
}

void TrustDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    CellDelegate::initStyleOption(option, index);
    const int column = index.column();
    const bool isStruck = column == TrustModel::EntryColumn || column == TrustModel::NoteColumn
                          || column == TrustModel::RangesColumn;
    if (isStruck && stateOf(index) == TrustModel::State::Removed)
        option->font.setStrikeOut(true);
}

} // namespace truepeer
