// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

#include <functional>
#include <vector>

class QObject;

namespace truepeer {

class ServerLink;

// What a reload of the configuration came to.
struct ConfigReload
{
    struct Fault
    {
        QString file; // empty: it has no place in a file
        int line = 0;
        int column = 0;
        QString text;

        QString sentence() const; // with its place
    };

    bool isDone = false;
    QString problem; // why it was refused, with `faults` if it is the file
    std::vector<Fault> faults;
    QStringList applied; // keys
    QStringList needsRestart;
    QStringList warnings;

    // With nothing that waits for a restart and no warning.
    bool isQuiet() const { return needsRestart.isEmpty() && warnings.isEmpty(); }

    static Fault faultOf(const QString &error); // "truepeer.toml:12:3: unknown key"
};

// Lets the server read its configuration again. `done` is not called when `receiver` is destroyed
// before.
void reloadConfig(ServerLink &link, QObject *receiver,
                  std::function<void(const ConfigReload &)> done);

} // namespace truepeer
