// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The edits that the server remembers, newest first.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/keyedtable.h"
#include "gui/models/roles.h"
#include "gui/models/trustdraft.h"

#include <optional>

namespace truepeer {

struct TrustHistoryRow
{
    QString key; // the revision
    qint64 revision = 0;
    qint64 at = 0;
    QString by;
    QString comment;
    QStringList added;
    QStringList removed;
    qint64 moreAdded = 0; // that the server did not list
    qint64 moreRemoved = 0;
    bool canRollBack = false;

    friend bool operator==(const TrustHistoryRow &a, const TrustHistoryRow &b) = default;
};

class TrustHistoryModel final : public KeyedTable<TrustHistoryRow>
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustHistoryModel)

public:
    enum Column : quint8 {
        RevisionColumn,
        AtColumn,
        ByColumn,
        AddedColumn,
        RemovedColumn,
        CommentColumn,
        ColumnCount,
    };

    TrustHistoryModel(const ModelContext &context, TrustDraft &draft, QObject *parent = nullptr);
    ~TrustHistoryModel() override;

    void setLive(bool live);
    void reload();

    const TrustHistoryRow *rowOf(const QString &key) const; // null: there is none
    // What the row did, in lines "+ 10.0.0.0/8"; masked.
    QString detailsOf(const TrustHistoryRow &row) const;
    // The list that a revision had, as far as the history tells: notes of entries that are gone are
    // lost, and the mode is that of now. Nothing when the history leaves something out.
    std::optional<TrustList> listOf(qint64 revision);

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    void take(const QJsonArray &changes);
    QString text(const TrustHistoryRow &row, int column) const;

    const ModelContext m_context;
    TrustDraft &m_draft;
    qint64 m_seen = -1; // the revision that the history was asked for last
    bool m_live = false;
};

} // namespace truepeer
