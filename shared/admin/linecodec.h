// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>

namespace truepeer {

// Cuts a stream of bytes into lines. A line ends with \n, and \r before that belongs to the end;
// empty lines are skipped. Memory is bounded by the longest line and one piece, if all lines are
// taken after each piece. The time is linear, however small the pieces are.
//
// A line that is too long stops it for good: the session must end, because nobody knows what the
// rest belongs to.
class LineDecoder
{
public:
    explicit LineDecoder(qsizetype longest)
        : m_longest(longest)
    {
    }

    void append(QByteArrayView bytes);
    // The next whole line, without its end; nothing when more bytes are needed or overflowed().
    // Lines before one that is too long come first.
    std::optional<QByteArray> next();
    bool overflowed() const { return m_overflowed; }
    // Bytes of the line that is not whole yet, and of those not taken.
    qsizetype pending() const { return m_buffer.size() - m_begin; }

private:
    void dropTaken();

    qsizetype m_longest;
    QByteArray m_buffer;
    qsizetype m_begin = 0;   // of the line that comes next
    qsizetype m_scanned = 0; // up to here there is no \n of it
    bool m_overflowed = false;
};

} // namespace truepeer
