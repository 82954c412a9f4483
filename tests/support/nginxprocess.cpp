// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/nginxprocess.h"

#include "tests/support/childprocess.h"
#include "tests/support/rawclient.h"

#include <QDeadlineTimer>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxAttempts = 5; // to find a port that nobody takes meanwhile

QByteArray rendered(QByteArray text, const QHash<QByteArray, QByteArray> &values)
{
    for (auto it = values.begin(); it != values.end(); ++it)
        text.replace(QByteArray('@' + it.key() + '@'), it.value());
    return text;
}

} // namespace

QByteArray NginxProcess::documentedConfig()
{
    return contentOf(QStringLiteral(TRUEPEER_SOURCE_DIR "/resources/proxies/nginx.conf.in"));
}

bool NginxProcess::isInstalled()
{
    return !findProgram(u"nginx"_s).isEmpty();
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
    m_process.setChildProcessModifier(dieWithTheTest);
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
    const QString file = m_directory.filePath(u"nginx.conf"_s);
    writeFile(file, rendered(config, values));
    m_process.start(findProgram(u"nginx"_s),
                    {u"-p"_s, m_directory.path(), u"-c"_s, file, u"-e"_s, u"stderr"_s, u"-g"_s,
                     u"daemon off; master_process off;"_s});
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
