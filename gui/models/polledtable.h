// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/keyedtable.h"
#include "gui/models/modelcontext.h"
#include "gui/models/poller.h"

#include <QJsonObject>
#include <QString>
#include <QVariant>

#include <functional>
#include <span>

namespace truepeer {

struct PolledRow
{
    QString key;
    QJsonObject value;

    friend bool operator==(const PolledRow &a, const PolledRow &b) = default;
};

// PolledTable is a list that the server is asked for again and again.
//
// Thread: the GUI thread.
class PolledTable : public KeyedTable<PolledRow>
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(PolledTable)

public:
    enum class Kind : quint8 { Text, Number, Monospace };
    struct Column
    {
        const char *title;
        const char *name = nullptr; // for ColumnNameRole; null: not sortable
        Kind kind = Kind::Text;
    };

    ~PolledTable() override;

    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;

    const ModelContext &context() const { return m_context; }
    void setLive(bool live) { m_poller.setLive(live); }
    void refresh() { m_poller.askNow(); }

    // Whether there was an answer; before it an empty table means nothing.
    bool isLoaded() const { return m_loaded; }
    // Why the last call failed although the server was there; empty: it did not.
    const QString &problem() const { return m_problem; }

    int rowOf(const QString &key) const; // -1: there is none
    QJsonObject valueOf(const QString &key) const;
    const QJsonObject &valueAt(int row) const { return rows()[size_t(row)].value; }

Q_SIGNALS:
    void answered(); // with rows or with a problem

protected:
    using Row = PolledRow;

    PolledTable(const ModelContext &context, std::span<const Column> columns, int everyTicks,
                QObject *parent);

    // Calls the server by ask(), below.
    virtual void askServer() = 0;
    virtual QVariant cell(const QJsonObject &value, int column, int role) const = 0;

    // `take` gets the result, unless the server was asked something newer meanwhile.
    void ask(const QString &method, const QJsonObject &params,
             std::function<void(const QJsonValue &)> take);
    // Answers that are under way are not taken.
    void forgetAsked();
    // Cells that change with the time although the values do not.
    void touchColumn(int column);

private:
    const ModelContext m_context;
    const std::span<const Column> m_columns;
    Poller m_poller;
    QString m_problem;
    quint64 m_serial = 0; // of the last call
    bool m_asking = false;
    bool m_loaded = false;
};

} // namespace truepeer
