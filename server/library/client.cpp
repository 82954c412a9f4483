// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestparser.h"
#include "server/library/calling.h"
#include "server/library/servercore.h"
#include "server/net/websocketframe.h"
#include "server/ops/clientlist.h"
#include "server/rooms/eventmessage.h"
#include "server/rooms/member.h"
#include "server/rooms/roomevents.h"

#include <truepeer/client.h>

#include <algorithm>
#include <limits>
#include <utility>

namespace truepeer {

namespace {

constexpr int NormalClosure = 1000;
constexpr qsizetype MaxReasonBytes = 123; // RFC 6455 5.5

QByteArray bytesOf(QAnyStringView text)
{
    return text.toString().toUtf8();
}

// As much of a reason as a close frame can carry, whole characters.
QByteArray reasonBytes(QAnyStringView reason)
{
    const QByteArray bytes = bytesOf(reason);
    qsizetype size = std::min(bytes.size(), MaxReasonBytes);
    while (size < bytes.size() && (bytes[size] & 0xc0) == 0x80)
        --size;
    return bytes.first(size);
}

// The head of the handshake was judged before it was kept.
RequestHead headOf(const ClientRecord &record)
{
    HttpLimits limits;
    limits.headerBytes = std::numeric_limits<qsizetype>::max();
    limits.headerCount = std::numeric_limits<int>::max();
    RequestHead head;
    RequestParser parser(limits, {});
    parser.parse(record.head, head);
    return head;
}

} // namespace

Client::Client(std::weak_ptr<ServerCore> core, std::shared_ptr<ClientRecord> record)
    : m_core(std::move(core))
    , m_record(std::move(record))
{
}

QString Client::id() const
{
    return QString::number(m_record->id);
}

bool Client::isConnected() const
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    return core && core->application().directory().find(m_record->id);
}

QString Client::ipAddress() const
{
    return m_record->resolution().client.toString();
}

QString Client::scheme() const
{
    return schemeName(m_record->resolution().scheme);
}

QString Client::host() const
{
    return QString::fromUtf8(m_record->resolution().host);
}

int Client::port() const
{
    return m_record->resolution().port;
}

QString Client::url() const
{
    return QString::fromUtf8(effectiveUrl(m_record->resolution(), m_record->target));
}

QString Client::peerAddress() const
{
    return m_record->peer().toString();
}

bool Client::isPeerTrusted() const
{
    return m_record->resolution().trustedPeer;
}

bool Client::isKnown() const
{
    return m_record->resolution().known;
}

QJsonObject Client::resolution() const
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const Resolution who = m_record->resolution();
    const Explanation explanation =
        core ? explainClient(*m_record, *core->application().policy()) : Explanation();
    return toJson(who, explanation, m_record->target);
}

QByteArray Client::header(QAnyStringView name) const
{
    return headerValue(headOf(*m_record).headers, name);
}

QList<std::pair<QByteArray, QByteArray>> Client::headers() const
{
    return headerList(headOf(*m_record).headers);
}

bool Client::send(QAnyStringView event, const QJsonObject &data)
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const QByteArray name = bytesOf(event);
    if (!core || !isEventName(name))
        return false;
    core->hub().withMember(
        *m_record, [frame = encodeFrame(Opcode::Text, encodeEvent(name, data))](Member *member) {
            if (member)
                member->session().send(frame);
        });
    return true;
}

void Client::close(int code, QAnyStringView reason)
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    if (!core)
        return;
    const int sent = isCloseCode(code) ? code : NormalClosure;
    core->hub().withMember(*m_record, [sent, text = reasonBytes(reason)](Member *member) {
        if (member)
            member->close(sent, text);
    });
}

bool Client::join(QAnyStringView room, QAnyStringView nameSpace)
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const RoomKey key{bytesOf(nameSpace), bytesOf(room)};
    if (!core || !isRoomName(key.name) || !isRoomName(key.nameSpace))
        return false;
    // Shared, because the task may run later, when this call has returned.
    const auto joined = std::make_shared<std::atomic<bool>>(true);
    core->hub().withMember(*m_record, [key, joined](Member *member) {
        const auto result = member ? member->join(key) : Member::JoinResult::Gone;
        joined->store(result == Member::JoinResult::Joined
                      || result == Member::JoinResult::AlreadyThere);
    });
    return joined->load();
}

void Client::leave(QAnyStringView room, QAnyStringView nameSpace)
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    if (!core)
        return;
    core->hub().withMember(*m_record,
                           [key = RoomKey{bytesOf(nameSpace), bytesOf(room)}](Member *member) {
                               if (member)
                                   member->leave(key);
                           });
}

QStringList Client::rooms() const
{
    QStringList names;
    for (const RoomKey &key : m_record->membership().rooms)
        names.append(
            RoomName{QString::fromUtf8(key.nameSpace), QString::fromUtf8(key.name)}.toText());
    return names;
}

Room Client::room(QAnyStringView name, QAnyStringView nameSpace) const
{
    return Room(m_core, nameSpace.toString(), name.toString());
}

QString Client::nameSpace() const
{
    return QString::fromUtf8(m_record->membership().nameSpace);
}

void Client::setNameSpace(QAnyStringView nameSpace)
{
    const std::shared_ptr<ServerCore> core = m_core.lock();
    const QByteArray name = bytesOf(nameSpace);
    if (!core || !isRoomName(name))
        return;
    core->hub().withMember(*m_record, [name](Member *member) {
        if (member)
            member->setNameSpace(name);
    });
}

QJsonValue Client::value(QAnyStringView name) const
{
    return m_record->value(name.toString());
}

void Client::setValue(QAnyStringView name, const QJsonValue &value)
{
    m_record->setValue(name.toString(), value);
}

} // namespace truepeer
