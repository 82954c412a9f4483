// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/configkeys.h"
#include "server/ops/configload.h"
#include "server/ops/configrules.h"

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

QString originText(const ConfigOrigin &origin)
{
    const QString source = configSourceName(origin.source);
    return origin.where.isEmpty() ? source : source + u' ' + printableForMessage(origin.where);
}

} // namespace

QString printConfig(const LoadedConfig &loaded)
{
    QString out = loaded.file.isEmpty() ? u"# The configuration in force. No file was read.\n"_s
                                        : u"# The configuration in force. File: "_s
                                              + printableForMessage(loaded.file) + u'\n';
    QString table;
    for (const ConfigKey &key : configKeys()) {
        const QString name = key.qname();
        const qsizetype dot = name.lastIndexOf(u'.');
        const QString itsTable = name.left(std::max<qsizetype>(dot, 0));
        if (itsTable != table) {
            out += u"\n["_s + itsTable + u"]\n"_s;
            table = itsTable;
        }
        out += name.sliced(dot + 1) + u" = "_s + toToml(shownValue(key, loaded.config)) + u"  # "_s
               + originText(loaded.origin(name)) + u'\n';
    }
    return out;
}

QString checkReport(const LoadedConfig &loaded)
{
    QString out;
    for (const QString &warning : loaded.warnings)
        out += u"warning: "_s + warning + u'\n';
    for (const QString &error : loaded.errors)
        out += u"error: "_s + error + u'\n';
    if (loaded.ok()) {
        for (const QString &key : loaded.config.notYetInForce())
            out += u"warning: "_s + key + u" has no effect in this version\n"_s;
        out += u"configuration ok\n"_s;
    }
    return out;
}

} // namespace truepeer
