// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The dialogs of the main window. None of them waits: each is opened, says what was decided by the
// function it was given, and deletes itself.
#pragma once

#include <QList>
#include <QString>

#include <functional>

class QMenu;
class QMessageBox;
class QWidget;

namespace truepeer {

class ServerState;
struct ConfigReload;

// A question with one button that does it, named for what it does. "Cancel" is the default.
QMessageBox *askBefore(QWidget *parent, const QString &name, const QString &title,
                       const QString &text, const QString &button, std::function<void()> action);

QMessageBox *showReloaded(QWidget *parent, const ConfigReload &outcome);
QMessageBox *showFailure(QWidget *parent, const QString &what, const QString &why);

// What a drain does, and how many clients it closes.
QString drainText(const ServerState &state);

void showShortcuts(QWidget *parent, const QList<QMenu *> &menus);
QMessageBox *showAbout(QWidget *parent, const ServerState &state);

} // namespace truepeer
