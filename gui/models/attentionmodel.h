// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// AttentionModel is what the server finds wrong: its diagnosis, worst first, and what else it warns
// of in its status. One column.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/polledtable.h"
#include "gui/models/roles.h"

#include <QDateTime>
#include <QJsonArray>
#include <QStringList>

#include <functional>

namespace truepeer {

class AttentionModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(AttentionModel)

public:
    enum Role : int {
        FindingIdRole = FirstFreeRole, // QString; empty: a warning of the status, which has none
        SeverityRole,                  // QString: "error", "warning" or "info"
        DetailRole,                    // QString
    };
    using Now = std::function<QDateTime()>;

    explicit AttentionModel(const ModelContext &context, QObject *parent = nullptr,
                            Now now = &QDateTime::currentDateTime);
    ~AttentionModel() override;

    // Of the status; those that are titles of findings are not shown twice.
    void setWarnings(const QStringList &warnings);
    // What is held belongs to another server.
    void forget();

    // When the newest diagnosis came; not valid before the first one.
    const QDateTime &checkedAt() const { return m_checkedAt; }

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void show();

    const Now m_now;
    QJsonArray m_findings;
    QStringList m_warnings;
    QDateTime m_checkedAt;
};

} // namespace truepeer
