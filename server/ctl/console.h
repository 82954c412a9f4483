// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "shared/error.h"

#include <QByteArray>
#include <QString>

#include <chrono>
#include <optional>

namespace truepeer {

// Where commands write, and whom they ask. Tests have one that keeps everything.
class Console
{
public:
    Console() = default;
    Console(const Console &) = delete;
    Console &operator=(const Console &) = delete;
    virtual ~Console() = default;

    // Text for standard output, with its line ends.
    virtual void write(const QString &text) = 0;
    // One line for standard error.
    virtual void complain(const QString &line) = 0;

    // Of standard output.
    virtual bool isTerminal() const = 0;
    virtual bool hasColours() const = 0;
    virtual int width() const = 0;
    virtual int height() const = 0;

    // The line that the operator answers; nothing when nobody can be asked.
    virtual std::optional<QString> ask(const QString &question) = 0;
    // A whole file, "-" is standard input.
    virtual Expected<QByteArray> read(const QString &path) = 0;

    // A screen that is drawn again and again, with the keys at hand. leaveScreen() gives the
    // terminal back as it was.
    virtual void enterScreen() = 0;
    virtual void leaveScreen() = 0;
    // False: the operator wants to leave.
    virtual bool pause(std::chrono::milliseconds time) = 0;
};

} // namespace truepeer
