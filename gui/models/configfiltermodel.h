// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QSortFilterProxyModel>

namespace truepeer {

// Of a ConfigModel those settings that the operator looks for.
class ConfigFilterModel final : public QSortFilterProxyModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConfigFilterModel)

public:
    explicit ConfigFilterModel(QObject *parent = nullptr);
    ~ConfigFilterModel() override;

    void setText(const QString &text); // a part of key, value or place, in any case
    void setOnlyDiffering(bool only);

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_text;
    bool m_onlyDiffering = false;
};

} // namespace truepeer
