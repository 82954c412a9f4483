// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/markermodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/poller.h"
#include "gui/models/serverlink.h"

#include <QJsonObject>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MarkerTicks = 10;
constexpr int MaxEvents = 200;
constexpr size_t MaxMarkers = 500;

struct MarkedEvent
{
    QLatin1StringView type;
    TimeMarker::Kind kind;
    QLatin1StringView label;
    QLatin1StringView text;
};

constexpr std::array<MarkedEvent, 4> Marked{{
    {"trust.changed"_L1, TimeMarker::Kind::Trust, "trust"_L1, "Trust list changed"_L1},
    {"drain.started"_L1, TimeMarker::Kind::Drain, "drain"_L1, "Drain started"_L1},
    {"drain.cancelled"_L1, TimeMarker::Kind::Drain, "drain off"_L1, "Drain cancelled"_L1},
    {"config.reloaded"_L1, TimeMarker::Kind::Reload, "reload"_L1, "Configuration reloaded"_L1},
}};

std::optional<TimeMarker> markerOf(const QJsonObject &event)
{
    const QString type = event.value("type"_L1).toString();
    const auto found = std::find_if(Marked.begin(), Marked.end(),
                                    [&](const MarkedEvent &marked) { return type == marked.type; });
    if (found == Marked.end())
        return std::nullopt;
    QString text = found->text;
    const QString actor = event.value("actor"_L1).toString();
    if (!actor.isEmpty())
        text += u" by "_s + actor;
    const QString detail = event.value("detail"_L1).toString();
    if (!detail.isEmpty())
        text += u": "_s + detail;
    return TimeMarker{event.value("at_ms"_L1).toInteger() / 1000, found->kind, found->label, text};
}

} // namespace

MarkerModel::MarkerModel(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_poller(new Poller(context, MarkerTicks, this))
{
    connect(m_poller, &Poller::due, this, &MarkerModel::ask);
    connect(m_poller, &Poller::otherServer, this, [this] {
        m_markers.clear();
        Q_EMIT changed();
    });
    connect(&context.link, &ServerLink::up, this, &MarkerModel::addStart);
    connect(&context.link, &ServerLink::notified, this, [this](const QString &method) {
        if (method == "trust.changed"_L1)
            m_poller->askNow();
    });
    connect(&context.mask, &AddressMask::changed, this, &MarkerModel::changed);
    addStart();
}

MarkerModel::~MarkerModel() = default;

void MarkerModel::setLive(bool live)
{
    m_poller->setLive(live);
}

void MarkerModel::refresh()
{
    m_poller->askNow();
}

std::vector<TimeMarker> MarkerModel::markers() const
{
    std::vector<TimeMarker> shown = m_markers;
    for (TimeMarker &marker : shown)
        marker.text = m_context.mask.shownText(marker.text);
    return shown;
}

void MarkerModel::ask()
{
    addStart();
    QJsonArray types;
    for (const MarkedEvent &marked : Marked)
        types.append(marked.type);
    m_context.link.call(u"events.recent"_s, {{u"limit"_s, MaxEvents}, {u"types"_s, types}}, this,
                        [this](const RpcResult &result) {
                            if (const auto *value = std::get_if<QJsonValue>(&result))
                                addEvents(value->toArray());
                        });
}

void MarkerModel::addStart()
{
    const qint64 started = m_context.link.hello().value("started"_L1).toInteger();
    if (started > 0 && add({started, TimeMarker::Kind::Start, u"start"_s, u"Server started"_s}))
        Q_EMIT changed();
}

void MarkerModel::addEvents(const QJsonArray &events)
{
    bool isNew = false;
    for (const QJsonValue &event : events) {
        if (const std::optional<TimeMarker> marker = markerOf(event.toObject()))
            isNew = add(*marker) || isNew;
    }
    if (isNew)
        Q_EMIT changed();
}

bool MarkerModel::add(TimeMarker marker)
{
    const auto at =
        std::upper_bound(m_markers.begin(), m_markers.end(), marker,
                         [](const TimeMarker &a, const TimeMarker &b) { return a.time < b.time; });
    if (std::find(m_markers.begin(), at, marker) != at)
        return false;
    m_markers.insert(at, std::move(marker));
    if (m_markers.size() > MaxMarkers)
        m_markers.erase(m_markers.begin());
    return true;
}

} // namespace truepeer
