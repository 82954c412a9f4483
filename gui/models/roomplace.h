// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// Which room is meant: names are unique in their namespace only. Clients choose both.
struct RoomPlace
{
    QString nameSpace;
    QString room;

    bool isEmpty() const { return room.isEmpty(); }
    QString key() const; // different for different places
    // The members, in the language of shared/clients/clientfilter.h. A room that is itself called
    // "namespace:name" is matched, too.
    QString filter() const;
    QString title() const; // "lobby", "lobby in /chat"; on one line

    friend bool operator==(const RoomPlace &a, const RoomPlace &b) = default;
};

} // namespace truepeer
