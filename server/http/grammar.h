// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ascii.h"

#include <QByteArrayView>

namespace truepeer {

// The small rules of RFC 9110 5.5 and 5.6 that several modules of this folder need, beside those of
// shared/net/ascii.h.

// A control that may not stand in a field value: 0x00-0x1f without HTAB, and DEL.
constexpr bool isForbiddenControl(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && byte != '\t') || byte == 0x7f;
}

// The index of the first forbidden control at or after `from`, or the size. CR and LF are among
// them, so this finds line ends too. Looks at eight bytes at a time.
qsizetype findForbiddenControl(QByteArrayView bytes, qsizetype from);

bool startsWithIgnoringCase(QByteArrayView text, QByteArrayView prefix);

// Calls `matches` for each non-empty member of a comma-separated list (RFC 9110 5.6.1) until it
// says true; says whether it did.
template <typename Predicate>
bool anyListMember(QByteArrayView list, Predicate &&matches)
{
    while (!list.isEmpty()) {
        const qsizetype comma = list.indexOf(',');
        const qsizetype end = comma < 0 ? list.size() : comma;
        const QByteArrayView member = ascii::trimBlanks(list.first(end));
        if (!member.isEmpty() && matches(member))
            return true;
        list = list.sliced(comma < 0 ? end : end + 1);
    }
    return false;
}

} // namespace truepeer
