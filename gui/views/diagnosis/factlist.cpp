// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/diagnosis/factlist.h"

#include "gui/widgets/theme.h"

#include <QGridLayout>
#include <QLabel>

#include <memory>

namespace truepeer {

FactList::FactList(QWidget *parent)
    : QWidget(parent)
    , m_grid(new QGridLayout(this))
{
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(2 * Grid);
    m_grid->setVerticalSpacing(Grid / 2);
    m_grid->setColumnStretch(1, 1);
    hide();
}

FactList::~FactList() = default;

void FactList::setFacts(const std::vector<Fact> &facts)
{
    if (facts == m_facts)
        return;
    m_facts = facts;
    while (const std::unique_ptr<QLayoutItem> item{m_grid->takeAt(0)})
        delete item->widget();
    int row = 0;
    for (const Fact &fact : m_facts) {
        auto *name = new QLabel(fact.name, this);
        name->setTextFormat(Qt::PlainText);
        name->setForegroundRole(QPalette::PlaceholderText);
        auto *value = new QLabel(this);
        value->setTextFormat(Qt::PlainText);
        value->setText(fact.value);
        value->setWordWrap(true);
        value->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        value->setAccessibleName(fact.name);
        if (fact.isMonospace)
            value->setFont(monospaceFont());
        m_grid->addWidget(name, row, 0, Qt::AlignTop);
        m_grid->addWidget(value, row, 1);
        ++row;
    }
    setVisible(!m_facts.empty());
}

} // namespace truepeer
