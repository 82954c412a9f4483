// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/requestmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/roles.h"
#include "gui/models/serverlink.h"
#include "gui/models/tone.h"

#include <QDateTime>
#include <QJsonArray>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

enum RequestColumn : int {
    RequestTime,
    RequestMethod,
    RequestUrl,
    RequestStatus,
    RequestClient,
    RequestPeer,
    RequestVerdict,
    RequestTook
};

constexpr std::array RequestColumns = {
    PolledTable::Column{"Time"},
    PolledTable::Column{"Method"},
    PolledTable::Column{"URL"},
    PolledTable::Column{"Status", nullptr, PolledTable::Kind::Number},
    PolledTable::Column{"Client", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"Peer", nullptr, PolledTable::Kind::Monospace},
    PolledTable::Column{"Client found by"},
    PolledTable::Column{"Took", nullptr, PolledTable::Kind::Number},
};

QString requestText(const QJsonObject &request, QLatin1StringView name)
{
    return onOneLine(request.value(name).toString());
}

QString urlText(const QJsonObject &request)
{
    const QString url = requestText(request, "url"_L1);
    return request.value("url_cut"_L1).toBool() ? QString(url + u'…') : url;
}

QString tookText(const QJsonObject &request)
{
    constexpr double Microseconds = 1000.0;
    return millisecondsText(request.value("duration_us"_L1).toDouble() / Microseconds);
}

QString foundByText(const QString &source)
{
    static constexpr std::array<std::pair<QLatin1StringView, QLatin1StringView>, 4> Names = {{
        {"x-forwarded-for"_L1, "X-Forwarded-For"_L1},
        {"forwarded"_L1, "Forwarded"_L1},
        {"x-real-ip"_L1, "X-Real-IP"_L1},
        {"proxy-protocol"_L1, "PROXY protocol"_L1},
    }};
    for (const auto &[name, text] : Names) {
        if (source == name)
            return text;
    }
    return onOneLine(source);
}

Tone verdictTone(const QJsonObject &request)
{
    if (request.value("conflict"_L1).toBool() || !request.value("known"_L1).toBool())
        return Tone::Warning;
    return request.value("exempt"_L1).toBool() ? Tone::Muted : Tone::Normal;
}

QVariant statusTone(int status)
{
    constexpr int ClientError = 400;
    constexpr int ServerError = 500;
    if (status >= ServerError)
        return int(Tone::Error);
    return status >= ClientError ? QVariant(int(Tone::Warning)) : QVariant();
}

} // namespace

QString verdictText(const QJsonObject &request)
{
    if (request.value("conflict"_L1).toBool())
        return u"Conflict of headers"_s;
    if (!request.value("known"_L1).toBool())
        return u"Not known"_s;
    const bool isTrusted = request.value("trusted_peer"_L1).toBool();
    const QString source = request.value("source"_L1).toString();
    if (source == "peer"_L1) {
        if (request.value("exempt"_L1).toBool())
            return u"Health check"_s;
        return isTrusted ? u"Trusted peer itself"_s : u"Direct"_s;
    }
    const qint64 hops = request.value("hops"_L1).toInteger();
    return foundByText(source) + u", "_s + countText(hops, "hop", "hops");
}

RequestModel::RequestModel(const ModelContext &context, QObject *parent)
    : PolledTable(context, RequestColumns, 1, parent)
{
    connect(&context.mask, &AddressMask::changed, this, &RequestModel::detailsChanged);
}

RequestModel::~RequestModel() = default;

void RequestModel::setHeld(bool held)
{
    if (held == m_held)
        return;
    m_held = held;
    forgetAsked();
    refresh();
}

void RequestModel::select(const QString &id)
{
    if (id == m_selected)
        return;
    m_selected = id;
    m_details = valueOf(id);
    m_detailProblem.clear();
    Q_EMIT detailsChanged();
    if (id.isEmpty())
        return;
    context().link.call(u"requests.get"_s, {{u"id"_s, id}}, this,
                        [this, id](const RpcResult &result) {
                            if (id != m_selected)
                                return;
                            if (const auto *error = std::get_if<RpcError>(&result))
                                m_detailProblem = error->message;
                            else
                                m_details = resultObject(result);
                            Q_EMIT detailsChanged();
                        });
}

std::vector<Fact> RequestModel::facts() const
{
    if (m_details.isEmpty())
        return {};
    std::vector<Fact> facts;
    const auto add = [&](const char *name, const QString &text, bool isMonospace = false) {
        if (!text.isEmpty())
            facts.push_back({QString::fromLatin1(name), mask().shownText(text), isMonospace});
    };
    add("Request", requestText(m_details, "method"_L1) + u' ' + urlText(m_details), true);
    const QString refusal = requestText(m_details, "detail"_L1);
    const QString status = QString::number(m_details.value("status"_L1).toInt());
    add("Answer", (refusal.isEmpty() ? status : QString(status + u", "_s + refusal)) + u", after "_s
                      + tookText(m_details));
    add("User agent", requestText(m_details, "user_agent"_L1));
    const qint64 then = m_details.value("trust_revision"_L1).toInteger();
    const qint64 now = resolution().value("trust_revision"_L1).toInteger(then);
    if (then != now) {
        add("Answered to", requestText(m_details, "client"_L1), true);
        add("Trust list", u"answered with revision %1; below is revision %2, in force now"_s.arg(
                              QString::number(then), QString::number(now)));
    }
    for (const QJsonValue &note : resolution().value("notes"_L1).toArray())
        add("Note", onOneLine(note.toString()));
    return facts;
}

void RequestModel::askServer()
{
    if (m_held && isLoaded())
        return;
    ask(u"requests.recent"_s, {{u"limit"_s, MaxRequests}},
        [this](const QJsonValue &result) { take(result); });
}

void RequestModel::take(const QJsonValue &result)
{
    const QJsonArray requests = result.toArray();
    std::vector<Row> rows;
    rows.reserve(size_t(requests.size()));
    for (const QJsonValue &request : requests)
        rows.push_back({request["id"_L1].toString(), request.toObject()});
    setRows(std::move(rows));
}

QVariant RequestModel::cell(const QJsonObject &value, int column, int role) const
{
    const qint64 atMs = value.value("at_ms"_L1).toInteger();
    if (role == ToneRole) {
        if (column == RequestStatus)
            return statusTone(value.value("status"_L1).toInt());
        return column == RequestVerdict ? QVariant(int(verdictTone(value))) : QVariant();
    }
    if (role == ExportRole && column == RequestTime)
        return QDateTime::fromMSecsSinceEpoch(atMs, Qt::UTC).toString(Qt::ISODateWithMs);
    if (role == ExportRole && column == RequestTook)
        return value.value("duration_us"_L1).toInteger();
    if (role == Qt::ToolTipRole && column == RequestUrl)
        return mask().shownText(urlText(value)).toHtmlEscaped();
    if (role == Qt::ToolTipRole && column == RequestStatus)
        return mask().shownText(requestText(value, "detail"_L1)).toHtmlEscaped();
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case RequestTime:
        return timeText(atMs / 1000, QDateTime::currentDateTime());
    case RequestMethod:
        return requestText(value, "method"_L1);
    case RequestUrl:
        return mask().shownText(urlText(value));
    case RequestStatus:
        return QString::number(value.value("status"_L1).toInt());
    case RequestClient:
        return mask().shown(requestText(value, "client"_L1));
    case RequestPeer:
        return mask().shown(requestText(value, "peer"_L1));
    case RequestVerdict:
        return verdictText(value);
    default:
        return tookText(value);
    }
}

} // namespace truepeer
