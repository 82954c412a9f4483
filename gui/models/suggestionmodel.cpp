// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/suggestionmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/serverlink.h"

#include <QSettings>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int SuggestionTicks = 5;
constexpr qsizetype MaxIgnored = 1000;
constexpr const char16_t *SuggestionTitles[] = {u"Peer", u"Requests", u"Last seen", u"It sent",
                                                u"To trust"};
static_assert(std::size(SuggestionTitles) == SuggestionModel::ColumnCount);

QString settingsKey(const ServerLink &link)
{
    const QJsonValue listen = link.hello().value("listen"_L1);
    QString server = listen.isArray() ? listen.toArray().at(0).toString() : listen.toString();
    server.replace(u'/', u'_');
    return u"trust/ignored/"_s + (server.isEmpty() ? u"server"_s : server);
}

} // namespace

SuggestionModel::SuggestionModel(const ModelContext &context, QObject *parent)
    : KeyedTable(parent)
    , m_context(context)
    , m_poller(context, SuggestionTicks, this)
{
    readIgnored();
    connect(&m_poller, &Poller::due, this, &SuggestionModel::ask);
    connect(&context.link, &ServerLink::up, this, [this] {
        readIgnored();
        update();
    });
    connect(&context.mask, &AddressMask::changed, this, [this] { allChanged(); });
}

SuggestionModel::~SuggestionModel() = default;

void SuggestionModel::ask()
{
    if (m_isAsking)
        return;
    m_isAsking = true;
    m_context.link.call(u"trust.suggestions"_s, {}, this, [this](const RpcResult &result) {
        m_isAsking = false;
        const auto *value = std::get_if<QJsonValue>(&result);
        if (!value)
            return;
        m_all.clear();
        for (const QJsonValue &item : value->toArray()) {
            const QJsonObject object = item.toObject();
            m_all.push_back(
                {object.value("peer"_L1).toString(), object.value("hits"_L1).toInteger(),
                 object.value("last_seen"_L1).toInteger(), object.value("sample"_L1).toString(),
                 object.value("entry"_L1).toString()});
        }
        update();
    });
}

void SuggestionModel::update()
{
    std::vector<SuggestionRow> shown;
    for (const SuggestionRow &row : m_all) {
        if (!m_ignored.contains(row.key))
            shown.push_back(row);
    }
    setRows(std::move(shown));
    Q_EMIT changed();
}

QString SuggestionModel::entryOf(const QString &peer) const
{
    for (const SuggestionRow &row : rows()) {
        if (row.key == peer)
            return row.entry;
    }
    return {};
}

void SuggestionModel::ignore(const QString &peer)
{
    if (m_ignored.size() >= MaxIgnored)
        m_ignored.clear();
    m_ignored.insert(peer);
    writeIgnored();
    update();
}

int SuggestionModel::ignoredCount() const
{
    return int(m_all.size()) - rowCount();
}

void SuggestionModel::showIgnored()
{
    m_ignored.clear();
    writeIgnored();
    update();
}

void SuggestionModel::readIgnored()
{
    const QStringList peers = QSettings().value(settingsKey(m_context.link)).toStringList();
    m_ignored = QSet<QString>(peers.begin(), peers.end());
}

void SuggestionModel::writeIgnored() const
{
    QSettings settings;
    if (m_ignored.isEmpty())
        settings.remove(settingsKey(m_context.link));
    else
        settings.setValue(settingsKey(m_context.link), QStringList(m_ignored.values()));
}

int SuggestionModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString SuggestionModel::text(const SuggestionRow &row, int column) const
{
    switch (column) {
    case PeerColumn:
        return m_context.mask.shown(row.key);
    case HitsColumn:
        return countText(row.hits);
    case LastSeenColumn:
        return timeText(row.lastSeen, QDateTime::currentDateTime());
    case SampleColumn:
        return m_context.mask.shownText(row.sample);
    case EntryColumn:
        return m_context.mask.shown(row.entry);
    default:
        break;
    }
    return {};
}

QVariant SuggestionModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const SuggestionRow &row = rows()[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::ToolTipRole:
        return column == SampleColumn ? QVariant(text(row, column).toHtmlEscaped()) : QVariant();
    case KeyRole:
        return row.key;
    case NumericRole:
        return column == HitsColumn;
    case MonospaceRole:
        return column == PeerColumn || column == SampleColumn || column == EntryColumn;
    default:
        break;
    }
    return {};
}

QVariant SuggestionModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == NumericRole)
        return section == HitsColumn;
    return role == Qt::DisplayRole ? QVariant(QString::fromUtf16(SuggestionTitles[section]))
                                   : QVariant();
}

} // namespace truepeer
