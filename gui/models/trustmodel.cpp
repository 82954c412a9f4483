// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/trustmodel.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/serverlink.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto CheckDelay = std::chrono::milliseconds(300);

struct ColumnText
{
    const char16_t *name;
    const char16_t *title;
};
constexpr ColumnText ColumnTexts[] = {
    {u"entry", u"Entry"},         {u"note", u"Note"},       {u"draft", u"Your draft"},
    {u"ranges", u"Ranges"},       {u"peers", u"Peers"},     {u"clients", u"Clients"},
    {u"last_used", u"Last used"}, {u"remarks", u"Remarks"}, {u"added_by", u"Added by"},
    {u"added_at", u"Added at"},
};
static_assert(std::size(ColumnTexts) == TrustModel::ColumnCount);

bool isNumber(int column)
{
    return column == TrustModel::PeersColumn || column == TrustModel::ClientsColumn;
}

} // namespace

QString trustStateText(TrustModel::State state)
{
    switch (state) {
    case TrustModel::State::Added:
        return u"to add"_s;
    case TrustModel::State::Removed:
        return u"to remove"_s;
    case TrustModel::State::NoteChanged:
        return u"new note"_s;
    case TrustModel::State::Unchanged:
        break;
    }
    return {};
}

TrustModel::TrustModel(const ModelContext &context, TrustDraft &draft, QObject *parent)
    : QAbstractTableModel(parent)
    , m_context(context)
    , m_draft(draft)
{
    m_checkTimer.setSingleShot(true);
    m_checkTimer.setInterval(CheckDelay);
    connect(&m_checkTimer, &QTimer::timeout, this, &TrustModel::check);
    connect(&draft, &TrustDraft::serverChanged, this, &TrustModel::sync);
    connect(&draft, &TrustDraft::edited, this, [this] {
        sync();
        m_checkTimer.start();
    });
    connect(&context.mask, &AddressMask::changed, this, &TrustModel::allChanged);
    sync();
}

TrustModel::~TrustModel() = default;

TrustModel::Row TrustModel::makeRow(const QString &key, const TrustEntry &entry)
{
    const TrustMeaning meaning = m_draft.meaningOf(entry.entry);
    Row row;
    row.key = key;
    row.entry = entry.entry;
    row.note = entry.note;
    row.ranges = meaning.ranges;
    row.isBad = !meaning.problem.isEmpty();
    row.remarks = row.isBad ? QStringList(meaning.problem) : m_remarks.value(key, meaning.warnings);
    row.isInForce = m_draft.server().uses.contains(key);
    row.use = m_draft.server().uses.value(key);
    return row;
}

std::vector<TrustModel::Row> TrustModel::wantedRows()
{
    std::vector<Row> rows;
    const TrustList &base = m_draft.base();
    const TrustList &wanted = m_draft.wanted();
    const QStringList &wantedKeys = m_draft.wantedKeys();
    QHash<QString, qsizetype> places;
    places.reserve(wantedKeys.size());
    for (qsizetype i = 0; i < wantedKeys.size(); ++i)
        places.insert(wantedKeys[i], i);
    rows.reserve(base.entries.size() + 1);
    for (qsizetype i = 0; i < m_draft.baseKeys().size(); ++i) {
        const QString &key = m_draft.baseKeys().at(i);
        const TrustEntry &old = base.entries[size_t(i)];
        const auto place = places.constFind(key);
        Row row = makeRow(key, place == places.constEnd() ? old : wanted.entries[size_t(*place)]);
        if (place == places.constEnd()) {
            row.state = State::Removed;
            row.remarks.clear();
        } else if (row.note != old.note) {
            row.state = State::NoteChanged;
            row.oldNote = old.note;
        }
        rows.push_back(std::move(row));
        places.remove(key);
    }
    for (qsizetype i = 0; i < wantedKeys.size(); ++i) {
        if (!places.contains(wantedKeys[i]))
            continue;
        rows.push_back(makeRow(wantedKeys[i], wanted.entries[size_t(i)]));
        rows.back().state = State::Added;
    }
    return rows;
}

void TrustModel::sync()
{
    std::vector<Row> wanted = wantedRows();
    QHash<QString, size_t> places;
    places.reserve(std::ssize(wanted));
    for (size_t i = 0; i < wanted.size(); ++i)
        places.insert(wanted[i].key, i);
    removeMissing(places);

    int first = -1; // of a run of rows that changed
    for (int i = 0; i < int(m_rows.size()); ++i) {
        const auto place = places.find(m_rows[size_t(i)].key);
        Row &row = wanted[*place];
        places.erase(place);
        const bool isSame = m_rows[size_t(i)] == row;
        if (!isSame)
            m_rows[size_t(i)] = std::move(row);
        if (!isSame && first < 0)
            first = i;
        if (isSame && first >= 0)
            changeRows(std::exchange(first, -1), i - 1);
    }
    if (first >= 0)
        changeRows(first, int(m_rows.size()) - 1);
    if (places.isEmpty())
        return;
    const int start = int(m_rows.size());
    beginInsertRows({}, start, start + int(places.size()) - 1);
    for (Row &row : wanted) {
        if (!places.contains(row.key))
            continue;
        m_places.insert(row.key, int(m_rows.size()));
        m_rows.push_back(std::move(row));
    }
    endInsertRows();
}

void TrustModel::removeMissing(const QHash<QString, size_t> &wanted)
{
    bool removed = false;
    for (int last = int(m_rows.size()) - 1; last >= 0; --last) {
        if (wanted.contains(m_rows[size_t(last)].key))
            continue;
        int first = last;
        while (first > 0 && !wanted.contains(m_rows[size_t(first) - 1].key))
            --first;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        endRemoveRows();
        last = first;
        removed = true;
    }
    if (!removed)
        return;
    m_places.clear();
    for (size_t i = 0; i < m_rows.size(); ++i)
        m_places.insert(m_rows[i].key, int(i));
}

void TrustModel::changeRows(int first, int last)
{
    Q_EMIT dataChanged(index(first, 0), index(last, ColumnCount - 1));
}

void TrustModel::check()
{
    const TrustListCheck result = validate(m_draft.wanted());
    QHash<QString, QStringList> remarks;
    const QStringList &keys = m_draft.wantedKeys();
    for (const TrustListCheck::Remark &warning : result.warnings) {
        if (warning.index >= 0 && warning.index < keys.size())
            remarks[keys[warning.index]].append(warning.message);
    }
    if (remarks == m_remarks)
        return;
    m_remarks = std::move(remarks);
    sync();
}

void TrustModel::allChanged()
{
    if (!m_rows.empty())
        changeRows(0, int(m_rows.size()) - 1);
}

int TrustModel::rowOf(const QString &key) const
{
    return m_places.value(key, -1);
}

int TrustModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int TrustModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(ColumnCount);
}

QString TrustModel::text(const Row &row, int column) const
{
    switch (column) {
    case EntryColumn:
        return m_context.mask.shown(row.entry);
    case NoteColumn:
        return m_context.mask.shownText(row.note);
    case ChangeColumn:
        return trustStateText(row.state);
    case RangesColumn: {
        QStringList shown;
        for (const QString &range : row.ranges)
            shown.append(m_context.mask.shown(range));
        return shown.join(u", "_s);
    }
    case PeersColumn:
        return row.isInForce ? countText(row.use.peers) : QString();
    case ClientsColumn:
        return row.isInForce ? countText(row.use.clients) : QString();
    case LastUsedColumn:
        return row.isInForce ? timeText(row.use.lastUsed, QDateTime::currentDateTime()) : QString();
    case RemarksColumn:
        return m_context.mask.shownText(row.remarks.join(u"; "_s));
    case AddedByColumn:
        return row.use.addedBy;
    case AddedAtColumn:
        return row.use.addedAt > 0 ? dateTimeText(row.use.addedAt) : QString();
    default:
        break;
    }
    return {};
}

QString TrustModel::toolTip(const Row &row, int column) const
{
    switch (column) {
    case ChangeColumn:
        return row.state == State::NoteChanged && !row.oldNote.isEmpty()
                   ? QString(u"The note was: "_s + m_context.mask.shownText(row.oldNote))
                   : text(row, column);
    case NoteColumn:
    case RangesColumn:
    case RemarksColumn:
        return text(row, column);
    default:
        break;
    }
    return {};
}

QVariant TrustModel::sortValue(const Row &row, int column)
{
    switch (column) {
    case PeersColumn:
        return row.use.peers;
    case ClientsColumn:
        return row.use.clients;
    case LastUsedColumn:
        return row.use.lastUsed;
    case AddedAtColumn:
        return row.use.addedAt;
    case AddedByColumn:
        return row.use.addedBy;
    case ChangeColumn:
        return -int(row.state);
    case NoteColumn:
        return row.note.toCaseFolded();
    case RemarksColumn:
        return -int(row.remarks.size());
    default:
        break;
    }
    // IPv4 before IPv6, by value; keywords and what is no range by their text, first.
    const std::optional<Cidr> range =
        row.ranges.size() == 1 ? Cidr::parse(row.ranges.front().toLatin1()).range : std::nullopt;
    if (!range)
        return QString(u"0"_s + row.entry);
    const IpAddress::Bytes &bytes = range->address().bytes();
    const QByteArrayView view(reinterpret_cast<const char *>(bytes.data()),
                              static_cast<qsizetype>(bytes.size()));
    const QByteArray hex = view.toByteArray().toHex();
    return QString((range->isIPv4() ? u"1"_s : u"2"_s) + QString::fromLatin1(hex)
                   + QString::number(1000 + range->prefix()));
}

Tone TrustModel::tone(const Row &row, int column)
{
    if (row.isBad && (column == EntryColumn || column == RemarksColumn))
        return Tone::Error;
    if (column == ChangeColumn) {
        switch (row.state) {
        case State::Added:
            return Tone::Ok;
        case State::Removed:
            return Tone::Error;
        case State::NoteChanged:
            return Tone::Notice;
        case State::Unchanged:
            break;
        }
    }
    if (row.state == State::Removed)
        return Tone::Muted;
    if (column == RemarksColumn)
        return Tone::Warning;
    if (column == AddedByColumn || column == AddedAtColumn || column == RangesColumn
        || (column == LastUsedColumn && row.use.lastUsed == 0)
        || (column == PeersColumn && row.use.peers == 0)
        || (column == ClientsColumn && row.use.clients == 0))
        return Tone::Muted;
    return Tone::Normal;
}

QVariant TrustModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[size_t(index.row())];
    const int column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return text(row, column);
    case Qt::EditRole:
        return column == NoteColumn ? row.note : text(row, column);
    case Qt::ToolTipRole: {
        const QString tip = toolTip(row, column);
        return tip.isEmpty() ? QVariant() : QVariant(tip.toHtmlEscaped());
    }
    case KeyRole:
        return row.key;
    case ToneRole:
        return int(tone(row, column));
    case NumericRole:
        return isNumber(column);
    case MonospaceRole:
        return column == EntryColumn || column == RangesColumn;
    case ExportRole:
        return column == LastUsedColumn && row.use.lastUsed > 0
                   ? QVariant(dateTimeText(row.use.lastUsed))
                   : (isNumber(column) ? sortValue(row, column) : QVariant(text(row, column)));
    case StateRole:
        return int(row.state);
    case EntryRole:
        return row.entry;
    case SortRole:
        return sortValue(row, column);
    default:
        break;
    }
    return {};
}

QVariant TrustModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return QString::fromUtf16(ColumnTexts[section].title);
    case Qt::ToolTipRole:
        return isNumber(section) ? u"Now, of those that are connected"_s : QString();
    case ColumnNameRole:
        return QString::fromUtf16(ColumnTexts[section].name);
    case NumericRole:
        return isNumber(section);
    default:
        break;
    }
    return {};
}

Qt::ItemFlags TrustModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = QAbstractTableModel::flags(index);
    if (index.isValid() && index.column() == NoteColumn && m_draft.canEdit()
        && m_rows[size_t(index.row())].state != State::Removed)
        flags |= Qt::ItemIsEditable;
    return flags;
}

bool TrustModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !index.isValid() || !(flags(index) & Qt::ItemIsEditable))
        return false;
    // A copy: what follows from it may move the rows.
    const QString key = m_rows[size_t(index.row())].key;
    m_draft.setNote(key, value.toString());
    return true;
}

} // namespace truepeer
