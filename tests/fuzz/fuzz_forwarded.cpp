// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A line of Forwarded. Oracles: what was parsed and written again parses to the same; the elements
// are parts of the line; a list over several lines is the lists of its lines.
#include "server/trust/forwarded.h"

#include <QByteArray>

#include <cstdint>
#include <cstdlib>

using namespace truepeer;

namespace {

void require(bool condition)
{
    if (!condition)
        std::abort();
}

void writeParameter(QByteArray &out, const char *name, const std::optional<ForwardedValue> &value)
{
    if (!value)
        return;
    out += QByteArray(name) + "=\"";
    for (const char c : value->text()) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    out += "\";";
}

QByteArray written(const ForwardedElements &elements)
{
    QByteArray out;
    for (const ForwardedElement &element : elements) {
        out += ';';
        writeParameter(out, "for", element.address);
        writeParameter(out, "proto", element.proto);
        writeParameter(out, "host", element.host);
        out += ',';
    }
    return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size)
{
    const QByteArrayView line(data, static_cast<qsizetype>(size));
    ForwardedElements elements;
    if (!parseForwardedLine(line, elements)) {
        require(elements.isEmpty());
        const HeaderValues values{"for=a", line};
        ForwardedList list(values);
        require(!list.at(0)->usable && list.at(1)->usable && !list.at(2));
        return 0;
    }
    const QByteArray again = written(elements);
    ForwardedElements second;
    require(parseForwardedLine(again, second));
    require(second.size() == elements.size() && written(second) == again);

    const HeaderValues values{line, line};
    ForwardedList list(values);
    const qsizetype count = elements.size();
    require(!list.at(2 * count));
    for (qsizetype i = 0; i < 2 * count; ++i) {
        const ForwardedElement &expected = elements[count - 1 - i % count];
        require(list.at(i)->source == expected.source);
        require(expected.source.data() >= line.data()
                && expected.source.data() + expected.source.size() <= line.data() + line.size());
    }
    return 0;
}
