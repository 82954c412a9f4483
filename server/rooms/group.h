// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Group is a room, a namespace or everybody, as far as one I/O thread is concerned: the members
// that live in it. To join and to leave cost the same however many there are.
//
// Each member has a list of its seats, each group a list of its members; both know their place in
// the other, so that an entry is removed by moving the last one into its place.
//
// Thread: the I/O thread of its shard.
#pragma once

#include "server/net/clientrecord.h"

#include <utility>
#include <vector>

namespace truepeer {

class Member;
class Group;

struct Seat
{
    Group *group = nullptr;
    size_t index = 0; // in the group
};

class Group
{
    Q_DISABLE_COPY_MOVE(Group)

public:
    struct Entry
    {
        Member *member = nullptr;
        size_t seat = 0; // in the member's seats
    };

    explicit Group(RoomKey key)
        : m_key(std::move(key))
    {
    }

    const RoomKey &key() const { return m_key; }
    const std::vector<Entry> &entries() const { return m_entries; }

    // `seats` are those of `member`.
    void add(Member &member, std::vector<Seat> &seats);
    // Takes the member of this seat out. The last of its seats moves to `seat`.
    static void remove(std::vector<Seat> &seats, size_t seat);

private:
    const RoomKey m_key;
    std::vector<Entry> m_entries;
};

} // namespace truepeer
