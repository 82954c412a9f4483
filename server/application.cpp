// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/application.h"

#include "server/api/httpapi.h"
#include "server/net/ioworker.h"
#include "server/ops/exitcode.h"
#include "server/ops/requestdetails.h"
#include "server/rooms/roomevents.h"
#include "shared/net/hostport.h"

#include <QDateTime>
#include <QUuid>

#include <algorithm>
#include <utility>

#include <sys/resource.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using namespace std::chrono_literals;

constexpr auto Category = "truepeer.server";
constexpr auto LoopPatience = 5s; // an I/O thread that is late by this much is stuck
constexpr int TaskThreads = 2;    // for lists of clients, and what handlers put there
constexpr int CloseGoingAway = 1001;
constexpr char ShutdownReason[] = "server is shutting down";

EngineLimits engineLimits(const Config &config)
{
    EngineLimits limits;
    limits.maxConnections = config.limits.maxConnections;
    limits.handshakeTimeout = config.limits.handshakeTimeout;
    limits.keepAlive = config.limits.keepAlive;
    limits.idlePing = config.limits.idlePing;
    limits.pongTimeout = config.limits.pongTimeout;
    limits.sendQueueBytes = config.limits.sendQueueBytes;
    limits.maxMessageSize = config.maxMessageSize;
    limits.http.headerBytes = config.limits.headerBytes;
    limits.http.headerCount = config.limits.headerCount;
    limits.http.bodyBytes = quint64(config.limits.bodyBytes);
    return limits;
}

Expected<ClientLimitSettings> clientLimits(const Config &config)
{
    const Config::RateLimit &rates = config.rateLimit;
    Expected<ExemptClients> exempt = ExemptClients::compile(rates.whitelist);
    if (!exempt)
        return exempt.error();
    ClientLimitSettings limits;
    limits.maxConnectionsPerClient = config.limits.maxConnectionsPerClient;
    limits.acceptRate = config.limits.acceptRate;
    limits.exempt = std::move(exempt).value();
    if (rates.enabled) {
        limits.requests =
            RateRule{rates.maxHttpRequestsPerIp, rates.burstAllowance, rates.httpTimeWindow};
        limits.messages = RateRule{rates.maxWebsocketMessagesPerClient, rates.burstAllowance,
                                   rates.websocketTimeWindow};
    }
    return limits;
}

CorsSettings corsSettings(const Config::Cors &cors)
{
    return {cors.allowedMethods, cors.allowedHeaders, cors.allowCredentials, cors.maxAge};
}

QByteArrayList forwardingNames(const Config &config)
{
    const TrustSettings::Names &names = config.trust.names;
    return {names.forwardedFor, names.proto, names.host, names.port, names.realIp, names.forwarded};
}

// Descriptors for the connections and for the rest of the process; returns what there is.
qint64 raiseDescriptorLimit()
{
    rlimit limit = {};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    return qint64(limit.rlim_cur);
}

QByteArray joined(const QStringList &texts)
{
    return texts.join(u"; "_s).toUtf8();
}

} // namespace

Application::Application(const LoadedConfig &loaded, Log &log, Extensions extensions,
                         QObject *parent)
    : QObject(parent)
    , m_config(loaded.config)
    , m_log(log)
    , m_extensions(std::move(extensions))
    , m_started(std::chrono::steady_clock::now())
    , m_accessLog(log, m_config.log.access)
    , m_acceptThrottle(10s)
    , m_tasks(TaskThreads)
    , m_drain({m_config.drain.delay, m_config.drain.timeout, m_config.drain.closesPerSecond})
    , m_instance(QUuid::createUuid().toString(QUuid::Id128))
    , m_startedAt(QDateTime::currentSecsSinceEpoch())
    , m_loaded(loaded)
{
    if (m_extensions.handlesSignals) {
        m_signals = std::make_unique<SignalWatcher>();
        connect(m_signals.get(), &SignalWatcher::terminateRequested, this, &Application::terminate);
        connect(m_signals.get(), &SignalWatcher::reloadRequested, this,
                [this] { reload(u"SIGHUP"_s, [](const Reloaded &) {}); });
    }
    m_drainTimer.setSingleShot(true);
    connect(&m_drainTimer, &QTimer::timeout, this, &Application::stepDrain);
}

Application::~Application()
{
    stop();
}

void Application::stop()
{
    m_listeners.clear();
    // Tasks use the threads, and handlers in the threads use everything else.
    m_tasks.stop();
    if (m_pool)
        m_pool->stop();
    if (m_operations)
        m_operations->stop();
}

int Application::start()
{
    const int threads = WorkerPool::threadCount(m_config.threads);
    m_operations = std::make_unique<Operations>(
        Operations::Links{*this, m_log, m_tasks, m_accessLog, threads});
    const auto policy = m_operations->openTrust(m_config, wantsAdminSocket());
    const auto proxyProtocol = ProxyProtocolPolicy::compile(m_config.proxyProtocol);
    const auto limits = clientLimits(m_config);
    for (const Error *error :
         {policy ? nullptr : &policy.error(), proxyProtocol ? nullptr : &proxyProtocol.error(),
          limits ? nullptr : &limits.error()}) {
        if (error)
            return fail(ExitCode::Configuration, "bad_configuration", error->message);
    }
    logStart();
    addEvents();
    m_hub = std::make_unique<Hub>(threads, m_events, m_config.limits.maxRoomsPerClient);
    const auto settings = makeSettings(proxyProtocol.value(), *limits);
    if (const QStringList problems = addRoutes(settings->router); !problems.isEmpty())
        return fail(ExitCode::Configuration, "bad_configuration", problems.join(u'\n'));
    m_pool = std::make_unique<WorkerPool>(threads, settings, *policy, m_operations->observer());
    m_hub->attach(*m_pool);
    m_operations->attach(*m_pool, *m_hub);
    if (const int exitCode = listenOnAll(); exitCode != ExitCode::Ok)
        return exitCode;
    return openAdminSocket();
}

// Where there is no place for the default socket the server runs without; a place that was asked
// for must work.
int Application::openAdminSocket()
{
    QString socket = u"none"_s;
    if (wantsAdminSocket()) {
        const std::optional<Error> error = m_operations->listen(m_config.admin, m_port);
        if (error && !m_config.admin.socket.isEmpty())
            return fail(ExitCode::CannotCreate, "no_admin_socket", error->message);
        if (error) {
            m_log.write(LogLevel::Warning, Category, "no_admin_socket",
                        {{"reason", error->message.toUtf8()},
                         {"hint", "set admin.socket, or --admin-socket, to a path that can be "
                                  "created"}});
        } else {
            socket = m_operations->socketPath();
        }
    }
    m_readyLine =
        "truepeerd ready "_ba + identity().listen.toUtf8() + " admin:"_ba + socket.toUtf8();
    m_operations->addEvent(EventType::ServerStarted, {}, identity().listen);
    return ExitCode::Ok;
}

int Application::fail(int exitCode, const char *event, const QString &reason,
                      const QByteArray &hint)
{
    m_error = reason;
    m_log.write(LogLevel::Error, Category, event, {{"reason", reason.toUtf8()}, {"hint", hint}});
    return exitCode;
}

void Application::closeClients()
{
    if (!m_pool)
        return;
    m_pool->forEachWorker([](IoWorker &worker) {
        worker.closeClients(worker.openClients(), CloseGoingAway, ShutdownReason);
    });
}

void Application::addEvents()
{
    if (m_config.registerSystemControllers)
        addRoomEvents(m_events);
    if (!m_config.relay.events.isEmpty())
        addRelay(m_events, {m_config.relay.events, m_config.relay.roomsOnly});
    if (m_extensions.addEvents)
        m_extensions.addEvents(m_events);
}

std::shared_ptr<EngineSettings>
Application::makeSettings(std::shared_ptr<const ProxyProtocolPolicy> proxyProtocol,
                          const ClientLimitSettings &limits)
{
    auto settings = std::make_shared<EngineSettings>();
    settings->limits = engineLimits(m_config);
    settings->clientLimits = limits;
    settings->origins = OriginPolicy(m_config.cors.allowedOrigins);
    settings->cors = CorsPolicy(settings->origins, corsSettings(m_config.cors));
    settings->authKey = m_config.authKey;
    settings->forwardingNames = forwardingNames(m_config);
    settings->proxyProtocol = std::move(proxyProtocol);
    settings->admitClient = m_extensions.admitClient;
    settings->keepHeads = m_extensions.keepHeads;
    settings->services = m_hub.get();
    return settings;
}

QStringList Application::addRoutes(Router &router)
{
    if (!m_config.healthCheckPath.isEmpty())
        addHealthRoutes(router, m_config.healthCheckPath, [this] { return healthFacts(); });
    if (!m_config.requestDetailsPath.isEmpty())
        router.add("GET", m_config.requestDetailsPath, requestDetails);
    if (!m_config.metricsPath.isEmpty()) {
        router.add("GET", m_config.metricsPath,
                   [this](const HttpRequest &) { return metricsResponse(metricsFacts()); });
    }
    if (!m_config.apiKeys.isEmpty()) {
        addApiRoutes(router, {m_config.apiKeys, *m_hub, m_tasks,
                              [this]() -> ClientDirectory & { return directory(); },
                              [this] { return policy(); }});
    }
    return m_extensions.addRoutes ? m_extensions.addRoutes(router) : QStringList();
}

MetricsFacts Application::metricsFacts() const
{
    const ClientLimits &limits = m_pool->state().limits;
    MetricsFacts facts;
    facts.totals = m_pool->totals();
    facts.health = healthFacts();
    facts.logLinesDropped = qint64(m_log.droppedLines());
    facts.rooms = m_hub->rooms().size();
    facts.refusedBroadcasts = m_hub->refused();
    facts.refusedTasks = m_tasks.refused();
    facts.sparedClients = limits.spared();
    facts.limiterOverflows = qint64(limits.overflowed());
    m_operations->fillMetrics(facts);
    return facts;
}

int Application::listenOnAll()
{
    const std::vector<IpAddress> &hosts = m_config.hosts;
    const bool hasAnyIPv4 = std::any_of(hosts.begin(), hosts.end(), [](const IpAddress &host) {
        return host.isIPv4() && host.isUnspecified();
    });
    quint16 port = m_port != 0 ? m_port : m_config.port;
    for (const IpAddress &host : hosts) {
        auto listener = std::make_unique<Listener>([this](int socket) { m_pool->adopt(socket); });
        const Expected<quint16> bound = listener->start(host, port, !hasAnyIPv4);
        if (!bound) {
            return fail(ExitCode::CannotListen, "cannot_listen", bound.error().message,
                        "is another server running on this port? see --port and --host"_ba);
        }
        // With port 0 the first address picks, the others follow.
        port = bound.value();
        m_log.write(LogLevel::Info, Category, "listening",
                    {{"address", host.toText()}, {"port", port}});
        connect(listener.get(), &Listener::acceptFailed, this, [this](const QString &reason) {
            const auto suppressed = m_acceptThrottle.admit("accept", LogThrottle::Clock::now());
            if (suppressed) {
                m_log.write(LogLevel::Warning, Category, "accept_failed",
                            {{"reason", reason.toUtf8()}, {"suppressed", *suppressed}});
            }
        });
        m_listeners.push_back(std::move(listener));
    }
    m_port = port;
    return ExitCode::Ok;
}

void Application::logStart()
{
    const qint64 descriptors = raiseDescriptorLimit();
    const qint64 needed = m_config.limits.maxConnections + EngineLimits::ReserveConnections + 64;
    if (descriptors < needed) {
        m_log.write(LogLevel::Warning, Category, "too_few_descriptors",
                    {{"limit", descriptors},
                     {"needed", needed},
                     {"hint", "raise LimitNOFILE (systemd) or ulimit -n, or lower "
                              "limits.max_connections"}});
    }
    // The list in force, which may be another one than that of the configuration.
    if (m_operations->policy()->oneHop()) {
        m_log.write(LogLevel::Warning, Category, "trust_everyone",
                    {{"setting", "trust_proxy = true"},
                     {"meaning", "whoever connects is believed about the client's address, scheme "
                                 "and host; for development only"},
                     {"fix", "list the addresses of your proxies in trust_proxy"}});
    }
    QStringList idle;
    for (const QString &key : m_config.notYetInForce())
        idle.append(key);
    if (!idle.isEmpty()) {
        m_log.write(LogLevel::Warning, Category, "settings_without_effect",
                    {{"keys", joined(idle)}, {"meaning", "this version does not act on them"}});
    }
}

HealthFacts Application::healthFacts() const
{
    const auto now = std::chrono::steady_clock::now();
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    HealthFacts facts;
    facts.now = std::chrono::duration_cast<std::chrono::seconds>(wall).count();
    facts.uptime = std::chrono::duration_cast<std::chrono::seconds>(now - m_started);
    facts.clients = m_pool->totals().clients;
    facts.connections = m_pool->connections();
    facts.maxConnections = m_config.limits.maxConnections;
    facts.draining = m_draining.load(std::memory_order_relaxed);
    facts.loopsTurning = m_pool->isTurning(now, LoopPatience);
    return facts;
}

// The first request to terminate drains; the second one leaves at once.
void Application::terminate()
{
    if (std::exchange(m_terminating, true)) {
        m_log.write(LogLevel::Warning, Category, "stopping_now", {});
        Q_EMIT finished(ExitCode::Ok);
        return;
    }
    // An operator may have begun it.
    if (m_drain.phase() == Drain::Phase::Idle)
        beginDrain();
}

void Application::beginDrain()
{
    m_log.write(LogLevel::Info, Category, "draining",
                {{"delay_s", qint64(m_config.drain.delay.count())},
                 {"timeout_s", qint64(m_config.drain.timeout.count())},
                 {"clients", m_pool->totals().clients}});
    m_draining.store(true);
    m_drain.begin(std::chrono::steady_clock::now());
    stepDrain();
}

void Application::stepDrain()
{
    const CounterTotals totals = m_pool->totals();
    const Drain::Step step =
        m_drain.step(std::chrono::steady_clock::now(), totals.clients - totals.closingClients,
                     m_pool->connections());
    if (step.entered)
        enterPhase(step.phase);
    if (step.phase == Drain::Phase::Finished)
        return;
    if (step.closes > 0) {
        // One budget for all threads: whoever has clients takes from it. What is left over because
        // two asked at once is ordered again in the next step.
        const auto budget = std::make_shared<std::atomic<int>>(step.closes);
        m_pool->forEachWorker([budget](IoWorker &worker) {
            const int most = budget->exchange(0);
            const int mine = std::min(most, worker.openClients());
            budget->fetch_add(most - mine);
            worker.closeClients(mine, CloseGoingAway, ShutdownReason);
        });
    }
    m_drainTimer.start(step.next);
}

void Application::enterPhase(Drain::Phase phase)
{
    if (phase == Drain::Phase::Closing) {
        m_listeners.clear();
        m_pool->setDraining(true);
        m_pool->forEachWorker([](IoWorker &worker) { worker.drainHttp(); });
    } else if (phase == Drain::Phase::Finished) {
        const int left = m_pool->connections();
        // Whoever is left at least gets the close frame.
        closeClients();
        m_log.write(left == 0 ? LogLevel::Info : LogLevel::Warning, Category, "stopped",
                    {{"cut_connections", left}});
        Q_EMIT finished(ExitCode::Ok);
    }
}

} // namespace truepeer
