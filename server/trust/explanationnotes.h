// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/walkview.h"

#include <QStringList>

namespace truepeer {

// Hints for the operator about one request, a plain sentence each: what was ignored and why, which
// proxy may be missing on the list, which header to mend and how.
QStringList explanationNotes(const WalkView &walk);

} // namespace truepeer
