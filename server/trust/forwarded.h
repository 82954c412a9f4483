// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/trust/elementlist.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QVarLengthArray>

#include <optional>

namespace truepeer {

// The header Forwarded of RFC 7239.

// A parameter's value. Views into the line; a quoted-string is unquoted on demand.
struct ForwardedValue
{
    QByteArrayView raw;   // between the quotes, if there were any
    bool escaped = false; // has quoted-pairs in it

    // The value itself: a view of raw where nothing was escaped, so it lives no longer than the
    // line.
    QByteArray text() const;
};

// One element: what one proxy says about the request it received. An unusable one stands for a
// whole line that does not follow the grammar.
struct ForwardedElement
{
    QByteArrayView source; // the element, or the unusable line, as received
    bool usable = true;
    std::optional<ForwardedValue> address; // for=
    std::optional<ForwardedValue> proto;
    std::optional<ForwardedValue> host;
};

using ForwardedElements = QVarLengthArray<ForwardedElement, 4>;

// Parses one field line strictly from left to right and appends its elements; false, and nothing
// appended, where the line breaks the grammar of RFC 7239 4. Beyond it, optional blanks around ";"
// and "," are accepted, empty elements and pairs are skipped, and the values of for and host may
// hold ":", "[" and "]" unquoted. A repeated for, proto, host or by is an error.
bool parseForwardedLine(QByteArrayView line, ForwardedElements &elements);

// The elements of all Forwarded lines, counted from the right. Lines are parsed one by one, when
// the walk reaches them. The values must outlive the list.
class ForwardedList
{
public:
    ForwardedList() = default;
    explicit ForwardedList(const HeaderValues &values)
        : m_values(values.data(), static_cast<size_t>(values.size()))
    {
    }

    // The index-th element from the right (0: the right-most), or null. The pointer is good until
    // the next call.
    const ForwardedElement *at(qsizetype index);

private:
    std::span<const QByteArrayView> m_values; // lines that were not parsed yet
    ForwardedElements m_elements;             // right to left
};

} // namespace truepeer
