// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArray>
#include <QByteArrayView>

#include <optional>
#include <utility>
#include <vector>

namespace truepeer {

// The value of a query parameter as PHP reads it, since the clients of the original rely on that:
// pairs are separated by '&', '+' is a blank, %XX is decoded in names and values (a '%' without two
// hexadecimal digits stands for itself), a name without '=' has an empty value, and the last of
// several values wins. Names are case-sensitive; "key[]" is not "key".
std::optional<QByteArray> queryParameter(QByteArrayView query, QByteArrayView name);

// All of them, read in the same way, in the order in which they came.
std::vector<std::pair<QByteArray, QByteArray>> queryParameters(QByteArrayView query);

// Equality in a time that depends only on the length of `given`, for keys and tokens.
bool secretsEqual(QByteArrayView given, QByteArrayView secret);

} // namespace truepeer
