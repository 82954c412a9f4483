// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

// Marks what the shared library shows; everything else in it is hidden.
#define TRUEPEER_EXPORT __attribute__((visibility("default")))
