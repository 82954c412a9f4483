// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// A line of a detail pane, masked already.
struct Fact
{
    QString name;
    QString value; // may have several lines
    bool isMonospace = false;

    friend bool operator==(const Fact &a, const Fact &b) = default;
};

} // namespace truepeer
