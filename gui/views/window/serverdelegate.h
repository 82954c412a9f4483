// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QStyledItemDelegate>

namespace truepeer {

// A server in the list of those that were found: its path, and below what listens there or why it
// cannot be used. Lists without details have one line.
class ServerDelegate final : public QStyledItemDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ServerDelegate)

public:
    explicit ServerDelegate(int detailRole, QObject *parent);
    ~ServerDelegate() override;

    QSize sizeHint(const QStyleOptionViewItem &option, const QModelIndex &index) const override;
    void paint(QPainter *painter, const QStyleOptionViewItem &option,
               const QModelIndex &index) const override;

private:
    const int m_detailRole; // -1: none
};

} // namespace truepeer
