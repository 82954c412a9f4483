// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustDraft holds the trust list of the server, and the list that the operator wants instead of
// it. Nothing of what is edited here goes to the server: TrustEditor sends it. The draft outlives
// lost connections and restarts of the server. It remembers the list that it started from; when the
// server has another one, and the operator changed something, that is a conflict until they decide.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/poller.h"
#include "gui/models/trustmerge.h"

#include <QHash>
#include <QJsonArray>
#include <QJsonObject>
#include <QObject>

#include <vector>

namespace truepeer {

class TrustDraft final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustDraft)

public:
    struct Use
    {
        QString addedBy;
        qint64 addedAt = 0; // Unix seconds; 0: it was there at all times
        qint64 peers = 0;
        qint64 clients = 0;
        qint64 lastUsed = 0; // Unix seconds; 0: never

        friend bool operator==(const Use &a, const Use &b) = default;
    };
    struct Server
    {
        qint64 revision = 0;
        TrustList list;
        QHash<QString, Use> uses; // by key
        bool isLive = false;      // edited live: the configuration does not count
        TrustList configured;
        QString problem; // why the stored list cannot be used
    };
    struct Changes
    {
        QStringList added; // entries
        QStringList removed;
        int notes = 0;
        bool mode = false;

        QString text() const; // "2 added, 1 removed"
    };
    struct Added
    {
        QStringList entries; // as written
        int known = 0;       // were in the list
        int tooMany = 0;     // did not fit into it
    };
    // What is to be said about a text in the field for new entries.
    struct Judgement
    {
        enum class Kind : quint8 { Good, Known, Bad };
        Kind kind = Kind::Good;
        QStringList ranges;
        QString message;
        QStringList warnings;
    };

    explicit TrustDraft(const ModelContext &context, QObject *parent = nullptr);
    ~TrustDraft() override;

    void setLive(bool live);
    void reload();

    bool isLoaded() const { return m_loaded; }
    const Server &server() const { return m_server; }
    const QString &failure() const { return m_failure; } // why the list could not be read
    bool canEdit() const; // connected, as an operator, and there is a list

    const TrustList &base() const { return m_base; }
    qint64 baseRevision() const { return m_baseRevision; }
    const TrustList &wanted() const { return m_wanted; }
    const QStringList &baseKeys() const { return m_baseKeys; }
    const QStringList &wantedKeys() const { return m_wantedKeys; }
    TrustMeaning meaningOf(const QString &entry) { return m_meanings.of(entry); }
    bool hasEdits() const { return m_hasEdits; }
    const Changes &changes() const { return m_changes; }

    Added add(const std::vector<TrustEntry> &entries);
    void setRemoved(const QStringList &keys, bool removed);
    void setNote(const QString &key, const QString &note);
    void setMode(TrustMode mode);
    void load(const TrustList &list); // as what the operator wants
    void discard();

    QString keyOf(const QString &entry) { return m_meanings.of(entry).key; }
    bool contains(const QString &entry); // what is wanted, in whatever spelling
    Judgement judge(const QString &entry);

    bool isConflict() const { return m_isConflict; }
    const QString &changedBy() const { return m_changedBy; } // who made the list in force, if known
    TrustMerge merge();
    void decide(const QString &key, TrustSide side);
    bool rebase(); // false: something is undecided

    // While an order to the server is under way, what it says of its list may be of before or of
    // after it, and is not looked at.
    void hold();
    void settle();
    void settle(qint64 revision, const TrustList &sent); // it has this list now

Q_SIGNALS:
    void serverChanged(); // what the server has, or what it says of the use of the entries
    void edited();        // what is wanted, or what it starts from
    void conflictChanged();

private:
    void ask();
    void take(const QJsonObject &object);
    void compareWithServer();
    void setBase(const TrustList &list, qint64 revision);
    void setWanted(TrustList list);
    void setConflict(bool conflict);
    QString coverOf(const QString &range);

    const ModelContext m_context;
    Poller m_poller;
    TrustMeanings m_meanings;
    Server m_server;
    QString m_failure;
    QString m_changedBy;
    TrustList m_base;
    TrustList m_wanted;
    QStringList m_baseKeys;
    QStringList m_wantedKeys;
    QHash<QString, QString> m_owners; // range -> entry; empty: not made yet
    QHash<QString, TrustSide> m_decisions;
    Changes m_changes;
    qint64 m_baseRevision = 0;
    bool m_loaded = false;
    bool m_hasEdits = false;
    bool m_isConflict = false;
    bool m_isHeld = false;
    bool m_isAsking = false;
    bool m_askAgain = false;
};

// As parameters of the methods that take a list.
QJsonArray trustEntriesToJson(const TrustList &list, bool withNotes);
TrustList trustListFromJson(const QJsonObject &object);

} // namespace truepeer
