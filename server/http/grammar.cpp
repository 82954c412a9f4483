// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/grammar.h"

#include <algorithm>
#include <cstring>

namespace truepeer {

namespace {

constexpr quint64 EachByte = 0x0101010101010101U;
constexpr quint64 HighBits = EachByte * 0x80U;

// Non-zero when one of the eight bytes is below 0x20 or is 0x7f. May also report bytes above a
// real hit, so it only says where to look closely.
constexpr quint64 suspicious(quint64 word)
{
    const quint64 below = (word - EachByte * 0x20U) & ~word;
    const quint64 noDel = word ^ (EachByte * 0x7fU);
    const quint64 del = (noDel - EachByte) & ~noDel;
    return (below | del) & HighBits;
}

} // namespace

qsizetype findForbiddenControl(QByteArrayView bytes, qsizetype from)
{
    const char *const begin = bytes.data();
    const char *const end = begin + bytes.size();
    const char *at = begin + from;
    while (at < end) {
        const char *stop = end;
        if (end - at >= 8) {
            quint64 word = 0;
            std::memcpy(&word, at, sizeof word);
            stop = at + 8;
            if (suspicious(word) == 0) {
                at = stop;
                continue;
            }
        }
        at = std::find_if(at, stop, isForbiddenControl);
        if (at != stop)
            return at - begin;
    }
    return bytes.size();
}

bool startsWithIgnoringCase(QByteArrayView text, QByteArrayView prefix)
{
    return text.size() >= prefix.size()
           && ascii::equalsIgnoringCase(text.first(prefix.size()), prefix);
}

} // namespace truepeer
