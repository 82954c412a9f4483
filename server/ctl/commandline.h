// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/commandspec.h"
#include "shared/error.h"

#include <QMap>
#include <QString>
#include <QStringList>

namespace truepeer {

// What the caller of truepeerctl asked for. Made from the arguments alone.
struct Invocation
{
    const CommandSpec *command = nullptr; // null: help or version
    bool wantsHelp = false;
    bool wantsVersion = false;
    QString helpTopic = {};                  // a command or a group of them; empty: everything
    QMap<QString, QStringList> options = {}; // by long name; flags have an empty value
    QStringList arguments = {};

    bool isSet(const QString &name) const { return options.contains(name); }
    QString value(const QString &name) const
    {
        const QStringList values = options.value(name);
        return values.isEmpty() ? QString() : values.last();
    }
};

// Reads the arguments after the program's name. Values have the form that the table asks for. The
// error says what is wrong, and names what may have been meant.
Expected<Invocation> parseInvocation(const QStringList &arguments);

} // namespace truepeer
