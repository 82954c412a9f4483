// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/rooms/jsonfault.h"

#include "shared/net/ascii.h"

#include <algorithm>

namespace truepeer {

namespace {

constexpr char Utf8Error[] = "Malformed UTF-8 characters, possibly incorrectly encoded";
constexpr char ControlError[] = "Control character error, possibly incorrectly encoded";
constexpr char SurrogateError[] = "Single unpaired high surrogate in Unicode escape";

// Bytes of the UTF-8 sequence at the start, 0 when it is malformed. REQUIRES: not empty.
qsizetype sequenceLength(QByteArrayView text)
{
    if (static_cast<uchar>(text[0]) < 0x80)
        return 1;
    for (qsizetype length = 2; length <= std::min<qsizetype>(4, text.size()); ++length) {
        if (text.first(length).isValidUtf8())
            return length;
    }
    return 0;
}

// The number of a \uXXXX at the start, -1 when there is none.
int unicodeEscape(QByteArrayView text)
{
    if (text.size() < 6 || !text.startsWith("\\u"))
        return -1;
    int number = 0;
    for (const char c : text.sliced(2, 4)) {
        const int digit = ascii::hexValue(c);
        if (digit < 0)
            return -1;
        number = number * 16 + digit;
    }
    return number;
}

bool isSurrogate(int unit)
{
    return unit >= 0xd800 && unit <= 0xdfff;
}

bool isLowSurrogate(int unit)
{
    return unit >= 0xdc00 && unit <= 0xdfff;
}

// The first fault in the text of a string literal, after its opening quote.
const char *faultInString(QByteArrayView text)
{
    while (!text.isEmpty() && text[0] != '"') {
        if (static_cast<uchar>(text[0]) < 0x20)
            return ControlError;
        qsizetype length = sequenceLength(text);
        if (length == 0)
            return Utf8Error;
        if (text[0] == '\\') {
            length = 2;
            if (text.size() < 2 || !QByteArrayView("\"\\/bfnrtu").contains(text[1]))
                return JsonSyntaxError;
            const int unit = unicodeEscape(text);
            if (text[1] == 'u' && unit < 0)
                return JsonSyntaxError;
            if (isSurrogate(unit)) {
                if (isLowSurrogate(unit) || !isLowSurrogate(unicodeEscape(text.sliced(6))))
                    return SurrogateError;
                length = 12;
            }
        }
        text = text.sliced(length);
    }
    return JsonSyntaxError; // it has no end
}

} // namespace

const char *jsonFaultAt(QByteArrayView payload, qsizetype offset)
{
    qsizetype open = -1;
    for (qsizetype i = 0; i < offset; ++i) {
        if (payload[i] == '"')
            open = open < 0 ? i : -1;
        else if (payload[i] == '\\' && open >= 0)
            ++i;
    }
    if (open >= 0)
        return faultInString(payload.sliced(open + 1));
    if (offset >= payload.size())
        return JsonSyntaxError;
    if (sequenceLength(payload.sliced(offset)) == 0)
        return Utf8Error;
    return static_cast<uchar>(payload[offset]) < 0x20 ? ControlError : JsonSyntaxError;
}

} // namespace truepeer
