// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// The text of --help: of a command, of a group of commands such as "trust", or, without a topic, of
// the whole program.
QString helpText(const QString &topic = {});

} // namespace truepeer
