// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What operators may ask of the running server: the part of Application that is ServerControl.
#include "server/application.h"
#include "server/ops/configkeys.h"
#include "server/ops/exitcode.h"
#include "shared/net/hostport.h"

#include <QCoreApplication>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto ControlCategory = "truepeer.server";

} // namespace

LoadedConfig Application::configuration() const
{
    const std::lock_guard lock(m_configMutex);
    return m_loaded;
}

ServerControl::Identity Application::identity() const
{
    return {.version = QStringLiteral(TRUEPEER_VERSION),
            .instance = m_instance,
            .pid = QCoreApplication::applicationPid(),
            .listen = QString::fromLatin1("http://"_ba + hostText(m_config.hosts.front()) + ':'
                                          + QByteArray::number(m_port)),
            .port = m_port,
            .started = m_startedAt};
}

std::optional<Error> Application::startDrain(const QString &by)
{
    if (m_drain.phase() != Drain::Phase::Idle)
        return Error{u"the server is draining already"_s};
    m_operations->addEvent(EventType::DrainStarted, by);
    beginDrain();
    return std::nullopt;
}

// Clients that were closed are gone; new ones are welcome again.
std::optional<Error> Application::cancelDrain(const QString &by)
{
    if (m_drain.phase() == Drain::Phase::Idle)
        return Error{u"the server is not draining"_s};
    if (m_terminating || m_drain.phase() == Drain::Phase::Finished)
        return Error{u"the server was told to stop; start it again"_s};
    if (m_listeners.empty()) {
        if (listenOnAll() != ExitCode::Ok) {
            m_listeners.clear();
            return Error{u"cannot listen again, so the drain goes on: "_s + m_error};
        }
        m_pool->setDraining(false);
    }
    m_drainTimer.stop();
    m_drain.cancel();
    m_draining.store(false);
    m_log.write(LogLevel::Info, ControlCategory, "drain_cancelled", {{"by", by.toUtf8()}});
    m_operations->addEvent(EventType::DrainCancelled, by);
    return std::nullopt;
}

void Application::reload(const QString &by, std::function<void(const Reloaded &)> done)
{
    if (!m_extensions.loadAgain) {
        Reloaded outcome;
        outcome.errors = {u"this server has no configuration that could be loaded again"_s};
        return done(outcome);
    }
    const LoadedConfig next = m_extensions.loadAgain();
    if (!next.ok()) {
        m_log.write(LogLevel::Error, ControlCategory, "reload_failed",
                    {{"errors", next.errors.join(u"; "_s).toUtf8()},
                     {"meaning", "the running configuration stays"}});
        Reloaded outcome;
        outcome.errors = next.errors;
        return done(outcome);
    }
    const Reloaded outcome = takeConfiguration(next);
    m_log.setLevel(configuration().config.log.level);
    m_log.write(LogLevel::Info, ControlCategory, "reloaded",
                {{"by", by.toUtf8()},
                 {"applied", outcome.applied.join(u", "_s).toUtf8()},
                 {"needs_restart", outcome.needsRestart.join(u", "_s).toUtf8()}});
    m_operations->addEvent(EventType::ConfigReloaded, by, outcome.applied.join(u", "_s));
    m_operations->trust().reload(
        configuration().config.trust,
        [outcome, done = std::move(done)](const TrustControl::Outcome &saved) {
            Reloaded told = outcome;
            if (!saved.result.ok())
                told.warnings += saved.result.message;
            done(told);
        });
}

// Takes the values of the keys that can change while the server runs, and tells of the others.
ServerControl::Reloaded Application::takeConfiguration(const LoadedConfig &next)
{
    Reloaded outcome;
    outcome.warnings = next.warnings;
    const std::lock_guard lock(m_configMutex);
    for (const ConfigKey &key : configKeys()) {
        const ConfigValue value = key.load(next.config);
        const bool differs = key.load(m_loaded.config) != value;
        if (differs && !key.reloadable) {
            outcome.needsRestart += key.qname();
            continue;
        }
        if (differs)
            outcome.applied += key.qname();
        key.store(m_loaded.config, value);
        m_loaded.origins[key.qname()] = next.origin(key.qname());
    }
    return outcome;
}

} // namespace truepeer
