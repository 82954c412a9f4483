// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What all programs that tests start have in common.
#pragma once

#include <QByteArray>
#include <QString>

namespace truepeer {

// Its path; also of those that only root has in PATH. Empty: it is not installed.
QString findProgram(const QString &name);

// A TCP port that is free at this moment; 0 when there is none.
quint16 freePort();

// For QProcess::setChildProcessModifier(): the child is killed when the test ends, however it ends.
void dieWithTheTest();

// Ends the test when the file cannot be written.
void writeFile(const QString &path, const QByteArray &text);
// Empty when there is no such file.
QByteArray contentOf(const QString &path);

} // namespace truepeer
