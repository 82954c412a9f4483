// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// MainWindow is one server on the screen: the rail of pages, the state of the server over them and
// that of the connection below. Without a server it shows how to get one. What it shows of a lost
// connection stays, greyed, until there is news.
//
// Thread: the GUI thread. The dashboard outlives the window.
#pragma once

#include "gui/models/serveraddress.h"
#include "gui/models/servercommands.h"
#include "gui/models/serverstate.h"
#include "gui/widgets/actiongate.h"

#include <QMainWindow>

#include <vector>

class QStackedWidget;

namespace truepeer {

class ConnectPage;
class Dashboard;
class EmptyState;
class Page;
class Rail;
class RecentServers;
class StatusLine;
class Veil;
class WindowActions;

class MainWindow final : public QMainWindow
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(MainWindow)

public:
    MainWindow(Dashboard &dashboard, RecentServers &recent, const QStringList &socketDirectories);
    ~MainWindow() override;

    // Takes the page. A server that lacks one of the methods has a line of explanation instead.
    void addPage(const QString &name, Page *page, const QStringList &methods = {});
    // False: there is none of this name.
    bool showPage(const QString &name);
    QString currentPage() const;

    Dashboard &dashboard() { return m_dashboard; }
    void open(const ServerAddress &address);
    // Without a server that was asked for.
    bool isFree() const;
    // Connects by itself if there is exactly one server and nobody chose otherwise.
    void setConnectsAlone(bool alone) { m_connectsAlone = alone; }
    void showMessage(const QString &text);
    // Into the settings, as closing does: its place, the page, the layouts of the pages.
    void saveState() const;

Q_SIGNALS:
    void windowWanted(const truepeer::ServerAddress &address); // empty: a free one
    void quitWanted();
    void closed();

protected:
    void closeEvent(QCloseEvent *event) override;
    void changeEvent(QEvent *event) override;
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;
    void resizeEvent(QResizeEvent *event) override;

private:
    struct Entry
    {
        QString name;
        QStringList methods;
        Page *page;
        EmptyState *missing;
        QAction *action;
    };

    QWidget *makeShell();
    void connectActions();
    void connectServer();
    void connectHelp();
    void fillRecent();
    void chooseServer();
    void takePhase(ServerState::Phase phase);
    void updateShown();
    void updateCurrent();
    void connectAlone();
    void copy() const;
    void updateWatched();
    const Entry *current() const;
    QString unsavedPages() const;

    Dashboard &m_dashboard;
    RecentServers &m_recent;
    const QStringList m_socketDirectories;
    ActionGate m_gate;
    WindowActions *m_actions;
    QStackedWidget *m_root;
    QStackedWidget *m_pages;
    Veil *m_veil;
    Rail *m_rail;
    StatusLine *m_statusLine;
    ConnectPage *m_connectPage;
    std::vector<Entry> m_entries;
    size_t m_current = 0;
    bool m_connectsAlone = false;
    bool m_mayClose = false;
};

} // namespace truepeer
