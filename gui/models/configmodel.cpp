// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/configmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/configreload.h"
#include "gui/models/plaintext.h"
#include "gui/models/serverlink.h"
#include "gui/models/tone.h"

#include <QJsonArray>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int ConfigTicks = 10; // it changes by a reload or a live edit only

constexpr std::array ConfigColumns = {
    PolledTable::Column{"Table"},
    PolledTable::Column{"Setting", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"Value", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"Default", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"From"},
    PolledTable::Column{"Where", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"A change needs"},
};

bool differs(const QJsonObject &setting)
{
    return setting.value("value"_L1) != setting.value("default"_L1);
}

QString sectionOf(const QString &key)
{
    return key.left(std::max<qsizetype>(key.lastIndexOf(u'.'), 0));
}

QString sourceText(const QString &source)
{
    static constexpr std::array<std::pair<QLatin1StringView, QLatin1StringView>, 5> Names = {{
        {"default"_L1, "default"_L1},
        {"file"_L1, "file"_L1},
        {"env"_L1, "environment"_L1},
        {"flag"_L1, "command line"_L1},
        {"live"_L1, "edited live"_L1},
    }};
    for (const auto &[name, text] : Names) {
        if (source == name)
            return text;
    }
    return onOneLine(source);
}

Tone sourceTone(const QString &source)
{
    if (source == "default"_L1)
        return Tone::Muted;
    return source == "file"_L1 ? Tone::Normal : Tone::Notice;
}

} // namespace

ConfigModel::ConfigModel(const ModelContext &context, QObject *parent)
    : PolledTable(context, ConfigColumns, ConfigTicks, parent)
{
    connect(&context.link, &ServerLink::notified, this, [this](const QString &method) {
        if (method == "trust.changed"_L1)
            refresh();
    });
}

ConfigModel::~ConfigModel() = default;

bool ConfigModel::hasLiveKey() const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (valueAt(row).value("source"_L1).toString() == "live"_L1)
            return true;
    }
    return false;
}

int ConfigModel::differing() const
{
    int count = 0;
    for (int row = 0; row < rowCount(); ++row)
        count += differs(valueAt(row)) ? 1 : 0;
    return count;
}

void ConfigModel::reload()
{
    reloadConfig(context().link, this, [this](const ConfigReload &outcome) {
        if (outcome.isDone)
            refresh();
        Q_EMIT reloaded(outcome);
    });
}

QString ConfigModel::valueText(const QJsonValue &value)
{
    if (value.isBool())
        return value.toBool() ? u"true"_s : u"false"_s;
    if (value.isDouble())
        return QString::number(value.toInteger());
    if (value.isArray()) {
        QStringList texts;
        for (const QJsonValue &element : value.toArray())
            texts += valueText(element);
        return u'[' + texts.join(u", "_s) + u']';
    }
    QString text = onOneLine(value.toString());
    text.replace(u'\\', uR"(\\)"_s);
    text.replace(u'"', uR"(\")"_s);
    return u'"' + text + u'"';
}

void ConfigModel::askServer()
{
    ask(u"config.get"_s, {}, [this](const QJsonValue &result) { take(result); });
}

void ConfigModel::take(const QJsonValue &result)
{
    const QJsonArray settings = result.toArray();
    std::vector<Row> rows;
    rows.reserve(size_t(settings.size()));
    for (const QJsonValue &setting : settings)
        rows.push_back({setting["key"_L1].toString(), setting.toObject()});
    setRows(std::move(rows));
}

QString ConfigModel::text(const QJsonObject &value, int column) const
{
    const QString key = value.value("key"_L1).toString();
    const QString source = value.value("source"_L1).toString();
    switch (column) {
    case Section:
        return sectionOf(key);
    case Key:
        return key.sliced(key.lastIndexOf(u'.') + 1);
    case Value:
        return context().mask.shownText(valueText(value.value("value"_L1)));
    case Default:
        return differs(value) ? context().mask.shownText(valueText(value.value("default"_L1)))
                              : QString();
    case Source:
        return sourceText(source);
    case Where:
        return onOneLine(value.value("where"_L1).toString());
    case Effect:
        if (source == "live"_L1)
            return u"the trust list"_s;
        return value.value("reloadable"_L1).toBool() ? u"a reload"_s : u"a restart"_s;
    default:
        return {};
    }
}

QVariant ConfigModel::cell(const QJsonObject &value, int column, int role) const
{
    const QString key = value.value("key"_L1).toString();
    const QString source = value.value("source"_L1).toString();
    switch (role) {
    case Qt::DisplayRole:
        return text(value, column);
    case Qt::ToolTipRole:
        if (column == Key)
            return key.toHtmlEscaped();
        return column == Value || column == Default || column == Where
                   ? text(value, column).toHtmlEscaped()
                   : QString();
    case ToneRole:
        if (column == Source)
            return int(sourceTone(source));
        return column == Section || column == Default || column == Effect
                   ? QVariant(int(Tone::Muted))
                   : QVariant();
    case ExportRole:
        return column == Key ? QVariant(key) : QVariant();
    case DiffersRole:
        return differs(value);
    case SectionRole:
        return sectionOf(key);
    case LiveRole:
        return source == "live"_L1;
    default:
        return {};
    }
}

} // namespace truepeer
