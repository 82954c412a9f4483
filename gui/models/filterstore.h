// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>
#include <QStringList>

namespace truepeer {

// The filters that the operator used last, and those that were saved, in the settings of the
// program. Newest first.
class FilterStore
{
public:
    static constexpr qsizetype MaxRecent = 10;
    static constexpr qsizetype MaxSaved = 50;

    QStringList recent() const;
    void addRecent(const QString &filter);
    QStringList saved() const;
    void save(const QString &filter);
    void forget(const QString &filter); // a saved one
};

} // namespace truepeer
