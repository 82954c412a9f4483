// SPDX-FileCopyrightText: 2026 The Truepeer authors
// SPDX-License-Identifier: MIT
#include "gui/views/trust/importdialog.h"

#include "gui/models/addressmask.h"
#include "gui/models/format.h"
#include "gui/models/plaintext.h"
#include "gui/models/trusttext.h"
#include "gui/widgets/theme.h"
#include "gui/widgets/toneline.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace truepeer {

using namespace Qt::StringLiterals;

namespace {

constexpr size_t MaxShown = 1000;

QTableWidget *problemTable(const TrustText &text, const AddressMask &mask, QWidget *parent)
{
    const size_t count = std::min(text.problems.size(), MaxShown);
    auto *table = new QTableWidget(int(count), 3, parent);
    table->setObjectName(u"importProblems"_s);
    table->setHorizontalHeaderLabels({u"Line"_s, u"Entry"_s, u"What is wrong"_s});
    for (size_t i = 0; i < count; ++i) {
        const TrustText::Problem &problem = text.problems[i];
        auto *line = new QTableWidgetItem(QString::number(problem.line));
        line->setTextAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto *entry = new QTableWidgetItem(mask.shownText(onOneLine(problem.entry)));
        entry->setFont(monospaceFont());
        table->setItem(int(i), 0, line);
        table->setItem(int(i), 1, entry);
        table->setItem(int(i), 2, new QTableWidgetItem(mask.shownText(problem.message)));
    }
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setShowGrid(false);
    table->setTabKeyNavigation(false);
    table->verticalHeader()->hide();
    table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    table->horizontalHeader()->setStretchLastSection(true);
    table->setColumnWidth(0, 7 * Grid);
    table->setColumnWidth(1, 24 * Grid);
    table->setAccessibleName(u"Lines that are wrong"_s);
    return table;
}

} // namespace

ImportDialog::ImportDialog(const TrustText &text, const AddressMask &mask, QWidget *parent)
    : QDialog(parent)
{
    setWindowTitle(u"Not all lines are entries"_s);
    const qint64 good = qint64(text.entries.size());
    auto *summary = new ToneLine(this);
    summary->setLine(Tone::Warning,
                     countText(qint64(text.problems.size()), "entry is", "entries are")
                         + u" wrong and will be left out. "_s
                         + (good == 0 ? u"There is nothing to add."_s
                                      : QString(countText(good, "entry", "entries")
                                                + u" can be added to the draft."_s)));
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    QPushButton *add = buttons->addButton(u"Add "_s + countText(good, "entry", "entries"),
                                          QDialogButtonBox::AcceptRole);
    add->setObjectName(u"importAdd"_s);
    add->setEnabled(good > 0);
    add->setDefault(good > 0);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);

    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(2 * Grid, 2 * Grid, 2 * Grid, 2 * Grid);
    layout->setSpacing(2 * Grid);
    layout->addWidget(summary);
    layout->addWidget(problemTable(text, mask, this), 1);
    layout->addWidget(buttons);
    resize(90 * Grid, 46 * Grid);
}

ImportDialog::~ImportDialog() = default;

} // namespace truepeer
