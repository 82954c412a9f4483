// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/console.h"
#include "server/ctl/transport.h"

#include <QProcessEnvironment>
#include <QString>
#include <QStringList>

namespace truepeer {

// What a run of truepeerctl needs of the world.
struct Surroundings
{
    Console &console;
    Connector &connector;
    QProcessEnvironment environment;
    QString version;
};

// Runs truepeerctl with the arguments after its name, to the exit status.
int runCtl(const QStringList &arguments, const Surroundings &surroundings);

} // namespace truepeer
