// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

namespace truepeer {

// What truepeerctl's exit status says; scripts rely on the numbers.
struct CtlExit
{
    static constexpr int Ok = 0;
    static constexpr int Failed = 1;
    static constexpr int Usage = 2; // the command line, or a value in it, cannot be understood
    static constexpr int Unreachable = 3; // no server answers
    static constexpr int NotFound = 4;
    static constexpr int Refused = 5; // read-only, not confirmed, or an invalid list
    static constexpr int Conflict = 6;
};

} // namespace truepeer
