// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QString>

namespace truepeer {

// Writes the file as a whole or not at all; says what went wrong, or nothing.
QString writeWhole(const QString &path, const QByteArray &content);

} // namespace truepeer
