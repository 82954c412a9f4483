// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/eventclient.h"

#include <QDateTime>
#include <QJsonDocument>

namespace truepeer {

using namespace Qt::StringLiterals;

QJsonObject EventClient::event(const QString &name, const QJsonValue &data)
{
    return {{u"event"_s, name}, {u"data"_s, data}};
}

QByteArray EventClient::frame(const QString &name, const QJsonValue &data)
{
    WireFrame frame;
    frame.payload = QJsonDocument(event(name, data)).toJson(QJsonDocument::Compact);
    return frame.encoded();
}

QByteArray EventClient::fragments(const QByteArray &payload, int pieces, quint8 opcode)
{
    QByteArray bytes;
    for (int i = 0; i < pieces; ++i) {
        const qsizetype begin = payload.size() * i / pieces;
        const qsizetype end = payload.size() * (i + 1) / pieces;
        WireFrame frame;
        frame.opcode = i == 0 ? opcode : quint8(WireFrame::Continuation);
        frame.isFinal = i + 1 == pieces;
        frame.payload = payload.sliced(begin, end - begin);
        bytes += frame.encoded();
    }
    return bytes;
}

bool EventClient::openAs(const QByteArray &userAgent, const QByteArray &headerLines)
{
    return open("/"_ba, "User-Agent: " + userAgent + "\r\n" + headerLines);
}

bool EventClient::sendEvent(const QString &name, const QJsonValue &data)
{
    return raw().send(frame(name, data));
}

QJsonObject EventClient::readEvent()
{
    const auto frame = readFrame();
    if (!frame || frame->opcode != WireFrame::Text || !frame->isFinal || frame->isMasked
        || frame->reserved != 0)
        return {};
    const QJsonObject message = QJsonDocument::fromJson(frame->payload).object();
    const bool isEvent =
        message.size() == 2 && message.value("event"_L1).isString() && message.contains("data"_L1);
    return isEvent ? message : QJsonObject();
}

QString EventClient::readError()
{
    const QJsonObject message = readEvent();
    const QJsonObject data = message.value("data"_L1).toObject();
    const bool isError = message.value("event"_L1) == u"error"_s && data.size() == 2
                         && isNow(data.value("timestamp"_L1));
    return isError ? data.value("message"_L1).toString() : QString();
}

bool EventClient::join(const QString &room, const QString &nameSpace)
{
    return moveTo(u"join_room"_s, u"room_joined"_s, room, nameSpace);
}

bool EventClient::leave(const QString &room, const QString &nameSpace)
{
    return moveTo(u"leave_room"_s, u"room_left"_s, room, nameSpace);
}

bool EventClient::moveTo(const QString &request, const QString &answer, const QString &room,
                         const QString &nameSpace)
{
    QJsonObject place{{u"room"_s, room}, {u"namespace"_s, nameSpace}};
    if (!sendEvent(request, place))
        return false;
    const QJsonObject message = readEvent();
    const QJsonValue timestamp = message.value("data"_L1)["timestamp"_L1];
    place.insert(u"timestamp"_s, timestamp);
    return message == event(answer, place) && isNow(timestamp);
}

bool isNow(const QJsonValue &timestamp)
{
    const qint64 now = QDateTime::currentSecsSinceEpoch();
    const qint64 seconds = timestamp.toInteger(-1);
    return timestamp.toDouble() == double(seconds) && seconds > now - 60 && seconds <= now;
}

} // namespace truepeer

template <>
char *QTest::toString(const QJsonObject &object)
{
    return qstrdup(QJsonDocument(object).toJson(QJsonDocument::Compact).constData());
}
