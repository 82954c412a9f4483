// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/configreload.h"

#include "gui/models/plaintext.h"
#include "gui/models/serverlink.h"

#include <QJsonArray>
#include <QRegularExpression>

#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

ConfigReload outcomeOf(const RpcResult &result)
{
    ConfigReload outcome;
    if (const auto *error = std::get_if<RpcError>(&result)) {
        outcome.problem = error->message;
        for (const QJsonValue &fault : error->data.value("errors"_L1).toArray())
            outcome.faults.push_back(ConfigReload::faultOf(fault.toString()));
        return outcome;
    }
    const QJsonObject object = resultObject(result);
    outcome.isDone = true;
    outcome.applied = textsOf(object.value("applied"_L1));
    outcome.needsRestart = textsOf(object.value("needs_restart"_L1));
    outcome.warnings = textsOf(object.value("warnings"_L1));
    return outcome;
}

} // namespace

QString ConfigReload::Fault::sentence() const
{
    if (file.isEmpty())
        return text;
    return u"%1, line %2, column %3: %4"_s.arg(file, QString::number(line), QString::number(column),
                                               text);
}

ConfigReload::Fault ConfigReload::faultOf(const QString &error)
{
    static const QRegularExpression placed(u"^(.+?):([0-9]{1,8}):([0-9]{1,8}): (.*)$"_s,
                                           QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = placed.match(error);
    if (!match.hasMatch())
        return {{}, 0, 0, onOneLine(error)};
    return {onOneLine(match.captured(1)), match.captured(2).toInt(), match.captured(3).toInt(),
            onOneLine(match.captured(4))};
}

void reloadConfig(ServerLink &link, QObject *receiver,
                  std::function<void(const ConfigReload &)> done)
{
    link.call(u"reload"_s, {}, receiver,
              [done = std::move(done)](const RpcResult &result) { done(outcomeOf(result)); });
}

} // namespace truepeer
