// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/clientdetail.h"

#include "gui/models/addressmask.h"
#include "gui/models/closereason.h"
#include "gui/models/format.h"
#include "gui/models/pace.h"
#include "gui/models/serverlink.h"

#include <QDateTime>
#include <QJsonArray>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

ClientDetail::ClientDetail(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_instance(context.link.hello().value("instance"_L1).toString())
{
    connect(&context.pace, &Pace::tick, this, [this] {
        if (m_live && (m_state == State::Open || m_state == State::Loading))
            ask();
    });
    connect(&context.link, &ServerLink::up, this, &ClientDetail::connected);
    connect(&context.link, &ServerLink::down, this, [this] {
        ++m_callNumber;
        m_inFlight = false;
    });
    connect(&context.mask, &AddressMask::changed, this, &ClientDetail::updated);
}

ClientDetail::~ClientDetail() = default;

void ClientDetail::setLive(bool live)
{
    m_live = live;
    if (live)
        refresh();
}

void ClientDetail::setClient(const QString &id)
{
    if (id == m_id)
        return refresh();
    m_row = {};
    m_row.id = id;
    choose(id);
}

void ClientDetail::setClient(const ClientRow &row)
{
    if (row.id == m_id)
        return;
    m_row = row;
    m_now = QDateTime::currentSecsSinceEpoch();
    choose(row.id);
}

void ClientDetail::choose(const QString &id)
{
    m_id = id;
    m_problem.clear();
    m_resolution = {};
    m_before = {};
    m_state = id.isEmpty() ? State::Nothing : State::Loading;
    ++m_callNumber;
    m_inFlight = false;
    Q_EMIT clientChanged();
    Q_EMIT updated();
    refresh();
}

void ClientDetail::clear()
{
    if (m_id.isEmpty())
        return;
    m_row = {};
    choose({});
}

void ClientDetail::refresh()
{
    if (m_live && !m_id.isEmpty() && m_state != State::Unknown)
        ask();
}

void ClientDetail::ask()
{
    if (m_inFlight || !m_context.link.isUp())
        return;
    m_inFlight = true;
    m_context.link.call(
        u"clients.get"_s, {{u"id"_s, m_id}}, this,
        [this, call = ++m_callNumber](const RpcResult &result) { receive(call, result); });
}

void ClientDetail::receive(int call, const RpcResult &result)
{
    if (call != m_callNumber)
        return;
    m_inFlight = false;
    if (const auto *error = std::get_if<RpcError>(&result)) {
        if (error->is(RpcCode::Busy))
            return;
        m_problem = error->message;
        if (error->is(RpcCode::NotFound))
            m_state = m_row.closedAt > 0 ? State::Closed : State::Unknown;
        Q_EMIT updated();
        return;
    }
    const QJsonObject answer = resultObject(result);
    m_problem.clear();
    m_row = ClientRow::fromJson(answer);
    m_resolution = answer.value("resolution"_L1).toObject();
    m_before = answer.value("before"_L1).toObject();
    m_now = QDateTime::currentSecsSinceEpoch();
    m_state = m_row.closedAt > 0 ? State::Closed : State::Open;
    Q_EMIT updated();
}

void ClientDetail::connected()
{
    const QString instance = m_context.link.hello().value("instance"_L1).toString();
    if (instance != m_instance) {
        m_instance = instance;
        clear();
    }
    refresh();
}

QString ClientDetail::clientText() const
{
    return m_context.mask.shown(m_row.client);
}

QString ClientDetail::headline() const
{
    switch (m_state) {
    case State::Nothing:
        return {};
    case State::Loading:
        return u"asking the server…"_s;
    case State::Unknown:
        return u"the server does not know it any more"_s;
    case State::Open:
        return u"connected for "_s + durationText(std::max<qint64>(0, m_now - m_row.connectedAt));
    case State::Closed:
        break;
    }
    return u"closed at %1: %2"_s.arg(
        timeText(m_row.closedAt, QDateTime::fromSecsSinceEpoch(m_now)),
        m_context.mask.shownText(closeReasonText(m_row.closeCode, m_row.closeReason)));
}

QList<ClientDetail::Field> ClientDetail::summary() const
{
    if (m_state == State::Nothing || m_row.client.isEmpty())
        return {};
    const ClientCells cells{m_context.mask, m_now, 0, false};
    const auto text = [&](ClientField field) {
        return cells.data(m_row, field, Qt::DisplayRole).toString();
    };
    const auto inOut = [&](ClientField messages, ClientField bytes) -> QString {
        return text(messages) + u" messages, "_s + text(bytes);
    };
    const QString peerPort =
        m_row.peerPort > 0 ? QString(u", port "_s + text(ClientField::PeerPort)) : QString();
    QList<Field> fields{
        {u"Id"_s, m_row.id, true},
        {u"Client"_s, clientText(), true},
        {u"Peer"_s, m_context.mask.shown(m_row.peer) + peerPort, true},
        {u"Via"_s, viaText(m_row)},
        {u"Source"_s, m_row.source},
        {u"URL"_s, m_context.mask.shownText(m_row.url)},
        {u"Namespace"_s, m_row.nameSpace},
        {u"Rooms"_s, text(ClientField::Rooms)},
        {u"Connected"_s, dateTimeText(m_row.connectedAt)},
        {u"Idle"_s, durationText(m_row.idle)},
        {u"In"_s, inOut(ClientField::MessagesIn, ClientField::BytesIn)},
        {u"Out"_s, inOut(ClientField::MessagesOut, ClientField::BytesOut)},
        {u"Queue"_s, text(ClientField::Queue)},
        {u"User agent"_s, m_row.userAgent.isEmpty() ? u"none"_s : m_row.userAgent},
        {u"Origin"_s, m_row.origin.isEmpty() ? u"none"_s : m_context.mask.shownText(m_row.origin)},
        {u"Trust list"_s, u"revision "_s + text(ClientField::TrustRevision)},
    };
    if (m_row.closedAt > 0) {
        fields.append({u"Closed"_s, dateTimeText(m_row.closedAt)});
        fields.append({u"Why"_s, text(ClientField::CloseCode)});
        fields.append({u"Closed by"_s, m_row.initiator});
        fields.append({u"Lasted"_s, text(ClientField::Duration)});
    }
    return fields;
}

QList<ClientDetail::Header> ClientDetail::headers() const
{
    QList<Header> headers;
    const QJsonArray array = m_resolution.value("headers"_L1).toArray();
    for (const QJsonValue &value : array) {
        const QJsonObject json = value.toObject();
        headers.append({json.value("name"_L1).toString(),
                        m_context.mask.shownText(json.value("value"_L1).toString()),
                        m_context.mask.shownText(json.value("reason"_L1).toString()),
                        json.value("used"_L1).toBool()});
    }
    return headers;
}

QStringList ClientDetail::notes() const
{
    QStringList notes;
    const QJsonArray array = m_resolution.value("notes"_L1).toArray();
    for (const QJsonValue &note : array)
        notes.append(m_context.mask.shownText(note.toString()));
    return notes;
}

QString ClientDetail::beforeText() const
{
    if (m_before.isEmpty())
        return {};
    const QString port = QString::number(m_before.value("port"_L1).toInt());
    return u"Until an edit of the trust list it was %1 (%2://%3:%4, revision %5)."_s.arg(
        m_context.mask.shown(m_before.value("client"_L1).toString()),
        m_before.value("scheme"_L1).toString(),
        m_context.mask.shownText(m_before.value("host"_L1).toString()), port,
        QString::number(m_before.value("trust_revision"_L1).toInteger()));
}

QList<ClientDetail::Room> ClientDetail::rooms() const
{
    QList<Room> rooms;
    for (const QString &text : m_row.rooms) {
        const auto [nameSpace, name] = m_row.roomOf(text);
        rooms.append({nameSpace, name});
    }
    return rooms;
}

QString ClientDetail::untrustedProxy() const
{
    if (m_resolution.value("trusted_peer"_L1).toBool()
        || m_resolution.value("headers"_L1).toArray().isEmpty())
        return {};
    // Behind the PROXY protocol it is the announced source that has to be trusted.
    const QJsonArray trail = m_resolution.value("trail"_L1).toArray();
    for (const QJsonValue &value : trail) {
        const QJsonObject step = value.toObject();
        if (step.value("header"_L1).toString() == "PROXY"_L1)
            return step.value("address"_L1).toString();
    }
    return m_resolution.value("peer"_L1).toString();
}

} // namespace truepeer
