// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

namespace truepeer {

// What truepeerd's exit status says; service managers and scripts rely on the numbers.
struct ExitCode
{
    static constexpr int Ok = 0;
    static constexpr int Failure = 1;
    static constexpr int Usage = 2;          // the command line cannot be understood
    static constexpr int CannotListen = 69;  // EX_UNAVAILABLE
    static constexpr int CannotCreate = 73;  // EX_CANTCREAT
    static constexpr int Configuration = 78; // EX_CONFIG
};

} // namespace truepeer
