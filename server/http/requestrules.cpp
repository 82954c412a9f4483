// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "server/http/requestrules.h"

#include "server/http/grammar.h"
#include "shared/net/hostport.h"
#include "shared/net/ipaddress.h"

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

using Refusal = std::optional<HttpRefusal>;
using Framing = RequestHead::Framing;

bool isTargetChar(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7f && c != '#';
}

void setPathAndQuery(RequestHead &head, QByteArrayView text)
{
    const qsizetype mark = text.indexOf('?');
    head.path = mark < 0 ? text : text.first(mark);
    head.query = mark < 0 ? QByteArrayView() : text.sliced(mark + 1);
    if (head.path.isEmpty())
        head.path = "/";
}

// The length of "http://" or "https://" at the start of the target, or 0.
qsizetype schemeLength(QByteArrayView target)
{
    for (const QByteArrayView scheme : {QByteArrayView("http://"), QByteArrayView("https://")}) {
        if (startsWithIgnoringCase(target, scheme))
            return scheme.size();
    }
    return 0;
}

// Most Host values at a glance, without building the normal form: labels of letters, digits and
// "-", the last of which begins with a letter. False only means that parseHostPort() has to look.
bool isPlainName(QByteArrayView name)
{
    bool atLabelStart = true;
    char labelStart = '\0';
    for (const char c : name) {
        if (c == '.') {
            if (atLabelStart)
                return false;
            atLabelStart = true;
            continue;
        }
        const bool isLetter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!isLetter && !ascii::isDigit(c) && c != '-')
            return false;
        if (atLabelStart)
            labelStart = c;
        atLabelStart = false;
    }
    return !atLabelStart && name.size() <= 253 && !ascii::isDigit(labelStart) && labelStart != '-';
}

bool isHostValue(QByteArrayView value)
{
    const qsizetype colon = value.indexOf(':');
    const QByteArrayView name = colon < 0 ? value : value.first(colon);
    const bool portOk = colon < 0 || parsePort(value.sliced(colon + 1));
    if (portOk && (isPlainName(name) || IpAddress::parse(name)))
        return true;
    return parseHostPort(value).has_value();
}

bool isSameHost(QByteArrayView target, QByteArrayView a, QByteArrayView b)
{
    const auto first = parseHostPort(a);
    const auto second = parseHostPort(b);
    if (!first || !second)
        return false;
    const quint16 standard = startsWithIgnoringCase(target, "https:") ? 443 : 80;
    return first->host == second->host
           && first->port.value_or(standard) == second->port.value_or(standard);
}

// RFC 9112 3.2 and 3.2.2. Where an absolute-form target and Host differ, two readers would see two
// hosts: refused rather than resolved.
Refusal applyHost(RequestHead &head, const FieldNotes &notes)
{
    if (notes.hosts > 1)
        return HttpRefusal{400, "There is more than one Host."_ba};
    if (notes.hosts == 0 && head.minorVersion >= 1)
        return HttpRefusal{400, "HTTP/1.1 requires a Host."_ba};
    if (notes.hosts == 1 && !isHostValue(notes.host))
        return HttpRefusal{400, "Host is not a host name or address with an optional port."_ba};
    const bool isAbsolute = !head.host.isEmpty();
    if (isAbsolute && !isHostValue(head.host))
        return HttpRefusal{400, "The request target names no valid host."_ba};
    if (isAbsolute && notes.hosts == 1 && !isSameHost(head.target, head.host, notes.host))
        return HttpRefusal{400, "The request target and Host name different hosts."_ba};
    if (!isAbsolute)
        head.host = notes.host;
    return std::nullopt;
}

// RFC 9112 6.1. Only "chunked" is spoken; another coding by its name is 501, what is no list of
// codings is 400.
Refusal judgeTransferEncoding(QByteArrayView value)
{
    if (ascii::equalsIgnoringCase(value, "chunked"))
        return std::nullopt;
    bool isOther = false;
    const bool isBad = value.isEmpty() || anyListMember(value, [&isOther](QByteArrayView coding) {
                           isOther = isOther || !ascii::equalsIgnoringCase(coding, "chunked");
                           return !ascii::isToken(coding);
                       });
    if (!isBad && isOther)
        return HttpRefusal{501, "The only transfer coding that is understood is chunked."_ba};
    return HttpRefusal{400, "Transfer-Encoding is not chunked, once."_ba};
}

// RFC 9110 8.6: 1*DIGIT, once, no list. The digits fit, or the grammar had refused them.
Refusal applyContentLength(RequestHead &head, QByteArrayView value, quint64 limit)
{
    quint64 length = 0;
    for (const char c : value) {
        if (!ascii::isDigit(c))
            return HttpRefusal{400, "Content-Length is not one decimal number."_ba};
        length = length * 10 + static_cast<quint64>(c - '0');
    }
    if (length > limit)
        return HttpRefusal{413, "The body is larger than this server takes."_ba};
    head.framing = Framing::Length;
    head.contentLength = length;
    return std::nullopt;
}

// RFC 9112 6.3.
Refusal applyFraming(RequestHead &head, const FieldNotes &notes, const HttpLimits &limits)
{
    if (notes.contentLengths > 0 && notes.transferEncodings > 0)
        return HttpRefusal{400, "Content-Length and Transfer-Encoding exclude each other."_ba};
    if (notes.contentLengths > 1)
        return HttpRefusal{400, "There is more than one Content-Length."_ba};
    if (notes.contentLengths == 1)
        return applyContentLength(head, notes.contentLength, limits.bodyBytes);
    if (notes.transferEncodings == 0)
        return std::nullopt;
    if (head.minorVersion == 0)
        return HttpRefusal{400, "HTTP/1.0 has no Transfer-Encoding."_ba};
    if (notes.transferEncodings > 1)
        return HttpRefusal{400, "There is more than one Transfer-Encoding."_ba};
    if (Refusal refusal = judgeTransferEncoding(notes.transferEncoding))
        return refusal;
    head.framing = Framing::Chunked;
    return std::nullopt;
}

bool isForwardingName(QByteArrayView name, const QByteArrayList &more)
{
    return startsWithIgnoringCase(name, "x-forwarded-")
           || ascii::equalsIgnoringCase(name, "forwarded")
           || ascii::equalsIgnoringCase(name, "x-real-ip")
           || std::any_of(more.begin(), more.end(), [name](const QByteArray &other) {
                  return ascii::equalsIgnoringCase(name, other);
              });
}

// RFC 9112 9.3, and the names that a client must not have dropped on the way.
Refusal applyConnection(RequestHead &head, bool hasConnection,
                        const QByteArrayList &forwardingNames)
{
    bool close = false;
    bool keepAlive = false;
    const auto isForbidden = [&](QByteArrayView option) {
        close = close || ascii::equalsIgnoringCase(option, "close");
        keepAlive = keepAlive || ascii::equalsIgnoringCase(option, "keep-alive");
        return isForwardingName(option, forwardingNames);
    };
    for (const HeaderLine &line : head.headers) {
        if (hasConnection && ascii::equalsIgnoringCase(line.name, "connection")
            && anyListMember(line.value, isForbidden)) {
            return HttpRefusal{400, "Connection must not name a forwarding header."_ba};
        }
    }
    head.keepAlive = !close && (head.minorVersion >= 1 || keepAlive);
    return std::nullopt;
}

// RFC 9110 10.1.1. HTTP/1.0 has no expectations; without a body there is nothing to wait for.
Refusal applyExpect(RequestHead &head)
{
    const auto isUnknown = [](QByteArrayView expectation) {
        return !ascii::equalsIgnoringCase(expectation, "100-continue");
    };
    for (const HeaderLine &line : head.headers) {
        if (ascii::equalsIgnoringCase(line.name, "expect") && anyListMember(line.value, isUnknown))
            return HttpRefusal{417, "The only expectation that is understood is 100-continue."_ba};
    }
    head.expectContinue = head.hasBody() && head.hasToken("expect", "100-continue");
    return std::nullopt;
}

} // namespace

Refusal applyTarget(RequestHead &head)
{
    if (head.method == "CONNECT")
        return HttpRefusal{501, "This server is no proxy: there is no CONNECT."_ba};
    if (!std::all_of(head.target.begin(), head.target.end(), isTargetChar))
        return HttpRefusal{400, "The request target holds a byte that must be percent-encoded."_ba};
    if (head.target.startsWith('/')) {
        setPathAndQuery(head, head.target);
        return std::nullopt;
    }
    if (head.target == "*") {
        if (head.method != "OPTIONS")
            return HttpRefusal{400, "The target * is for OPTIONS only."_ba};
        head.path = head.target;
        return std::nullopt;
    }
    const qsizetype scheme = schemeLength(head.target);
    if (scheme == 0)
        return HttpRefusal{400, "The request target begins neither with / nor with http://."_ba};
    const QByteArrayView rest = head.target.sliced(scheme);
    const auto end =
        std::find_if(rest.begin(), rest.end(), [](char c) { return c == '/' || c == '?'; });
    head.host = rest.first(end - rest.begin());
    if (head.host.isEmpty())
        return HttpRefusal{400, "The request target names no valid host."_ba};
    setPathAndQuery(head, rest.sliced(head.host.size()));
    return std::nullopt;
}

Refusal applyFields(RequestHead &head, const FieldNotes &notes, const HttpLimits &limits,
                    const QByteArrayList &forwardingNames)
{
    if (Refusal refusal = applyHost(head, notes))
        return refusal;
    if (Refusal refusal = applyFraming(head, notes, limits))
        return refusal;
    if (Refusal refusal = applyConnection(head, notes.hasConnection, forwardingNames))
        return refusal;
    return notes.hasExpect && head.minorVersion >= 1 ? applyExpect(head) : std::nullopt;
}

} // namespace truepeer
