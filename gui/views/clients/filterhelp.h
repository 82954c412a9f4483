// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include <QDialog>

namespace truepeer {

// The language of filters on one card; a click on an example takes it.
class FilterHelp : public QDialog
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(FilterHelp)

public:
    explicit FilterHelp(QWidget *parent = nullptr);
    ~FilterHelp() override;

Q_SIGNALS:
    void exampleChosen(const QString &filter);
};

} // namespace truepeer
