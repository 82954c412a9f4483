// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "server/ctl/session.h"
#include "server/ctl/trustinput.h"

#include <QJsonObject>
#include <QString>

namespace truepeer {

// An edit of the trust list on its way to the server.
struct ListEdit
{
    QString method;
    QJsonObject params;
    std::optional<TrustInput> wanted = {}; // the whole list that is to be, where it is known
};

// Sends it with --comment, --base-revision and --yes; asks when the server wants a confirmation;
// explains what is wrong with the list, or who was faster. To the exit status.
int runListEdit(Session &session, ListEdit edit);

// The list of trust.get; nothing when there is none, and the reason was printed.
struct CurrentTrust
{
    TrustList list;
    qint64 revision = 0;
};
std::optional<CurrentTrust> currentTrust(Session &session);

// A list from a file, "-" for standard input. Nothing when it cannot be read: the reason was
// printed, and the exit status is in the last argument.
std::optional<TrustInput> readTrustInput(Session &session, const QString &path, int &status);

// "trust list" as text: what is in force and since when, the entries, the warnings.
QString trustListText(const QJsonObject &trust, const Layout &layout);

// "line 3: 10.0.0.300: what is wrong"; the texts are for standard error or output.
QStringList remarkLines(const QJsonArray &remarks, const std::optional<TrustInput> &input);

} // namespace truepeer
