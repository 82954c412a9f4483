// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// TrustEditor carries the edits of the trust list to the server: the draft, a rollback, the way
// back to the configuration. One at a time. What has to be confirmed waits for confirm() or
// giveUp().
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/modelcontext.h"
#include "gui/models/tone.h"
#include "shared/admin/protocol.h"
#include "shared/trust/trustlist.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

#include <optional>

namespace truepeer {

class TrustDraft;
class TrustPreviewModel;

class TrustEditor final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustEditor)

public:
    TrustEditor(const ModelContext &context, TrustDraft &draft, const TrustPreviewModel &preview,
                QObject *parent = nullptr);
    ~TrustEditor() override;

    bool isBusy() const { return m_isBusy; }

    void apply(const QString &comment);
    void rollBack(qint64 revision);
    void reset(); // to the list of the configuration
    bool canUndo() const { return m_undo.has_value(); }
    void undo(); // the last edit that was made here

    const QStringList &reasons() const { return m_reasons; } // masked
    // What the operator has to type to show that they mean it.
    const QString &word() const { return m_word; }
    void confirm();
    void giveUp();

Q_SIGNALS:
    void busyChanged();
    void confirmationNeeded();
    void finished(truepeer::Tone tone, const QString &text); // masked
    void undoChanged();

private:
    struct Order
    {
        QString method;
        QJsonObject params;
        std::optional<TrustList> list = {}; // the whole list, where it is known
        qint64 base = 0;                    // the revision that it changes
        bool isUndo = false;
    };
    struct Undo
    {
        qint64 before;
        qint64 after;
    };

    Order orderTo(const QString &method) const;
    void start(Order order);
    void askFirst(Order order, const QStringList &reasons);
    void send(const Order &order);
    void finish(const Order &order, const RpcResult &result);
    void succeed(const Order &order, const QJsonObject &outcome);
    void fail(const RpcError &error);
    QString wordFor(const Order &order) const;
    void setUndo(std::optional<Undo> undo);

    const ModelContext m_context;
    TrustDraft &m_draft;
    const TrustPreviewModel &m_preview;
    QTimer m_undoTimer;
    std::optional<Undo> m_undo;
    std::optional<Order> m_waiting; // for a confirmation
    QStringList m_reasons;
    QString m_word;
    bool m_isBusy = false;
};

} // namespace truepeer
