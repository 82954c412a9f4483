// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/crc32c.h"

#include <array>

namespace truepeer {

namespace {

constexpr std::array<quint32, 256> makeTable()
{
    constexpr quint32 Polynomial = 0x82f63b78; // reflected
    std::array<quint32, 256> table{};
    for (quint32 i = 0; i < table.size(); ++i) {
        quint32 value = i;
        for (int bit = 0; bit < 8; ++bit)
            value = (value & 1) != 0 ? value >> 1 ^ Polynomial : value >> 1;
        table[i] = value;
    }
    return table;
}

constexpr std::array<quint32, 256> Table = makeTable();

} // namespace

void Crc32c::add(QByteArrayView bytes)
{
    for (const char c : bytes)
        m_state = m_state >> 8 ^ Table[(m_state ^ static_cast<quint8>(c)) & 0xff];
}

} // namespace truepeer
