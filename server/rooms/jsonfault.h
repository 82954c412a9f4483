// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

namespace truepeer {

inline constexpr char JsonSyntaxError[] = "Syntax error";

// Why a JSON parser stopped at `offset`, in the words of PHP, which the clients of the original
// know. The parser's own codes do not tell bad UTF-8, control characters and lone surrogates from
// the rest, so this looks at the bytes again.
const char *jsonFaultAt(QByteArrayView payload, qsizetype offset);

} // namespace truepeer
