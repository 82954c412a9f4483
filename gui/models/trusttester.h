// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustTester asks the server what a request would come to, with the list in force and, if there is
// a draft, with that. The request is typed, or that of a client that is connected.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/modelcontext.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QObject>
#include <QStringList>
#include <QTimer>

namespace truepeer {

class TrustDraft;

// "Name: value" lines as people paste them.
struct HeaderText
{
    QJsonArray headers;   // [[name, value]…]
    QStringList problems; // "line 3: …"
};
HeaderText parseHeaderText(const QString &text);

class TrustTester final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustTester)

public:
    // What came of it; both are empty before the first answer.
    struct Outcome
    {
        QJsonObject resolution;
        QString problem;
    };

    TrustTester(const ModelContext &context, TrustDraft &draft, QObject *parent = nullptr);
    ~TrustTester() override;

    // A request that the operator typed. Asks the server.
    void test(const QString &peer, const QString &headers);
    // Fills in the request of a client that is connected, and tests it.
    void testClient(const QString &id);
    void clear();

    const QString &peer() const { return m_peer; }
    const QString &headers() const { return m_headers; }
    const QString &clientId() const { return m_clientId; }   // empty: it was typed
    const QStringList &remarks() const { return m_remarks; } // why the test may differ from life
    const QString &problem() const { return m_problem; }     // why there is no test

    const Outcome &now() const { return m_now; }
    const Outcome &withDraft() const { return m_withDraft; }
    bool hasDraft() const { return m_hasDraft; }
    bool differs() const; // the draft makes it another caller

Q_SIGNALS:
    void requestChanged(); // peer and headers, not by the operator
    void changed();        // what came of it

private:
    void run();
    void ask(bool withDraft);
    void fill(const QJsonObject &client);
    void forget();

    const ModelContext m_context;
    TrustDraft &m_draft;
    QTimer m_timer; // tests again when the draft changed
    QString m_peer;
    QString m_headers;
    QString m_clientId;
    QStringList m_remarks;
    QString m_problem;
    Outcome m_now;
    Outcome m_withDraft;
    quint64 m_run = 0;
    bool m_hasDraft = false;
    bool m_isTested = false;
};

} // namespace truepeer
