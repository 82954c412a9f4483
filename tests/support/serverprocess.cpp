// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/serverprocess.h"

#include "tests/support/childprocess.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QJsonDocument>
#include <QTest>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr auto Program = TRUEPEER_BIN_DIR "/truepeerd";

// Nothing of the caller's surroundings may reach the server, except what sanitizers need.
QProcessEnvironment environmentWith(const QHash<QString, QString> &more)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : environment.keys()) {
        if (name.startsWith(u"TRUEPEER_"_s))
            environment.remove(name);
    }
    environment.remove(u"JOURNAL_STREAM"_s);
    // Freed memory is to be given back, or a test of memory measures the sanitizer.
    environment.insert(u"ASAN_OPTIONS"_s,
                       environment.value(u"ASAN_OPTIONS"_s) + u":quarantine_size_mb=1"_s);
    environment.insert(u"LSAN_OPTIONS"_s,
                       QStringLiteral("suppressions=" TRUEPEER_SOURCE_DIR
                                      "/tests/support/server.lsan.supp:print_suppressions=0"));
    // A server that a test leaves running has to stop soon.
    environment.insert(u"TRUEPEER_DRAIN_DELAY_S"_s, u"0"_s);
    environment.insert(u"TRUEPEER_DRAIN_TIMEOUT_S"_s, u"1"_s);
    for (auto it = more.begin(); it != more.end(); ++it)
        environment.insert(it.key(), it.value());
    return environment;
}

bool containsAll(const QByteArray &line, const QList<QByteArrayView> &texts)
{
    return std::all_of(texts.begin(), texts.end(),
                       [&line](QByteArrayView text) { return line.contains(text); });
}

int exitCodeOf(const QProcess &process)
{
    const bool isDone = process.state() == QProcess::NotRunning;
    return isDone && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1;
}

int milliseconds(QDeadlineTimer deadline)
{
    return int(deadline.remainingTime());
}

} // namespace

ServerProcess::ServerProcess(const Options &options)
{
    const QString configFile = m_directory.filePath(u"truepeer.toml"_s);
    const bool hasHost = options.config.startsWith("host =") || options.config.contains("\nhost =");
    writeFile(configFile,
              hasHost ? options.config : QByteArray("host = \"127.0.0.1\"\n"_ba + options.config));
    QProcessEnvironment environment = environmentWith({});
    // Nothing of one server is found by another, or left behind.
    environment.insert(u"XDG_RUNTIME_DIR"_s, m_directory.path());
    environment.insert(u"XDG_STATE_HOME"_s, m_directory.path());
    environment.remove(u"RUNTIME_DIRECTORY"_s);
    environment.remove(u"STATE_DIRECTORY"_s);
    for (auto it = options.environment.begin(); it != options.environment.end(); ++it)
        environment.insert(it.key(), it.value());
    m_process.setProcessEnvironment(environment);
    m_process.setChildProcessModifier(dieWithTheTest);
    m_process.setStandardErrorFile(m_directory.filePath(u"log"_s));
    m_process.start(QString::fromLatin1(Program),
                    QStringList{u"--config"_s, configFile, u"--port"_s, u"0"_s}
                        + options.arguments);
    awaitReadyLine();
}

// Often after the last test function, where a warning would fail nothing.
ServerProcess::~ServerProcess()
{
    const bool isRunning = m_process.state() != QProcess::NotRunning;
    if (!isRunning && (m_endExpected || !isReady()))
        return;
    signal(SIGTERM);
    const int exitCode = waitForExit();
    if (isRunning && exitCode == 0)
        return;
    m_process.kill();
    m_process.waitForFinished();
    qFatal("the server ended with %d:\n%s", exitCode, log().constData());
}

ServerProcess::Run ServerProcess::run(const QStringList &arguments,
                                      const QHash<QString, QString> &environment)
{
    QProcess process;
    process.setProcessEnvironment(environmentWith(environment));
    process.setChildProcessModifier(dieWithTheTest);
    process.start(QString::fromLatin1(Program), arguments);
    if (!process.waitForFinished(milliseconds(QDeadlineTimer(Patience)))) {
        process.kill();
        process.waitForFinished();
        return {-1, process.readAllStandardOutput(), process.readAllStandardError()};
    }
    return {exitCodeOf(process), process.readAllStandardOutput(), process.readAllStandardError()};
}

// "truepeerd ready http://HOST:PORT admin:SOCKETPATH"
void ServerProcess::awaitReadyLine()
{
    const QDeadlineTimer deadline(Patience);
    while (!m_process.canReadLine() && m_process.waitForReadyRead(milliseconds(deadline))) {
    }
    m_readyLine = m_process.readLine();
    const QByteArrayList words = m_readyLine.simplified().split(' ');
    if (words.size() != 4 || words[0] != "truepeerd" || words[1] != "ready")
        return;
    m_port = words[2].sliced(words[2].lastIndexOf(':') + 1).toUShort();
    m_adminSocket = QString::fromUtf8(words[3].sliced(words[3].indexOf(':') + 1));
}

QByteArray ServerProcess::complaint() const
{
    return "the server did not start: "_ba + m_process.errorString().toUtf8() + '\n' + log();
}

void ServerProcess::signal(int number) const
{
    if (m_process.processId() > 0)
        ::kill(pid_t(m_process.processId()), number);
}

int ServerProcess::waitForExit()
{
    m_endExpected = true;
    if (m_process.state() != QProcess::NotRunning)
        m_process.waitForFinished(milliseconds(QDeadlineTimer(Patience)));
    return exitCodeOf(m_process);
}

bool ServerProcess::exitsCleanly()
{
    const int exitCode = waitForExit();
    if (exitCode != 0)
        qWarning("the server ended with %d:\n%s", exitCode, log().constData());
    return exitCode == 0;
}

QByteArray ServerProcess::log() const
{
    return contentOf(m_directory.filePath(u"log"_s));
}

QByteArray ServerProcess::waitForLine(const QList<QByteArrayView> &texts) const
{
    QByteArray found;
    const auto look = [&] {
        for (const QByteArray &line : log().split('\n')) {
            if (!line.isEmpty() && containsAll(line, texts)) {
                found = line;
                return true;
            }
        }
        return false;
    };
    return QTest::qWaitFor(look, milliseconds(QDeadlineTimer(Patience))) ? found : QByteArray();
}

QJsonObject ServerProcess::waitForEvent(const QString &event, const QJsonObject &fields) const
{
    QJsonObject found;
    const auto matches = [&](const QJsonObject &object) {
        if (object.value("event"_L1) != event)
            return false;
        for (auto it = fields.begin(); it != fields.end(); ++it) {
            if (object.value(it.key()) != it.value())
                return false;
        }
        return true;
    };
    const auto look = [&] {
        for (const QByteArray &line : log().split('\n')) {
            const QJsonObject object = QJsonDocument::fromJson(line).object();
            if (matches(object)) {
                found = object;
                return true;
            }
        }
        return false;
    };
    return QTest::qWaitFor(look, milliseconds(QDeadlineTimer(Patience))) ? found : QJsonObject();
}

qint64 ServerProcess::residentBytes() const
{
    const QByteArray status = contentOf(u"/proc/%1/status"_s.arg(pid()));
    const qsizetype start = status.indexOf("VmRSS:");
    const QByteArray line = status.mid(start, status.indexOf('\n', start) - start);
    return line.simplified().split(' ').value(1).toLongLong() * 1024;
}

} // namespace truepeer
