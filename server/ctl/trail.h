// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/table.h"

#include <QJsonObject>
#include <QString>

namespace truepeer {

// A "resolution" of the admin protocol for people: hop by hop from the peer to the client, which
// headers counted and why, where scheme, host and port came from, and what came out.
QString resolutionText(const QJsonObject &resolution, const Layout &layout);

} // namespace truepeer
