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

ResolveInput ClientRecord::input(std::span<const HeaderLine> lines) const
{
    return {.peer = connection.peer,
            .announced = announced,
            .headers = lines,
            .localAddress = connection.local,
            .cut = forwarding.cut()};
}

Resolution ClientRecord::resolveBy(const TrustPolicy &policy) const
{
    const std::vector<HeaderLine> lines = forwarding.lines();
    return resolve(input(lines), policy);
}

Resolution ClientRecord::resolution() const
{
    const std::lock_guard lock(m_mutex);
    return m_resolution;
}

// Swapped, so that the old value is freed outside of the lock.
void ClientRecord::setResolution(Resolution resolution, std::optional<Resolution> former)
{
    std::unique_ptr<const Resolution> kept;
    if (former)
        kept = std::make_unique<const Resolution>(std::move(*former));
    const std::lock_guard lock(m_mutex);
    std::swap(m_resolution, resolution);
    if (kept)
        m_former.swap(kept);
}

std::optional<Resolution> ClientRecord::formerResolution() const
{
    const std::lock_guard lock(m_mutex);
    return m_former ? std::optional<Resolution>(*m_former) : std::nullopt;
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
