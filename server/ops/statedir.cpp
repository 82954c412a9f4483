// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/statedir.h"

namespace truepeer {

using namespace Qt::StringLiterals;

QString stateDirectory(const Config &config, const QProcessEnvironment &environment)
{
    if (!config.stateDir.isEmpty())
        return config.stateDir;
    const QString given = environment.value(u"STATE_DIRECTORY"_s).section(u':', 0, 0);
    if (given.startsWith(u'/'))
        return given;
    if (config.port == 0)
        return {};
    const QString own = u"/truepeer/"_s + QString::number(config.port);
    const QString base = environment.value(u"XDG_STATE_HOME"_s);
    if (base.startsWith(u'/'))
        return base + own;
    const QString home = environment.value(u"HOME"_s);
    return home.startsWith(u'/') ? home + u"/.local/state" + own : QString();
}

} // namespace truepeer
