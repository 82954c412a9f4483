// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientexport.h"

#include "gui/models/csv.h"
#include "gui/models/roles.h"
#include "gui/models/serverlink.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

// The rows of one answer with all columns.
class ExportedRows final : public QAbstractTableModel
{
public:
    ExportedRows(std::vector<ClientRow> rows, const ClientCells &cells)
        : m_rows(std::move(rows))
        , m_cells(cells)
    {
    }

    int rowCount(const QModelIndex &) const override { return int(m_rows.size()); }
    int columnCount(const QModelIndex &) const override { return ClientFieldCount; }
    QVariant data(const QModelIndex &index, int role) const override
    {
        return m_cells.data(m_rows[size_t(index.row())], ClientField(index.column()), role);
    }
    // The names that programs know.
    QVariant headerData(int section, Qt::Orientation, int role) const override
    {
        if (role != Qt::DisplayRole)
            return {};
        const QVariant name = m_cells.header(ClientField(section), ColumnNameRole);
        return name.isValid() ? name
                              : m_cells.header(ClientField(section), role).toString().toLower();
    }

private:
    const std::vector<ClientRow> m_rows;
    const ClientCells m_cells;
};

} // namespace

ClientExport::ClientExport(const ModelContext &context, Wish wish, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_wish(std::move(wish))
    , m_file(m_wish.fileName)
{
    m_mask.setOn(m_wish.isMasked);
}

ClientExport::~ClientExport() = default;

void ClientExport::start()
{
    m_isRunning = true;
    if (!m_file.open(QIODevice::WriteOnly))
        return finish(m_file.errorString());
    ask();
}

void ClientExport::cancel()
{
    m_isRunning = false;
    m_file.cancelWriting();
}

void ClientExport::ask()
{
    QJsonObject params{
        {u"state"_s, m_wish.state == ClientModel::State::Open ? u"open"_s : u"closed"_s},
        {u"sort"_s, u"id"_s},
        {u"limit"_s, PageSize},
        {u"offset"_s, m_offset}};
    if (!m_wish.filter.isEmpty())
        params.insert("filter"_L1, m_wish.filter);
    m_context.link.call(u"clients.list"_s, params, this,
                        [this](const RpcResult &result) { receive(result); });
}

void ClientExport::receive(const RpcResult &result)
{
    if (!m_isRunning)
        return;
    if (const auto *error = std::get_if<RpcError>(&result))
        return finish(error->message);
    const QJsonObject answer = resultObject(result);
    const QJsonArray items = answer.value("items"_L1).toArray();
    const qint64 filtered = answer.value("filtered"_L1).toInteger();
    if (!write(items))
        return finish(m_file.errorString());
    Q_EMIT progressed(m_seen.size(), std::min(filtered, MaxRows));
    if (!m_isRunning)
        return; // cancelled by who saw that
    if (m_offset + items.size() >= filtered || items.size() <= Overlap || m_seen.size() >= MaxRows)
        return finish({});
    m_offset += items.size() - Overlap;
    ask();
}

bool ClientExport::write(const QJsonArray &items)
{
    std::vector<ClientRow> rows;
    for (const QJsonValue &item : items) {
        ClientRow row = ClientRow::fromJson(item.toObject());
        if (m_seen.contains(row.id) || m_seen.size() >= MaxRows)
            continue;
        m_seen.insert(row.id);
        rows.push_back(std::move(row));
    }
    const bool ofClosed = m_wish.state == ClientModel::State::Closed;
    const ExportedRows table(std::move(rows),
                             {m_mask, QDateTime::currentSecsSinceEpoch(), 0, ofClosed});
    QByteArray csv = toCsv(table);
    if (m_offset > 0)
        csv.remove(0, csv.indexOf('\n') + 1); // the header line is there
    return m_file.write(csv) == csv.size();
}

void ClientExport::finish(const QString &problem)
{
    m_isRunning = false;
    QString trouble = problem;
    if (!trouble.isEmpty())
        m_file.cancelWriting();
    else if (!m_file.commit())
        trouble = m_file.errorString();
    Q_EMIT finished(m_seen.size(), trouble);
}

} // namespace truepeer
