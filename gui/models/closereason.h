// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

namespace truepeer {

// What a close code means (RFC 6455 7.4.1 and the IANA registry): "going away"; "" for those that
// are not registered.
QString closeCodeMeaning(int code);

// "1001 going away: the server drains". The reason may be a stranger's words.
QString closeReasonText(int code, const QString &reason);

} // namespace truepeer
