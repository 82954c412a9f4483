// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustPreviewModel asks the server what the draft would change, each time that the typing stopped,
// and is the table of clients that would be somebody else. Answers about older drafts are dropped.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/keyedtable.h"
#include "gui/models/poller.h"
#include "gui/models/roles.h"
#include "gui/models/trustdraft.h"

#include <QJsonObject>
#include <QTimer>

namespace truepeer {

struct TrustSampleRow
{
    QString key; // id of the client
    QJsonObject before;
    QJsonObject after;
    QString reason;

    friend bool operator==(const TrustSampleRow &a, const TrustSampleRow &b) = default;
};

class TrustPreviewModel final : public KeyedTable<TrustSampleRow>
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustPreviewModel)

public:
    enum Column : quint8 { ClientColumn, BeforeColumn, AfterColumn, ReasonColumn, ColumnCount };
    enum class State : quint8 {
        Idle,   // there is no draft
        Asking, // what is shown is of an older draft, or nothing yet
        Ready,
        Invalid,
        Failed,
        Behind, // somebody else edited the list; their changes and ours have to be joined first
    };
    struct Summary
    {
        qint64 changed = 0;
        qint64 total = 0;
        qint64 recentChanged = 0;
        qint64 recentTotal = 0;
        qint64 sharedClients = 0;
        qint64 sharedAddresses = 0;
        qint64 largestClients = 0;
        QString largest = {}; // an address
        qint64 overLimit = 0;
        QStringList confirm = {}; // why it has to be confirmed
    };

    TrustPreviewModel(const ModelContext &context, TrustDraft &draft, QObject *parent = nullptr);
    ~TrustPreviewModel() override;

    void setLive(bool live) { m_poller.setLive(live); }
    void ask(); // now

    State state() const { return m_state; }
    const Summary &summary() const { return m_summary; }
    const QString &problem() const { return m_problem; } // when Invalid or Failed
    // In words; addresses are masked.
    QString headline() const; // "418 of 12 431 clients would change"
    QStringList details() const;
    QStringList confirmReasons() const;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void changed(); // state or summary

private:
    void draftEdited();
    void send();
    void take(const QJsonObject &object);
    void setState(State state, const QString &problem = {});
    QString text(const TrustSampleRow &row, int column) const;

    const ModelContext m_context;
    TrustDraft &m_draft;
    Poller m_poller;
    QTimer m_timer;
    Summary m_summary;
    QString m_problem;
    State m_state = State::Idle;
    quint64 m_asked = 0; // the number of the last question
};

} // namespace truepeer
