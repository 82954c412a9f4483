// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/widgets/tableview.h"

namespace truepeer {

// A table that grows at its top: who looks at the top sees what comes, and who scrolled down keeps
// the rows that he looks at.
class EventTable : public TableView
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(EventTable)

public:
    explicit EventTable(const QString &name, QWidget *parent = nullptr);
    ~EventTable() override;

protected:
    void rowsInserted(const QModelIndex &parent, int start, int end) override;
};

} // namespace truepeer
