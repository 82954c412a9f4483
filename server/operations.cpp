// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/operations.h"

#include "server/ops/statedir.h"
#include "server/ops/trustguard.h"
#include "shared/admin/socketpath.h"

#include <QProcessEnvironment>

#include <utility>

#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto AdminCategory = "truepeer.admin";
constexpr auto TickInterval = 1s;
constexpr auto FollowInterval = 400ms; // others' edits are seen within a second

QByteArray commaSeparated(const QStringList &texts)
{
    return texts.join(u", "_s).toUtf8();
}

} // namespace

Operations::Operations(const Links &links)
    : m_links(links)
    , m_started(std::chrono::steady_clock::now())
    , m_traffic(links.threads, links.accessLog, m_events)
    , m_trust(trustLinks())
{
    connect(&m_ticker, &QTimer::timeout, this, &Operations::tick);
    connect(&m_follower, &QTimer::timeout, this, [this] { m_trust.poll(); });
}

Operations::~Operations()
{
    stop();
}

void Operations::stop()
{
    m_ticker.stop();
    m_follower.stop();
    m_server.reset();
    m_home.detach();
}

TrustControl::Links Operations::trustLinks()
{
    return {
        .tasks = m_links.tasks,
        .home = m_home,
        .spread =
            [this](const std::shared_ptr<const TrustPolicy> &policy,
                   std::function<void(qint64)> applied) {
                m_pool->applyPolicy(policy, std::move(applied));
            },
        .reasons =
            [this](const TrustPolicy &before, const TrustPolicy &after,
                   const TrustListCheck &check) {
                return confirmationReasons(before, after, check, m_pool->state().directory.all());
            },
        .changed = [this](const TrustEdit *edit,
                          const TrustControl::Outcome &outcome) { trustChanged(edit, outcome); },
        .troubled = [this](const QString &problem) { trustTroubled(problem); }};
}

Expected<std::shared_ptr<const TrustPolicy>> Operations::openTrust(const Config &config,
                                                                   bool hasAdminSocket)
{
    QString directory;
    if (hasAdminSocket || !config.stateDir.isEmpty())
        directory = stateDirectory(config, QProcessEnvironment::systemEnvironment());
    if (directory.isEmpty()) {
        m_temporaryState = std::make_unique<QTemporaryDir>();
        directory = m_temporaryState->path();
    }
    const auto policy = m_trust.open(config.trust, directory);
    if (!policy)
        return policy;
    const TrustControl::Snapshot trust = m_trust.snapshot();
    m_toldRevision = trust.document->revision;
    if (!trust.problem.isEmpty())
        trustTroubled(trust.problem);
    if (trust.document->origin == TrustOrigin::Live) {
        m_links.log.write(LogLevel::Info, AdminCategory, "live_trust_list",
                          {{"revision", trust.document->revision},
                           {"entries", qint64(trust.document->list.entries.size())},
                           {"directory", directory.toUtf8()},
                           {"meaning", "the list was edited live and rules over trust_proxy, until "
                                       "truepeerctl trust reset"}});
    }
    return policy;
}

void Operations::attach(WorkerPool &pool, Hub &hub)
{
    m_pool = &pool;
    m_home.attach();
    m_diagnostician = std::make_unique<Diagnostician>(
        Diagnostician::Sources{.trust = m_trust,
                               .traffic = m_traffic,
                               .directory = pool.state().directory,
                               .totals = [&pool] { return pool.totals(); },
                               .config = [this] { return m_links.server.configuration().config; },
                               .started = m_started});
    m_host = std::make_unique<AdminHost>(AdminHost{.server = m_links.server,
                                                   .pool = pool,
                                                   .hub = hub,
                                                   .tasks = m_links.tasks,
                                                   .home = m_home,
                                                   .trust = m_trust,
                                                   .traffic = m_traffic,
                                                   .history = m_history,
                                                   .events = m_events,
                                                   .diagnostician = *m_diagnostician});
    addStatusMethods(m_methods, *m_host);
    addControlMethods(m_methods, *m_host);
    addClientMethods(m_methods, *m_host);
    addMessageMethods(m_methods, *m_host);
    addTrustMethods(m_methods, *m_host);
    addTrustEditMethods(m_methods, *m_host);
    m_methods.setAudit([this](const QString &name, const AdminCaller &caller) {
        m_links.log.write(LogLevel::Info, AdminCategory, "admin_call",
                          {{"method", name.toUtf8()},
                           {"by", caller.toText().toUtf8()},
                           {"pid", qint64(caller.pid)}});
    });
    tick();
    m_ticker.start(TickInterval);
    m_follower.start(FollowInterval);
}

std::optional<Error> Operations::listen(const Config::Admin &admin, quint16 port)
{
    QString path = admin.socket;
    if (path.isEmpty()) {
        const Expected<QString> found =
            defaultAdminSocket(port, QProcessEnvironment::systemEnvironment(), ::geteuid() == 0);
        if (!found)
            return found.error();
        path = *found;
    }
    AdminSession::Links links{.methods = m_methods,
                              .home = m_home,
                              .greeting = [this](const AdminCaller &who) { return greeting(who); },
                              .sources = {.events = &m_events,
                                          .status = [this] { return statusNow(*m_host); },
                                          .clients = [this] { return clientCounters(*m_host); }}};
    m_server = std::make_unique<AdminServer>(links);
    watchSessions();
    if (auto error = m_server->listen({path, admin.group, admin.readOnlySocket})) {
        m_server.reset();
        return error;
    }
    m_links.log.write(LogLevel::Info, AdminCategory, "admin_socket", {{"path", path.toUtf8()}});
    return std::nullopt;
}

void Operations::watchSessions()
{
    connect(m_server.get(), &AdminServer::sessionOpened, this, [this](const AdminCaller &caller) {
        m_sessions.store(m_server->sessions());
        m_events.add(auditEvent(EventType::AdminConnected, caller));
        m_links.log.write(LogLevel::Debug, AdminCategory, "session_opened",
                          {{"by", caller.toText().toUtf8()}, {"pid", qint64(caller.pid)}});
    });
    connect(m_server.get(), &AdminServer::sessionClosed, this,
            [this](const AdminCaller &caller, const QString &name, const QString &reason) {
                m_sessions.store(m_server->sessions() - 1);
                Event event = auditEvent(EventType::AdminClosed, caller);
                event.detail = name.toUtf8();
                event.reason = reason.toUtf8();
                m_events.add(std::move(event));
            });
}

QJsonObject Operations::greeting(const AdminCaller &caller) const
{
    const ServerControl::Identity identity = m_links.server.identity();
    QStringList features = m_methods.names();
    features += u"subscribe"_s;
    return {{u"protocol"_s, AdminProtocolVersion},
            {u"version"_s, identity.version},
            {u"instance"_s, identity.instance},
            {u"pid"_s, identity.pid},
            {u"listen"_s, identity.listen},
            {u"started"_s, identity.started},
            {u"role"_s, caller.readOnly ? u"viewer"_s : u"operator"_s},
            {u"features"_s, QJsonArray::fromStringList(features)}};
}

void Operations::tick()
{
    const auto now = std::chrono::steady_clock::now();
    const auto wall = std::chrono::system_clock::now();
    const CounterTotals totals = m_pool->totals();
    const double lag = double(m_pool->probeLag(now).count()) / 1000.0;
    m_history.sample({.connects = totals.upgradesTotal,
                      .disconnects = totals.upgradesTotal - totals.clients,
                      .messagesIn = totals.messagesIn,
                      .messagesOut = totals.messagesOut,
                      .bytesIn = totals.bytesIn,
                      .bytesOut = totals.bytesOut,
                      .clients = totals.clients,
                      .queueBytes = totals.queueBytes,
                      .loopLagMs = lag},
                     std::chrono::floor<std::chrono::seconds>(wall.time_since_epoch()).count());
    m_diagnostician->tick(now, wall);
    if (m_server)
        m_refusedSessions.store(m_server->refused());
}

void Operations::addEvent(EventType type, const QString &by, const QString &detail)
{
    Event event = auditEvent(type, {});
    event.actor = by.toUtf8();
    event.detail = detail.toUtf8();
    m_events.add(std::move(event));
}

void Operations::trustChanged(const TrustEdit *edit, const TrustControl::Outcome &outcome)
{
    const auto document = m_trust.snapshot().document;
    // After a reload that changed other settings the list is the same.
    if (std::exchange(m_toldRevision, document->revision) == document->revision && !edit)
        return;
    const TrustChange *change = document->history.empty() ? nullptr : &document->history.back();
    const bool isLast = change && change->revision == document->revision;
    const QString by = isLast ? change->by : QString();
    const QStringList added = isLast ? change->added : QStringList();
    const QStringList removed = isLast ? change->removed : QStringList();
    QStringList parts;
    if (!added.isEmpty())
        parts += u"added "_s + added.join(u", "_s);
    if (!removed.isEmpty())
        parts += u"removed "_s + removed.join(u", "_s);
    addEvent(EventType::TrustChanged, by,
             u"revision %1: "_s.arg(document->revision) + parts.join(u"; "_s));
    m_links.log.write(LogLevel::Info, AdminCategory, "trust_changed",
                      {{"revision", document->revision},
                       {"by", by.toUtf8()},
                       {"comment", isLast ? change->comment.toUtf8() : QByteArray()},
                       {"added", commaSeparated(added)},
                       {"removed", commaSeparated(removed)},
                       {"here", edit != nullptr},
                       {"changed_clients", outcome.changed},
                       {"took_us", qint64(outcome.took.count())}});
    if (!m_server)
        return;
    m_server->notify(u"trust"_s, u"trust.changed"_s,
                     {{u"revision"_s, qint64(document->revision)},
                      {u"mode"_s, trustModeName(document->list.mode)},
                      {u"origin"_s, trustOriginName(document->origin)},
                      {u"by"_s, by},
                      {u"added"_s, QJsonArray::fromStringList(added)},
                      {u"removed"_s, QJsonArray::fromStringList(removed)},
                      {u"changed"_s, outcome.changed}});
}

void Operations::trustTroubled(const QString &problem)
{
    if (problem.isEmpty())
        m_links.log.write(LogLevel::Info, AdminCategory, "trust_store_recovered", {});
    else
        m_links.log.write(LogLevel::Error, AdminCategory, "trust_store",
                          {{"problem", problem.toUtf8()}});
}

void Operations::fillMetrics(MetricsFacts &facts) const
{
    const auto document = m_trust.snapshot().document;
    facts.trustRevision = qint64(document->revision);
    facts.trustEntries = qint64(document->list.entries.size());
    facts.adminSessions = m_sessions.load();
    facts.refusedAdminSessions = m_refusedSessions.load();
    facts.forgottenPeers = qint64(m_traffic.peerEvictions());
}

} // namespace truepeer
