// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
//
// What Request and Client say in the same way: header lines and the resolution.
#pragma once

#include "shared/net/headerline.h"

#include <QAnyStringView>
#include <QByteArray>
#include <QList>

#include <span>
#include <utility>

namespace truepeer {

// The first value of that name, compared without case; null when there is none.
QByteArray headerValue(std::span<const HeaderLine> lines, QAnyStringView name);
QList<std::pair<QByteArray, QByteArray>> headerList(std::span<const HeaderLine> lines);

} // namespace truepeer
