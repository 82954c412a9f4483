// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ops/config.h"

#include <QProcessEnvironment>
#include <QString>

namespace truepeer {

// Where the server keeps what must survive a restart: state_dir, else $STATE_DIRECTORY (the first
// of several), else $XDG_STATE_HOME/truepeer/PORT, else ~/.local/state/truepeer/PORT. Empty when
// none of them is its own: with port 0 the next server would find the list of this one.
QString stateDirectory(const Config &config, const QProcessEnvironment &environment);

} // namespace truepeer
