// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/api/apirequest.h"
#include "server/application.h"
#include "server/library/handlers.h"
#include "server/library/serverconfigdata.h"
#include "server/library/servercore.h"
#include "server/ops/exitcode.h"
#include "shared/log.h"

#include <QCoreApplication>

#include <truepeer/server.h>

#include <csignal>
#include <future>
#include <mutex>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

class Server::Private
{
    Q_DISABLE_COPY_MOVE(Private)

public:
    explicit Private(const ServerConfig &given)
        : config(given)
    {
    }
    ~Private() { stop(); }

    // Signals and Qt's log are its business when it `ownsProcess`. Returns an exit code.
    int start(bool ownsProcess);
    void stop();
    int fail(const QStringList &problems, int exitCode);
    Extensions extensions(bool ownsProcess);
    // Null unless it runs. Any thread.
    std::shared_ptr<ServerCore> runningCore() const
    {
        const std::lock_guard lock(mutex);
        return running.lock();
    }

    const ServerConfig config;
    Handlers handlers;
    std::function<void(const QByteArray &)> readyHandler;
    QString errors;

    // In the order in which they need each other.
    std::unique_ptr<Log> log;
    std::unique_ptr<QtLogBridge> qtLog; // one a process: only with run()
    std::unique_ptr<Application> application;
    std::shared_ptr<ServerCore> core; // for handlers, until the threads have ended
    bool hasStarted = false;

    mutable std::mutex mutex;
    std::weak_ptr<ServerCore> running; // guarded by mutex
};

int Server::Private::fail(const QStringList &problems, int exitCode)
{
    errors = problems.join(u'\n');
    if (log) {
        for (const QString &problem : problems)
            log->write(LogLevel::Error, "truepeer.server", "cannot_start",
                       {{"reason", problem.toUtf8()}});
    }
    return exitCode;
}

int Server::Private::start(bool ownsProcess)
{
    if (std::exchange(hasStarted, true))
        return fail({u"the server was started before"_s}, ExitCode::Failure);
    const LoadedConfig loaded = ServerConfigData::load(config);
    Log::Options options;
    options.format = loaded.config.log.format;
    options.level = loaded.config.log.level;
    options.priorityPrefix = qEnvironmentVariableIsSet("JOURNAL_STREAM");
    log = std::make_unique<Log>(options);
    if (ownsProcess)
        qtLog = std::make_unique<QtLogBridge>(*log);
    if (!loaded.ok())
        return fail(loaded.errors, loaded.exitCode);
    if (const QStringList problems = handlers.problems(); !problems.isEmpty())
        return fail(problems, ExitCode::Configuration);
    for (const QString &warning : loaded.warnings) {
        log->write(LogLevel::Warning, "truepeer.config", "configuration",
                   {{"warning", warning.toUtf8()}});
    }
    application = std::make_unique<Application>(loaded, *log, extensions(ownsProcess));
    core = std::make_shared<ServerCore>(*application);
    const int exitCode = application->start();
    if (exitCode != ExitCode::Ok) {
        const QString error = application->errorString();
        stop();
        errors = error;
        return exitCode;
    }
    const std::lock_guard lock(mutex);
    running = core;
    return ExitCode::Ok;
}

Extensions Server::Private::extensions(bool ownsProcess)
{
    Extensions extensions;
    extensions.addRoutes = [this](Router &router) {
        QStringList conflicts = handlers.conflicts(router);
        if (conflicts.isEmpty())
            handlers.addRoutes(router, *core, *log);
        return conflicts;
    };
    extensions.addEvents = [this](EventRouter &router) { handlers.addEvents(router, *core, *log); };
    extensions.admitClient = handlers.admitClient(*log);
    extensions.keepHeads = handlers.handleClients();
    extensions.handlesSignals = ownsProcess;
    extensions.hasAdminSocket = ServerConfigData::isProgram(config);
    extensions.loadAgain = [this] { return ServerConfigData::loadAgain(config); };
    return extensions;
}

void Server::Private::stop()
{
    if (!application)
        return;
    application->closeClients();
    application->stop();
    {
        const std::lock_guard lock(mutex);
        running.reset();
    }
    // Other threads of the program may be in the middle of a call.
    const std::future<void> gone = core->gone();
    core.reset();
    gone.wait();
    application.reset();
    qtLog.reset();
}

Server::Server(const ServerConfig &config)
    : m_private(std::make_unique<Private>(config))
{
}

Server::~Server() = default;

// ---- before the start -------------------------------------------------------------------------

void Server::route(QAnyStringView method, QAnyStringView path, RequestHandler handler, RunOn where)
{
    m_private->handlers.routes.push_back(
        {method.toString().toUtf8(), path.toString().toUtf8(), std::move(handler), where});
}

void Server::use(RequestMiddleware middleware)
{
    m_private->handlers.requestMiddleware.push_back(std::move(middleware));
}

void Server::on(QAnyStringView event, EventHandler handler, RunOn where)
{
    m_private->handlers.events.push_back({event.toString().toUtf8(), std::move(handler), where});
}

void Server::useForEvents(EventMiddleware middleware)
{
    m_private->handlers.eventMiddleware.push_back(std::move(middleware));
}

void Server::useForHandshakes(RequestMiddleware middleware)
{
    m_private->handlers.handshakeMiddleware.push_back(std::move(middleware));
}

void Server::onConnect(ConnectHook hook)
{
    m_private->handlers.connectHooks.push_back(std::move(hook));
}

void Server::onResolutionChange(ConnectHook hook)
{
    m_private->handlers.changeHooks.push_back(std::move(hook));
}

void Server::onDisconnect(DisconnectHook hook)
{
    m_private->handlers.disconnectHooks.push_back(std::move(hook));
}

void Server::setReadyHandler(std::function<void(const QByteArray &)> handler)
{
    m_private->readyHandler = std::move(handler);
}

// ---- running ----------------------------------------------------------------------------------

int Server::run()
{
    // A reader of our output that went away is no reason to die.
    std::signal(SIGPIPE, SIG_IGN);
    int argc = 1;
    char name[] = "truepeer";
    char *argv[] = {name, nullptr};
    std::unique_ptr<QCoreApplication> own;
    if (!QCoreApplication::instance())
        own = std::make_unique<QCoreApplication>(argc, argv);

    int exitCode = m_private->start(true);
    if (exitCode == ExitCode::Ok) {
        QObject::connect(m_private->application.get(), &Application::finished,
                         QCoreApplication::instance(),
                         [](int code) { QCoreApplication::exit(code); });
        if (m_private->readyHandler)
            m_private->readyHandler(m_private->application->readyLine());
        exitCode = QCoreApplication::exec();
        m_private->stop();
    }
    return exitCode;
}

bool Server::start()
{
    return m_private->start(false) == ExitCode::Ok;
}

void Server::stop()
{
    m_private->stop();
}

bool Server::isRunning() const
{
    return m_private->runningCore() != nullptr;
}

QString Server::errorString() const
{
    return m_private->errors;
}

quint16 Server::port() const
{
    return m_private->application ? m_private->application->port() : 0;
}

// ---- clients ----------------------------------------------------------------------------------

Room Server::room(QAnyStringView name, QAnyStringView nameSpace) const
{
    return ServerCore::makeRoom(m_private->runningCore(), nameSpace.toString(), name.toString());
}

bool Server::broadcast(QAnyStringView event, const QJsonObject &data,
                       QAnyStringView nameSpace) const
{
    const std::shared_ptr<ServerCore> core = m_private->runningCore();
    Audience audience;
    if (!nameSpace.isEmpty())
        audience.room = RoomKey{nameSpace.toString().toUtf8(), {}};
    return core && core->broadcast(audience, event, data);
}

std::optional<Client> Server::client(QAnyStringView id) const
{
    const std::shared_ptr<ServerCore> core = m_private->runningCore();
    const std::optional<quint64> number = parseClientId(id.toString().toUtf8());
    if (!core || !number)
        return std::nullopt;
    const auto record = core->application().directory().find(*number);
    return record ? std::optional<Client>(core->makeClient(record)) : std::nullopt;
}

qint64 Server::clientCount() const
{
    const std::shared_ptr<ServerCore> core = m_private->runningCore();
    return core ? core->application().healthFacts().clients : 0;
}

} // namespace truepeer
