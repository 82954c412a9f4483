// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// The query of GET /api/clients. Pure.
#pragma once

#include "shared/clients/clientquery.h"
#include "shared/error.h"

#include <QByteArrayView>

namespace truepeer {

// filter, sort, order (asc or desc), limit (at most ClientQuery::MaxLimit) and offset, each at most
// once. Anything else is an error.
Expected<ClientQuery> parseClientsQuery(QByteArrayView query);

} // namespace truepeer
