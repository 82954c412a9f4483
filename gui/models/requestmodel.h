// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/fact.h"
#include "gui/models/polledtable.h"

#include <QJsonObject>

#include <vector>

namespace truepeer {

// RequestModel is the last HTTP requests, the newest first, and of one of them how its client was
// found.
class RequestModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(RequestModel)

public:
    static constexpr int MaxRequests = 200;

    explicit RequestModel(const ModelContext &context, QObject *parent = nullptr);
    ~RequestModel() override;

    // While it is held the rows stay as they are: much traffic moves them away from the pointer.
    void setHeld(bool held);

    // Asks for one request; empty: for none. It stays although its row goes.
    void select(const QString &id);
    const QString &selected() const { return m_selected; }
    // Of the selected one; empty: it is not there yet, or see detailProblem().
    QJsonObject resolution() const { return m_details.value(u"resolution").toObject(); }
    std::vector<Fact> facts() const;
    const QString &detailProblem() const { return m_detailProblem; }
    const AddressMask &mask() const { return context().mask; }

Q_SIGNALS:
    void detailsChanged();

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonValue &result);

    QString m_selected;
    QJsonObject m_details;
    QString m_detailProblem;
    bool m_held = false;
};

// How the client of a request was found: "X-Forwarded-For, 2 hops", "Direct", "Conflict".
QString verdictText(const QJsonObject &request);

} // namespace truepeer
