// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/severitydelegate.h"

#include "gui/models/roles.h"
#include "gui/models/tone.h"
#include "gui/widgets/icons.h"

namespace truepeer {

SeverityDelegate::SeverityDelegate(QObject *parent)
    : CellDelegate(parent)
{
}

SeverityDelegate::~SeverityDelegate() = default;

void SeverityDelegate::initStyleOption(QStyleOptionViewItem *option, const QModelIndex &index) const
{
    constexpr int IconSize = 16;
    CellDelegate::initStyleOption(option, index);
    const Tone tone = static_cast<Tone>(index.data(ToneRole).toInt());
    // On the colour of the selection a tone cannot be read.
    option->icon = option->state.testFlag(QStyle::State_Selected) ? icon(glyphOf(tone))
                                                                  : icon(glyphOf(tone), tone);
    option->decorationSize = QSize(IconSize, IconSize);
    option->features |= QStyleOptionViewItem::HasDecoration;
}

} // namespace truepeer
