// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/polledtable.h"

#include "gui/models/addressmask.h"
#include "gui/models/roles.h"
#include "gui/models/serverlink.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

PolledTable::PolledTable(const ModelContext &context, std::span<const Column> columns,
                         int everyTicks, QObject *parent)
    : KeyedTable(parent)
    , m_context(context)
    , m_columns(columns)
    , m_poller(context, everyTicks, nullptr)
{
    connect(&m_poller, &Poller::due, this, [this](bool atOnce) {
        // A slow server is not asked again before it answered.
        if (atOnce || !m_asking)
            askServer();
    });
    connect(&m_poller, &Poller::otherServer, this, [this] {
        forgetAsked();
        m_loaded = false;
        setRows({});
    });
    connect(&context.mask, &AddressMask::changed, this, [this] { allChanged(); });
}

PolledTable::~PolledTable() = default;

int PolledTable::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_columns.size());
}

QVariant PolledTable::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= int(m_columns.size()))
        return QAbstractTableModel::headerData(section, orientation, role);
    const Column &column = m_columns[size_t(section)];
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromLatin1(column.title);
    case ColumnNameRole:
        return column.name ? QVariant(QString::fromLatin1(column.name)) : QVariant();
    case NumericRole:
        return column.kind == Kind::Number;
    default:
        return {};
    }
}

QVariant PolledTable::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Row &row = rows()[size_t(index.row())];
    switch (role) {
    case KeyRole:
        return row.key;
    case NumericRole:
        return m_columns[size_t(index.column())].kind == Kind::Number;
    case MonospaceRole:
        return m_columns[size_t(index.column())].kind == Kind::Monospace;
    default:
        return cell(row.value, index.column(), role);
    }
}

int PolledTable::rowOf(const QString &key) const
{
    const auto row = std::find_if(rows().begin(), rows().end(),
                                  [&key](const Row &candidate) { return candidate.key == key; });
    return row == rows().end() ? -1 : int(row - rows().begin());
}

QJsonObject PolledTable::valueOf(const QString &key) const
{
    const int row = rowOf(key);
    return row < 0 ? QJsonObject() : valueAt(row);
}

void PolledTable::ask(const QString &method, const QJsonObject &params,
                      std::function<void(const QJsonValue &)> take)
{
    m_asking = true;
    const quint64 serial = ++m_serial;
    m_context.link.call(method, params, this,
                        [this, serial, take = std::move(take)](const RpcResult &result) {
                            if (serial != m_serial)
                                return;
                            m_asking = false;
                            if (const auto *error = std::get_if<RpcError>(&result)) {
                                // What a lost connection means is said by the window.
                                m_problem = m_context.link.isUp() ? error->message : QString();
                            } else {
                                m_problem.clear();
                                m_loaded = true;
                                take(std::get<QJsonValue>(result));
                            }
                            Q_EMIT answered();
                        });
}

void PolledTable::forgetAsked()
{
    ++m_serial;
    m_asking = false;
}

void PolledTable::touchColumn(int column)
{
    if (!rows().empty())
        Q_EMIT dataChanged(index(0, column), index(int(rows().size()) - 1, column),
                           {Qt::DisplayRole});
}

} // namespace truepeer
