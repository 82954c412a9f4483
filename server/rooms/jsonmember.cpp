// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/jsonmember.h"

namespace truepeer {

namespace {

bool isBlank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

qsizetype skipBlanks(QByteArrayView text, qsizetype position)
{
    while (position < text.size() && isBlank(text[position]))
        ++position;
    return position;
}

// Behind the string whose opening quote is at `position`.
qsizetype skipString(QByteArrayView text, qsizetype position)
{
    ++position;
    while (position < text.size() && text[position] != '"')
        position += text[position] == '\\' ? 2 : 1;
    return position + 1;
}

// Behind the value that begins at `position`, up to the comma or bracket that ends it.
qsizetype skipValue(QByteArrayView text, qsizetype position)
{
    int depth = 0;
    while (position < text.size()) {
        const char c = text[position];
        if (c == '"') {
            position = skipString(text, position);
            continue;
        }
        if (c == '{' || c == '[')
            ++depth;
        else if ((c == '}' || c == ']') && --depth < 0)
            break;
        else if (c == ',' && depth == 0)
            break;
        ++position;
    }
    return position;
}

} // namespace

JsonMember findJsonMember(QByteArrayView object, QByteArrayView name)
{
    JsonMember member;
    qsizetype position = skipBlanks(object, 0);
    if (position >= object.size() || object[position] != '{')
        return member;
    position = skipBlanks(object, position + 1);
    while (position < object.size() && object[position] == '"') {
        const qsizetype keyEnd = skipString(object, position);
        const QByteArrayView key = object.sliced(position + 1, keyEnd - position - 2);
        member.isUncertain = member.isUncertain || key.contains('\\');
        const qsizetype start = skipBlanks(object, skipBlanks(object, keyEnd) + 1);
        const qsizetype end = skipValue(object, start);
        if (key == name)
            member.value = object.sliced(start, end - start).trimmed();
        position = skipBlanks(object, end + 1);
    }
    return member;
}

} // namespace truepeer
