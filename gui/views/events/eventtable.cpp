// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/events/eventtable.h"

#include <QHeaderView>
#include <QScrollBar>

namespace truepeer {

EventTable::EventTable(const QString &name, QWidget *parent)
    : TableView(name, parent)
{
}

EventTable::~EventTable() = default;

void EventTable::rowsInserted(const QModelIndex &parent, int start, int end)
{
    const int value = verticalScrollBar()->value();
    TableView::rowsInserted(parent, start, end);
    if (start > 0 || value == 0)
        return;
    // The range of the scroll bar would follow with the next layout only.
    updateGeometries();
    verticalScrollBar()->setValue(value
                                  + (end - start + 1) * verticalHeader()->defaultSectionSize());
}

} // namespace truepeer
