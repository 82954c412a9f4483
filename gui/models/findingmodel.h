// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/findingcontent.h"
#include "gui/models/polledtable.h"

#include <QDateTime>

namespace truepeer {

// FindingModel is what the server's diagnosis finds, the worst first.
class FindingModel final : public PolledTable
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FindingModel)

public:
    static constexpr int TicksBetween = 10; // a diagnosis is work for the server

    explicit FindingModel(const ModelContext &context, QObject *parent = nullptr);
    ~FindingModel() override;

    FindingContent contentOf(const QString &key) const;
    // The first finding of this kind; empty: there is none.
    QString keyOfKind(const QString &id) const;
    // "1 error, 2 warnings, 1 hint"; "Nothing found".
    QString summary() const;
    const QDateTime &checkedAt() const { return m_checkedAt; } // not valid before the first answer

protected:
    void askServer() override;
    QVariant cell(const QJsonObject &value, int column, int role) const override;

private:
    void take(const QJsonValue &result);

    QDateTime m_checkedAt;
};

} // namespace truepeer
