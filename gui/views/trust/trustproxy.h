// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/widgets/celldelegate.h"

#include <QSortFilterProxyModel>

namespace truepeer {

// The trust list as it is looked at: sorted and searched when the operator asks for it, never while
// values change under the pointer. Adds what models cannot know: icons and fonts.
class TrustProxy final : public QSortFilterProxyModel
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustProxy)

public:
    explicit TrustProxy(QObject *parent = nullptr);
    ~TrustProxy() override;

    void setSearch(const QString &text);
    const QString &search() const { return m_search; }
    int rowOf(const QString &key) const; // -1: there is none, or the search hides it

    QVariant data(const QModelIndex &index, int role) const override;

protected:
    bool filterAcceptsRow(int row, const QModelIndex &parent) const override;

private:
    QString m_search;
};

// Strikes out what will be removed; notes are no longer than the server takes them.
class TrustDelegate final : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(TrustDelegate)

public:
    explicit TrustDelegate(QObject *parent = nullptr);
    ~TrustDelegate() override;

    QWidget *createEditor(QWidget *parent, const QStyleOptionViewItem &option,
                          const QModelIndex &index) const override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace truepeer
