// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/trust/diagnosisparts.h"

namespace truepeer::diagnosis {

using namespace Qt::StringLiterals;

namespace {

void append(QString &text, const QString &line)
{
    if (!text.isEmpty())
        text += u'\n';
    text += line;
}

// nginx and HAProxy append to X-Forwarded-For by a word of their own, mod_proxy_http by itself; a
// header of another name is replaced instead.
bool isStandardFor(const TrustPolicy &policy)
{
    return policy.headerName(ForwardingHeader::For).compare("X-Forwarded-For", Qt::CaseInsensitive)
           == 0;
}

void appendAddressLines(Fix &fix, const QString &name, bool standard)
{
    append(fix.nginx, u"proxy_set_header %1 %2;"_s.arg(
                          name, standard ? u"$proxy_add_x_forwarded_for"_s : u"$remote_addr"_s));
    append(fix.apache, standard ? u"ProxyAddHeaders On"_s
                                : u"RequestHeader set %1 expr=%{REMOTE_ADDR}"_s.arg(name));
    append(fix.haproxy,
           standard ? u"option forwardfor"_s : u"http-request set-header %1 %[src]"_s.arg(name));
}

// Long, because IPv6 addresses need brackets and quotes, and because the host is what the client
// wrote: only one that cannot end its quotes may stand there.
void appendForwardedLines(Fix &fix, const QString &name)
{
    append(fix.nginx, uR"(# in http { }:
map $remote_addr $forwarded_for { default "for=$remote_addr"; "~:" "for=\"[$remote_addr]\""; }
map $host $forwarded_host { default ""; "~^([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])$" ";host=\"$host:$server_port\""; }
# in location { }:
proxy_set_header %1 "$forwarded_for;proto=$scheme$forwarded_host";)"_s.arg(name));
    append(fix.apache,
           uR"--(SetEnvIf Host "^([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?$" TRUEPEER_HOST=$1
RequestHeader set %1 "expr=for=%{REMOTE_ADDR};proto=%{REQUEST_SCHEME}"
RequestHeader set %1 "expr=for=%{REMOTE_ADDR};proto=%{REQUEST_SCHEME};host=\"%{reqenv:TRUEPEER_HOST}:%{SERVER_PORT}\"" env=TRUEPEER_HOST
RequestHeader edit %1 "^for=([0-9A-Fa-f.]*:[0-9A-Fa-f:.]*);" "for=\"[$1]\";")--"_s.arg(name));
    append(
        fix.haproxy,
        uR"--(acl plain_host req.hdr(Host) -m reg '^([0-9A-Za-z._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]*)?$'
http-request set-var-fmt(txn.for) 'for=%[src]'
http-request set-var-fmt(txn.for) 'for="[%[src]]"' if { src -m sub : }
http-request set-var-fmt(txn.host) ';host="%[req.hdr(Host),regsub(:[0-9]*$,)]:%[dst_port]"' if plain_host
http-request set-header %1 '%[var(txn.for)];proto=%[ssl_fc,iif(https,http)]%[var(txn.host)]')--"_s
            .arg(name));
}

void appendSending(Fix &fix, const TrustPolicy &policy, ForwardingHeader header)
{
    const QString name = QString::fromLatin1(policy.headerName(header));
    switch (header) {
    case ForwardingHeader::For:
        appendAddressLines(fix, name, isStandardFor(policy));
        break;
    case ForwardingHeader::RealIp:
        appendAddressLines(fix, name, false);
        break;
    case ForwardingHeader::Proto:
        append(fix.nginx, u"proxy_set_header %1 $scheme;"_s.arg(name));
        append(fix.apache, u"RequestHeader set %1 expr=%{REQUEST_SCHEME}"_s.arg(name));
        append(fix.haproxy, u"http-request set-header %1 https if { ssl_fc }\n"
                            "http-request set-header %1 http if !{ ssl_fc }"_s.arg(name));
        break;
    case ForwardingHeader::Host:
        append(fix.nginx, u"proxy_set_header %1 $host;"_s.arg(name));
        append(fix.apache, u"RequestHeader set %1 expr=%{HTTP_HOST}"_s.arg(name));
        append(fix.haproxy, u"http-request set-header %1 %[req.hdr(Host)]"_s.arg(name));
        break;
    case ForwardingHeader::Port:
        append(fix.nginx, u"proxy_set_header %1 $server_port;"_s.arg(name));
        append(fix.apache, u"RequestHeader set %1 expr=%{SERVER_PORT}"_s.arg(name));
        append(fix.haproxy, u"http-request set-header %1 %[dst_port]"_s.arg(name));
        break;
    case ForwardingHeader::Forwarded:
        appendForwardedLines(fix, name);
        break;
    }
}

} // namespace

Fix sendingLines(const TrustPolicy &policy, std::span<const ForwardingHeader> headers)
{
    Fix fix;
    for (const ForwardingHeader header : headers)
        appendSending(fix, policy, header);
    return fix;
}

Fix strippingLines(const TrustPolicy &policy, std::span<const ForwardingHeader> headers)
{
    Fix fix;
    for (const ForwardingHeader header : headers) {
        const QString name = QString::fromLatin1(policy.headerName(header));
        append(fix.nginx, uR"(proxy_set_header %1 "";)"_s.arg(name));
        append(fix.apache, u"RequestHeader unset %1"_s.arg(name));
        append(fix.haproxy, u"http-request del-header %1"_s.arg(name));
    }
    return fix;
}

ForwardingHeader addressHeader(const TrustPolicy &policy)
{
    if (policy.reads(ForwardingHeader::For))
        return ForwardingHeader::For;
    return policy.reads(ForwardingHeader::RealIp) ? ForwardingHeader::RealIp
                                                  : ForwardingHeader::Forwarded;
}

QString pinLine(ForwardingHeader managed)
{
    if (managed == ForwardingHeader::Forwarded)
        return uR"(headers = "forwarded")"_s;
    return managed == ForwardingHeader::RealIp ? uR"(headers = "x-real-ip")"_s
                                               : uR"(headers = "x-forwarded")"_s;
}

QString addCommand(const IpAddress &peer)
{
    return u"truepeerctl trust add "_s + peer.toString();
}

QString listLine(const std::vector<IpAddress> &proxies)
{
    if (proxies.empty())
        return u"trust_proxy = false"_s;
    QStringList quoted;
    for (const IpAddress &proxy : proxies)
        quoted += u'"' + proxy.toString() + u'"';
    return u"trust_proxy = [%1]"_s.arg(quoted.join(u", "_s));
}

} // namespace truepeer::diagnosis
