// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/clients/pagerbar.h"

#include "gui/models/format.h"
#include "gui/widgets/icons.h"
#include "gui/widgets/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

qint64 lastOffset(const PagerBar::Counts &counts)
{
    return counts.filtered > 0 ? (counts.filtered - 1) / counts.pageSize * counts.pageSize : 0;
}

} // namespace

PagerBar::PagerBar(QWidget *parent)
    : QWidget(parent)
    , m_text(new QLabel(this))
    , m_held(new QPushButton(this))
{
    m_text->setObjectName(u"clientCounts"_s);
    m_text->setTextFormat(Qt::PlainText);
    m_held->setObjectName(u"clientHeldChanges"_s);
    m_held->setIcon(icon(Glyph::Refresh));
    m_held->setToolTip(
        u"While the pointer is over the rows or some are selected, they keep their places."_s);
    m_held->hide();
    connect(m_held, &QPushButton::clicked, this, &PagerBar::refreshWanted);

    auto *layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(Grid / 2);
    layout->addWidget(m_text, 1);
    layout->addWidget(m_held);
    const auto button = [&](const QString &text, const QString &name, const QString &help) {
        auto *made = new QToolButton(this);
        made->setText(text);
        made->setObjectName(name);
        made->setToolTip(help);
        made->setFocusPolicy(Qt::StrongFocus);
        layout->addWidget(made);
        return made;
    };
    m_first = button(u"First"_s, u"clientFirst"_s, u"The first page"_s);
    m_previous = button(u"Previous"_s, u"clientPrevious"_s, u"The page before (Ctrl+PgUp)"_s);
    m_next = button(u"Next"_s, u"clientNext"_s, u"The next page (Ctrl+PgDown)"_s);
    m_last = button(u"Last"_s, u"clientLast"_s, u"The last page"_s);
    connect(m_first, &QToolButton::clicked, this, [this] { Q_EMIT offsetWanted(0); });
    connect(m_previous, &QToolButton::clicked, this, &PagerBar::showPrevious);
    connect(m_next, &QToolButton::clicked, this, &PagerBar::showNext);
    connect(m_last, &QToolButton::clicked, this,
            [this] { Q_EMIT offsetWanted(lastOffset(m_counts)); });
    setCounts({});
}

PagerBar::~PagerBar() = default;

QString PagerBar::text(const Counts &counts)
{
    const bool isAll = counts.filtered == counts.total;
    const QString all = isAll ? QString() : u", %1 in all"_s.arg(countText(counts.total));
    if (counts.filtered == 0 || counts.rows == 0)
        return (isAll ? u"No clients"_s : u"None that match"_s) + all;
    const QString matching =
        isAll ? countText(counts.filtered) : countText(counts.filtered) + u" that match"_s;
    // Rows that have gone may still be shown.
    const qint64 last = std::min(counts.offset + counts.rows, counts.filtered);
    return u"%1–%2 of %3%4"_s.arg(countText(counts.offset + 1), countText(last), matching, all);
}

void PagerBar::setCounts(const Counts &counts)
{
    m_counts = counts;
    m_text->setText(text(counts));
    const bool isFirst = counts.offset == 0;
    const bool isLast = counts.offset >= lastOffset(counts);
    m_first->setEnabled(!isFirst);
    m_previous->setEnabled(!isFirst);
    m_next->setEnabled(!isLast);
    m_last->setEnabled(!isLast);
    const bool hasPages = counts.filtered > counts.pageSize || !isFirst;
    for (QToolButton *button : {m_first, m_previous, m_next, m_last})
        button->setVisible(hasPages);
}

void PagerBar::setHeldChanges(int rows)
{
    m_held->setText(countText(rows, "change", "changes") + u": refresh (F5)"_s);
    m_held->setVisible(rows > 0);
}

void PagerBar::showPrevious()
{
    if (m_previous->isEnabled())
        Q_EMIT offsetWanted(std::max<qint64>(0, m_counts.offset - m_counts.pageSize));
}

void PagerBar::showNext()
{
    if (m_next->isEnabled())
        Q_EMIT offsetWanted(m_counts.offset + m_counts.pageSize);
}

} // namespace truepeer
