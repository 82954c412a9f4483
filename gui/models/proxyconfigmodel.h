// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/modelcontext.h"

#include <QObject>
#include <QString>
#include <QStringList>

namespace truepeer {

// ProxyConfigModel is the configuration of a proxy that the server writes for itself
// ("proxy.config"). It is asked for whenever the wishes change and are valid.
//
// Thread: the GUI thread.
class ProxyConfigModel final : public QObject
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(ProxyConfigModel)

public:
    struct Upstreams
    {
        QStringList list;
        QString problem;     // empty: there is none
        qsizetype start = 0; // of the word that is wrong, in characters
        qsizetype length = 0;
    };

    explicit ProxyConfigModel(const ModelContext &context, QObject *parent = nullptr);
    ~ProxyConfigModel() override;

    const ModelContext &context() const { return m_context; }
    static QStringList proxies(); // names that the server knows
    static QString titleOf(const QString &proxy);
    static QString fileNameOf(const QString &proxy);
    // HOST:PORT, separated by blanks or commas; at most 64, none twice.
    static Upstreams readUpstreams(const QString &text);

    const QString &proxy() const { return m_proxy; }
    void setProxy(const QString &proxy);
    bool tls() const { return m_tls; }
    void setTls(bool tls);
    // Empty: the server itself.
    void setUpstreams(const QString &text);
    const Upstreams &upstreams() const { return m_upstreams; }

    void setLive(bool live);
    void refresh();

    const QString &text() const { return m_text; } // empty: none yet, or a problem
    const QString &problem() const { return m_problem; }

Q_SIGNALS:
    void changed();

private:
    void ask();

    const ModelContext m_context;
    QString m_proxy;
    Upstreams m_upstreams;
    QString m_text;
    QString m_problem;
    quint64 m_serial = 0; // of the last call
    bool m_tls = false;
    bool m_live = false;
};

} // namespace truepeer
