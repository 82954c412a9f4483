// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/models/fact.h"
#include "gui/models/tone.h"

#include <QJsonObject>
#include <QStringList>

#include <vector>

namespace truepeer {

class AddressMask;

// What there is to say of a finding ("diagnose"), ready to be shown: masked, but for `entries`.
struct FindingContent
{
    struct Fix
    {
        QString name; // "nginx"; "trust" is for Truepeer itself
        QString title;
        QString text;

        friend bool operator==(const Fix &a, const Fix &b) = default;
    };

    QString id;
    QString subject;
    QString severity; // "Error"
    Tone tone = Tone::Normal;
    QString title;
    QString detail;
    std::vector<Fact> evidence = {};
    std::vector<Fix> fixes = {};
    QStringList entries = {};       // that the fix adds to the trust list
    bool concernsTrustList = false; // the fix is another edit of it

    static FindingContent of(const QJsonObject &finding, const AddressMask &mask);

    friend bool operator==(const FindingContent &a, const FindingContent &b) = default;
};

QString severityText(const QString &severity); // "Error"
Tone severityTone(const QString &severity);

} // namespace truepeer
