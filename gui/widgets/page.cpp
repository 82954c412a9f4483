// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/widgets/page.h"

namespace truepeer {

Page::Page(const QString &title, Glyph glyph, QWidget *parent)
    : QWidget(parent)
    , m_title(title)
    , m_glyph(glyph)
{
}

Page::~Page() = default;

void Page::refresh() {}

void Page::focusFilter() {}

bool Page::canExport() const
{
    return false;
}

void Page::exportData() {}

bool Page::hasUnsavedWork() const
{
    return false;
}

QByteArray Page::saveLayout() const
{
    return {};
}

void Page::restoreLayout(const QByteArray &) {}

void Page::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    Q_EMIT shownChanged(true);
}

void Page::hideEvent(QHideEvent *event)
{
    QWidget::hideEvent(event);
    Q_EMIT shownChanged(false);
}

} // namespace truepeer
