// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/window/windows.h"

#include "gui/dashboard.h"
#include "gui/views/window/mainwindow.h"

#include <QApplication>
#include <QSettings>

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

Windows::Windows(Options options, QObject *parent)
    : QObject(parent)
    , m_options(std::move(options))
{
}

Windows::~Windows() = default;

MainWindow *Windows::open(const ServerAddress &address)
{
    const auto free = std::find_if(m_windows.begin(), m_windows.end(),
                                   [](const Open &open) { return open.window->isFree(); });
    const bool isFirst = m_windows.empty();
    // Who asks for a window, and not for a server, gets one.
    const bool needsNew = free == m_windows.end() || address.isEmpty();
    MainWindow *window = needsNew ? make() : free->window.get();
    if (address.isEmpty())
        window->setConnectsAlone(isFirst);
    else
        window->open(address);
    window->show();
    window->activateWindow();
    return window;
}

void Windows::saveState() const
{
    for (const Open &open : m_windows)
        open.window->saveState();
}

MainWindow *Windows::make()
{
    auto dashboard = std::make_unique<Dashboard>(m_options.ssh);
    auto made = std::make_unique<MainWindow>(*dashboard, m_recent, m_options.socketDirectories);
    MainWindow *window = made.get();
    m_options.compose(*window, *dashboard);
    const QString last = QSettings().value("window/page"_L1).toString();
    window->showPage(m_windows.empty() && !m_options.page.isEmpty() ? m_options.page : last);
    connect(window, &MainWindow::windowWanted, this, &Windows::open);
    connect(window, &MainWindow::quitWanted, qApp, &QApplication::closeAllWindows);
    connect(
        window, &MainWindow::closed, this, [this, window] { remove(window); },
        Qt::QueuedConnection);
    connect(&dashboard->mask(), &AddressMask::changed, this, &Windows::shareMask);
    if (!m_windows.empty())
        window->move(m_windows.back().window->pos() + QPoint(32, 32));
    m_windows.push_back({std::move(dashboard), std::move(made)});
    return window;
}

void Windows::remove(const MainWindow *window)
{
    const auto found = std::find_if(m_windows.begin(), m_windows.end(), [window](const Open &open) {
        return open.window.get() == window;
    });
    if (found != m_windows.end())
        m_windows.erase(found);
}

// Who masks addresses in one window wants them masked in all.
void Windows::shareMask(bool on)
{
    for (const Open &open : m_windows)
        open.dashboard->mask().setOn(on);
}

} // namespace truepeer
