// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/plaintext.h"

#include <QJsonArray>

#include <algorithm>

namespace truepeer {

namespace {

bool isUnsafe(QChar c)
{
    switch (c.category()) {
    case QChar::Other_Control:
    case QChar::Other_Format: // among them the marks for the direction
    case QChar::Separator_Line:
    case QChar::Separator_Paragraph:
        return true;
    default:
        return false;
    }
}

} // namespace

QString onOneLine(const QString &text)
{
    if (std::none_of(text.begin(), text.end(), isUnsafe))
        return text;
    QString safe = text;
    std::replace_if(safe.begin(), safe.end(), isUnsafe, QChar(QChar::ReplacementCharacter));
    return safe;
}

QStringList textsOf(const QJsonValue &array)
{
    QStringList texts;
    for (const QJsonValue &text : array.toArray())
        texts.append(onOneLine(text.toString()));
    return texts;
}

} // namespace truepeer
