// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requesthead.h"

#include "server/http/grammar.h"

#include <algorithm>

namespace truepeer {

std::optional<QByteArrayView> RequestHead::find(QByteArrayView name) const
{
    for (const HeaderLine &line : headers) {
        if (ascii::equalsIgnoringCase(line.name, name))
            return line.value;
    }
    return std::nullopt;
}

int RequestHead::count(QByteArrayView name) const
{
    return static_cast<int>(
        std::count_if(headers.begin(), headers.end(), [name](const HeaderLine &line) {
            return ascii::equalsIgnoringCase(line.name, name);
        }));
}

bool RequestHead::hasToken(QByteArrayView name, QByteArrayView token) const
{
    const auto isWanted = [token](QByteArrayView member) {
        return ascii::equalsIgnoringCase(member, token);
    };
    return std::any_of(headers.begin(), headers.end(), [name, &isWanted](const HeaderLine &line) {
        return ascii::equalsIgnoringCase(line.name, name) && anyListMember(line.value, isWanted);
    });
}

void RequestHead::clear()
{
    std::vector<HeaderLine> lines = std::move(headers);
    lines.clear();
    *this = RequestHead();
    headers = std::move(lines);
}

} // namespace truepeer
