// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/servercore.h"

#include <utility>

namespace truepeer {

Room::Room(std::weak_ptr<ServerCore> core, QString nameSpace, QString name)
    : m_core(std::move(core))
    , m_nameSpace(std::move(nameSpace))
    , m_name(std::move(name))
{
}

bool Room::broadcast(QAnyStringView event, const QJsonObject &data) const
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const RoomKey key{m_nameSpace.toUtf8(), m_name.toUtf8()};
    return core && core->broadcast({key, {}}, event, data);
}

bool Room::broadcastExcept(const Client &client, QAnyStringView event,
                           const QJsonObject &data) const
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const RoomKey key{m_nameSpace.toUtf8(), m_name.toUtf8()};
    return core && core->broadcast({key, {client.m_record->id}}, event, data);
}

qint64 Room::memberCount() const
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    return core ? core->hub().rooms().members({m_nameSpace.toUtf8(), m_name.toUtf8()}) : 0;
}

} // namespace truepeer
