// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// Looks at members of an object in JSON text that is known to be valid, without making values of
// it: events are passed on as they came, and a parse of all of one costs more than everything else
// that is done with it.
//
// Functions only: any thread, no state.
#pragma once

#include <QByteArrayView>

namespace truepeer {

struct JsonMember
{
    // A key has an escape in it, and may be the one that is looked for: parse the text instead.
    bool isUncertain = false;
    QByteArrayView value; // its text, a view into the object's; empty when there is no such member
};

// The last member with this name. REQUIRES: `object` is valid JSON (RFC 8259); anything else than
// an object has no members.
JsonMember findJsonMember(QByteArrayView object, QByteArrayView name);

} // namespace truepeer
