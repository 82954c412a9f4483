// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QStringView>

namespace truepeer {

// The number of insertions, removals, exchanges and swaps of neighbours between two words: for
// "did you mean". Pure.
qsizetype editDistance(QStringView a, QStringView b);

} // namespace truepeer
