// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/windowactions.h"

#include "gui/widgets/actiongate.h"
#include "gui/widgets/icons.h"

#include <QAction>
#include <QActionGroup>
#include <QMenu>
#include <QMenuBar>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxPageShortcuts = 8;

QAction *add(QMenu *menu, const QString &text, const QString &name,
             const QKeySequence &shortcut = {})
{
    QAction *action = menu->addAction(text);
    action->setObjectName(name);
    action->setShortcut(shortcut);
    action->setMenuRole(QAction::NoRole);
    return action;
}

} // namespace

WindowActions::WindowActions(QMenuBar *bar, ActionGate &gate, QObject *parent)
    : QObject(parent)
    , m_pages(new QActionGroup(this))
{
    QMenu *server = bar->addMenu(u"&Server"_s);
    QMenu *edit = bar->addMenu(u"&Edit"_s);
    m_view = bar->addMenu(u"&View"_s);
    QMenu *help = bar->addMenu(u"&Help"_s);
    m_menus = {server, edit, m_view, help};
    makeServerMenu(server, gate);
    makeEditMenu(edit);
    makeViewMenu(m_view);
    shortcuts = add(help, u"&Keyboard shortcuts"_s, u"shortcutsAction"_s, Qt::Key_F1);
    about = add(help, u"&About Truepeer"_s, u"aboutAction"_s);
}

WindowActions::~WindowActions() = default;

void WindowActions::makeServerMenu(QMenu *menu, ActionGate &gate)
{
    connectTo = add(menu, u"&Connect…"_s, u"connectAction"_s, Qt::CTRL | Qt::Key_O);
    recent = menu->addMenu(u"Connect to &recent"_s);
    newWindow = add(menu, u"&New window"_s, u"newWindowAction"_s, Qt::CTRL | Qt::Key_N);
    menu->addSeparator();
    reload = add(menu, u"Re&load configuration"_s, u"reloadAction"_s, Qt::CTRL | Qt::Key_R);
    drain = add(menu, u"&Drain and stop the server…"_s, u"drainAction"_s);
    cancelDrain = add(menu, u"C&ancel drain"_s, u"cancelDrainAction"_s);
    for (QAction *action : {reload, drain, cancelDrain})
        gate.add(action, ActionGate::Needs::Operator);
    menu->addSeparator();
    disconnectFrom = add(menu, u"D&isconnect"_s, u"disconnectAction"_s);
    closeWindow = add(menu, u"Close &window"_s, u"closeAction"_s, Qt::CTRL | Qt::Key_W);
    quit = add(menu, u"&Quit"_s, u"quitAction"_s, Qt::CTRL | Qt::Key_Q);
}

void WindowActions::makeEditMenu(QMenu *menu)
{
    // What has the focus takes the keys itself: with a shortcut here they would be ambiguous.
    copy = add(menu,
               u"&Copy\t"_s + QKeySequence(QKeySequence::Copy).toString(QKeySequence::NativeText),
               u"copyAction"_s);
    copy->setIcon(icon(Glyph::Copy));
    copyAddress = add(menu, u"Copy &socket path"_s, u"copyAddressAction"_s);
    menu->addSeparator();
    exportData = add(menu, u"&Export…"_s, u"exportAction"_s, Qt::CTRL | Qt::Key_E);
    exportData->setIcon(icon(Glyph::Export));
}

void WindowActions::makeViewMenu(QMenu *menu)
{
    m_afterPages = menu->addSeparator();
    refresh = add(menu, u"&Refresh"_s, u"refreshAction"_s, Qt::Key_F5);
    refresh->setIcon(icon(Glyph::Refresh));
    filter = add(menu, u"&Filter"_s, u"filterAction"_s, QKeySequence::Find);
    filter->setIcon(icon(Glyph::Search));
    pause = add(menu, {}, u"pauseAction"_s, Qt::CTRL | Qt::Key_P);
    pause->setCheckable(true);
    showPaused(false);
    menu->addSeparator();
    mask = add(menu, u"&Mask addresses"_s, u"maskAction"_s, Qt::CTRL | Qt::Key_M);
    mask->setCheckable(true);
    mask->setStatusTip(u"Hides a part of each address, for screenshots"_s);
}

QAction *WindowActions::addPage(const QString &name, const QString &title, const QIcon &icon)
{
    auto *action = new QAction(icon, QString(title).replace(u'&', "&&"_L1), this);
    action->setIconText(title);
    action->setObjectName(name + "PageAction"_L1);
    action->setCheckable(true);
    m_pages->addAction(action);
    const int place = int(m_pages->actions().size());
    if (place <= MaxPageShortcuts)
        action->setShortcut(QKeySequence(u"Ctrl+%1"_s.arg(place)));
    m_view->insertAction(m_afterPages, action);
    return action;
}

void WindowActions::showPaused(bool paused)
{
    pause->setChecked(paused);
    pause->setText(paused ? u"&Resume updates"_s : u"&Pause updates"_s);
    pause->setIconText(paused ? u"Resume"_s : u"Pause"_s);
    pause->setIcon(icon(paused ? Glyph::Play : Glyph::Pause));
    pause->setToolTip(paused ? u"Let the pages follow the server again (Ctrl+P)"_s
                             : u"Let the pages stand still (Ctrl+P)"_s);
}

} // namespace truepeer
