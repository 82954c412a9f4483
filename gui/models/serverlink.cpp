// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/serverlink.h"

#include <QJsonArray>

namespace truepeer {

using namespace Qt::StringLiterals;

ServerLink::ServerLink(QObject *parent)
    : QObject(parent)
{
}

ServerLink::~ServerLink() = default;

bool ServerLink::knows(QStringView method) const
{
    const QJsonValue features = hello().value("features"_L1);
    return !features.isArray() || features.toArray().contains(QJsonValue(method.toString()));
}

bool ServerLink::isOperator() const
{
    return hello().value("role"_L1).toString() == "operator"_L1;
}

} // namespace truepeer
