// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/net/ipaddress.h"
#include "shared/trust/resolution.h"

#include <QByteArray>
#include <QByteArrayView>
#include <QJsonArray>
#include <QJsonObject>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace truepeer {

// One hop, or one element of a header that was to name a hop.
struct TrailStep
{
    enum class Verdict : quint8 {
        Peer,     // who connected
        Trusted,  // a hop that the list trusts
        Client,   // where the walk ended
        Unusable, // the walk stopped here: no address, or not believed in a conflict
        Unread,   // left of where the walk stopped
    };

    Verdict verdict = Verdict::Peer;
    std::optional<IpAddress> address;
    QByteArray text;   // the element as received, where there is no address
    QString entry;     // the entry of the list that matched, as the operator wrote it
    QString reason;    // a sentence, may be empty
    QByteArray header; // the header's name, "PROXY", or empty for the peer
    int index = 0;     // counted from the right over all lines of the header, 1 first; peer: 0
};

struct HeaderUse
{
    QByteArray name;  // as the policy spells it
    QByteArray value; // all its lines, joined with ", ", as received
    bool used = false;
    QString reason;
};

// Which element stated an attribute.
struct AttributeOrigin
{
    QByteArray header;
    int index = 0; // from the right, 1 first
};

// How a Resolution came about, for people: made on demand by the same walk. Texts in it are raw
// bytes from the request; toJson() escapes them.
struct Explanation
{
    std::vector<TrailStep> trail; // peer first, then right to left
    std::vector<HeaderUse> headers;
    std::optional<AttributeOrigin> scheme; // nothing: the socket's
    std::optional<AttributeOrigin> host;   // nothing: the Host header's
    std::optional<AttributeOrigin> port;   // nothing: the Host header's, or the scheme's default
    QStringList notes;                     // hints for the operator, one sentence each
};

// Untrusted bytes as printable ASCII: `\` becomes `\\`, other bytes \xHH. The result has at most
// `limit` characters; a text that was cut ends with "...".
QString escapedText(QByteArrayView text, qsizetype limit = 200);

QJsonArray trailToJson(const Explanation &explanation);

// The "resolution" object of the admin protocol and of the request-details route.
QJsonObject toJson(const Resolution &resolution, const Explanation &explanation,
                   QByteArrayView targetForUrl);

} // namespace truepeer
