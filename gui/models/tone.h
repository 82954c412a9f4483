// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QtGlobal>

namespace truepeer {

// What a piece of text or a mark means; the widgets choose the colour by palette. It is never the
// only carrier of the meaning: a word or an icon stands beside it.
enum class Tone : quint8 {
    Normal,
    Muted, // units, what is not so important, what was not read
    Ok,
    Notice,
    Warning,
    Error,
    Trusted, // a hop that the list trusts
    Client,  // the resolved client
};

} // namespace truepeer
