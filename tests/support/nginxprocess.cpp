// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/nginxprocess.h"

#include "tests/support/rawclient.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QStandardPaths>

#include <csignal>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxAttempts = 5; // to find a port that nobody takes meanwhile

QString program()
{
    const QString found = QStandardPaths::findExecutable(u"nginx"_s);
    return found.isEmpty()
               ? QStandardPaths::findExecutable(u"nginx"_s, {u"/usr/sbin"_s, u"/usr/local/sbin"_s})
               : found;
}

// A port that is free at this moment; 0 when there is none.
quint16 freePort()
{
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address = {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto *generic = reinterpret_cast<sockaddr *>(&address);
    const bool isBound =
        ::bind(probe, generic, size) == 0 && ::getsockname(probe, generic, &size) == 0;
    ::close(probe);
    return isBound ? ntohs(address.sin_port) : 0;
}

QByteArray rendered(QByteArray text, const QHash<QByteArray, QByteArray> &values)
{
    for (auto it = values.begin(); it != values.end(); ++it)
        text.replace(QByteArray('@' + it.key() + '@'), it.value());
    return text;
}

} // namespace

QByteArray NginxProcess::documentedConfig()
{
    QFile file(QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/proxies/nginx.conf.in"));
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool NginxProcess::isInstalled()
{
    return !program().isEmpty();
}

NginxProcess::NginxProcess(const QByteArray &config, const QByteArray &upstream)
{
    const QByteArray folder = m_directory.path().toUtf8();
    const QHash<QByteArray, QByteArray> values = {
        {"UPSTREAM"_ba, upstream},
        {"SERVER_NAME"_ba, "app.example"_ba},
        {"PID_FILE"_ba, folder + "/nginx.pid"_ba},
        {"LOG_FILE"_ba, folder + "/error.log"_ba},
        {"TEMP_DIR"_ba, folder},
    };
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.setChildProcessModifier([] { ::prctl(PR_SET_PDEATHSIG, SIGKILL); });
    for (int attempt = 0; attempt < MaxAttempts && !isReady(); ++attempt) {
        const quint16 port = freePort();
        start(config, values, port);
        if (awaitListening(port))
            m_port = port;
        else if (!m_output.contains("Address already in use"))
            return;
    }
}

NginxProcess::~NginxProcess()
{
    m_process.kill();
    m_process.waitForFinished();
}

void NginxProcess::start(const QByteArray &config, QHash<QByteArray, QByteArray> values,
                         quint16 port)
{
    values.insert("LISTEN_IPV4"_ba, "127.0.0.1:"_ba + QByteArray::number(port));
    values.insert("LISTEN_IPV6"_ba, "[::1]:"_ba + QByteArray::number(port));
    QFile file(m_directory.filePath(u"nginx.conf"_s));
    if (!file.open(QIODevice::WriteOnly) || file.write(rendered(config, values)) < 0)
        qFatal("cannot write %s", qPrintable(file.fileName()));
    file.close();
    m_process.start(program(), {u"-p"_s, m_directory.path(), u"-c"_s, file.fileName(), u"-e"_s,
                                u"stderr"_s, u"-g"_s, u"daemon off; master_process off;"_s});
}

// nginx does not say when it listens: it is asked until it does, or has ended.
bool NginxProcess::awaitListening(quint16 port)
{
    const QDeadlineTimer deadline(Patience);
    while (!deadline.hasExpired() && !m_process.waitForFinished(20)) {
        if (m_process.state() == QProcess::Running && RawClient(port).isConnected())
            return true;
    }
    m_output = m_process.readAll();
    m_process.kill();
    m_process.waitForFinished();
    return false;
}

QByteArray NginxProcess::complaint() const
{
    return "nginx did not start: "_ba + m_process.errorString().toUtf8() + '\n' + m_output;
}

} // namespace truepeer
