// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serveraddress.h"
#include "gui/models/serverfinder.h"

#include <QWidget>

class QAbstractItemModel;
class QFormLayout;
class QLabel;
class QLineEdit;
class QListView;
class QPushButton;
class QVBoxLayout;

namespace truepeer {

class CodeBox;
class RecentServers;

// All ways to say which server: those that run here, those of before, a path, another machine. It
// looks for servers while it is shown.
class ConnectPanel : public QWidget
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ConnectPanel)

public:
    ConnectPanel(const QStringList &socketDirectories, RecentServers &recent, QWidget *parent);
    ~ConnectPanel() override;

    const ServerFinder &finder() const { return m_finder; }
    // Whether the operator has begun to choose.
    bool isTouched() const;
    void focusFirst();
    // How to start a server, while there is none; unless it stands somewhere else.
    void setStartHint(bool wanted);

Q_SIGNALS:
    void connectWanted(const truepeer::ServerAddress &address); // one without problemOf()
    void settled();                                             // of the finder

protected:
    void showEvent(QShowEvent *event) override;
    void hideEvent(QHideEvent *event) override;

private:
    QListView *makeList(const QString &name, QAbstractItemModel *model, int detailRole);
    void addFound(QVBoxLayout *layout);
    void addRecent(QVBoxLayout *layout);
    void addFields(QVBoxLayout *layout);
    void update();
    void want(const ServerAddress &address);
    void wantTyped();
    void wantRemote();

    ServerFinder m_finder;
    RecentServers &m_recent;
    QListView *m_found = nullptr;
    QLabel *m_nothing = nullptr;
    CodeBox *m_startCommand = nullptr;
    QLabel *m_recentTitle = nullptr;
    QListView *m_recentList = nullptr;
    QLineEdit *m_path = nullptr;
    QLineEdit *m_host = nullptr;
    QLineEdit *m_remotePath = nullptr;
    QLabel *m_problem = nullptr;
    bool m_startHint = true;
};

} // namespace truepeer
