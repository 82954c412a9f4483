// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/group.h"

#include "server/rooms/member.h"

namespace truepeer {

void Group::add(Member &member, std::vector<Seat> &seats)
{
    m_entries.push_back({&member, seats.size()});
    seats.push_back({this, m_entries.size() - 1});
}

void Group::remove(std::vector<Seat> &seats, size_t seat)
{
    const Seat left = seats[seat];
    std::vector<Entry> &entries = left.group->m_entries;
    if (left.index + 1 != entries.size()) {
        const Entry moved = entries.back();
        entries[left.index] = moved;
        moved.member->m_seats[moved.seat].index = left.index;
    }
    entries.pop_back();
    if (seat + 1 != seats.size()) {
        const Seat last = seats.back();
        seats[seat] = last;
        last.group->m_entries[last.index].seat = seat;
    }
    seats.pop_back();
}

} // namespace truepeer
