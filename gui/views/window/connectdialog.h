// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serveraddress.h"

#include <QDialog>

namespace truepeer {

class RecentServers;

// Which server a further window is to watch. Deletes itself when it is closed.
class ConnectDialog : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectDialog)

public:
    ConnectDialog(const QStringList &socketDirectories, RecentServers &recent, QWidget *parent);
    ~ConnectDialog() override;

Q_SIGNALS:
    void connectWanted(const truepeer::ServerAddress &address);
};

} // namespace truepeer
