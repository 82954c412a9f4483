// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustModel is the table of the trust list: what the draft starts from, and what it adds. Entries
// that the draft removes stay in it, with a word about it. Rows keep their place; new ones come at
// the end.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/roles.h"
#include "gui/models/tone.h"
#include "gui/models/trustdraft.h"

#include <QAbstractTableModel>
#include <QTimer>

#include <vector>

namespace truepeer {

class TrustModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustModel)

public:
    enum Column : quint8 {
        EntryColumn,
        NoteColumn,
        ChangeColumn,
        RangesColumn,
        PeersColumn,
        ClientsColumn,
        LastUsedColumn,
        RemarksColumn,
        AddedByColumn,
        AddedAtColumn,
        ColumnCount,
    };
    enum class State : quint8 { Unchanged, Added, Removed, NoteChanged };
    enum Role : int {
        StateRole = FirstFreeRole, // int of State
        EntryRole,                 // the entry as it is, whatever is masked
        SortRole,
    };

    TrustModel(const ModelContext &context, TrustDraft &draft, QObject *parent = nullptr);
    ~TrustModel() override;

    int rowOf(const QString &key) const; // -1: there is none

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;

private:
    struct Row
    {
        QString key;
        QString entry;
        QString note;
        QString oldNote; // of a note that changed
        State state = State::Unchanged;
        QStringList ranges;
        QStringList remarks;
        bool isBad = false;
        bool isInForce = false; // the server has it, and counts its use
        TrustDraft::Use use;

        friend bool operator==(const Row &a, const Row &b) = default;
    };

    std::vector<Row> wantedRows();
    Row makeRow(const QString &key, const TrustEntry &entry);
    void sync();
    void removeMissing(const QHash<QString, size_t> &wanted);
    void changeRows(int first, int last);
    void check();
    void allChanged();
    QString text(const Row &row, int column) const;
    QString toolTip(const Row &row, int column) const;
    static QVariant sortValue(const Row &row, int column);
    static Tone tone(const Row &row, int column);

    const ModelContext m_context;
    TrustDraft &m_draft;
    QTimer m_checkTimer; // the list as a whole is judged when the typing stops
    std::vector<Row> m_rows;
    QHash<QString, int> m_places;
    QHash<QString, QStringList> m_remarks; // of entries beside others, by key
};

QString trustStateText(TrustModel::State state);

} // namespace truepeer
