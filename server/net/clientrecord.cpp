// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/net/clientrecord.h"

#include <algorithm>
#include <utility>

namespace truepeer {

ClientRecord::ClientRecord(quint64 clientId, Handshake said, const Connection &from)
    : id(clientId)
    , connection(from)
    , target(std::move(said.target))
    , userAgent(std::move(said.userAgent))
    , origin(std::move(said.origin))
    , forwarding(std::move(said.forwarding))
    , announced(said.announced)
    , head(std::move(said.head))
    , m_resolution(std::move(said.resolution))
{
}

Resolution ClientRecord::resolution() const
{
    const std::lock_guard lock(m_mutex);
    return m_resolution;
}

// Swapped, so that the old value is freed outside of the lock.
void ClientRecord::setResolution(Resolution resolution)
{
    const std::lock_guard lock(m_mutex);
    std::swap(m_resolution, resolution);
}

QJsonValue ClientRecord::value(const QString &name) const
{
    const std::lock_guard lock(m_mutex);
    return m_values.value(name);
}

void ClientRecord::setValue(const QString &name, const QJsonValue &value)
{
    const std::lock_guard lock(m_mutex);
    if (value.isUndefined())
        m_values.remove(name);
    else
        m_values.insert(name, value);
}

ClientRecord::Membership ClientRecord::membership() const
{
    const std::lock_guard lock(m_mutex);
    return m_membership;
}

void ClientRecord::setNameSpace(QByteArray nameSpace)
{
    const std::lock_guard lock(m_mutex);
    std::swap(m_membership.nameSpace, nameSpace);
}

void ClientRecord::addRoom(const RoomKey &room)
{
    const std::lock_guard lock(m_mutex);
    m_membership.rooms.push_back(room);
}

void ClientRecord::removeRoom(const RoomKey &room)
{
    const std::lock_guard lock(m_mutex);
    std::erase(m_membership.rooms, room);
}

} // namespace truepeer
