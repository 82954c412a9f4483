// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/trust/explanation.h"

#include <QtGlobal>

namespace truepeer {

// Makes the Explanation of one request for whoever wants to show it; most requests are never
// explained. Valid as long as the request is.
class ExplanationSource
{
    Q_DISABLE_COPY_MOVE(ExplanationSource)

public:
    virtual Explanation explain() const = 0;

protected:
    ExplanationSource() = default;
    ~ExplanationSource() = default;
};

} // namespace truepeer
