// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The envelope of the Sockeon v3 protocol: what a WebSocket message of a client must look like, the
// texts of its errors, and events as the server writes them. A message is a JSON object with
// exactly two members, in any order:
//
//   {"event": "<name>", "data": {…} or […]}
//
// Functions only: any thread, no state.
#pragma once

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonValue>

namespace truepeer {

// A valid message of a client.
struct EventMessage
{
    QByteArray event; // isEventName()
    QByteArray json;  // the text of its data: an object or an array, maybe empty

    // Parses the text, each time.
    QJsonValue data() const;
};

struct EventParseResult
{
    enum class Status {
        Ignored, // nothing to answer: empty, or "0"
        Valid,
        Invalid,
    };

    Status status = Status::Ignored;
    EventMessage message; // when Valid
    QByteArray error;     // when Invalid: the message for errorEvent(), UTF-8, below 1000 bytes
};

// Takes strict JSON (RFC 8259) only: valid UTF-8, no lone surrogates, at most 512 levels. A number
// beyond the range of double is a syntax error too, in a message that is valid otherwise. Of equal
// keys the last one counts.
EventParseResult parseEventMessage(QByteArrayView payload);

// One to 255 ASCII letters, digits, dots, underscores and hyphens.
bool isEventName(QByteArrayView name);

// {"event":…,"data":…}, compact. Any value gives strict JSON: what has no place in it is written as
// null (NaN, infinities) or U+FFFD (lone surrogates, bytes that are not UTF-8). Clients expect an
// object or an array: null, undefined and the empty array become {}.
QByteArray encodeEvent(QByteArrayView event, const QJsonValue &data);
// REQUIRES: dataJson is JSON text, and not empty.
QByteArray encodeEvent(QByteArrayView event, QByteArrayView dataJson);
// The message as it is passed on to others: its data as they came, but an empty array as {}.
QByteArray encodeEvent(const EventMessage &message);

// The event "error", with seconds since the epoch.
QByteArray errorEvent(QByteArrayView message, qint64 timestamp);

} // namespace truepeer
