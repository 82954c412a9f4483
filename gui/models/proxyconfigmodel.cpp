// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/proxyconfigmodel.h"

#include "gui/models/serverlink.h"
#include "shared/net/hostport.h"

#include <QJsonArray>

#include <array>
#include <utility>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr qsizetype MaxUpstreams = 64;

struct ProxyKind
{
    QLatin1StringView name;
    QLatin1StringView title;
    QLatin1StringView file;
};

constexpr std::array Kinds = {
    ProxyKind{"nginx"_L1, "nginx"_L1, "truepeer.conf"_L1},
    ProxyKind{"apache"_L1, "Apache"_L1, "truepeer.conf"_L1},
    ProxyKind{"haproxy"_L1, "HAProxy"_L1, "truepeer.cfg"_L1},
    ProxyKind{"caddy"_L1, "Caddy"_L1, "Caddyfile"_L1},
};

const ProxyKind &proxyKindOf(const QString &proxy)
{
    for (const ProxyKind &kind : Kinds) {
        if (kind.name == proxy)
            return kind;
    }
    return Kinds.front();
}

bool isSeparator(QChar c)
{
    return c.isSpace() || c == u',';
}

bool isHostPort(const QString &text)
{
    const std::optional<HostPort> parsed = parseHostPort(text.toUtf8());
    return parsed && parsed->port;
}

} // namespace

ProxyConfigModel::ProxyConfigModel(const ModelContext &context, QObject *parent)
    : QObject(parent)
    , m_context(context)
    , m_proxy(Kinds.front().name)
{
    connect(&context.link, &ServerLink::up, this, [this] {
        if (m_live)
            ask();
    });
}

ProxyConfigModel::~ProxyConfigModel() = default;

QStringList ProxyConfigModel::proxies()
{
    QStringList names;
    for (const ProxyKind &kind : Kinds)
        names += kind.name;
    return names;
}

QString ProxyConfigModel::titleOf(const QString &proxy)
{
    return proxyKindOf(proxy).title;
}

QString ProxyConfigModel::fileNameOf(const QString &proxy)
{
    return proxyKindOf(proxy).file;
}

ProxyConfigModel::Upstreams ProxyConfigModel::readUpstreams(const QString &text)
{
    Upstreams read;
    for (qsizetype at = 0; at < text.size();) {
        if (isSeparator(text[at])) {
            ++at;
            continue;
        }
        qsizetype end = at;
        while (end < text.size() && !isSeparator(text[end]))
            ++end;
        const QString word = text.sliced(at, end - at);
        if (!isHostPort(word))
            read.problem = u"“%1” is no HOST:PORT, such as 10.0.0.5:6001"_s.arg(word);
        else if (read.list.contains(word))
            read.problem = u"%1 is there twice"_s.arg(word);
        else if (read.list.size() == MaxUpstreams)
            read.problem = u"At most %1 upstreams are possible"_s.arg(MaxUpstreams);
        if (!read.problem.isEmpty()) {
            read.start = at;
            read.length = end - at;
            return read;
        }
        read.list += word;
        at = end;
    }
    return read;
}

void ProxyConfigModel::setProxy(const QString &proxy)
{
    if (proxy == m_proxy)
        return;
    m_proxy = proxy;
    ask();
}

void ProxyConfigModel::setTls(bool tls)
{
    if (tls == m_tls)
        return;
    m_tls = tls;
    ask();
}

void ProxyConfigModel::setUpstreams(const QString &text)
{
    m_upstreams = readUpstreams(text);
    ask();
}

void ProxyConfigModel::setLive(bool live)
{
    if (live == m_live)
        return;
    m_live = live;
    if (live && m_text.isEmpty())
        ask();
}

void ProxyConfigModel::refresh()
{
    ask();
}

void ProxyConfigModel::ask()
{
    // An answer that is under way is of other wishes.
    const quint64 serial = ++m_serial;
    if (!m_upstreams.problem.isEmpty()) {
        m_text.clear();
        m_problem = m_upstreams.problem;
        Q_EMIT changed();
        return;
    }
    if (!m_live || !m_context.link.isUp())
        return;
    QJsonObject params{{u"proxy"_s, m_proxy}, {u"tls"_s, m_tls}};
    if (!m_upstreams.list.isEmpty())
        params.insert("upstreams"_L1, QJsonArray::fromStringList(m_upstreams.list));
    m_context.link.call(u"proxy.config"_s, params, this, [this, serial](const RpcResult &result) {
        if (serial != m_serial)
            return;
        const auto *error = std::get_if<RpcError>(&result);
        // What a lost connection means is said by the window.
        if (error && !m_context.link.isUp())
            return;
        m_problem = error ? error->message : QString();
        m_text = resultObject(result).value("text"_L1).toString();
        Q_EMIT changed();
    });
}

} // namespace truepeer
