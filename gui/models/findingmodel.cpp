// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/findingmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/roles.h"

#include <QJsonArray>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum FindingColumn : int { FindingSeverity, FindingTitle, FindingSubject };

constexpr std::array FindingColumns = {
    PolledTable::Column{"Severity"},
    PolledTable::Column{"Finding"},
    PolledTable::Column{"About", nullptr, PolledTable::Kind::Monospace},
};

// "more" stands for the rest of one kind and severity.
QString keyOf(const QJsonObject &finding)
{
    const QString subject = finding.value("subject"_L1).toString();
    QString key = finding.value("id"_L1).toString() + u'\n' + subject;
    if (subject == "more"_L1)
        key += u'\n' + finding.value("severity"_L1).toString();
    return key;
}

} // namespace

FindingModel::FindingModel(const ModelContext &context, QObject *parent)
    : PolledTable(context, FindingColumns, TicksBetween, parent)
{
}

FindingModel::~FindingModel() = default;

FindingContent FindingModel::contentOf(const QString &key) const
{
    return FindingContent::of(valueOf(key), context().mask);
}

QString FindingModel::keyOfKind(const QString &id) const
{
    for (int row = 0; row < rowCount(); ++row) {
        if (valueAt(row).value("id"_L1).toString() == id)
            return keyOf(valueAt(row));
    }
    return {};
}

QString FindingModel::summary() const
{
    struct Counted
    {
        QLatin1StringView severity;
        const char *one;
        const char *many;
        qint64 count = 0;
    };
    std::array counts = {Counted{"error"_L1, "error", "errors"},
                         Counted{"warning"_L1, "warning", "warnings"},
                         Counted{"info"_L1, "hint", "hints"}};
    for (int row = 0; row < rowCount(); ++row) {
        for (Counted &counted : counts)
            counted.count += valueAt(row).value("severity"_L1).toString() == counted.severity;
    }
    QStringList parts;
    for (const Counted &counted : counts) {
        if (counted.count > 0)
            parts += countText(counted.count, counted.one, counted.many);
    }
    return parts.isEmpty() ? u"Nothing found"_s : parts.join(u", "_s);
}

void FindingModel::askServer()
{
    ask(u"diagnose"_s, {}, [this](const QJsonValue &result) { take(result); });
}

void FindingModel::take(const QJsonValue &result)
{
    const QJsonArray findings = result.toArray();
    std::vector<Row> rows;
    rows.reserve(size_t(findings.size()));
    for (const QJsonValue &finding : findings)
        rows.push_back({keyOf(finding.toObject()), finding.toObject()});
    m_checkedAt = QDateTime::currentDateTime();
    setRows(std::move(rows));
}

QVariant FindingModel::cell(const QJsonObject &value, int column, int role) const
{
    const QString severity = value.value("severity"_L1).toString();
    const auto text = [&](QLatin1StringView name) {
        return context().mask.shownText(onOneLine(value.value(name).toString()));
    };
    switch (role) {
    case Qt::DisplayRole:
        if (column == FindingSeverity)
            return severityText(severity);
        return text(column == FindingTitle ? "title"_L1 : "subject"_L1);
    case Qt::ToolTipRole:
        return column == FindingTitle ? text("title"_L1).toHtmlEscaped() : QString();
    case ToneRole:
        return column == FindingSeverity ? QVariant(int(severityTone(severity))) : QVariant();
    default:
        return {};
    }
}

} // namespace truepeer
