// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QJsonValue>
#include <QString>
#include <QStringList>

namespace truepeer {

// A stranger's text on one line: control characters, line ends and marks that turn the direction of
// writing become U+FFFD.
QString onOneLine(const QString &text);

// The texts in an array of the server's, each on one line.
QStringList textsOf(const QJsonValue &array);

} // namespace truepeer
