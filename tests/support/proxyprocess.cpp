// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "tests/support/proxyprocess.h"

#include "tests/support/childprocess.h"
#include "tests/support/rawclient.h"

#include <QDeadlineTimer>
#include <QFile>
#include <QRegularExpression>

#include <csignal>
#include <utility>
#include <vector>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr int MaxAttempts = 5; // to find ports that nobody takes meanwhile

using Replacements = std::vector<std::pair<QByteArray, QByteArray>>;

QString program(const QString &proxy)
{
    return findProgram(proxy == u"apache"_s ? u"apache2"_s : proxy);
}

void prepare(QProcess &process, const QTemporaryDir &directory)
{
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    for (const QString &name : {u"HOME"_s, u"XDG_CONFIG_HOME"_s, u"XDG_DATA_HOME"_s})
        environment.insert(name, directory.path());
    process.setProcessEnvironment(environment);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.setChildProcessModifier(dieWithTheTest);
}

Replacements forNginx(const QByteArray &folder)
{
    return {{"\nevents {", "\npid "_ba + folder + "/pid;\nevents {"_ba},
            {"\nhttp {\n", "\nhttp {\naccess_log off;\nclient_body_temp_path "_ba + folder
                               + "/b;\nproxy_temp_path "_ba + folder + "/p;\nfastcgi_temp_path "_ba
                               + folder + "/f;\nuwsgi_temp_path "_ba + folder
                               + "/u;\nscgi_temp_path "_ba + folder + "/s;\n"_ba},
            {"listen 80", "listen 127.0.0.1:HTTP"},
            {"listen [::]:80", "listen [::1]:HTTP"},
            {"listen 443", "listen 127.0.0.1:HTTPS"},
            {"listen [::]:443", "listen [::1]:HTTPS"}};
}

Replacements forApache(const QByteArray &folder)
{
    return {{"\nServerName",
             "\nPidFile "_ba + folder + "/pid\nDefaultRuntimeDir "_ba + folder + "\nServerName"_ba},
            {"ErrorLog syslog", "ErrorLog "_ba + folder + "/error.log"_ba},
            {"Listen 80", "Listen 127.0.0.1:HTTP\nListen [::1]:HTTP"},
            {"Listen 443", "Listen 127.0.0.1:HTTPS\nListen [::1]:HTTPS"},
            {"VirtualHost *:80>", "VirtualHost *:HTTP>"},
            {"VirtualHost *:443>", "VirtualHost *:HTTPS>"}};
}

Replacements forHaproxy()
{
    return {{"    user haproxy\n    group haproxy\n", ""},
            {"bind :80", "bind 127.0.0.1:HTTP"},
            {"bind :::80 v6only", "bind [::1]:HTTP"},
            {"bind :443", "bind 127.0.0.1:HTTPS"},
            {"bind :::443 v6only", "bind [::1]:HTTPS"}};
}

Replacements forCaddy()
{
    return {{"\nhttp://:80 {\n", "\n{\n\tadmin off\n\thttp_port HTTP\n\thttps_port HTTPS\n}\n"
                                 "http://:HTTP {\n\tbind 127.0.0.1 [::1]\n"},
            {"https://:443 {\n", "https://:HTTPS {\n\tbind 127.0.0.1 [::1]\n"},
            {" 80\n", " HTTP\n"},
            {" 443\n", " HTTPS\n"},
            {"{host}:80\"", "{host}:HTTP\""},
            {"{host}:443\"", "{host}:HTTPS\""}};
}

QStringList checkArguments(const QString &name, const QString &folder, const QString &file)
{
    if (name == u"nginx"_s)
        return {u"-t"_s, u"-p"_s, folder, u"-c"_s, file, u"-e"_s, u"stderr"_s};
    if (name == u"apache"_s)
        return {u"-t"_s, u"-f"_s, file};
    if (name == u"haproxy"_s)
        return {u"-c"_s, u"-f"_s, file};
    return {u"validate"_s, u"--adapter"_s, u"caddyfile"_s, u"--config"_s, file};
}

// In one process, which the end of the test takes along.
QStringList runArguments(const QString &name, const QString &folder, const QString &file)
{
    if (name == u"nginx"_s)
        return {u"-p"_s, folder,      u"-c"_s, file,
                u"-e"_s, u"stderr"_s, u"-g"_s, u"daemon off; master_process off;"_s};
    if (name == u"apache"_s)
        return {u"-X"_s, u"-f"_s, file};
    if (name == u"haproxy"_s)
        return {u"-db"_s, u"-f"_s, file};
    return {u"run"_s, u"--adapter"_s, u"caddyfile"_s, u"--config"_s, file};
}

} // namespace

TestCertificate::TestCertificate()
{
    QProcess process;
    process.start(u"openssl"_s,
                  {u"req"_s, u"-x509"_s, u"-newkey"_s, u"ec"_s, u"-pkeyopt"_s,
                   u"ec_paramgen_curve:prime256v1"_s, u"-nodes"_s, u"-days"_s, u"2"_s, u"-subj"_s,
                   u"/CN=app.example"_s, u"-addext"_s, u"subjectAltName=DNS:app.example"_s,
                   u"-keyout"_s, QString::fromUtf8(keyFile()), u"-out"_s,
                   QString::fromUtf8(certificateFile())});
    process.waitForFinished();
    writeFile(QString::fromUtf8(bothFile()), contentOf(QString::fromUtf8(certificateFile()))
                                                 + contentOf(QString::fromUtf8(keyFile())));
}

bool TestCertificate::isReady() const
{
    return contentOf(QString::fromUtf8(bothFile())).count("-----BEGIN ") == 2;
}

QByteArray TestCertificate::path(QStringView name) const
{
    return m_directory.filePath(name.toString()).toUtf8();
}

bool ProxyProcess::isInstalled(const QString &name)
{
    return !program(name).isEmpty();
}

ProxyProcess::ProxyProcess(const QString &name, const QByteArray &config,
                           const TestCertificate &certificate)
    : m_name(name)
{
    prepare(m_process, m_directory);
    const QString file = m_directory.filePath(u"config"_s);
    for (int attempt = 0; attempt < MaxAttempts && !m_isReady; ++attempt) {
        m_httpPort = freePort();
        m_httpsPort = freePort();
        writeFile(file, adapted(config, certificate));
        if (!isAccepted())
            return;
        m_process.start(program(name), runArguments(name, m_directory.path(), file));
        m_isReady = awaitListening(config.contains("/etc/ssl/"));
    }
}

ProxyProcess::~ProxyProcess()
{
    m_process.kill();
    m_process.waitForFinished();
}

QByteArray ProxyProcess::adapted(QByteArray config, const TestCertificate &certificate) const
{
    const QByteArray folder = m_directory.path().toUtf8();
    Replacements replacements = m_name == u"nginx"_s     ? forNginx(folder)
                                : m_name == u"apache"_s  ? forApache(folder)
                                : m_name == u"haproxy"_s ? forHaproxy()
                                                         : forCaddy();
    replacements.insert(replacements.end(),
                        {{"/etc/ssl/certs/truepeer.pem", certificate.certificateFile()},
                         {"/etc/ssl/private/truepeer.key", certificate.keyFile()},
                         {"/etc/ssl/private/truepeer-both.pem", certificate.bothFile()},
                         {":HTTPS", ':' + QByteArray::number(m_httpsPort)},
                         {":HTTP", ':' + QByteArray::number(m_httpPort)},
                         {" HTTPS\n", ' ' + QByteArray::number(m_httpsPort) + '\n'},
                         {" HTTP\n", ' ' + QByteArray::number(m_httpPort) + '\n'}});
    for (const auto &[text, replacement] : replacements)
        config.replace(text, replacement);
    return config;
}

// Warnings count, but for those of Caddy that come of the test's certificate and ports.
bool ProxyProcess::isAccepted()
{
    static const QRegularExpression complaints(u"warn\\]|WARNING|not formatted|Unnecessary"_s);
    QProcess process;
    prepare(process, m_directory);
    process.start(program(m_name),
                  checkArguments(m_name, m_directory.path(), m_directory.filePath(u"config"_s)));
    process.waitForFinished();
    m_output = "the check says: "_ba + process.readAll();
    return process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0
           && !QString::fromUtf8(m_output).contains(complaints);
}

// None of them says when it listens: they are asked until they do, or have ended.
bool ProxyProcess::awaitListening(bool tls)
{
    const QDeadlineTimer deadline(Patience);
    while (!deadline.hasExpired() && !m_process.waitForFinished(20)) {
        const bool isRunning = m_process.state() == QProcess::Running;
        if (isRunning && RawClient(m_httpPort).isConnected()
            && (!tls || RawClient(m_httpsPort).isConnected()))
            return true;
    }
    m_output = m_process.readAll() + contentOf(m_directory.filePath(u"error.log"_s));
    m_process.kill();
    m_process.waitForFinished();
    return false;
}

QByteArray ProxyProcess::complaint() const
{
    return m_name.toUtf8() + " did not start: "_ba + m_process.errorString().toUtf8() + '\n'
           + m_output;
}

} // namespace truepeer
