// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/library/calling.h"

#include "shared/net/ascii.h"

namespace truepeer {

QByteArray headerValue(std::span<const HeaderLine> lines, QAnyStringView name)
{
    const QByteArray wanted = name.toString().toUtf8();
    for (const HeaderLine &line : lines) {
        if (ascii::equalsIgnoringCase(line.name, wanted))
            return line.value.isEmpty() ? QByteArray("") : line.value.toByteArray();
    }
    return {};
}

QList<std::pair<QByteArray, QByteArray>> headerList(std::span<const HeaderLine> lines)
{
    QList<std::pair<QByteArray, QByteArray>> list;
    for (const HeaderLine &line : lines)
        list.append({line.name.toByteArray(), line.value.toByteArray()});
    return list;
}

} // namespace truepeer
