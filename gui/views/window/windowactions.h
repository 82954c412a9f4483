// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>

class QAction;
class QActionGroup;
class QMenu;
class QMenuBar;

namespace truepeer {

class ActionGate;

// All actions of the main window, in its menus, with their shortcuts. The window connects them.
class WindowActions final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(WindowActions)

public:
    WindowActions(QMenuBar *bar, ActionGate &gate, QObject *parent);
    ~WindowActions() override;

    // The next one, with the shortcut of its place.
    QAction *addPage(const QString &name, const QString &title, const QIcon &icon);
    void showPaused(bool paused);
    const QList<QMenu *> &menus() const { return m_menus; }

    QAction *connectTo = nullptr;
    QAction *newWindow = nullptr;
    QMenu *recent = nullptr;
    QAction *reload = nullptr;
    QAction *drain = nullptr;
    QAction *cancelDrain = nullptr;
    QAction *disconnectFrom = nullptr;
    QAction *closeWindow = nullptr;
    QAction *quit = nullptr;
    QAction *copy = nullptr;
    QAction *copyAddress = nullptr;
    QAction *exportData = nullptr;
    QAction *refresh = nullptr;
    QAction *filter = nullptr;
    QAction *pause = nullptr;
    QAction *mask = nullptr;
    QAction *shortcuts = nullptr;
    QAction *about = nullptr;

private:
    void makeServerMenu(QMenu *menu, ActionGate &gate);
    void makeEditMenu(QMenu *menu);
    void makeViewMenu(QMenu *menu);

    QList<QMenu *> m_menus;
    QMenu *m_view = nullptr;
    QAction *m_afterPages = nullptr;
    QActionGroup *m_pages;
};

} // namespace truepeer
