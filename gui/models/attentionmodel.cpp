// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/attentionmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/plaintext.h"
#include "gui/models/serverlink.h"
#include "gui/models/tone.h"

#include <QSet>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int AttentionTicks = 10;
constexpr std::array AttentionColumns{PolledTable::Column{"Finding"}};

Tone toneOf(const QString &severity)
{
    if (severity == "error"_L1)
        return Tone::Error;
    return severity == "warning"_L1 ? Tone::Warning : Tone::Notice;
}

} // namespace

AttentionModel::AttentionModel(const ModelContext &context, QObject *parent, Now now)
    : PolledTable(context, AttentionColumns, AttentionTicks, parent)
    , m_now(std::move(now))
{
    connect(&context.link, &ServerLink::notified, this, [this](const QString &method) {
        if (method == "trust.changed"_L1)
            refresh();
    });
}

AttentionModel::~AttentionModel() = default;

void AttentionModel::setWarnings(const QStringList &warnings)
{
    if (warnings == m_warnings)
        return;
    m_warnings = warnings;
    show();
}

void AttentionModel::forget()
{
    forgetAsked();
    m_findings = {};
    m_warnings = {};
    m_checkedAt = {};
    show();
}

void AttentionModel::askServer()
{
    ask(u"diagnose"_s, {}, [this](const QJsonValue &result) {
        m_findings = result.toArray();
        m_checkedAt = m_now();
        show();
    });
}

QVariant AttentionModel::cell(const QJsonObject &value, int, int role) const
{
    const auto text = [&](QLatin1StringView name) {
        return context().mask.shownText(onOneLine(value.value(name).toString()));
    };
    switch (role) {
    case Qt::DisplayRole:
        return text("title"_L1);
    case DetailRole:
        return text("detail"_L1);
    case ToneRole:
        return int(toneOf(value.value("severity"_L1).toString()));
    case FindingIdRole:
        return value.value("id"_L1).toString();
    case SeverityRole:
        return value.value("severity"_L1).toString();
    default:
        return {};
    }
}

void AttentionModel::show()
{
    std::vector<Row> rows;
    QSet<QString> keys;
    QSet<QString> titles;
    const auto add = [&](QString key, const QJsonObject &finding) {
        // Of an id there may be one more, which says how many others there are.
        while (keys.contains(key))
            key.append(u'+');
        keys.insert(key);
        titles.insert(finding.value("title"_L1).toString());
        rows.push_back({key, finding});
    };
    for (const QJsonValue &item : std::as_const(m_findings)) {
        const QJsonObject finding = item.toObject();
        const QString key =
            finding.value("id"_L1).toString() % u'\n' % finding.value("subject"_L1).toString();
        add(key, finding);
    }
    for (const QString &warning : std::as_const(m_warnings)) {
        if (!titles.contains(warning))
            add(u"\n\n"_s + warning, {{u"severity"_s, u"warning"_s}, {u"title"_s, warning}});
    }
    setRows(std::move(rows));
}

} // namespace truepeer
