// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/configuration/sectiondelegate.h"

namespace truepeer {

SectionDelegate::SectionDelegate(QObject *parent)
    : CellDelegate(parent)
{
}

SectionDelegate::~SectionDelegate() = default;

void SectionDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    CellDelegate::initStyleOption(option, index);
    if (index.row() > 0 && index.siblingAtRow(index.row() - 1).data() == index.data())
        option->text.clear();
}

} // namespace truepeer
