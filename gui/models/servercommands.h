// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QObject>
#include <QString>

namespace truepeer {

class ServerLink;
struct ConfigReload;

// What the Server menu makes the server do. One signal for each call that was answered.
//
// Thread: the GUI thread.
class ServerCommands final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ServerCommands)

public:
    ServerCommands(ServerLink &link, QObject *parent);
    ~ServerCommands() override;

    void reload();
    void drain();
    void cancelDrain();

Q_SIGNALS:
    void reloaded(const truepeer::ConfigReload &outcome);
    void drainChanged(bool draining);
    // What was tried, and why it was refused.
    void failed(const QString &what, const QString &why);

private:
    void setDraining(const QString &method, const QString &what);

    ServerLink &m_link;
};

} // namespace truepeer
