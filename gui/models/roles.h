// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <Qt>

namespace truepeer {

// What all tables of the dashboard say of a cell, beside DisplayRole and ToolTipRole. CellDelegate
// and TableView of gui/widgets know them.
enum ModelRole : int {
    KeyRole = Qt::UserRole + 1, // QString: what stays the same when rows move; the same in a row
    ToneRole,                   // int of Tone; absent: Tone::Normal
    NumericRole,                // bool: right-aligned, digits of equal width
    MonospaceRole,              // bool: addresses, ids, configuration
    ExportRole,                 // the value for CSV and copying; absent: DisplayRole
    ShareRole,                  // double 0 to 1: a bar behind the text; absent: none
    ColumnNameRole,             // of horizontal headers, QString: the name that settings and the
                                // server's sort parameter use; absent: not sortable
    FirstFreeRole = Qt::UserRole + 100, // models number their own roles from here on
};

} // namespace truepeer
