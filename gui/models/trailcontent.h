// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What there is to say of a resolution, ready to be drawn or copied: the trail from the peer to the
// client with the words beside each step, and where scheme, host and port come from. Addresses are
// masked already. Texts may come from strangers.
#pragma once

#include <QJsonObject>
#include <QString>

#include <vector>

namespace truepeer {

class AddressMask;

struct TrailContent
{
    enum class Kind : quint8 { Peer, Trusted, Client, Unusable, Unread };

    struct Step
    {
        Kind kind = Kind::Peer;
        bool isClient = false;     // the resolution's client: also a peer, or the last known hop
        bool isAddress = false;    // else `who` is an element as it was received
        bool startsBranch = false; // leads from the peer, not from the step before
        QString title;             // "Peer", "Trusted hop", "Client", …
        QString who;
        QString why;    // "trusted by 10.0.0.0/8", "it is no address"; may be empty
        QString header; // that named it; empty: nobody, it is the peer
        QString place;  // "2nd from the right"; may be empty

        friend bool operator==(const Step &a, const Step &b) = default;
    };

    struct Origin
    {
        QString name; // "Scheme"
        QString value;
        QString from; // "X-Forwarded-Proto, 1st from the right", "the connection"

        friend bool operator==(const Origin &a, const Origin &b) = default;
    };

    std::vector<Step> steps; // the peer first; empty: there is no resolution
    std::vector<Origin> origins;
    QString decision; // why it is this client, one sentence
    bool isKnown = true;

    static TrailContent of(const QJsonObject &resolution, const AddressMask &mask);

    QString plainText() const;
    QString stepText(const Step &step) const; // one line, without the arrow

    friend bool operator==(const TrailContent &a, const TrailContent &b) = default;
};

// "X-Forwarded-For, 2nd from the right".
QString headerPlace(const QString &header, int index);

} // namespace truepeer
