// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QByteArrayView>

namespace truepeer {

// One field line of a request head as it was received: the name as it was spelled, the value
// without outer blanks. Both are views into the buffer of whoever parsed the head, and are valid
// as long as that buffer is.
struct HeaderLine
{
    QByteArrayView name;
    QByteArrayView value;
};

} // namespace truepeer
