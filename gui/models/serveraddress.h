// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// Where a server is: the path of its admin socket, on this machine or on one that ssh reaches.
struct ServerAddress
{
    QString socket;
    QString sshHost = {}; // "" for this machine, else [user@]host

    bool isEmpty() const { return socket.isEmpty(); }
    bool isRemote() const { return !sshHost.isEmpty(); }
    QString text() const; // for people: the path, or "host:path"
    friend bool operator==(const ServerAddress &, const ServerAddress &) = default;
};

// What is wrong with it, in a sentence; "" when it can be tried. Strict with what goes to ssh: a
// host can never be taken for an option, nor a path for more than a path.
QString problemOf(const ServerAddress &address);

// One line, as settings keep it. Of other text the result is empty.
QString settingText(const ServerAddress &address);
ServerAddress addressOfSetting(const QString &text);

// Of --port: the socket of this port that is there, else the one where it would be.
QString socketOfPort(quint16 port);
// Where servers that systemd runs have it.
QString systemSocket(quint16 port);

} // namespace truepeer
