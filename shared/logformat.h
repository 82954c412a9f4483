// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/log.h"

#include <QByteArrayView>

#include <chrono>
#include <initializer_list>
#include <string>

namespace truepeer {

// The two shapes of a log line (log.h describes them). Pure functions; each appends to `out`, the
// line break included.

// What every line starts with.
struct LogHead
{
    std::chrono::sys_time<std::chrono::milliseconds> time;
    LogLevel level;
    const char *category;
    QByteArrayView event;
};

void appendTextLine(std::string &out, const LogHead &head, std::initializer_list<LogField> fields);
void appendJsonLine(std::string &out, const LogHead &head, std::initializer_list<LogField> fields);

// `<6>` and the like: the syslog priority of a level.
void appendPriority(std::string &out, LogLevel level);

} // namespace truepeer
