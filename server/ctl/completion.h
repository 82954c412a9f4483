// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// The script that makes a shell complete commands, options and values, made from the table of
// commands. REQUIRES: bash, zsh or fish.
QString completionScript(const QString &shell);

// The names with dashes of all options that take a value, each once.
QStringList valueOptions();

} // namespace truepeer
