// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

namespace truepeer {

class AddressMask;
class Pace;
class ServerLink;

// What every model of one server shares. The dashboard owns these and outlives the models.
struct ModelContext
{
    ServerLink &link;
    Pace &pace;
    AddressMask &mask;
};

} // namespace truepeer
