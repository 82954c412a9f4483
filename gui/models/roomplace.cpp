// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/roomplace.h"

#include "gui/models/plaintext.h"

namespace truepeer {

using namespace Qt::StringLiterals;

QString RoomPlace::key() const
{
    return QString::number(nameSpace.size()) + u':' + nameSpace + room;
}

QString RoomPlace::filter() const
{
    QString text = nameSpace + u':' + room;
    text.replace(u'\\', uR"(\\)"_s);
    text.replace(u'"', uR"(\")"_s);
    return u"room:\""_s + text + u'"';
}

QString RoomPlace::title() const
{
    const QString name = onOneLine(room);
    return nameSpace == "/"_L1 ? name : QString(name + u" in "_s + onOneLine(nameSpace));
}

} // namespace truepeer
