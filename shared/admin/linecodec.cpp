// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "shared/admin/linecodec.h"

#include <algorithm>

namespace truepeer {

namespace {

// What an idle session may keep allocated after a long line.
constexpr qsizetype KeptCapacity = 16 * 1024;

QByteArrayView withoutReturn(QByteArrayView line)
{
    return line.endsWith('\r') ? line.chopped(1) : line;
}

} // namespace

void LineDecoder::append(QByteArrayView bytes)
{
    if (m_overflowed)
        return;
    // What is moved is never more than what is dropped, so the time stays linear.
    if (m_begin >= m_buffer.size() - m_begin)
        dropTaken();
    m_buffer.append(bytes);
}

std::optional<QByteArray> LineDecoder::next()
{
    while (!m_overflowed) {
        const qsizetype end = m_buffer.indexOf('\n', m_scanned);
        const bool isWhole = end >= 0;
        const qsizetype stop = isWhole ? end : m_buffer.size();
        const QByteArrayView line =
            withoutReturn(QByteArrayView(m_buffer).sliced(m_begin, stop - m_begin));
        if (line.size() > m_longest) {
            m_overflowed = true;
            m_begin = m_buffer.size();
            dropTaken();
            break;
        }
        m_scanned = isWhole ? end + 1 : stop;
        if (!isWhole)
            break;
        m_begin = m_scanned;
        if (!line.isEmpty())
            return line.toByteArray();
    }
    return {};
}

void LineDecoder::dropTaken()
{
    if (m_begin == m_buffer.size() && m_buffer.capacity() > KeptCapacity)
        m_buffer = QByteArray();
    else
        m_buffer.remove(0, m_begin);
    m_scanned -= std::min(m_scanned, m_begin);
    m_begin = 0;
}

} // namespace truepeer
