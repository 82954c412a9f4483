// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/serverfinder.h"

#include "gui/models/tone.h"
#include "shared/admin/adminclient.h"
#include "shared/admin/socketpath.h"

#include <algorithm>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto ScanInterval = 2s;
constexpr int MaxPlaces = 100;

QString detailOf(const ServerHello &server)
{
    return u"%1 · version %2 · pid %3%4"_s.arg(server.listen, server.version,
                                               QString::number(server.pid),
                                               server.isOperator ? QString() : u" · read-only"_s);
}

} // namespace

ServerFinder::ServerFinder(QStringList directories, QObject *parent)
    : QAbstractListModel(parent)
    , m_directories(std::move(directories))
{
    m_timer.setInterval(ScanInterval);
    connect(&m_timer, &QTimer::timeout, this, &ServerFinder::scan);
}

ServerFinder::~ServerFinder() = default;

void ServerFinder::setActive(bool active)
{
    if (active == m_timer.isActive())
        return;
    if (active) {
        m_timer.start();
        QMetaObject::invokeMethod(this, &ServerFinder::scan, Qt::QueuedConnection);
        return;
    }
    m_timer.stop();
    m_hasScanned = false;
    if (!m_places.empty()) {
        beginRemoveRows({}, 0, int(m_places.size()) - 1);
        m_places.clear();
        endRemoveRows();
    }
}

int ServerFinder::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_places.size());
}

QVariant ServerFinder::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid))
        return {};
    const Place &place = m_places.at(size_t(index.row()));
    switch (role) {
    case Qt::DisplayRole:
    case KeyRole:
        return place.path;
    case Qt::AccessibleTextRole:
        return QString(place.path + u", "_s + place.detail);
    case DetailRole:
        return place.detail;
    case ReachableRole:
        return place.state == State::Reachable;
    case Qt::ToolTipRole:
        return place.help.toHtmlEscaped();
    case ToneRole:
        return int(place.state == State::Reachable ? Tone::Ok : Tone::Muted);
    default:
        return {};
    }
}

QStringList ServerFinder::reachable() const
{
    QStringList paths;
    for (const Place &place : m_places) {
        if (place.state == State::Reachable)
            paths.append(place.path);
    }
    return paths;
}

bool ServerFinder::isSettled() const
{
    return m_hasScanned && std::none_of(m_places.begin(), m_places.end(), [](const Place &place) {
               return place.state == State::Asking;
           });
}

void ServerFinder::scan()
{
    if (!m_timer.isActive())
        return;
    const QStringList found = findAdminSockets(m_directories).mid(0, MaxPlaces);
    for (int row = int(m_places.size()) - 1; row >= 0; --row) {
        if (!found.contains(m_places.at(size_t(row)).path)) {
            beginRemoveRows({}, row, row);
            m_places.erase(m_places.begin() + row);
            endRemoveRows();
        }
    }
    // What is left of the rows is in the order of `found`.
    for (int row = 0; row < int(found.size()); ++row) {
        if (row == int(m_places.size()) || m_places.at(size_t(row)).path != found.at(row))
            insert(row, found.at(row));
    }
    m_hasScanned = true;
    checkSettled();
}

void ServerFinder::insert(int row, const QString &path)
{
    AdminClient::Options options;
    options.name = u"dashboard (looking for servers)"_s;
    options.reconnect = true;
    options.helloTimeout = 2s;
    options.longestDelay = 2s;
    Place place{path, std::make_unique<AdminClient>(options), State::Asking, u"…"_s, {}};
    AdminClient *client = place.client.get();
    connect(client, &AdminClient::ready, this, [this, client, path] {
        take(path, State::Reachable, detailOf(ServerHello::of(client->server())), {});
    });
    connect(client, &AdminClient::failed, this, [this, path](const AdminFailure &failure) {
        const ConnectProblem problem = problemOfFailure(failure);
        // The rest of it is in the tool tip, and on the page when it is tried.
        take(path, State::Failed, problem.title, problem.text);
    });
    client->connectTo(path);
    beginInsertRows({}, row, row);
    m_places.insert(m_places.begin() + row, std::move(place));
    endInsertRows();
}

void ServerFinder::take(const QString &path, State state, const QString &detail,
                        const QString &help)
{
    const int row = rowOf(path);
    if (row < 0)
        return;
    Place &place = m_places.at(size_t(row));
    if (place.state == state && place.detail == detail && place.help == help)
        return;
    place.state = state;
    place.help = help;
    place.detail = detail;
    Q_EMIT dataChanged(
        index(row), index(row),
        {DetailRole, ReachableRole, ToneRole, Qt::ToolTipRole, Qt::AccessibleTextRole});
    checkSettled();
}

int ServerFinder::rowOf(const QString &path) const
{
    const auto found = std::find_if(m_places.begin(), m_places.end(),
                                    [&path](const Place &place) { return place.path == path; });
    return found == m_places.end() ? -1 : int(found - m_places.begin());
}

void ServerFinder::checkSettled()
{
    if (isSettled())
        Q_EMIT settled();
}

} // namespace truepeer
