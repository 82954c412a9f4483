// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>
#include <QVarLengthArray>

#include <optional>
#include <span>

namespace truepeer {

// The values of all lines of one header, in the order of arrival.
using HeaderValues = QVarLengthArray<QByteArrayView, 4>;

// Walks the comma-separated elements of a header from the right over all its lines, which count as
// one list (RFC 9110 5.3). Elements come without outer blanks; empty ones are dropped. Text left of
// where the walk ends is never looked at. The values must outlive the walk.
class ElementsFromRight
{
public:
    explicit ElementsFromRight(const HeaderValues &values)
        : m_values(values.data(), static_cast<size_t>(values.size()))
    {
    }

    // The next element to the left, or nothing.
    std::optional<QByteArrayView> next();

private:
    std::span<const QByteArrayView> m_values; // lines that were not begun yet
    QByteArrayView m_rest;                    // what is left of the line that was
    bool m_inLine = false;
};

} // namespace truepeer
