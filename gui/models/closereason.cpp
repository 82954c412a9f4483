// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/models/closereason.h"

namespace truepeer {

using namespace Qt::StringLiterals;

QString closeCodeMeaning(int code)
{
    switch (code) {
    case 1000:
        return u"normal"_s;
    case 1001:
        return u"going away"_s;
    case 1002:
        return u"protocol error"_s;
    case 1003:
        return u"data not supported"_s;
    case 1005:
        return u"no code given"_s;
    case 1006:
        return u"without a close frame"_s;
    case 1007:
        return u"invalid text"_s;
    case 1008:
        return u"policy"_s;
    case 1009:
        return u"message too big"_s;
    case 1010:
        return u"extension missing"_s;
    case 1011:
        return u"server error"_s;
    case 1012:
        return u"service restarts"_s;
    case 1013:
        return u"try again later"_s;
    case 1014:
        return u"bad gateway"_s;
    case 1015:
        return u"TLS failed"_s;
    case 3000:
        return u"unauthorized"_s;
    case 3003:
        return u"forbidden"_s;
    case 3008:
        return u"timeout"_s;
    default:
        break;
    }
    if (code >= 3000 && code < 4000)
        return u"of a framework"_s;
    return code >= 4000 && code < 5000 ? u"of the application"_s : QString();
}

QString closeReasonText(int code, const QString &reason)
{
    QString text = QString::number(code);
    if (const QString meaning = closeCodeMeaning(code); !meaning.isEmpty())
        text += u' ' + meaning;
    return reason.isEmpty() ? text : QString(text + u": "_s + reason);
}

} // namespace truepeer
