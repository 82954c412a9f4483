// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustpreviewmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/serverlink.h"
#include "gui/models/tone.h"

#include <chrono>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto PreviewDelay = std::chrono::milliseconds(300);
constexpr int PreviewTicks = 5;
constexpr qsizetype MaxProblems = 3;

QString originText(const QJsonObject &who)
{
    const QString scheme = who.value("scheme"_L1).toString();
    const QString host = who.value("host"_L1).toString();
    const int port = who.value("port"_L1).toInt();
    const bool isUsual = port == 0 || port == (scheme == "https"_L1 ? 443 : 80);
    const QString shownHost =
        host.contains(u':') && !host.startsWith(u'[') ? QString(u'[' + host + u']') : host;
    return scheme + u"://"_s + shownHost
           + (isUsual ? QString() : QString(u':' + QString::number(port)));
}

// The client, and scheme, host and port where these are what changes.
QString callerText(const QJsonObject &who, const QJsonObject &other)
{
    const QString client = who.value("client"_L1).toString();
    const QString origin = originText(who);
    return origin == originText(other) ? client : QString(client + u"  "_s + origin);
}

QString problemText(const QJsonArray &problems)
{
    QStringList lines;
    for (const QJsonValue &value : problems) {
        if (lines.size() == MaxProblems) {
            lines.append(u"and %1 more"_s.arg(problems.size() - MaxProblems));
            break;
        }
        const QString entry = value.toObject().value("entry"_L1).toString();
        const QString message = value.toObject().value("message"_L1).toString();
        lines.append(entry.isEmpty() ? message : QString(entry + u": "_s + message));
    }
    return lines.join(u"; "_s);
}

} // namespace

TrustPreviewModel::TrustPreviewModel(const ModelContext &context, TrustDraft &draft,
                                     QObject *parent)
    : KeyedTable(parent)
    , m_context(context)
    , m_draft(draft)
    , m_poller(context, PreviewTicks, this)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(PreviewDelay);
    connect(&m_timer, &QTimer::timeout, this, &TrustPreviewModel::send);
    connect(&draft, &TrustDraft::edited, this, &TrustPreviewModel::draftEdited);
    connect(&draft, &TrustDraft::conflictChanged, this, &TrustPreviewModel::draftEdited);
    // Clients come and go while somebody thinks it over.
    connect(&m_poller, &Poller::due, this, [this](bool) {
        if (m_state == State::Ready || m_state == State::Failed)
            send();
    });
    connect(&context.link, &ServerLink::up, this, &TrustPreviewModel::draftEdited);
    connect(&context.mask, &AddressMask::changed, this, [this] {
        allChanged();
        Q_EMIT changed();
    });
}

TrustPreviewModel::~TrustPreviewModel() = default;

void TrustPreviewModel::draftEdited()
{
    ++m_asked; // whatever comes now is about an older draft
    if (!m_draft.hasEdits()) {
        m_timer.stop();
        m_summary = {};
        setRows({});
        setState(State::Idle);
    } else if (m_draft.isConflict()) {
        m_timer.stop();
        setState(State::Behind);
    } else {
        m_timer.start();
        setState(State::Asking);
    }
}

void TrustPreviewModel::ask()
{
    if (m_draft.hasEdits() && !m_draft.isConflict()) {
        setState(State::Asking);
        send();
    }
}

void TrustPreviewModel::send()
{
    m_timer.stop();
    if (!m_context.link.isUp())
        return setState(State::Failed, u"There is no connection to the server."_s);
    const quint64 number = ++m_asked;
    const TrustList &list = m_draft.wanted();
    const QJsonObject params{{u"mode"_s, trustModeName(list.mode)},
                             {u"entries"_s, trustEntriesToJson(list, false)}};
    m_context.link.call(u"trust.preview"_s, params, this, [this, number](const RpcResult &result) {
        if (number != m_asked)
            return;
        if (const auto *error = std::get_if<RpcError>(&result))
            setState(State::Failed, error->message);
        else
            take(resultObject(result));
    });
}

void TrustPreviewModel::take(const QJsonObject &object)
{
    if (!object.value("valid"_L1).toBool()) {
        m_summary = {};
        setRows({});
        return setState(State::Invalid, problemText(object.value("problems"_L1).toArray()));
    }
    const QJsonObject recent = object.value("recent"_L1).toObject();
    const QJsonObject shared = object.value("shared"_L1).toObject();
    const QJsonObject largest = shared.value("largest"_L1).toObject();
    m_summary = {.changed = object.value("changed"_L1).toInteger(),
                 .total = object.value("total"_L1).toInteger(),
                 .recentChanged = recent.value("changed"_L1).toInteger(),
                 .recentTotal = recent.value("total"_L1).toInteger(),
                 .sharedClients = shared.value("clients"_L1).toInteger(),
                 .sharedAddresses = shared.value("addresses"_L1).toInteger(),
                 .largestClients = largest.value("clients"_L1).toInteger(),
                 .largest = largest.value("client"_L1).toString(),
                 .overLimit = shared.value("over_limit"_L1).toInteger()};
    for (const QJsonValue &reason : object.value("confirm"_L1).toArray())
        m_summary.confirm.append(reason.toString());
    std::vector<TrustSampleRow> rows;
    for (const QJsonValue &value : object.value("samples"_L1).toArray()) {
        const QJsonObject sample = value.toObject();
        rows.push_back({sample.value("id"_L1).toString(), sample.value("before"_L1).toObject(),
                        sample.value("after"_L1).toObject(), sample.value("reason"_L1).toString()});
    }
    setRows(std::move(rows));
    setState(State::Ready);
    const QJsonValue base = object.value("base_revision"_L1);
    if (base.isDouble() && base.toInteger() != m_draft.baseRevision())
        m_draft.reload();
}

void TrustPreviewModel::setState(State state, const QString &problem)
{
    m_state = state;
    m_problem = problem;
    Q_EMIT changed();
}

QString TrustPreviewModel::headline() const
{
    const QString of = m_summary.changed == 0
                           ? u"None of %1 would change"_s.arg(
                               countText(m_summary.total, "open client", "open clients"))
                           : u"%1 of %2 would change"_s.arg(
                               countText(m_summary.changed),
                               countText(m_summary.total, "open client", "open clients"));
    switch (m_state) {
    case State::Idle:
        return u"Nothing is changed"_s;
    case State::Asking:
        return u"Asking what it would change…"_s;
    case State::Ready:
        return m_summary.total == 0 ? u"No client is connected that could change"_s : of;
    case State::Invalid:
        return u"The list is not valid"_s;
    case State::Failed:
        return u"What it would change cannot be told"_s;
    case State::Behind:
        break;
    }
    return u"Somebody else changed the list; join your changes with theirs first"_s;
}

QStringList TrustPreviewModel::details() const
{
    if (m_state == State::Invalid || m_state == State::Failed)
        return {m_context.mask.shownText(m_problem)};
    QStringList lines;
    if (m_state != State::Ready)
        return lines;
    if (m_summary.recentTotal > 0)
        lines.append(u"%1 of the last %2 would be answered to somebody else"_s.arg(
            countText(m_summary.recentChanged),
            countText(m_summary.recentTotal, "HTTP request", "HTTP requests")));
    if (m_summary.sharedClients > 0) {
        QString line = u"%1 would share %2 with others"_s.arg(
            countText(m_summary.sharedClients, "client", "clients"),
            countText(m_summary.sharedAddresses, "address", "addresses"));
        if (!m_summary.largest.isEmpty())
            line += u"; the largest group, %1, would be %2"_s.arg(
                countText(m_summary.largestClients, "client", "clients"),
                m_context.mask.shown(m_summary.largest));
        lines.append(line);
    }
    if (m_summary.overLimit > 0)
        lines.append(u"%1 would have more connections than one client may have"_s.arg(
            countText(m_summary.overLimit, "address", "addresses")));
    return lines;
}

QStringList TrustPreviewModel::confirmReasons() const
{
    QStringList reasons;
    for (const QString &reason : m_summary.confirm)
        reasons.append(m_context.mask.shownText(reason));
    return reasons;
}

int TrustPreviewModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString TrustPreviewModel::text(const TrustSampleRow &row, int column) const
{
    switch (column) {
    case ClientColumn:
        return row.key;
    case BeforeColumn:
        return m_context.mask.shownText(callerText(row.before, row.after));
    case AfterColumn:
        return m_context.mask.shownText(callerText(row.after, row.before));
    case ReasonColumn:
        return m_context.mask.shownText(row.reason);
    default:
        break;
    }
    return {};
}

QVariant TrustPreviewModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const TrustSampleRow &row = rows()[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return text(row, column).toHtmlEscaped();
    case KeyRole:
        return row.key;
    case ToneRole:
        return int(column == AfterColumn ? Tone::Client : Tone::Normal);
    case MonospaceRole:
        return column != ReasonColumn;
    default:
        break;
    }
    return {};
}

QVariant TrustPreviewModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case ClientColumn:
        return u"Client"_s;
    case BeforeColumn:
        return u"Is now"_s;
    case AfterColumn:
        return u"Would be"_s;
    case ReasonColumn:
        return u"Why"_s;
    default:
        break;
    }
    return {};
}

} // namespace truepeer
