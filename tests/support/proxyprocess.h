// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// ProxyProcess is a real nginx, Apache, HAProxy or Caddy as a child process, with a configuration
// that "proxy-config" made. Only what a test cannot have is replaced in it: the ports 80 and 443 by
// free ones of 127.0.0.1 and [::1], the certificate by one for app.example, and the files and users
// of the system. It never outlives the test.
#pragma once

#include <QByteArray>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>

#include <chrono>

namespace truepeer {

// A self-made certificate for app.example.
class TestCertificate
{
    Q_DISABLE_COPY_MOVE(TestCertificate)

public:
    TestCertificate();

    bool isReady() const;
    QByteArray certificateFile() const { return path(u"certificate.pem"); }
    QByteArray keyFile() const { return path(u"key.pem"); }
    QByteArray bothFile() const { return path(u"both.pem"); }

private:
    QByteArray path(QStringView name) const;

    QTemporaryDir m_directory;
};

class ProxyProcess
{
    Q_DISABLE_COPY_MOVE(ProxyProcess)

public:
    static constexpr std::chrono::seconds Patience{30};

    // `name`: nginx, apache, haproxy or caddy.
    static bool isInstalled(const QString &name);

    // Lets the proxy check `config`, and starts it when it has nothing to say against it.
    ProxyProcess(const QString &name, const QByteArray &config, const TestCertificate &certificate);
    ~ProxyProcess();

    bool isReady() const { return m_isReady; }
    // Why it is not.
    QByteArray complaint() const;
    quint16 httpPort() const { return m_httpPort; }
    quint16 httpsPort() const { return m_httpsPort; }

private:
    QByteArray adapted(QByteArray config, const TestCertificate &certificate) const;
    bool isAccepted();
    bool awaitListening(bool tls);

    QString m_name;
    QTemporaryDir m_directory;
    QProcess m_process;
    QByteArray m_output;
    quint16 m_httpPort = 0;
    quint16 m_httpsPort = 0;
    bool m_isReady = false;
};

} // namespace truepeer
