// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#pragma once

#include "gui/widgets/celldelegate.h"

namespace truepeer {

// Shows the table of the configuration file in its first row only: that groups the settings.
class SectionDelegate : public CellDelegate
{
    Q_OBJECT
    Q_DISABLE_COPY_MOVE(SectionDelegate)

public:
    explicit SectionDelegate(QObject *parent = nullptr);
    ~SectionDelegate() override;

protected:
    void initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const override;
};

} // namespace truepeer
