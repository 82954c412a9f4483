// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/sshtunnel.h"

#include <QFileInfo>
#include <QTemporaryDir>

#include <algorithm>
#include <utility>

#include <signal.h>
#include <sys/prctl.h>

namespace truepeer {

using namespace Qt::StringLiterals;
using namespace std::chrono_literals;

namespace {

constexpr auto LookInterval = 50ms;
constexpr qsizetype MaxKeptOutput = 4096;
constexpr int MaxDoublings = 10;

// Child processes do not outlive the dashboard, however it ends.
void dieWithParent()
{
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
}

} // namespace

SshTunnel::SshTunnel(const Options &options, QObject *parent)
    : QObject(parent)
    , m_options(options)
{
    m_lookTimer.setInterval(LookInterval);
    m_startTimer.setSingleShot(true);
    m_retryTimer.setSingleShot(true);
    connect(&m_lookTimer, &QTimer::timeout, this, &SshTunnel::look);
    connect(&m_retryTimer, &QTimer::timeout, this, &SshTunnel::launch);
    connect(&m_startTimer, &QTimer::timeout, this, [this] {
        end(u"ssh did not connect to %1 within %2 s"_s.arg(
            m_address.sshHost, QString::number(m_options.startTimeout / 1s)));
    });
}

SshTunnel::~SshTunnel()
{
    discard();
    // What was only asked to end has nobody left to wait for it.
    const QList<QProcess *> processes = findChildren<QProcess *>(Qt::FindDirectChildrenOnly);
    for (QProcess *process : processes) {
        process->kill();
        process->waitForFinished();
    }
}

void SshTunnel::start(const ServerAddress &address)
{
    Q_ASSERT(problemOf(address).isEmpty() && address.isRemote());
    stop();
    m_address = address;
    m_failures = 0;
    m_retryTimer.start(0ms);
}

void SshTunnel::stop()
{
    m_retryTimer.stop();
    discard();
    m_output.clear();
}

void SshTunnel::retry()
{
    if (m_retryTimer.isActive())
        m_retryTimer.start(0ms);
}

std::chrono::milliseconds SshTunnel::untilRetry() const
{
    return m_retryTimer.isActive() ? m_retryTimer.remainingTimeAsDuration() : 0ms;
}

QString SshTunnel::output() const
{
    return QString::fromUtf8(m_output);
}

QStringList SshTunnel::argumentsFor(const ServerAddress &address, const QString &local)
{
    return {u"-N"_s,
            u"-a"_s,
            u"-x"_s,
            u"-o"_s,
            u"BatchMode=yes"_s,
            u"-o"_s,
            u"ExitOnForwardFailure=yes"_s,
            u"-o"_s,
            u"StreamLocalBindUnlink=yes"_s,
            u"-o"_s,
            u"ConnectTimeout=15"_s,
            u"-o"_s,
            u"ServerAliveInterval=10"_s,
            u"-o"_s,
            u"ServerAliveCountMax=3"_s,
            u"-L"_s,
            local + u':' + address.socket,
            u"--"_s,
            address.sshHost};
}

// Not in $TMPDIR, which may be long or have characters that mean something to ssh.
void SshTunnel::launch()
{
    m_directory = std::make_unique<QTemporaryDir>(u"/tmp/truepeer-XXXXXX"_s);
    if (!m_directory->isValid())
        return end(u"no directory can be made in /tmp for the local socket: "_s
                   + m_directory->errorString());
    m_output.clear();
    m_process = new QProcess(this);
    m_process->setStandardInputFile(QProcess::nullDevice());
    m_process->setStandardOutputFile(QProcess::nullDevice());
    m_process->setChildProcessModifier(dieWithParent);
    connect(m_process, &QProcess::readyReadStandardError, this, &SshTunnel::takeOutput);
    connect(m_process, &QProcess::finished, this, [this] {
        takeOutput();
        end(u"ssh ended without a word"_s);
    });
    connect(m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error == QProcess::FailedToStart) {
            end(u"%1 cannot be started: install it (sudo apt install openssh-client)"_s.arg(
                m_options.program));
        }
    });
    m_startTimer.start(m_options.startTimeout);
    m_lookTimer.start();
    m_process->start(m_options.program,
                     argumentsFor(m_address, m_directory->filePath(u"admin.sock"_s)));
}

// ssh says nothing when it is done, but makes the socket then and not before.
void SshTunnel::look()
{
    const QString socket = m_directory->filePath(u"admin.sock"_s);
    if (!QFileInfo::exists(socket))
        return;
    m_lookTimer.stop();
    m_startTimer.stop();
    m_failures = 0;
    Q_EMIT opened(socket);
}

void SshTunnel::takeOutput()
{
    if (m_process == nullptr)
        return;
    m_output += m_process->readAllStandardError();
    m_output = m_output.right(MaxKeptOutput);
}

void SshTunnel::end(const QString &fallback)
{
    discard();
    const auto delay = m_options.firstDelay * (1 << std::min(m_failures, MaxDoublings));
    ++m_failures;
    m_retryTimer.start(std::min<std::chrono::milliseconds>(delay, m_options.longestDelay));
    ConnectProblem problem = problemOfSsh(output(), m_address);
    if (problem.isEmpty())
        problem = {AdminFailure::Kind::Lost, u"No connection through ssh"_s, fallback, {}};
    Q_EMIT failed(problem);
}

// The process is asked to end, and goes by itself; it is not waited for.
void SshTunnel::discard()
{
    m_lookTimer.stop();
    m_startTimer.stop();
    if (m_process != nullptr) {
        QProcess *process = std::exchange(m_process, nullptr);
        process->disconnect(this);
        if (process->state() == QProcess::NotRunning) {
            process->deleteLater();
        } else {
            connect(process, &QProcess::finished, process, &QObject::deleteLater);
            process->terminate();
        }
    }
    m_directory.reset();
}

} // namespace truepeer
