// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

namespace truepeer {

// The CRC-32C (Castagnoli) checksum of RFC 4960 appendix B, over bytes that may come in pieces.
class Crc32c
{
public:
    void add(QByteArrayView bytes);
    quint32 value() const { return ~m_state; }

private:
    quint32 m_state = 0xffffffff;
};

} // namespace truepeer
