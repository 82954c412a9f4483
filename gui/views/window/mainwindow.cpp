// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/mainwindow.h"

#include "gui/dashboard.h"
#include "gui/models/recentservers.h"
#include "gui/views/window/connectdialog.h"
#include "gui/views/window/connectpage.h"
#include "gui/views/window/connectpanel.h"
#include "gui/views/window/dialogs.h"
#include "gui/views/window/rail.h"
#include "gui/views/window/statebanners.h"
#include "gui/views/window/statusline.h"
#include "gui/views/window/topbar.h"
#include "gui/views/window/veil.h"
#include "gui/views/window/windowactions.h"
#include "gui/widgets/emptystate.h"
#include "gui/widgets/page.h"
#include "gui/widgets/tableview.h"
#include "gui/widgets/theme.h"

#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QCloseEvent>
#include <QGridLayout>
#include <QLabel>
#include <QMenu>
#include <QMenuBar>
#include <QMessageBox>
#include <QScreen>
#include <QSettings>
#include <QStackedWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;
using Phase = ServerState::Phase;

namespace {

constexpr int NarrowWidth = 110 * Grid; // below it the rail has icons only

QString layoutKey(const QString &page)
{
    return "pages/"_L1 + page + "/layout"_L1;
}

} // namespace

MainWindow::MainWindow(Dashboard &dashboard, RecentServers &recent,
                       const QStringList &socketDirectories)
    : m_dashboard(dashboard)
    , m_recent(recent)
    , m_socketDirectories(socketDirectories)
    , m_gate(dashboard.link(), nullptr)
    , m_actions(new WindowActions(menuBar(), m_gate, this))
    , m_root(new QStackedWidget(this))
    , m_pages(new QStackedWidget)
    , m_veil(new Veil)
    , m_rail(new Rail(this))
    , m_statusLine(new StatusLine(dashboard.state(), dashboard.pace(), m_actions->pause, this))
    , m_connectPage(
          new ConnectPage(dashboard, new ConnectPanel(socketDirectories, recent, this), this))
{
    setObjectName(u"mainWindow"_s);
    setMinimumSize(80 * Grid, 50 * Grid);
    m_root->addWidget(m_connectPage);
    m_root->addWidget(makeShell());
    setCentralWidget(m_root);
    connectActions();
    connectServer();
    connectHelp();

    const QSettings settings;
    m_actions->mask->setChecked(settings.value("maskAddresses"_L1).toBool());
    if (!restoreGeometry(settings.value("window/geometry"_L1).toByteArray()))
        resize(QSize(150 * Grid, 94 * Grid).boundedTo(screen()->availableSize()));
    updateShown();
}

// Pages go before what they use of the window.
MainWindow::~MainWindow()
{
    delete takeCentralWidget();
}

QWidget *MainWindow::makeShell()
{
    auto *shell = new QWidget(m_root);
    auto *content = new QGridLayout;
    content->addWidget(m_pages, 0, 0);
    content->addWidget(m_veil, 0, 0);
    m_veil->setObjectName(u"veil"_s);
    auto *middle = new QHBoxLayout;
    middle->setSpacing(0);
    middle->addWidget(m_rail);
    middle->addLayout(content, 1);
    auto *layout = new QVBoxLayout(shell);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(new TopBar(m_dashboard.state(), m_dashboard.mask(), shell));
    layout->addWidget(new StateBanners(m_dashboard, m_gate, shell));
    layout->addLayout(middle, 1);
    layout->addWidget(m_statusLine);
    m_veil->raise();
    return shell;
}

void MainWindow::addPage(const QString &name, Page *page, const QStringList &methods)
{
    auto *missing = new EmptyState(m_pages);
    missing->setObjectName(name + "Missing"_L1);
    m_pages->addWidget(page);
    m_pages->addWidget(missing);
    QAction *action = m_actions->addPage(name, page->title(), icon(page->glyph()));
    m_rail->add(action);
    m_entries.push_back({name, methods, page, missing, action});
    connect(action, &QAction::triggered, this, [this, name] { showPage(name); });
    connect(page, &Page::messageWanted, this, &MainWindow::showMessage);
    page->restoreLayout(QSettings().value(layoutKey(name)).toByteArray());
    if (m_entries.size() == 1)
        showPage(name);
}

bool MainWindow::showPage(const QString &name)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&name](const Entry &entry) { return entry.name == name; });
    if (found == m_entries.end())
        return false;
    m_current = size_t(found - m_entries.begin());
    found->action->setChecked(true);
    updateCurrent();
    return true;
}

QString MainWindow::currentPage() const
{
    const Entry *entry = current();
    return entry == nullptr ? QString() : entry->name;
}

const MainWindow::Entry *MainWindow::current() const
{
    return m_entries.empty() ? nullptr : &m_entries.at(m_current);
}

void MainWindow::open(const ServerAddress &address)
{
    m_connectsAlone = false;
    m_dashboard.open(address);
    updateShown();
}

bool MainWindow::isFree() const
{
    return m_dashboard.state().address().isEmpty();
}

void MainWindow::showMessage(const QString &text)
{
    m_statusLine->showMessage(text);
}

void MainWindow::connectActions()
{
    connect(m_actions->connectTo, &QAction::triggered, this, &MainWindow::chooseServer);
    connect(m_actions->newWindow, &QAction::triggered, this,
            [this] { Q_EMIT windowWanted(ServerAddress()); });
    connect(m_actions->recent, &QMenu::aboutToShow, this, &MainWindow::fillRecent);
    connect(m_actions->closeWindow, &QAction::triggered, this, &QWidget::close);
    connect(m_actions->quit, &QAction::triggered, this, &MainWindow::quitWanted);
    connect(m_actions->copy, &QAction::triggered, this, &MainWindow::copy);
    connect(m_actions->copyAddress, &QAction::triggered, this, [this] {
        QApplication::clipboard()->setText(m_dashboard.state().address().socket);
        showMessage(u"The path is in the clipboard."_s);
    });
    connect(m_actions->exportData, &QAction::triggered, this, [this] {
        const Entry *entry = current();
        if (entry != nullptr && entry->page->canExport())
            entry->page->exportData();
        else
            showMessage(u"There is nothing to export on this page."_s);
    });
    connect(m_actions->refresh, &QAction::triggered, this, [this] {
        if (const Entry *entry = current())
            entry->page->refresh();
    });
    connect(m_actions->filter, &QAction::triggered, this, [this] {
        if (const Entry *entry = current())
            entry->page->focusFilter();
    });
    connect(m_actions->pause, &QAction::triggered, &m_dashboard.pace(), &Pace::setPaused);
    connect(&m_dashboard.pace(), &Pace::pausedChanged, m_actions, &WindowActions::showPaused);
    connect(m_actions->mask, &QAction::toggled, this, [this](bool on) {
        m_dashboard.mask().setOn(on);
        QSettings().setValue("maskAddresses"_L1, on);
    });
    connect(&m_dashboard.mask(), &AddressMask::changed, m_actions->mask, &QAction::setChecked);
}

void MainWindow::connectServer()
{
    ServerState &state = m_dashboard.state();
    ServerCommands &commands = m_dashboard.commands();
    connect(&state, &ServerState::phaseChanged, this, &MainWindow::takePhase);
    connect(&state, &ServerState::changed, this, [this] {
        const bool drains = m_dashboard.state().status().draining;
        m_gate.setWanted(m_actions->drain, !drains);
        m_gate.setWanted(m_actions->cancelDrain, drains);
    });
    connect(&state, &ServerState::restarted, this, [this] {
        showMessage(
            u"The server was started again, with pid %1."_s.arg(m_dashboard.state().hello().pid));
    });
    connect(m_actions->reload, &QAction::triggered, &commands, &ServerCommands::reload);
    connect(m_actions->cancelDrain, &QAction::triggered, &commands, &ServerCommands::cancelDrain);
    connect(m_actions->drain, &QAction::triggered, this, [this] {
        askBefore(this, u"drainBox"_s, u"Drain and stop the server?"_s,
                  drainText(m_dashboard.state()), u"Drain and stop"_s,
                  [this] { m_dashboard.commands().drain(); });
    });
    connect(m_actions->disconnectFrom, &QAction::triggered, &m_dashboard, &Dashboard::close);
    connect(&commands, &ServerCommands::reloaded, this,
            [this](const ConfigReload &outcome) { showReloaded(this, outcome); });
    connect(&commands, &ServerCommands::failed, this,
            [this](const QString &what, const QString &why) { showFailure(this, what, why); });
    connect(&commands, &ServerCommands::drainChanged, this, [this](bool draining) {
        showMessage(draining ? u"The server drains."_s : u"The drain was cancelled."_s);
    });
    ConnectPanel &panel = m_connectPage->panel();
    connect(&panel, &ConnectPanel::connectWanted, this, &MainWindow::open);
    connect(&panel, &ConnectPanel::settled, this, &MainWindow::connectAlone);
}

void MainWindow::connectHelp()
{
    connect(m_actions->shortcuts, &QAction::triggered, this,
            [this] { showShortcuts(this, m_actions->menus()); });
    connect(m_actions->about, &QAction::triggered, this,
            [this] { showAbout(this, m_dashboard.state()); });
}

void MainWindow::fillRecent()
{
    m_actions->recent->clear();
    for (const ServerAddress &address : m_recent.addresses()) {
        QAction *action = m_actions->recent->addAction(address.text().replace(u'&', "&&"_L1));
        connect(action, &QAction::triggered, this,
                [this, address] { Q_EMIT windowWanted(address); });
    }
    if (m_recent.addresses().isEmpty())
        m_actions->recent->addAction(u"None yet"_s)->setEnabled(false);
}

// A window without a connection has the panel in its middle.
void MainWindow::chooseServer()
{
    if (m_root->currentWidget() == m_connectPage) {
        m_connectPage->panel().focusFirst();
        return;
    }
    auto *dialog = new ConnectDialog(m_socketDirectories, m_recent, this);
    connect(dialog, &ConnectDialog::connectWanted, this, &MainWindow::windowWanted);
    dialog->open();
}

void MainWindow::takePhase(Phase phase)
{
    if (phase == Phase::Up) {
        m_recent.remember(m_dashboard.state().address());
        for (const Entry &entry : m_entries) {
            entry.missing->setContent(
                entry.page->glyph(), u"Not with this server"_s,
                u"This server (version %1) has no %2. A newer one shows it here."_s.arg(
                    m_dashboard.state().hello().version, entry.methods.join(u", "_s)));
        }
        updateCurrent();
    }
    updateShown();
}

void MainWindow::updateShown()
{
    const ServerState &state = m_dashboard.state();
    m_root->setCurrentIndex(state.hasData() ? 1 : 0);
    m_veil->setVisible(state.hasData() && state.phase() != Phase::Up);
    m_actions->disconnectFrom->setEnabled(!isFree());
    m_actions->copyAddress->setEnabled(!isFree());
    const QString listen = state.hello().listen;
    setWindowTitle(isFree() ? u"Truepeer"_s
                            : QString((listen.isEmpty() ? state.address().text() : listen)
                                      + " – Truepeer"_L1));
}

void MainWindow::updateCurrent()
{
    const Entry *entry = current();
    if (entry == nullptr)
        return;
    const bool isKnown =
        std::all_of(entry->methods.begin(), entry->methods.end(),
                    [this](const QString &method) { return m_dashboard.state().knows(method); });
    m_pages->setCurrentWidget(isKnown ? static_cast<QWidget *>(entry->page) : entry->missing);
}

void MainWindow::connectAlone()
{
    const ConnectPanel &panel = m_connectPage->panel();
    const QStringList paths = panel.finder().reachable();
    if (m_connectsAlone && isFree() && !panel.isTouched() && paths.size() == 1)
        open({paths.first(), {}});
}

// What has the focus knows best what copying means.
void MainWindow::copy() const
{
    QWidget *focus = QApplication::focusWidget();
    if (focus == nullptr)
        return;
    if (auto *table = qobject_cast<TableView *>(focus))
        return table->copySelection();
    if (auto *label = qobject_cast<QLabel *>(focus)) {
        if (label->hasSelectedText())
            QApplication::clipboard()->setText(label->selectedText());
        return;
    }
    const QList<QAction *> actions = focus->actions();
    for (QAction *action : actions) {
        if (action->shortcut() == QKeySequence(QKeySequence::Copy))
            return action->trigger();
    }
    if (focus->metaObject()->indexOfSlot("copy()") >= 0)
        QMetaObject::invokeMethod(focus, "copy");
}

void MainWindow::closeEvent(QCloseEvent *event)
{
    const QString unsaved = m_mayClose ? QString() : unsavedPages();
    if (!unsaved.isEmpty()) {
        event->ignore();
        askBefore(this, u"unsavedBox"_s, u"Close and lose what is not applied?"_s,
                  u"There are changes that the server does not have yet: %1."_s.arg(unsaved),
                  u"Close without applying"_s, [this] {
                      m_mayClose = true;
                      close();
                  });
        return;
    }
    saveState();
    QMainWindow::closeEvent(event);
    Q_EMIT closed();
}

QString MainWindow::unsavedPages() const
{
    QStringList titles;
    for (const Entry &entry : m_entries) {
        if (entry.page->hasUnsavedWork())
            titles.append(entry.page->title());
    }
    return titles.join(u", "_s);
}

void MainWindow::saveState() const
{
    QSettings settings;
    settings.setValue("window/geometry"_L1, saveGeometry());
    settings.setValue("window/page"_L1, currentPage());
    for (const Entry &entry : m_entries) {
        const QByteArray layout = entry.page->saveLayout();
        if (!layout.isEmpty())
            settings.setValue(layoutKey(entry.name), layout);
    }
}

void MainWindow::changeEvent(QEvent *event)
{
    QMainWindow::changeEvent(event);
    if (event->type() == QEvent::WindowStateChange)
        updateWatched();
}

void MainWindow::showEvent(QShowEvent *event)
{
    QMainWindow::showEvent(event);
    updateWatched();
}

void MainWindow::hideEvent(QHideEvent *event)
{
    QMainWindow::hideEvent(event);
    updateWatched();
}

void MainWindow::resizeEvent(QResizeEvent *event)
{
    QMainWindow::resizeEvent(event);
    m_rail->setCollapsed(width() < NarrowWidth);
}

void MainWindow::updateWatched()
{
    m_dashboard.pace().setWatched(isVisible() && !isMinimized());
}

} // namespace truepeer
