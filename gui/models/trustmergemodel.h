// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What differs between lists, side by side: base, theirs and ours of a conflict, or two lists.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/keyedtable.h"
#include "gui/models/modelcontext.h"
#include "gui/models/roles.h"
#include "gui/models/trustmerge.h"

namespace truepeer {

class TrustMergeModel final : public KeyedTable<TrustMergeRow>
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustMergeModel)

public:
    enum Column : quint8 { EntryColumn, BaseColumn, TheirsColumn, MineColumn, ResultColumn };

    // `titles`: of the columns from BaseColumn on; there are no more columns than titles.
    TrustMergeModel(const ModelContext &context, const QStringList &titles,
                    QObject *parent = nullptr);
    ~TrustMergeModel() override;

    void setMergeRows(const std::vector<TrustMergeRow> &rows) { setRows(rows); }
    bool isClash(const QString &key) const;
    int undecidedCount() const;
    QString firstUndecided() const; // the key; empty: all are decided

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    QString text(const TrustMergeRow &row, int column) const;

    const ModelContext m_context;
    const QStringList m_titles;
};

// What becomes of the row when the changes are joined.
QString trustMergeText(const TrustMergeRow &row);

} // namespace truepeer
