// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Peers that send forwarding headers although nobody trusts them: proxies that somebody forgot, or
// strangers who try. Those that the operator ignores are remembered for the server.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/keyedtable.h"
#include "gui/models/poller.h"
#include "gui/models/roles.h"

#include <QJsonArray>
#include <QSet>

namespace truepeer {

struct SuggestionRow
{
    QString key; // the peer
    qint64 hits = 0;
    qint64 lastSeen = 0;
    QString sample;
    QString entry; // that is proposed

    friend bool operator==(const SuggestionRow &a, const SuggestionRow &b) = default;
};

class SuggestionModel final : public KeyedTable<SuggestionRow>
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SuggestionModel)

public:
    enum Column : quint8 {
        PeerColumn,
        HitsColumn,
        LastSeenColumn,
        SampleColumn,
        EntryColumn,
        ColumnCount,
    };

    explicit SuggestionModel(const ModelContext &context, QObject *parent = nullptr);
    ~SuggestionModel() override;

    void setLive(bool live) { m_poller.setLive(live); }
    void reload() { m_poller.askNow(); }

    QString entryOf(const QString &peer) const; // empty: it is not suggested
    void ignore(const QString &peer);
    int ignoredCount() const; // of those that the server suggests
    void showIgnored();       // takes it back for all

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void changed(); // how many there are, shown or ignored

private:
    void ask();
    void update();
    void readIgnored();
    void writeIgnored() const;
    QString text(const SuggestionRow &row, int column) const;

    const ModelContext m_context;
    Poller m_poller;
    std::vector<SuggestionRow> m_all;
    QSet<QString> m_ignored; // peers
    bool m_isAsking = false;
};

} // namespace truepeer
