// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/elementlist.h"

#include "shared/net/ascii.h"

namespace truepeer {

std::optional<QByteArrayView> ElementsFromRight::next()
{
    for (;;) {
        if (!m_inLine) {
            if (m_values.empty())
                return std::nullopt;
            m_rest = m_values.back();
            m_values = m_values.first(m_values.size() - 1);
            m_inLine = true;
        }
        const qsizetype comma = m_rest.lastIndexOf(',');
        const QByteArrayView element = ascii::trimBlanks(m_rest.sliced(comma + 1));
        m_inLine = comma >= 0;
        if (m_inLine)
            m_rest = m_rest.first(comma);
        if (!element.isEmpty())
            return element;
    }
}

} // namespace truepeer
