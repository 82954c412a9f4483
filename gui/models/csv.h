// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>

class QAbstractItemModel;

namespace truepeer {

// The rows of a table as CSV (RFC 4180, UTF-8, header line first): ExportRole, else DisplayRole.
// Cells that a spreadsheet would take for a formula begin with a quote sign, because their text may
// come from strangers.
QByteArray toCsv(const QAbstractItemModel &model);

} // namespace truepeer
