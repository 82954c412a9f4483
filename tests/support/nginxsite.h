// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// A server behind an nginx of its own, and what tests of that need: forged headers, variants of the
// documented configuration, and the request details in short.
#pragma once

#include "tests/support/nginxprocess.h"
#include "tests/support/serverprocess.h"

#include <QByteArray>
#include <QJsonObject>
#include <QString>

namespace truepeer {

struct NginxSite
{
    ServerProcess server;
    NginxProcess nginx;

    // `upstream` is the address at which nginx reaches the server.
    explicit NginxSite(const QByteArray &config,
                       const QByteArray &nginxConfig = NginxProcess::documentedConfig(),
                       const QByteArray &upstream = "127.0.0.1");

    bool isReady() const { return server.isReady() && nginx.isReady(); }
    QByteArray complaint() const;
};

// Header lines with everything that a client could hope to be believed about.
QByteArray forgedHeaders();

// The documented configuration with another text for one that is in it once; empty when it is not.
QByteArray documentedWith(const QByteArray &text, const QByteArray &replacement);

// With the location of the original's documentation, which this server has to work with too.
QByteArray originalConfig();

// "client scheme host port", and the flags that are not as they should be.
QString summaryText(const QJsonObject &details);

} // namespace truepeer
