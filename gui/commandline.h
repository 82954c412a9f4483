// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/serveraddress.h"
#include "shared/error.h"

#include <QString>
#include <QStringList>

namespace truepeer {

// What the arguments of truepeer-dashboard ask for.
struct DashboardArguments
{
    bool wantsHelp = false;
    bool wantsVersion = false;
    ServerAddress address = {}; // empty: the operator chooses
    QString page = {};
    bool mask = false;
};

// The arguments after the program's name. Those of Qt itself, like -platform, are passed over. The
// error is for people.
Expected<DashboardArguments> parseArguments(const QStringList &arguments);

QString dashboardHelp();

// The names of the pages, in the order of the rail.
const QStringList &pageNames();

} // namespace truepeer
