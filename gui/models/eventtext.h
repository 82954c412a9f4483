// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The words for an event of the server ("events.recent"). Texts in it may come from strangers; what
// is returned is on one line, and not masked.
#pragma once

#include "gui/models/tone.h"

#include <QJsonObject>
#include <QString>

namespace truepeer {

enum class EventGroup : quint8 {
    Audit = 1,   // what operators did, and the start
    Clients = 2, // what strangers cause
    Admin = 4,   // sessions on the admin socket
};
inline constexpr int AllEventGroups = 7;

// Of a type that a newer server made up: by its first word.
EventGroup eventGroup(const QString &type);
QString eventTypeText(const QString &type); // "Client closed"
Tone eventTone(const QJsonObject &event);
// Who did it: "uid 1000 (alice)", or which side ended a connection; may be empty.
QString eventActor(const QJsonObject &event);
// "Client 12 closed by the server: 1008 policy, “too slow”"
QString eventSentence(const QJsonObject &event);

} // namespace truepeer
