// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A message of a client. Oracles: a valid one has a valid name and what QJsonDocument finds in it;
// written again it parses to the same; an error is short UTF-8 and makes a valid event.
#include "server/rooms/eventmessage.h"
#include "server/rooms/jsonmember.h"

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>

#include <cstdint>
#include <cstdlib>

using namespace truepeer;
using namespace Qt::StringLiterals;
using Status = EventParseResult::Status;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

// encodeEvent() writes an empty array as {}.
bool sameData(const QJsonValue &a, const QJsonValue &b)
{
    const bool empty = a.isArray() && a.toArray().isEmpty();
    return empty ? b.isObject() && b.toObject().isEmpty() : a == b;
}

void checkValid(QByteArrayView payload, const EventMessage &message)
{
    require(isEventName(message.event) && message.event != "0");
    require(message.data().isObject() || message.data().isArray());

    const QJsonDocument document = QJsonDocument::fromJson(payload.toByteArray());
    require(document.isObject() && document.object().size() == 2);
    require(document.object().value("event"_L1).toString().toUtf8() == message.event);
    require(document.object().value("data"_L1) == message.data());

    const EventParseResult again = parseEventMessage(encodeEvent(message.event, message.data()));
    require(again.status == Status::Valid && again.message.event == message.event);
    require(sameData(message.data(), again.message.data()));
}

// The members of the data, as they are found without a parse.
void checkMembers(const EventMessage &message)
{
    const QJsonObject object = message.data().toObject();
    for (auto it = object.constBegin(); it != object.constEnd(); ++it) {
        const JsonMember member = findJsonMember(message.json, it.key().toUtf8());
        if (member.isUncertain)
            return;
        const QByteArray list = '[' + member.value.toByteArray() + ']';
        require(QJsonDocument::fromJson(list).array().at(0) == it.value());
    }
    require(findJsonMember(message.json, "no such key\\").value.isEmpty());
}

void checkInvalid(const QByteArray &error)
{
    require(!error.isEmpty() && error.size() < 1000 && error.isValidUtf8());
    const EventParseResult event = parseEventMessage(errorEvent(error, 1));
    require(event.status == Status::Valid && event.message.event == "error");
    require(event.message.data().toObject().value("message"_L1).toString().toUtf8() == error);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView payload(data, static_cast<qsizetype>(size));
    const EventParseResult result = parseEventMessage(payload);
    switch (result.status) {
    case Status::Ignored:
        require(payload.isEmpty() || payload == "0");
        break;
    case Status::Valid:
        checkValid(payload, result.message);
        checkMembers(result.message);
        break;
    case Status::Invalid:
        checkInvalid(result.error);
        // Any bytes may be a name: the result is JSON all the same.
        require(!parseEventMessage(encodeEvent(payload, QJsonValue()))
                     .error.startsWith("Invalid JSON format"));
        break;
    }
    return 0;
}
