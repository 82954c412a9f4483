// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ClientModel shows one page of clients.list: the server filters, sorts and cuts. While the
// operator looks at the rows (the pointer is over them, or some are selected) they keep their
// places: values follow, those that are gone stay and say so, and what would move or come is
// counted until the operator refreshes or looks elsewhere.
//
// Thread: the GUI thread.
#pragma once

#include "gui/models/clientrow.h"
#include "gui/models/modelcontext.h"
#include "shared/admin/protocol.h"

#include <QAbstractTableModel>
#include <QHash>

#include <optional>
#include <vector>

namespace truepeer {

class ClientModel final : public QAbstractTableModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ClientModel)

public:
    static constexpr int PageSize = 200;

    enum class State : quint8 { Open, Closed };

    explicit ClientModel(const ModelContext &context, QObject *parent = nullptr);
    ~ClientModel() override;

    const ModelContext &context() const { return m_context; }
    void setLive(bool live);

    // What is asked for. Each asks at once, and the answer is shown in its own order.
    void setFilter(const QString &filter); // of ClientFilter; the first page
    void setState(State state);            // the first page
    void setSort(const QString &column, Qt::SortOrder order);
    void setOffset(qint64 offset); // where the page begins; brought into what there is
    void refresh();

    const QString &filter() const { return m_query.filter; }
    State state() const { return m_query.state; }
    const QString &sortColumn() const { return m_query.sort; }
    Qt::SortOrder sortOrder() const { return m_query.order; }
    qint64 offset() const { return m_query.offset; }

    // What the server said last. Nothing is loaded until it answered the present query.
    bool isLoaded() const { return m_loaded; }
    qint64 total() const { return m_total; }
    qint64 filtered() const { return m_filtered; }
    // Why the last call failed, a sentence; empty when it did not.
    const QString &problem() const { return m_problem; }
    // A command that connects to this server; empty before it said where it listens.
    QString connectCommand() const;

    // Whether the rows keep their places when the server is asked by itself.
    void setHeld(bool held);
    // How many rows of the last answer would come, go or move.
    int heldChanges() const { return m_heldChanges; }

    const ClientRow *find(const QString &id) const; // null: not on the page
    int rowOf(const QString &id) const { return m_rowOf.value(id, -1); }

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

Q_SIGNALS:
    void answered();     // counts, problem and rows are as the server says now
    void queryChanged(); // filter, state, sort or offset
    void heldChangesChanged(int rows);

private:
    struct Query
    {
        QString filter;
        QString sort = QStringLiteral("id");
        qint64 offset = 0;
        Qt::SortOrder order = Qt::AscendingOrder;
        State state = State::Open;
    };

    void change(const Query &query);
    void ask();
    void connected();
    void disconnected();
    void receive(int call, int query, const RpcResult &result);
    void receiveClosed(int call, const RpcResult &result);
    void fail(const RpcError &error);
    bool stepBack();
    void showPage(std::vector<ClientRow> rows);
    void updateInPlace();
    void arrange(std::vector<ClientRow> rows);
    void removeMissing(const QHash<QString, int> &wanted);
    void reorder(const QHash<QString, int> &wanted);
    void insertNew(const std::vector<ClientRow> &rows);
    void removeAll();
    void changed(int first, int last);
    void indexRows();
    void countHeld();
    void setHeldChanges(int rows);
    qint64 largestQueue() const;
    ClientCells cells() const;

    const ModelContext m_context;
    Query m_query;
    std::vector<ClientRow> m_rows;
    QHash<QString, int> m_rowOf;
    std::optional<std::vector<ClientRow>> m_pending; // the last answer, while rows are held
    QString m_instance;                              // of the server that the rows are from
    QString m_problem;
    qint64 m_total = 0;
    qint64 m_filtered = 0;
    qint64 m_now = 0;
    qint64 m_largestQueue = 0;
    int m_queryNumber = 0;
    int m_callNumber = 0;
    int m_heldChanges = 0;
    bool m_live = false;
    bool m_inFlight = false;
    bool m_askAgain = false;
    bool m_arrangeNext = true; // the next answer is shown in its own order
    bool m_held = false;
    bool m_loaded = false;
};

} // namespace truepeer
