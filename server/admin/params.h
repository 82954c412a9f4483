// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/admin/protocol.h"
#include "shared/net/headerline.h"
#include "shared/trust/trustlist.h"

#include <QJsonArray>
#include <QJsonObject>
#include <QJsonValue>
#include <QString>
#include <QStringList>

#include <optional>
#include <vector>

namespace truepeer {

// Reads the parameters of a call, strictly: each has one type, and none may be there that the
// method does not know; null is as if it were not there. Read all of them, then ask error(): the
// first thing that was wrong.
class ParamReader
{
public:
    explicit ParamReader(const QJsonObject &params)
        : m_params(params)
    {
    }

    bool has(const QString &name);

    std::optional<QString> optionalText(const QString &name, qsizetype most);
    QString text(const QString &name, qsizetype most); // must be there, and not empty
    // A whole number that a double holds exactly.
    std::optional<qint64> optionalInteger(const QString &name, qint64 least, qint64 most);
    qint64 integer(const QString &name, qint64 fallback, qint64 least, qint64 most);
    // A text or a number (not each id fits into a double); must be there.
    quint64 id(const QString &name);
    bool flag(const QString &name); // false when it is not there
    QStringList texts(const QString &name, qsizetype mostItems, qsizetype most);
    std::optional<QString> oneOf(const QString &name, const QStringList &words);

    // "mode" and "entries". Without a mode it is that of a list.
    TrustList trustList();
    // "headers": [[name, value]…], as bytes of a request.
    std::vector<std::pair<QByteArray, QByteArray>> headers();

    // Marks parameters that somebody else reads.
    void allow(const QStringList &names) { m_known += names; }
    void fail(const QString &message);

    std::optional<RpcError> error();

private:
    QJsonValue take(const QString &name);
    void takeEntry(const QJsonValue &value, qsizetype index, TrustList &list);

    const QJsonObject m_params;
    QStringList m_known;
    QString m_problem;
};

} // namespace truepeer
