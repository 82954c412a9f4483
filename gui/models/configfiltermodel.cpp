// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/configfiltermodel.h"

#include "gui/models/configmodel.h"

namespace truepeer {

ConfigFilterModel::ConfigFilterModel(QObject *parent)
    : QSortFilterProxyModel(parent)
{
}

ConfigFilterModel::~ConfigFilterModel() = default;

void ConfigFilterModel::setText(const QString &text)
{
    if (text == m_text)
        return;
    m_text = text;
    invalidateFilter();
}

void ConfigFilterModel::setOnlyDiffering(bool only)
{
    if (only == m_onlyDiffering)
        return;
    m_onlyDiffering = only;
    invalidateFilter();
}

bool ConfigFilterModel::filterAcceptsRow(int row, const QModelIndex &parent) const
{
    const auto at = [&](int column) { return sourceModel()->index(row, column, parent); };
    if (m_onlyDiffering && !at(ConfigModel::Key).data(ConfigModel::DiffersRole).toBool())
        return false;
    if (m_text.isEmpty())
        return true;
    const auto has = [this](const QVariant &value) {
        return value.toString().contains(m_text, Qt::CaseInsensitive);
    };
    return has(at(ConfigModel::Key).data(ExportRole)) || has(at(ConfigModel::Value).data())
           || has(at(ConfigModel::Source).data()) || has(at(ConfigModel::Where).data());
}

} // namespace truepeer
