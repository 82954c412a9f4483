// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QAnyStringView>
#include <QJsonObject>
#include <QString>

#include <truepeer/global.h>

#include <memory>

namespace truepeer {

class Client;
class ServerCore;

// A room of a namespace. A room exists while somebody is in it; this is only its name, and the way
// to its members. A value, to be used in any thread. Without effect when the server does not run.
class TRUEPEER_EXPORT Room
{
public:
    QString name() const { return m_name; }
    QString nameSpace() const { return m_nameSpace; }

    // Sends an event to all members. False: the name is no event, or the server is too far behind
    // with its broadcasts, or it does not run.
    bool broadcast(QAnyStringView event, const QJsonObject &data = {}) const;
    // The same without one client, such as the one that the event comes from.
    bool broadcastExcept(const Client &client, QAnyStringView event,
                         const QJsonObject &data = {}) const;

    // How many clients are in it now.
    qint64 memberCount() const;

private:
    friend class Client;
    friend class ServerCore;

    Room(std::weak_ptr<ServerCore> core, QString nameSpace, QString name);

    std::weak_ptr<ServerCore> m_core;
    QString m_nameSpace;
    QString m_name;
};

} // namespace truepeer
