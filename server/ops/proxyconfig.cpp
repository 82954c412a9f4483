// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/ops/proxyconfig.h"

#include "server/ops/proxytemplates.h"
#include "shared/net/ascii.h"

#include <QByteArrayList>
#include <QHash>
#include <QSet>

#include <algorithm>
#include <array>
#include <optional>

namespace truepeer {

using namespace Qt::StringLiterals;
using Proxy = ProxyConfigRequest::Proxy;

namespace {

constexpr size_t MaxUpstreams = 64;

struct ProxyKind
{
    Proxy proxy;
    QLatin1StringView name;
    QLatin1StringView title; // in sentences
    const char *text;
};

constexpr std::array ProxyKinds = {
    ProxyKind{Proxy::Nginx, "nginx"_L1, "nginx"_L1, proxytemplates::Nginx},
    ProxyKind{Proxy::Apache, "apache"_L1, "Apache"_L1, proxytemplates::Apache},
    ProxyKind{Proxy::Haproxy, "haproxy"_L1, "HAProxy"_L1, proxytemplates::Haproxy},
    ProxyKind{Proxy::Caddy, "caddy"_L1, "Caddy"_L1, proxytemplates::Caddy},
};

const ProxyKind &kindOf(Proxy proxy)
{
    return ProxyKinds[static_cast<size_t>(proxy)];
}

// ---- templates --------------------------------------------------------------------------------

// The language of the templates. What stands before the line "#?begin" is about the template.
//
//   #?if A !B    the lines up to #?end count if A holds and B does not; not nested
//   #?TEXT       the line TEXT, which is a comment to whoever uses the template as it stands
//   @NAME@       a value
//
// A line with @UPSTREAM@ comes once for each upstream, and @NUMBER@ in it counts them. The usual
// names of the forwarding headers stand for those that the server reads.
struct Rendering
{
    QSet<QByteArray> conditions;
    QHash<QByteArray, QByteArray> values;
    QHash<QByteArray, QByteArray> headerNames;
    QByteArrayList upstreams;

    QByteArray render(QByteArrayView text) const;

private:
    bool holds(QByteArrayView condition) const;
    QByteArray renderLine(QByteArrayView line) const;
};

bool isWordCharacter(char c)
{
    return ascii::isAlphaNumeric(c) || c == '-' || c == '_';
}

bool Rendering::holds(QByteArrayView condition) const
{
    const QByteArrayList words = condition.toByteArray().split(' ');
    return std::all_of(words.begin(), words.end(), [this](const QByteArray &word) {
        return word.startsWith('!') ? !conditions.contains(word.sliced(1))
                                    : conditions.contains(word);
    });
}

// One pass, so that a value that looks like a placeholder or a header is left as it is.
QByteArray Rendering::renderLine(QByteArrayView line) const
{
    QByteArray result;
    for (qsizetype i = 0; i < line.size();) {
        qsizetype end = i + 1;
        while (end < line.size() && isWordCharacter(line[end]))
            ++end;
        const QByteArray word = line.sliced(i, end - i).toByteArray();
        const bool isPlaceholder =
            word.size() > 1 && word[0] == '@' && end < line.size() && line[end] == '@';
        if (isPlaceholder) {
            Q_ASSERT(values.contains(word.sliced(1)));
            result += values.value(word.sliced(1));
            i = end + 1;
        } else if (ascii::isAlphaNumeric(word[0])) {
            result += headerNames.value(word, word);
            i = end;
        } else {
            result += word[0];
            ++i;
        }
    }
    return result + '\n';
}

QByteArray Rendering::render(QByteArrayView text) const
{
    constexpr QByteArrayView Begin("#?begin\n");
    constexpr QByteArrayView If("#?if ");
    const QByteArrayList lines =
        text.sliced(text.indexOf(Begin) + Begin.size()).chopped(1).toByteArray().split('\n');
    QByteArray result;
    bool counts = true;
    for (QByteArray line : lines) {
        if (line.startsWith(If)) {
            counts = holds(QByteArrayView(line).sliced(If.size()));
            continue;
        }
        if (line == "#?end") {
            counts = true;
            continue;
        }
        if (!counts)
            continue;
        if (line.startsWith("#?"))
            line.remove(0, 2);
        if (!line.contains("@UPSTREAM@")) {
            result += renderLine(line);
            continue;
        }
        Rendering one = *this;
        for (qsizetype i = 0; i < upstreams.size(); ++i) {
            one.values.insert("UPSTREAM"_ba, upstreams[i]);
            one.values.insert("NUMBER"_ba, QByteArray::number(i + 1));
            result += one.renderLine(line);
        }
    }
    return result;
}

// ---- what goes into them ----------------------------------------------------------------------

// A WebSocket on which nothing moves gets a ping well before it.
std::chrono::seconds idleTimeout(const ServerShape &shape)
{
    if (shape.idlePing.count() == 0)
        return std::chrono::hours(1);
    return std::max(std::chrono::seconds(90), 3 * shape.idlePing);
}

// How long a connection to the server may wait for the next request: less than the server waits.
std::chrono::seconds idleReuse(const ServerShape &shape)
{
    return std::clamp(shape.keepAlive * 4 / 5, std::chrono::seconds(1), std::chrono::seconds(60));
}

QByteArray number(std::chrono::seconds seconds)
{
    return QByteArray::number(qint64(seconds.count()));
}

QByteArray pinName(HeaderPin pin)
{
    switch (pin) {
    case HeaderPin::Forwarded:
        return "forwarded"_ba;
    case HeaderPin::XRealIp:
        return "x-real-ip"_ba;
    case HeaderPin::Auto:
    case HeaderPin::XForwarded:
        break;
    }
    return "x-forwarded"_ba;
}

// The parameters of Apache's BalancerMember.
QByteArray memberParameters(const ServerShape &shape)
{
    QByteArray text = "connectiontimeout=5 retry=5 timeout="_ba + number(idleTimeout(shape));
    text +=
        shape.keepAlive.count() > 0 ? " ttl="_ba + number(idleReuse(shape)) : " disablereuse=on"_ba;
    if (!shape.healthPath.isEmpty())
        text += " hcmethod=GET hcinterval=5 hcpasses=1 hcfails=1 hcexpr=healthy hcuri="_ba
                + shape.healthPath;
    return text;
}

HostPort ownUpstream(const ServerShape &shape)
{
    const bool isAny = shape.host.isUnspecified();
    return {isAny ? "127.0.0.1"_ba : hostText(shape.host), shape.port};
}

QByteArray upstreamText(const HostPort &upstream)
{
    return upstream.host + ':' + QByteArray::number(*upstream.port);
}

QSet<QByteArray> conditionsOf(const ProxyConfigRequest &request, const ServerShape &shape)
{
    const bool isForwarded = shape.headers == HeaderPin::Forwarded;
    QSet<QByteArray> conditions;
    const auto addIf = [&conditions](bool holds, const QByteArray &name) {
        if (holds)
            conditions.insert(name);
    };
    addIf(request.tls, "tls"_ba);
    addIf(request.upstreams.size() > 1, "several"_ba);
    addIf(!shape.healthPath.isEmpty(), "health"_ba);
    addIf(shape.idlePing.count() > 0, "pings"_ba);
    addIf(shape.keepAlive.count() > 0, "reuse"_ba);
    addIf(shape.proxyProtocol, "proxyprotocol"_ba);
    addIf(isForwarded, "forwarded"_ba);
    addIf(isForwarded || shape.proxyProtocol, "clearx"_ba);
    const TrustSettings::Names usual;
    addIf(shape.names.forwardedFor != usual.forwardedFor, "ownfor"_ba);
    addIf(shape.names.proto != usual.proto, "ownproto"_ba);
    addIf(shape.names.host != usual.host, "ownhost"_ba);
    return conditions;
}

QHash<QByteArray, QByteArray> valuesOf(const ProxyConfigRequest &request, const ServerShape &shape)
{
    const QByteArray port = request.tls ? "443"_ba : "80"_ba;
    const QByteArray listen = port + (request.tls ? " ssl http2"_ba : ""_ba);
    return {
        {"SERVER"_ba, upstreamText(ownUpstream(shape))},
        {"PIN"_ba, pinName(shape.headers)},
        {"LISTEN_IPV4"_ba, listen},
        {"LISTEN_IPV6"_ba, "[::]:"_ba + listen},
        {"LISTEN_PORT"_ba, port},
        {"SERVER_NAME"_ba, "_"_ba},
        {"HEALTH_PATH"_ba, shape.healthPath},
        // 0 would mean any size to the proxies.
        {"BODY_BYTES"_ba, QByteArray::number(std::max<qint64>(shape.bodyBytes, 1))},
        {"TIMEOUT"_ba, number(idleTimeout(shape))},
        {"IDLE"_ba, number(idleReuse(shape))},
        {"MEMBER"_ba, memberParameters(shape)},
    };
}

QHash<QByteArray, QByteArray> headerNamesOf(const TrustSettings::Names &names)
{
    const TrustSettings::Names usual;
    return {{usual.forwardedFor, names.forwardedFor},
            {usual.proto, names.proto},
            {usual.host, names.host},
            {usual.port, names.port},
            {usual.realIp, names.realIp},
            {usual.forwarded, names.forwarded}};
}

// ---- what does not go -------------------------------------------------------------------------

std::optional<Error> proxyProtocolComplaint(const ProxyConfigRequest &request)
{
    const QString way = u"set proxy_protocol.accept = \"off\" and let %1 say in headers who is "
                        "calling"_s.arg(kindOf(request.proxy).title);
    if (request.proxy == Proxy::Nginx)
        return Error{u"the server requires the PROXY protocol, which nginx sends only from stream "
                     "{ }, where there is no HTTP; use haproxy, or "_s
                     + way};
    if (request.proxy != Proxy::Haproxy)
        return Error{u"the server requires the PROXY protocol, which %1 does not send; use "
                     "haproxy, or "_s.arg(kindOf(request.proxy).title)
                     + way};
    if (request.tls)
        return Error{u"the server requires the PROXY protocol, which does not say that a client "
                     "came with https; leave TLS out, or "_s
                     + way};
    return std::nullopt;
}

// A name that could be more to a proxy than a name.
std::optional<Error> headerNameComplaint(const TrustSettings::Names &names)
{
    for (const QByteArray &name : headerNamesOf(names)) {
        const bool isPlain = !name.isEmpty() && ascii::isAlphaNumeric(name[0])
                             && std::all_of(name.begin(), name.end(), isWordCharacter);
        if (!isPlain)
            return Error{
                u"the header name %1 cannot stand in the configuration of a proxy; use "
                "letters, digits, - and _ in [proxy_headers]"_s.arg(QString::fromLatin1(name))};
    }
    return std::nullopt;
}

std::optional<Error> healthPathComplaint(const QByteArray &path)
{
    const auto isPlain = [](char c) { return isWordCharacter(c) || c == '/' || c == '.'; };
    if (std::all_of(path.begin(), path.end(), isPlain))
        return std::nullopt;
    return Error{u"health_check_path %1 cannot stand in the configuration of a proxy; use letters, "
                 "digits, /, -, . and _"_s.arg(QString::fromLatin1(path))};
}

std::optional<Error> complaintAbout(const ProxyConfigRequest &request, const ServerShape &shape)
{
    if (shape.proxyProtocol) {
        if (std::optional<Error> complaint = proxyProtocolComplaint(request))
            return complaint;
    }
    if (std::optional<Error> complaint = headerNameComplaint(shape.names))
        return complaint;
    return healthPathComplaint(shape.healthPath);
}

// RFC 1123: no hyphen at either end of a label.
bool isHostName(const QByteArray &name)
{
    const QByteArrayList labels = name.split('.');
    constexpr qsizetype MaxLabel = 63;
    return !name.contains('_')
           && std::all_of(labels.begin(), labels.end(), [](const QByteArray &label) {
                  return label.size() <= MaxLabel && !label.startsWith('-') && !label.endsWith('-');
              });
}

std::optional<HostPort> parseUpstream(const QString &text)
{
    if (std::any_of(text.begin(), text.end(), [](QChar c) { return c.unicode() > 0x7e; }))
        return std::nullopt;
    const std::optional<HostPort> upstream = parseHostPort(text.toLatin1());
    if (!upstream || !upstream->port)
        return std::nullopt;
    if (upstream->host.startsWith('['))
        return upstream->host == "[::]" ? std::nullopt : upstream;
    return isHostName(upstream->host) && upstream->host != "0.0.0.0" ? upstream : std::nullopt;
}

} // namespace

ServerShape serverShape(const Config &config, quint16 port)
{
    ServerShape shape;
    shape.host = config.hosts.front();
    shape.port = port;
    shape.healthPath = config.healthCheckPath;
    shape.idlePing = config.limits.idlePing;
    shape.keepAlive = config.limits.keepAlive;
    shape.bodyBytes = config.limits.bodyBytes;
    shape.headers = config.trust.headers;
    shape.names = config.trust.names;
    shape.proxyProtocol = config.proxyProtocol.required;
    return shape;
}

Expected<Proxy> parseProxyName(QStringView name)
{
    for (const ProxyKind &kind : ProxyKinds) {
        if (name == kind.name)
            return kind.proxy;
    }
    return Error{u"there is no template for this proxy; allowed: nginx, apache, haproxy, caddy"_s};
}

Expected<std::vector<HostPort>> parseUpstreams(const QStringList &texts)
{
    if (texts.size() > qsizetype(MaxUpstreams))
        return Error{u"%1 upstreams are too many; allowed are 64"_s.arg(texts.size())};
    std::vector<HostPort> upstreams;
    for (qsizetype i = 0; i < texts.size(); ++i) {
        const std::optional<HostPort> upstream = parseUpstream(texts[i]);
        if (!upstream)
            return Error{u"upstream %1 is no HOST:PORT; allowed: a host name of letters, digits, - "
                         "and ., an IPv4 address, or an IPv6 address in brackets, with a port of "
                         "1 to 65535, for example 10.0.0.5:6001"_s.arg(i + 1)};
        if (std::find(upstreams.begin(), upstreams.end(), *upstream) != upstreams.end())
            return Error{
                u"upstream %1 is there twice"_s.arg(QString::fromLatin1(upstreamText(*upstream)))};
        upstreams.push_back(*upstream);
    }
    return upstreams;
}

Expected<QString> proxyConfig(const ProxyConfigRequest &request, const ServerShape &shape)
{
    if (const std::optional<Error> complaint = complaintAbout(request, shape))
        return *complaint;
    Rendering rendering{
        conditionsOf(request, shape), valuesOf(request, shape), headerNamesOf(shape.names), {}};
    for (const HostPort &upstream : request.upstreams)
        rendering.upstreams.append(upstreamText(upstream));
    if (rendering.upstreams.isEmpty())
        rendering.upstreams.append(upstreamText(ownUpstream(shape)));
    return QString::fromLatin1(rendering.render(kindOf(request.proxy).text));
}

} // namespace truepeer
