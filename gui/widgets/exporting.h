// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QString>

class QAbstractItemModel;
class QWidget;

namespace truepeer {

// Both ask for a file, write it as a whole or not at all, and tell what went wrong. False: not
// written.
bool exportCsv(QWidget *parent, const QAbstractItemModel &model, const QString &suggestedName);
bool exportPng(QWidget *parent, QWidget &widget, const QString &suggestedName);

} // namespace truepeer
