// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/clients/clientinfo.h"
#include "shared/net/cidr.h"

#include <QString>
#include <QStringList>
#include <QStringView>

#include <optional>
#include <vector>

namespace truepeer {

// The filter language of dashboard, command line and API, for example
//
//     ip:203.0.113.0/24 room:lobby idle:>5m -ua:"Some Bot" text
//
// Terms are separated by blanks, and a client must match all of them; "-" in front negates one. A
// value with blanks stands in quotes, in which \" is a quote and \\ a backslash. Keys, units, yes
// and no are taken in upper case too.
//
//     ip: peer: via:         an address or a range: the client, the peer, one of the trusted hops
//     room:                  a room's exact name in any namespace, or namespace:name
//     ns:                    the namespace's exact name
//     host: ua: origin:      a part of the text, in any case
//     known: conflict:       yes or no
//     idle: age:             time: [> >= < <= =] number [s m h d]; seconds without a unit
//     queue: in: out:        bytes: [> >= < <= =] number [k M G], of 1024
//
// A number without a comparison means "at least". The age of a closed client is how long it was
// connected. A bare word is looked for in client, peer, host and user agent; it also matches the
// whole id, and a word that is an address or a range matches clients and peers in it.
//
// A plain value. An empty filter matches everybody: ask isEmpty() before doing harm to all matches.
class ClientFilter
{
public:
    // What is wrong and what is allowed, and where: an index into the text.
    struct Problem
    {
        qsizetype position = 0;
        QString message;
    };

    struct Parsed;

    static constexpr qsizetype MaxCharacters = 1000;
    static constexpr qsizetype MaxTerms = 50;

    ClientFilter() = default;
    static Parsed parse(QStringView text);

    // The words that may stand before a colon, without it.
    static QStringList keys();

    // `now` in Unix seconds.
    bool matches(const ClientInfo &info, qint64 now) const;
    bool isEmpty() const { return m_terms.empty(); }

    // Whether ClientInfo::via must be filled for matches().
    bool needsVia() const;
    // The same of the user agent, the origin, the namespace and the rooms.
    bool needsTexts() const;

private:
    enum class Key : quint8 {
        Any,
        Ip,
        Peer,
        Via,
        Room,
        Ns,
        Host,
        Ua,
        Origin,
        Known,
        Conflict,
        Idle,
        Age,
        Queue,
        In,
        Out,
    };
    enum class Comparison : quint8 { Less, AtMost, Equal, AtLeast, Greater };

    struct Term
    {
        Key key = Key::Any;
        bool negated = false;
        bool yes = false;
        Comparison comparison = Comparison::AtLeast;
        qint64 number = 0; // seconds or bytes
        QString text;
        std::optional<Cidr> range;

        bool matches(const ClientInfo &info, qint64 now) const;
        bool isInRange(const IpAddress &address) const;
        bool isPartOf(const ClientInfo &info) const;
        bool compares(qint64 value) const;
    };

    struct KeyName;
    class Parser;

    std::vector<Term> m_terms;
};

struct ClientFilter::Parsed
{
    std::optional<ClientFilter> filter; // nothing: see the problem
    Problem problem;
};

} // namespace truepeer
