// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/recentservers.h"
#include "gui/models/serveraddress.h"
#include "gui/models/sshtunnel.h"

#include <QObject>
#include <QStringList>

#include <functional>
#include <memory>
#include <vector>

namespace truepeer {

class Dashboard;
class MainWindow;

// All windows of the program, each with the server it watches.
class Windows final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(Windows)

public:
    // Gives a new window its pages; models are made as children of the dashboard.
    using Composition = std::function<void(MainWindow &, Dashboard &)>;

    struct Options
    {
        Composition compose;
        QStringList socketDirectories;
        SshTunnel::Options ssh = {};
        QString page = {}; // of the first window; "": the one of the last time
    };

    explicit Windows(Options options, QObject *parent = nullptr);
    ~Windows() override;

    // A window that has no server yet, or a new one; an empty address leaves it to the operator.
    // The first window connects by itself if there is exactly one server.
    MainWindow *open(const ServerAddress &address);
    // What closing does, for an end that asks nobody.
    void saveState() const;
    int count() const { return int(m_windows.size()); }

private:
    struct Open
    {
        std::unique_ptr<Dashboard> dashboard;
        std::unique_ptr<MainWindow> window; // goes first
    };

    MainWindow *make();
    void remove(const MainWindow *window);
    void shareMask(bool on);

    const Options m_options;
    RecentServers m_recent;
    std::vector<Open> m_windows;
};

} // namespace truepeer
